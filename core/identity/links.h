// Merging customers, splitting identities out, and undoing either. A merge is an event that stays on record, never a
// delete, and it moves no message: which customer an identity belongs to follows from the events in force alone.
//
// - Every identity has an origin, the customer made with it. Its home is where the latest split in force put it, or
// else
//   its origin.
// - A merge in force points the one customer (`from`, who spoke for themselves) to another (`into`). Following the
//   pointers from an identity's home leads to the customer who speaks for it.
// - Undoing an event takes it out of force, whatever happened since: undoing a merge gives `from` back everything whose
//   home leads to `from`, also what was merged or split into `from` later; undoing a split sends the identity to where
//   it would be without that split. So events can be undone in any order, and with all of them undone every identity is
//   back at its origin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/identity/identities.h"

namespace amends::identity {

using LinkEventId = Id<struct LinkEventTag>;

enum class LinkKind : std::uint8_t { merge = 0, split = 1 };
inline constexpr model::Word<LinkKind> kLinkKinds[] = {{LinkKind::merge, "merge"}, {LinkKind::split, "split"}};
constexpr std::string_view name_of(LinkKind v) { return model::name_in(kLinkKinds, v); }

struct LinkChange {
  LinkEventId event;
  CustomerId from;                // the customer that lost the identities
  CustomerId into;                // the one that has them now
  std::vector<IdentityId> moved;  // ascending
};

// Joins whoever speaks for `from` to whoever speaks for `into`. Errors: not_found; conflict when both are one already.
Result<LinkChange> merge(store::Tx& tx, BrandId brand, CustomerId into, CustomerId from, std::string_view by,
                         std::string_view reason, Timestamp now);
// Gives an identity a customer of its own. Errors: not_found; conflict when its customer has no other identity.
Result<LinkChange> split(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view by,
                         std::string_view reason, Timestamp now);
// Takes an event out of force. What it joined is not suggested again. Errors: not_found; conflict when undone already.
Result<LinkChange> undo(store::Tx& tx, BrandId brand, LinkEventId event, std::string_view by, Timestamp now);

struct LinkEvent {
  LinkEventId id;
  LinkKind kind = LinkKind::merge;
  Timestamp at;
  std::string by, reason;
  CustomerId from, into;
  IdentityId identity;  // of a split
  std::optional<Timestamp> undone_at;
  std::string undone_by;
};
// Everything that made or unmade a customer as they are now, newest first.
std::vector<LinkEvent> history_of(store::Reader& reader, BrandId brand, CustomerId customer);

// Moves on whenever a merge, split or undo ran in this process.
std::uint64_t links_changed();
void tell_links_changed();

}  // namespace amends::identity
