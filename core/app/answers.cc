#include "core/app/answers.h"

#include <algorithm>

#include "core/app/answer_parts.h"
#include "core/app/changes.h"
#include "core/app/place.h"
#include "core/base/text.h"
#include "core/compose/templates.h"
#include "core/inbox/inbox.h"
#include "core/outbox/guard.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

// What is new since the version its author saw. Every message moves the version by one, and so does every edit, which
// notes the version it made.
std::vector<outbox::Newcomer> newcomers(const ThreadView& view, std::int64_t seen) {
  std::vector<outbox::Newcomer> out;
  const auto tell = [&](const timeline::Message& m) {
    out.push_back({m.id, m.direction, m.author, m.at,
                   (m.flags & timeline::kDeleted) != 0 ? "(taken back by its author)" : m.preview});
  };
  const std::vector<MessageId> changed = changed_since(view, seen);
  for (const timeline::Message& m : view.messages) {
    if (std::find(changed.begin(), changed.end(), m.id) != changed.end()) tell(m);
  }
  std::vector<timeline::Message> by_arrival = view.messages;
  std::sort(by_arrival.begin(), by_arrival.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto missed = std::clamp<std::int64_t>(view.version - seen - static_cast<std::int64_t>(changed.size()), 0,
                                               static_cast<std::int64_t>(by_arrival.size()));
  for (auto it = by_arrival.end() - missed; it != by_arrival.end(); ++it) tell(*it);
  return out;
}

// The one way an answer takes: `mail` or `post`.
struct Prepared {
  Answered answered;
  std::optional<MailAnswer> mail;
  std::optional<PostAnswer> post;
};

Result<Prepared> prepare(const Answering& who, store::Reader& reader, const AnswerRequest& request) {
  Prepared out;
  TRY(out.answered, find_answered(who.hub, reader, who.brand.id, request.thread, request.answers));
  const Answered& answered = out.answered;
  const HubAccount* account = account_for(who.hub, who.brand, *answered.channel, answered.message, request.account);
  std::optional<identity::Identity> recipient;
  if (!request.account.empty()) {
    if (account == nullptr) {
      return fail(Kind::unsupported, "no account \"" + request.account + "\" can send",
                  "connect one; `amends accounts` lists what there is");
    }
    if (account->channel->name != answered.channel->name) {
      TRY(recipient, recipient_of(who, reader, answered, request, *account));
    }
  }
  const channel::Descriptor& way = recipient ? *account->channel : *answered.channel;
  const identity::Identity* whom = recipient ? &*recipient : nullptr;
  if (!way.can.mail) {
    TRY(out.post, prepare_post(who, reader, answered, request, account, whom));
    return out;
  }
  if (account == nullptr) {
    return fail(Kind::unsupported, "no connected account can answer on " + answered.message.channel,
                "connect one; `amends accounts` lists what there is");
  }
  TRY(out.mail, prepare_mail(who, reader, answered, request, *account, whom));
  if (request.visibility == model::Visibility::public_) {
    return fail(Kind::invalid, "a mail is private, and the answer was meant to be public");
  }
  return out;
}

// Where the thread is.
AnswerWay own_way(const Answering& who, store::Reader& reader, const Answered& answered) {
  AnswerWay way;
  way.answer.channel = answered.channel->name;
  const HubAccount* account = account_for(who.hub, who.brand, *answered.channel, answered.message, "");
  if (!answered.channel->can.mail) {
    auto post = prepare_post(who, reader, answered, {}, account, nullptr);
    if (post) {
      way.answer = std::move(post->shown);
    } else {
      way.answer.grade = channel::ReplyGrade::none;
      way.why_not = post.error().what + (post.error().hint.empty() ? "" : ". " + post.error().hint);
    }
  } else if (account != nullptr) {
    way.answer.account = account->name;
    way.answer.length = length_of("", {});
    if (answered.message.direction == model::Direction::in) way.answer.to = {answered.content.author};
  } else {
    way.answer.grade = channel::ReplyGrade::none;
    way.why_not = "no connected account can answer on " + answered.message.channel;
  }
  return way;
}

}  // namespace

Result<std::vector<AnswerWay>> Answers::ways(ThreadId thread, MessageId answers) {
  const Answering who{hub_, brand_, actor_};
  return hub_.db().read([&](store::Reader& reader) -> Result<std::vector<AnswerWay>> {
    TRY(const Answered answered, find_answered(hub_, reader, brand_.id, thread, answers));
    std::vector<AnswerWay> out;
    out.push_back(own_way(who, reader, answered));
    for (const Elsewhere& one : reached_elsewhere(who, reader, answered)) {
      AnswerRequest request;
      request.account = one.account->name;
      request.recipient = one.identity.id;
      AnswerWay way;
      if (one.account->channel->can.mail) {
        way.answer.length = length_of("", {});
      } else if (auto post = prepare_post(who, reader, answered, request, one.account, &one.identity)) {
        way.answer = std::move(post->shown);
      } else {
        continue;
      }
      way.answer.to = {{one.identity.name, one.identity.handle}};
      way.answer.account = one.account->name;
      way.answer.channel = one.account->channel->name;
      way.recipient = one.identity.id;
      out.push_back(std::move(way));
    }
    for (AnswerWay& way : out) {
      way.answer.thread = answered.view.row.thread;
      way.answer.leaves_at = hub_.clock().now();
      auto& findings = way.answer.findings;
      // Nothing was written yet: that is no finding.
      findings.erase(std::remove_if(findings.begin(), findings.end(), [](const auto& f) { return f.rule == "empty"; }),
                     findings.end());
    }
    return out;
  });
}

Result<Answer> Answers::preview(const AnswerRequest& request) {
  const Answering who{hub_, brand_, actor_};
  return hub_.db().read([&](store::Reader& reader) -> Result<Answer> {
    TRY(const Prepared p, prepare(who, reader, request));
    Answer out;
    if (p.mail) {
      TRY(out, preview_mail(who, *p.mail, request));
    } else {
      out = p.post->shown;
    }
    out.thread = p.answered.view.row.thread;
    out.leaves_at = request.not_before.value_or(hub_.clock().now());
    return out;
  });
}

Result<Answer> Answers::send(const AnswerRequest& request) {
  const Answering who{hub_, brand_, actor_};
  return hub_.db().write([&](store::Tx& tx) -> Result<Answer> {
    const Timestamp now = hub_.clock().now();
    TRY(const Prepared p, prepare(who, tx, request));
    const ThreadView& view = p.answered.view;
    if (request.seen_version != 0) {
      TRY_DO(outbox::check_unmoved(request.seen_version, view.version, newcomers(view, request.seen_version)));
    }
    if (p.post) TRY_DO(may_leave(p.post->shown.findings, request.confirmed));

    const UpdateId id = outbox::reserve(tx, brand_.id, now);
    Result<ReadyAnswer> made = p.mail ? ready_mail(who, *p.mail, id, now) : ready_post(who, *p.post, id, now);
    if (!made) return std::move(made).error();
    ReadyAnswer& ready = *made;
    const HubAccount& account = p.mail ? *p.mail->account : *p.post->account;
    const channel::Descriptor& way = p.mail ? *account.channel : *p.post->channel;

    // The timeline's row comes from the very bytes that leave.
    const ingest::Stored raw = ingest::store_item(tx, hub_.codec(), brand_.id, account.id, ready.understood.item,
                                                  ready.understood.digest, ingest::RawState::placed);
    Placer placer(hub_, tx, false);
    const ThreadId thread = view.row.thread;
    const bool same_person = p.post && p.post->channel == p.answered.channel;
    const MessageId message = placer.place_update(account, way, raw.id, ready.understood, id, thread,
                                                  same_person ? p.answered.message.identity : IdentityId{});

    outbox::NewUpdate& update = ready.update;
    update.id = id;
    update.brand = brand_.id;
    update.account = account.id;
    update.thread = thread;
    update.message = message;
    update.author = actor_;
    const Timestamp at = leaves_at(who, request, now);
    if (at > now) update.not_before = at;
    TRY_DO(outbox::enqueue(tx, update, now));
    if (inbox::draft(tx, thread, actor_)) {
      inbox::discard_draft(tx, thread, actor_);
      tell_subject(tx, events::What::draft_changed, {brand_.id, now, actor_}, thread, 0, {{"how", "discarded"}});
    }
    placer.finish();
    tell_update(tx, {brand_.id, now, actor_}, id);

    Answer out = std::move(ready.shown);
    out.update = id;
    out.message = message;
    out.thread = thread;
    out.leaves_at = update.not_before.value_or(now);
    return out;
  });
}

}  // namespace amends::app
