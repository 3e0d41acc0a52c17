#include "core/identity/identities.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::identity {
namespace {

// Stored: never renumber.
enum class EventKind : std::uint8_t { merge = 0, split = 1 };

// How stale last_seen may be: so a known face costs no write.
constexpr std::chrono::hours kSeenStep{24};

constexpr std::string_view kColumns =
    "SELECT id, customer_id, kind, handle, name, verified, role, first_seen, last_seen FROM identity ";

Identity identity_from(store::Row r) {
  return {r.id<IdentityId>(0), r.id<CustomerId>(1), r.string(2), r.string(3), r.string(4),
          r.boolean(5),        r.boolean(6),        r.time(7),   r.time(8)};
}

std::string name_key(std::string_view name) { return text::fold(text::squeeze(name)); }

// Merges point from child to parent and never in a circle; longer than this no chain of people gets.
constexpr int kLongestChain = 1000;

CustomerId root_of(store::Reader& reader, CustomerId customer) {
  for (int i = 0; i < kLongestChain; ++i) {
    const auto up = reader.first(
        "SELECT merged_into FROM customer WHERE id = ?", [](store::Row r) { return r.id<CustomerId>(0); }, customer);
    if (!up || !*up) return customer;
    customer = *up;
  }
  return customer;
}

bool has_customer(store::Reader& reader, BrandId brand, CustomerId customer) {
  return reader.count("SELECT COUNT(*) FROM customer WHERE id = ? AND brand_id = ?", customer, brand) != 0;
}

CustomerId new_customer(store::Tx& tx, BrandId brand, std::string_view name, Timestamp at) {
  return CustomerId{tx.insert("INSERT INTO customer (brand_id, name, created_at) VALUES (?, ?, ?)", brand, name, at)};
}

std::vector<Identity> collect(store::Query query) {
  std::vector<Identity> out;
  while (query.next()) out.push_back(identity_from(query.row()));
  return out;
}

Error no_customer(CustomerId customer) {
  return fail(Kind::not_found, "there is no customer " + std::to_string(customer.value));
}

}  // namespace

Resolved resolve(store::Tx& tx, const Sighting& s) {
  struct Known {
    IdentityId id;
    CustomerId home, merged_into;
    bool named, verified;
    Timestamp last_seen;
  };
  const auto known = tx.first(
      "SELECT i.id, i.customer_id, c.merged_into, i.name, i.verified, i.last_seen FROM identity i "
      "JOIN customer c ON c.id = i.customer_id WHERE i.brand_id = ? AND i.kind = ? AND i.handle = ?",
      [](store::Row r) {
        return Known{r.id<IdentityId>(0), r.id<CustomerId>(1), r.id<CustomerId>(2),
                     !r.text(3).empty(),  r.boolean(4),        r.time(5)};
      },
      s.brand, s.kind, s.handle);
  if (!known) {
    const std::string_view shown = s.name.empty() ? s.handle : s.name;
    const CustomerId customer = new_customer(tx, s.brand, shown, s.at);
    const IdentityId id{
        tx.insert("INSERT INTO identity (brand_id, kind, handle, name, name_key, customer_id, verified, role, "
                  "first_seen, last_seen) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  s.brand, s.kind, s.handle, s.name, name_key(s.name), customer, s.verified, is_role_handle(s.handle),
                  s.at, s.at)};
    return {id, customer, true};
  }
  const bool newly_named = !known->named && !s.name.empty();
  const bool newly_verified = s.verified && !known->verified;
  if (newly_named) {
    tx.run("UPDATE identity SET name = ?, name_key = ? WHERE id = ?", s.name, name_key(s.name), known->id);
    tx.run("UPDATE customer SET name = ? WHERE id = ? AND name = ?", s.name, known->home, s.handle);
  }
  if (newly_verified || s.at > known->last_seen + kSeenStep) {
    tx.run("UPDATE identity SET verified = ?, last_seen = ? WHERE id = ?", newly_verified || known->verified,
           std::max(s.at, known->last_seen), known->id);
  }
  return {known->id, known->merged_into ? root_of(tx, known->merged_into) : known->home, false};
}

std::optional<Identity> find(store::Reader& reader, BrandId brand, std::string_view kind, std::string_view handle) {
  static const std::string sql = std::string(kColumns) + "WHERE brand_id = ? AND kind = ? AND handle = ?";
  return reader.first(sql, identity_from, brand, kind, handle);
}

std::optional<Identity> find(store::Reader& reader, IdentityId id) {
  static const std::string sql = std::string(kColumns) + "WHERE id = ?";
  return reader.first(sql, identity_from, id);
}

std::vector<Identity> find_by_handle(store::Reader& reader, BrandId brand, std::string_view handle, int limit) {
  // The kinds there are, few; each is one look into the unique index.
  std::vector<Identity> out;
  for (auto kinds = reader.query("SELECT DISTINCT kind FROM identity WHERE brand_id = ?", brand); kinds.next();) {
    if (static_cast<int>(out.size()) >= limit) break;
    if (auto found = find(reader, brand, kinds.row().text(0), handle)) out.push_back(*std::move(found));
  }
  return out;
}

std::vector<Identity> find_by_name(store::Reader& reader, BrandId brand, std::string_view name, int limit) {
  static const std::string sql =
      std::string(kColumns) + "WHERE brand_id = ? AND name_key = ? AND name_key <> '' ORDER BY id LIMIT ?";
  return collect(reader.query(sql, brand, name_key(name), limit));
}

CustomerId current(store::Reader& reader, BrandId brand, CustomerId customer) {
  return has_customer(reader, brand, customer) ? root_of(reader, customer) : CustomerId{};
}

CustomerId customer_of(store::Reader& reader, IdentityId identity) {
  const auto home = reader.first(
      "SELECT customer_id FROM identity WHERE id = ?", [](store::Row r) { return r.id<CustomerId>(0); }, identity);
  return home ? root_of(reader, *home) : CustomerId{};
}

std::vector<CustomerId> members(store::Reader& reader, CustomerId customer) {
  std::vector<CustomerId> out{customer};
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (auto q = reader.query("SELECT id FROM customer WHERE merged_into = ? ORDER BY id", out[i]); q.next();) {
      out.push_back(q.row().id<CustomerId>(0));
    }
  }
  return out;
}

std::vector<Identity> identities(store::Reader& reader, CustomerId customer) {
  static const std::string sql = std::string(kColumns) + "WHERE customer_id = ? ORDER BY id";
  std::vector<Identity> out;
  for (const CustomerId member : members(reader, customer)) {
    for (Identity& one : collect(reader.query(sql, member))) out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(), [](const Identity& a, const Identity& b) { return a.id < b.id; });
  return out;
}

std::string name_of(store::Reader& reader, CustomerId customer) {
  return reader
      .first(
          "SELECT name FROM customer WHERE id = ?", [](store::Row r) { return r.string(0); }, customer)
      .value_or("");
}

Result<LinkEventId> merge(store::Tx& tx, BrandId brand, CustomerId into, CustomerId from, std::string_view actor,
                          std::string_view reason, Timestamp now) {
  for (const CustomerId customer : {into, from}) {
    if (!has_customer(tx, brand, customer)) return no_customer(customer);
  }
  const CustomerId root = root_of(tx, into), child = root_of(tx, from);
  if (root == child) return fail(Kind::conflict, "they are one customer already");
  tx.run("UPDATE customer SET merged_into = ? WHERE id = ?", root, child);
  return LinkEventId{tx.insert(
      "INSERT INTO link_event (brand_id, kind, into_id, from_id, actor, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      brand, EventKind::merge, root, child, actor, reason, now)};
}

Result<LinkEventId> split(store::Tx& tx, BrandId brand, IdentityId identity, std::string_view actor,
                          std::string_view reason, Timestamp now) {
  const auto one = find(tx, identity);
  if (!one || !has_customer(tx, brand, one->home)) {
    return fail(Kind::not_found, "there is no identity " + std::to_string(identity.value));
  }
  if (identities(tx, root_of(tx, one->home)).size() < 2) {
    return fail(Kind::conflict, "it is the customer's only identity",
                "undo the merge that joined them, if that was meant");
  }
  const CustomerId own = new_customer(tx, brand, one->name.empty() ? one->handle : one->name, now);
  tx.run("UPDATE identity SET customer_id = ? WHERE id = ?", own, identity);
  return LinkEventId{
      tx.insert("INSERT INTO link_event (brand_id, kind, into_id, from_id, identity_id, actor, reason, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                brand, EventKind::split, own, one->home, identity, actor, reason, now)};
}

Result<Done> undo(store::Tx& tx, BrandId brand, LinkEventId event, std::string_view actor, Timestamp now) {
  struct Row {
    EventKind kind;
    CustomerId into, from;
    IdentityId identity;
    bool undone;
  };
  const auto row = tx.first(
      "SELECT kind, into_id, from_id, identity_id, undone_at FROM link_event WHERE id = ? AND brand_id = ?",
      [](store::Row r) {
        return Row{r.as<EventKind>(0), r.id<CustomerId>(1), r.id<CustomerId>(2), r.id<IdentityId>(3), !r.is_null(4)};
      },
      event, brand);
  if (!row) return fail(Kind::not_found, "there is no merge or split " + std::to_string(event.value));
  if (row->undone) return fail(Kind::conflict, "it was taken back before");
  if (row->kind == EventKind::merge) {
    tx.run("UPDATE customer SET merged_into = NULL WHERE id = ?", row->from);
  } else if (tx.run("UPDATE identity SET customer_id = ? WHERE id = ? AND customer_id = ?", row->from, row->identity,
                    row->into) == 0) {
    return fail(Kind::conflict, "the identity was split off again since", "take that back first");
  }
  tx.run("UPDATE link_event SET undone_at = ?, undone_by = ? WHERE id = ?", now, actor, event);
  return Done{};
}

std::vector<LinkEvent> history(store::Reader& reader, CustomerId customer) {
  std::vector<LinkEvent> out;
  for (const CustomerId member : members(reader, customer)) {
    for (auto q = reader.query(
             "SELECT id, kind, into_id, from_id, identity_id, actor, reason, at, undone_at FROM link_event "
             "WHERE from_id = ? OR into_id = ? ORDER BY id",
             member, member);
         q.next();) {
      const store::Row r = q.row();
      LinkEvent e{r.id<LinkEventId>(0),
                  r.as<EventKind>(1) == EventKind::merge,
                  r.id<CustomerId>(2),
                  r.id<CustomerId>(3),
                  r.id<IdentityId>(4),
                  r.string(5),
                  r.string(6),
                  r.time(7),
                  {}};
      if (!r.is_null(8)) e.undone_at = r.time(8);
      out.push_back(std::move(e));
    }
  }
  std::sort(out.begin(), out.end(), [](const LinkEvent& a, const LinkEvent& b) { return a.id < b.id; });
  out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id == b.id; }), out.end());
  return out;
}

bool is_role_handle(std::string_view handle) {
  static constexpr std::string_view kOffices[] = {
      "noreply",    "no-reply", "no_reply", "donotreply",    "do-not-reply", "mailer-daemon",
      "postmaster", "bounce",   "bounces",  "notifications", "notification", "newsletter",
      "info",       "support",  "sales",    "service",       "kontakt",      "contact",
      "office",     "hello",    "team",     "admin",         "webmaster",    "abuse",
      "billing",    "orders",   "root",     "listserv",      "majordomo",
  };
  const std::size_t at = handle.find('@');
  if (at == handle.npos) return false;
  const std::string local = text::ascii_lower(handle.substr(0, at));
  const std::string_view plain = std::string_view(local).substr(0, local.find('+'));
  return std::find(std::begin(kOffices), std::end(kOffices), plain) != std::end(kOffices) ||
         plain.rfind("noreply", 0) == 0 || plain.rfind("no-reply", 0) == 0 || plain.rfind("bounce", 0) == 0;
}

}  // namespace amends::identity
