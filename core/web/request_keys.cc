#include "core/web/request_keys.h"

namespace amends::web {
namespace {

enum State : std::int64_t { kUnderWay = 0, kMade = 1, kAnswered = 2 };

#define AMENDS_THIS_KEY " WHERE user_id = ? AND brand_id = ? AND route = ? AND request_key = ?"

}  // namespace

Reserved reserve(store::Tx& tx, const RequestKey& key, Timestamp now) {
  struct Found {
    bool same_body = false;
    std::int64_t state = 0, epoch = 0;
    KeptAnswer answer;
  };
  const auto found = tx.first(
      "SELECT body_digest, state, epoch, status, answer FROM request_key" AMENDS_THIS_KEY,
      [&](store::Row r) {
        return Found{
            r.blob(0) == key.body_digest, r.integer(1), r.integer(2), {static_cast<int>(r.integer(3)), r.string(4)}};
      },
      key.user.value, key.brand.value, key.route, key.key);
  if (!found) {
    tx.run(
        "INSERT INTO request_key (user_id, brand_id, route, request_key, body_digest, state, epoch, status, answer, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', ?)",
        key.user.value, key.brand.value, key.route, key.key, store::Blob{key.body_digest},
        static_cast<std::int64_t>(kUnderWay), key.epoch, now);
    return {};
  }
  if (!found->same_body) return {Standing::other};
  if (found->state == kAnswered) return {Standing::answered, found->answer};
  if (found->epoch == key.epoch) return {Standing::in_flight};
  if (found->state == kMade) return {Standing::lost};
  // An older start of the program took it and died before anything came of it.
  tx.run("UPDATE request_key SET epoch = ?, created_at = ?" AMENDS_THIS_KEY, key.epoch, now, key.user.value,
         key.brand.value, key.route, key.key);
  return {};
}

void mark_made(store::Tx& tx, const RequestKey& key) {
  tx.run("UPDATE request_key SET state = ?" AMENDS_THIS_KEY, static_cast<std::int64_t>(kMade), key.user.value,
         key.brand.value, key.route, key.key);
}

void keep(store::Tx& tx, const RequestKey& key, const KeptAnswer& answer) {
  tx.run("UPDATE request_key SET state = ?, status = ?, answer = ?" AMENDS_THIS_KEY,
         static_cast<std::int64_t>(kAnswered), answer.status, answer.body, key.user.value, key.brand.value, key.route,
         key.key);
}

bool release(store::Tx& tx, const RequestKey& key) {
  return tx.run("DELETE FROM request_key" AMENDS_THIS_KEY " AND state = ?", key.user.value, key.brand.value, key.route,
                key.key, static_cast<std::int64_t>(kUnderWay)) != 0;
}

void forget_answers(store::Tx& tx, BrandId brand) {
  // Of an older start, so that it counts as done and lost, not as under way.
  tx.run("UPDATE request_key SET answer = '', state = ?, epoch = 0 WHERE brand_id = ? AND state = ?",
         static_cast<std::int64_t>(kMade), brand.value, static_cast<std::int64_t>(kAnswered));
}

std::int64_t forget_old(store::Tx& tx, Timestamp now) {
  return tx.run("DELETE FROM request_key WHERE created_at < ?", now - kRequestKeyLife);
}

#undef AMENDS_THIS_KEY

}  // namespace amends::web
