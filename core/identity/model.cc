#include <algorithm>
#include <cmath>
#include <string>

#include "core/identity/linkage.h"

namespace amends::identity {

namespace {

constexpr std::size_t column(Field field) { return static_cast<std::size_t>(field); }

struct Defaults {
  Field field;
  std::string_view name;
  // Shares on the levels exact, alias, near, similar, weak, faint, different; each row sums to 1.
  double m[kLevels - 1];
  double u[kLevels - 1];
};

// m from error rates reported for hospital, census and customer registers (a wrong letter in 5 to 10 % of names, a
// moved household in a quarter of all pairs); u as measured on generated populations. Learning starts here and data of
// any size pull away from it.
constexpr Defaults kDefaults[] = {
    {Field::given, "given name", {.80, .05, .07, .02, .01, .01, .04}, {.006, .006, .004, .015, .0005, .05, .9185}},
    {Field::surname, "surname", {.82, .02, .08, .02, .01, .01, .04}, {.001, .001, .002, .01, .0005, .04, .9455}},
    {Field::title, "name", {.50, .00, .15, .15, .0, .10, .10}, {.0004, .0001, .0005, .004, .0, .02, .975}},
    {Field::birth,
     "date of birth",
     {.85, .02, .06, .03, .02, .01, .01},
     {.00006, .00002, .0006, .004, .015, .03, .95032}},
    {Field::number,
     "identification number",
     {.88, .00, .06, .02, .0, .00, .04},
     {.000001, .0, .00002, .0002, .0, .0, .999779}},
    {Field::phone, "phone", {.70, .00, .08, .00, .0, .00, .22}, {.00005, .0, .00005, .0, .0, .0, .9999}},
    {Field::email, "e-mail", {.62, .04, .12, .05, .0, .03, .14}, {.00002, .000001, .00003, .0006, .0, .001, .99834}},
    {Field::street, "street", {.55, .05, .10, .05, .0, .05, .20}, {.0001, .0004, .0004, .003, .0, .006, .9901}},
    {Field::second, "second address line", {.60, .05, .10, .05, .0, .00, .20}, {.004, .002, .003, .004, .0, .0, .987}},
    {Field::city, "city", {.70, .00, .08, .04, .0, .00, .18}, {.02, .0, .004, .006, .0, .0, .97}},
    {Field::postcode, "postcode", {.68, .00, .08, .04, .0, .00, .20}, {.002, .0, .006, .02, .0, .0, .972}},
    {Field::state, "state", {.86, .00, .05, .01, .0, .00, .08}, {.18, .0, .01, .01, .0, .0, .80}},
    {Field::gender, "gender", {.97, .00, .00, .00, .0, .00, .03}, {.5, .0, .0, .0, .0, .0, .5}},
    {Field::extra, "", {.60, .00, .06, .04, .0, .00, .30}, {.05, .0, .01, .02, .0, .0, .92}},
};

constexpr double kPlaceCap = 16;     // bits that one household's shared address may bring in all
constexpr double kFieldCap = 16;     // bits that any one field may bring
constexpr double kFieldFloor = -10;  // and take
constexpr double kExtraCap = 4;      // a key we don't know the meaning of
constexpr double kExtraFloor = -1.5;
constexpr double kSwapped = -3;      // given name and surname in each other's place
constexpr double kTwins = -9;        // other given name, same birth: twins, or one name overwritten
constexpr double kHousehold = -12;   // other given name, nothing personal agrees
constexpr double kSibling = -4;      // given names that resemble each other and both exist
constexpr double kNamesake = -5;     // same names, other birth: parent and child
constexpr double kUnnamed = -3;      // a record without a given name beside one of another birth
constexpr double kOtherName = -9;    // two firms at one address and one switchboard
constexpr double kGeneration = -12;  // junior and senior
// What a family shares (surname, address, phone, e-mail) speaks for the family. These are the bits it may still bring
// when something personal disagrees.
constexpr double kSharedByOthers = 4;
constexpr double kSharedBySiblings = 7;
constexpr double kSharedByNamesakes = 8;

// An e-mail address repeats the name, so what merely resembles adds little to it.
struct Ceiling {
  Field field;
  Level level;
  double bits;
};
constexpr Ceiling kCeilings[] = {{Field::email, Level::near, 12},
                                 {Field::email, Level::similar, 3},
                                 {Field::email, Level::faint, 2},
                                 {Field::phone, Level::near, 10}};

bool is_place(std::size_t f) {
  return f == column(Field::street) || f == column(Field::second) || f == column(Field::city) ||
         f == column(Field::postcode) || f == column(Field::state);
}

// Besides the address.
bool is_shared(std::size_t f) {
  return f == column(Field::surname) || f == column(Field::phone) || f == column(Field::email);
}

double log2_odds(double p) { return std::log2(p / (1 - p)); }

// The two rules that no sum of weights may outvote; see README.md, "Households".
struct Rule {
  double bits = 0;
  bool conflict = false;
  double shared = 1000;  // the most that what families share may bring
  std::string_view name;
};
Rule rule_for(const Comparison& c) {
  const Level number = c.level[column(Field::number)];
  const Level birth = c.level[column(Field::birth)];
  if (c.other_generation) return {kGeneration, number != Level::exact, kSharedByOthers, "generation"};
  if (number == Level::exact || number == Level::near) return {};
  if (c.level[column(Field::title)] == Level::different) return {kOtherName, false, kSharedByNamesakes, "another name"};
  if (c.other_given) {
    const Level surname = c.level[column(Field::surname)];
    const bool same_birth = birth == Level::exact || birth == Level::alias;
    // Both names garbled or replaced is no household; the weights decide.
    if (same_birth && surname >= Level::weak) return {};
    if (same_birth) return {kTwins, c.both_known_names, kSharedByOthers, "another given name, same birth"};
    if (birth == Level::near && !c.both_known_names) return {kTwins, false, kSharedByOthers, "another given name"};
    return {kHousehold, c.other_birth || birth == Level::missing || c.both_known_names, kSharedByOthers, "household"};
  }
  if (c.sibling_given) return {kSibling, false, kSharedBySiblings, "a sibling's name"};
  // Nobody says the given name, and the birth is another's.
  if (c.other_birth && c.level[column(Field::given)] == Level::missing &&
      c.level[column(Field::email)] != Level::exact) {
    return {kUnnamed, false, kSharedBySiblings, "no given name, another birth"};
  }
  if (c.generation_apart) return {kNamesake, false, kSharedByNamesakes, "namesake of another generation"};
  return {};
}

}  // namespace

Model::Model() {
  for (const Defaults& d : kDefaults) {
    for (std::size_t f = column(d.field); f <= (d.field == Field::extra ? kFields - 1 : column(d.field)); ++f) {
      for (std::size_t l = 1; l < kLevels; ++l) {
        // A level that this field never reports weighs nothing.
        const bool used = d.m[l - 1] > 0 && d.u[l - 1] > 0;
        m0_[f][l] = used ? d.m[l - 1] : 1e-7;
        u0_[f][l] = used ? d.u[l - 1] : 1e-7;
      }
    }
  }
  m_ = m0_;
  u_ = u0_;
  refresh();
}

void Model::refresh() {
  for (std::size_t f = 0; f < kFields; ++f) {
    for (std::size_t l = 1; l < kLevels; ++l) {
      w_[f][l] = std::clamp(std::log2(m_[f][l] / u_[f][l]), kFieldFloor, kFieldCap);
    }
    // A closer level never says less than a looser one, whatever a small sample suggests.
    const std::size_t exact = static_cast<std::size_t>(Level::exact);
    for (std::size_t l = kLevels - 1; l-- > exact;) {
      if (l == static_cast<std::size_t>(Level::alias)) continue;
      w_[f][l] = std::max(w_[f][l], w_[f][l + 1 == static_cast<std::size_t>(Level::alias) ? l + 2 : l + 1]);
    }
    for (const Ceiling& c : kCeilings) {
      if (column(c.field) == f)
        w_[f][static_cast<std::size_t>(c.level)] = std::min(w_[f][static_cast<std::size_t>(c.level)], c.bits);
    }
    auto& alias = w_[f][static_cast<std::size_t>(Level::alias)];
    alias = std::min(alias, w_[f][exact]);
    if (f >= column(Field::extra)) {
      for (std::size_t l = 1; l < kLevels; ++l) w_[f][l] = std::clamp(w_[f][l], kExtraFloor, kExtraCap);
    } else {
      w_[f][kLevels - 1] = std::min(w_[f][kLevels - 1], -0.2);
    }
  }
}

double Model::weight(std::size_t f, Level level, double share) const {
  if (level == Level::missing) return 0;
  const auto l = static_cast<std::size_t>(level);
  if (share <= 0 || level > Level::similar) return w_[f][l];
  if (level == Level::exact) {
    return std::clamp(std::log2(m_[f][l] / share), 0.0, f >= column(Field::extra) ? kExtraCap : kFieldCap);
  }
  // Nearly the same value: strangers meet there in step with how common the value is, on top of chance likenesses.
  const double usual = u_[f][static_cast<std::size_t>(Level::exact)];
  const double u = std::max(u_[f][l] * std::clamp(std::sqrt(share / usual), 0.25, 4.0), share);
  return std::clamp(std::log2(m_[f][l] / u), std::min(0.0, w_[f][l]),
                    f >= column(Field::extra) ? kExtraCap : kFieldCap);
}

double Model::Score::probability() const { return 1 / (1 + std::exp2(-log_odds)); }

namespace {

// The fields of an address repeat each other: who lives in the same town has its postcode, and who moved changed all of
// them at once. The strongest counts in full, the others by what they add.
class Place {
 public:
  void add(double bits) {
    (bits > 0 ? for_ : against_) += bits;
    best_ = std::max(best_, bits);
    worst_ = std::min(worst_, bits);
  }
  double plain() const { return for_ + against_; }
  double bits() const {
    constexpr double kMoreFor = 0.45;
    constexpr double kMoreAgainst = 0.3;
    const double yes = best_ + kMoreFor * (for_ - best_);
    const double no = worst_ + kMoreAgainst * (against_ - worst_);
    return std::min(yes + no, kPlaceCap);
  }

 private:
  double for_ = 0, against_ = 0, best_ = 0, worst_ = 0;
};

}  // namespace

Model::Score Model::score(const Comparison& c) const {
  Place place;
  double family = 0;
  double sum = 0;
  for (std::size_t f = 0; f < kFields; ++f) {
    if (c.level[f] == Level::missing) continue;
    const double w = weight(f, c.level[f], c.share[f]);
    if (is_place(f)) {
      place.add(w);
    } else {
      (is_shared(f) ? family : sum) += w;
    }
  }
  const Rule rule = rule_for(c);
  Score out;
  out.evidence = sum + std::min(family + place.bits(), rule.shared) + rule.bits + (c.swapped ? kSwapped : 0);
  out.log_odds = out.evidence + log2_odds(prior_);
  out.doubt = rule.bits < 0 && c.sibling_given;
  out.conflict = rule.conflict;
  if (out.conflict) out.log_odds = std::min(out.log_odds, -6.0);
  return out;
}

std::vector<Reason> Model::explain(const Comparison& c) const {
  std::vector<Reason> out;
  Place place;
  double family = 0;
  for (std::size_t f = 0; f < kFields; ++f) {
    if (c.level[f] == Level::missing) continue;
    const auto row = std::find_if(std::begin(kDefaults), std::end(kDefaults), [&](const Defaults& d) {
      return column(d.field) == std::min(f, column(Field::extra));
    });
    const double w = weight(f, c.level[f], c.share[f]);
    if (is_place(f)) place.add(w);
    if (is_shared(f)) family += w;
    std::string field(row->name);
    if (field.empty()) field = "extra " + std::to_string(f - column(Field::extra) + 1);
    out.push_back({std::move(field), std::string(name_of(c.level[f])), w});
  }
  if (const double repeated = place.bits() - place.plain(); std::abs(repeated) > 1e-9) {
    out.push_back({"address", "repeats itself", repeated});
  }
  if (c.swapped) out.push_back({"name order", "swapped", kSwapped});
  const Rule rule = rule_for(c);
  family += place.bits();
  if (family > rule.shared) out.push_back({"what a family shares", "capped", rule.shared - family});
  if (!rule.name.empty()) out.push_back({std::string(rule.name), rule.conflict ? "conflict" : "doubt", rule.bits});
  out.push_back({"prior", "share of pairs that match", log2_odds(prior_)});
  return out;
}

double Model::learn(const std::vector<Comparison>& candidates, double scale, const std::vector<Comparison>& strangers,
                    double all_pairs, double records) {
  constexpr int kRounds = 12;
  constexpr double kFaithM = 40;  // the defaults weigh as much as so many pairs
  constexpr double kFaithU = 60;
  // Before any data: every tenth record has a double, or three pairs in ten thousand where there are few records.
  prior_ = std::min(0.0003, 0.2 / std::max(records - 1, 1.0));
  double found = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::array<double, kLevels>, kFields> m{}, u{};
    double matches = 0;
    for (const Comparison& c : candidates) {
      const double p = score(c).probability();
      matches += p;
      if (p < 1e-3) continue;
      for (std::size_t f = 0; f < kFields; ++f) m[f][static_cast<std::size_t>(c.level[f])] += p;
    }
    for (const Comparison& c : strangers) {
      const double q = 1 - score(c).probability();
      for (std::size_t f = 0; f < kFields; ++f) u[f][static_cast<std::size_t>(c.level[f])] += q;
    }
    for (std::size_t f = 0; f < kFields; ++f) {
      double m_sum = kFaithM;
      double u_sum = kFaithU;
      for (std::size_t l = 1; l < kLevels; ++l) {
        m_sum += m[f][l];
        u_sum += u[f][l];
      }
      for (std::size_t l = 1; l < kLevels; ++l) {
        m_[f][l] = (m[f][l] + kFaithM * m0_[f][l]) / m_sum;
        u_[f][l] = (u[f][l] + kFaithU * u0_[f][l]) / u_sum;
      }
    }
    refresh();
    found = matches * scale;
    prior_ = std::clamp((found + 0.5) / (all_pairs + 4000), 1e-9, 0.3);
  }
  return found;
}

}  // namespace amends::identity
