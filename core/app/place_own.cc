// The loop of what is no mail: our own post comes back by pull under the name its site gave it. It settles the update
// it is, takes the place of what the timeline showed until then, and tells what the site thinks of it.
#include <algorithm>

#include "core/app/changes.h"
#include "core/app/early.h"
#include "core/app/place_context.h"
#include "core/inbox/inbox.h"
#include "core/ingest/content_key.h"
#include "core/ingest/erase.h"
#include "core/ingest/ingest.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"

namespace amends::app {

// The message it answers, as far as the post says so and we know it.
MessageId Placer::answered_by(const Context& c) {
  for (const std::string& id : c.content.in_reply_to) {
    const auto key = static_cast<std::int64_t>(crypto::siphash(hub_.content_sip(), id));
    const auto same = timeline::find_same(tx_, c.account.brand, key);
    const auto mine =
        std::find_if(same.rbegin(), same.rend(), [&](const timeline::Same& s) { return s.account == c.account.id; });
    if (mine != same.rend()) return mine->id;
  }
  return {};
}

// True when it is a post of ours that the outbox knows.
bool Placer::settle_own_post(Context& c, InReport& report) {
  const BrandId brand = c.account.brand;
  const std::string& external_id = c.item.item.external_id;
  const auto words = static_cast<std::int64_t>(crypto::siphash(hub_.content_sip(), ingest::bare_words(c.content.text)));
  auto update = outbox::find_by_external(tx_, c.account.id, external_id);
  if (!c.content.deleted && (!update || update->post.words != words)) {
    const std::string_view to = c.content.to.empty() ? std::string_view() : c.content.to.front().handle;
    if (auto unheard = outbox::find_unheard(
            tx_, brand, {c.account.id, external_id, words, answered_by(c), to, c.content.date.value_or(c.at)})) {
      update = std::move(unheard);
    }
  }
  if (!update) return false;
  const auto message = timeline::find(tx_, update->message);
  if (!message) return false;

  if (!update->echoed && update->post.replaces && update->post.words != words) {
    // What stood in its place before, heard of once more while ours was on its way.
    const auto replaced = timeline::find(tx_, update->post.replaces);
    const auto before = replaced ? outbox::find(tx_, brand, replaced->update) : std::nullopt;
    if (before && before->post.words == words) {
      timeline::add_copy(tx_, replaced->id, c.raw, "version");
      ++report.copies;
      return true;
    }
  }

  const auto news = outbox::seen_on_site(
      tx_, update->id,
      {c.account.id, external_id, c.content.permalink, c.content.moderation, c.content.moderation_reason},
      hub_.clock().now());
  if (news.first_seen) {
    take_place_of_sent(c, *message);
    ++report.copies;
    if (update->post.replaces) timeline::add_flags(tx_, update->post.replaces, timeline::kReplaced);
    if (news.verified) {
      timeline::add_event(tx_, {brand,
                                message->identity,
                                {},
                                message->thread,
                                hub_.clock().now(),
                                "reply_verified",
                                "amends",
                                detail({{"update", update->id.value}, {"link", c.content.permalink}})});
    }
    if (news.moderation_new) moderated(*message, update->id, c.content.moderation, c.content.moderation_reason);
    tell_sent(update->id, brand);
    return true;
  }
  const auto shown = std::find_if(c.same.begin(), c.same.end(),
                                  [&](const timeline::Same& s) { return s.digest == c.item.content_digest; });
  if (shown != c.same.end()) {
    timeline::add_copy(tx_, shown->id, c.raw, "copy");
    ++report.copies;
  } else {
    place_version(c, message->id, report);
  }
  if (news.moderation_new) tell_sent(update->id, brand);
  return true;
}

// From now on the message is the site's item; what we sent stays as the version before it.
void Placer::take_place_of_sent(Context& c, const timeline::Message& message) {
  c.message = message.id;
  show(c, message, "sent");
  timeline::take_name(tx_, message.id, c.account.id, c.item.content_key, c.content.message_id);
  follow(hub_.threads().rename(tx_, arrival_of(c)));
  const auto now = timeline::find(tx_, message.id);
  // Who answered it before the site had told us its name.
  for (const timeline::Message& reply : timeline::replies_to(tx_, now->thread, c.content.message_id)) {
    if (reply.direction == model::Direction::in && reply.origin == model::Origin::personal) {
      outbox::answered_post(tx_, message.update, reply.id, reply.at);
    }
  }
  touch(now->thread, false, false);
  tell_changed(*now, "echoed");
}

// The post that a report is about, by the name that its site gave it or by what we gave it to bear.
std::optional<outbox::Tracked> Placer::told_of(const Context& c) {
  const model::DeliveryReport& told = *c.content.report;
  auto update = outbox::find_by_external(tx_, c.account.id, told.about);
  if (!update) {
    update = outbox::find_by_key(tx_, c.account.brand, c.account.id, told.key);
    // Another name than that of its receipt, or it never left: then it is not the one.
    if (update && (!update->external_id.empty() || !update->first_try)) return {};
  }
  if (!update || update->state == model::UpdateState::sent) return update;
  outbox::heard_of(tx_, update->id, told.about, hub_.clock().now());
  return outbox::find(tx_, c.account.brand, update->id);
}

// What the site says of a post of ours is a fact about it. True when that was all: a failure of something that we don't
// know is shown as the message it is, since somebody waits for an answer.
bool Placer::take_report(const Context& c, InReport& report) {
  const model::DeliveryReport& told = *c.content.report;
  const bool failed = told.state == model::DeliveryReport::State::failed;
  const BrandId brand = c.account.brand;
  const auto update = told_of(c);
  const bool may_be_early = c.item.item.received_at >= hub_.clock().now() - kEarlyFor;
  const bool receipt_to_come =
      update ? update->state == model::UpdateState::sending : outbox::awaits_name(tx_, c.account.id);
  if (may_be_early && receipt_to_come) {
    ingest::set_early(tx_, c.raw, told.about);
    ++report.early;
    return true;
  }
  const auto message = update ? timeline::find(tx_, update->message) : std::nullopt;
  const bool says_no_more_than_a_receipt = told.state == model::DeliveryReport::State::sent;
  if (update && says_no_more_than_a_receipt) tell_sent(update->id, brand);
  if (!message || says_no_more_than_a_receipt) {
    if (failed) return false;
    // It speaks of what another program sent, or of what stands with the update: nothing would ever lead to it.
    ingest::erase(tx_, hub_.codec(), {c.raw});
    ++report.copies;
    return true;
  }
  if (failed) {
    const auto effect =
        outbox::bounced_post(tx_, update->id, told.recipient, told.code + " " + told.reason, hub_.clock().now());
    if (!effect) return false;
    timeline::add_event(tx_, {brand,
                              message->identity,
                              {},
                              message->thread,
                              c.at,
                              "undelivered",
                              told.recipient,
                              detail({{"status", told.code}, {"reason", told.reason}, {"update", update->id.value}})});
    touch(message->thread, true, false);
    if (effect->permanent) reopen(message->thread, brand);
  } else {
    const char* const how = told.state == model::DeliveryReport::State::read ? "read" : "delivered";
    timeline::add_event(tx_, {brand,
                              message->identity,
                              {},
                              message->thread,
                              c.at,
                              how,
                              told.recipient,
                              detail({{"message", message->id.value}, {"update", update->id.value}})});
    touch(message->thread, false, false);
  }
  timeline::add_copy(tx_, message->id, c.raw, "report");
  tell_sent(update->id, brand);
  ++report.copies;
  return true;
}

// A reply to a post of ours, or the next word after a direct message of ours.
void Placer::learn_about_posts(const Context& c, ThreadId thread) {
  if (c.content.origin != model::Origin::personal || c.content.deleted) return;
  if (const MessageId answered = answered_by(c)) {
    const auto message = timeline::find(tx_, answered);
    if (message && message->update && outbox::answered_post(tx_, message->update, c.message, c.at)) {
      tell_sent(message->update, c.account.brand);
    }
    return;
  }
  if (c.content.kind != model::MessageKind::direct_message) return;
  const auto sent = outbox::of_thread(tx_, c.account.brand, thread);
  const auto last = std::find_if(sent.rbegin(), sent.rend(), [&](const outbox::Tracked& update) {
    return update.state == model::UpdateState::sent && update.sent_at && *update.sent_at <= c.at;
  });
  if (last != sent.rend() && !last->answered_at && outbox::answered_post(tx_, last->id, c.message, c.at)) {
    tell_sent(last->id, c.account.brand);
  }
}

// The site thinks otherwise of our reply now. One that it refused is as good as unsaid: the thread opens again.
void Placer::moderated(const timeline::Message& message, UpdateId update, model::Moderation now,
                       std::string_view reason) {
  if (now == model::Moderation::none) return;
  timeline::add_event(tx_, {message.brand,
                            message.identity,
                            {},
                            message.thread,
                            hub_.clock().now(),
                            "reply_" + std::string(model::name_of(now)),
                            "amends",
                            detail({{"message", message.id.value}, {"update", update.value}, {"reason", reason}})});
  if (now == model::Moderation::rejected) reopen(message.thread, message.brand);
}

void Placer::reopen(ThreadId thread, BrandId brand) {
  if (const auto reopened = inbox::reopen(tx_, thread); reopened && *reopened && !quiet_) {
    tell_thread(tx_, {brand, hub_.clock().now()}, thread, {}, {{"how", "reopened"}});
  }
}

}  // namespace amends::app
