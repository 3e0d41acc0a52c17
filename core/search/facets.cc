#include "core/search/facets.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/search/search.h"

namespace amends::search {
namespace {

using std::chrono::floor;

struct Month {
  int year, month;  // 1 to 12
};

Month month_of(Timestamp at) {
  const auto day =
      floor<std::chrono::days>(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(at.ms)));
  const std::chrono::year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month()))};
}

std::string year_facet(int year) { return "y" + std::to_string(year); }
std::string month_facet(Month m) { return "m" + std::to_string(m.year * 100 + m.month); }
std::string rating_facet(int whole) { return "r" + std::to_string(whole); }
int whole_rating(double rating) { return static_cast<int>(std::clamp(std::floor(rating), 0.0, 10.0)); }

// timeline.h believes no date before 1990; later ones than this are nobody's.
constexpr Month kFirst{1990, 1};
constexpr Month kLast{2100, 12};

std::vector<std::string> months_between(Timestamp from, Timestamp last) {
  Month a = month_of(from), z = month_of(last);
  if (a.year < kFirst.year) a = kFirst;
  if (z.year > kLast.year) z = kLast;
  std::vector<std::string> facets;
  for (int year = a.year; year <= z.year; ++year) {
    const int first = year == a.year ? a.month : 1, end = year == z.year ? z.month : 12;
    if (first == 1 && end == 12) {
      facets.push_back(year_facet(year));
    } else {
      for (int month = first; month <= end; ++month) facets.push_back(month_facet({year, month}));
    }
  }
  return facets;
}

}  // namespace

std::vector<std::string> facets_of(const Facts& facts) {
  const Month month = month_of(facts.at);
  std::vector<std::string> facets = {"b" + std::to_string(facts.brand.value),
                                     "c" + facts.channel,
                                     "d" + std::string(model::name_of(facts.direction)),
                                     "k" + std::string(model::name_of(facts.kind)),
                                     year_facet(month.year),
                                     month_facet(month)};
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
    wanted.push_back(months_between(from, last));
    if (wanted.back().empty()) return {};
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

}  // namespace amends::search
