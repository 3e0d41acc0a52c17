#include "core/identity/identities.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/identity/keys.h"
#include "core/identity/links.h"

namespace amends::identity {

namespace {

constexpr std::chrono::hours kADay{24};
constexpr std::size_t kMostName = 200;  // bytes; longer ones are no names

std::string clean_name(std::string_view name) {
  return text::squeeze(text::clip(text::printable(text::repair_utf8(name)), kMostName));
}

// What is written of a sighting of a known identity, or nothing.
void refresh(store::Tx& tx, IdentityId id, const Sighting& s, std::string_view name, bool verified, bool newly_named) {
  tx.run(
      "UPDATE identity SET first_seen = CASE WHEN first_seen > ? THEN ? ELSE first_seen END, "
      "name = CASE WHEN ? <> '' AND (name = '' OR last_seen <= ?) THEN ? ELSE name END, "
      "last_seen = CASE WHEN last_seen < ? THEN ? ELSE last_seen END, "
      "verified = CASE WHEN verified > ? THEN verified ELSE ? END WHERE id = ?",
      s.at, s.at, name, s.at, name, s.at, s.at, verified ? 1 : 0, verified ? 1 : 0, id);
  if (!newly_named) return;
  add_name_keys(tx, s.brand, id, name);
  // Until somebody said a name, the customer was called by the handle.
  tx.run(
      "UPDATE customer SET name = ? WHERE id = (SELECT origin_id FROM identity WHERE id = ?) AND "
      "name = (SELECT handle FROM identity WHERE id = ?)",
      name, id, id);
}

struct Known {
  Resolved resolved;
  Timestamp first_seen, last_seen;
  bool verified = false;
  bool named = false;
};

bool is_news(const Known& known, const Sighting& s, std::string_view name) {
  return s.at >= known.last_seen + kADay || s.at <= known.first_seen - kADay || (s.verified && !known.verified) ||
         (!known.named && !name.empty());
}

void take_in(store::Tx& tx, Known& known, const Sighting& s) {
  const std::string name = clean_name(s.name);
  if (!is_news(known, s, name)) return;
  refresh(tx, known.resolved.identity, s, name, s.verified, !known.named && !name.empty());
  known.first_seen = std::min(known.first_seen, s.at);
  known.last_seen = std::max(known.last_seen, s.at);
  known.verified = known.verified || s.verified;
  known.named = known.named || !name.empty();
}

Known find_or_make(store::Tx& tx, const Sighting& s, const std::string& handle) {
  auto found = tx.first(
      "SELECT id, customer_id, nature, first_seen, last_seen, verified, name <> '' FROM identity "
      "WHERE brand_id = ? AND kind = ? AND handle = ?",
      [](store::Row r) {
        return Known{{r.id<IdentityId>(0), r.id<CustomerId>(1), false, r.as<Nature>(2)},
                     r.time(3),
                     r.time(4),
                     r.boolean(5),
                     r.boolean(6)};
      },
      s.brand, s.kind, handle);
  if (found) {
    take_in(tx, *found, s);
    return *found;
  }
  const std::string name = clean_name(s.name);
  Known made{{{}, {}, true, nature_of(handle)}, s.at, s.at, s.verified, !name.empty()};
  made.resolved.customer = CustomerId{tx.insert("INSERT INTO customer (brand_id, name, created_at) VALUES (?, ?, ?)",
                                                s.brand, name.empty() ? handle : name, s.at)};
  const CustomerId customer = made.resolved.customer;
  made.resolved.identity = IdentityId{tx.insert(
      "INSERT INTO identity (brand_id, kind, handle, name, nature, verified, origin_id, home_id, customer_id, "
      "first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      s.brand, s.kind, handle, name, made.resolved.nature, s.verified ? 1 : 0, customer, customer, customer, s.at,
      s.at)};
  if (made.resolved.nature == Nature::person) {
    add_handle_keys(tx, s.brand, made.resolved.identity, handle);
    add_name_keys(tx, s.brand, made.resolved.identity, name);
  }
  return made;
}

constexpr const char* kIdentity =
    "id, customer_id, home_id, kind, handle, name, nature, verified, first_seen, last_seen FROM identity ";
Identity identity_of(store::Row r) {
  return {r.id<IdentityId>(0), r.id<CustomerId>(1), r.id<CustomerId>(2), r.string(3), r.string(4),
          r.string(5),         r.as<Nature>(6),     r.boolean(7),        r.time(8),   r.time(9)};
}

std::vector<Identity> all(store::Query query) {
  std::vector<Identity> out;
  while (query.next()) out.push_back(identity_of(query.row()));
  return out;
}

}  // namespace

Resolved resolve(store::Tx& tx, const Sighting& s) {
  if (s.own) return {};
  const std::string handle = normal_handle(s.handle);
  if (handle.empty()) return {};
  return find_or_make(tx, s, handle).resolved;
}

Resolved ResolveCache::resolve(store::Tx& tx, const Sighting& s) {
  if (s.own) return {};
  const std::string handle = normal_handle(s.handle);
  if (handle.empty()) return {};
  if (const std::uint64_t now = links_changed(); now != links_seen_) {
    clear();
    links_seen_ = now;
  }
  std::string key = std::to_string(s.brand.value) + '\n';
  key.append(s.kind) += '\n';
  key += handle;
  if (const auto it = index_.find(key); it != index_.end()) {
    order_.splice(order_.begin(), order_, it->second);
    Entry& e = order_.front();
    Known known{e.resolved, e.first_seen, e.last_seen, e.verified, e.named};
    take_in(tx, known, s);
    e = {std::move(e.key), e.resolved, known.first_seen, known.last_seen, known.verified, known.named};
    return e.resolved;
  }
  const Known known = find_or_make(tx, s, handle);
  order_.push_front({std::move(key), known.resolved, known.first_seen, known.last_seen, known.verified, known.named});
  order_.front().resolved.created = false;
  index_.emplace(order_.front().key, order_.begin());
  if (order_.size() > most_) {
    index_.erase(order_.back().key);
    order_.pop_back();
  }
  return known.resolved;
}

void ResolveCache::clear() {
  index_.clear();
  order_.clear();
}

std::optional<Identity> find_identity(store::Reader& reader, BrandId brand, IdentityId id) {
  return reader.first(std::string("SELECT ") + kIdentity + "WHERE id = ? AND brand_id = ?", identity_of, id, brand);
}

std::optional<Identity> find_identity(store::Reader& reader, BrandId brand, std::string_view kind,
                                      std::string_view handle) {
  return reader.first(std::string("SELECT ") + kIdentity + "WHERE brand_id = ? AND kind = ? AND handle = ?",
                      identity_of, brand, kind, normal_handle(handle));
}

namespace {

// The kinds of a brand are few: one look by the unique key for each.
std::vector<std::string> kinds_of(store::Reader& reader, BrandId brand) {
  std::vector<std::string> kinds;
  std::string after;
  for (;;) {
    const auto next = reader.first(
        "SELECT kind FROM identity WHERE brand_id = ? AND kind > ? ORDER BY kind LIMIT 1",
        [](store::Row r) { return r.string(0); }, brand, after);
    if (!next) return kinds;
    kinds.push_back(*next);
    after = *next;
  }
}

}  // namespace

std::vector<Identity> find_handle(store::Reader& reader, BrandId brand, std::string_view handle) {
  std::vector<Identity> out;
  for (const std::string& kind : kinds_of(reader, brand)) {
    if (auto found = find_identity(reader, brand, kind, handle)) out.push_back(std::move(*found));
  }
  std::sort(out.begin(), out.end(), [](const Identity& a, const Identity& b) { return a.id < b.id; });
  return out;
}

std::vector<CustomerId> find_by_handle_start(store::Reader& reader, BrandId brand, std::string_view start, int most) {
  std::vector<CustomerId> out;
  if (start.empty()) return out;
  const std::string low = text::ascii_lower(start);
  const std::string high = low + "\U0010FFFF";  // behind everything that begins so
  for (const std::string& kind : kinds_of(reader, brand)) {
    for (auto q = reader.query("SELECT customer_id FROM identity WHERE brand_id = ? AND kind = ? AND handle >= ? AND "
                               "handle < ? ORDER BY handle LIMIT ?",
                               brand, kind, low, high, most);
         q.next();)
      out.push_back(q.row().id<CustomerId>(0));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > static_cast<std::size_t>(most)) out.resize(static_cast<std::size_t>(most));
  return out;
}

std::vector<Customer> customers(store::Reader& reader, BrandId brand, CustomerId before, int limit) {
  std::vector<Customer> out;
  for (auto q = reader.query("SELECT id, name, language, created_at FROM customer WHERE brand_id = ? AND id < ? AND "
                             "merged_into IS NULL ORDER BY id DESC LIMIT ?",
                             brand, before ? before.value : INT64_MAX, limit);
       q.next();)
    out.push_back({q.row().id<CustomerId>(0), q.row().string(1), q.row().string(2), q.row().time(3), {}});
  return out;
}

std::optional<Customer> find_customer(store::Reader& reader, BrandId brand, CustomerId id) {
  return reader.first(
      "SELECT id, name, language, created_at, merged_into FROM customer WHERE id = ? AND brand_id = ?",
      [](store::Row r) {
        return Customer{r.id<CustomerId>(0), r.string(1), r.string(2), r.time(3), r.id<CustomerId>(4)};
      },
      id, brand);
}

CustomerId current_customer(store::Reader& reader, BrandId brand, CustomerId id) {
  for (;;) {
    const auto row = find_customer(reader, brand, id);
    if (!row) return {};
    if (!row->merged_into) return id;
    id = row->merged_into;
  }
}

std::vector<CustomerId> family_of(store::Reader& reader, BrandId brand, CustomerId id) {
  std::vector<CustomerId> out;
  if (!find_customer(reader, brand, id)) return out;
  out.push_back(id);
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (auto q = reader.query("SELECT id FROM customer WHERE merged_into = ?", out[i]); q.next();) {
      out.push_back(q.row().id<CustomerId>(0));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Identity> identities_of(store::Reader& reader, BrandId brand, CustomerId id) {
  return all(reader.query(std::string("SELECT ") + kIdentity + "WHERE customer_id = ? AND brand_id = ? ORDER BY id", id,
                          brand));
}

CustomerId customer_of(store::Reader& reader, IdentityId identity) {
  return reader
      .first(
          "SELECT customer_id FROM identity WHERE id = ?", [](store::Row r) { return r.id<CustomerId>(0); }, identity)
      .value_or(CustomerId{});
}

std::vector<CustomerId> find_by_name(store::Reader& reader, BrandId brand, std::string_view name, int most) {
  std::vector<CustomerId> out;
  const auto key = name_key(name);
  if (!key) return out;
  for (auto q =
           reader.query("SELECT DISTINCT i.customer_id FROM identity_key k JOIN identity i ON i.id = k.identity_id "
                        "WHERE k.brand_id = ? AND k.key = ? ORDER BY i.customer_id LIMIT ?",
                        brand, *key, most);
       q.next();) {
    out.push_back(q.row().id<CustomerId>(0));
  }
  return out;
}

bool rename_customer(store::Tx& tx, BrandId brand, CustomerId id, std::string_view name) {
  const std::string cleaned = clean_name(name);
  if (tx.run("UPDATE customer SET name = ? WHERE id = ? AND brand_id = ?", cleaned, id, brand) == 0) return false;
  // So that the customer is found by the name people gave them.
  const auto first = tx.first(
      "SELECT id FROM identity WHERE customer_id = ? ORDER BY id LIMIT 1",
      [](store::Row r) { return r.id<IdentityId>(0); }, id);
  if (first) add_name_keys(tx, brand, *first, cleaned);
  return true;
}

bool set_language(store::Tx& tx, BrandId brand, CustomerId id, std::string_view language) {
  return tx.run("UPDATE customer SET language = ? WHERE id = ? AND brand_id = ?", language, id, brand) > 0;
}

}  // namespace amends::identity
