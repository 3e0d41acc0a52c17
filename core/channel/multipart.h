// A form with files, as HTTP APIs take them: multipart/form-data (RFC 7578). Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amends::channel {

struct FormPart {
  std::string name;
  std::string value;              // text, or a file's bytes
  std::string filename = {};      // "" for a text
  std::string content_type = {};  // of a file
};

struct MultipartForm {
  std::string content_type;  // with the boundary
  std::string body;
};
// The same parts give the same bytes. Names and filenames are made harmless as browsers do it (quotes and line ends
// percent-encoded).
MultipartForm multipart(const std::vector<FormPart>& parts);

}  // namespace amends::channel
