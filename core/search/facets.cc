#include "core/search/facets.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/search/search.h"

namespace amends::search {
namespace {

// Days since 1970 and the day they are in the calendar.
using std::chrono::sys_days;
using Date = std::chrono::year_month_day;

Date date_of(Timestamp at) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(at.ms)));
}

// A year, a month, a third of a month (days 1 to 10, 11 to 20, the rest) and a day.
std::string year_facet(Date d) { return "y" + std::to_string(static_cast<int>(d.year())); }
std::int64_t month_number(Date d) {
  return static_cast<int>(d.year()) * 100 + static_cast<int>(static_cast<unsigned>(d.month()));
}
std::string month_facet(Date d) { return "m" + std::to_string(month_number(d)); }
unsigned third_of(Date d) { return std::min(2U, (static_cast<unsigned>(d.day()) - 1) / 10); }
std::string third_facet(Date d) { return "t" + std::to_string(month_number(d)) + std::to_string(third_of(d)); }
std::string day_facet(Date d) {
  return "a" + std::to_string(month_number(d) * 100 + static_cast<int>(static_cast<unsigned>(d.day())));
}
std::string rating_facet(int whole) { return "r" + std::to_string(whole); }
int whole_rating(double rating) { return static_cast<int>(std::clamp(std::floor(rating), 0.0, 10.0)); }

// timeline.h believes no date before 1990; later ones than this are nobody's.
constexpr Date kFirst = std::chrono::year(1990) / 1 / 1;
constexpr Date kLast = std::chrono::year(2100) / 12 / 31;

// The fewest facets that cover the days from the first to the last.
std::vector<std::string> days_between(Timestamp from, Timestamp last) {
  using std::chrono::days;
  using std::chrono::months;
  using std::chrono::years;
  std::vector<std::string> facets;
  const auto end = sys_days(std::min(date_of(last), kLast)) + days(1);
  for (auto day = sys_days(std::max(date_of(from), kFirst)); day < end;) {
    const Date d(day);
    const bool month_begins = d.day() == std::chrono::day(1);
    const sys_days next_year = (d.year() + years(1)) / 1 / 1;
    const auto next_month = sys_days((d.year() / d.month() + months(1)) / 1);
    const auto next_third =
        third_of(d) == 2 ? next_month : sys_days(d.year() / d.month() / (third_of(d) == 0 ? 11 : 21));
    const bool third_begins = static_cast<unsigned>(d.day()) % 10 == 1 && static_cast<unsigned>(d.day()) != 31;
    if (month_begins && d.month() == std::chrono::January && next_year <= end) {
      facets.push_back(year_facet(d));
      day = next_year;
    } else if (month_begins && next_month <= end) {
      facets.push_back(month_facet(d));
      day = next_month;
    } else if (third_begins && next_third <= end) {
      facets.push_back(third_facet(d));
      day = next_third;
    } else {
      facets.push_back(day_facet(d));
      day += days(1);
    }
  }
  return facets;
}

}  // namespace

std::vector<std::string> facets_of(const Facts& facts) {
  const Date date = date_of(facts.at);
  std::vector<std::string> facets = {"b" + std::to_string(facts.brand.value),
                                     "c" + facts.channel,
                                     "d" + std::string(model::name_of(facts.direction)),
                                     "k" + std::string(model::name_of(facts.kind)),
                                     year_facet(date),
                                     month_facet(date),
                                     third_facet(date),
                                     day_facet(date)};
  if (facts.identity) facets.push_back("i" + std::to_string(facts.identity.value));
  if (facts.rating) facets.push_back(rating_facet(whole_rating(*facts.rating)));
  return facets;
}

bool passes(const Facts& facts, BrandId brand, const Filter& filter) {
  if (facts.brand != brand) return false;
  if (!filter.channel.empty() && facts.channel != filter.channel) return false;
  if (filter.direction && facts.direction != *filter.direction) return false;
  if (filter.kind && facts.kind != *filter.kind) return false;
  if (filter.from && facts.at < *filter.from) return false;
  if (filter.until && facts.at >= *filter.until) return false;
  if (filter.rating_from && (!facts.rating || *facts.rating < *filter.rating_from)) return false;
  if (filter.rating_to && (!facts.rating || *facts.rating > *filter.rating_to)) return false;
  return filter.identities.empty() ||
         std::find(filter.identities.begin(), filter.identities.end(), facts.identity) != filter.identities.end();
}

std::optional<std::vector<std::vector<std::string>>> facets_wanted(BrandId brand, const Filter& filter) {
  std::vector<std::vector<std::string>> wanted = {{"b" + std::to_string(brand.value)}};
  if (!filter.channel.empty()) {
    if (filter.channel.find_first_of(" \x01") != std::string::npos) return {};
    wanted.push_back({"c" + filter.channel});
  }
  if (filter.direction) wanted.push_back({"d" + std::string(model::name_of(*filter.direction))});
  if (filter.kind) wanted.push_back({"k" + std::string(model::name_of(*filter.kind))});
  if (filter.from || filter.until) {
    const Timestamp from = filter.from.value_or(Timestamp{0});
    const Timestamp last = filter.until ? Timestamp{filter.until->ms - 1} : Timestamp{4'133'980'799'999};  // 2100 ends
    if (last < from) return {};
    wanted.push_back(days_between(from, last));
    if (wanted.back().empty()) return {};  // before or after anything there is
  }
  if (filter.rating_from || filter.rating_to) {
    auto& ratings = wanted.emplace_back();
    for (int r = whole_rating(filter.rating_from.value_or(0)); r <= whole_rating(filter.rating_to.value_or(10)); ++r) {
      ratings.push_back(rating_facet(r));
    }
    if (ratings.empty()) return {};
  }
  if (!filter.identities.empty()) {
    auto& people = wanted.emplace_back();
    for (const auto identity : filter.identities) people.push_back("i" + std::to_string(identity.value));
  }
  return wanted;
}

Block block_of(MessageId message, std::size_t level) {
  const int bits = kBlockBits[level];
  const std::int64_t number = message.value >> bits;
  return {MessageId(number << bits), "z" + std::to_string(bits) + "." + std::to_string(number)};
}

std::vector<std::string> block_facets(MessageId message) {
  std::vector<std::string> facets;
  for (std::size_t level = 0; level < std::size(kBlockBits); ++level) facets.push_back(block_of(message, level).facet);
  return facets;
}

}  // namespace amends::search
