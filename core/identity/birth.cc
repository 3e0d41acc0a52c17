// Dates of birth as registers write them.
#include <algorithm>
#include <iterator>
#include <string>

#include "core/base/text.h"
#include "core/identity/fold.h"
#include "core/identity/record.h"

namespace amends::identity {

DateDigits date_digits(int y, int m, int d) {
  DateDigits out{};
  const auto put_number = [&](int v, int from, int n) {
    for (int i = from + n - 1; i >= from; --i) {
      out[static_cast<std::size_t>(i)] = static_cast<char>('0' + v % 10);
      v /= 10;
    }
  };
  put_number(y, 0, 4);
  put_number(m, 4, 2);
  put_number(d, 6, 2);
  return out;
}

int small_number(std::string_view digits) {
  int v = 0;
  for (const char c : digits.substr(0, 8)) v = text::is_digit(c) ? v * 10 + (c - '0') : v;
  return v;
}

namespace {

int month_of(std::string_view word) {
  static constexpr std::string_view kMonths[] = {"jan ene", "feb fev",  "mar mrz",  "apr avr abr",
                                                 "may mai", "jun juin", "jul juil", "aug aou ago",
                                                 "sep",     "oct okt",  "nov",      "dec dez dic"};
  const std::string_view start =
      word.substr(0, word.size() >= 4 && word.substr(0, 2) == "ju" && word[2] == 'i' ? 4 : 3);
  for (std::size_t i = 0; i < std::size(kMonths); ++i) {
    for (const std::string_view name : text::split(kMonths[i], ' ')) {
      if (start == name) return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

}  // namespace

DateDigits parse_birth(std::string_view raw, bool day_first) {
  if (const std::size_t t = raw.find('T'); t != raw.npos && t >= 8) raw = raw.substr(0, t);
  auto words = words_of(fold_words(raw, false));
  if (words.size() > 3 && words[0].size() == 4) words.resize(3);  // "1980-03-05 00:00:00"
  const auto nothing = date_digits(0, 0, 0);
  if (words.size() == 1 && digits_of(words[0]) == words[0]) {
    const std::string& w = words[0];
    if (w.size() == 4) return date_digits(small_number(w), 0, 0);
    if (w.size() != 8) return nothing;
    const int tail = small_number(std::string_view(w).substr(4));
    const int head = small_number(std::string_view(w).substr(0, 4));
    if ((head < 1700 || head > 2100) && tail >= 1850 && tail <= 2100) {
      return date_digits(tail, small_number(w.substr(2, 2)), small_number(w.substr(0, 2)));
    }
    DateDigits out;
    std::copy(w.begin(), w.end(), out.begin());
    return out;
  }
  if (words.size() != 3) return nothing;
  int value[3];
  int month = -1;
  for (std::size_t i = 0; i < 3; ++i) {
    value[i] = small_number(words[i]);
    if (text::is_alpha(words[i][0])) {
      month = static_cast<int>(i);
      value[i] = month_of(words[i]);
    }
  }
  const auto year_of = [](int v, std::size_t digits) { return digits > 2 ? v : v > 30 ? 1900 + v : 2000 + v; };
  if (words[0].size() == 4) return date_digits(value[0], value[1], value[2]);
  const int y = year_of(value[2], words[2].size());
  if (month == 0 || (month < 0 && (!day_first || value[1] > 12) && value[0] <= 12))
    return date_digits(y, value[0], value[1]);
  return date_digits(y, value[1], value[0]);
}

}  // namespace amends::identity
