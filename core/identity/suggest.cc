#include "core/identity/suggest.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/identity/linkage.h"

namespace amends::identity {

namespace {

constexpr int kPerKey = 40;            // identities looked at under one key; a key with more tells nothing
constexpr std::size_t kCompared = 50;  // customers compared in full

struct StoredKey {
  std::int64_t key = 0;
  KeyKind kind = KeyKind::name;
  std::string value;
};

std::vector<StoredKey> keys_of(store::Reader& reader, const std::vector<Identity>& identities) {
  std::vector<StoredKey> out;
  for (const Identity& identity : identities) {
    for (auto q = reader.query("SELECT key, kind, value FROM identity_key WHERE identity_id = ?", identity.id);
         q.next();) {
      out.push_back({q.row().integer(0), q.row().as<KeyKind>(1), q.row().string(2)});
    }
  }
  return out;
}

// A customer as one record: every name, address and phone of theirs.
Fields fields_of(const std::vector<Identity>& identities, const std::vector<StoredKey>& keys, const std::string& name) {
  Fields out;
  out.emplace_back("name", name);
  for (const Identity& identity : identities) {
    if (identity.nature == Nature::person && identity.handle.find('@') != identity.handle.npos &&
        identity.handle[0] != '@' && identity.handle.find('/') == identity.handle.npos) {
      out.emplace_back("email", identity.handle);
    }
  }
  for (const StoredKey& key : keys) {
    if (key.kind == KeyKind::phone && !key.value.empty()) out.emplace_back("phone", key.value);
  }
  return out;
}

std::string best_name(const std::vector<Identity>& identities) {
  std::string best;
  for (const Identity& identity : identities) {
    if (identity.nature == Nature::person && identity.name.size() > best.size()) best = identity.name;
  }
  return best;
}

// Whom a person said to keep apart from any of these.
std::set<CustomerId> dismissed_with(store::Reader& reader, BrandId brand, const std::vector<CustomerId>& family) {
  std::set<CustomerId> out;
  for (const CustomerId member : family) {
    for (auto q = reader.query("SELECT high_id FROM link_suggestion WHERE brand_id = ? AND low_id = ? AND state = ?",
                               brand, member, SuggestionState::dismissed);
         q.next();) {
      out.insert(q.row().id<CustomerId>(0));
    }
    for (auto q = reader.query("SELECT low_id FROM link_suggestion WHERE high_id = ? AND state = ?", member,
                               SuggestionState::dismissed);
         q.next();) {
      out.insert(q.row().id<CustomerId>(0));
    }
  }
  return out;
}

// Current customers who share a key, those who share most first.
std::vector<CustomerId> candidates_of(store::Reader& reader, BrandId brand, CustomerId customer,
                                      const std::vector<StoredKey>& keys) {
  std::map<CustomerId, int> shared;
  std::set<std::int64_t> asked;
  for (const StoredKey& key : keys) {
    if (!asked.insert(key.key).second) continue;
    std::vector<CustomerId> found;
    for (auto q = reader.query("SELECT i.customer_id FROM identity_key k JOIN identity i ON i.id = k.identity_id "
                               "WHERE k.brand_id = ? AND k.key = ? AND i.nature = ? LIMIT ?",
                               brand, key.key, Nature::person, kPerKey + 1);
         q.next();) {
      found.push_back(q.row().id<CustomerId>(0));
    }
    if (found.size() > kPerKey) continue;
    for (const CustomerId other : found) {
      if (other != customer) ++shared[other];
    }
  }
  std::vector<CustomerId> out;
  out.reserve(shared.size());
  for (const auto& [other, count] : shared) out.push_back(other);
  std::stable_sort(out.begin(), out.end(), [&](CustomerId a, CustomerId b) { return shared[a] > shared[b]; });
  if (out.size() > kCompared) out.resize(kCompared);
  return out;
}

// A key that says more than likeness: what it adds to the score, and how it is told.
struct Evidence {
  KeyKind kind = KeyKind::order;
  std::string told;
  double bits = 0;
};

// Hardly anybody knows another's order number, but a couple may share one; a page that a site has verified is nobody
// else's; one that somebody names as theirs may be a company's; a text of some length is said twice within days by who
// wants to be heard, or by who copies.
constexpr double kOrder = 13, kVerifiedLink = 20, kProfile = 6, kWords = 15, kDifferingName = 3;
constexpr std::chrono::hours kSaidTwiceWithin{24 * 7};

std::optional<Evidence> evidence_of(const StoredKey& a, const StoredKey& b) {
  if (a.key != b.key) return {};
  const auto is = [](const StoredKey& one, KeyKind kind) { return one.kind == kind; };
  if (is(a, KeyKind::order) && is(b, KeyKind::order)) return Evidence{KeyKind::order, a.value, kOrder};
  if (is(a, KeyKind::words) && is(b, KeyKind::words)) {
    const Timestamp one{std::strtoll(a.value.c_str(), nullptr, 10)}, other{std::strtoll(b.value.c_str(), nullptr, 10)};
    if (std::max(one, other) - std::min(one, other) > kSaidTwiceWithin) return {};
    return Evidence{KeyKind::words, "within " + std::to_string(kSaidTwiceWithin.count() / 24) + " days", kWords};
  }
  const bool links = (is(a, KeyKind::profile) || is(a, KeyKind::verified_link)) &&
                     (is(b, KeyKind::profile) || is(b, KeyKind::verified_link));
  if (!links) return {};
  const bool verified = is(a, KeyKind::verified_link) || is(b, KeyKind::verified_link);
  return Evidence{verified ? KeyKind::verified_link : KeyKind::profile, a.value, verified ? kVerifiedLink : kProfile};
}

// The strongest of each kind.
std::vector<Evidence> shared_evidence(const std::vector<StoredKey>& mine, const std::vector<StoredKey>& theirs) {
  std::vector<Evidence> out;
  for (const StoredKey& a : mine) {
    for (const StoredKey& b : theirs) {
      auto found = evidence_of(a, b);
      if (!found) continue;
      const bool known = std::any_of(out.begin(), out.end(), [&](const Evidence& e) { return e.kind == found->kind; });
      if (!known) out.push_back(*std::move(found));
    }
  }
  return out;
}

// How common a full name is among this brand's own customers, and what that leaves of its weight; README.md, "A name
// alone".
constexpr double kOftenTogether = 4;      // given names and surnames go together in families and peoples
constexpr double kUsualCustomers = 1000;  // the usual share weighs as much as so many customers
constexpr double kNameAlone = 2;          // log-odds that names bring at most where nothing else agrees: 80 %

// Other customers who bear it, beside the two.
std::int64_t namesakes(store::Reader& reader, BrandId brand, const std::string& name, CustomerId a, CustomerId b) {
  constexpr int kEnough = 1000;
  const auto key = name_key(name);
  if (!key) return 0;
  return reader.count(
      "SELECT COUNT(*) FROM (SELECT DISTINCT i.customer_id FROM identity_key k JOIN identity i ON i.id = k.identity_id "
      "WHERE k.brand_id = ? AND k.key = ? AND i.nature = ? AND i.customer_id <> ? AND i.customer_id <> ? LIMIT ?) t",
      brand, *key, Nature::person, a, b, kEnough);
}

// What is known of a full name that two share.
struct SharedName {
  double usual = 0;         // its share as the product of its parts' usual shares
  double weighed = 0;       // the share that the score has taken
  std::int64_t others = 0;  // customers besides the two who bear it here
  double customers = 0;
  double prior_odds = 0;
};

// The bits by which the name moves `log_odds`. Another who bears it may be the same person under one more handle, and
// is so the surer the rarer the name is; so every number of strangers among them is weighed by its probability.
double bits_of_rarity(const SharedName& name, double log_odds) {
  constexpr double kAgree = 0.65;  // m of given name and surname
  constexpr std::int64_t kMostOthers = 60;
  const double share = std::min(name.usual * kOftenTogether, 0.5);
  const double stranger = 1 / (1 + name.prior_odds * kAgree / share);
  const std::int64_t others = std::min(name.others, kMostOthers);
  double sum = 0, chance = std::pow(1 - stranger, static_cast<double>(others));
  for (std::int64_t k = 0; k <= others; ++k) {
    const double here = (static_cast<double>(k) + kUsualCustomers * share) / (name.customers + kUsualCustomers);
    sum += chance / (1 + std::exp2(-(log_odds + std::log2(name.weighed / here))));
    chance *= static_cast<double>(others - k) / static_cast<double>(k + 1) * stranger / (1 - stranger);
  }
  sum = std::clamp(sum, 1e-12, 1 - 1e-12);
  return std::log2(sum / (1 - sum)) - log_odds;
}

bool is_about_the_name(const SuggestionReason& reason) {
  return reason.field == "given name" || reason.field == "surname" || reason.field == "name" ||
         reason.field == "name order" || reason.field == "same name";
}

std::string to_json(const std::vector<SuggestionReason>& reasons) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& r : reasons) {
    out.push_back({{"field", r.field}, {"level", r.level}, {"weight", std::round(r.weight * 10) / 10}});
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void add_hints(store::Tx& tx, BrandId brand, IdentityId identity, std::span<const Hint> hints) {
  for (const Hint& hint : hints) {
    const auto key = hint_key(hint.kind, hint.value);
    if (!key) continue;
    tx.run(
        "INSERT INTO identity_key (brand_id, key, identity_id, kind, value) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (brand_id, key, identity_id) DO NOTHING",
        brand, *key, identity, hint.kind, hint.kept.empty() ? hint.value : hint.kept);
  }
}

std::vector<KnownHint> hints_of(store::Reader& reader, IdentityId identity) {
  std::vector<KnownHint> out;
  for (auto q =
           reader.query("SELECT kind, value FROM identity_key WHERE identity_id = ? AND value IS NOT NULL", identity);
       q.next();) {
    out.push_back({q.row().as<KeyKind>(0), q.row().string(1)});
  }
  return out;
}

std::vector<Suggestion> suggest(store::Reader& reader, BrandId brand, CustomerId customer, double least) {
  std::vector<Suggestion> out;
  const auto mine = identities_of(reader, brand, customer);
  const bool person =
      std::any_of(mine.begin(), mine.end(), [](const Identity& i) { return i.nature == Nature::person; });
  if (!person) return out;
  const auto my_keys = keys_of(reader, mine);
  const auto apart = dismissed_with(reader, brand, family_of(reader, brand, customer));

  struct Candidate {
    CustomerId id;
    std::vector<StoredKey> keys;
  };
  std::vector<Candidate> candidates;
  std::vector<Fields> fields = {fields_of(mine, my_keys, best_name(mine))};
  for (const CustomerId other : candidates_of(reader, brand, customer, my_keys)) {
    const auto family = family_of(reader, brand, other);
    const bool kept_apart = std::any_of(family.begin(), family.end(), [&](CustomerId c) { return apart.count(c) > 0; });
    if (kept_apart) continue;
    const auto theirs = identities_of(reader, brand, other);
    Candidate c{other, keys_of(reader, theirs)};
    fields.push_back(fields_of(theirs, c.keys, best_name(theirs)));
    candidates.push_back(std::move(c));
  }
  if (candidates.empty()) return out;

  Population population(fields);
  const double customers = static_cast<double>(
      reader.count("SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE brand_id = ? LIMIT 100000) t", brand));
  population.strangers = std::max(customers, 1000.0);
  Model model;
  // Every tenth customer writes under a second handle.
  model.set_prior(0.1 / population.strangers);
  const double prior = std::log2(0.1 / population.strangers);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Comparison c = model.compare(population, population.records[0], population.records[i + 1]);
    Model::Score score = model.score(c);
    Suggestion s;
    s.other = candidates[i].id;
    for (const Reason& reason : model.explain(c)) {
      if (reason.field != "prior") s.reasons.push_back({reason.field, reason.level, reason.weight});
    }
    const auto told = static_cast<std::ptrdiff_t>(s.reasons.size());
    for (const Evidence& one : shared_evidence(my_keys, candidates[i].keys)) {
      if (score.conflict && one.kind != KeyKind::verified_link) continue;
      // In public people go by names of their own making: that those differ says little.
      if (one.kind == KeyKind::verified_link) score.log_odds = std::max(score.log_odds, prior);
      if (one.kind == KeyKind::words) score.log_odds = std::max(score.log_odds, prior - kDifferingName);
      score.log_odds += one.bits;
      s.reasons.push_back({std::string(name_of(one.kind)), one.told, one.bits});
    }
    const auto given = static_cast<std::size_t>(Field::given), surname = static_cast<std::size_t>(Field::surname);
    if (c.level[given] == Level::exact && c.level[surname] == Level::exact && c.share[given] > 0 &&
        c.share[surname] > 0) {
      const Record& me = population.records[0];
      SharedName name;
      name.usual = static_cast<double>(population.names[me.given].usual_given) *
                   static_cast<double>(population.names[me.surname].usual_surname);
      name.weighed = static_cast<double>(c.share[given]) * static_cast<double>(c.share[surname]);
      name.others = namesakes(reader, brand, best_name(mine), customer, s.other);
      name.customers = customers;
      name.prior_odds = 0.1 / population.strangers;
      const double bits = bits_of_rarity(name, score.log_odds);
      score.log_odds += bits;
      const std::string here = name.others == 0 ? "nobody else here" : std::to_string(name.others) + " others here";
      s.reasons.insert(s.reasons.begin() + told, {"same name", here, bits});
    }
    double beside = 0;
    for (const SuggestionReason& reason : s.reasons) {
      if (!is_about_the_name(reason)) beside += std::max(reason.weight, 0.0);
    }
    if (const double over = score.log_odds - (kNameAlone + beside); over > 0) {
      score.log_odds -= over;
      s.reasons.push_back({"name alone", "capped", -over});
    }
    s.confidence = score.probability();
    if (s.confidence >= least) out.push_back(std::move(s));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Suggestion& a, const Suggestion& b) { return a.confidence > b.confidence; });
  return out;
}

void remember(store::Tx& tx, BrandId brand, CustomerId customer, const std::vector<Suggestion>& found, Timestamp now) {
  for (const Suggestion& s : found) {
    const auto [low, high] = std::minmax(customer, s.other);
    tx.run(
        "INSERT INTO link_suggestion (brand_id, low_id, high_id, state, confidence, reasons, at) VALUES (?, ?, ?, 0, "
        "?, ?, ?) "
        "ON CONFLICT (brand_id, low_id, high_id) DO UPDATE SET confidence = excluded.confidence, reasons = "
        "excluded.reasons "
        "WHERE link_suggestion.state = 0",
        brand, low, high, s.confidence, to_json(s.reasons), now);
  }
}

Result<Done> dismiss(store::Tx& tx, BrandId brand, CustomerId a, CustomerId b, std::string_view by, Timestamp now) {
  if (a == b) return fail(Kind::invalid, "a customer can't be kept apart from themselves");
  for (const CustomerId id : {a, b}) {
    if (!find_customer(tx, brand, id)) return fail(Kind::not_found, "there is no customer " + std::to_string(id.value));
  }
  const auto [low, high] = std::minmax(a, b);
  tx.run(
      "INSERT INTO link_suggestion (brand_id, low_id, high_id, state, confidence, reasons, at, decided_by) "
      "VALUES (?, ?, ?, 2, 0, '[]', ?, ?) ON CONFLICT (brand_id, low_id, high_id) DO UPDATE SET state = 2, at = "
      "excluded.at, decided_by = excluded.decided_by",
      brand, low, high, now, by);
  return Done{};
}

std::vector<OpenSuggestion> open_suggestions(store::Reader& reader, BrandId brand, int most) {
  std::vector<OpenSuggestion> out;
  for (auto q = reader.query("SELECT s.low_id, s.high_id, s.confidence, s.reasons, s.at FROM link_suggestion s "
                             "JOIN customer a ON a.id = s.low_id JOIN customer b ON b.id = s.high_id "
                             "WHERE s.brand_id = ? AND s.state = 0 AND a.merged_into IS NULL AND b.merged_into IS NULL "
                             "ORDER BY s.confidence DESC, s.low_id, s.high_id LIMIT ?",
                             brand, most);
       q.next();) {
    const store::Row r = q.row();
    out.push_back({r.id<CustomerId>(0), r.id<CustomerId>(1), r.real(2), r.string(3), r.time(4)});
  }
  return out;
}

}  // namespace amends::identity
