// How alike two values of one kind are: edit distance, Jaro-Winkler, and a level for each kind of field. Pure. Strings
// are folded ASCII (fold.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace amends::identity {

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment, F. Damerau 1964); answers
// `limit` + 1 as soon as the distance is known to be larger. Strings beyond 64 characters are compared by their
// first 64.
int edit_distance(std::string_view a, std::string_view b, int limit);

// Jaro-Winkler similarity (W. Winkler 1990) from 0 to 1, prefix weight 0.1 over at most 4 characters.
double jaro_winkler(std::string_view a, std::string_view b);

// What a comparison found, from the strongest to none. `missing`: one of the two says nothing.
enum class Level : std::uint8_t { missing = 0, exact, alias, near, similar, weak, faint, different };
inline constexpr int kLevels = 8;
std::string_view name_of(Level level);

// A given name or surname prepared once, compared often. Views live in the table of values (record.h).
struct NameView {
  std::string_view text;   // all words, one space between
  std::string_view sound;  // sound_of(text)
  std::string_view lines;  // nickname_lines() of the first word
  bool known = false;      // is_known_given_name() of the first word
};
// exact; alias: nickname, initial, or one name has more given names than the other; near: one slip of the pen (two in a
// long name), or the same sound and nearly the same letters; similar: Jaro-Winkler from 0.86; weak: the same letters in
// a jumble; faint: from 0.75 or the same sound; different.
Level compare_names(const NameView& a, const NameView& b);
// True when nobody would take one for a slip of the other: the ground for the household rule of linkage.h.
bool names_clearly_differ(const NameView& a, const NameView& b);

// A date as eight digits YYYYMMDD where '0' stands for what isn't known; digits needn't form a real date.
using DateDigits = std::array<char, 8>;
// exact; alias: day and month swapped; near: one digit wrong or two neighbours swapped; similar: two of year, month and
// day agree; weak: two slips, or within a month; faint: no more than a year apart; different. Where a side leaves parts
// open, agreement in the two others is near, in one alone similar.
Level compare_dates(const DateDigits& a, const DateDigits& b);
// Years and more than one component apart: no slip of the pen makes one from the other.
bool dates_clearly_differ(const DateDigits& a, const DateDigits& b);

// 0 when either doesn't say its year.
int years_apart(const DateDigits& a, const DateDigits& b);

// Digits only, see record.h. exact: the same national number, whatever prefix; near: one digit off; different.
Level compare_phones(std::string_view a, std::string_view b);
// Identification numbers: exact, near (one slip), similar (two), different.
Level compare_numbers(std::string_view a, std::string_view b);

struct EmailView {
  std::string_view text;   // local@domain, lower case
  std::string_view bare;   // without plus tag; without dots where the provider ignores them
  std::string_view local;  // of `bare`
  std::string_view domain;
};
// exact; alias: the same mailbox but for plus tag or dots; near: a slip or two anywhere; similar: same local part at
// another domain; faint: a similar local part at the same domain that isn't a public provider; different.
Level compare_emails(const EmailView& a, const EmailView& b);

struct StreetView {
  std::string_view text;    // words in long form without the house number
  std::string_view number;  // "12a", "" when there is none
};
// exact: street and number; alias: the street, and no number on one side; near: nearly the street, same number (or none
// on one side); similar: the street or nearly, another number; faint: only the number and a resemblance; different.
Level compare_streets(const StreetView& a, const StreetView& b);

// Cities, occupations, any short text. exact, near, similar (JW 0.88 or one contains the other), different.
Level compare_texts(std::string_view a, std::string_view b);
// Postcodes: exact; near: one slip; similar: the same start (outward code, two digits of five or more); different.
Level compare_postcodes(std::string_view a, std::string_view b);

// Names of firms and of people written in one piece, word by word in any order: exact, near, similar, faint, different.
Level compare_titles(std::string_view a, std::string_view b);

}  // namespace amends::identity
