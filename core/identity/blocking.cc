#include "core/identity/blocking.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/identity/fold.h"

namespace amends::identity {

namespace {

constexpr std::size_t kCompareAll = 600;

// FNV-1a over the parts with a separator, then a finaliser so that sorting by hash spreads well.
class Keys {
 public:
  explicit Keys(std::vector<std::uint64_t>& out) : out_(out) {}
  // A key of parts; left out when any part is empty.
  template <class... Parts>
  void add(int pass, const Parts&... parts) {
    if ((std::string_view(parts).empty() || ...)) return;
    std::uint64_t h = 0xcbf29ce484222325U ^ static_cast<std::uint64_t>(pass);
    const auto mix = [&](std::string_view s) {
      for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
      h = (h ^ 0xffU) * 0x100000001b3U;
    };
    (mix(std::string_view(parts)), ...);
    h ^= h >> 31;
    h *= 0x9e3779b97f4a7c15U;
    h ^= h >> 29;
    out_.push_back(h);
  }

 private:
  std::vector<std::uint64_t>& out_;
};

std::string_view head(std::string_view s, std::size_t n) { return s.substr(0, n); }
std::string_view tail(std::string_view s, std::size_t n) { return s.size() <= n ? s : s.substr(s.size() - n); }

}  // namespace

std::vector<std::uint64_t> blocking_keys(const Population& p, const Record& r) {
  std::vector<std::uint64_t> out;
  Keys keys(out);
  const Text& given = p.names[r.given];
  const Text& surname = p.names[r.surname];
  const Text& street = p.streets[r.street];
  const std::string_view second = p.seconds[r.second].text;
  const std::string_view city = p.cities[r.city].text;
  const std::string_view postcode = p.postcodes[r.postcode].text;
  const std::string_view number = p.numbers[r.number].text;
  const std::string_view birth(r.birth.data(), r.birth.size());
  const bool born = birth != "00000000";
  const bool whole_birth = born && birth.substr(4, 2) != "00" && birth.substr(6) != "00";
  const std::string_view year = born && birth.substr(0, 4) != "0000" ? birth.substr(0, 4) : std::string_view();
  const std::string_view month = whole_birth ? birth.substr(4, 2) : std::string_view();
  const std::string_view day = whole_birth ? birth.substr(6, 2) : std::string_view();

  for (const auto email : r.emails) {
    if (email == 0) continue;
    keys.add(1, p.emails[email].second);
    if (p.emails[email].third.size() >= 4) keys.add(2, p.emails[email].third);
    keys.add(3, head(p.emails[email].third, 5), given.text.empty() ? surname.second : given.second);
  }
  for (const auto phone : r.phones) {
    if (phone == 0) continue;
    keys.add(4, tail(p.phones[phone].text, 7));
    keys.add(5, tail(p.phones[phone].text, 4), surname.second);
  }
  if (number.size() >= 4) {
    keys.add(6, number);
    keys.add(7, head(number, number.size() / 2), head(given.text, 1));
    keys.add(7, tail(number, number.size() / 2), head(given.text, 1));
    keys.add(8, head(number, number.size() / 2), head(surname.text, 1));
    keys.add(8, tail(number, number.size() / 2), head(surname.text, 1));
    keys.add(9, head(number, number.size() / 2), year);
    keys.add(9, tail(number, number.size() / 2), year);
  }
  if (whole_birth) {
    keys.add(10, birth);
    keys.add(11, year, std::min(month, day), std::max(month, day));
    keys.add(12, year, month, head(surname.text, 2));
    keys.add(12, year, month, head(given.text, 2));
    keys.add(13, month, day, head(surname.text, 2));
    keys.add(13, month, day, head(given.text, 2));
    keys.add(14, year, day, head(surname.text, 2));
    keys.add(14, year, day, head(given.text, 2));
  }
  // Both names by sound, in either order.
  keys.add(20, std::min(given.second, surname.second), std::max(given.second, surname.second));
  const auto start_given = head(given.text, 3);
  const auto start_surname = head(surname.text, 4);
  keys.add(21, std::min(start_given, head(surname.text, 3)), std::max(start_given, head(surname.text, 3)));
  keys.add(22, tail(surname.text, 4), tail(given.text, 3));
  for (std::size_t i = 0; i + 1 < given.third.size(); i += 2)
    keys.add(23, std::string_view(given.third).substr(i, 2), surname.second);
  for (const std::string_view name : {std::string_view(given.second), std::string_view(surname.second)}) {
    keys.add(24, name, year);
    keys.add(25, name, postcode);
    keys.add(26, name, city);
    keys.add(27, name, street.text);
    keys.add(28, name, month, day);
  }
  keys.add(29, surname.text);
  keys.add(30, start_surname, start_given, head(postcode, 2));
  // Places.
  keys.add(40, street.text, street.second);
  keys.add(41, street.text, postcode);
  keys.add(42, street.second, postcode);
  keys.add(43, sound_of(street.text), head(surname.text, 1));
  keys.add(43, sound_of(street.text), head(given.text, 1));
  keys.add(44, second, head(surname.text, 1));
  keys.add(44, second, head(given.text, 1));
  keys.add(45, postcode, year);
  keys.add(46, city, year, month);
  keys.add(46, city, year, day);
  keys.add(47, street.second, city);
  // Names in one piece: each word, the start, the words in order of the alphabet.
  const std::string_view title = p.titles[r.title].text;
  if (!title.empty()) {
    auto words = words_of(title);
    for (const std::string& word : words) {
      if (word.size() >= 3) keys.add(50, word);
    }
    keys.add(51, head(title, 5));
    keys.add(52, head(title, 3), city);
    keys.add(53, head(title, 3), street.second);
  }
  return out;
}

namespace {

// Records in an order in which likely pairs are neighbours.
template <class KeyOf>
std::vector<std::uint32_t> sorted_by(const Population& p, KeyOf key_of) {
  std::vector<std::pair<std::string, std::uint32_t>> rows;
  rows.reserve(p.records.size());
  for (std::uint32_t i = 0; i < p.records.size(); ++i) rows.emplace_back(key_of(p.records[i]), i);
  std::sort(rows.begin(), rows.end());
  std::vector<std::uint32_t> out;
  out.reserve(rows.size());
  for (const auto& [key, i] : rows) {
    if (!key.empty() && key != " ") out.push_back(i);
  }
  return out;
}

void add_neighbours(const std::vector<std::uint32_t>& order, std::size_t window, std::vector<Pair>& pairs) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size() && j <= i + window; ++j)
      pairs.push_back(std::minmax(order[i], order[j]));
  }
}

void sort_unique(std::vector<Pair>& pairs) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

}  // namespace

std::vector<Pair> candidate_pairs(const Population& p) {
  const std::size_t n = p.records.size();
  std::vector<Pair> pairs;
  if (n <= kCompareAll) {
    for (std::uint32_t i = 0; i < n; ++i) {
      for (std::uint32_t j = i + 1; j < n; ++j) pairs.emplace_back(i, j);
    }
    return pairs;
  }
  // A group of records that share a key is compared in full up to `cap`; the larger the input, the smaller the groups.
  const std::size_t cap = std::clamp<std::size_t>(800'000 / n, 20, 120);
  constexpr std::size_t kWindow = 4;
  const auto by_name = sorted_by(p, [&](const Record& r) {
    return p.names[r.surname].text + ' ' + p.names[r.given].text + std::string(r.birth.data(), 8);
  });
  std::vector<std::uint32_t> rank(n, static_cast<std::uint32_t>(n));
  for (std::uint32_t i = 0; i < by_name.size(); ++i) rank[by_name[i]] = i;

  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
  for (std::uint32_t i = 0; i < n; ++i) {
    for (const std::uint64_t key : blocking_keys(p, p.records[i])) keyed.emplace_back(key, i);
  }
  std::sort(keyed.begin(), keyed.end());
  keyed.erase(std::unique(keyed.begin(), keyed.end()), keyed.end());
  std::size_t unique_up_to = 1 << 24;
  std::vector<std::uint32_t> group;
  for (std::size_t from = 0; from < keyed.size();) {
    std::size_t to = from;
    group.clear();
    for (; to < keyed.size() && keyed[to].first == keyed[from].first; ++to) group.push_back(keyed[to].second);
    if (group.size() <= cap) {
      add_neighbours(group, group.size(), pairs);
    } else {
      std::sort(group.begin(), group.end(),
                [&](std::uint32_t a, std::uint32_t b) { return std::pair(rank[a], a) < std::pair(rank[b], b); });
      add_neighbours(group, kWindow, pairs);
    }
    from = to;
    if (pairs.size() > unique_up_to) {
      sort_unique(pairs);
      unique_up_to = std::max<std::size_t>(unique_up_to, pairs.size() * 2);
    }
  }
  keyed = {};
  const auto backwards = [](std::string s) { return std::string(s.rbegin(), s.rend()); };
  add_neighbours(by_name, 2 * kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return p.names[r.given].text + ' ' + p.names[r.surname].text; }),
                 kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return backwards(p.names[r.surname].text); }), kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return p.emails[r.emails[0]].text; }), kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return p.titles[r.title].text; }), 2 * kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return p.phones[r.phones[0]].text; }), kWindow, pairs);
  add_neighbours(sorted_by(p, [&](const Record& r) { return p.streets[r.street].text + p.streets[r.street].second; }),
                 kWindow, pairs);
  sort_unique(pairs);
  return pairs;
}

}  // namespace amends::identity
