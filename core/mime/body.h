// Which parts of a mail are its text, which its HTML, and which its attachments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mime/notes.h"
#include "core/mime/tree.h"
#include "core/model/content.h"

namespace amends::mime {

struct ChosenBody {
  std::string text;         // tidy; made from the HTML where no plain part says as much
  std::string html;         // in UTF-8
  bool one_section = true;  // text and HTML are two spellings of the same; false when several parts were joined
  std::vector<model::Attachment> attachments;
  std::vector<int> mails;  // indexes of the message/rfc822 parts
};

ChosenBody choose_body(const Tree& tree, bool hash_attachments, Notes& notes);

// The charset some part of the mail says, for header bytes that say none.
std::string_view charset_hint(const Tree& tree);

// The bytes of leaf `number`, files inside plain text counted behind all leaves. False when there is none.
bool leaf_bytes(const Tree& tree, std::int32_t number, std::string& out);

}  // namespace amends::mime
