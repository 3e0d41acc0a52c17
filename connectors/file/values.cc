#include "connectors/file/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "connectors/file/fields.h"
#include "core/base/text.h"

namespace amends::connectors::file {
namespace {

constexpr Timestamp kEarliest{631'152'000'000};  // 1990-01-01
constexpr Timestamp kLatest{4'102'444'800'000};  // 2100-01-01

std::optional<When> believable(Timestamp at, bool ambiguous = false, bool no_time = false) {
  if (at < kEarliest || at >= kLatest) return {};
  return When{at, ambiguous, no_time};
}

std::optional<std::int64_t> whole_number(std::string_view s) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc() || end != s.data() + s.size()) return {};
  return n;
}

// First letters of the months, folded, in English, German, French, Spanish and Italian.
constexpr std::string_view kMonths[12] = {
    "jan ene gen",  "feb fev fevr", "mar mrz maerz mars marzo", "apr avr abr", "may mai mag mayo",
    "jun juin giu", "jul juil lug", "aug aou ago agosto",       "sep set",     "oct okt ott",
    "nov",          "dec dez dic"};

int month_named(std::string_view word) {
  const std::string folded = fold_name(word);
  if (folded.size() < 3) return 0;
  int found = 0;
  std::size_t longest = 0;
  for (int month = 0; month < 12; ++month) {
    for (const auto prefix : text::split(kMonths[month], ' ')) {
      if (prefix.size() > longest && folded.compare(0, prefix.size(), prefix) == 0) {
        found = month + 1;
        longest = prefix.size();
      }
    }
  }
  return found;
}

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr Zone kZones[] = {{"z", 0},      {"utc", 0},    {"gmt", 0},    {"bst", 60},   {"cet", 60},   {"mez", 60},
                           {"cest", 120}, {"mesz", 120}, {"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300},
                           {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}};

struct Token {
  enum Type { number, word, mark } type;
  std::string_view text;
};

std::vector<Token> tokens_of(std::string_view s) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < s.size() && out.size() < 40;) {
    const std::size_t from = at;
    const auto is_letter = [](char c) { return text::is_alpha(c) || static_cast<unsigned char>(c) >= 0x80; };
    if (text::is_digit(s[at])) {
      while (at < s.size() && text::is_digit(s[at])) ++at;
      out.push_back({Token::number, s.substr(from, at - from)});
    } else if (is_letter(s[at])) {
      while (at < s.size() && is_letter(s[at])) ++at;
      out.push_back({Token::word, s.substr(from, at - from)});
    } else {
      ++at;
      if (!text::is_space(s[from])) out.push_back({Token::mark, s.substr(from, 1)});
    }
  }
  return out;
}

struct TimeOfDay {
  std::chrono::milliseconds since_midnight{0};
  int zone_minutes = 0;
};

bool is_mark(const std::vector<Token>& tokens, std::size_t at, char c) {
  return at < tokens.size() && tokens[at].type == Token::mark && tokens[at].text[0] == c;
}
bool is_number(const std::vector<Token>& tokens, std::size_t at) {
  return at < tokens.size() && tokens[at].type == Token::number;
}

// Takes "8:05[:00[.123]] [PM]" and the zone after it out of the tokens. Nothing when there is none; `wrong` when what
// looks like a time can't be one.
std::optional<TimeOfDay> take_time(std::vector<Token>& tokens, bool& wrong) {
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!is_number(tokens, i) || !is_mark(tokens, i + 1, ':') || !is_number(tokens, i + 2)) continue;
    std::int64_t hour = whole_number(tokens[i].text).value_or(99);
    const std::int64_t minute = whole_number(tokens[i + 2].text).value_or(99);
    std::int64_t second = 0, ms = 0;
    std::size_t end = i + 3;
    if (is_mark(tokens, end, ':') && is_number(tokens, end + 1)) {
      second = whole_number(tokens[end + 1].text).value_or(99);
      end += 2;
      if ((is_mark(tokens, end, '.') || is_mark(tokens, end, ',')) && is_number(tokens, end + 1)) {
        std::string digits(tokens[end + 1].text.substr(0, 3));
        digits.resize(3, '0');
        ms = whole_number(digits).value_or(0);
        end += 2;
      }
    }
    if (end < tokens.size() && tokens[end].type == Token::word) {
      const std::string word = text::ascii_lower(tokens[end].text);
      if (word == "am" || word == "pm") {
        if (hour < 1 || hour > 12) wrong = true;
        hour = hour % 12 + (word == "pm" ? 12 : 0);
        ++end;
      }
    }
    TimeOfDay out;
    if (end < tokens.size() && tokens[end].type == Token::word) {
      const std::string word = text::ascii_lower(tokens[end].text);
      const auto* zone =
          std::find_if(std::begin(kZones), std::end(kZones), [&](const Zone& z) { return z.name == word; });
      if (zone != std::end(kZones)) {
        out.zone_minutes = zone->minutes;
        ++end;
      } else if (word == "uhr") {
        ++end;
      }
    }
    if ((is_mark(tokens, end, '+') || is_mark(tokens, end, '-')) && is_number(tokens, end + 1)) {
      const bool minus = tokens[end].text[0] == '-';
      const std::string_view digits = tokens[end + 1].text;
      std::int64_t zone_hour = 0, zone_minute = 0;
      if (digits.size() == 4) {
        zone_hour = whole_number(digits.substr(0, 2)).value_or(99);
        zone_minute = whole_number(digits.substr(2)).value_or(99);
        end += 2;
      } else if (digits.size() <= 2) {
        zone_hour = whole_number(digits).value_or(99);
        end += 2;
        if (is_mark(tokens, end, ':') && is_number(tokens, end + 1)) {
          zone_minute = whole_number(tokens[end + 1].text).value_or(99);
          end += 2;
        }
      } else {
        wrong = true;
      }
      if (zone_hour > 14 || zone_minute > 59) wrong = true;
      out.zone_minutes = static_cast<int>((minus ? -1 : 1) * (zone_hour * 60 + zone_minute));
    }
    if (hour > 23 || minute > 59 || second > 60) wrong = true;
    out.since_midnight = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
                         std::chrono::milliseconds(ms);
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.begin() + static_cast<std::ptrdiff_t>(end));
    return out;
  }
  return {};
}

struct Day {
  std::int64_t year = 0, month = 0, day = 0;
  bool ambiguous = false;
};

std::int64_t full_year(std::string_view digits, std::int64_t n) {
  return digits.size() > 2 ? n : n + (n < 70 ? 2000 : 1900);
}

std::optional<Day> day_from(const std::vector<Token>& tokens, DateOrder order) {
  std::vector<std::string_view> numbers;
  int month = 0;
  char separator = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.type == Token::number) {
      numbers.push_back(token.text);
      if (separator == 0 && i + 1 < tokens.size() && tokens[i + 1].type == Token::mark)
        separator = tokens[i + 1].text[0];
    } else if (token.type == Token::word) {
      // The last one: "mardi 10 février" begins with a day that looks like March.
      if (const int named = month_named(token.text)) month = named;
    }
  }
  std::array<std::int64_t, 3> n{};
  if (numbers.size() > 3) return {};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i].size() > 4) return {};
    n[i] = whole_number(numbers[i]).value_or(-1);
  }
  if (numbers.size() == 2 && month != 0) {
    const bool year_first = numbers[0].size() == 4;
    return Day{full_year(numbers[year_first ? 0 : 1], n[year_first ? 0 : 1]), month, n[year_first ? 1 : 0], false};
  }
  if (numbers.size() != 3 || month != 0) return {};
  if (numbers[0].size() == 4) return Day{n[0], n[1], n[2], false};
  const std::int64_t year = full_year(numbers[2], n[2]);
  if (separator == '.' || n[0] > 12) return Day{year, n[1], n[0], false};
  if (n[1] > 12) return Day{year, n[0], n[1], false};
  const bool same = n[0] == n[1];
  if (order == DateOrder::day_first) return Day{year, n[1], n[0], !same};
  return Day{year, n[0], n[1], !same};
}

std::optional<When> unix_time(std::string_view digits) {
  const auto n = whole_number(digits);
  if (!n) return {};
  switch (digits.size()) {
    case 9:
    case 10: return believable({*n * 1000});
    case 13: return believable({*n});
    case 16: return believable({*n / 1000});
    default: return {};
  }
}

std::optional<Timestamp> at_day(const Day& day) {
  using namespace std::chrono;
  if (day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31 || day.year < 1990 || day.year > 2100) return {};
  const year_month_day date{year(static_cast<int>(day.year)), month(static_cast<unsigned>(day.month)),
                            std::chrono::day(static_cast<unsigned>(day.day))};
  if (!date.ok()) return {};
  return Timestamp{duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count()};
}

// What follows the number: "/5", "out of 5", "von 5 Sternen" to 5; "stars" to 0; nothing for what belongs to no rating.
std::optional<double> best_named(std::string_view rest) {
  bool said = false;
  double best = 0;
  for (const Token& token : tokens_of(rest)) {
    const std::string word = fold_name(token.text);
    if (token.type == Token::number) {
      if (!said || best > 0) return {};
      best = static_cast<double>(whole_number(token.text).value_or(0));
    } else if (token.text == "/" || word == "of" || word == "von" || word == "sur" || word == "de" || word == "su") {
      said = true;
    } else if (word != "out" && word != "stars" && word != "star" && word != "sterne" && word != "sternen" &&
               word != "etoiles" && word != "estrellas" && word != "stelle" && token.text != "★" && token.text != "⭐") {
      return {};
    }
  }
  return best;
}

}  // namespace

std::optional<When> parse_when(std::string_view input, DateOrder order) {
  const std::string_view s = text::trim(input);
  if (s.empty() || s.size() > 100) return {};
  if (const auto exact = from_rfc3339(s)) return believable(*exact);
  std::string_view digits = s;
  if (const auto dot = s.find('.'); dot != s.npos && dot >= 9) digits = s.substr(0, dot);  // 1773129600.25
  if (digits.find_first_not_of("0123456789") == digits.npos) {
    if (digits.size() == 8) {
      const Day day{*whole_number(digits.substr(0, 4)), *whole_number(digits.substr(4, 2)),
                    *whole_number(digits.substr(6)), false};
      if (const auto at = at_day(day)) return believable(*at + std::chrono::hours(12), false, true);
      return {};
    }
    return unix_time(digits);
  }
  auto tokens = tokens_of(s);
  // "2026-03-10T08:05" and "10.03.2026T08:05": the T is glued to nothing but the time.
  tokens.erase(std::remove_if(tokens.begin(), tokens.end(),
                              [](const Token& t) { return t.type == Token::word && t.text == "T"; }),
               tokens.end());
  bool wrong = false;
  const auto time = take_time(tokens, wrong);
  if (wrong) return {};
  const auto day = day_from(tokens, order);
  if (!day) return {};
  const auto midnight = at_day(*day);
  if (!midnight) return {};
  if (!time) return believable(*midnight + std::chrono::hours(12), day->ambiguous, true);
  return believable(*midnight + time->since_midnight - std::chrono::minutes(time->zone_minutes), day->ambiguous);
}

int date_order_evidence(std::string_view text) {
  const auto day_first = parse_when(text, DateOrder::day_first);
  if (!day_first || day_first->ambiguous) return 0;
  const auto tokens = tokens_of(text::trim(text));
  if (tokens.size() < 5 || !is_mark(tokens, 1, '/') || !is_mark(tokens, 3, '/')) return 0;
  const auto a = whole_number(tokens[0].text).value_or(0), b = whole_number(tokens[2].text).value_or(0);
  if (a > 12 && a <= 31) return 1;
  if (b > 12 && b <= 31) return -1;
  return 0;
}

std::optional<Stars> parse_stars(std::string_view input, double max) {
  const std::string_view s = text::trim(input);
  if (s.empty() || s.size() > 60) return {};
  Stars out;
  std::size_t drawn = 0, drawn_all = 0;
  for (std::size_t at = 0; at < s.size();) {
    const char32_t c = text::next_utf8(s, at);
    if (c == U'★' || c == U'⭐' || c == U'🌟') ++drawn;
    if (c == U'★' || c == U'⭐' || c == U'🌟' || c == U'☆') ++drawn_all;
  }
  static constexpr std::string_view kNumbers[] = {"one", "two", "three", "four", "five"};
  double value = 0;
  if (drawn_all > 0 && !text::is_digit(s.front())) {
    value = static_cast<double>(drawn);
  } else if (text::is_alpha(s.front())) {
    const std::string word = fold_name(s);
    bool found = false;
    for (std::size_t i = 0; i < 5 && !found; ++i) {
      found = word.compare(0, kNumbers[i].size(), kNumbers[i]) == 0;
      if (found) value = static_cast<double>(i + 1);
    }
    if (!found) return {};
  } else {
    // A number, then perhaps what it is out of.
    std::string number;
    std::size_t at = 0;
    for (; at < s.size() && (text::is_digit(s[at]) || s[at] == '.' || s[at] == ','); ++at) {
      number += s[at] == ',' ? '.' : s[at];
    }
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || end != number.data() + number.size()) return {};
    const std::string_view rest = text::trim(s.substr(at));
    if (!rest.empty() && rest.front() == '%') {
      max = 100;
    } else if (!rest.empty()) {
      const auto best = best_named(rest);
      if (!best) return {};
      if (*best > 0) max = *best;
    }
  }
  if (max <= 0) {
    max = value <= 5 ? 5 : value <= 10 ? 10 : 100;
    if (max != 5) out.repaired = "taken as out of " + std::to_string(static_cast<int>(max));
  } else if (max != 5) {
    out.repaired = "scaled from a best of " + std::to_string(static_cast<int>(max));
  }
  if (!(value >= 0) || value > max) return {};
  out.value = std::round(value * 5 / max * 100) / 100;
  if (out.value < 1) {
    out.value = 1;
    out.repaired = "raised to 1, the least there is";
  }
  return out;
}

std::optional<bool> parse_flag(std::string_view input) {
  const std::string word = fold_name(text::trim(input));
  for (const std::string_view yes : {"true", "1", "yes", "y", "ja", "oui", "si", "x", "deleted", "removed"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "n", "nein", "non", ""}) {
    if (word == no) return false;
  }
  return {};
}

std::optional<model::MessageKind> parse_kind(std::string_view input) {
  using model::MessageKind;
  struct Row {
    std::string_view words;
    MessageKind kind;
  };
  static constexpr Row kRows[] = {
      {"review reviews rating bewertung rezension avis resena recensione", MessageKind::review},
      {"mention mentions post tweet toot status skeet erwahnung beitrag", MessageKind::mention},
      {"comment comments reply kommentar commentaire comentario commento", MessageKind::comment},
      {"directmessage dm message privatemessage chat nachricht", MessageKind::direct_message},
      {"call phone phonecall anruf appel llamada", MessageKind::call},
      {"form survey feedback questionnaire formular umfrage", MessageKind::form},
      {"mail email", MessageKind::mail},
  };
  const std::string word = fold_name(input);
  for (const Row& row : kRows) {
    const auto words = text::split(row.words, ' ');
    if (std::find(words.begin(), words.end(), word) != words.end()) return row.kind;
  }
  return {};
}

std::string parse_language(std::string_view input) {
  const std::string_view s = text::trim(input);
  if (s.size() == 2 || (s.size() > 2 && s.size() <= 12 && (s[2] == '-' || s[2] == '_'))) {
    std::string code = text::ascii_lower(s.substr(0, 2));
    if (text::is_alpha(code[0]) && text::is_alpha(code[1])) return code;
  }
  struct Row {
    std::string_view names, code;
  };
  static constexpr Row kRows[] = {{"english englisch anglais ingles inglese eng", "en"},
                                  {"german deutsch allemand aleman tedesco deu ger", "de"},
                                  {"french franzosisch francais frances francese fra fre", "fr"},
                                  {"spanish spanisch espagnol espanol spagnolo spa", "es"},
                                  {"italian italienisch italien italiano ita", "it"},
                                  {"dutch nederlands niederlandisch nld dut", "nl"},
                                  {"portuguese portugues por", "pt"},
                                  {"japanese jpn", "ja"}};
  const std::string word = fold_name(s);
  for (const Row& row : kRows) {
    const auto names = text::split(row.names, ' ');
    if (std::find(names.begin(), names.end(), word) != names.end()) return std::string(row.code);
  }
  return {};
}

}  // namespace amends::connectors::file
