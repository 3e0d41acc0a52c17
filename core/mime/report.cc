#include "core/mime/report.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/mime/address.h"
#include "core/mime/encoded_word.h"
#include "core/mime/message_ids.h"

namespace amends::mime {

namespace {

std::size_t find(std::string_view s, std::string_view needle, std::size_t from = 0) {
  return text::find_ignoring_case(s, needle, from);
}

// "rfc822; someone@example.com" without its type.
std::string after_type(std::string_view value) {
  Notes ignored;
  std::string line = text::repair_utf8(one_line(unfold(value)));
  const std::size_t semicolon = line.find(';');
  return text::squeeze(semicolon == line.npos ? std::string_view(line) : std::string_view(line).substr(semicolon + 1));
}

std::string address_in(std::string_view value) {
  std::string s = after_type(value);
  Notes ignored;
  const auto boxes = read_addresses(s, ignored);
  return boxes.empty() ? std::string() : handle_of(boxes.front().address);
}

// RFC 3463: class.subject.detail. The first one in `s` that stands by itself.
std::string status_in(std::string_view s) {
  for (std::size_t i = 0; i + 4 < s.size(); ++i) {
    if (s[i] != '2' && s[i] != '4' && s[i] != '5') continue;
    if (s[i + 1] != '.' || (i > 0 && (text::is_digit(s[i - 1]) || s[i - 1] == '.'))) continue;
    std::size_t at = i + 2;
    std::size_t subject = at;
    while (at < s.size() && text::is_digit(s[at]) && at - subject < 3) ++at;
    if (at == subject || at >= s.size() || s[at] != '.') continue;
    const std::size_t detail = ++at;
    while (at < s.size() && text::is_digit(s[at]) && at - detail < 3) ++at;
    if (at == detail || (at < s.size() &&
                         (text::is_digit(s[at]) || (s[at] == '.' && at + 1 < s.size() && text::is_digit(s[at + 1]))))) {
      continue;
    }
    return std::string(s.substr(i, at - i));
  }
  return {};
}

// An SMTP reply code at the start of a word: "550 no such user".
std::string code_in(std::string_view s) {
  for (std::size_t i = 0; i + 3 < s.size(); ++i) {
    if ((s[i] != '4' && s[i] != '5') || !text::is_digit(s[i + 1]) || !text::is_digit(s[i + 2])) continue;
    if (i > 0 && !text::is_space(s[i - 1]) && s[i - 1] != ':' && s[i - 1] != '(' && s[i - 1] != '#') continue;
    if (s[i + 1] > '7' || (s[i + 3] != ' ' && s[i + 3] != '-')) continue;
    return std::string(s.substr(i, 3));
  }
  return {};
}

// The first address in brackets, or bare, behind `from`.
std::string first_address(std::string_view s, std::size_t from, std::string_view own) {
  for (std::size_t at = s.find('@', from); at != s.npos; at = s.find('@', at + 1)) {
    const std::string_view stop = " \t\r\n<>()[]\"',;:";
    std::size_t begin = at;
    while (begin > from && at - begin < 128 && stop.find(s[begin - 1]) == stop.npos) --begin;
    std::size_t end = at + 1;
    while (end < s.size() && end - at < 255 && stop.find(s[end]) == stop.npos) ++end;
    while (end > at + 1 && s[end - 1] == '.') --end;
    if (begin == at || end == at + 1) continue;
    std::string handle = handle_of(s.substr(begin, end - begin));
    if (handle.find('.', handle.find('@')) == handle.npos || handle == own) continue;
    return handle;
  }
  return {};
}

// The id of the mail that came back, from a part that holds its header.
std::string returned_id(const Tree& tree) {
  Notes ignored;
  for (const auto& part : tree.parts) {
    if (part.is_multipart() || &part == &tree.parts.front()) continue;
    if (!part.is("message/rfc822") && !part.is("text/rfc822-headers") && !part.is("message/global") &&
        !part.is("message/global-headers") && !part.is("text/rfc822")) {
      continue;
    }
    const std::string bytes = part.bytes(ignored);
    const Header header = read_header(bytes, true, ignored);
    if (std::string id = read_message_id(header["message-id"], ignored); !id.empty()) return id;
  }
  return {};
}

// The same from a copy inside the text: a line "Message-ID: <…>".
std::string quoted_id(std::string_view s) {
  Notes ignored;
  for (std::size_t at = find(s, "message-id:"); at != s.npos; at = find(s, "message-id:", at + 1)) {
    if (at > 0 && s[at - 1] != '\n' && s[at - 1] != ' ' && s[at - 1] != '>' && s[at - 1] != '\t') continue;
    // The id may stand on the next line.
    const std::string_view near = s.substr(at + 11, 600);
    const std::size_t open = near.find('<');
    const std::size_t close = near.find('>');
    if (open == near.npos || close == near.npos || close < open || !text::trim(near.substr(0, open)).empty()) continue;
    return read_message_id(near.substr(open, close - open + 1), ignored);
  }
  return {};
}

struct Recipient {
  std::string address, action, status, diagnostic;
};

// message/delivery-status: groups of fields parted by blank lines; the first is about the mail, the others each about a
// recipient (RFC 3464 section 2.1). Some servers put everything into one group.
std::vector<Recipient> read_status(std::string_view s) {
  std::vector<Recipient> out;
  Notes ignored;
  constexpr std::size_t kMostGroups = 200;
  for (std::size_t groups = 0; !s.empty() && groups < kMostGroups; ++groups) {
    while (!s.empty() && text::is_space(s.front())) s.remove_prefix(1);
    if (s.empty()) break;
    const Header group = read_header(s, false, ignored);
    if (group.body.size() >= s.size()) break;
    s = group.body;
    Recipient one;
    const auto finish = [&] {
      if (!one.address.empty() || !one.action.empty() || !one.status.empty()) out.push_back(std::move(one));
      one = {};
    };
    bool final_seen = false;
    for (const auto& field : group.fields) {
      const std::string name = text::ascii_lower(field.name);
      if (name == "final-recipient") {
        if (final_seen) finish();
        final_seen = true;
        if (one.address.empty()) one.address = address_in(field.value);
      } else if (name == "original-recipient") {
        // Who we wrote to; the final one may be where it was forwarded.
        if (std::string original = address_in(field.value); original.find('@') != original.npos) one.address = original;
      } else if (name == "action") {
        const std::string value = text::ascii_lower(unfold(field.value));
        one.action = value.substr(0, value.find_first_of(" \t(;"));
      } else if (name == "status") {
        one.status = status_in(unfold(field.value));
      } else if (name == "diagnostic-code") {
        one.diagnostic = after_type(field.value);
      }
    }
    finish();
  }
  return out;
}

bool is_mailer(std::string_view sender) {
  const std::string_view local = sender.substr(0, sender.find('@'));
  for (const std::string_view name :
       {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "bounce", "bounces", "microsoftexchange"}) {
    if (local.compare(0, name.size(), name) == 0) return true;
  }
  return false;
}

bool finds_any(std::string_view s, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return find(s, phrase) != s.npos; });
}

bool is_failure_subject(std::string_view subject) {
  return finds_any(subject, {"undeliver",
                             "delivery status notification",
                             "failure notice",
                             "delivery fail",
                             "mail delivery failed",
                             "returned mail",
                             "delivery notification",
                             "non remis",
                             "nicht zugestellt",
                             "unzustellbar",
                             "undelivered",
                             "returned to sender",
                             "mail system error",
                             "could not be delivered",
                             "delivery problem",
                             "delivery error",
                             "no se puede entregar",
                             "mail could not",
                             "onbestelbaar",
                             "non recapitabile",
                             "message delayed",
                             "delayed mail",
                             "delivery delay",
                             "warning: could not send",
                             "mail failure",
                             "message status - undeliverable",
                             "mail delivery problem",
                             "delivery report"});
}

bool is_failure_text(std::string_view text) {
  const std::string_view head = text.substr(0, 4000);
  return finds_any(head, {"this is the qmail-send program",
                          "mail delivery software",
                          "did not reach the following recipient",
                          "could not be delivered",
                          "permanent fatal errors",
                          "had permanent",
                          "delivery has failed",
                          "was not delivered",
                          "unable to deliver",
                          "delivery to the following recipient",
                          "couldn't be delivered",
                          "undeliverable",
                          "i'm afraid i wasn't able to deliver",
                          "mail system at host",
                          "transient non-fatal errors",
                          "konnte nicht zugestellt",
                          "n'a pas pu être",
                          "no se pudo entregar",
                          "message delivery failed",
                          "has not been delivered",
                          "cannot be delivered"});
}

bool is_late(std::string_view subject, std::string_view text) {
  const std::string_view head = text.substr(0, 3000);
  return finds_any(subject, {"delay", "warning: could not send", "verzöger"}) ||
         finds_any(head, {"has not yet been delivered", "will continue to try", "will be retried",
                          "you do not need to resend", "transient non-fatal", "this is a warning message only",
                          "will keep trying"});
}

model::Bounce from_letter(const Tree& tree, std::string_view text, std::string_view subject, std::string_view sender) {
  model::Bounce bounce;
  Notes ignored;
  const Header& header = tree.parts.front().header;
  if (const auto failed = header["x-failed-recipients"]; !failed.empty()) {
    const auto boxes = read_addresses(failed, ignored);
    if (!boxes.empty()) bounce.recipient = handle_of(boxes.front().address);
  }
  // What follows is the mail that came back, with addresses of its own.
  std::size_t end = text.size();
  for (const std::string_view mark :
       {"below this line is a copy", "this is a copy of the message", "original message", "returned message",
        "message header follows", "message headers follow", "unsent message below", "start of message"}) {
    if (const std::size_t at = find(text, mark); at != text.npos && at > 40) end = std::min(end, at);
  }
  const std::string_view letter = text.substr(0, end);
  std::size_t from = 0;
  for (const std::string_view mark : {"following address", "following recipient", "permanent fatal errors",
                                      "i'm afraid", "did not reach", "unable to deliver"}) {
    if (const std::size_t at = find(letter, mark); at != letter.npos) {
      from = at;
      break;
    }
  }
  if (bounce.recipient.empty()) bounce.recipient = first_address(letter, from, sender);
  if (bounce.recipient.empty()) bounce.recipient = first_address(letter, 0, sender);
  const std::size_t at = bounce.recipient.empty() ? letter.npos : find(letter, bounce.recipient);
  const std::string_view reason = at == letter.npos ? letter : letter.substr(at + bounce.recipient.size());
  bounce.status = status_in(reason);
  if (bounce.status.empty()) bounce.status = status_in(letter);
  for (const auto line : text::lines(reason)) {
    const std::string_view said = text::trim(line);
    if (said.size() < 8 || (status_in(said).empty() && code_in(said).empty())) continue;
    bounce.diagnostic = text::squeeze(text::clip(said, 500));
    break;
  }
  if (bounce.diagnostic.empty()) {
    for (const auto line : text::lines(reason)) {
      const std::string said = text::squeeze(line);
      if (said.size() < 8) continue;
      bounce.diagnostic = text::clip(said, 500);
      break;
    }
  }
  const std::string code = bounce.status.empty() ? code_in(reason) : std::string();
  if (!code.empty()) bounce.status = std::string(1, code[0]) + ".0.0";
  bounce.permanent = !is_late(subject, letter) && (bounce.status.empty() || bounce.status[0] == '5');
  return bounce;
}

}  // namespace

Report read_report(const Tree& tree, std::string_view text, std::string_view subject, std::string_view sender,
                   bool null_sender) {
  Report out;
  Notes ignored;
  const Part& root = tree.parts.front();
  const bool report = root.is("multipart/report");
  const std::string report_type = text::ascii_lower(root.type["report-type"]);
  std::vector<Recipient> recipients;
  bool status_part = false;
  for (const auto& part : tree.parts) {
    if (part.is_multipart()) continue;
    if (part.is("message/disposition-notification") || part.is("message/feedback-report")) out.good_news = report;
    if (!part.is("message/delivery-status") && !part.is("message/global-delivery-status")) continue;
    // A report somebody forwards is not one to us: it must be the mail's own.
    if (part.parent != 0 && &part != &root) continue;
    status_part = true;
    for (auto& one : read_status(part.bytes(ignored))) recipients.push_back(std::move(one));
  }
  const bool standard = (status_part && root.begins("message/")) ||
                        (report && (report_type == "delivery-status" || report_type.empty())) ||
                        (status_part && (null_sender || is_mailer(sender)));
  const bool failed_header = root.header.find("x-failed-recipients") != nullptr;
  const bool letter =
      !standard && !out.good_news &&
      (failed_header || ((null_sender || is_mailer(sender)) && (is_failure_subject(subject) || is_failure_text(text)) &&
                         (is_failure_text(text) || is_mailer(sender))));
  if (!standard && !letter) return out;
  model::Bounce bounce;
  if (!recipients.empty()) {
    const auto failed =
        std::find_if(recipients.begin(), recipients.end(), [](const Recipient& r) { return r.action == "failed"; });
    const auto late = std::find_if(recipients.begin(), recipients.end(),
                                   [](const Recipient& r) { return r.action == "delayed" || r.action.empty(); });
    const bool only_good = failed == recipients.end() && late == recipients.end();
    if (only_good) {
      out.good_news = true;
      return out;
    }
    const Recipient& worst = failed != recipients.end() ? *failed : *late;
    bounce.recipient = worst.address;
    bounce.status = worst.status;
    bounce.diagnostic = std::string(text::clip(worst.diagnostic, 1000));
    // "failed" is the last word, also after temporary errors (RFC 3464 section 2.3.3).
    bounce.permanent =
        worst.action == "failed" || (worst.action.empty() && (worst.status.empty() || worst.status[0] == '5'));
    if (bounce.recipient.find('@') == std::string::npos) {
      if (std::string better = from_letter(tree, text, subject, sender).recipient; !better.empty())
        bounce.recipient = better;
    }
    if (bounce.status.empty() || bounce.status == "5.0.0") {
      if (std::string finer = status_in(bounce.diagnostic); !finer.empty()) bounce.status = finer;
    }
  } else {
    bounce = from_letter(tree, text, subject, sender);
  }
  bounce.original_message_id = returned_id(tree);
  if (bounce.original_message_id.empty()) bounce.original_message_id = quoted_id(text);
  if (bounce.original_message_id.empty()) {
    for (const char* name : {"in-reply-to", "references"}) {
      auto ids = read_ids(root.header[name], ignored);
      if (ids.empty() || !bounce.original_message_id.empty()) continue;
      bounce.original_message_id = ids.back();
    }
  }
  out.bounce = std::move(bounce);
  return out;
}

}  // namespace amends::mime
