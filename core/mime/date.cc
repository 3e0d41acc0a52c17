#include "core/mime/date.h"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

struct Zone {
  std::string_view name;
  int minutes;
};
// RFC 5322 section 4.3 and RFC 822 first; then what mail servers write beside the offset. Where a name means several
// zones, the one most mail comes from.
constexpr Zone kZones[] = {
    {"gmt", 0},    {"ut", 0},     {"utc", 0},    {"z", 0},       {"est", -300},  {"edt", -240}, {"cst", -360},
    {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480},  {"pdt", -420},  {"wet", 0},    {"west", 60},
    {"bst", 60},   {"ist", 330},  {"cet", 60},   {"cest", 120},  {"met", 60},    {"mest", 120}, {"mez", 60},
    {"mesz", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},   {"msd", 240},   {"sast", 120}, {"sgt", 480},
    {"hkt", 480},  {"awst", 480}, {"jst", 540},  {"kst", 540},   {"acst", 570},  {"acdt", 630}, {"aest", 600},
    {"aedt", 660}, {"nzst", 720}, {"nzdt", 780}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240},
    {"adt", -180}, {"nst", -210}, {"ndt", -150}, {"brt", -180},  {"brst", -120}, {"art", -180}, {"clt", -240},
    {"trt", 180},  {"idt", 180},  {"pkt", 300},  {"ict", 420},   {"wib", 420},   {"pht", 480},
};

struct Month {
  std::string_view prefix;
  int number;
};
constexpr Month kMonths[] = {
    {"jan", 1},  {"feb", 2},  {"mar", 3},  {"apr", 4},  {"may", 5},  {"jun", 6},  {"jul", 7}, {"aug", 8},
    {"sep", 9},  {"oct", 10}, {"nov", 11}, {"dec", 12}, {"ene", 1},  {"janv", 1}, {"fév", 2}, {"fev", 2},
    {"mär", 3},  {"mrz", 3},  {"maa", 3},  {"avr", 4},  {"abr", 4},  {"mai", 5},  {"mei", 5}, {"mag", 5},
    {"juin", 6}, {"giu", 6},  {"juil", 7}, {"lug", 7},  {"aoû", 8},  {"aou", 8},  {"ago", 8}, {"set", 9},
    {"okt", 10}, {"ott", 10}, {"out", 10}, {"déc", 12}, {"dez", 12}, {"dic", 12}, {"gen", 1},
};

int month_of(std::string_view word) {
  const std::string low = text::ascii_lower(word);
  for (const auto& month : kMonths) {
    if (low.compare(0, month.prefix.size(), month.prefix) == 0) return month.number;
  }
  return 0;
}

bool is_weekday(std::string_view word) {
  for (const std::string_view day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) {
    if (text::starts_with_ignoring_case(word, day)) return true;
  }
  return false;
}

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 6 && s.find_first_not_of("0123456789") == s.npos;
}

int number(std::string_view s) {
  int value = 0;
  for (const char c : s) value = value * 10 + (c - '0');
  return value;
}

struct Parts {
  int year = -1, month = 0, day = 0, hour = -1, minute = 0, second = 0;
  std::optional<int> zone;
  bool pm = false, am = false;
};

// hh:mm, hh:mm:ss, hh.mm.ss, with a fraction behind the seconds; false when it is none.
bool read_time(std::string_view s, Parts& p) {
  std::array<int, 3> value{0, 0, 0};
  std::size_t count = 0;
  std::size_t at = 0;
  while (count < 3) {
    std::size_t end = at;
    while (end < s.size() && text::is_digit(s[end]) && end - at < 3) ++end;
    if (end == at) return false;
    value[count++] = number(s.substr(at, end - at));
    at = end;
    if (at == s.size() || (s[at] != ':' && (s[at] != '.' || count == 3))) break;
    ++at;
  }
  if (count < 2) return false;
  if (at < s.size() && (s[at] == '.' || s[at] == ',' || s[at] == ':')) {
    ++at;
    while (at < s.size() && text::is_digit(s[at])) ++at;
  }
  const std::string_view rest = s.substr(at);
  if (text::equals_ignoring_case(rest, "pm")) {
    p.pm = true;
  } else if (text::equals_ignoring_case(rest, "am")) {
    p.am = true;
  } else if (!rest.empty()) {
    return false;
  }
  p.hour = value[0];
  p.minute = value[1];
  p.second = value[2];
  return true;
}

// +hhmm, -hh:mm, +hh, +hhmmss; false when it is none.
bool read_offset(std::string_view s, int& minutes) {
  if (s.size() < 2 || (s[0] != '+' && s[0] != '-')) return false;
  std::string digits;
  for (const char c : s.substr(1)) {
    if (text::is_digit(c)) {
      digits += c;
    } else if (c != ':') {
      return false;
    }
  }
  if (digits.empty() || digits.size() > 6) return false;
  const int hours = number(digits.substr(0, digits.size() <= 2 ? digits.size() : digits.size() == 3 ? 1 : 2));
  const int rest = digits.size() <= 2 ? 0 : number(digits.substr(digits.size() == 3 ? 1 : 2, 2));
  if (hours > 15 || rest > 59) return false;
  minutes = (hours * 60 + rest) * (s[0] == '-' ? -1 : 1);
  return true;
}

bool read_zone(std::string_view s, Parts& p) {
  int minutes = 0;
  if (read_offset(s, minutes)) {
    p.zone = minutes;
    return true;
  }
  for (const auto& zone : kZones) {
    if (text::equals_ignoring_case(zone.name, s)) {
      p.zone = zone.minutes;
      return true;
    }
    // GMT+0200, UTC+2
    if (zone.minutes == 0 && zone.name.size() >= 2 && text::starts_with_ignoring_case(s, zone.name) &&
        read_offset(s.substr(zone.name.size()), minutes)) {
      p.zone = minutes;
      return true;
    }
  }
  return false;
}

// 2026-11-21, 2026/11/21, 21-Nov-2026, 21-Nov-94; false when it is none.
bool read_joined_date(std::string_view s, Parts& p) {
  const char separator = s.find('-') != s.npos ? '-' : s.find('/') != s.npos ? '/' : s.find('.') != s.npos ? '.' : 0;
  if (separator == 0) return false;
  const auto pieces = text::split(s, separator);
  if (pieces.size() != 3) return false;
  if (is_number(pieces[0]) && pieces[0].size() == 4 && is_number(pieces[1]) && is_number(pieces[2])) {
    p.year = number(pieces[0]);
    p.month = number(pieces[1]);
    p.day = number(pieces[2]);
    return true;
  }
  if (is_number(pieces[0]) && month_of(pieces[1]) != 0 && is_number(pieces[2])) {
    p.day = number(pieces[0]);
    p.month = month_of(pieces[1]);
    p.year = number(pieces[2]);
    if (pieces[2].size() < 4) p.year += pieces[2].size() == 2 && p.year < 50 ? 2000 : 1900;
    return true;
  }
  // 21.11.2026 and 21/11/2026 where only one reading is possible; the dotted form is always day first.
  if (is_number(pieces[0]) && is_number(pieces[1]) && is_number(pieces[2]) && pieces[2].size() == 4) {
    const int a = number(pieces[0]), b = number(pieces[1]);
    if (separator != '.' && a <= 12 && b <= 12 && a != b) return false;
    p.day = separator == '.' || a > 12 ? a : b;
    p.month = separator == '.' || a > 12 ? b : a;
    p.year = number(pieces[2]);
    return true;
  }
  return false;
}

// Words, without comments; commas part words too.
std::vector<std::string> date_words(std::string_view s) {
  std::vector<std::string> out;
  std::string word;
  int depth = 0;
  const auto flush = [&] {
    if (!word.empty() && out.size() < 20) out.push_back(word);
    word.clear();
  };
  for (const char c : s) {
    if (c == '(') {
      flush();
      ++depth;
    } else if (c == ')') {
      if (depth > 0) --depth;
    } else if (depth > 0) {
      continue;
    } else if (text::is_space(c) || c == ',' || c == ';' || c == '"') {
      flush();
    } else {
      word += c;
    }
  }
  flush();
  return out;
}

void take(std::string_view word, Parts& p, bool& unknown_zone) {
  if (p.hour < 0) {
    // ISO 8601 joins date and time by a T and may end in a zone.
    const std::size_t t = word.find_first_of("Tt");
    if (t == 10 && word.size() > 15 && read_joined_date(word.substr(0, t), p)) {
      std::string_view time = word.substr(t + 1);
      const std::size_t zone = time.find_first_of("Zz+-");
      if (zone != time.npos && read_zone(time.substr(zone), p)) time = time.substr(0, zone);
      read_time(time, p);
      return;
    }
    if (p.day == 0 && read_joined_date(word, p)) return;
    std::string_view time = word;
    // "09:30:00+0200" and "09:30:00Z"
    const std::size_t sign = time.find_first_of("+-zZ");
    if (sign != time.npos && sign > 3 && read_zone(time.substr(sign), p)) time = time.substr(0, sign);
    if (word.find(':') != word.npos || (p.year >= 0 && word.find('.') != word.npos)) {
      if (read_time(time, p)) return;
    }
  }
  if (is_number(word) && word.size() <= 4) {
    if (p.day == 0 && word.size() <= 2) {
      p.day = number(word);
    } else if (p.year < 0) {
      p.year = number(word);
      // RFC 5322 section 4.3
      if (word.size() == 2) p.year += p.year < 50 ? 2000 : 1900;
      if (word.size() == 3) p.year += 1900;
    }
    return;
  }
  if (text::equals_ignoring_case(word, "pm")) {
    p.pm = true;
  } else if (text::equals_ignoring_case(word, "am")) {
    p.am = true;
  } else if (p.month == 0 && month_of(word) != 0 && !text::is_digit(word[0])) {
    p.month = month_of(word);
  } else if (p.hour >= 0 && !p.zone) {
    if (!read_zone(word, p) && !is_weekday(word) && p.year >= 0) unknown_zone = true;
  } else if (p.hour >= 0 && p.zone) {
    // "GMT +0200": the number is right.
    int minutes = 0;
    if (*p.zone == 0 && read_offset(word, minutes)) p.zone = minutes;
  }
}

}  // namespace

std::optional<Timestamp> read_date(std::string_view raw, Notes& notes) {
  const std::string line = unfold(raw.substr(0, 500));
  if (line.empty()) return {};
  Parts p;
  bool unknown_zone = false;
  for (const auto& word : date_words(line)) take(word, p, unknown_zone);
  if (p.pm && p.hour < 12 && p.hour > 0) p.hour += 12;
  if (p.am && p.hour == 12) p.hour = 0;
  if (p.second == 60) p.second = 59;
  using namespace std::chrono;
  const year_month_day day{year{p.year}, month{static_cast<unsigned>(p.month)},
                           std::chrono::day{static_cast<unsigned>(p.day)}};
  const bool possible = p.year >= 1900 && p.year <= 9999 && p.month >= 1 && p.month <= 12 && p.day >= 1 &&
                        p.day <= 31 && day.ok() && p.hour >= 0 && p.hour < 24 && p.minute < 60 && p.second < 60;
  if (!possible) {
    add_note(notes, "the date can't be read");
    return {};
  }
  if (unknown_zone && !p.zone) add_note(notes, "the date's time zone is unknown, read as UTC");
  const auto seconds =
      duration_cast<milliseconds>(sys_days(day).time_since_epoch() + hours(p.hour) + minutes(p.minute) +
                                  std::chrono::seconds(p.second) - minutes(p.zone.value_or(0)));
  return Timestamp{seconds.count()};
}

}  // namespace amends::mime
