#include "core/webhook/webhooks.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::webhook {
namespace {

constexpr std::string_view kEndpoint =
    "SELECT id, brand_id, url, sealed_secret, sealed_previous, previous_until, kinds, include_text, state, reason,"
    " position, failures, next_try_at, created_at, created_by FROM webhook_endpoint ";
constexpr std::string_view kDelivery =
    "SELECT id, endpoint_id, brand_id, webhook_id, change_id, kind, body, message_id, state, attempts, created_at,"
    " delivered_at FROM webhook_delivery ";

std::optional<Timestamp> time_at(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view word : text::split(text, ' ')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

Endpoint endpoint_from(const store::Row& row) {
  Endpoint e;
  e.id = row.id<EndpointId>(0);
  e.brand = row.id<BrandId>(1);
  e.settings = {row.string(2), words_of(row.text(6)), row.boolean(7)};
  e.sealed_secret = row.string(3);
  e.sealed_previous = row.string(4);
  e.previous_until = time_at(row, 5);
  e.state = row.as<State>(8);
  e.reason = row.string(9);
  e.position = row.integer(10);
  e.failures = row.integer(11);
  e.next_try_at = time_at(row, 12);
  e.created_at = row.time(13);
  e.created_by = row.string(14);
  return e;
}

Delivery delivery_from(const store::Row& row) {
  Delivery d;
  d.id = row.id<DeliveryId>(0);
  d.endpoint = row.id<EndpointId>(1);
  d.brand = row.id<BrandId>(2);
  d.webhook_id = row.string(3);
  d.change = row.integer(4);
  d.kind = row.string(5);
  d.body = row.string(6);
  d.message = row.id<MessageId>(7);
  d.outcome = row.as<Outcome>(8);
  d.attempts = row.integer(9);
  d.created_at = row.time(10);
  d.delivered_at = time_at(row, 11);
  return d;
}

template <class... Args>
std::vector<Endpoint> endpoints(store::Reader& reader, std::string_view where, const Args&... args) {
  std::vector<Endpoint> out;
  const std::string sql = std::string(kEndpoint) + std::string(where);
  for (auto q = reader.query(sql, args...); q.next();) out.push_back(endpoint_from(q.row()));
  return out;
}

template <class... Args>
std::optional<Delivery> delivery(store::Reader& reader, std::string_view where, const Args&... args) {
  const std::string sql = std::string(kDelivery) + std::string(where);
  return reader.first(
      sql, [](store::Row row) { return delivery_from(row); }, args...);
}

template <class T>
std::optional<T> first_of(std::vector<T> all) {
  return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
}

}  // namespace

bool Endpoint::wants(std::string_view kind) const {
  return settings.kinds.empty() ||
         std::find(settings.kinds.begin(), settings.kinds.end(), kind) != settings.kinds.end();
}

EndpointId add(store::Tx& tx, BrandId brand, const Settings& settings, std::int64_t position, std::string_view by,
               Timestamp now) {
  return EndpointId{tx.insert(
      "INSERT INTO webhook_endpoint (brand_id, url, sealed_secret, sealed_previous, kinds,"
      " include_text, state, reason, position, failures, created_at, created_by)"
      " VALUES (?, ?, '', '', ?, ?, ?, '', ?, 0, ?, ?)",
      brand, settings.url, text::join(settings.kinds, " "), settings.include_text, State::active, position, now, by)};
}

void set_secret(store::Tx& tx, EndpointId id, std::string_view sealed, std::string_view sealed_previous,
                std::optional<Timestamp> previous_until) {
  tx.run("UPDATE webhook_endpoint SET sealed_secret = ?, sealed_previous = ?, previous_until = ? WHERE id = ?", sealed,
         sealed_previous, previous_until, id);
}

void change(store::Tx& tx, EndpointId id, const Settings& settings) {
  tx.run("UPDATE webhook_endpoint SET url = ?, kinds = ?, include_text = ? WHERE id = ?", settings.url,
         text::join(settings.kinds, " "), settings.include_text, id);
}

void remove(store::Tx& tx, EndpointId id) {
  tx.run("DELETE FROM webhook_attempt WHERE delivery_id IN (SELECT id FROM webhook_delivery WHERE endpoint_id = ?)",
         id);
  tx.run("DELETE FROM webhook_delivery WHERE endpoint_id = ?", id);
  tx.run("DELETE FROM webhook_endpoint WHERE id = ?", id);
}

void set_state(store::Tx& tx, EndpointId id, State state, std::string_view reason) {
  tx.run("UPDATE webhook_endpoint SET state = ?, reason = ?, failures = 0, next_try_at = NULL WHERE id = ?", state,
         reason, id);
}

void move_to(store::Tx& tx, EndpointId id, std::int64_t position) {
  tx.run("UPDATE webhook_endpoint SET position = ? WHERE id = ?", position, id);
}

std::optional<Endpoint> find(store::Reader& reader, BrandId brand, EndpointId id) {
  return first_of(endpoints(reader, "WHERE id = ? AND brand_id = ?", id, brand));
}

std::optional<Endpoint> find(store::Reader& reader, EndpointId id) {
  return first_of(endpoints(reader, "WHERE id = ?", id));
}

std::vector<Endpoint> of_brand(store::Reader& reader, BrandId brand) {
  return endpoints(reader, "WHERE brand_id = ? ORDER BY id", brand);
}

std::vector<Endpoint> active(store::Reader& reader) {
  return endpoints(reader, "WHERE state = ? ORDER BY id", State::active);
}

Delivery as_stored(store::Reader& reader, const Delivery& fresh) {
  auto found = delivery(reader, "WHERE brand_id = ? AND endpoint_id = ? AND webhook_id = ?", fresh.brand,
                        fresh.endpoint, fresh.webhook_id);
  return found ? *std::move(found) : fresh;
}

Delivery record(store::Tx& tx, Delivery d, const Attempt& attempt, Outcome outcome) {
  d = as_stored(tx, d);
  if (!d.id) {
    d.id = DeliveryId{tx.insert(
        "INSERT INTO webhook_delivery (endpoint_id, brand_id, webhook_id, change_id, kind, body, message_id, state,"
        " attempts, replay, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
        d.endpoint, d.brand, d.webhook_id, Id<struct ChangeTag>{d.change}, d.kind, d.body, d.message, outcome,
        d.created_at)};
  }
  ++d.attempts;
  // What got through once stays delivered, even when sending it again did not work.
  if (d.outcome != Outcome::delivered) d.outcome = outcome;
  if (outcome == Outcome::delivered && !d.delivered_at) d.delivered_at = attempt.at + attempt.took;
  tx.run("UPDATE webhook_delivery SET state = ?, attempts = ?, delivered_at = ?, replay = 0 WHERE id = ?", d.outcome,
         d.attempts, d.delivered_at, d.id);
  tx.run(
      "INSERT INTO webhook_attempt (delivery_id, number, brand_id, at, took, status, error)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      d.id, d.attempts, d.brand, attempt.at, attempt.took.count(), attempt.status, attempt.error);
  return d;
}

void succeeded(store::Tx& tx, EndpointId id, std::int64_t from, std::int64_t position) {
  tx.run(
      "UPDATE webhook_endpoint SET position = CASE WHEN position = ? THEN ? ELSE position END, failures = 0,"
      " next_try_at = NULL, reason = '' WHERE id = ?",
      from, position, id);
}

void failed(store::Tx& tx, EndpointId id, Timestamp next_try_at, std::string_view reason) {
  tx.run("UPDATE webhook_endpoint SET failures = failures + 1, next_try_at = ?, reason = ? WHERE id = ?", next_try_at,
         reason, id);
}

std::vector<Delivery> deliveries(store::Reader& reader, BrandId brand, EndpointId id, DeliveryId before, int limit) {
  std::vector<Delivery> out;
  const std::string sql =
      std::string(kDelivery) + "WHERE brand_id = ? AND endpoint_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
  for (auto q = reader.query(sql, brand, id, before ? before.value : INT64_MAX, limit); q.next();) {
    out.push_back(delivery_from(q.row()));
  }
  return out;
}

std::optional<Delivery> find_delivery(store::Reader& reader, BrandId brand, DeliveryId id) {
  return delivery(reader, "WHERE id = ? AND brand_id = ?", id, brand);
}

std::vector<Attempt> attempts(store::Reader& reader, BrandId brand, DeliveryId id) {
  std::vector<Attempt> out;
  for (auto q = reader.query("SELECT number, at, took, status, error FROM webhook_attempt WHERE delivery_id = ? AND"
                             " brand_id = ? ORDER BY number",
                             id, brand);
       q.next();) {
    const auto row = q.row();
    out.push_back({row.integer(0), row.time(1), std::chrono::milliseconds(row.integer(2)),
                   static_cast<int>(row.integer(3)), row.string(4)});
  }
  return out;
}

bool ask_again(store::Tx& tx, BrandId brand, DeliveryId id) {
  return tx.run("UPDATE webhook_delivery SET replay = 1 WHERE id = ? AND brand_id = ?", id, brand) > 0;
}

std::optional<Delivery> asked_again(store::Reader& reader, EndpointId id) {
  return delivery(reader, "WHERE endpoint_id = ? AND replay = 1 ORDER BY id LIMIT 1", id);
}

std::int64_t trim(store::Tx& tx, Timestamp before, std::int64_t limit) {
  std::vector<std::int64_t> old;
  for (auto q =
           tx.query("SELECT id FROM webhook_delivery WHERE created_at < ? ORDER BY created_at LIMIT ?", before, limit);
       q.next();) {
    old.push_back(q.row().integer(0));
  }
  for (const std::int64_t id : old) {
    tx.run("DELETE FROM webhook_attempt WHERE delivery_id = ?", id);
    tx.run("DELETE FROM webhook_delivery WHERE id = ?", id);
  }
  return static_cast<std::int64_t>(old.size());
}

}  // namespace amends::webhook
