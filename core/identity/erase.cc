#include "core/identity/erase.h"

#include <set>

#include "core/identity/links.h"

namespace amends::identity {
namespace {

void empty_customer(store::Tx& tx, CustomerId customer) {
  tx.run(
      "UPDATE customer SET brand_id = 0, name = '', language = NULL, created_at = 0, merged_into = NULL,"
      " merge_event = NULL WHERE id = ?",
      customer);
}

}  // namespace

std::vector<Handle> all_identities(store::Reader& reader, BrandId brand) {
  std::vector<Handle> out;
  for (auto q = reader.query("SELECT id, customer_id, kind, handle FROM identity WHERE brand_id = ?", brand);
       q.next();) {
    out.push_back({q.row().id<IdentityId>(0), q.row().id<CustomerId>(1), q.row().string(2), q.row().string(3)});
  }
  return out;
}

std::int64_t count_suggestions(store::Reader& reader, BrandId brand, const std::vector<CustomerId>& customers) {
  std::int64_t out = 0;
  for (const CustomerId customer : customers) {
    out += reader.count("SELECT COUNT(*) FROM link_suggestion WHERE brand_id = ? AND (low_id = ? OR high_id = ?)",
                        brand, customer, customer);
  }
  return out;
}

void erase(store::Tx& tx, BrandId brand, const std::vector<CustomerId>& customers,
           const std::vector<IdentityId>& identities) {
  std::set<CustomerId> gone(customers.begin(), customers.end());
  std::set<CustomerId> origins;
  for (const IdentityId identity : identities) {
    for (auto q = tx.query("SELECT origin_id, home_id FROM identity WHERE id = ?", identity); q.next();) {
      origins.insert({q.row().id<CustomerId>(0), q.row().id<CustomerId>(1)});
    }
    tx.run("DELETE FROM identity_key WHERE identity_id = ?", identity);
    tx.run("DELETE FROM link_event WHERE identity_id = ?", identity);
    tx.run("DELETE FROM identity WHERE id = ?", identity);
  }
  // Whoever was only ever one of these identities goes as well: the name is theirs.
  for (const CustomerId origin : origins) {
    if (tx.count("SELECT COUNT(*) FROM identity WHERE origin_id = ? OR home_id = ? OR customer_id = ?", origin, origin,
                 origin) == 0) {
      gone.insert(origin);
    }
  }
  for (const CustomerId customer : gone) {
    // An identity that was somebody else's all along begins where it was put.
    tx.run("UPDATE identity SET origin_id = home_id WHERE origin_id = ?", customer);
    tx.run("DELETE FROM link_suggestion WHERE brand_id = ? AND low_id = ?", brand, customer);
    tx.run("DELETE FROM link_suggestion WHERE high_id = ?", customer);
    tx.run("DELETE FROM link_event WHERE from_id = ?", customer);
    tx.run("DELETE FROM link_event WHERE into_id = ?", customer);
    empty_customer(tx, customer);
  }
  tell_links_changed();
}

}  // namespace amends::identity
