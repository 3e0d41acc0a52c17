// A post that is known already: delivered again, edited, taken back, or told of by its site both by mail and by itself.
#include <algorithm>

#include "core/app/changes.h"
#include "core/app/place_context.h"
#include "core/app/view.h"
#include "core/identity/identities.h"
#include "core/identity/links.h"
#include "core/ingest/content_key.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"
#include "core/search/search.h"
#include "core/timeline/version.h"

namespace amends::app {

namespace {

// So many reviews that may be the same one are compared.
constexpr int kMostMet = 20;

}  // namespace

bool Placer::place_post_again(Context& c, InReport& report) {
  if (c.own && settle_own_post(c, report)) return true;
  const auto same = std::find_if(c.same.begin(), c.same.end(),
                                 [&](const timeline::Same& s) { return s.digest == c.item.content_digest; });
  if (same != c.same.end()) {
    timeline::add_copy(tx_, same->id, c.raw, "copy");
    ++report.copies;
    return true;
  }
  // The newest: a reply in the place of an older one bears the same name.
  const auto mine =
      std::find_if(c.same.rbegin(), c.same.rend(), [&](const timeline::Same& s) { return s.account == c.account.id; });
  if (mine != c.same.rend()) {
    place_version(c, mine->id, report);
    return true;
  }
  return meet_other_account(c, report);
}

// Another version of what is shown: in its place when it is the younger one, else kept beside it.
void Placer::place_version(const Context& c, MessageId shown, InReport& report) {
  const auto message = timeline::find(tx_, shown);
  const bool was_deleted = (message->flags & timeline::kDeleted) != 0;
  if (!timeline::replaces({c.content.version, c.content.deleted}, {message->version, was_deleted})) {
    timeline::add_copy(tx_, shown, c.raw, "version");
    ++report.copies;
    return;
  }
  const auto before = read_content(hub_, tx_, *message);
  const bool same_words = before && before->text == c.content.text && before->subject == c.content.subject &&
                          before->rating == c.content.rating && before->media == c.content.media &&
                          before->deleted == c.content.deleted;
  show(c, *message, same_words ? "copy" : "version");
  if (c.own && message->moderation != c.content.moderation) {
    moderated(*message, message->update, c.content.moderation, c.content.moderation_reason);
    tell_sent(message->update, c.account.brand);
  }
  if (same_words) {
    ++report.copies;
    return;
  }
  ++report.versions;
  const char* const how = c.content.deleted ? "deleted" : "edited";
  // An author who answers now has read other words; our own words don't move what others said.
  const std::int64_t version = c.own ? 0 : thread::move_version(tx_, message->thread);
  timeline::add_event(tx_, {c.account.brand,
                            message->identity,
                            {},
                            message->thread,
                            hub_.clock().now(),
                            how,
                            message->author,
                            detail({{"message", std::to_string(shown.value)}, {"version", version}})});
  if (c.own) {
    if (c.content.deleted) reopen(message->thread, c.account.brand);
  } else {
    hold_answers_to(c, *message);
  }
  touch(message->thread, !c.own && !c.content.deleted, false);
  tell_changed(*message, how);
}

// What lists, search and the message itself show from now on.
void Placer::show(const Context& c, const timeline::Message& message, std::string_view old) {
  timeline::replace_content(tx_, message.id, c.raw, c.item.content_digest, c.content, old);
  search::remove(tx_, message.id);
  if (c.content.deleted) {
    // The row stays, so that the index and the timeline count the same messages; no word of it is found any more.
    model::Content nothing;
    nothing.kind = c.content.kind;
    search::index(tx_, message.id, nothing, false);
  } else {
    search::index(tx_, message.id, c.content, true);
  }
}

// An answer that still waits was written to other words: a person looks at it again.
void Placer::hold_answers_to(const Context& c, const timeline::Message& message) {
  using enum model::UpdateState;
  const Timestamp now = hub_.clock().now();
  for (const outbox::Tracked& update : outbox::answers_to(tx_, c.account.brand, message.id)) {
    if (update.state != scheduled && update.state != queued && update.state != retry) continue;
    const std::string why = c.content.deleted ? "what it answers was taken back by its author"
                                              : "what it answers was edited after it was written";
    if (!outbox::hold(tx_, c.account.brand, update.id, why, now)) continue;
    timeline::add_event(tx_, {c.account.brand,
                              message.identity,
                              {},
                              message.thread,
                              now,
                              "send_held",
                              "amends",
                              detail({{"update", update.id.value}, {"reason", why}})});
    reopen(message.thread, c.account.brand);
    tell_sent(update.id, c.account.brand);
  }
}

// A site tells of one review twice: in a mail to the owner, and when it is asked. Both are one message.
bool Placer::meet_other_account(Context& c, InReport& report) {
  const bool may_be_told_twice =
      c.content.visibility == model::Visibility::public_ && !c.channel.notifications.empty() && !c.own;
  if (!may_be_told_twice || c.content.deleted) return false;
  const bool by_mail = c.item.notice != nullptr;
  auto keys = ingest::meeting_keys(hub_.content_sip(), c.channel.name, c.content, true);
  if (by_mail) {
    const auto of_site = ingest::meeting_keys(hub_.content_sip(), c.channel.name, c.content, false);
    keys.insert(keys.end(), of_site.begin(), of_site.end());
  }
  for (const MessageId id : timeline::find_meeting(tx_, c.account.brand, keys, kMostMet)) {
    const auto message = timeline::find(tx_, id);
    if (!message || message->channel != c.channel.name) continue;
    const bool known_by_mail = (message->flags & timeline::kFromNotice) != 0;
    // What a site names twice is two reviews.
    if (!by_mail && !known_by_mail) continue;
    const auto content = read_content(hub_, tx_, *message);
    if (!content || !ingest::same_review(*content, c.content)) continue;
    ++report.copies;
    if (by_mail) {
      timeline::add_copy(tx_, id, c.raw, "notice");
    } else {
      join_notice(c, *message);
    }
    return true;
  }
  return false;
}

// The site's own account takes the place of what its mail told.
void Placer::join_notice(Context& c, const timeline::Message& message) {
  c.message = message.id;
  show(c, message, "notice");
  timeline::clear_flags(tx_, message.id, timeline::kFromNotice);
  timeline::take_name(tx_, message.id, c.account.id, c.item.content_key, c.content.message_id);
  timeline::add_meetings(tx_, c.account.brand, message.id,
                         ingest::meeting_keys(hub_.content_sip(), c.channel.name, c.content, false));
  follow(hub_.threads().rename(tx_, arrival_of(c)));
  const std::vector<IdentityId> people = see_people(c);
  if (!people.empty()) {
    if (!message.identity) timeline::give_identity(tx_, message.id, people.front());
    // One review has one author: not a likeness of names, and it can be undone like any other merge.
    const CustomerId by_site = identity::customer_of(tx_, people.front());
    const CustomerId by_mail = message.identity ? identity::customer_of(tx_, message.identity) : by_site;
    if (by_mail != by_site) {
      const Timestamp now = hub_.clock().now();
      constexpr std::string_view kWhy = "the same review, by mail and by its site";
      if (const auto merged = identity::merge(tx_, c.account.brand, by_site, by_mail, "amends", kWhy, now)) {
        const std::string facts = detail({{"event", merged->event.value}, {"reason", kWhy}});
        timeline::add_event(tx_, {c.account.brand, {}, merged->into, {}, now, "merged", "amends", facts});
        if (!quiet_) {
          tell_customer(tx_, {c.account.brand, now}, merged->into, {{"how", "merged"}, {"event", merged->event.value}});
        }
      }
    }
  }
  touch(message.thread, false, false);
  tell_changed(message, "confirmed");
}

void Placer::tell_changed(const timeline::Message& message, const char* how) {
  if (quiet_) return;
  tell_subject(tx_, events::What::message_changed, {message.brand, hub_.clock().now()}, message.thread,
               message.id.value, {{"how", how}});
}

}  // namespace amends::app
