#include "core/compose/compose.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/compose/html_part.h"
#include "core/compose/left_overs.h"
#include "core/compose/reply.h"
#include "core/crypto/token.h"

namespace amends::compose {
namespace {

// RFC 5321 section 4.5.3.1.3: a path has at most 256 octets with its brackets.
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestSubject = 900;

bool is_address(std::string_view s) {
  const auto at = s.rfind('@');
  if (s.size() > kLongestAddress || at == std::string_view::npos || at == 0 || at > 64 || at + 1 == s.size())
    return false;
  return std::none_of(s.begin(), s.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' ||
           c == '"';
  });
}

Result<Done> check_people(const Draft& draft, const Envelope& envelope) {
  if (!is_address(draft.from.handle)) return fail(Kind::invalid, "the sender's address is none");
  if (draft.to.empty()) return fail(Kind::invalid, "nobody to write to", "name at least one recipient in To");
  std::set<std::string> seen;
  for (const auto* list : {&draft.to, &draft.cc}) {
    for (const auto& party : *list) {
      if (!is_address(party.handle)) {
        return fail(Kind::invalid, "\"" + text::excerpt(text::printable(party.handle), 80) + "\" is no mail address");
      }
      const auto handle = text::ascii_lower(party.handle);
      const auto bare = crypto::without_reply_token(handle);
      if (std::find(envelope.own.begin(), envelope.own.end(), bare) != envelope.own.end()) {
        return fail(Kind::invalid, party.handle + " is our own address", "a note reaches colleagues without a mail");
      }
      if (!seen.insert(handle).second) return fail(Kind::invalid, party.handle + " is named twice");
    }
  }
  return Done{};
}

Result<Done> check_content(const Draft& draft) {
  if (text::trim(draft.text).empty()) return fail(Kind::invalid, "there is no text");
  if (!text::is_utf8(draft.text) || !text::is_utf8(draft.subject) || !text::is_utf8(draft.signature)) {
    return fail(Kind::invalid, "the text is not well-formed UTF-8");
  }
  TRY_DO(leaving_check(draft.text));
  TRY_DO(leaving_check(draft.subject));
  TRY_DO(leaving_check(draft.signature));
  if (draft.auto_submitted && draft.quote) return fail(Kind::invalid, "an automatic mail never quotes");
  if (draft.files.size() > kMostFiles) return fail(Kind::invalid, "a mail carries at most 50 files");
  std::size_t bytes = 0;
  for (const auto& file : draft.files) bytes += file.bytes.size();
  if (bytes > kFilesMax) return fail(Kind::invalid, "the files are larger than 25 MB together");
  return Done{};
}

std::string unix_lines(std::string_view s) {
  std::string out = text::replace_all(s, "\r\n", "\n");
  std::replace(out.begin(), out.end(), '\r', '\n');
  return out;
}

std::string body_of(const Draft& draft) {
  std::string out(text::trim(unix_lines(draft.text)));
  const std::string signature = unix_lines(draft.signature);
  if (!text::trim(signature).empty()) out += "\n\n-- \n" + std::string(text::trim(signature));
  if (draft.quote && draft.answering && !text::trim(draft.answering->text).empty()) {
    out += "\n\n" + attribution(draft.answering->author, draft.answering->date, draft.locale) + "\n" +
           quoted(unix_lines(draft.answering->text));
  }
  if (out.back() != '\n') out += '\n';
  return out;
}

}  // namespace

Answered answered_by(const model::Content& message) {
  return {message.message_id,
          message.in_reply_to,
          message.references,
          message.subject,
          message.author,
          message.date,
          message.reply_text.empty() ? message.text : message.reply_text};
}

Result<mime::Outgoing> compose(const Draft& draft, const Envelope& envelope) {
  TRY_DO(check_people(draft, envelope));
  TRY_DO(check_content(draft));
  if (envelope.message_id.empty()) return fail(Kind::invalid, "a mail needs a Message-ID");

  mime::Outgoing mail;
  mail.from = draft.from;
  mail.to = draft.to;
  mail.cc = draft.cc;
  if (!envelope.reply_address.empty()) mail.reply_to.push_back({draft.from.name, envelope.reply_address});
  const auto own_subject = text::squeeze(text::printable(draft.subject));
  mail.subject = own_subject;
  if (draft.answering) {
    const auto& parent = *draft.answering;
    mail.in_reply_to = parent.message_id;
    mail.references = reply_references(parent.references, parent.in_reply_to, parent.message_id);
    // An automatic mail never carries a stranger's words on: that is how a help desk is made to send spam.
    if (!draft.auto_submitted) mail.subject = reply_subject(own_subject.empty() ? parent.subject : own_subject);
  }
  if (mail.subject.empty()) return fail(Kind::invalid, "there is no subject");
  mail.subject = text::clip(mail.subject, kLongestSubject);
  mail.message_id = envelope.message_id;
  mail.date = envelope.now;
  mail.text = body_of(draft);
  if (draft.html) mail.html = html_of(mail.text);
  mail.files = draft.files;
  mail.auto_submitted = draft.auto_submitted;
  return mail;
}

std::vector<std::string> envelope_recipients(const mime::Outgoing& mail) {
  std::vector<std::string> out;
  for (const auto* list : {&mail.to, &mail.cc}) {
    for (const auto& party : *list) out.push_back(party.handle);
  }
  return out;
}

}  // namespace amends::compose
