#include "core/mime/mbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/text.h"

namespace amends::mime {
namespace {

constexpr std::string_view kFrom = "From ";
// No line that decides anything is longer; longer ones are handed on in pieces.
constexpr std::size_t kLongestLine = std::size_t{64} << 10;

bool is_from(std::string_view line) { return line.substr(0, kFrom.size()) == kFrom; }

std::string_view without_break(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_empty_line(std::string_view line) { return without_break(line).empty(); }

// ">From ", ">>From ": a line that was quoted on its way into the file.
bool is_quoted_from(std::string_view line) {
  const std::size_t marks = line.find_first_not_of('>');
  return marks != std::string_view::npos && marks > 0 && is_from(line.substr(marks));
}

bool has_time_of_day(std::string_view s) {
  for (std::size_t i = 2; i + 2 < s.size(); ++i) {
    if (s[i] == ':' && text::is_digit(s[i - 1]) && text::is_digit(s[i + 1]) && text::is_digit(s[i + 2])) return true;
  }
  return false;
}

}  // namespace

bool is_mbox_from_line(std::string_view line) {
  if (!is_from(line)) return false;
  line = without_break(line);
  if (!has_time_of_day(line)) return false;
  // A year: four digits that stand alone.
  std::size_t digits = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && text::is_digit(line[i])) {
      ++digits;
      continue;
    }
    if (digits == 4 && (line[i - 4] == '1' || line[i - 4] == '2')) return true;
    digits = 0;
  }
  return false;
}

bool begins_mail_header(std::string_view line) {
  if (is_quoted_from(line)) return true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 76) return false;
  const auto name = text::trim_right(line.substr(0, colon));
  if (std::any_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c > '~'; })) return false;
  if (text::starts_with_ignoring_case(name, "X-") || text::starts_with_ignoring_case(name, "List-") ||
      text::starts_with_ignoring_case(name, "ARC-") || text::starts_with_ignoring_case(name, "Resent-") ||
      text::starts_with_ignoring_case(name, "Content-")) {
    return true;
  }
  static constexpr std::string_view kNames[] = {
      "Return-Path",
      "Received",
      "Delivered-To",
      "Envelope-To",
      "From",
      "Sender",
      "Reply-To",
      "To",
      "Cc",
      "Bcc",
      "Subject",
      "Date",
      "Message-ID",
      "In-Reply-To",
      "References",
      "MIME-Version",
      "Status",
      "DKIM-Signature",
      "Mailing-List",
      "Precedence",
      "Organization",
      "Authentication-Results",
      "Received-SPF",
      "User-Agent",
      "Lines",
      "Newsgroups",
      "Path",
      "Xref",
      "Errors-To",
      "Apparently-To",
      "Priority",
      "Importance",
      "Auto-Submitted",
      "DomainKey-Signature",
      "Thread-Topic",
      "Thread-Index",
      "Old-Return-Path",
      "Approved",
      "Posted-Date",
      "Comments",
      "Keywords",
      "Delivery-Date",
  };
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view known) { return text::equals_ignoring_case(known, name); });
}

bool MboxSplitter::add(std::string_view bytes) {
  while (go_on_ && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const bool whole = end != std::string_view::npos;
    const auto piece = bytes.substr(0, whole ? end + 1 : bytes.size());
    bytes.remove_prefix(piece.size());
    if (line_is_cut_) {
      append(piece);
      line_is_cut_ = !whole;
      if (whole) after_blank_ = false;
    } else if (whole && partial_.empty()) {
      take_line(piece);
    } else {
      partial_ += piece;
      if (whole || partial_.size() > kLongestLine) {
        const std::string line = std::exchange(partial_, {});
        take_line(line);
        line_is_cut_ = !whole;
      }
    }
  }
  return go_on_;
}

void MboxSplitter::take_line(std::string_view line) {
  if (!candidate_.empty()) {
    const std::string before = std::exchange(candidate_, {});
    const bool header_follows = begins_mail_header(line);
    const bool begins = is_mbox_from_line(before) ? after_blank_ || header_follows : after_blank_ && header_follows;
    if (begins || !in_mail_) {
      begin_mail();
      if (!go_on_) return;
    } else {
      append(before);
      after_blank_ = false;
    }
  }
  if (is_from(line) && line.size() < kLongestLine) {
    candidate_ = line;
    return;
  }
  if (!in_mail_ && is_empty_line(line)) return;  // before the first mail
  in_mail_ = true;
  append(is_quoted_from(line) ? line.substr(1) : line);
  after_blank_ = is_empty_line(line);
}

void MboxSplitter::append(std::string_view line) {
  if (current_.size() < max_mail_) current_.append(line.substr(0, max_mail_ - current_.size()));
}

void MboxSplitter::begin_mail() {
  if (in_mail_) end_mail();
  current_.clear();
  in_mail_ = true;
  after_blank_ = false;
}

void MboxSplitter::end_mail() {
  std::string_view raw = current_;
  if (raw.size() >= 4 && raw.substr(raw.size() - 4) == "\r\n\r\n") {
    raw.remove_suffix(2);
  } else if (raw.size() >= 2 && raw.substr(raw.size() - 2) == "\n\n") {
    raw.remove_suffix(1);
  }
  if (!raw.empty()) go_on_ = mail_(raw);
}

bool MboxSplitter::finish() {
  if (!go_on_) return false;
  if (!partial_.empty()) {
    const std::string line = std::exchange(partial_, {});
    take_line(line);
  }
  if (!candidate_.empty()) {
    const std::string last = std::exchange(candidate_, {});
    if (in_mail_ && !(is_mbox_from_line(last) && after_blank_)) append(last);
  }
  if (in_mail_ && go_on_) end_mail();
  return go_on_;
}

}  // namespace amends::mime
