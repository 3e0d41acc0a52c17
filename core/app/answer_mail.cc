// An answer by mail: a draft made into the bytes that leave, and into the timeline's row by reading them again.
#include "core/app/answer_parts.h"

#include "core/compose/whom.h"
#include "core/crypto/token.h"
#include "core/mime/build.h"

namespace amends::app {
namespace {

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

Answer answer_of(const MailAnswer& prepared, const mime::Outgoing& mail) {
  Answer out;
  out.to = prepared.draft.to;
  out.cc = prepared.draft.cc;
  out.subject = mail.subject;
  out.text = mail.text;
  out.message_id = mail.message_id;
  out.account = prepared.account->name;
  out.channel = prepared.account->channel->name;
  out.length = length_of(prepared.draft.text, {});
  return out;
}

}  // namespace

Result<MailAnswer> prepare_mail(const Answering& who, store::Reader& reader, const Answered& answered,
                                const AnswerRequest& request, const HubAccount& account,
                                const identity::Identity* recipient) {
  if (account.own_handles.empty()) return fail(Kind::invalid, "account " + account.name + " has no address of its own");
  const BrandConfig& brand = *who.brand.config;
  const model::Content& content = answered.content;
  MailAnswer out;
  out.account = &account;
  out.own = account.own_handles;
  out.thread = answered.view.row.thread;

  compose::Draft& draft = out.draft;
  const std::string_view shown = account.settings->get("display_name");
  draft.from = {shown.empty() ? brand.name : std::string(shown), account.own_handles.front()};
  draft.locale.language = content.language.empty() ? brand.language : content.language;
  draft.signature = brand.signature;
  draft.files = request.files;
  draft.html = account.channel->can.html;
  if (recipient != nullptr) {
    // It answers no mail, and what stands in public is not quoted in private.
    draft.to = {{recipient->name, recipient->handle}};
    draft.subject = request.subject.empty() ? brand.name : request.subject;
  } else {
    draft.answering = compose::answered_by(content);
    draft.quote = request.quote;
    if (answered.message.direction == model::Direction::in) {
      const compose::Whom whom =
          compose::whom_to_answer(content, people_of(who.hub, reader, who.brand.id, answered.view, out.own), false);
      draft.to = whom.to;
      draft.cc = whom.cc;
    } else {
      draft.to = content.to;
      draft.cc = content.cc;
    }
  }
  draft.text = request.text;
  if (!request.step.empty()) {
    TRY(compose::Rendered rendered,
        render_step(who, reader, request, account.channel->name, model::Visibility::private_, content, draft.locale));
    draft.text = std::move(rendered.text);
    draft.subject = rendered.subject.empty() ? std::move(draft.subject) : std::move(rendered.subject);
  }
  return out;
}

Result<Answer> preview_mail(const Answering& who, const MailAnswer& prepared, const AnswerRequest&) {
  const compose::Envelope envelope{"preview@" + prepared.own.front().substr(prepared.own.front().find('@') + 1), "",
                                   who.hub.clock().now(), prepared.own};
  TRY(const mime::Outgoing mail, compose::compose(prepared.draft, envelope));
  Answer out = answer_of(prepared, mail);
  out.message_id.clear();
  return out;
}

Result<ReadyAnswer> ready_mail(const Answering& who, const MailAnswer& prepared, UpdateId id, Timestamp now) {
  Hub& hub = who.hub;
  const HubAccount& account = *prepared.account;
  const std::string& address = prepared.own.front();
  compose::Envelope envelope{crypto::mint_message_id(hub.keys(), who.brand.id, id, domain_of(who.brand, address)), "",
                             now, prepared.own};
  if (account.channel->can.signed_reply_address && account.settings->flag("plus_addressing") &&
      !prepared.draft.to.empty()) {
    auto signed_address = crypto::mint_reply_address(hub.keys(), who.brand.id, prepared.thread, address,
                                                     prepared.draft.to.front().handle, now);
    if (signed_address) envelope.reply_address = *std::move(signed_address);
  }
  TRY(const mime::Outgoing mail, compose::compose(prepared.draft, envelope));
  TRY(std::string bytes, mime::build(mail));
  if (const auto finish = account.channel->finish; finish != nullptr) {
    TRY(bytes, finish(*account.settings, std::move(bytes), now));
  }
  ReadyAnswer out;
  out.understood = Pipeline(hub).understand(
      account, {"update:" + std::to_string(id.value), bytes, std::string(kOutboxPlace), true, now},
      CrashGuard::kSlots - 1);
  if (!out.understood.content) return Error(out.understood.content.error());
  out.update.mail_id = mail.message_id;
  out.update.sender = address;
  out.update.recipients = compose::envelope_recipients(mail);
  out.update.payload = std::move(bytes);
  out.update.wants_copy = account.channel->can.file_copy;
  out.shown = answer_of(prepared, mail);
  return out;
}

}  // namespace amends::app
