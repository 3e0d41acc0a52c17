#include "core/app/place.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/place_context.h"
#include "core/app/was_erased.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/identity/identities.h"
#include "core/identity/suggest.h"
#include "core/ingest/content_key.h"
#include "core/ingest/erase.h"
#include "core/outbox/tracking.h"
#include "core/search/search.h"
#include "core/thread/threads.h"
#include "core/timeline/timeline.h"

namespace amends::app {

using model::Content;
using model::Direction;
using model::Party;

namespace {

std::vector<std::string> handles_of(std::initializer_list<const std::vector<Party>*> lists) {
  std::vector<std::string> out;
  for (const auto* list : lists) {
    for (const Party& party : *list) {
      if (!party.handle.empty()) out.push_back(party.handle);
    }
  }
  return out;
}

}  // namespace

void Placer::place(const HubAccount& account, RawItemId raw, const Understood& item, InReport& report) {
  const Content& content = *item.content;
  const channel::Descriptor& channel = item.notice != nullptr ? *item.notice : *account.channel;
  Context c{account, channel, raw, item, content, timeline::effective_time(content.date, item.item.received_at)};
  // History has no arrival of its own to measure a date against: the date is all there is.
  if (history_ && content.date) c.at = timeline::effective_time(content.date, hub_.clock().now());

  c.our_name = crypto::verify_message_id(hub_.keys(), account.brand, content.message_id);
  const bool says_us = hub_.is_own(account.brand, channel, content.author.handle);
  // Anybody can write our address into From. What proves it: it lay in our Sent folder, the receiving server vouches
  // for it, it bears a Message-ID that only we can make, or an operator brought it in as history.
  // But an explicit failure of DMARC is believed before all that.
  c.own = item.item.own || (says_us && content.auth.dmarc != model::AuthResult::fail &&
                            (content.auth.from_verified || c.our_name || !account.connected));
  c.claims_us = says_us && !c.own;
  if (was_erased(hub_, tx_, account, item.item, content, c.own)) {
    ingest::erase(tx_, hub_.codec(), {raw});
    ++report.erased;
    return;
  }

  if (content.report && take_report(c, report)) return;
  c.same = timeline::find_same(tx_, account.brand, item.content_key);
  if (place_again(c, report)) return;
  place_new(c, report);
}

// True when it is a delivery of a message we list already.
bool Placer::place_again(Context& c, InReport& report) {
  if (c.content.kind != model::MessageKind::mail) return place_post_again(c, report);
  if (c.same.empty()) return false;
  const auto same = std::find_if(c.same.begin(), c.same.end(),
                                 [&](const timeline::Same& s) { return s.digest == c.item.content_digest; });
  if (same != c.same.end()) {
    timeline::add_copy(tx_, same->id, c.raw, "copy");
    if (c.own && c.our_name) echoed(c);
    ++report.copies;
    return true;
  }
  if (c.own && c.our_name) {
    // Our own mail came back with another shape: servers on the way add footers and re-encode. The name is ours, so it
    // is ours; what we wrote stays what the timeline shows.
    timeline::add_copy(tx_, c.same.front().id, c.raw, "echo");
    echoed(c);
    ++report.copies;
    return true;
  }
  return false;
}

MessageId Placer::place_update(const HubAccount& account, const channel::Descriptor& channel, RawItemId raw,
                               const Understood& item, UpdateId update, ThreadId thread, IdentityId to) {
  Context c{account, channel, raw, item, *item.content, hub_.clock().now()};
  c.own = c.our_name = true;
  c.update = update;
  c.thread = thread;
  c.to = to;
  InReport ignored;
  place_new(c, ignored);
  return c.message;
}

// A reply is younger than what it answers, whatever its author's clock says.
Timestamp Placer::after_what_it_answers(const Context& c) {
  Timestamp latest{0};
  for (const std::string& id : c.content.in_reply_to) {
    const auto key = static_cast<std::int64_t>(crypto::siphash(hub_.content_sip(), id));
    for (const timeline::Same& same : timeline::find_same(tx_, c.account.brand, key)) {
      const auto message = timeline::find(tx_, same.id);
      if (message) latest = std::max(latest, message->at + std::chrono::milliseconds(1));
    }
  }
  return std::min(latest, c.item.item.received_at);
}

// Whose timelines it stands on: who wrote to us, or whom we wrote to.
std::vector<IdentityId> Placer::see_people(Context& c) {
  const channel::Descriptor& channel = c.channel;
  std::vector<IdentityId> people;
  if (c.to) {
    c.customer = identity::customer_of(tx_, c.to);
    return {c.to};
  }
  const auto see = [&](const Party& party, bool verified) {
    if (erased_before(hub_, tx_, c.account, party.handle, c.item.item.received_at)) return;
    const bool own = hub_.is_own(c.account.brand, channel, party.handle);
    const auto resolved =
        identity::resolve(tx_, {c.account.brand, channel.handle_kind, party.handle, party.name, verified, c.at, own});
    if (!resolved.identity) return;
    if (!c.customer) c.customer = resolved.customer;
    if (std::find(people.begin(), people.end(), resolved.identity) == people.end()) people.push_back(resolved.identity);
  };
  if (c.own) {
    for (const auto* list : {&c.content.to, &c.content.cc, &c.content.bcc}) {
      for (const Party& party : *list) see(party, false);
    }
    // What we say in public often names nobody; it is said to whoever it answers.
    if (const MessageId answered = people.empty() ? answered_by(c) : MessageId{}) {
      if (const IdentityId to = timeline::identity_of(tx_, answered)) {
        c.customer = identity::customer_of(tx_, to);
        people.push_back(to);
      }
    }
  } else {
    see(c.content.author, c.content.auth.from_verified || channel.visibility == model::Visibility::public_);
  }
  return people;
}

thread::Arrival Placer::arrival_of(const Context& c) const {
  const Content& content = c.content;
  thread::Arrival arrival;
  arrival.id = c.message;
  arrival.brand = c.account.brand;
  arrival.account = c.account.id;
  arrival.at = c.at;
  arrival.received_at = c.item.item.received_at;
  arrival.message_id = content.message_id;
  arrival.in_reply_to = content.in_reply_to;
  arrival.references = content.references;
  arrival.sender = content.author.handle;
  arrival.recipients = handles_of({&content.to, &content.cc});
  arrival.subject = content.subject;
  arrival.verified = content.auth.from_verified;
  arrival.own = c.own;
  arrival.claims_us = c.claims_us;
  arrival.kind = content.kind;
  arrival.vouched = content.kind != model::MessageKind::mail;
  arrival.asks = !c.own && content.origin == model::Origin::personal && !content.deleted;
  arrival.token_thread = c.thread;
  for (const std::string& handle : handles_of({&content.to, &content.cc, &content.bcc})) {
    const auto token = crypto::verify_reply_address(hub_.keys(), c.account.brand, handle, content.author.handle, c.at);
    if (token) arrival.token_thread = token->thread;
  }
  return arrival;
}

void Placer::place_new(Context& c, InReport& report) {
  const Content& content = c.content;
  if (!history_) c.at = std::max(c.at, after_what_it_answers(c));
  const std::vector<IdentityId> people = see_people(c);
  c.message = timeline::next_message_id(tx_);
  const thread::Arrival arrival = arrival_of(c);
  const thread::Placement placement = hub_.threads().place(tx_, arrival);

  timeline::NewMessage message;
  message.id = c.message;
  message.brand = c.account.brand;
  message.account = c.account.id;
  message.raw = c.raw;
  message.thread = placement.thread;
  if (!people.empty()) message.identity = people.front();
  if (people.size() > 1) message.also.assign(people.begin() + 1, people.end());
  message.channel = c.channel.name;
  message.update = c.update;
  message.at = c.at;
  message.direction = c.own ? Direction::out : Direction::in;
  message.content_key = c.item.content_key;
  message.digest = c.item.content_digest;
  if (placement.sender_unverified || c.claims_us) message.flags |= timeline::kSenderNotVerified;
  if (c.item.notice != nullptr) message.flags |= timeline::kFromNotice;
  // Ids of anything but mail are known in their account alone.
  if (!c.same.empty() && content.kind == model::MessageKind::mail) {
    message.flags |= timeline::kSameIdOtherContent;
    for (const timeline::Same& other : c.same) timeline::add_flags(tx_, other.id, timeline::kSameIdOtherContent);
    ++report.flagged;
  }
  timeline::append(tx_, message, content);

  if (content.visibility == model::Visibility::public_ && !c.channel.notifications.empty() && !c.own) {
    timeline::add_meetings(tx_, c.account.brand, c.message,
                           ingest::meeting_keys(hub_.content_sip(), c.channel.name, content, c.item.notice != nullptr));
  }
  follow(placement.moved);
  // What is quoted was indexed with the message it came from, when we have that.
  search::index(tx_, c.message, content, placement.created);
  learn_about_updates(c, placement.thread);
  if (!c.own && message.identity) {
    std::vector<identity::Hint> hints;
    for (const std::string& phone : c.item.phones) hints.push_back({identity::KeyKind::phone, phone});
    for (const std::string& order : c.item.orders) hints.push_back({identity::KeyKind::order, order});
    for (const std::string& link : c.item.verified_links) hints.push_back({identity::KeyKind::verified_link, link});
    if (!c.item.profile.empty()) hints.push_back({identity::KeyKind::profile, c.item.profile});
    const std::string said_at = std::to_string(c.at.ms);
    if (!c.item.words.empty()) hints.push_back({identity::KeyKind::words, c.item.words, said_at});
    if (!hints.empty()) identity::add_hints(tx_, c.account.brand, message.identity, hints);
  }
  touch(placement.thread, arrival.asks, c.own);
  if (!quiet_) tell_placed(c, placement);
  ++report.placed;
}

void Placer::tell_placed(const Context& c, const thread::Placement& placement) {
  const ChangeBy by{c.account.brand, hub_.clock().now()};
  events::Change change;
  change.brand = by.brand;
  change.at = by.at;
  change.what = events::What::message_created;
  change.thread = placement.thread;
  change.customer = c.customer;
  change.subject = c.message.value;
  change.actor = by.actor;
  change.detail = detail({{"direction", c.own ? "out" : "in"}, {"channel", c.channel.name}});
  events::append(tx_, change);
  for (const thread::Suggestion& s : placement.suggestions) {
    tell_subject(tx_, events::What::suggestion_created, by, s.thread, s.other.value,
                 {{"reason", thread::name_of(s.reason)}, {"message", s.message.value}});
  }
}

void Placer::tell_sent(UpdateId update, BrandId brand) {
  const ChangeBy by{brand, hub_.clock().now()};
  if (quiet_) {
    weigh_update(tx_, by, update);
  } else {
    tell_update(tx_, by, update);
  }
}

// Our own mail came back: whatever we believed of its sending, it went.
void Placer::echoed(const Context& c) {
  const auto before = outbox::find_by_mail_id(tx_, c.account.brand, c.content.message_id);
  const auto update =
      outbox::settle_by_echo(tx_, c.account.brand, c.content.message_id, c.item.item.own, hub_.clock().now());
  if (before && update && !before->echoed) tell_sent(*update, c.account.brand);
}

// A reply or a bounce says something about what we sent.
void Placer::learn_about_updates(const Context& c, ThreadId thread) {
  const Content& content = c.content;
  const BrandId brand = c.account.brand;
  if (c.own) return;
  if (content.kind != model::MessageKind::mail) {
    learn_about_posts(c, thread);
    return;
  }
  if (content.bounce) {
    // Only a report about a Message-ID that nobody else could have made is believed.
    if (!crypto::verify_message_id(hub_.keys(), brand, content.bounce->original_message_id)) return;
    const auto effect = outbox::bounced(tx_, brand, *content.bounce, hub_.clock().now());
    if (!effect) return;
    timeline::add_event(tx_, {brand,
                              timeline::identity_of(tx_, effect->message),
                              {},
                              effect->thread,
                              c.at,
                              "bounced",
                              content.bounce->recipient,
                              detail({{"status", content.bounce->status}})});
    touch(effect->thread, effect->permanent, false);
    tell_sent(effect->update, brand);
    return;
  }
  if (content.origin != model::Origin::personal) return;
  for (const auto* ids : {&content.in_reply_to, &content.references}) {
    for (const std::string& id : *ids) {
      if (!crypto::verify_message_id(hub_.keys(), brand, id)) continue;
      if (const auto update = outbox::answered(tx_, brand, id, c.message, c.at)) tell_sent(*update, brand);
    }
  }
}

// The rows of messages whose thread changed under them.
void Placer::follow(const std::vector<thread::Moved>& moved) {
  for (const thread::Moved& one : moved) {
    timeline::set_thread(tx_, one.message, one.to);
    if (one.from != one.to) touch(one.from, false, false);
  }
}

void Placer::touch(ThreadId thread, bool inbound, bool outbound) {
  Touched& t = touched_[thread];
  t.inbound |= inbound;
  t.outbound |= outbound;
}

void Placer::finish() {
  for (const auto& [id, touched] : touched_) {
    const auto summary = thread::summary(tx_, id);
    if (!summary) continue;
    if (summary->merged_into) {
      inbox::replace(tx_, id, summary->merged_into);
      tell_touched(id, summary->brand, {}, "merged", summary->merged_into);
      continue;
    }
    if (summary->messages == 0) {
      inbox::forget(tx_, id);
      tell_touched(id, summary->brand, {}, "gone");
      continue;
    }
    inbox::Touch t;
    t.thread = id;
    t.brand = summary->brand;
    t.last_at = summary->last_at;
    t.awaiting = summary->awaiting_answer();
    t.new_inbound = touched.inbound && !history_;
    t.new_outbound = touched.outbound;
    timeline::last_of_thread(tx_, id, t.last_message, t.identity);
    inbox::touch(tx_, t, history_ ? inbox::Status::closed : inbox::Status::open);
    tell_touched(id, t.brand, t.identity, touched.inbound || touched.outbound ? "message" : "moved");
  }
  touched_.clear();
}

void Placer::tell_touched(ThreadId thread, BrandId brand, IdentityId identity, const char* how, ThreadId into) {
  if (quiet_) return;
  const CustomerId customer = identity ? identity::customer_of(tx_, identity) : CustomerId{};
  const ChangeBy by{brand, hub_.clock().now()};
  if (into) {
    tell_thread(tx_, by, thread, customer, {{"how", how}, {"into", into.value}});
  } else {
    tell_thread(tx_, by, thread, customer, {{"how", how}});
  }
}

}  // namespace amends::app
