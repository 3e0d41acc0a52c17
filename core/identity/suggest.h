// Customers who may be one person, for people to decide: found by weak keys (name, mistyped or second address, phone in
// a signature, order number quoted, a page that is theirs, the same text said twice within days), scored by the linkage
// model with the brand's own size as population. Nothing here links anything. Looking is done when somebody opens a
// customer; the way in only writes keys (keys.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/identity/identities.h"
#include "core/identity/keys.h"

namespace amends::identity {

// What a message says of its author beside the handle. Cheap, and the same hint twice is one.
struct Hint {
  KeyKind kind = KeyKind::phone;  // phone and what comes after it
  std::string_view value;         // as hint_key() takes it
  std::string_view kept = {};     // what is kept of it, to say as a reason; "": the value
};
void add_hints(store::Tx& tx, BrandId brand, IdentityId identity, std::span<const Hint> hints);
// What messages said of them, as written.
struct KnownHint {
  KeyKind kind = KeyKind::phone;
  std::string value;
};
std::vector<KnownHint> hints_of(store::Reader& reader, IdentityId identity);
// Phone numbers of a signature and order numbers of a text that are worth a hint ("Tel. +49 …", "order KC-48213").
// Pure.
std::vector<std::string> phones_in(std::string_view signature);
std::vector<std::string> order_numbers_in(std::string_view text);

enum class SuggestionState : std::uint8_t { open = 0, accepted = 1, dismissed = 2 };
inline constexpr model::Word<SuggestionState> kSuggestionStates[] = {{SuggestionState::open, "open"},
                                                                     {SuggestionState::accepted, "accepted"},
                                                                     {SuggestionState::dismissed, "dismissed"}};

struct SuggestionReason {
  std::string field;  // "surname", "e-mail", "order number"
  std::string level;  // "exact", "near", … of compare.h
  double weight = 0;  // bits for (positive) or against
};
struct Suggestion {
  CustomerId other;       // as they are now
  double confidence = 0;  // probability that both are one person
  std::vector<SuggestionReason> reasons;
};
// Candidates for a current customer, the likeliest first, from `least` confidence on. Dismissed pairs and pairs whose
// merge was undone stay away, also when either has grown by a merge since; robots and shared mailboxes never appear.
std::vector<Suggestion> suggest(store::Reader& reader, BrandId brand, CustomerId customer, double least = 0.2);

// Keeps what suggest() found as open suggestions, for a list over all customers.
void remember(store::Tx& tx, BrandId brand, CustomerId customer, const std::vector<Suggestion>& found, Timestamp now);
// "These are two people": never suggested again.
Result<Done> dismiss(store::Tx& tx, BrandId brand, CustomerId a, CustomerId b, std::string_view by, Timestamp now);
struct OpenSuggestion {
  CustomerId a, b;
  double confidence = 0;
  std::string reasons;  // JSON, as remembered
  Timestamp at;
};
std::vector<OpenSuggestion> open_suggestions(store::Reader& reader, BrandId brand, int most);

}  // namespace amends::identity
