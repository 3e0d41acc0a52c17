// Text as record linkage compares it: without case, accents, punctuation and the spellings that mean the same. Pure, no
// IO, safe from any thread. Input is UTF-8, malformed or not; output is ASCII in lower case.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends::identity {

// "Jürgen  O'Neill-Strauß" -> "jurgen oneill strauss". Latin transliteration (ICU) of every script; apostrophes vanish,
// other punctuation separates; "ae", "oe", "ue" of names written without umlauts become "a", "o", "u" when
// `umlauts` is set, so that Mueller, Müller and Muller meet.
std::string fold_words(std::string_view text, bool umlauts);

std::vector<std::string> words_of(std::string_view folded);

// How a name sounds, roughly, to English, German, French and Spanish ears: consonant groups, vowels dropped but for the
// first. "schmidt", "schmitt" and "smit" share "SNT". "" for text without letters.
std::string sound_of(std::string_view folded);

std::string digits_of(std::string_view text);

// The lines of the nickname table that a name stands on, packed; "" when on none. Two names may stand for one person's
// when they share a line (Bob and Robert, Sepp and Josef, Pepe and José). Takes folded text.
std::string nickname_lines(std::string_view folded);
bool share_nickname(std::string_view lines_a, std::string_view lines_b);
// True for a given name of the nickname table or of the list of common given names.
bool is_known_given_name(std::string_view folded);
// How likely a stranger bears the name, before the data were seen: the common ones are listed, the rest is rare.
double usual_share_of_given_name(std::string_view folded);
double usual_share_of_surname(std::string_view folded);

// A word of a postal address in its long form: "st" -> "street", "hauptstr" -> "hauptstrasse", "ave" -> "avenue".
std::string plain_street_word(std::string_view folded);

}  // namespace amends::identity
