#include "core/identity/cluster.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace amends::identity {

namespace {

// Past this many pairs between two groups a fixed pattern of them speaks for all.
constexpr std::size_t kAsked = 900;

class Groups {
 public:
  explicit Groups(std::size_t n) : parent_(n), members_(n) {
    std::iota(parent_.begin(), parent_.end(), 0U);
    for (std::uint32_t i = 0; i < n; ++i) members_[i] = {i};
  }
  std::uint32_t of(std::uint32_t x) {
    while (parent_[x] != x) x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  const std::vector<std::uint32_t>& members(std::uint32_t root) const { return members_[root]; }
  void join(std::uint32_t a, std::uint32_t b) {
    if (members_[a].size() < members_[b].size()) std::swap(a, b);
    parent_[b] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b] = {};
  }

 private:
  std::vector<std::uint32_t> parent_;
  std::vector<std::vector<std::uint32_t>> members_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> cluster(std::size_t records, std::vector<Edge> edges,
                                                const std::function<Opinion(std::uint32_t, std::uint32_t)>& opinion,
                                                const std::vector<Pair>& must) {
  Groups groups(records);
  for (const auto& [a, b] : must) {
    if (groups.of(a) != groups.of(b)) groups.join(groups.of(a), groups.of(b));
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& x, const Edge& y) {
    return x.log_odds != y.log_odds ? x.log_odds > y.log_odds : std::pair(x.a, x.b) < std::pair(y.a, y.b);
  });
  std::unordered_map<std::uint64_t, Opinion> asked;
  const auto ask = [&](std::uint32_t x, std::uint32_t y) {
    const auto [a, b] = std::minmax(x, y);
    const std::uint64_t key = (std::uint64_t{a} << 32) | b;
    const auto it = asked.find(key);
    return it != asked.end() ? it->second : asked.emplace(key, opinion(a, b)).first->second;
  };
  const auto agree = [&](std::uint32_t ra, std::uint32_t rb) {
    const auto& left = groups.members(ra);
    const auto& right = groups.members(rb);
    if (left.size() * right.size() == 1) return !opinion(left[0], right[0]).conflict;
    const std::size_t total = left.size() * right.size();
    const std::size_t step = total / kAsked + 1;
    double sum = 0;
    std::size_t conflicts = 0;
    std::size_t count = 0;
    for (std::size_t k = 0; k < total; k += step) {
      const Opinion o = ask(left[k / right.size()], right[k % right.size()]);
      sum += std::clamp(o.bits, -12.0, 12.0);
      conflicts += o.conflict ? 1 : 0;
      ++count;
    }
    // One garbled record may conflict with a few of a large group; the majority decides, and a fifth is a veto.
    return sum > 0 && conflicts * 5 < count;
  };
  for (const Edge& edge : edges) {
    const std::uint32_t a = groups.of(edge.a);
    const std::uint32_t b = groups.of(edge.b);
    if (a != b && agree(a, b)) groups.join(a, b);
  }
  std::vector<std::vector<std::uint32_t>> out;
  std::vector<std::int64_t> place(records, -1);
  for (std::uint32_t i = 0; i < records; ++i) {
    const std::uint32_t root = groups.of(i);
    if (place[root] < 0) {
      place[root] = static_cast<std::int64_t>(out.size());
      out.emplace_back();
    }
    out[static_cast<std::size_t>(place[root])].push_back(i);
  }
  return out;
}

}  // namespace amends::identity
