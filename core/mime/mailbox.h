// Mail that lies in files: an mbox (RFC 4155, and what really goes by that name), a Maildir with its folders, a folder
// of single mails, one mail. Which of them a path is, is found by looking at it.
//
// Memory: one mail at a time, and the names in one folder.
// Threads: any; nothing is shared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace amends::mime {

// Of a larger mail only this much is read; what Amends takes is smaller (see mail.h), and it says so itself.
inline constexpr std::size_t kMaxMailBytes = std::size_t{64} << 20;

struct MailboxProgress {
  std::int64_t done = 0, total = 0;  // bytes of all files
};

struct MailboxVisitor {
  // A mail: where it lies ("lists/2003.mbox#17" below the path, counted from 1) and its bytes, borrowed for the call.
  // Answers whether to go on.
  std::function<bool(const std::string& source, std::string_view raw, const MailboxProgress&)> mail;
  // A file or folder that can't be read; the walk goes on. May be empty.
  std::function<void(const Error&)> trouble = {};
};

// Calls visitor.mail for every mail under `path`, files in the order of their names. In an mbox a "From " line begins a
// mail where a blank line stands before it or a mail's header after it; ">From " loses one ">", and the blank line
// before the next mail belongs to neither. Hidden files, tmp/ of a Maildir and files that hold no mail are passed over.
// not_found when there is nothing at `path`; invalid when it is a file that holds no mail.
Result<Done> for_each_mail(const std::string& path, const MailboxVisitor& visitor);

enum class MailFile : std::uint8_t { none, mail, mbox };
// What a file is by its first bytes; a few hundred are enough.
MailFile look_at_mail_file(std::string_view beginning);

}  // namespace amends::mime
