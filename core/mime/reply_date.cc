#include <chrono>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/mime/reply_header.h"
#include "core/mime/reply_words.h"

namespace amends::mime::reply {
namespace {

struct Parts {
  int year = 0, month = 0, day = 0;
  int hour = -1, minute = 0, second = 0;
  bool afternoon = false, morning = false;
  int zone = 0;  // minutes east of UTC
  // "3/4/2020": which of both is the month shows only when the whole text is read.
  int first = 0, second_number = 0;
};

struct Reader {
  std::string_view s;
  std::size_t at = 0;
  Parts parts;

  bool digit(std::size_t i) const { return i < s.size() && text::is_digit(s[i]); }
  bool next_is(std::string_view word) const { return s.substr(at, word.size()) == word; }
  int number() {
    int value = 0;
    while (digit(at)) {
      if (value < 100'000) value = value * 10 + (s[at] - '0');
      ++at;
    }
    return value;
  }

  void zone_after_time() {
    std::size_t i = at;
    while (i < s.size() && (s[i] == ' ' || s[i] == '(')) ++i;
    for (const std::string_view word : {"gmt", "utc"}) {
      if (s.substr(i, 3) == word) i += 3;
    }
    if (i >= s.size() || (s[i] != '+' && s[i] != '-') || !digit(i + 1) || !digit(i + 2)) return;
    const int sign = s[i] == '-' ? -1 : 1;
    at = i + 1;
    int value = number();
    if (next_is(":") && digit(at + 1)) {
      ++at;
      value = value * 100 + number();
    } else if (value < 100) {
      value *= 100;
    }
    if (value <= 1400) parts.zone = sign * (value / 100 * 60 + value % 100);
  }

  void time(int hour) {
    parts.hour = hour;
    parts.minute = number();
    if (next_is(":") && digit(at + 1)) {
      ++at;
      parts.second = number();
    }
    zone_after_time();
  }

  void numeric() {
    const std::size_t begin = at;
    const int first = number();
    const std::size_t digits = at - begin;
    if (next_is("年"))
      parts.year = first;
    else if (next_is("月"))
      parts.month = first;
    else if (next_is("日"))
      parts.day = first;
    else if (next_is("时") || next_is("時") || next_is("点"))
      parts.hour = first;
    else if (next_is("分"))
      parts.minute = first;
    else if (next_is(":") && digit(at + 1)) {
      ++at;
      time(first);
    } else if (next_is("h") && digit(at + 1) && digit(at + 2)) {
      ++at;
      time(first);
    } else if ((next_is("-") || next_is("/") || next_is(".")) && digit(at + 1)) {
      const char separator = s[at++];
      const std::size_t second_at = at;
      const int second = number();
      if (at < s.size() && s[at] == separator && digit(at + 1)) {
        ++at;
        const int third = number();
        if (digits == 4) {
          parts.year = first;
          parts.month = second;
          parts.day = third;
        } else {
          parts.year = third < 100 ? 2000 + third : third;
          parts.first = first;
          parts.second_number = second;
        }
      } else if (separator == '.' && at - second_at == 2 && first < 24 && second < 60) {
        parts.hour = first;
        parts.minute = second;
        zone_after_time();
      }
    } else if (digits == 4 && first >= 1970 && first < 2200) {
      parts.year = first;
    } else if (digits <= 2 && parts.day == 0 && first >= 1 && first <= 31) {
      parts.day = first;
    } else if (digits == 2 && parts.day != 0 && parts.month != 0 && parts.year == 0) {
      parts.year = 2000 + first;
    }
  }

  void word() {
    const std::size_t begin = at;
    while (at < s.size() && (text::is_alpha(s[at]) || (s[at] & 0x80) != 0)) {
      // A CJK word may run straight into the next number; the marks of the day's halves stand alone.
      if (next_is("下午") || next_is("午後") || next_is("오후")) parts.afternoon = true;
      if (next_is("上午") || next_is("午前") || next_is("오전")) parts.morning = true;
      ++at;
    }
    const std::string_view found = s.substr(begin, at - begin);
    if (const int month = words::month_of(found); month != 0)
      parts.month = month;  // "mar, 4 sept": the last one counts
    const bool dotted = next_is(".m.");
    if (found == "pm" || (found == "p" && dotted)) parts.afternoon = true;
    if ((found == "am" && parts.hour >= 0) || (found == "a" && dotted)) parts.morning = true;
  }

  void read() {
    while (at < s.size()) {
      if (text::is_digit(s[at]))
        numeric();
      else if (text::is_alpha(s[at]) || (s[at] & 0x80) != 0)
        word();
      else
        ++at;
    }
    if (parts.first != 0) {
      const bool month_first = parts.second_number > 12 || (parts.first <= 12 && (parts.afternoon || parts.morning));
      parts.month = month_first ? parts.first : parts.second_number;
      parts.day = month_first ? parts.second_number : parts.first;
    }
  }
};

}  // namespace

std::optional<Timestamp> read_date(std::string_view value) {
  constexpr std::size_t kLongest = 200;
  const std::string folded = normal(text::clip(value, kLongest));
  Reader reader{folded, 0, {}};
  reader.read();
  Parts p = reader.parts;
  if (p.hour > 24 || p.minute > 59 || p.second > 60) return std::nullopt;
  if (p.hour < 0) p.hour = 0;
  if (p.afternoon && p.hour < 12) p.hour += 12;
  if (p.morning && p.hour == 12) p.hour = 0;
  using namespace std::chrono;
  const year_month_day date(year(p.year), month(static_cast<unsigned>(p.month)), day(static_cast<unsigned>(p.day)));
  if (p.year < 1970 || p.year > 2199 || p.month < 1 || p.month > 12 || p.day < 1 || !date.ok()) return std::nullopt;
  const auto at =
      sys_days(date).time_since_epoch() + hours(p.hour) + minutes(p.minute) + seconds(p.second) - minutes(p.zone);
  return Timestamp{duration_cast<milliseconds>(at).count()};
}

}  // namespace amends::mime::reply
