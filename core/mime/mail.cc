#include "core/mime/mail.h"

#include <cld2/public/compact_lang_det.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/direction.h"
#include "core/base/text.h"
#include "core/mime/address.h"
#include "core/mime/auth.h"
#include "core/mime/body.h"
#include "core/mime/charset.h"
#include "core/mime/date.h"
#include "core/mime/encoded_word.h"
#include "core/mime/message_ids.h"
#include "core/mime/origin.h"
#include "core/mime/reply.h"
#include "core/mime/report.h"
#include "core/mime/tree.h"

namespace amends::mime {

namespace {

constexpr std::size_t kMaxMail = std::size_t{50} * 1024 * 1024;

// Mail whose lines end in a bare CR (old Macs, some scripts), copied to LF; false when it isn't such.
bool normalise_bare_cr(std::string_view raw, std::string& copy) {
  const std::size_t lf = raw.find('\n');
  std::string_view first = raw.substr(0, std::min(lf, kMaxHeaderBytes));
  while (!first.empty() && first.back() == '\r') first.remove_suffix(1);
  const std::size_t cr = first.find('\r');
  if (cr == first.npos) return false;
  if (lf != raw.npos) {
    // Both kinds: CR ends lines when a field or a blank line follows it.
    const std::string_view next = first.substr(cr + 1, 100);
    const std::size_t colon = next.find(':');
    const bool field = colon != next.npos && colon > 0 && next.substr(0, colon).find_first_of(" \t\r") == next.npos;
    if (!field && next.substr(0, 1) != "\r") return false;
  }
  copy.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\r') {
      copy += raw[i];
    } else if (i + 1 >= raw.size() || raw[i + 1] != '\n') {
      copy += '\n';
    }
  }
  return true;
}

std::string languages_code(std::string_view text) {
  // A few hundred letters are as good as all of them, and this is a tenth of what a mail costs.
  constexpr std::size_t kEnough = 320;
  constexpr std::size_t kLeast = 16;
  text = text::clip(text::trim(text), kEnough);
  if (text.size() < kLeast) return {};
  bool reliable = false;
  const CLD2::Language language = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), true, &reliable);
  if (!reliable || language == CLD2::UNKNOWN_LANGUAGE) return {};
  const std::string_view code = CLD2::LanguageCode(language);
  const std::string_view base = code.substr(0, code.find('-'));
  if (base == "iw") return "he";
  if (base == "in") return "id";
  return base.size() == 2 ? std::string(base) : std::string();
}

bool has_prefix(std::string_view subject, std::initializer_list<std::string_view> prefixes) {
  const std::string_view s = text::trim_left(subject);
  for (const std::string_view prefix : prefixes) {
    if (!text::starts_with_ignoring_case(s, prefix)) continue;
    std::string_view rest = s.substr(prefix.size());
    if (!rest.empty() && (rest[0] == '[' || rest[0] == '(')) {  // "Re[2]:"
      const std::size_t close = rest.find_first_of("])");
      rest = close == rest.npos ? std::string_view() : rest.substr(close + 1);
    }
    rest = text::trim_left(rest);
    if (rest.compare(0, 1, ":") == 0 || rest.compare(0, 3, "：") == 0) return true;
  }
  return false;
}

bool is_reply_subject(std::string_view subject) {
  return has_prefix(subject, {"re", "aw", "antw", "antwort", "sv", "rif", "r", "rép", "rep", "res", "vs", "回复",
                              "答复", "回覆", "odp", "ynt"});
}

bool is_forward_subject(std::string_view subject) {
  return has_prefix(subject, {"fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "i", "vs", "转发", "轉寄", "pd", "vb"}) ||
         text::starts_with_ignoring_case(text::trim_left(subject), "[fwd:");
}

std::vector<model::Party> parties(const Header& header, std::string_view name, Notes& notes, std::string_view hint) {
  std::vector<model::Party> out;
  for (const auto& field : header.fields) {
    if (field.name.size() != name.size() || !text::equals_ignoring_case(field.name, name)) continue;
    for (auto& box : read_addresses(field.value, notes, hint)) {
      out.push_back({text::without_direction_overrides(box.name), handle_of(box.address)});
    }
  }
  return out;
}

std::string read_line(const Header& header, std::string_view name, Notes& notes, std::string_view hint) {
  const std::string_view raw = header[name];
  if (raw.empty()) return {};
  return text::without_direction_overrides(text::trim(decode_words(unfold(raw), notes, hint)));
}

// Letters of other scripts that look like Latin ones, among Latin ones, in one name of a domain.
bool is_mixed_script(std::string_view domain) {
  bool latin = false, lookalike = false;
  for (std::size_t at = 0; at < domain.size();) {
    const char32_t c = text::next_utf8(domain, at);
    if (c == '.') {
      if (latin && lookalike) return true;
      latin = lookalike = false;
    } else if (c < 0x80) {
      latin = latin || text::is_alpha(static_cast<char>(c));
    } else if ((c >= 0x370 && c < 0x530) || (c >= 0x13A0 && c < 0x1400)) {
      lookalike = true;
    }
  }
  return latin && lookalike;
}

void check_author(const Header& header, const model::Content& mail, Notes& notes) {
  const Field* from = header.find("from");
  const auto fields = std::count_if(header.fields.begin(), header.fields.end(),
                                    [](const Field& f) { return text::equals_ignoring_case(f.name, "from"); });
  if (!from) {
    add_note(notes, "there is no From");
  } else if (mail.from.empty() || mail.from.front().handle.empty()) {
    add_note(notes, "From holds no address");
  }
  if (fields > 1) add_note(notes, "several From fields");
  if (mail.from.size() > 1) add_note(notes, "From names several authors");
  if (from && !text::is_ascii(from->value)) {
    const std::size_t at = from->value.rfind('@');
    if (at != from->value.npos && is_mixed_script(text::repair_utf8(from->value.substr(at + 1)))) {
      add_note(notes, "the sender's domain mixes scripts that look alike");
    }
  }
}

std::optional<Timestamp> topmost_received(const Header& header) {
  Notes ignored;
  for (const auto& field : header.fields) {
    if (!text::equals_ignoring_case(field.name, "received")) continue;
    const std::size_t semicolon = field.value.rfind(';');
    if (semicolon == field.value.npos) continue;
    if (auto at = read_date(field.value.substr(semicolon + 1), ignored)) return at;
  }
  return {};
}

void read_mail_date(const Header& header, model::Content& mail, Notes& notes) {
  const Field* date = header.find("date");
  if (!date || text::trim(date->value).empty()) {
    add_note(notes, "there is no date");
    return;
  }
  mail.date = read_date(date->value, notes);
  if (!mail.date) return;
  const auto received = topmost_received(header);
  constexpr std::int64_t kFar = std::int64_t{7} * 24 * 3600 * 1000;
  if (received && std::llabs(received->ms - mail.date->ms) > kFar) {
    add_note(notes, "the date is more than a week away from when the mail was received");
  }
}

// A mail inside a mail, read as far as a forward needs it.
std::optional<model::Forwarded> read_inner(const Tree& tree, int index, Notes& notes) {
  const std::string bytes = tree.parts[static_cast<std::size_t>(index)].bytes(notes);
  Notes inner;
  Header header = read_header(bytes, true, inner);
  if (header.fields.empty()) return {};
  const Tree inside = read_tree(std::move(header), inner);
  const Header& fields = inside.parts.front().header;
  const std::string_view hint = charset_hint(inside);
  model::Forwarded forwarded;
  auto from = parties(fields, "from", inner, hint);
  if (!from.empty()) forwarded.from = std::move(from.front());
  forwarded.subject = read_line(fields, "subject", inner, hint);
  if (const Field* date = fields.find("date")) forwarded.date = read_date(date->value, inner);
  forwarded.text = choose_body(inside, false, inner).text;
  return forwarded;
}

std::string list_id_of(const Header& header, Notes& notes) {
  std::string value = read_line(header, "list-id", notes, {});
  const std::size_t open = value.rfind('<');
  const std::size_t close = value.find('>', open == value.npos ? 0 : open);
  if (open != value.npos && close != value.npos) return text::ascii_lower(value.substr(open + 1, close - open - 1));
  return text::ascii_lower(value);
}

// What is new stands at the start, or between quotes; behind a megabyte nobody writes by hand any more.
constexpr std::size_t kMaxSplit = std::size_t{1} * 1024 * 1024;

void split_body(const ChosenBody& body, model::Content& mail, bool forwards_a_mail) {
  BodyHints hints;
  hints.is_reply = !mail.in_reply_to.empty() || !mail.references.empty() || is_reply_subject(mail.subject);
  hints.is_forward = is_forward_subject(mail.subject) && !forwards_a_mail;
  hints.author_name = mail.author.name;
  std::string_view text = mail.text;
  std::string_view rest;
  if (text.size() > kMaxSplit) {
    const std::size_t line = std::min(text.find('\n', kMaxSplit), text.size());
    rest = text.substr(line);
    text = text.substr(0, line);
  }
  const bool use_html = !body.html.empty() && body.one_section && body.html.size() <= kMaxSplit;
  Body split = use_html ? split_html(body.html, text, hints) : split_text(text, hints);
  (split.quoted_text.empty() ? split.reply_text : split.quoted_text) += rest;
  mail.reply_text = std::move(split.reply_text);
  mail.quoted_text = std::move(split.quoted_text);
  mail.signature = std::move(split.signature);
  mail.forwarded = std::move(split.forwarded);
}

}  // namespace

void init() {}

model::Content parse(std::string_view raw, const ParseOptions& options) {
  model::Content mail;
  Notes& notes = mail.notes;
  std::string copy;
  if (normalise_bare_cr(raw, copy)) {
    raw = copy;
    add_note(notes, "lines end in a bare CR");
  }
  Header read = read_header(raw, true, notes);
  if (read.fields.empty()) add_note(notes, "there is no header");
  if (raw.size() > kMaxMail) {
    add_note(notes, "the mail is over 50 MB; its body is not read");
    read.body = {};
  }
  const Tree tree = read_tree(std::move(read), notes);
  const Header& header = tree.parts.front().header;
  const std::string_view hint = charset_hint(tree);

  mail.from = parties(header, "from", notes, hint);
  mail.to = parties(header, "to", notes, hint);
  mail.cc = parties(header, "cc", notes, hint);
  mail.bcc = parties(header, "bcc", notes, hint);
  mail.reply_to = parties(header, "reply-to", notes, hint);
  if (!mail.from.empty()) {
    mail.author = mail.from.front();
  } else if (auto sender = parties(header, "sender", notes, hint); !sender.empty()) {
    mail.author = std::move(sender.front());
  }
  mail.subject = read_line(header, "subject", notes, hint);
  mail.message_id = read_message_id(header["message-id"], notes);
  if (mail.message_id.empty()) add_note(notes, "there is no Message-ID");
  mail.in_reply_to = read_ids(header["in-reply-to"], notes);
  mail.references = read_ids(header["references"], notes);
  mail.list_id = list_id_of(header, notes);
  read_mail_date(header, mail, notes);
  check_author(header, mail, notes);

  ChosenBody body = choose_body(tree, options.hash_attachments, notes);
  mail.text = std::move(body.text);
  mail.attachments = std::move(body.attachments);
  split_body(body, mail, !body.mails.empty());
  mail.html = std::move(body.html);

  const Field* path = header.find("return-path");
  const bool null_sender = path && text::squeeze(path->value) == "<>";
  Report report = read_report(tree, mail.text, mail.subject, mail.author.handle, null_sender);
  const Verdict verdict = judge_origin(header, mail.subject, null_sender, report.bounce.has_value(), report.good_news);
  mail.origin = verdict.origin;
  mail.auto_submitted = verdict.auto_submitted;
  mail.bounce = std::move(report.bounce);
  if (!mail.forwarded && !mail.bounce && !report.good_news && !body.mails.empty()) {
    mail.forwarded = read_inner(tree, body.mails.front(), notes);
  }

  mail.auth = read_auth(header, mail.from, options.trusted_authserv_ids, options.trust_below_received, notes);
  mail.language = languages_code(mail.reply_text.empty() ? mail.text : mail.reply_text);
  return mail;
}

std::vector<Mailbox> written_addresses(std::string_view raw, std::string_view name) {
  Notes ignored;
  std::string copy;
  if (normalise_bare_cr(raw, copy)) raw = copy;
  const Tree tree = read_tree(read_header(raw, true, ignored), ignored);
  const std::string_view hint = charset_hint(tree);
  std::vector<Mailbox> out;
  for (const auto& field : tree.parts.front().header.fields) {
    if (!text::equals_ignoring_case(field.name, name)) continue;
    for (auto& box : read_addresses(field.value, ignored, hint)) {
      box.name = text::without_direction_overrides(box.name);
      out.push_back(std::move(box));
    }
  }
  return out;
}

Result<std::string> part_bytes(std::string_view raw, std::int32_t part) {
  Notes ignored;
  std::string copy;
  if (normalise_bare_cr(raw, copy)) raw = copy;
  const Tree tree = read_tree(read_header(raw, true, ignored), ignored);
  std::string out;
  if (!leaf_bytes(tree, part, out)) return fail(Kind::not_found, "the mail has no part " + std::to_string(part));
  return out;
}

std::string quarantine_reason(std::string_view raw) {
  Notes ignored;
  std::string copy;
  if (normalise_bare_cr(raw, copy)) raw = copy;
  if (text::trim(raw.substr(0, 4096)).empty() && text::trim(raw).empty()) return "the mail is empty";
  if (read_header(raw, true, ignored).fields.empty()) return "nothing in it looks like a mail header";
  return {};
}

}  // namespace amends::mime
