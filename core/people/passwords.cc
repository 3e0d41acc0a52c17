#include "core/people/passwords.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::people {
namespace {

constexpr std::size_t kFewestBesideNames = 8;
constexpr std::size_t kShortestName = 4;
constexpr std::size_t kShortestPeriod = 4;  // a unit this short, over and over, is no password

std::size_t characters(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < s.size(); ++n) text::next_utf8(s, at);
  return n;
}

bool is_sign(char c) { return static_cast<unsigned char>(c) < 0x80 && !text::is_alpha(c) && !text::is_digit(c); }

std::string without_signs(std::string_view s) {
  std::string out;
  std::copy_if(s.begin(), s.end(), std::back_inserter(out), [](char c) { return !is_sign(c); });
  return out;
}

std::string_view without_digits_around(std::string_view s) {
  while (!s.empty() && text::is_digit(s.front())) s.remove_prefix(1);
  while (!s.empty() && text::is_digit(s.back())) s.remove_suffix(1);
  return s;
}

// "p4$$w0rd" as it is meant.
std::string as_letters(std::string_view s) {
  static constexpr std::string_view kFrom = "0134578@$!", kTo = "oieastbasi";
  std::string out(s);
  for (char& c : out) {
    if (const auto at = kFrom.find(c); at != kFrom.npos) c = kTo[at];
  }
  return out;
}

// The length of the shortest unit that `s` repeats; its own length when it repeats nothing.
std::size_t period(std::string_view s) {
  for (std::size_t p = 1; p <= s.size() / 2; ++p) {
    if (std::equal(s.begin() + static_cast<std::ptrdiff_t>(p), s.end(), s.begin())) return p;
  }
  return s.size();
}

// Keys that lie beside each other, the alphabet, the digits: forwards, backwards and around the end.
bool is_run(std::string_view s) {
  for (const std::string_view row : {"abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiopasdfghjklzxcvbnm",
                                     "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1234567890qwertyuiop",
                                     "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p"}) {
    std::string around(row);
    around += around + around;
    if (around.find(s) != around.npos) return true;
    std::reverse(around.begin(), around.end());
    if (around.find(s) != around.npos) return true;
  }
  return false;
}

bool everybody_tries(const std::string& folded) {
  const std::string compact = without_signs(folded);
  if (compact.empty()) return false;
  if (is_run(compact) || (text::is_ascii(folded) && period(folded) <= kShortestPeriod)) return true;
  const std::string unit = compact.substr(0, period(compact));
  const std::string meant = without_signs(as_letters(folded));
  for (const std::string_view form :
       {std::string_view(folded), std::string_view(compact), without_digits_around(compact), std::string_view(unit),
        without_digits_around(unit), std::string_view(meant)}) {
    if (is_common_password(form)) return true;
  }
  // What stands at the end is a year or a full stop, and no letter: "p4$$w0rd2026!".
  std::string_view core = folded;
  while (!core.empty() && (text::is_digit(core.back()) || is_sign(core.back()))) core.remove_suffix(1);
  return is_common_password(without_signs(as_letters(core)));
}

// What a name is made of: the whole, and for an address what stands on either side of the @.
std::vector<std::string> parts_of(const std::string& name) {
  const std::string folded = text::fold(name);
  std::vector<std::string> out = {without_signs(folded)};
  const auto at = folded.rfind('@');
  if (at != folded.npos) {
    out.push_back(without_signs(folded.substr(0, at)));
    const std::string domain = folded.substr(at + 1);
    out.push_back(without_signs(domain.substr(0, domain.rfind('.'))));
  }
  for (const auto word : text::split(folded, ' ')) out.push_back(without_signs(word));
  return out;
}

bool is_made_of_names(const std::string& folded, const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::string& name : names) {
    for (std::string& part : parts_of(name)) {
      if (part.size() >= kShortestName) parts.push_back(std::move(part));
    }
  }
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::string rest = without_signs(folded);
  const std::size_t whole = rest.size();
  for (const std::string& part : parts) rest = text::replace_all(rest, part, "");
  return rest.size() < whole && characters(rest) < kFewestBesideNames;
}

}  // namespace

Result<Done> check_new_password(const Secret& password, const std::vector<std::string>& names) {
  const auto bytes = password.reveal();
  if (bytes.size() > kMostBytes) return fail(Kind::invalid, "password: longer than 1,024 bytes");
  if (bytes.find('\0') != bytes.npos) return fail(Kind::invalid, "password: holds a NUL character");
  if (characters(bytes) < kFewestCharacters) {
    return fail(Kind::invalid, "password: shorter than 12 characters", "four or five words that don't belong together");
  }
  const std::string folded = text::fold(bytes);
  if (everybody_tries(folded)) {
    return fail(Kind::invalid, "password: among the first that everybody tries",
                "four or five words that don't belong together");
  }
  if (is_made_of_names(folded, names)) {
    return fail(Kind::invalid, "password: made of your name, address or brand", "choose one that tells nothing of you");
  }
  return Done{};
}

}  // namespace amends::people
