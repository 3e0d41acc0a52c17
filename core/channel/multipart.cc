#include "core/channel/multipart.h"

#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace amends::channel {
namespace {

std::string in_quotes(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '"') {
      out += "%22";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return "\"" + out + "\"";
}

// One that stands in no part. A digest of the parts can't stand in them by chance, nor be put there on purpose.
std::string boundary_of(const std::vector<FormPart>& parts) {
  std::string all;
  for (const FormPart& part : parts) all += part.name + "\n" + part.filename + "\n" + part.value + "\n";
  return "amends-" + crypto::sha256_hex(all).substr(0, 40);
}

}  // namespace

MultipartForm multipart(const std::vector<FormPart>& parts) {
  const std::string boundary = boundary_of(parts);
  MultipartForm out{"multipart/form-data; boundary=" + boundary, {}};
  for (const FormPart& part : parts) {
    out.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + in_quotes(part.name);
    if (!part.filename.empty()) {
      out.body += "; filename=" + in_quotes(part.filename);
      const bool typed = !part.content_type.empty() && part.content_type.find_first_of("\r\n") == std::string::npos;
      out.body += "\r\nContent-Type: " + (typed ? part.content_type : "application/octet-stream");
    }
    out.body += "\r\n\r\n" + part.value + "\r\n";
  }
  out.body += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace amends::channel
