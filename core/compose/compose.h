// A draft made into a mail: recipients as its author saw them, subject and references that thread in every client, the
// signed address answers go to, the original under it, and an HTML part that says the same. What it makes is final:
// mime::build turns it into the bytes the outbox keeps.
//
//   draft + thread facts -> compose() -> mime::Outgoing -> mime::build() -> bytes
//
// Pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/compose/values.h"
#include "core/mime/build.h"
#include "core/model/content.h"

namespace amends::compose {

// What is answered.
struct Answered {
  std::string message_id;  // without angle brackets; "" when it had none
  std::vector<std::string> in_reply_to, references;
  std::string subject;
  model::Party author;
  std::optional<Timestamp> date;
  std::string text;  // what is quoted: the new words of that message, without what it quoted itself
};
Answered answered_by(const model::Content& message);

struct Draft {
  model::Party from;
  std::vector<model::Party> to, cc;   // as shown to the author
  std::optional<Answered> answering;  // nothing: a new thread
  std::string subject;                // "": that of the message answered
  std::string text;                   // plain, LF
  std::string signature;              // under the text behind "-- "; "" for none
  bool quote = false;                 // the original goes under it
  std::vector<mime::OutgoingFile> files;
  bool html = true;             // with an HTML part
  bool auto_submitted = false;  // nobody pressed send (RFC 3834)
  Locale locale;                // of the reader
};

struct Envelope {
  std::string message_id;     // minted for it
  std::string reply_address;  // signed; "": answers go to From
  Timestamp now;
  std::vector<std::string> own;  // our own addresses: never written to
};

inline constexpr std::size_t kMostFiles = 50;
inline constexpr std::size_t kFilesMax = 25 * 1024 * 1024;  // what the large providers accept, before base64

// invalid, naming what is wrong: nobody to write to, an address that is none or named twice, one of our own, no text,
// template left-overs in text, subject or signature, too many or too large files, an automatic mail with a quote.
Result<mime::Outgoing> compose(const Draft& draft, const Envelope& envelope);

// The addresses the envelope names (RFC 5321): To and Cc of a composed mail.
std::vector<std::string> envelope_recipients(const mime::Outgoing& mail);

}  // namespace amends::compose
