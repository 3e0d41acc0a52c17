// Which thread a message belongs to, decided as it arrives and corrected as more becomes known; and threads put right
// by hand. The rules are in guard.h; this carries them out on the tables, touching only what the newcomer meets.
//
// Tables: thread, thread_node, thread_key, thread_person, thread_link, thread_op, thread_op_thread, thread_op_move.
// Errors: SqlFailure as in core/store/database.h; what a person may have asked wrongly is a Result.
// Threads: none of its own; a Threads is only a key and may be used from anywhere with the caller's Tx or Reader.
//
// Bounds, so that no flood of mail costs more than its own size: of the messages that meet under one key the first
// kMaxMeeting are looked at; an id that more than kMaxBearers senders bear stays with those; one arrival wakes at most
// kMaxWoken waiting messages and rearranges at most kMaxRearranged. Below them the outcome does not depend on the order
// of arrival.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/crypto/digest.h"
#include "core/model/words.h"
#include "core/store/database.h"
#include "core/thread/node.h"

namespace amends::thread {

inline constexpr int kMaxMeeting = 24;
inline constexpr int kMaxBearers = 8;
inline constexpr std::size_t kMaxWoken = 2000;
inline constexpr int kMaxRearranged = 500;

struct Arrival {
  MessageId id;
  BrandId brand;
  AccountId account;
  model::MessageKind kind = model::MessageKind::mail;  // ids of anything but mail are known in its account alone
  bool own = false;  // we sent it, as the outbox or our own Sent folder knows; never because its From says so
  Timestamp at;
  Timestamp received_at;                 // by a clock that its sender does not set; decides who bore an id first
  std::string message_id;                // as in the header, or the channel's own id; "" when none
  std::vector<std::string> in_reply_to;  // as in the header
  std::vector<std::string> references;   // oldest first
  std::string subject;
  std::string sender;                   // a handle: an address in lower case
  std::vector<std::string> recipients;  // handles of To and Cc; the first kMaxRecipients count
  bool verified = false;                // the sender is who they say (DMARC passed)
  bool vouched = false;    // the channel itself says what it answers: ids are the account's, nobody is kept out
  bool claims_us = false;  // the sender's address is one of ours, and `own` is false
  bool asks = false;       // a person wrote it to us: it waits for an answer
  ThreadId token_thread;   // whose signed reply address it came to; checked by the caller
};
inline constexpr std::size_t kMaxRecipients = 64;

// What lists say of a thread.
struct Summary {
  ThreadId id;
  BrandId brand;
  AccountId account;  // of its first message
  std::string subject;
  Timestamp first_at, last_at;
  model::Direction last_direction = model::Direction::in;
  std::optional<Timestamp> last_in_at, last_out_at;
  std::optional<Timestamp> last_ask_at;  // when a person last wrote to us
  std::int64_t messages = 0;
  std::int64_t version = 0;  // moves with every message that comes or goes: a send that saw another one is stale
  bool settled = false;      // arranged by hand: it takes new messages, and is not merged by itself
  ThreadId merged_into;      // where its messages went

  // The last word of a person is younger than ours.
  bool awaiting_answer() const { return last_ask_at && (!last_out_at || *last_out_at < *last_ask_at); }
};

struct Moved {
  MessageId message;
  ThreadId from, to;
};

// Why another thread may belong with this one. Stored: never renumber.
enum class Reason : std::uint8_t {
  reference = 0,      // one names a mail of the other, and its sender doesn't take part there
  reply_address = 1,  // it came to the other's reply address from somebody who doesn't take part there
  subject = 2,        // an answer with the other's subject from its person, who isn't known to be that person
  same_id = 3,        // mails of different senders bear one Message-ID
  settled = 4,        // they would be one, had not a person arranged one of them
};
inline constexpr model::Word<Reason> kReasons[] = {{Reason::reference, "reference"},
                                                   {Reason::reply_address, "reply_address"},
                                                   {Reason::subject, "subject"},
                                                   {Reason::same_id, "same_id"},
                                                   {Reason::settled, "settled"}};
constexpr std::string_view name_of(Reason v) { return model::name_in(kReasons, v); }

struct Suggestion {
  ThreadId thread, other;
  Reason reason = Reason::reference;
  MessageId message;  // which one raised it
};

struct Placement {
  ThreadId thread;
  bool created = false;
  bool sender_unverified = false;  // it joined others, and its sender isn't known to be who they say
  std::vector<Moved> moved;        // other messages whose thread is another one now
  std::vector<Suggestion> suggestions;
  std::vector<std::string> notes;  // what was odd, a sentence fragment each
  Summary summary;                 // of `thread`, with this message
};

// A message of ours that, as far as is known, reached nobody is no word of ours, and the customer waits as
// before; `unsaid` false when it went after all. The version stays, as nothing came. None when it was so already, or
// the message isn't ours.
std::optional<Summary> set_unsaid(store::Tx& tx, MessageId message, bool unsaid);

class Threads {
 public:
  // The key of this database's hashes; it must be the same for ever.
  explicit Threads(crypto::SipKey key) : key_(key) {}

  // REQUIRES: arrival.id was never placed before.
  Placement place(store::Tx& tx, const Arrival& arrival) const;

  // A message goes by another id from now on, the one in `arrival`: its site has named it. Who named that id before
  // joins it. Nothing happens when the message is unknown or bears that id. Answers the messages whose thread changed.
  std::vector<Moved> rename(store::Tx& tx, const Arrival& arrival) const;

  // What the rules see of it; without its thread and its anchor.
  Node node_of(const Arrival& arrival) const;

 private:
  crypto::SipKey key_;
};

std::optional<Summary> summary(store::Reader& reader, ThreadId thread);
// A message of the thread reads otherwise now: whoever saw the old words saw another version. The version it has now.
std::int64_t move_version(store::Tx& tx, ThreadId thread);
// Where the messages of a thread are now: itself, unless it was merged.
ThreadId current(store::Reader& reader, ThreadId thread);
std::vector<MessageId> messages(store::Reader& reader, ThreadId thread);
// Other threads that may belong with this one, whoever raised it; at most `limit`.
std::vector<Suggestion> suggestions(store::Reader& reader, ThreadId thread, int limit);
void dismiss(store::Tx& tx, ThreadId thread, ThreadId other);

}  // namespace amends::thread
