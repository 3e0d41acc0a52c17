// Which records are the same person: probabilistic record linkage after I. Fellegi and A. Sunter (1969), with typo
// tolerant comparison levels, weights that know how common a value is, and parameters learned from the data itself (EM
// as W. Winkler 1988). README.md in this folder explains the model and what it was measured on.
//
// Pure and deterministic: the same records in the same order give the same answer. Not safe to share while it runs;
// separate calls are independent.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/record.h"

namespace amends::identity {

enum class Field : std::uint8_t {
  given,
  surname,
  title,
  birth,
  number,
  phone,
  email,
  street,
  second,
  city,
  postcode,
  state,
  gender,
  extra
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::extra) + kExtras;

// What two records say to each other, before any weight.
struct Comparison {
  std::array<Level, kFields> level{};
  std::array<float, kFields> share{};  // share of strangers who bear the agreeing value; 0 where the level alone counts
  bool swapped = false;                // given name and surname stood in each other's place
  bool other_given = false;            // given names nobody would take for slips of each other
  bool both_known_names = false;       // two given names of the lists in words.cc, and not the same one
  bool sibling_given = false;          // … that resemble each other: a slip, or brother and sister
  bool other_birth = false;            // dates of birth that no slip explains
  bool generation_apart = false;       // the same, and at least fifteen years: parent and child
  bool other_generation = false;       // junior and senior
};

// Why a pair scored as it did; `weight` in bits (log2 of the Bayes factor), negative against.
struct Reason {
  std::string field;
  std::string level;
  double weight = 0;
};

struct Options {
  // Pairs whose posterior match probability reaches this are linked, if the clustering agrees.
  double threshold = 0.5;
  // Keeps scored pairs from this probability on in Links::pairs.
  double report = 0.05;
  bool explain = false;
};

struct ScoredPair {
  std::uint32_t a = 0, b = 0;  // positions in the input, a < b
  double probability = 0;
  std::vector<Reason> reasons;
};

struct Links {
  std::vector<std::vector<std::uint32_t>> clusters;  // positions, ascending; clusters by their first
  std::vector<ScoredPair> pairs;                     // when Options::explain, by a, then b
};

// m: how often true pairs stand on a level; u: how often strangers do. One row a field, one column a level.
class Model {
 public:
  // Defaults that serve without any data, from published error rates and the generators of this folder's tests.
  Model();

  Comparison compare(const Population& population, const Record& a, const Record& b) const;

  struct Score {
    double evidence = 0;    // bits, without the prior
    double log_odds = 0;    // bits, with it
    bool doubt = false;     // two given names that resemble each other and both exist
    bool conflict = false;  // rules say: two people, whatever else agrees
    double probability() const;
  };
  Score score(const Comparison& comparison) const;
  std::vector<Reason> explain(const Comparison& comparison) const;

  // Learns m, u and the prior by EM: `candidates` are pairs that blocking found, each standing for `scale` of them;
  // `strangers` are pairs drawn at random from all `all_pairs`.
  // Answers how many of all pairs match.
  double learn(const std::vector<Comparison>& candidates, double scale, const std::vector<Comparison>& strangers,
               double all_pairs, double records);

  double prior() const { return prior_; }
  void set_prior(double share_of_matching_pairs) { prior_ = share_of_matching_pairs; }

 private:
  double weight(std::size_t field, Level level, double share) const;
  void refresh();

  std::array<std::array<double, kLevels>, kFields> m_{}, u_{}, w_{};
  std::array<std::array<double, kLevels>, kFields> m0_{}, u0_{};
  double prior_ = 0.001;  // share of all pairs that match
};

// The whole way: prepare, block, learn, score, cluster. `must` holds positions that are one record by the caller's own
// word (the same id given twice).
Links link(std::span<const Fields> records, const Options& options,
           const std::vector<std::pair<std::uint32_t, std::uint32_t>>& must = {});

}  // namespace amends::identity
