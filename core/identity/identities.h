// Who a handle belongs to, and which handles are one person.
//
// A handle is one identity for ever, and every identity has a customer of its own from first sight. A merge is an event
// that points one customer at another; nothing is moved or deleted, so its undo restores exactly what was, in whatever
// order merges are undone and whatever came in between. A weak key never merges by itself: it only suggests.
//
// Tables: identity, customer, link_event.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::identity {

using LinkEventId = Id<struct LinkEventTag>;

// Somebody seen in a channel.
struct Sighting {
  BrandId brand;
  std::string_view kind;    // the channel's handle_kind
  std::string_view handle;  // as the channel gives it, lower case
  std::string_view name;    // "" when not known
  bool verified = false;    // the channel vouches that it was them
  Timestamp at;
};

struct Resolved {
  IdentityId identity;
  CustomerId customer;  // the one people see, after merges
  bool created = false;
};
Resolved resolve(store::Tx& tx, const Sighting& sighting);

struct Identity {
  IdentityId id;
  CustomerId home;  // its own customer, before merges
  std::string kind, handle, name;
  bool verified = false;
  bool role = false;  // noreply, mailer-daemon, info@: an office, not a person
  Timestamp first_seen, last_seen;
};
std::optional<Identity> find(store::Reader& reader, BrandId brand, std::string_view kind, std::string_view handle);
std::optional<Identity> find(store::Reader& reader, IdentityId id);
// Any channel: what a person types to find somebody. At most `limit`.
std::vector<Identity> find_by_handle(store::Reader& reader, BrandId brand, std::string_view handle, int limit);
std::vector<Identity> find_by_name(store::Reader& reader, BrandId brand, std::string_view name, int limit);

// The customer people see for this one: itself, or what it was merged into. None when the brand has no such customer.
CustomerId current(store::Reader& reader, BrandId brand, CustomerId customer);
CustomerId customer_of(store::Reader& reader, IdentityId identity);
// It and all that were merged into it, itself first.
std::vector<CustomerId> members(store::Reader& reader, CustomerId customer);
// All their identities, oldest first.
std::vector<Identity> identities(store::Reader& reader, CustomerId customer);
std::string name_of(store::Reader& reader, CustomerId customer);

// `from` is the same person as `into`. conflict when they are one already; not_found when the brand has not both.
Result<LinkEventId> merge(store::Tx& tx, BrandId brand, CustomerId into, CustomerId from, std::string_view actor,
                          std::string_view reason, Timestamp now);
// An identity is somebody else: it gets a customer of its own. conflict when it is its customer's only one.
Result<LinkEventId> split(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view actor,
                          std::string_view reason, Timestamp now);
// Takes a merge or split back. conflict when it was taken back before, or the identity was split off again since.
Result<Done> undo(store::Tx& tx, BrandId brand, LinkEventId event, std::string_view actor, Timestamp now);

struct LinkEvent {
  LinkEventId id;
  bool is_merge = true;
  CustomerId into, from;
  IdentityId identity;  // of a split
  std::string actor, reason;
  Timestamp at;
  std::optional<Timestamp> undone_at;
};
std::vector<LinkEvent> history(store::Reader& reader, CustomerId customer);

// "no-reply@…", "mailer-daemon@…": an address that no single person stands behind.
bool is_role_handle(std::string_view handle);

}  // namespace amends::identity
