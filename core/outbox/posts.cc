#include "core/outbox/posts.h"

#include "core/base/text.h"
#include "core/outbox/outbox.h"
#include "core/outbox/rows.h"
#include "core/outbox/tracking.h"

namespace amends::outbox {
namespace {

using UState = model::UpdateState;

// Whether the site may have it although no pull has shown it: a try began, or a person has it in hand.
bool may_be(const Tracked& update, const Unheard& post) {
  if (update.echoed || update.state == UState::failed) return false;
  if (!update.post.by_hand && (!update.first_try || update.account != post.account)) return false;
  if (!update.external_id.empty() && update.external_id != post.external_id) return false;
  if (post.answers && update.post.answers != post.answers) return false;
  const std::string to = update.recipients.empty() ? "" : update.recipients.front().address;
  if (!post.answers && !to.empty() && !post.to.empty() && !text::equals_ignoring_case(to, post.to)) return false;
  return update.first_try.value_or(update.created_at) <= post.made_at + kSiteClockError;
}

}  // namespace

void keep_receipt(store::Tx& tx, UpdateId id, const channel::Receipt& receipt) {
  if (!receipt.external_id.empty()) {
    tx.run("UPDATE outbox_update SET external_id = ? WHERE id = ?", receipt.external_id, id);
  }
  if (!receipt.permalink.empty()) {
    tx.run("UPDATE outbox_update SET permalink = ? WHERE id = ?", receipt.permalink, id);
  }
  // What a pull has shown since is younger than what a late worker heard.
  if (receipt.moderation != model::Moderation::none) {
    tx.run("UPDATE outbox_update SET moderation = ? WHERE id = ? AND echoed = 0", receipt.moderation, id);
  }
}

std::optional<Tracked> find_unheard(store::Reader& reader, BrandId brand, const Unheard& post) {
  if (post.words == 0) return {};
  for (Tracked& update : that_say(reader, brand, post.words)) {
    if (may_be(update, post)) return std::move(update);
  }
  return {};
}

SiteNews seen_on_site(store::Tx& tx, UpdateId id, const OnSite& site, Timestamp now) {
  SiteNews news;
  const auto stored = load(tx, id);
  if (!stored) return news;
  const auto& before = stored->shipment.delivery;
  news.first_seen = !before.echoed;
  news.was_in_doubt = before.state == UState::uncertain;
  news.verified = news.first_seen && stored->post.by_hand;
  news.moderation_new =
      stored->post.moderation != site.moderation || stored->post.moderation_reason != site.moderation_reason;
  if (auto after = echo(stored->shipment, now)) save(tx, *stored, *after, now);
  tx.run(
      "UPDATE outbox_update SET account_id = CASE WHEN by_hand = 1 THEN ? ELSE account_id END, external_id = ?,"
      " permalink = CASE WHEN ? = '' THEN permalink ELSE ? END, moderation = ?, moderation_reason = ?,"
      " verify_by = NULL WHERE id = ?",
      site.account, site.external_id, site.permalink, site.permalink, site.moderation, site.moderation_reason, id);
  return news;
}

bool awaits_name(store::Reader& reader, AccountId account) {
  // The states in the text, so that the planner may use outbox_due.
  return reader
      .first(
          "SELECT 1 FROM outbox_update WHERE account_id = ? AND purpose = 0 AND state IN (1, 3, 4, 5, 8) AND"
          " external_id = '' AND first_try IS NOT NULL LIMIT 1",
          [](store::Row row) { return row.integer(0); }, account)
      .has_value();
}

void heard_of(store::Tx& tx, UpdateId id, std::string_view external_id, Timestamp now) {
  const auto stored = load(tx, id);
  if (!stored || stored->shipment.delivery.state == UState::sent) return;
  if (auto after = echo(stored->shipment, now)) save(tx, *stored, *after, now);
  tx.run("UPDATE outbox_update SET external_id = ? WHERE id = ?", external_id, id);
}

Result<Done> mark_posted(store::Tx& tx, BrandId brand, UpdateId id, std::string_view permalink, std::string_view who,
                         bool verifiable, Timestamp now) {
  const auto stored = load(tx, id);
  if (!stored || stored->brand != brand) {
    return fail(Kind::not_found, "there is no update " + std::to_string(id.value));
  }
  if (!stored->post.by_hand) {
    return fail(Kind::conflict, "this one is sent by the program, nobody posts it by hand");
  }
  if (stored->shipment.delivery.state == UState::sent) {
    return fail(Kind::conflict, "it is marked as posted already");
  }
  TRY(const auto after, mark_sent(stored->shipment, "posted by " + std::string(who), now));
  save(tx, *stored, after, now);
  tx.run("UPDATE outbox_update SET permalink = CASE WHEN ? = '' THEN permalink ELSE ? END, verify_by = ? WHERE id = ?",
         permalink, permalink, verifiable ? std::optional(now + kVerifyWithin) : std::nullopt, id);
  return Done{};
}

void stop_verifying(store::Tx& tx, UpdateId id) {
  tx.run("UPDATE outbox_update SET verify_by = NULL WHERE id = ?", id);
}

bool answered_post(store::Tx& tx, UpdateId id, MessageId by, Timestamp at) {
  return tx.run(
             "UPDATE outbox_update SET answered_by = ?, answered_at = ? WHERE id = ? AND purpose = 0 AND"
             " (answered_at IS NULL OR answered_at > ?)",
             by, at, id, at) > 0;
}

}  // namespace amends::outbox
