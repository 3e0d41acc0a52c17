// What the ways of answering (answer_mail.cc, answer_post.cc) share; for core/app/answers.cc and them alone.
// Threads: any; everything takes the caller's Reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/app/answers.h"
#include "core/app/own_post.h"
#include "core/app/pipeline.h"
#include "core/app/view.h"
#include "core/compose/render.h"
#include "core/identity/identities.h"
#include "core/outbox/outbox.h"

namespace amends::app {

// Who answers, for whom.
struct Answering {
  Hub& hub;
  const Brand& brand;
  const std::string& actor;
};

// What is answered.
struct Answered {
  ThreadView view;
  timeline::Message message;
  model::Content content;
  const channel::Descriptor* channel = nullptr;  // of the message, which a mail account may have brought
};

// What is put into the outbox and on the timeline, final.
struct ReadyAnswer {
  outbox::NewUpdate update;  // without thread, message and time
  Understood understood;     // the timeline's row
  Answer shown;
};

// not_found: no such thread, or no such message in it.
Result<Answered> find_answered(Hub& hub, store::Reader& reader, BrandId brand, ThreadId thread, MessageId wanted);
// The account named, or the first connected one of this channel: the message's own before others. Null: none.
const HubAccount* account_for(Hub& hub, const Brand& brand, const channel::Descriptor& channel,
                              const timeline::Message& message, const std::string& name);

// The brand's own wording before ours. The template's text, or the list of everything that is missing.
Result<compose::Rendered> render_step(const Answering& who, store::Reader& reader, const AnswerRequest& request,
                                      std::string_view channel, model::Visibility visibility,
                                      const model::Content& answered, const compose::Locale& locale);

// The identity that an answer through another channel goes to: one of the customer who is answered, of that channel's
// kind. invalid: which ones there are.
Result<identity::Identity> recipient_of(const Answering& who, store::Reader& reader, const Answered& answered,
                                        const AnswerRequest& request, const HubAccount& account);
// Every identity of theirs that a connected account can write to in private.
struct Elsewhere {
  identity::Identity identity;
  const HubAccount* account = nullptr;
};
std::vector<Elsewhere> reached_elsewhere(const Answering& who, store::Reader& reader, const Answered& answered);
// How else the person who is answered can be reached, as a sentence; "" when nobody knows.
std::string other_ways(const Answering& who, store::Reader& reader, const Answered& answered);

Timestamp leaves_at(const Answering& who, const AnswerRequest& request, Timestamp now);
// "cafe.test", for names that the program makes.
std::string domain_of(const Brand& brand, const std::string& own_handle);

struct MailAnswer {
  const HubAccount* account = nullptr;
  compose::Draft draft;
  std::vector<std::string> own;
  ThreadId thread;
};
// `recipient` null: whoever wrote what is answered.
Result<MailAnswer> prepare_mail(const Answering& who, store::Reader& reader, const Answered& answered,
                                const AnswerRequest& request, const HubAccount& account,
                                const identity::Identity* recipient);
Result<Answer> preview_mail(const Answering& who, const MailAnswer& mail, const AnswerRequest& request);
Result<ReadyAnswer> ready_mail(const Answering& who, const MailAnswer& mail, UpdateId id, Timestamp now);

struct PostAnswer {
  const HubAccount* account = nullptr;           // which sends it; by hand: which brought what is answered
  const channel::Descriptor* channel = nullptr;  // where it stands
  channel::Post post;
  outbox::PostState state;
  model::MessageKind kind = model::MessageKind::comment;
  Answer shown;  // with its findings
};
// `account` may be null: then a person posts it, if anybody can. What stops it is among the findings; unsupported when
// nothing can be answered there at all.
Result<PostAnswer> prepare_post(const Answering& who, store::Reader& reader, const Answered& answered,
                                const AnswerRequest& request, const HubAccount* account,
                                const identity::Identity* recipient);
Result<ReadyAnswer> ready_post(const Answering& who, const PostAnswer& post, UpdateId id, Timestamp now);

}  // namespace amends::app
