#include "core/identity/links.h"

#include <algorithm>
#include <atomic>

namespace amends::identity {

namespace {

std::atomic<std::uint64_t> changes{1};

// Gives every identity whose home lies in the family of `head` to `owner`; answers those that moved.
std::vector<IdentityId> hand_over(store::Tx& tx, BrandId brand, CustomerId head, CustomerId owner) {
  std::vector<IdentityId> moved;
  for (const CustomerId member : family_of(tx, brand, head)) {
    for (auto q = tx.query("SELECT id FROM identity WHERE home_id = ? AND customer_id <> ?", member, owner);
         q.next();) {
      moved.push_back(q.row().id<IdentityId>(0));
    }
    tx.run("UPDATE identity SET customer_id = ? WHERE home_id = ? AND customer_id <> ?", owner, member, owner);
  }
  std::sort(moved.begin(), moved.end());
  return moved;
}

LinkEventId record(store::Tx& tx, BrandId brand, LinkKind kind, CustomerId from, CustomerId into, IdentityId identity,
                   std::string_view by, std::string_view reason, Timestamp now) {
  ++changes;
  return LinkEventId{
      tx.insert("INSERT INTO link_event (brand_id, kind, at, actor, reason, from_id, into_id, identity_id) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                brand, kind, now, by, reason, from, into, identity)};
}

LinkEvent event_of(store::Row r) {
  LinkEvent e{r.id<LinkEventId>(0), r.as<LinkKind>(1),   r.time(2),           r.string(3), r.string(4),
              r.id<CustomerId>(5),  r.id<CustomerId>(6), r.id<IdentityId>(7), {},          r.string(9)};
  if (!r.is_null(8)) e.undone_at = r.time(8);
  return e;
}
constexpr const char* kEvent =
    "SELECT id, kind, at, actor, reason, from_id, into_id, identity_id, undone_at, undone_by FROM link_event ";

// A person said that two are not one: they are not proposed to each other again.
void keep_apart(store::Tx& tx, BrandId brand, CustomerId a, CustomerId b, std::string_view by, Timestamp now) {
  const auto [low, high] = std::minmax(a, b);
  tx.run(
      "INSERT INTO link_suggestion (brand_id, low_id, high_id, state, confidence, reasons, at, decided_by) "
      "VALUES (?, ?, ?, 2, 0, '[]', ?, ?) ON CONFLICT (brand_id, low_id, high_id) DO UPDATE SET state = 2, at = "
      "excluded.at, decided_by = excluded.decided_by",
      brand, low, high, now, by);
}

Error no_customer(CustomerId id) { return fail(Kind::not_found, "there is no customer " + std::to_string(id.value)); }

}  // namespace

std::uint64_t links_changed() { return changes.load(); }
void tell_links_changed() { ++changes; }

Result<LinkChange> merge(store::Tx& tx, BrandId brand, CustomerId into, CustomerId from, std::string_view by,
                         std::string_view reason, Timestamp now) {
  const CustomerId target = current_customer(tx, brand, into);
  const CustomerId source = current_customer(tx, brand, from);
  if (!target) return no_customer(into);
  if (!source) return no_customer(from);
  if (target == source) {
    return fail(Kind::conflict,
                "customers " + std::to_string(into.value) + " and " + std::to_string(from.value) + " are one already");
  }
  LinkChange out;
  out.event = record(tx, brand, LinkKind::merge, source, target, {}, by, reason, now);
  out.from = source;
  out.into = target;
  tx.run("UPDATE customer SET merged_into = ?, merge_event = ? WHERE id = ?", target, out.event, source);
  out.moved = hand_over(tx, brand, source, target);
  const auto [low, high] = std::minmax(source, target);
  tx.run(
      "UPDATE link_suggestion SET state = 1, at = ?, decided_by = ? WHERE brand_id = ? AND low_id = ? AND high_id = ?",
      now, by, brand, low, high);
  return out;
}

Result<LinkChange> split(store::Tx& tx, BrandId brand, IdentityId id, std::string_view by, std::string_view reason,
                         Timestamp now) {
  const auto identity = find_identity(tx, brand, id);
  if (!identity) return fail(Kind::not_found, "there is no identity " + std::to_string(id.value));
  if (tx.count("SELECT COUNT(*) FROM identity WHERE customer_id = ?", identity->customer) < 2) {
    return fail(Kind::conflict, "identity " + std::to_string(id.value) + " is the only one of its customer");
  }
  LinkChange out;
  out.from = identity->customer;
  out.into = CustomerId{tx.insert("INSERT INTO customer (brand_id, name, created_at) VALUES (?, ?, ?)", brand,
                                  identity->name.empty() ? identity->handle : identity->name, now)};
  out.event = record(tx, brand, LinkKind::split, out.from, out.into, id, by, reason, now);
  tx.run("UPDATE identity SET home_id = ?, customer_id = ? WHERE id = ?", out.into, out.into, id);
  out.moved = {id};
  keep_apart(tx, brand, out.from, out.into, by, now);
  return out;
}

Result<LinkChange> undo(store::Tx& tx, BrandId brand, LinkEventId id, std::string_view by, Timestamp now) {
  const auto event = tx.first(std::string(kEvent) + "WHERE id = ? AND brand_id = ?", event_of, id, brand);
  if (!event) return fail(Kind::not_found, "there is no merge or split " + std::to_string(id.value));
  if (event->undone_at) {
    return fail(Kind::conflict,
                std::string(name_of(event->kind)) + " " + std::to_string(id.value) + " is undone already");
  }
  ++changes;
  tx.run("UPDATE link_event SET undone_at = ?, undone_by = ? WHERE id = ?", now, by, id);
  LinkChange out;
  out.event = id;
  if (event->kind == LinkKind::merge) {
    out.from = current_customer(tx, brand, event->from);
    tx.run("UPDATE customer SET merged_into = NULL, merge_event = NULL WHERE id = ?", event->from);
    out.into = event->from;
    out.moved = hand_over(tx, brand, event->from, event->from);
    keep_apart(tx, brand, event->from, event->into, by, now);
    return out;
  }
  const auto before = find_identity(tx, brand, event->identity);
  out.from = before->customer;
  // The latest split still in force, or the beginning.
  tx.run(
      "UPDATE identity SET home_id = COALESCE((SELECT e.into_id FROM link_event e WHERE e.identity_id = identity.id "
      "AND "
      "e.kind = 1 AND e.undone_at IS NULL ORDER BY e.id DESC LIMIT 1), origin_id) WHERE id = ?",
      event->identity);
  const auto after = find_identity(tx, brand, event->identity);
  out.into = current_customer(tx, brand, after->home);
  tx.run("UPDATE identity SET customer_id = ? WHERE id = ?", out.into, event->identity);
  if (out.into != out.from) out.moved = {event->identity};
  // The split had kept them apart; now they may be looked at again.
  const auto [low, high] = std::minmax(event->from, event->into);
  tx.run("DELETE FROM link_suggestion WHERE brand_id = ? AND low_id = ? AND high_id = ?", brand, low, high);
  return out;
}

std::vector<LinkEvent> history_of(store::Reader& reader, BrandId brand, CustomerId customer) {
  std::vector<LinkEvent> out;
  const auto collect = [&](store::Query q) {
    while (q.next()) out.push_back(event_of(q.row()));
  };
  for (const CustomerId member : family_of(reader, brand, customer)) {
    collect(reader.query(std::string(kEvent) + "WHERE from_id = ? AND brand_id = ?", member, brand));
    collect(reader.query(std::string(kEvent) + "WHERE into_id = ? AND brand_id = ?", member, brand));
  }
  std::sort(out.begin(), out.end(), [](const LinkEvent& a, const LinkEvent& b) { return b.id < a.id; });
  out.erase(std::unique(out.begin(), out.end(), [](const LinkEvent& a, const LinkEvent& b) { return a.id == b.id; }),
            out.end());
  return out;
}

}  // namespace amends::identity
