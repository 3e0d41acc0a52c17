// The way out of Amends:
//
//   out  : one transaction: compose -> timeline -> outbox   ->  sender -> connector.send -> settle
//
// An answer is either on the timeline and in the outbox, or nowhere. Who gets it is decided here and shown to its
// author first: the person who wrote, never an address that only a header asks for.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/app/hub.h"
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
  bool quote = true;                    // the original below the answer
  std::int64_t seen_version = 0;        // what the author saw; 0: send whatever happened since
  std::optional<Timestamp> not_before;  // send later
  bool at_once = false;                 // without the time to take it back
  std::string account;                  // through which account; "": the thread's own
};

// What would leave, or has been put on its way.
struct Answer {
  UpdateId update;    // none in a preview
  MessageId message;  // its row on the timeline
  ThreadId thread;
  std::vector<model::Party> to, cc;
  std::string subject, text, message_id;
  Timestamp leaves_at;
};

class Answers {
 public:
  // `actor` is who answers, for the record and the signature.
  Answers(Hub& hub, const Brand& brand, std::string actor) : hub_(hub), brand_(brand), actor_(std::move(actor)) {}

  // A dry run: everything but the commit.
  Result<Answer> preview(const AnswerRequest& request);
  // conflict when the thread moved since its author saw it (the hint lists what is new); invalid when a template has
  // gaps, or something that must not leave is in the text; unsupported when nothing can answer in this thread.
  Result<Answer> send(const AnswerRequest& request);

 private:
  struct Prepared;
  Result<Prepared> prepare(store::Reader& reader, const AnswerRequest& request);

  Hub& hub_;
  const Brand brand_;
  const std::string actor_;
};

}  // namespace amends::app
