#include "core/outbox/outbox.h"

#include "core/base/text.h"
#include "core/outbox/rows.h"

#include <algorithm>
#include <set>

namespace amends::outbox {
namespace {

using model::Purpose;
using UState = model::UpdateState;

const RetryPolicy kRetry;
constexpr std::size_t kMostRecipients = 1000;

Error missing(UpdateId id) { return fail(Kind::not_found, "there is no update " + std::to_string(id.value)); }

Result<Stored> load_of_brand(store::Reader& reader, BrandId brand, UpdateId id) {
  auto stored = load(reader, id);
  if (!stored || stored->brand != brand) return missing(id);
  return *std::move(stored);
}

Result<Done> check_new(const NewUpdate& update) {
  if (update.payload.empty()) return fail(Kind::invalid, "an update without content can't be sent");
  if (update.mail_id.empty()) return fail(Kind::invalid, "an update needs a Message-ID before it is enqueued");
  if (update.recipients.size() > kMostRecipients) {
    return fail(Kind::invalid, "an update goes to at most " + std::to_string(kMostRecipients) + " recipients");
  }
  std::set<std::string> seen;
  for (const auto& address : update.recipients) {
    const bool breaks = address.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
    if (address.empty() || breaks)
      return fail(Kind::invalid, "a recipient's address is empty or has a line break in it");
    if (!seen.insert(text::ascii_lower(address)).second) return fail(Kind::invalid, "a recipient is named twice");
  }
  return Done{};
}

// An account and a purpose: what has a gate of its own.
struct Way {
  BrandId brand;
  AccountId account;
  Purpose purpose;
};
std::vector<Way> ways(store::Reader& reader) {
  std::vector<Way> out;
  for (auto q = reader.query("SELECT brand_id, account_id, purpose FROM outbox_gate"); q.next();) {
    out.push_back({q.row().id<BrandId>(0), q.row().id<AccountId>(1), q.row().as<Purpose>(2)});
  }
  return out;
}

// Whether an older update of the same thread and account has to go first.
constexpr std::string_view kBlocked =
    "EXISTS (SELECT 1 FROM outbox_update e WHERE e.account_id = u.account_id AND e.thread_id = u.thread_id AND"
    " e.state IN (1, 3, 4, 5, 8) AND e.purpose = 0 AND (e.state <> 1 OR e.due <= ?) AND"
    " (e.ready < u.ready OR (e.ready = u.ready AND e.id < u.id)))";

Claimed make_claimed(store::Reader& reader, const Stored& stored) {
  Claimed c;
  c.id = stored.id;
  c.brand = stored.brand;
  c.account = stored.account;
  c.thread = stored.thread;
  c.fence = stored.shipment.delivery.fence;
  c.first_try = stored.shipment.delivery.first_try.value_or(stored.created_at);
  c.asked = still_to_send(stored.shipment.recipients);
  c.outbound.key = stored.key;
  c.outbound.purpose = stored.purpose;
  c.outbound.sender = stored.sender;
  std::copy_if(c.asked.begin(), c.asked.end(), std::back_inserter(c.outbound.recipients),
               [](const std::string& a) { return !a.empty(); });
  c.outbound.message_id = stored.mail_id;
  c.outbound.in_reply_to = stored.in_reply_to;
  const UpdateId owner = stored.purpose == Purpose::file_copy ? stored.depends_on : stored.id;
  c.outbound.payload = reader
                           .first(
                               "SELECT bytes FROM outbox_payload WHERE update_id = ?",
                               [](store::Row row) { return std::string(row.blob(0)); }, owner)
                           .value_or(std::string());
  return c;
}

std::string outcome_words(const Result<channel::Receipt>& outcome, UState state) {
  std::string out(model::name_of(state));
  if (!outcome) out += ": " + std::string(text::clip(text::repair_utf8(outcome.error().what), 500));
  return out;
}

}  // namespace

UpdateId reserve(store::Tx& tx, BrandId brand, Timestamp now) {
  return UpdateId{tx.insert("INSERT INTO outbox_update (brand_id, state, created_at, changed_at) VALUES (?, ?, ?, ?)",
                            brand, UState::draft, now, now)};
}

Result<Done> enqueue(store::Tx& tx, const NewUpdate& update, Timestamp now) {
  TRY_DO(check_new(update));
  TRY(auto stored, load_of_brand(tx, update.brand, update.id));
  Happening way{Event::submit};
  if (update.not_before && *update.not_before > now) way = {Event::schedule, update.not_before};
  if (!update.held_because.empty()) way = {Event::hold, {}, {}, update.held_because};
  const bool by_hand = update.post && update.post->by_hand;
  if (by_hand) way = {Event::hold, {}, {}, "a person posts it, then says so"};
  TRY(auto delivery, next(stored.shipment.delivery, way, now));

  const std::string& key = update.key.empty() ? update.mail_id : update.key;
  tx.run(
      "UPDATE outbox_update SET account_id = ?, thread_id = ?, message_id = ?, author = ?, wants_copy = ?, key = ?,"
      " mail_id = ?, sender = ?, in_reply_to = ? WHERE id = ?",
      update.account, update.thread, update.message, update.author, update.wants_copy, key, update.mail_id,
      update.sender, update.in_reply_to, update.id);
  if (update.post) {
    const PostState& p = *update.post;
    tx.run(
        "UPDATE outbox_update SET answers = ?, words = ?, visibility = ?, by_hand = ?, link = ?, replaces = ?"
        " WHERE id = ?",
        p.answers, p.words, p.visibility, p.by_hand, p.link, p.replaces, update.id);
  }
  tx.run("INSERT INTO outbox_payload (update_id, brand_id, bytes) VALUES (?, ?, ?)", update.id, update.brand,
         store::Blob{update.payload});
  auto addresses = update.recipients;
  if (addresses.empty()) addresses.emplace_back();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    tx.run("INSERT INTO outbox_recipient (update_id, position, brand_id, address) VALUES (?, ?, ?, ?)", update.id, i,
           update.brand, addresses[i]);
  }
  open_gate(tx, update.brand, update.account, Purpose::deliver);
  save(tx, stored, {std::move(delivery), {}}, now);
  return Done{};
}

std::int64_t begin_epoch(store::Tx& tx, Timestamp now) {
  return tx.insert("INSERT INTO outbox_epoch (started_at) VALUES (?)", now);
}

std::int64_t recover(store::Tx& tx, const Holder& holder, Timestamp now, std::vector<Recovered>* which) {
  std::vector<UpdateId> abandoned;
  for (const auto& way : ways(tx)) {
    for (auto q = tx.query("SELECT id FROM outbox_update WHERE account_id = ? AND purpose = ? AND"
                           " state IN (1, 3, 4, 5, 8) AND due IS NULL AND state = 4 AND (epoch <> ? OR lease < ?)",
                           way.account, way.purpose, holder.epoch, holder.lease);
         q.next();) {
      abandoned.push_back(q.row().id<UpdateId>(0));
    }
  }
  for (const auto id : abandoned) {
    const auto stored = load(tx, id);
    auto after = recover(stored->shipment, now);
    if (!after) continue;
    save(tx, *stored, *after, now);
    tx.run("UPDATE outbox_attempt SET outcome = ? WHERE update_id = ? AND ended_at IS NULL", after->delivery.reason,
           id);
    if (which != nullptr) which->push_back({id, stored->brand});
  }
  return static_cast<std::int64_t>(abandoned.size());
}

std::int64_t hold_restored(store::Tx& tx, Timestamp now) {
  std::vector<UpdateId> unfinished;
  for (auto q = tx.query("SELECT id FROM outbox_update WHERE state IN (1, 3, 4, 5, 8)"); q.next();) {
    unfinished.push_back(q.row().id<UpdateId>(0));
  }
  for (const auto id : unfinished) {
    const auto stored = load(tx, id);
    const std::string was(model::name_of(stored->shipment.delivery.state));
    auto after = stored->shipment;
    auto held = next(
        after.delivery,
        {Event::restore, {}, {}, "restored from a backup in which it was " + was + ": it may have gone since"}, now);
    if (!held) continue;
    after.delivery = *std::move(held);
    save(tx, *stored, after, now);
  }
  return static_cast<std::int64_t>(unfinished.size());
}

std::vector<Due> due(store::Reader& reader, Timestamp now, std::int64_t limit) {
  std::vector<Due> out;
  for (const auto& way : ways(reader)) {
    const auto gate = load_gate(reader, way.account, way.purpose);
    const auto running = static_cast<std::int32_t>(
        reader.count("SELECT COUNT(*) FROM outbox_update WHERE account_id = ? AND purpose = ? AND"
                     " state IN (1, 3, 4, 5, 8) AND due IS NULL AND state = 4",
                     way.account, way.purpose));
    if (!may_send(gate, running, now)) continue;
    const auto room = std::min<std::int64_t>(limit, gate.at_once - running);
    const std::string sql =
        "SELECT u.id, u.state FROM outbox_update u WHERE u.account_id = ? AND u.purpose = ? AND"
        " u.state IN (1, 3, 4, 5, 8) AND u.due <= ? AND (u.state = 8 OR u.purpose <> 0 OR NOT " +
        std::string(kBlocked) + ") ORDER BY u.due, u.id LIMIT ?";
    for (auto q = reader.query(sql, way.account, way.purpose, now, now, room); q.next();) {
      const auto task = q.row().as<UState>(1) == UState::uncertain ? Task::look : Task::send;
      out.push_back({q.row().id<UpdateId>(0), way.brand, way.account, way.purpose, task});
    }
  }
  return out;
}

std::optional<Timestamp> next_due(store::Reader& reader, Timestamp now) {
  std::optional<Timestamp> soonest;
  const auto consider = [&](std::optional<Timestamp> at) {
    if (at && (!soonest || *at < *soonest)) soonest = at;
  };
  const auto read = [](store::Row row) { return row.is_null(0) ? std::nullopt : std::optional(row.time(0)); };
  for (const auto& way : ways(reader)) {
    const auto gate = load_gate(reader, way.account, way.purpose);
    if (gate.needs_person) continue;
    if (gate.shut_until && *gate.shut_until > now) {
      consider(gate.shut_until);
      continue;
    }
    consider(reader
                 .first("SELECT MIN(due) FROM outbox_update WHERE account_id = ? AND purpose = ? AND"
                        " state IN (1, 3, 4, 5, 8) AND due > ?",
                        read, way.account, way.purpose, now)
                 .value_or(std::nullopt));
  }
  return soonest;
}

Result<Claimed> claim(store::Tx& tx, UpdateId id, const Holder& holder, Timestamp now) {
  auto stored = load(tx, id);
  if (!stored) return missing(id);
  auto& delivery = stored->shipment.delivery;
  if (delivery.due && *delivery.due > now) return fail(Kind::conflict, "its time has not come");
  if (delivery.state == UState::scheduled) {
    TRY(delivery, next(delivery, {Event::due}, now));
  }
  if (stored->purpose == Purpose::deliver &&
      tx.count("SELECT COUNT(*) FROM outbox_update u WHERE u.id = ? AND " + std::string(kBlocked), id, now) != 0) {
    return fail(Kind::conflict, "an earlier update of its thread goes first");
  }
  const auto running = static_cast<std::int32_t>(tx.count(
      "SELECT COUNT(*) FROM outbox_update WHERE account_id = ? AND purpose = ? AND state IN (1, 3, 4, 5, 8) AND"
      " due IS NULL AND state = 4",
      stored->account, stored->purpose));
  if (!may_send(load_gate(tx, stored->account, stored->purpose), running, now)) {
    return fail(Kind::busy, "the account may not send now");
  }
  TRY(auto after, claim(stored->shipment, holder, now));
  save(tx, *stored, after, now);
  tx.run("INSERT INTO outbox_attempt (update_id, number, brand_id, epoch, started_at) VALUES (?, ?, ?, ?, ?)", id,
         after.delivery.fence, stored->brand, holder.epoch, now);
  stored->shipment = std::move(after);
  return make_claimed(tx, *stored);
}

Result<Done> mark_point_of_no_return(store::Tx& tx, const Claimed& claimed,
                                     const std::vector<channel::RecipientOutcome>& heard, Timestamp now) {
  const auto stored = load(tx, claimed.id);
  if (!stored) return missing(claimed.id);
  if (stored->shipment.delivery.fence != claimed.fence) return fail(Kind::conflict, "somebody else has taken it over");
  TRY(auto after, pass_return(stored->shipment, heard, now));
  save(tx, *stored, after, now);
  tx.run("UPDATE outbox_attempt SET past_return_at = ? WHERE update_id = ? AND number = ?", now, claimed.id,
         claimed.fence);
  return Done{};
}

Result<UState> settle(store::Tx& tx, const Claimed& claimed, const Result<channel::Receipt>& outcome,
                      const SendPolicy& policy, Timestamp now, std::uint64_t seed) {
  const auto stored = load(tx, claimed.id);
  if (!stored) return missing(claimed.id);
  const auto& before = stored->shipment.delivery;
  const bool same_try = before.fence == claimed.fence;
  const bool in_hand = same_try && before.state == UState::sending;
  TRY(auto after, in_hand ? settle(stored->shipment, claimed.asked, outcome, policy, kRetry, now, seed)
                          : settle_late(stored->shipment, claimed.asked, outcome, same_try, now));
  save(tx, *stored, after, now);
  if (outcome) keep_receipt(tx, claimed.id, *outcome);
  tx.run("UPDATE outbox_attempt SET ended_at = ?, outcome = ? WHERE update_id = ? AND number = ?", now,
         outcome_words(outcome, after.delivery.state), claimed.id, claimed.fence);
  const Gate gate = load_gate(tx, stored->account, stored->purpose);
  save_gate(tx, stored->brand, stored->account, stored->purpose,
            outcome ? after_success(gate) : after_error(gate, outcome.error(), kRetry, now, seed));
  return after.delivery.state;
}

Result<Claimed> in_doubt(store::Reader& reader, UpdateId id) {
  const auto stored = load(reader, id);
  if (!stored) return missing(id);
  if (stored->shipment.delivery.state != UState::uncertain) return fail(Kind::conflict, "it is no longer in doubt");
  return make_claimed(reader, *stored);
}

std::optional<Delivery> delivery_of(store::Reader& reader, UpdateId id) {
  const auto stored = load(reader, id);
  if (!stored) return {};
  return stored->shipment.delivery;
}

Result<UState> looked(store::Tx& tx, UpdateId id, const SendPolicy& policy, Look look, Timestamp now) {
  const auto stored = load(tx, id);
  if (!stored) return missing(id);
  TRY(auto after, looked(stored->shipment, policy, look, now));
  save(tx, *stored, after, now);
  return after.delivery.state;
}

namespace {

template <class Change>
Result<Done> change(store::Tx& tx, BrandId brand, UpdateId id, Timestamp now, Change work) {
  TRY(const auto stored, load_of_brand(tx, brand, id));
  TRY(const auto after, work(stored.shipment));
  save(tx, stored, after, now);
  return Done{};
}

Result<Shipment> apply(Shipment shipment, Event event, std::string_view reason, Timestamp now) {
  TRY(shipment.delivery, next(shipment.delivery, {event, {}, {}, std::string(reason)}, now));
  return shipment;
}

}  // namespace

Result<Done> mark_sent(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now) {
  return change(tx, brand, id, now,
                [&](const Shipment& s) { return mark_sent(s, "marked as sent by " + std::string(who), now); });
}
Result<Done> send_again(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now) {
  return change(tx, brand, id, now,
                [&](const Shipment& s) { return send_again(s, "sent again by " + std::string(who), now); });
}
Result<Done> cancel(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now) {
  return change(tx, brand, id, now,
                [&](const Shipment& s) { return cancel(s, "cancelled by " + std::string(who), now); });
}
Result<Done> hold(store::Tx& tx, BrandId brand, UpdateId id, std::string_view why, Timestamp now) {
  return change(tx, brand, id, now, [&](const Shipment& s) { return apply(s, Event::hold, why, now); });
}
Result<Done> release(store::Tx& tx, BrandId brand, UpdateId id, std::string_view who, Timestamp now) {
  TRY(const auto stored, load_of_brand(tx, brand, id));
  if (stored.post.by_hand) {
    return fail(Kind::unsupported, "a person posts this one: the program can't let it go",
                "Post it there, then mark it as posted.");
  }
  return change(tx, brand, id, now,
                [&](const Shipment& s) { return apply(s, Event::release, "released by " + std::string(who), now); });
}

void reopen_account(store::Tx& tx, AccountId account) {
  tx.run(
      "UPDATE outbox_gate SET failures = 0, at_once = 1, shut_until = NULL, needs_person = 0, reason = ''"
      " WHERE account_id = ?",
      account);
}

}  // namespace amends::outbox
