// The way out of Amends:
//
//   out  : one transaction: compose -> timeline -> outbox   ->  sender -> connector.send -> settle
//
// An answer is either on the timeline and in the outbox, or nowhere. Who gets it is decided here and shown to its
// author first: the person who wrote, never an address that only a header asks for.
//
// An answer goes where its thread is, in that channel's own way (answer_mail.cc, answer_post.cc); where the site lets
// no program answer, it is prepared for a person who posts it by hand. Naming another account and one of the same
// customer's identities there reaches the person in private.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/reply_rules.h"
#include "core/compose/compose.h"
#include "core/mime/build.h"

namespace amends::app {

struct AnswerRequest {
  ThreadId thread;
  MessageId answers;                          // which message; none: the customer's last one
  std::string text;                           // what the agent wrote; with a template, empty
  std::string step;                           // a template's step, "apology"; "" for free text
  std::map<std::string, std::string> values;  // the template's fields
  std::vector<mime::OutgoingFile> files;
  bool quote = true;                            // mail: the original below the answer
  std::int64_t seen_version = 0;                // what the author saw; 0: send whatever happened since
  std::optional<Timestamp> not_before;          // send later
  bool at_once = false;                         // without the time to take it back
  std::string account;                          // through which account; "": the thread's own
  IdentityId recipient;                         // whom, when the account is of another channel than the thread
  std::string subject;                          // mail to somebody of another channel; "": the brand's name
  std::optional<model::Visibility> visibility;  // as its author believes; refused when it would be otherwise
  std::string site_template;                    // one that the site approved (ReplyWindow::template_after)
  std::vector<std::string> site_values;
  bool confirmed = false;  // its author has seen what wants confirming
};

// What would leave, or has been put on its way.
struct Answer {
  UpdateId update;    // none in a preview
  MessageId message;  // its row on the timeline
  ThreadId thread;
  std::vector<model::Party> to, cc;
  std::string subject, text, message_id;
  Timestamp leaves_at;

  std::string account, channel;  // through which
  model::Visibility visibility = model::Visibility::private_;
  channel::ReplyGrade grade = channel::ReplyGrade::api;
  std::string link;  // where a person posts it, or where what it answers stands; "" when nowhere
  Length length;
  Slot slot;      // of what is answered in public
  Window window;  // of what is answered in private
  std::vector<AnswerFinding> findings;
};

inline constexpr model::Word<channel::ReplyGrade> kReplyGrades[] = {{channel::ReplyGrade::none, "none"},
                                                                    {channel::ReplyGrade::prepared, "prepared"},
                                                                    {channel::ReplyGrade::api, "api"}};

// One way in which a thread can be answered, as a composer needs it before anything is written.
struct AnswerWay {
  Answer answer;         // without words; findings say what would stop any
  IdentityId recipient;  // to be named with the account; none: the thread's own way
  std::string why_not;   // grade none: why, and how else the person is reached
};

class Answers {
 public:
  // `actor` is who answers, for the record and the signature.
  Answers(Hub& hub, const Brand& brand, std::string actor) : hub_(hub), brand_(brand), actor_(std::move(actor)) {}

  // The thread's own way first, then those that reach the same customer in private elsewhere. not_found: no such
  // thread.
  Result<std::vector<AnswerWay>> ways(ThreadId thread, MessageId answers);
  // A dry run: everything but the commit. What would stop a post is among its findings.
  Result<Answer> preview(const AnswerRequest& request);
  // conflict when the thread moved since its author saw it (the hint lists what is new), what is answered was taken
  // back, or something wants confirming; invalid when a template has gaps, the text is too long (the hint is one that
  // fits), or something that must not leave is in it; rejected when the time to answer is over; unsupported when
  // nothing can answer in this thread (the hint says how else the person is reached).
  Result<Answer> send(const AnswerRequest& request);

 private:
  Hub& hub_;
  const Brand brand_;
  const std::string actor_;
};

}  // namespace amends::app
