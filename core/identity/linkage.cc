#include "core/identity/linkage.h"

#include <algorithm>
#include <cmath>

#include "core/identity/blocking.h"
#include "core/identity/cluster.h"

namespace amends::identity {

namespace {

constexpr std::size_t index(Field field) { return static_cast<std::size_t>(field); }

NameView view(const Text& t) { return {t.text, t.second, t.third, t.known}; }

// The share of strangers who bear a value: as counted, with the pair's own person left out, and drawn to what is usual
// while the data are few. A value seen nowhere else in a large register is rarer still, but not impossibly so.
double share_of(const Population& p, std::uint32_t count, double bearers, double usual) {
  constexpr double kFaith = 100;
  const double others = std::max(static_cast<double>(count) - p.own, 0.0);
  const double unseen = std::max(kFaith * usual, std::min(0.3, (bearers - p.strangers) * usual));
  // Strangers who weren't given count as bearing it as often as is usual.
  return (others + unseen + p.strangers * usual) / (bearers + kFaith);
}

// How much a level says about a name, for choosing between as-is and swapped.
int worth(Level level) {
  static constexpr int kWorth[kLevels] = {0, 6, 5, 5, 3, 2, 1, -2};
  return kWorth[static_cast<std::size_t>(level)];
}

void compare_person_names(const Population& p, const Record& a, const Record& b, Comparison& c) {
  const NameView ga = view(p.names[a.given]);
  const NameView gb = view(p.names[b.given]);
  const NameView sa = view(p.names[a.surname]);
  const NameView sb = view(p.names[b.surname]);
  Level given = a.given == b.given && a.given != 0 ? Level::exact : compare_names(ga, gb);
  Level surname = a.surname == b.surname && a.surname != 0 ? Level::exact : compare_names(sa, sb);
  std::uint32_t given_row = a.given;
  std::uint32_t surname_row = a.surname;
  if (given > Level::alias || surname > Level::alias || given == Level::missing || surname == Level::missing) {
    const Level cross1 = compare_names(ga, sb);
    const Level cross2 = compare_names(sa, gb);
    const int direct = worth(given) + worth(surname);
    const int cross = worth(cross1) + worth(cross2);
    // One name alone has no order: "Henderson" given as a first name.
    if (cross >= 4 && cross > direct + 3) {
      c.swapped = true;
      given = cross1;
      surname = cross2;
      surname_row = a.surname;
    }
  }
  const double bearers_g = p.strangers + static_cast<double>(p.records.size() - p.names[0].count);
  const double bearers_s = p.strangers + static_cast<double>(p.records.size() - p.names[0].count2);
  const auto share = [&](std::uint32_t row, bool as_given) {
    const Text& t = p.names[row];
    if (row == 0) return 0.0;
    if (!c.swapped) {
      return as_given ? share_of(p, t.count, bearers_g, t.usual_given)
                      : share_of(p, t.count2, bearers_s, t.usual_surname);
    }
    return std::max(share_of(p, t.count, bearers_g, t.usual_given), share_of(p, t.count2, bearers_s, t.usual_surname));
  };
  const auto commoner = [&](std::uint32_t x, std::uint32_t y, bool as_given) {
    return static_cast<float>(std::max(share(x, as_given), share(y, as_given)));
  };
  c.level[index(Field::given)] = given;
  c.level[index(Field::surname)] = surname;
  if (c.swapped) {
    c.share[index(Field::given)] = commoner(given_row, b.surname, true);
    c.share[index(Field::surname)] = commoner(surname_row, b.given, false);
  } else {
    c.share[index(Field::given)] = commoner(a.given, b.given, true);
    c.share[index(Field::surname)] = commoner(a.surname, b.surname, false);
    c.other_given = given == Level::different && names_clearly_differ(ga, gb);
    // Tim and Tom, Hannah and Johanna: both are names in their own right.
    const bool both_known = given >= Level::near && ga.known && gb.known;
    c.both_known_names = both_known;
    c.sibling_given = both_known && given < Level::weak;
    if (both_known && given >= Level::weak) c.other_given = true;
  }
}

// A field of text values with their frequency.
void compare_shared(const Population& p, const Values& values, std::uint32_t a, std::uint32_t b, double usual,
                    Level (*compare)(std::string_view, std::string_view), Level& level, float& share) {
  if (a == 0 || b == 0) return;
  level = a == b ? Level::exact : compare(values[a].text, values[b].text);
  if (level == Level::different) return;
  const double bearers = p.strangers + static_cast<double>(p.records.size() - values[0].count);
  share = static_cast<float>(
      std::max(share_of(p, values[a].count, bearers, usual), share_of(p, values[b].count, bearers, usual)));
}

}  // namespace

Comparison Model::compare(const Population& p, const Record& a, const Record& b) const {
  Comparison c;
  const auto at = [&](Field f) -> Level& { return c.level[index(f)]; };
  const auto shared = [&](Field f, const Values& values, std::uint32_t x, std::uint32_t y, double usual,
                          Level (*how)(std::string_view, std::string_view)) {
    compare_shared(p, values, x, y, usual, how, c.level[index(f)], c.share[index(f)]);
  };
  const bool titled = a.title != 0 && b.title != 0;
  if (!titled || (a.given != 0 && b.given != 0 && a.surname != 0 && b.surname != 0)) {
    compare_person_names(p, a, b, c);
  } else {
    shared(Field::title, p.titles, a.title, b.title, 0.0004, compare_titles);
  }
  at(Field::birth) = compare_dates(a.birth, b.birth);
  if (at(Field::birth) == Level::exact) {
    constexpr double kUsual = 1.0 / 20'000;  // days in the span of years that most of a register was born in
    const double bearers = p.strangers + static_cast<double>(p.records.size() - p.births[0].count);
    c.share[index(Field::birth)] = static_cast<float>(share_of(p, p.births[a.birth_row].count, bearers, kUsual));
  }
  c.other_birth = at(Field::birth) == Level::different && dates_clearly_differ(a.birth, b.birth);
  c.generation_apart = c.other_birth && years_apart(a.birth, b.birth) >= 15;
  at(Field::number) = compare_numbers(p.numbers[a.number].text, p.numbers[b.number].text);
  c.other_generation =
      a.generation != Generation::unsaid && b.generation != Generation::unsaid && a.generation != b.generation;

  const auto common = [&](const Values& values, std::uint32_t x, std::uint32_t y, double usual) {
    const double bearers = p.strangers + static_cast<double>(p.records.size());
    return static_cast<float>(
        std::max(share_of(p, values[x].count, bearers, usual), share_of(p, values[y].count, bearers, usual)));
  };
  // The best of several phones and addresses.
  for (const std::uint32_t x : a.phones) {
    for (const std::uint32_t y : b.phones) {
      if (x == 0 || y == 0) continue;
      const Level level = compare_phones(p.phones[x].text, p.phones[y].text);
      if (at(Field::phone) != Level::missing && level >= at(Field::phone)) continue;
      at(Field::phone) = level;
      if (level == Level::exact) c.share[index(Field::phone)] = common(p.phones, x, y, 2e-5);
    }
  }
  for (const std::uint32_t x : a.emails) {
    for (const std::uint32_t y : b.emails) {
      if (x == 0 || y == 0) continue;
      const auto email = [&](std::uint32_t row) {
        const Text& t = p.emails[row];
        const std::string_view bare = t.second;
        const std::size_t cut = bare.rfind('@');
        return EmailView{t.text, bare, t.third, cut == bare.npos ? std::string_view() : bare.substr(cut + 1)};
      };
      const Level level = compare_emails(email(x), email(y));
      if (at(Field::email) != Level::missing && level >= at(Field::email)) continue;
      at(Field::email) = level;
      if (level == Level::exact) c.share[index(Field::email)] = common(p.emails, x, y, 1e-5);
    }
  }

  const auto street_view = [](const Text& t) { return StreetView{t.text, t.second}; };
  const Text& street_a = p.streets[a.street];
  const Text& street_b = p.streets[b.street];
  at(Field::street) = compare_streets(street_view(street_a), street_view(street_b));
  if (a.second != 0 || b.second != 0) {
    at(Field::second) = compare_texts(p.seconds[a.second].text, p.seconds[b.second].text);
    if (at(Field::street) >= Level::faint || at(Field::street) == Level::missing) {
      // The two address lines in each other's place.
      const Level cross = std::min(compare_texts(street_a.text, p.seconds[b.second].text),
                                   compare_texts(street_b.text, p.seconds[a.second].text));
      if (cross == Level::exact || cross == Level::near) {
        at(Field::street) = Level::near;
        at(Field::second) = Level::missing;
      }
    }
  }
  shared(Field::city, p.cities, a.city, b.city, 0.02, compare_texts);
  shared(Field::postcode, p.postcodes, a.postcode, b.postcode, 0.002, compare_postcodes);
  shared(Field::state, p.states, a.state, b.state, 0.15, compare_texts);
  if (a.gender != 0 && b.gender != 0) at(Field::gender) = a.gender == b.gender ? Level::exact : Level::different;
  for (std::size_t i = 0; i < p.extra_keys.size(); ++i) {
    const std::size_t f = index(Field::extra) + i;
    compare_shared(p, p.extras[i], a.extras[i], b.extras[i], 0.05, compare_texts, c.level[f], c.share[f]);
  }
  return c;
}

namespace {

// A small generator with a fixed seed: which pairs stand for strangers must not change from run to run.
class Dice {
 public:
  std::uint32_t below(std::size_t n) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) % n);
  }

 private:
  std::uint64_t state_ = 42;
};

// Extra keys that tell nothing: free text or numbers that nearly every record has for itself, or the same for all.
void drop_useless_extras(Population& p) {
  for (std::size_t i = 0; i < p.extra_keys.size(); ++i) {
    const std::size_t bearers = p.records.size() - p.extras[i][0].count;
    const std::size_t distinct = p.extras[i].size() - 1;
    const bool useless = p.records.size() < 100 || distinct < 2 || distinct * 20 > bearers * 19;
    if (!useless) continue;
    for (Record& r : p.records) r.extras[i] = 0;
  }
}

struct Sample {
  std::vector<Pair> candidates;  // all of them, or every so manieth
  std::vector<Pair> strangers;   // drawn from all pairs
  double scale = 1;              // how many candidates each stands for
  double all_pairs = 0;
};

Sample draw(const Population& p, const std::vector<Pair>& pairs) {
  constexpr std::size_t kCandidates = 200'000;
  constexpr std::size_t kStrangers = 60'000;
  const std::size_t n = p.records.size();
  Sample out;
  Dice dice;
  const std::size_t stride = pairs.size() / kCandidates + 1;
  out.scale = static_cast<double>(stride);
  for (std::size_t i = 0; i < pairs.size(); i += stride) {
    out.candidates.push_back(pairs[std::min(pairs.size() - 1, i + dice.below(stride))]);
  }
  out.all_pairs = static_cast<double>(n) * (static_cast<double>(n) - 1) / 2;
  if (out.all_pairs <= static_cast<double>(kStrangers)) {
    out.strangers = pairs;  // small inputs are compared in full
    return out;
  }
  while (out.strangers.size() < kStrangers) {
    const std::uint32_t a = dice.below(n);
    const std::uint32_t b = dice.below(n);
    if (a != b) out.strangers.emplace_back(std::minmax(a, b));
  }
  return out;
}

std::vector<Comparison> compare_all(const Model& model, const Population& p, const std::vector<Pair>& pairs) {
  std::vector<Comparison> out;
  out.reserve(pairs.size());
  for (const auto& [a, b] : pairs) out.push_back(model.compare(p, p.records[a], p.records[b]));
  return out;
}

}  // namespace

Links link(std::span<const Fields> all, const Options& options, const std::vector<Pair>& must) {
  Population p(all);
  drop_useless_extras(p);
  const std::size_t n = p.records.size();
  const std::vector<Pair> pairs = candidate_pairs(p);
  Model model;

  const Sample drawn = draw(p, pairs);
  std::vector<Comparison> sample;
  // The second round knows how many records a person has, and so how much of a value's frequency is their own.
  for (int round = 0; round < 2; ++round) {
    sample = compare_all(model, p, drawn.candidates);
    const auto strangers = compare_all(model, p, drawn.strangers);
    const double matches = model.learn(sample, drawn.scale, strangers, drawn.all_pairs, static_cast<double>(n));
    const double own = std::clamp(1 + 2 * matches / std::max(static_cast<double>(n), 1.0), 2.0, 50.0);
    if (own < p.own + 0.2) break;
    p.own = own;
  }
  const bool sampled_all = drawn.candidates.size() == pairs.size();

  Links out;
  std::vector<Edge> edges;
  const double least = std::log2(options.threshold / (1 - options.threshold));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [a, b] = pairs[i];
    const Comparison c = sampled_all && !sample.empty() ? sample[i] : model.compare(p, p.records[a], p.records[b]);
    const Model::Score s = model.score(c);
    if (s.log_odds >= least && !s.conflict) edges.push_back({a, b, s.log_odds});
    if (options.explain && s.probability() >= options.report) {
      out.pairs.push_back({a, b, s.probability(), model.explain(c)});
      for (Reason& reason : out.pairs.back().reasons) {
        if (reason.field.compare(0, 6, "extra ") != 0) continue;
        reason.field = p.extra_keys[static_cast<std::size_t>(reason.field[6] - '1')];
      }
    }
  }
  const auto opinion = [&](std::uint32_t a, std::uint32_t b) {
    const Model::Score s = model.score(model.compare(p, p.records[a], p.records[b]));
    // Between "speaks for it" and "not enough by itself" lies nothing to hold against a pair whose others agree.
    const double bits = s.log_odds > 0 || s.doubt ? s.log_odds : std::min(s.evidence, 0.0);
    // Tim and Tom are not made one by a "T." who could be either.
    constexpr double kDoubtIsConflict = -6;
    return Opinion{bits, s.conflict || (s.doubt && s.log_odds < kDoubtIsConflict)};
  };
  out.clusters = cluster(n, std::move(edges), opinion, must);
  return out;
}

}  // namespace amends::identity
