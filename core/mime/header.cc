#include "core/mime/header.h"

#include "core/base/text.h"
#include "core/mime/line_at.h"

namespace amends::mime {

namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

// The field's name, "" when the line is no field. RFC 5322 section 2.2, with the obsolete space before the colon.
std::string_view field_name(std::string_view line) {
  constexpr std::size_t kLongestName = 256;
  const std::size_t colon = line.substr(0, kLongestName).find(':');
  if (colon == line.npos || colon == 0) return {};
  const std::string_view name = text::trim_right(line.substr(0, colon));
  for (const char c : name) {
    if (c <= ' ' || c >= 127) return {};
  }
  return name;
}

// A name that stands in headers and hardly at the start of a sentence; decides whether a header goes on behind a line
// that is no field.
bool is_usual(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "from",     "to",         "cc",          "bcc",        "subject",      "date",        "sender",      "received",
      "reply-to", "message-id", "in-reply-to", "references", "mime-version", "return-path", "delivered-to"};
  for (const auto usual : kNames) {
    if (text::equals_ignoring_case(usual, name)) return true;
  }
  static constexpr std::string_view kPrefixes[] = {"x-", "content-", "list-", "resent-", "arc-", "dkim-", "received-"};
  for (const auto prefix : kPrefixes) {
    if (text::starts_with_ignoring_case(name, prefix)) return true;
  }
  return false;
}

// Whether a usual field follows before the next blank line.
bool header_goes_on(std::string_view s, std::size_t at) {
  constexpr int kLookAhead = 40;
  for (int i = 0; i < kLookAhead && at < s.size(); ++i) {
    const std::string_view line = line_at(s, at, at);
    if (is_blank(line)) return false;
    if (is_usual(field_name(line))) return true;
  }
  return false;
}

std::size_t after_blank_line(std::string_view s, std::size_t at) {
  while (at < s.size()) {
    if (line_at(s, at, at).empty()) break;
  }
  return at;
}

// Where the first field may begin: behind a byte order mark, blank lines and an mbox line.
std::size_t skip_preface(std::string_view s) {
  std::size_t at = s.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0;
  std::size_t next = at;
  while (at < s.size() && is_blank(line_at(s, at, next))) at = next;
  for (const std::string_view mark : {"From ", ">From "}) {
    if (s.compare(at, mark.size(), mark) == 0) {
      line_at(s, at, next);
      return next;
    }
  }
  return at;
}

}  // namespace

const Field* Header::find(std::string_view name) const {
  for (const auto& field : fields) {
    if (field.name.size() == name.size() && text::equals_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::string_view Header::operator[](std::string_view name) const {
  const Field* field = find(name);
  return field ? field->value : std::string_view();
}

Header read_header(std::string_view s, bool whole_mail, Notes& notes) {
  Header header;
  std::size_t at = whole_mail ? skip_preface(s) : 0;
  const std::size_t start = at;
  std::size_t lines = 0;
  // The last field reaches to `to`.
  const auto extend = [&](std::size_t to) {
    std::string_view& value = header.fields.back().value;
    value = std::string_view(value.data(), static_cast<std::size_t>(s.data() + to - value.data()));
  };
  while (at < s.size()) {
    std::size_t next = at;
    std::string_view line = line_at(s, at, next);
    if (line.empty()) {
      header.body = s.substr(next);
      return header;
    }
    if (++lines > kMaxHeaderLines || next - start > kMaxHeaderBytes) {
      add_note(notes, "the header is over the limit; its end is not read");
      if (header.fields.empty() || (next - start > kMaxHeaderBytes && lines <= kMaxHeaderLines)) {
        // One field too long to keep: its beginning still says something.
        const std::string_view head = line.substr(0, kMaxHeaderBytes);
        if (const std::string_view name = field_name(head); !name.empty()) {
          header.fields.push_back({name, head.substr(head.find(':') + 1)});
        }
      }
      header.body = s.substr(after_blank_line(s, next));
      return header;
    }
    const bool indented = line[0] == ' ' || line[0] == '\t';
    if (indented && is_blank(line)) {
      // White space alone is an obsolete fold inside a header and a spoiled blank line behind it.
      std::size_t after = next;
      const std::string_view following = line_at(s, next, after);
      const bool goes_on =
          !following.empty() &&
          (following[0] == ' ' || following[0] == '\t' ? !is_blank(following) : is_usual(field_name(following)));
      if (!goes_on || header.fields.empty()) {
        header.body = s.substr(next);
        return header;
      }
      extend(at + line.size());
      at = next;
      continue;
    }
    if (indented && !header.fields.empty()) {
      extend(at + line.size());
      at = next;
      continue;
    }
    if (indented) {
      const std::size_t inner = line.find_first_not_of(" \t");
      at += inner;
      line.remove_prefix(inner);
      if (!field_name(line).empty()) add_note(notes, "the first header line is indented");
    }
    if (const std::string_view name = field_name(line); !name.empty()) {
      header.fields.push_back({name, line.substr(line.find(':') + 1)});
      at = next;
      continue;
    }
    if (!header_goes_on(s, next)) {
      // The body begins without a blank line, or there never was a header.
      if (!header.fields.empty()) add_note(notes, "no blank line between header and body");
      header.body = s.substr(header.fields.empty() && whole_mail ? start : at);
      return header;
    }
    add_note(notes, "a header line is no field");
    if (line.find(':') == line.npos && !header.fields.empty()) extend(at + line.size());
    at = next;
  }
  header.body = s.substr(s.size());
  return header;
}

}  // namespace amends::mime
