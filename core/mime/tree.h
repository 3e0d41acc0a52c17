// The MIME structure of a mail (RFC 2045, 2046) as a flat list of parts with views into its bytes. A purpose-built walk
// and not a library's tree of objects, so that the caps hold while reading and not after it.
//
// Tolerates missing, wrong and reused boundaries, missing ends, multiparts in a transfer encoding, and parts without a
// header. Nothing is decoded before it is asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/mime/header.h"
#include "core/mime/notes.h"
#include "core/mime/parameters.h"
#include "core/mime/transfer.h"

namespace amends::mime {

inline constexpr int kMaxDepth = 20;
inline constexpr std::size_t kMaxParts = 1000;

struct Part {
  Header header;
  Parameters type;         // of Content-Type; value is never empty
  Parameters disposition;  // of Content-Disposition; value may be empty
  bool typed = false;      // Content-Type was there
  Transfer transfer = Transfer::identity;
  std::string_view body;      // still encoded
  std::vector<int> children;  // indexes into Tree::parts
  int parent = -1;
  std::int32_t leaf = -1;  // its number in document order; -1 for a multipart

  bool is_multipart() const { return leaf < 0; }
  bool is(std::string_view content_type) const { return type.value == content_type; }
  bool begins(std::string_view prefix) const { return type.value.compare(0, prefix.size(), prefix) == 0; }
  std::string filename() const;    // safe, "" when none was given
  std::string content_id() const;  // without angle brackets
  // The decoded bytes, of the first `most` encoded ones; of text with the tolerance of decode_base64_text.
  std::string bytes(Notes& notes, std::size_t most = std::string_view::npos) const;
};

struct Tree {
  std::vector<Part> parts;  // parts[0] is the mail itself
  std::deque<std::string> decoded;
  std::int32_t leaves = 0;
};

// Takes the mail's own header as read already. The views live as long as the mail's bytes and the tree.
Tree read_tree(Header header, Notes& notes);

}  // namespace amends::mime
