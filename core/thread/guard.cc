#include "core/thread/guard.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/thread/disjoint_sets.h"

namespace amends::thread {
namespace {

// Whether `n`, by its own right, may go where `other` is. What is missing otherwise.
bool may_enter(const Node& n, bool by_what_it_answers, const Node& other, const TakesPart& takes_part,
               std::vector<Hash>& missing) {
  missing.clear();
  if (n.vouched) return true;
  if (is_impostor(n)) return false;
  if (n.own) {
    if (by_what_it_answers) return true;
    for (const Hash person : n.recipients) {
      if (takes_part(person, other)) return true;
    }
    missing = n.recipients;
    return false;
  }
  if (n.sender == 0) return false;
  if (takes_part(n.sender, other)) return true;
  missing.push_back(n.sender);
  return false;
}

Verdict refused(const Node& waiting, const Node& other, std::vector<Hash> people) {
  if (people.empty()) return {};
  return {false, Missing{other.message, waiting.message, std::move(people)}};
}

// Each by its own right.
Verdict both(const Pair& p, bool a_answers, bool b_answers, const TakesPart& takes_part) {
  std::vector<Hash> missing;
  if (!may_enter(*p.a, a_answers, *p.b, takes_part, missing)) return refused(*p.a, *p.b, std::move(missing));
  if (!may_enter(*p.b, b_answers, *p.a, takes_part, missing)) return refused(*p.b, *p.a, std::move(missing));
  return {true, {}};
}

}  // namespace

Verdict judge(const Pair& p, const TakesPart& takes_part) {
  std::vector<Hash> missing;
  switch (p.meeting) {
    case Meeting::names:
      if (may_enter(*p.a, p.a_answers, *p.b, takes_part, missing)) return {true, {}};
      return refused(*p.a, *p.b, std::move(missing));
    case Meeting::names_same: return both(p, p.a_answers, p.b_answers, takes_part);
    case Meeting::same_id:
      return {p.a->sender != 0 && p.a->sender == p.b->sender && !is_impostor(*p.a) && !is_impostor(*p.b), {}};
    case Meeting::same_subject: {
      const auto after = p.a->at - p.b->at;
      const bool in_time = after <= kSubjectWindow && after >= -std::chrono::milliseconds(kClockError);
      const auto known = [](const Node& n) { return n.own || (n.verified && !is_impostor(n)); };
      return {p.a->bare && in_time && known(*p.a) && known(*p.b), {}};
    }
    case Meeting::same_address:
      if (may_enter(*p.a, true, *p.b, takes_part, missing)) return {true, {}};
      return refused(*p.a, *p.b, std::move(missing));
  }
  return {};
}

const Node* meant_by(const Node& naming, std::span<const Node* const> bearers) {
  const auto rank = [&](const Node* n) {
    const bool theirs = naming.own ? std::count(naming.recipients.begin(), naming.recipients.end(), n->sender) != 0
                                   : !n->own && n->sender == naming.sender;
    return std::tuple(is_impostor(*n), !theirs, !n->own, n->received_at, n->sender);
  };
  const Node* first = nullptr;
  for (const Node* n : bearers) {
    if (n != &naming && (first == nullptr || rank(n) < rank(first))) first = n;
  }
  return first;
}

std::vector<std::size_t> partition(std::span<const Node> nodes, std::span<const Node> elsewhere) {
  struct Naming {
    std::size_t node;
    bool answers;
  };
  struct Place {
    std::vector<std::size_t> bear, speak;
    std::vector<const Node*> bear_elsewhere;
    std::vector<Naming> name;
  };
  std::map<Hash, Place> places;
  std::map<std::int64_t, std::size_t> by_message;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& n = nodes[i];
    by_message[n.message] = i;
    if (n.id != 0) places[n.id].bear.push_back(i);
    for (std::size_t r = 0; r < n.references.size(); ++r) places[n.references[r]].name.push_back({i, r == n.parent});
    for (const Hash subject : n.subjects) places[subject].speak.push_back(i);
  }

  for (const Node& n : elsewhere) {
    if (n.id != 0) places[n.id].bear_elsewhere.push_back(&n);
  }

  std::vector<Pair> pairs;
  for (const auto& [key, place] : places) {
    std::vector<const Node*> here;
    for (const auto i : place.bear) here.push_back(&nodes[i]);
    std::vector<const Node*> bearers = here;
    bearers.insert(bearers.end(), place.bear_elsewhere.begin(), place.bear_elsewhere.end());
    for (const auto& [i, answers] : place.name) {
      const Node* meant = meant_by(nodes[i], bearers);
      for (const Node* b : here) {
        if (meant != nullptr && is_same_author(*b, *meant))
          pairs.push_back({&nodes[i], b, Meeting::names, answers, false});
      }
      for (const auto& [j, j_answers] : place.name) {
        const Node* other = meant_by(nodes[j], bearers);
        const bool same = meant == nullptr ? other == nullptr : other != nullptr && is_same_author(*meant, *other);
        if (i < j && same) pairs.push_back({&nodes[i], &nodes[j], Meeting::names_same, answers, j_answers});
      }
    }
    for (const Node* a : here) {
      for (const Node* b : here) {
        if (a < b) pairs.push_back({a, b, Meeting::same_id});
      }
    }
    for (const auto i : place.speak) {
      for (const auto j : place.speak) {
        if (i != j && nodes[i].bare) pairs.push_back({&nodes[i], &nodes[j], Meeting::same_subject});
      }
    }
  }
  for (const Node& n : nodes) {
    if (const auto anchor = by_message.find(n.anchor); n.anchor != 0 && anchor != by_message.end()) {
      pairs.push_back({&n, &nodes[anchor->second], Meeting::same_address});
    }
  }

  DisjointSets sets(nodes.size());
  std::vector<std::set<Hash>> people(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto in = lets_in(nodes[i]);
    people[i].insert(in.begin(), in.end());
  }
  const auto index = [&](const Node& n) { return static_cast<std::size_t>(&n - nodes.data()); };
  const TakesPart takes_part = [&](Hash person, const Node& n) {
    return people[sets.find(index(n))].count(person) != 0;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const Pair& pair : pairs) {
      const std::size_t a = sets.find(index(*pair.a)), b = sets.find(index(*pair.b));
      if (a == b || !judge(pair, takes_part).joins) continue;
      const std::size_t root = sets.join(a, b), gone = root == a ? b : a;
      people[root].insert(people[gone].begin(), people[gone].end());
      changed = true;
    }
  }

  std::map<std::size_t, std::size_t> number;
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    out.push_back(number.try_emplace(sets.find(i), number.size()).first->second);
  }
  return out;
}

}  // namespace amends::thread
