#include "core/base/clock.h"

#include <time.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace amends {
namespace {

struct Civil {
  int year, month, day, hour, minute, second, millis, weekday;
};

Civil civil_from(Timestamp at) {
  using namespace std::chrono;
  const sys_time<milliseconds> t{milliseconds(at.ms)};
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const hh_mm_ss clock{t - day};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          static_cast<int>(weekday{day}.c_encoding())};
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return {};
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return {};
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::string to_rfc3339(Timestamp at) {
  const Civil c = civil_from(at);
  std::array<char, 64> out{};
  if (c.millis != 0) {
    std::snprintf(out.data(), out.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour,
                  c.minute, c.second, c.millis);
  } else {
    std::snprintf(out.data(), out.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                  c.second);
  }
  return out.data();
}

std::optional<Timestamp> from_rfc3339(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return {};
  if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return {};
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return {};
  if (*hour > 23 || *minute > 59 || *second > 60) return {};
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  std::size_t at = 19;
  std::int64_t millis = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100;
    std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) millis += (text[at] - '0') * unit;
    if (at == first) return {};
  }
  if (at >= text.size()) return {};
  std::int64_t offset = 0;
  if (text[at] == '+' || text[at] == '-') {
    const auto oh = digits(text, at + 1, 2);
    const auto om = digits(text, at + 4, 2);
    if (!oh || !om || text[at + 3] != ':' || *oh > 23 || *om > 59 || text.size() != at + 6) return {};
    offset = (*oh * 60 + *om) * (text[at] == '-' ? -60 : 60);
  } else if ((text[at] != 'Z' && text[at] != 'z') || text.size() != at + 1) {
    return {};
  }
  const std::int64_t days_since = sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = days_since * 86400 + *hour * 3600 + *minute * 60 + *second - offset;
  return Timestamp{seconds * 1000 + millis};
}

std::string to_rfc5322(Timestamp at) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = civil_from(at);
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[c.weekday], c.day,
                kMonths[c.month - 1], c.year, c.hour, c.minute, c.second);
  return out.data();
}

Timestamp SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// CLOCK_BOOTTIME goes on while the machine sleeps, so a lease does not outlive a suspended laptop.
std::chrono::milliseconds SystemClock::ticks() const {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return std::chrono::milliseconds(t.tv_sec * 1000 + t.tv_nsec / 1'000'000);
}

}  // namespace amends
