#include "core/app/answers.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/pipeline.h"
#include "core/app/place.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/compose/render.h"
#include "core/compose/templates.h"
#include "core/compose/whom.h"
#include "core/crypto/token.h"
#include "core/identity/identities.h"
#include "core/inbox/inbox.h"
#include "core/ingest/content_key.h"
#include "core/outbox/guard.h"
#include "core/outbox/outbox.h"
#include "core/timeline/timeline.h"

namespace amends::app {

// An answer as far as it can be made without writing anything.
struct Answers::Prepared {
  const HubAccount* account = nullptr;
  ThreadView view;
  timeline::Message answered;
  std::string answered_external_id;
  compose::Draft draft;
  std::vector<std::string> own;
};

namespace {

// The template's text, or the list of everything that is missing.
Result<compose::Rendered> render_step(const AnswerRequest& request, const HubAccount& account, const BrandConfig& brand,
                                      const model::Content& answered, const compose::Locale& locale) {
  const auto step = model::value_in(compose::kSteps, request.step);
  if (!step) {
    std::string all;
    for (const auto& word : compose::kSteps) all += " " + std::string(word.name);
    return fail(Kind::invalid, "there is no step \"" + request.step + "\"", "there are:" + all);
  }
  TRY(const compose::Template* found,
      compose::builtin_templates().find(*step, account.channel->name, account.channel->visibility, answered.language,
                                        brand.language));
  compose::Values values;
  for (const compose::Field& field : found->fields) {
    const auto given = request.values.find(field.name);
    if (given == request.values.end()) continue;
    auto value = compose::value_of(field.kind, given->second);
    if (!value) return std::move(value).error().within("the field \"" + field.name + "\"");
    values.emplace(field.name, *std::move(value));
  }
  compose::Rendered rendered = compose::render(*found, values, locale);
  if (rendered.complete()) return rendered;
  std::string gaps;
  for (const compose::Gap& gap : rendered.gaps) {
    gaps +=
        (gaps.empty() ? "" : "\n  ") + (gap.field.empty() ? gap.why : gap.field + " (" + gap.about + "): " + gap.why);
  }
  return fail(Kind::invalid, "the template " + found->id + " has gaps, nothing was sent", gaps);
}

// The messages behind the version its author saw. Every message moves the version by one.
std::vector<outbox::Newcomer> newcomers(const ThreadView& view, std::int64_t seen) {
  std::vector<timeline::Message> by_arrival = view.messages;
  std::sort(by_arrival.begin(), by_arrival.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto missed = std::clamp<std::int64_t>(view.version - seen, 0, static_cast<std::int64_t>(by_arrival.size()));
  std::vector<outbox::Newcomer> out;
  for (auto it = by_arrival.end() - missed; it != by_arrival.end(); ++it) {
    out.push_back({it->id, it->direction, it->author, it->at, it->preview});
  }
  return out;
}

// Which message an answer answers when nobody says: the customer's last one, else the last one.
const timeline::Message* answered_message(const ThreadView& view, MessageId wanted) {
  const timeline::Message* last = nullptr;
  for (const timeline::Message& m : view.messages) {
    if (wanted ? m.id == wanted
               : last == nullptr || m.direction == model::Direction::in || last->direction == model::Direction::out) {
      last = &m;
    }
  }
  return last;
}

// The account an answer leaves through: the one named, the one it came in by, else one of the same kind.
Result<const HubAccount*> leaving_account(Hub& hub, const Brand& brand, const timeline::Message& message,
                                          const std::string& name) {
  const HubAccount* same_kind = nullptr;
  for (const HubAccount* account : hub.accounts()) {
    if (account->brand != brand.id || !account->connected || !account->channel->can.send) continue;
    if (!name.empty() ? account->name == name : account->id == message.account) return account;
    if (name.empty() && same_kind == nullptr && account->channel->name == message.channel) same_kind = account;
  }
  if (same_kind != nullptr) return same_kind;
  return fail(
      Kind::unsupported,
      name.empty() ? "no connected account can answer on " + message.channel : "no account \"" + name + "\" can send",
      "connect one in amends.toml ([[account]]); `amends accounts` lists what there is");
}

// Whom the thread knows: verified authors, and everybody we wrote to.
compose::ThreadPeople people_of(Hub& hub, store::Reader& reader, BrandId brand, const ThreadView& view,
                                std::vector<std::string> own) {
  compose::ThreadPeople people{{}, std::move(own)};
  for (const timeline::Message& m : view.messages) {
    if (m.direction == model::Direction::in && (m.flags & timeline::kSenderVerified) == 0) continue;
    if (m.direction == model::Direction::out) {
      const auto content = read_content(hub, reader, m);
      if (!content) continue;
      for (const auto* list : {&content->to, &content->cc}) {
        for (const model::Party& party : *list) people.participants.push_back(party.handle);
      }
    } else if (const auto author = identity::find_identity(reader, brand, m.identity)) {
      people.participants.push_back(author->handle);
    }
  }
  return people;
}

Answer answer_of(const compose::Draft& draft, const mime::Outgoing& mail, Timestamp leaves_at) {
  Answer out;
  out.to = draft.to;
  out.cc = draft.cc;
  out.subject = mail.subject;
  out.text = mail.text;
  out.message_id = mail.message_id;
  out.leaves_at = leaves_at;
  return out;
}

}  // namespace

Result<Answers::Prepared> Answers::prepare(store::Reader& reader, const AnswerRequest& request) {
  Prepared p;
  TRY(p.view, read_thread(reader, brand_.id, request.thread));
  const timeline::Message* answered = answered_message(p.view, request.answers);
  if (answered == nullptr) return fail(Kind::not_found, "the thread has no such message to answer");
  p.answered = *answered;
  TRY(p.account, leaving_account(hub_, brand_, p.answered, request.account));
  if (p.account->own_handles.empty())
    return fail(Kind::invalid, "account " + p.account->name + " has no address of its own");
  if (const auto row = ingest::find_item(reader, p.answered.raw)) p.answered_external_id = row->external_id;
  TRY(const model::Content content, read_content(hub_, reader, p.answered));
  p.own = p.account->own_handles;

  compose::Draft& draft = p.draft;
  draft.from = {brand_.config->name, p.account->own_handles.front()};
  draft.answering = compose::answered_by(content);
  draft.locale.language = content.language.empty() ? brand_.config->language : content.language;
  draft.signature = brand_.config->signature;
  draft.quote = request.quote;
  draft.files = request.files;
  draft.html = p.account->channel->can.html;
  if (p.answered.direction == model::Direction::in) {
    const compose::Whom whom =
        compose::whom_to_answer(content, people_of(hub_, reader, brand_.id, p.view, p.own), false);
    draft.to = whom.to;
    draft.cc = whom.cc;
  } else {
    draft.to = content.to;
    draft.cc = content.cc;
  }
  draft.text = request.text;
  if (!request.step.empty()) {
    TRY(compose::Rendered rendered, render_step(request, *p.account, *brand_.config, content, draft.locale));
    draft.text = std::move(rendered.text);
    draft.subject = std::move(rendered.subject);
  }
  return p;
}

Result<Answer> Answers::preview(const AnswerRequest& request) {
  return hub_.db().read([&](store::Reader& reader) -> Result<Answer> {
    TRY(const Prepared p, prepare(reader, request));
    compose::Envelope envelope{"preview@" + p.own.front().substr(p.own.front().find('@') + 1), "", hub_.clock().now(),
                               p.own};
    TRY(const mime::Outgoing mail, compose::compose(p.draft, envelope));
    Answer out = answer_of(p.draft, mail, request.not_before.value_or(hub_.clock().now()));
    out.message_id.clear();
    out.thread = p.view.row.thread;
    return out;
  });
}

Result<Answer> Answers::send(const AnswerRequest& request) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Answer> {
    const Timestamp now = hub_.clock().now();
    TRY(Prepared p, prepare(tx, request));
    if (request.seen_version != 0) {
      TRY_DO(outbox::check_unmoved(request.seen_version, p.view.version, newcomers(p.view, request.seen_version)));
    }
    const ThreadId thread = p.view.row.thread;
    const std::string& address = p.own.front();
    const std::string domain =
        brand_.config->domains.empty() ? address.substr(address.find('@') + 1) : brand_.config->domains.front();

    const UpdateId id = outbox::reserve(tx, brand_.id, now);
    compose::Envelope envelope{crypto::mint_message_id(hub_.keys(), brand_.id, id, domain), "", now, p.own};
    if (p.account->channel->can.signed_reply_address && p.account->settings->flag("plus_addressing") &&
        !p.draft.to.empty()) {
      auto signed_address =
          crypto::mint_reply_address(hub_.keys(), brand_.id, thread, address, p.draft.to.front().handle, now);
      if (signed_address) envelope.reply_address = *std::move(signed_address);
    }
    TRY(const mime::Outgoing mail, compose::compose(p.draft, envelope));
    TRY(std::string bytes, mime::build(mail));
    if (const auto finish = p.account->channel->finish; finish != nullptr) {
      TRY(bytes, finish(*p.account->settings, std::move(bytes), now));
    }

    // The timeline's row comes from the very bytes that leave.
    Pipeline pipeline(hub_);
    const Understood understood = pipeline.understand(
        *p.account, {"update:" + std::to_string(id.value), bytes, "outbox", true, now}, CrashGuard::kSlots - 1);
    if (!understood.content) return Error(understood.content.error());
    const ingest::Stored raw = ingest::store_item(tx, hub_.codec(), brand_.id, p.account->id, understood.item,
                                                  understood.digest, ingest::RawState::placed);
    Placer placer(hub_, tx, false);
    const MessageId message = placer.place_update(*p.account, raw.id, understood, id, thread);

    outbox::NewUpdate update;
    update.id = id;
    update.brand = brand_.id;
    update.account = p.account->id;
    update.thread = thread;
    update.message = message;
    update.author = actor_;
    update.mail_id = mail.message_id;
    update.sender = address;
    update.recipients = compose::envelope_recipients(mail);
    update.payload = std::move(bytes);
    update.in_reply_to = p.answered_external_id;
    if (request.not_before) {
      update.not_before = request.not_before;
    } else if (!request.at_once) {
      update.not_before = now + hub_.config().sending.undo;
    }
    update.wants_copy = p.account->channel->can.file_copy;
    TRY_DO(outbox::enqueue(tx, update, now));
    if (inbox::draft(tx, thread, actor_)) {
      inbox::discard_draft(tx, thread, actor_);
      tell_subject(tx, events::What::draft_changed, {brand_.id, now, actor_}, thread, 0, {{"how", "discarded"}});
    }
    placer.finish();
    tell_update(tx, {brand_.id, now, actor_}, id);

    Answer out = answer_of(p.draft, mail, update.not_before.value_or(now));
    out.update = id;
    out.message = message;
    out.thread = thread;
    return out;
  });
}

}  // namespace amends::app
