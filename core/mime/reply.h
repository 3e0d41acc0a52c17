// The body of a mail taken apart: what its author wrote now, what they quote, their signature, and a forwarded mail
// inside. Pure; total; linear in the size of the text. Knows the attribution lines and forward marks of Outlook, Gmail,
// Apple Mail, Yahoo, Thunderbird and the mobile clients in en, de, fr, es, nl, it, pt, sv, da, ja, zh.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/model/content.h"

namespace amends::mime {

struct Body {
  std::string reply_text;   // trimmed; interleaved answers are kept in order
  std::string quoted_text;  // with its attribution line, quote marks kept
  std::string signature;    // without the "-- " line
  std::optional<model::Forwarded> forwarded;
};

struct BodyHints {
  bool is_reply = false;         // the mail has In-Reply-To, References or a reply prefix in its subject
  bool is_forward = false;       // the subject has a forward prefix
  std::string_view author_name;  // helps to tell a signature
};

// `text` is the plain body as a person reads it.
Body split_text(std::string_view text, const BodyHints& hints);

// The same from HTML, where clients mark quotes and signatures in the markup; `text` is what html::to_text made of it
// or the plain part that came along.
Body split_html(std::string_view html, std::string_view text, const BodyHints& hints);

}  // namespace amends::mime
