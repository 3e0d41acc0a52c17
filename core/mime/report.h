// Delivery reports: the standard ones (RFC 3461-3464) and those of qmail, Exim, Exchange, Sendmail and other servers
// that write a letter instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/mime/tree.h"
#include "core/model/content.h"

namespace amends::mime {

struct Report {
  std::optional<model::Bounce> bounce;  // failed or late
  bool good_news = false;               // delivered, relayed, or read: nobody has to act
};

// `text` is the mail's readable text, `sender` the handle of From, `null_sender` whether Return-Path is "<>".
Report read_report(const Tree& tree, std::string_view text, std::string_view subject, std::string_view sender,
                   bool null_sender);

}  // namespace amends::mime
