// Records as they come (any keys, any spellings) made ready to compare: keys known by their many names, values folded,
// split and shared. A Population owns the values; records point into it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/identity/compare.h"

namespace amends::identity {

// One record as its source gave it: key and value, both UTF-8. Keys may repeat (two phones). Keys that are not known
// are kept as extra evidence, keys that name records or results ("id", "cluster") are not.
using Fields = std::vector<std::pair<std::string, std::string>>;

// A value of some field, folded, and how many records bear it.
struct Text {
  std::string text;
  std::string second;                        // names: sound; streets: house number; e-mails: `bare` of compare.h
  std::string third;                         // names: nickname_lines() of the first word; e-mails: local part of `bare`
  std::uint32_t count = 0;                   // names: as a given name
  std::uint32_t count2 = 0;                  // names: as a surname
  float usual_given = 0, usual_surname = 0;  // names: fold.h
  bool known = false;                        // names: the first word is on our lists of given names
};

// The distinct values of one field. Row 0 is "", what every record without a value points to.
class Values {
 public:
  Values() { rows_.emplace_back(); }
  std::uint32_t add(Text value);
  const Text& operator[](std::uint32_t i) const { return rows_[i]; }
  Text& at(std::uint32_t i) { return rows_[i]; }
  std::size_t size() const { return rows_.size(); }

 private:
  std::vector<Text> rows_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

inline constexpr std::size_t kExtras = 6;
enum class Generation : std::uint8_t { unsaid, junior, senior, second, third };

struct Record {
  std::uint32_t given = 0, surname = 0;  // rows of Population::names
  std::uint32_t title = 0;               // a name in one piece that isn't a person's, or may not be
  std::uint32_t number = 0, street = 0, second = 0, city = 0, postcode = 0, state = 0;
  std::array<std::uint32_t, 3> phones{}, emails{};
  std::array<std::uint32_t, kExtras> extras{};
  std::uint32_t birth_row = 0;  // of Population::births, for how common the date is
  DateDigits birth{'0', '0', '0', '0', '0', '0', '0', '0'};
  char gender = 0;  // 'f', 'm', or another first letter; 0 when not said
  Generation generation = Generation::unsaid;
};

struct Population {
  explicit Population(std::span<const Fields> all);

  std::vector<Record> records;  // in the order given
  Values names, titles, numbers, streets, seconds, cities, postcodes, states, phones, emails, births;
  std::array<Values, kExtras> extras;
  std::vector<std::string> extra_keys;  // at most kExtras
  double own = 2;                       // records that one person has, the mean as a record sees it; at least 2
  double strangers = 0;                 // how many more records there are that were not given here
  bool has_people = false;              // some key only people have: birth, given name, gender
};

// "05.03.1980", "1980-03-05", "19800305", "5 March 1980", "1980". `day_first` settles "05/03/1980". All zero for
// anything else; eight digits are taken as they come, possible or not.
DateDigits parse_birth(std::string_view text, bool day_first);
DateDigits date_digits(int year, int month, int day);  // 0: not known
// The number that the first eight characters spell, leaving out what is no digit.
int small_number(std::string_view digits);

}  // namespace amends::identity
