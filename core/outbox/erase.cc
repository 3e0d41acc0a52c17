#include "core/outbox/erase.h"

#include "core/base/text.h"
#include "core/outbox/rows.h"

namespace amends::outbox {
namespace {

using UState = model::UpdateState;
using RState = model::RecipientState;

Error not_yet(UpdateId id, std::string_view why) {
  return fail(Kind::conflict, "update " + std::to_string(id.value) + " " + std::string(why),
              "Cancel it, or wait until it has gone, and erase then.");
}

Result<Done> stop(store::Tx& tx, const Stored& stored, Timestamp now) {
  const auto& delivery = stored.shipment.delivery;
  if (delivery.state == UState::sending) return not_yet(stored.id, "is being sent this moment");
  if (!is_unfinished(delivery.state)) return Done{};
  auto cancelled = next(delivery, {Event::cancel, {}, {}, "erased"}, now);
  if (!cancelled) return std::move(cancelled).error();
  save(tx, stored, {*std::move(cancelled), stored.shipment.recipients}, now);
  return Done{};
}

}  // namespace

std::vector<OfThread> all_of_thread(store::Reader& reader, BrandId brand, ThreadId thread) {
  std::vector<OfThread> out;
  for (auto q = reader.query("SELECT id, message_id, state FROM outbox_update WHERE thread_id = ? AND brand_id = ?",
                             thread, brand);
       q.next();) {
    out.push_back({q.row().id<UpdateId>(0), q.row().id<MessageId>(1), q.row().as<UState>(2)});
  }
  return out;
}

Result<Done> erase(store::Tx& tx, BrandId brand, const std::set<UpdateId>& updates, Timestamp now) {
  for (const UpdateId id : updates) {
    const auto stored = load(tx, id);
    if (!stored || stored->brand != brand) continue;
    TRY_DO(stop(tx, *stored, now));
    tx.run("DELETE FROM outbox_payload WHERE update_id = ?", id);
    tx.run("UPDATE outbox_recipient SET address = '', words = '' WHERE update_id = ?", id);
    tx.run("UPDATE outbox_attempt SET outcome = '' WHERE update_id = ?", id);
    tx.run(
        "UPDATE outbox_update SET reason = 'erased', in_reply_to = '', external_id = '', sender = '', message_id = "
        "NULL, answered_by = NULL, answers = NULL, words = NULL, link = '', permalink = '', moderation_reason = '', "
        "replaces = NULL, verify_by = NULL WHERE id = ?",
        id);
  }
  return Done{};
}

Result<Done> erase_recipient(store::Tx& tx, BrandId brand, UpdateId update, const std::set<std::string>& addresses) {
  const auto stored = load(tx, update);
  if (!stored || stored->brand != brand) return Done{};
  const auto& recipients = stored->shipment.recipients;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (addresses.count(text::ascii_lower(recipients[i].address)) == 0) continue;
    if (is_unfinished(stored->shipment.delivery.state)) return not_yet(update, "has not gone to all of its recipients");
    tx.run("UPDATE outbox_recipient SET address = '', words = '' WHERE update_id = ? AND position = ?", update, i);
  }
  return Done{};
}

}  // namespace amends::outbox
