#include "core/app/by_hand.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/inbox/inbox.h"
#include "core/outbox/tracking.h"

namespace amends::app {
namespace {

constexpr int kAtOnce = 100;
constexpr std::size_t kLongestLink = 2000;

bool is_link(std::string_view s) {
  const bool web = text::starts_with_ignoring_case(s, "https://") || text::starts_with_ignoring_case(s, "http://");
  return web && s.size() <= kLongestLink &&
         std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

// Whether a pull can show what stands where this message stands.
bool can_be_seen(Hub& hub, const timeline::Message& message) {
  const auto accounts = hub.accounts();
  return std::any_of(accounts.begin(), accounts.end(), [&](const HubAccount* account) {
    return account->brand == message.brand && account->connected && account->channel->can.pull &&
           account->channel->name == message.channel;
  });
}

void tell_on_thread(store::Tx& tx, const outbox::Tracked& update, Timestamp now, const char* kind,
                    std::string_view who) {
  timeline::add_event(tx, {update.brand,
                           timeline::identity_of(tx, update.message),
                           {},
                           update.thread,
                           now,
                           kind,
                           who,
                           detail({{"update", update.id.value}, {"link", update.post.link}})});
}

}  // namespace

Result<Done> mark_posted(Hub& hub, store::Tx& tx, BrandId brand, UpdateId id, std::string_view permalink,
                         std::string_view who, Timestamp now) {
  const auto update = outbox::find(tx, brand, id);
  if (!update) return fail(Kind::not_found, "there is no update " + std::to_string(id.value));
  if (!permalink.empty() && !is_link(permalink)) {
    return fail(Kind::invalid, "the link to the answer is none", "Give the address that the browser shows, or none.");
  }
  const auto message = timeline::find(tx, update->message);
  TRY_DO(outbox::mark_posted(tx, brand, id, permalink, who, message && can_be_seen(hub, *message), now));
  if (update->post.replaces) timeline::add_flags(tx, update->post.replaces, timeline::kReplaced);
  tell_on_thread(tx, *update, now, "reply_posted", who);
  tell_update(tx, {brand, now, who}, id);
  return Done{};
}

int tell_unverified(store::Tx& tx, Timestamp now) {
  const auto late = outbox::not_seen_in_time(tx, now, kAtOnce);
  for (const outbox::Tracked& update : late) {
    outbox::stop_verifying(tx, update.id);
    tell_on_thread(tx, update, now, "reply_unverified", "amends");
    if (const auto reopened = inbox::reopen(tx, update.thread); reopened && *reopened) {
      tell_thread(tx, {update.brand, now}, update.thread, {}, {{"how", "reopened"}});
    }
    tell_update(tx, {update.brand, now}, update.id);
  }
  return static_cast<int>(late.size());
}

}  // namespace amends::app
