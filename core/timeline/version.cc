#include "core/timeline/version.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/text.h"

namespace amends::timeline {
namespace {

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 40 && std::all_of(s.begin(), s.end(), text::is_digit);
}

template <class Value>
Age compare(const Value& a, const Value& b) {
  return a < b ? Age::older : b < a ? Age::younger : Age::same;
}

std::string_view without_zeros(std::string_view number) {
  return number.substr(std::min(number.find_first_not_of('0'), number.size()));
}

}  // namespace

Age age_of(std::string_view version, std::string_view known) {
  if (version == known) return Age::same;
  if (version.empty()) return Age::older;
  if (known.empty()) return Age::younger;
  if (is_number(version) && is_number(known)) {
    const std::string_view a = without_zeros(version), b = without_zeros(known);
    return a.size() != b.size() ? compare(a.size(), b.size()) : compare(a, b);
  }
  const auto a = from_rfc3339(version), b = from_rfc3339(known);
  if (a && b) {
    // A clock reading may be finer than our milliseconds.
    return *a == *b && version.size() == known.size() ? compare(version, known) : compare(a->ms, b->ms);
  }
  return Age::unknown;
}

bool replaces(const Told& news, const Told& shown) {
  const Age age = age_of(news.version, shown.version);
  if (news.deleted) return shown.deleted ? age == Age::younger : news.version.empty() || age != Age::older;
  if (shown.deleted) return age == Age::younger && !shown.version.empty();
  return age != Age::older;
}

}  // namespace amends::timeline
