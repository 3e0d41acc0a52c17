#include "core/outbox/tracking.h"

#include "core/outbox/rows.h"

#include <algorithm>
#include <utility>

namespace amends::outbox {
namespace {

using model::Purpose;
using UState = model::UpdateState;

Tracked shown(Stored stored) {
  Tracked t;
  t.id = stored.id;
  t.brand = stored.brand;
  t.account = stored.account;
  t.thread = stored.thread;
  t.message = stored.message;
  t.purpose = stored.purpose;
  t.author = std::move(stored.author);
  t.mail_id = std::move(stored.mail_id);
  t.external_id = std::move(stored.external_id);
  t.answered_by = stored.answered_by;
  t.answered_at = stored.answered_at;
  t.created_at = stored.created_at;
  t.recipients = std::move(stored.shipment.recipients);
  auto& d = stored.shipment.delivery;
  t.state = d.state;
  t.reason = std::move(d.reason);
  t.attempts = d.attempts;
  t.echoed = d.echoed;
  t.due = d.due;
  t.first_try = d.first_try;
  t.sent_at = d.sent;
  t.post = std::move(stored.post);
  return t;
}

template <class... Args>
std::vector<Tracked> list(store::Reader& reader, std::string_view where, const Args&... args) {
  std::vector<Tracked> out;
  const std::string sql = "SELECT " + std::string(stored_columns()) + " FROM outbox_update WHERE " + std::string(where);
  for (auto q = reader.query(sql, args...); q.next();) out.push_back(shown(read_stored(q.row())));
  for (auto& t : out) t.recipients = load_recipients(reader, t.id);
  return out;
}

}  // namespace

std::optional<UpdateId> settle_by_echo(store::Tx& tx, BrandId brand, std::string_view mail_id, bool filed,
                                       Timestamp now) {
  auto stored = load_by_mail_id(tx, brand, mail_id);
  if (!stored) return {};
  if (filed) stored->wants_copy = false;
  if (auto after = echo(stored->shipment, now)) save(tx, *stored, *after, now);
  if (!filed) return stored->id;

  tx.run("UPDATE outbox_update SET wants_copy = 0 WHERE id = ?", stored->id);
  const auto copy = tx.first(
      "SELECT id FROM outbox_update WHERE brand_id = ? AND purpose = ? AND mail_id = ?",
      [](store::Row row) { return row.id<UpdateId>(0); }, brand, Purpose::file_copy, mail_id);
  if (copy) {
    const auto stored_copy = load(tx, *copy);
    if (auto after = echo(stored_copy->shipment, now)) save(tx, *stored_copy, *after, now);
  }
  return stored->id;
}

namespace {

Result<BounceEffect> note_bounce(store::Tx& tx, const std::optional<Stored>& stored, std::string_view recipient,
                                 bool permanent, std::string_view words, Timestamp now) {
  if (!stored) return fail(Kind::not_found, "the report is about nothing we sent");
  TRY(auto after, bounced(stored->shipment, recipient, permanent, words, now));
  save(tx, *stored, after, now);
  return BounceEffect{stored->id, stored->thread, stored->message, permanent,
                      standing(after.recipients) == Standing::refused};
}

}  // namespace

Result<BounceEffect> bounced(store::Tx& tx, BrandId brand, const model::Bounce& bounce, Timestamp now) {
  const std::string words = bounce.diagnostic.empty() ? bounce.status : bounce.status + " " + bounce.diagnostic;
  return note_bounce(tx, load_by_mail_id(tx, brand, bounce.original_message_id), bounce.recipient, bounce.permanent,
                     words, now);
}

Result<BounceEffect> bounced_post(store::Tx& tx, UpdateId update, std::string_view recipient,
                                  std::string_view diagnostic, Timestamp now) {
  return note_bounce(tx, load(tx, update), recipient, true, diagnostic, now);
}

std::optional<UpdateId> answered(store::Tx& tx, BrandId brand, std::string_view mail_id, MessageId by, Timestamp at) {
  const auto stored = load_by_mail_id(tx, brand, mail_id);
  if (!stored) return {};
  tx.run(
      "UPDATE outbox_update SET answered_by = ?, answered_at = ? WHERE id = ? AND"
      " (answered_at IS NULL OR answered_at > ?)",
      by, at, stored->id, at);
  return stored->id;
}

std::optional<Tracked> find(store::Reader& reader, BrandId brand, UpdateId id) {
  auto stored = load(reader, id);
  if (!stored || stored->brand != brand) return {};
  return shown(*std::move(stored));
}

std::optional<Tracked> find_by_mail_id(store::Reader& reader, BrandId brand, std::string_view mail_id) {
  auto stored = load_by_mail_id(reader, brand, mail_id);
  if (!stored) return {};
  return shown(*std::move(stored));
}

std::vector<Tracked> of_thread(store::Reader& reader, BrandId brand, ThreadId thread) {
  return list(reader, "thread_id = ? AND brand_id = ? AND purpose = 0 ORDER BY id", thread, brand);
}

std::vector<Tracked> for_people(store::Reader& reader, BrandId brand, UpdateId after, std::int64_t limit) {
  return list(reader, "brand_id = ? AND state IN (2, 7, 8) AND id > ? ORDER BY id LIMIT ?", brand, after.value, limit);
}

std::vector<Tracked> newest(store::Reader& reader, BrandId brand, std::optional<UState> state, UpdateId before,
                            std::int64_t limit) {
  const std::int64_t from = before ? before.value : INT64_MAX;
  if (state) {
    return list(
        reader,
        "brand_id = ? AND state = ? AND purpose = ? AND mail_id IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", brand,
        *state, Purpose::deliver, from, limit);
  }
  return list(reader, "brand_id = ? AND purpose = ? AND mail_id IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?", brand,
              Purpose::deliver, from, limit);
}

std::vector<Tracked> awaiting_answer(store::Reader& reader, BrandId brand, Timestamp before, Page after,
                                     std::int64_t limit) {
  return list(reader,
              "brand_id = ? AND state = 6 AND purpose = 0 AND answered_by IS NULL AND sent_at < ? AND"
              " (sent_at > ? OR (sent_at = ? AND id > ?)) AND"
              " EXISTS (SELECT 1 FROM outbox_recipient r WHERE r.update_id = outbox_update.id AND r.state = 1)"
              " ORDER BY sent_at, id LIMIT ?",
              brand, before, after.at, after.at, after.id.value, limit);
}

std::optional<Tracked> find_by_external(store::Reader& reader, AccountId account, std::string_view external_id) {
  if (external_id.empty()) return {};
  auto found = list(reader, "account_id = ? AND external_id = ? AND external_id <> '' ORDER BY id DESC LIMIT 1",
                    account, external_id);
  if (found.empty()) return {};
  return std::move(found.front());
}

std::optional<Tracked> find_by_key(store::Reader& reader, BrandId brand, AccountId account, std::string_view key) {
  if (key.empty()) return {};
  auto found = list(reader, "brand_id = ? AND account_id = ? AND purpose = 0 AND key = ?", brand, account, key);
  if (found.empty()) return {};
  return std::move(found.front());
}

std::vector<Tracked> answers_to(store::Reader& reader, BrandId brand, MessageId message) {
  return list(reader, "answers = ? AND brand_id = ? AND purpose = 0 ORDER BY id", message, brand);
}

std::vector<Tracked> that_say(store::Reader& reader, BrandId brand, std::int64_t words) {
  // Thanks are said in the same words many times; what still waits for its echo is among the last of them.
  auto out = list(reader, "brand_id = ? AND words = ? AND purpose = 0 ORDER BY id DESC LIMIT 50", brand, words);
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<Tracked> not_seen_in_time(store::Reader& reader, Timestamp now, std::int64_t limit) {
  return list(reader, "verify_by <= ? ORDER BY verify_by, id LIMIT ?", now, limit);
}

std::vector<Attempt> attempts(store::Reader& reader, BrandId brand, UpdateId id) {
  std::vector<Attempt> out;
  const auto time = [](store::Row row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
  };
  for (auto q = reader.query("SELECT number, started_at, past_return_at, ended_at, outcome FROM outbox_attempt"
                             " WHERE update_id = ? AND brand_id = ? ORDER BY number",
                             id, brand);
       q.next();) {
    const auto row = q.row();
    out.push_back({row.integer(0), row.time(1), time(row, 2), time(row, 3), row.string(4)});
  }
  return out;
}

Figures figures(store::Reader& reader) {
  Figures f;
  const auto add = [&](UState state, std::int64_t count) {
    switch (state) {
      case UState::scheduled: f.scheduled += count; break;
      case UState::held: f.held += count; break;
      case UState::queued: f.queued += count; break;
      case UState::sending: f.sending += count; break;
      case UState::retry: f.retry += count; break;
      case UState::failed: f.failed += count; break;
      case UState::uncertain: f.uncertain += count; break;
      case UState::draft:
      case UState::sent:
      case UState::cancelled: break;
    }
  };
  for (auto q = reader.query("SELECT state, COUNT(*) FROM outbox_update WHERE state IN (1, 3, 4, 5, 8) GROUP BY state");
       q.next();) {
    add(q.row().as<UState>(0), q.row().integer(1));
  }
  for (auto q = reader.query("SELECT state, COUNT(*) FROM outbox_update WHERE state IN (2, 7, 8) AND state <> 8"
                             " GROUP BY state");
       q.next();) {
    add(q.row().as<UState>(0), q.row().integer(1));
  }
  f.shut_accounts = reader.count("SELECT COUNT(*) FROM outbox_gate WHERE needs_person = 1");
  f.oldest_unsent = reader.first(
      "SELECT ready FROM outbox_update WHERE state IN (1, 3, 4, 5, 8) AND state <> 1 ORDER BY ready LIMIT 1",
      [](store::Row row) { return row.time(0); });
  return f;
}

}  // namespace amends::outbox
