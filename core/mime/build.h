// What we write, as bytes of a mail: built once, stored, and the same on every try. Headers are made from typed values;
// CR, LF and NUL never get into one. The body has CRLF line ends and no line over 998 bytes (RFC 5322 section 2.1.1).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/content.h"

namespace amends::mime {

struct OutgoingFile {
  std::string filename;
  std::string content_type;
  std::string bytes;
  std::string alt = {};  // what it shows, for who can't see it; in a mail its Content-Description
};

struct Outgoing {
  model::Party from;
  std::vector<model::Party> to, cc;
  std::vector<model::Party> reply_to;
  std::string subject;
  std::string message_id;  // without angle brackets; minted by the caller, once
  std::string in_reply_to;
  std::vector<std::string> references;  // oldest first
  Timestamp date;
  std::string text;  // UTF-8, LF
  std::string html;  // "" for text only
  std::vector<OutgoingFile> files;
  bool auto_submitted = false;  // Auto-Submitted: auto-replied (RFC 3834)
  std::vector<std::pair<std::string, std::string>> extra_headers;
};

// The same input gives the same bytes: boundaries come from the Message-ID. invalid when an address or header can't be
// written safely, naming which.
Result<std::string> build(const Outgoing& mail);

}  // namespace amends::mime
