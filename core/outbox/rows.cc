#include "core/outbox/rows.h"

namespace amends::outbox {
namespace {

using model::Purpose;
using UState = model::UpdateState;

constexpr std::string_view kColumns =
    "id, brand_id, account_id, thread_id, message_id, purpose, depends_on, wants_copy, author, key, mail_id, sender,"
    " in_reply_to, external_id, answered_by, answered_at, created_at, state, due, ready, first_try, doubt_since,"
    " sent_at, attempts, looks, fence, epoch, lease, past_return, echoed, reason,"
    " answers, words, visibility, by_hand, link, permalink, moderation, moderation_reason, replaces, verify_by";

std::optional<Timestamp> time_or_none(store::Row row, int column) {
  if (row.is_null(column)) return {};
  return row.time(column);
}

void file_a_copy(store::Tx& tx, const Stored& of, Timestamp now) {
  if (tx.count("SELECT COUNT(*) FROM outbox_update WHERE brand_id = ? AND purpose = ? AND mail_id = ?", of.brand,
               Purpose::file_copy, of.mail_id) != 0) {
    return;
  }
  const auto id = tx.insert(
      "INSERT INTO outbox_update (brand_id, account_id, thread_id, message_id, author, purpose, depends_on, key,"
      " mail_id, sender, in_reply_to, state, due, ready, created_at, changed_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      of.brand, of.account, of.thread, of.message, of.author, Purpose::file_copy, of.id, of.key, of.mail_id, of.sender,
      of.in_reply_to, UState::queued, now, now, now, now);
  tx.run("INSERT INTO outbox_recipient (update_id, position, brand_id, address) VALUES (?, 0, ?, '')", id, of.brand);
  open_gate(tx, of.brand, of.account, Purpose::file_copy);
}

}  // namespace

std::string_view stored_columns() { return kColumns; }

Stored read_stored(store::Row row) {
  Stored s;
  s.id = row.id<UpdateId>(0);
  s.brand = row.id<BrandId>(1);
  s.account = row.id<AccountId>(2);
  s.thread = row.id<ThreadId>(3);
  s.message = row.id<MessageId>(4);
  s.purpose = row.as<Purpose>(5);
  s.depends_on = row.id<UpdateId>(6);
  s.wants_copy = row.boolean(7);
  s.author = row.string(8);
  s.key = row.string(9);
  s.mail_id = row.string(10);
  s.sender = row.string(11);
  s.in_reply_to = row.string(12);
  s.external_id = row.string(13);
  s.answered_by = row.id<MessageId>(14);
  s.answered_at = time_or_none(row, 15);
  s.created_at = row.time(16);
  auto& d = s.shipment.delivery;
  d.state = row.as<UState>(17);
  d.due = time_or_none(row, 18);
  d.ready = time_or_none(row, 19);
  d.first_try = time_or_none(row, 20);
  d.doubt_since = time_or_none(row, 21);
  d.sent = time_or_none(row, 22);
  d.attempts = static_cast<std::int32_t>(row.integer(23));
  d.looks = static_cast<std::int32_t>(row.integer(24));
  d.fence = row.integer(25);
  d.holder = {row.integer(26), row.integer(27)};
  d.past_return = row.boolean(28);
  d.echoed = row.boolean(29);
  d.reason = row.string(30);
  auto& p = s.post;
  p.answers = row.id<MessageId>(31);
  p.words = row.integer(32);
  p.visibility = row.as<model::Visibility>(33);
  p.by_hand = row.boolean(34);
  p.link = row.string(35);
  p.permalink = row.string(36);
  p.moderation = row.as<model::Moderation>(37);
  p.moderation_reason = row.string(38);
  p.replaces = row.id<MessageId>(39);
  p.verify_by = time_or_none(row, 40);
  return s;
}

std::vector<Recipient> load_recipients(store::Reader& reader, UpdateId id) {
  std::vector<Recipient> out;
  for (auto q = reader.query(
           "SELECT address, state, code, words FROM outbox_recipient WHERE update_id = ? ORDER BY position", id);
       q.next();) {
    const auto row = q.row();
    out.push_back(
        {row.string(0), row.as<model::RecipientState>(1), static_cast<std::int32_t>(row.integer(2)), row.string(3)});
  }
  return out;
}

std::optional<Stored> load(store::Reader& reader, UpdateId id) {
  auto stored = reader.first("SELECT " + std::string(kColumns) + " FROM outbox_update WHERE id = ?", read_stored, id);
  if (stored) stored->shipment.recipients = load_recipients(reader, id);
  return stored;
}

std::optional<Stored> load_by_mail_id(store::Reader& reader, BrandId brand, std::string_view mail_id) {
  auto stored = reader.first(
      "SELECT " + std::string(kColumns) + " FROM outbox_update WHERE brand_id = ? AND purpose = ? AND mail_id = ?",
      read_stored, brand, Purpose::deliver, mail_id);
  if (stored) stored->shipment.recipients = load_recipients(reader, stored->id);
  return stored;
}

void save(store::Tx& tx, const Stored& stored, const Shipment& after, Timestamp now) {
  const auto& d = after.delivery;
  tx.run(
      "UPDATE outbox_update SET state = ?, due = ?, ready = ?, first_try = ?, doubt_since = ?, sent_at = ?,"
      " attempts = ?, looks = ?, fence = ?, epoch = ?, lease = ?, past_return = ?, echoed = ?, reason = ?,"
      " changed_at = ? WHERE id = ?",
      d.state, d.due, d.ready, d.first_try, d.doubt_since, d.sent, d.attempts, d.looks, d.fence, d.holder.epoch,
      d.holder.lease, d.past_return, d.echoed, d.reason, now, stored.id);
  const auto& before = stored.shipment.recipients;
  for (std::size_t i = 0; i < after.recipients.size(); ++i) {
    const auto& r = after.recipients[i];
    if (i < before.size() && before[i].state == r.state && before[i].code == r.code && before[i].text == r.text)
      continue;
    tx.run("UPDATE outbox_recipient SET state = ?, code = ?, words = ? WHERE update_id = ? AND position = ?", r.state,
           r.code, r.text, stored.id, i);
  }
  const bool became_sent = d.state == UState::sent && stored.shipment.delivery.state != UState::sent;
  if (became_sent && stored.wants_copy && stored.purpose == Purpose::deliver) file_a_copy(tx, stored, now);
}

void open_gate(store::Tx& tx, BrandId brand, AccountId account, Purpose purpose) {
  tx.run(
      "INSERT INTO outbox_gate (account_id, purpose, brand_id) VALUES (?, ?, ?)"
      " ON CONFLICT (account_id, purpose) DO NOTHING",
      account, purpose, brand);
}

Gate load_gate(store::Reader& reader, AccountId account, Purpose purpose) {
  return reader
      .first(
          "SELECT failures, at_once, shut_until, needs_person, reason FROM outbox_gate WHERE account_id = ? AND"
          " purpose = ?",
          [](store::Row row) {
            Gate gate;
            gate.failures = static_cast<std::int32_t>(row.integer(0));
            gate.at_once = static_cast<std::int32_t>(row.integer(1));
            gate.shut_until = time_or_none(row, 2);
            gate.needs_person = row.boolean(3);
            gate.reason = row.string(4);
            return gate;
          },
          account, purpose)
      .value_or(Gate{});
}

void save_gate(store::Tx& tx, BrandId brand, AccountId account, Purpose purpose, const Gate& gate) {
  tx.run(
      "INSERT INTO outbox_gate (account_id, purpose, brand_id, failures, at_once, shut_until, needs_person, reason)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, purpose) DO UPDATE SET failures = excluded.failures,"
      " at_once = excluded.at_once, shut_until = excluded.shut_until, needs_person = excluded.needs_person,"
      " reason = excluded.reason",
      account, purpose, brand, gate.failures, gate.at_once, gate.shut_until, gate.needs_person, gate.reason);
}

}  // namespace amends::outbox
