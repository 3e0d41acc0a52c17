// Whose handle is this. A handle of a kind is one identity of its brand for ever; an identity belongs to a customer,
// who is made when the handle is first seen. Nothing here links two handles by itself: merging is links.h, and always a
// person's word; suggest.h says what looks alike.
//
// Tables: customer, identity (links.h: link_event; suggest.h: identity_key, link_suggestion).
// Threads: resolve() inside a write; reads with any Reader. Errors: SqlFailure, as core/store says.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/identity/handle.h"
#include "core/store/database.h"

namespace amends::identity {

// A handle, seen on something that passed by. Views are borrowed for the call.
struct Sighting {
  BrandId brand;
  std::string_view kind;    // channel::Descriptor::handle_kind
  std::string_view handle;  // as the channel says it; normalised here (handle.h)
  std::string_view name;    // as the sender says it; may be ""
  bool verified = false;    // the channel vouches that the handle is the sender's
  Timestamp at;
  bool own = false;  // ours or an agent's: nobody's customer
};

struct Resolved {
  IdentityId identity;  // none for our own handles and for an empty one
  CustomerId customer;  // who speaks for it now
  bool created = false;
  Nature nature = Nature::person;
};

// Finds the identity of a handle or makes it, with a customer. An unverified sender gets the identity that the handle
// names: whoever marks the message says that nobody vouched for it. Writes for a known handle only when something
// changed: first verified, first name, or a day passed since it was last seen.
Resolved resolve(store::Tx& tx, const Sighting& sighting);

// Remembers the handles resolved last, so that a run of mails costs no query each. Kept by one writer across its
// transactions; forget everything with clear() when a transaction was undone, for what it made never was. Merges,
// undone merges and splits in this process are noticed by themselves.
class ResolveCache {
 public:
  explicit ResolveCache(std::size_t most = 4096) : most_(most) {}
  Resolved resolve(store::Tx& tx, const Sighting& sighting);
  void clear();
  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    std::string key;
    Resolved resolved;
    Timestamp first_seen, last_seen;
    bool verified = false;
    bool named = false;
  };
  std::size_t most_;
  std::uint64_t links_seen_ = 0;
  std::list<Entry> order_;  // the one used last in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
};

struct Identity {
  IdentityId id;
  CustomerId customer, home;
  std::string kind, handle, name;
  Nature nature = Nature::person;
  bool verified = false;
  Timestamp first_seen, last_seen;
};
std::optional<Identity> find_identity(store::Reader& reader, BrandId brand, IdentityId id);
std::optional<Identity> find_identity(store::Reader& reader, BrandId brand, std::string_view kind,
                                      std::string_view handle);
// The same handle in any kind, oldest first: what a person types into a search box.
std::vector<Identity> find_handle(store::Reader& reader, BrandId brand, std::string_view handle);

struct Customer {
  CustomerId id;
  std::string name;
  std::string language;  // ISO 639-1, "" when not known
  Timestamp created_at;
  CustomerId merged_into;  // none for who speaks for themselves
};
std::optional<Customer> find_customer(store::Reader& reader, BrandId brand, CustomerId id);
// Customers who speak for themselves, the newest first, before `before` (none: from the newest).
std::vector<Customer> customers(store::Reader& reader, BrandId brand, CustomerId before, int limit);
// Current customers with a handle that begins so, as normalised; at most `most`.
std::vector<CustomerId> find_by_handle_start(store::Reader& reader, BrandId brand, std::string_view start, int most);
// Who speaks for a customer now: themselves, or whoever they were merged into. None when there is no such customer.
CustomerId current_customer(store::Reader& reader, BrandId brand, CustomerId id);
// A customer and all who were merged into them, directly or in turn, ascending. Timelines read all their streams.
std::vector<CustomerId> family_of(store::Reader& reader, BrandId brand, CustomerId id);
// The identities that a current customer speaks for, oldest first.
std::vector<Identity> identities_of(store::Reader& reader, BrandId brand, CustomerId id);
CustomerId customer_of(store::Reader& reader, IdentityId identity);
// Current customers with an identity or a name that is the same but for case, accents and order of words; at most
// `most`.
std::vector<CustomerId> find_by_name(store::Reader& reader, BrandId brand, std::string_view name, int most);

// By hand. False when there is no such customer.
bool rename_customer(store::Tx& tx, BrandId brand, CustomerId id, std::string_view name);
bool set_language(store::Tx& tx, BrandId brand, CustomerId id, std::string_view language);

}  // namespace amends::identity
