// The customer's single history over all channels: messages and what else happened, one continuous stream in order.
//
// A stream belongs to an identity, or to a customer for what happened to the customer as a whole; a customer's timeline
// is the streams of all their identities read side by side. So merging two customers moves nothing here, and undoing it
// restores the timeline exactly.
//
// Order is by `at` (when its author says it was, as far as that is possible), then by row id; a late arrival is
// inserted where it belongs and nothing is renumbered. Pages go by keyset: `before` is the last entry of the page
// before.
//
// Tables: message, message_copy, message_meeting, attachment, event, timeline_entry.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/content.h"
#include "core/store/database.h"

namespace amends::timeline {

// Bits of message.flags, stored: never renumber.
enum Flag : std::int64_t {
  kHasAttachments = 1 << 0,
  kSenderVerified = 1 << 1,      // the receiving server vouches for the From address
  kSameIdOtherContent = 1 << 2,  // another message bears the same Message-ID
  kEdited = 1 << 3,
  kDeleted = 1 << 4,  // its author took it back; lists and search show no word of it, its versions stay
  kAutoSubmitted = 1 << 5,
  kOddities = 1 << 6,           // parsing had to repair something: see the notes
  kSenderNotVerified = 1 << 7,  // joined its thread although its sender could not be verified
  kIsForward = 1 << 8,
  kReplaced = 1 << 9,     // a reply of ours in whose place a younger one stands
  kFromNotice = 1 << 10,  // known by a mail that its site sent about it, not yet by the site itself
  kUnsaid = 1 << 11,      // ours, and as far as is known it reached nobody: a list shows the word before it
};

struct NewMessage {
  MessageId id;  // from next_message_id(); none: the next one
  BrandId brand;
  AccountId account;
  RawItemId raw;
  ThreadId thread;
  IdentityId identity;           // the customer's side: who wrote to us, or the first one we wrote to
  std::vector<IdentityId> also;  // whom else we wrote to
  std::string_view channel;
  Timestamp at;
  model::Direction direction = model::Direction::in;
  std::int64_t flags = 0;
  std::int64_t content_key = 0;
  std::string_view digest;  // 16 bytes
  UpdateId update;          // when it is one of ours from the outbox
};

struct Message {
  MessageId id;
  BrandId brand;
  AccountId account;
  RawItemId raw;
  ThreadId thread;
  IdentityId identity;
  std::string channel;
  Timestamp at;
  model::Direction direction = model::Direction::in;
  model::MessageKind kind = model::MessageKind::mail;
  model::Origin origin = model::Origin::personal;
  model::Visibility visibility = model::Visibility::private_;
  std::int64_t flags = 0;
  std::string message_id, author, subject, preview;
  std::optional<double> rating;
  std::string location, permalink, language;
  UpdateId update;
  std::string version;      // the site's, of an item that can be edited: see version.h
  std::string in_reply_to;  // the channel's id of what it answers; "" for a mail, which may name many
  model::Moderation moderation = model::Moderation::none;  // of our own reply
};

struct Event {
  std::int64_t id = 0;
  CustomerId customer;
  ThreadId thread;
  Timestamp at;
  // "merged", "bounced", "assigned", "edited", "deleted", "send_failed", "send_uncertain", "send_held"; of a post of
  // ours "reply_posted" (by hand), "reply_verified", "reply_unverified", "reply_pending", "reply_published",
  // "reply_rejected"
  std::string kind;
  std::string actor;   // a person's name, or "amends"
  std::string detail;  // JSON, for machines and for the sentence on the screen
};

struct Entry {
  Timestamp at;
  std::optional<Message> message;  // one of the two
  std::optional<Event> event;
};

// The time a message stands at: its own date when that is possible, else when it arrived. A date in the future of its
// arrival, before 1990, or missing is not believed.
Timestamp effective_time(std::optional<Timestamp> date, Timestamp received);

// --- writing
// The number the next message will get: threading wants to know it before the row can be written. REQUIRES: it is used
// in the same transaction.
MessageId next_message_id(store::Tx& tx);
MessageId append(store::Tx& tx, const NewMessage& message, const model::Content& content);
void add_copy(store::Tx& tx, MessageId message, RawItemId raw, std::string_view kind);
// `identity` or `customer` says in whose stream it stands; both may be none (then only the thread shows it).
struct NewEvent {
  BrandId brand;
  IdentityId identity;
  CustomerId customer;
  ThreadId thread;
  Timestamp at;
  std::string_view kind;
  std::string_view actor;
  std::string_view detail;  // JSON
};
void add_event(store::Tx& tx, const NewEvent& event);
void set_thread(store::Tx& tx, MessageId message, ThreadId thread);
void add_flags(store::Tx& tx, MessageId message, std::int64_t flags);
// An edited item: the row shows the newest words, the raw item of the old ones stays as a copy of kind `old`. Of one
// that was taken back it shows no words at all.
void replace_content(store::Tx& tx, MessageId message, RawItemId raw, std::string_view digest,
                     const model::Content& content, std::string_view old = "version");
// The site has named a message that we knew before it did (our own post, a review told by mail): from now on it is
// found as the site's item in `account`.
void take_name(store::Tx& tx, MessageId message, AccountId account, std::int64_t content_key,
               std::string_view message_id);
void clear_flags(store::Tx& tx, MessageId message, std::int64_t flags);
// Puts a message of nobody on somebody's timeline. REQUIRES: it has no identity.
void give_identity(store::Tx& tx, MessageId message, IdentityId identity);
// The keys under which another account of the same message will look for it (core/ingest/content_key.h).
void add_meetings(store::Tx& tx, BrandId brand, MessageId message, std::span<const std::int64_t> keys);

// --- reading
std::optional<Message> find(store::Reader& reader, MessageId id);
// A message of this content in the brand: by Message-ID hash, then by digest. All that share the key, oldest first.
struct Same {
  MessageId id;
  AccountId account;
  std::string digest;
  std::string message_id;
};
std::vector<Same> find_same(store::Reader& reader, BrandId brand, std::int64_t content_key);
// Messages that stand under one of these keys, newest first, at most `limit`.
std::vector<MessageId> find_meeting(store::Reader& reader, BrandId brand, std::span<const std::int64_t> keys,
                                    int limit);
// The raw items that are or were this message, in the order they came: its versions, and what we sent before the site's
// own copy came.
std::vector<RawItemId> versions_of(store::Reader& reader, MessageId message);
// What answers `message_id` in its thread, oldest first.
std::vector<Message> replies_to(store::Reader& reader, ThreadId thread, std::string_view message_id);
std::vector<Message> thread_messages(store::Reader& reader, ThreadId thread, int limit);
// Every message of a brand in the order it came in, behind `after`; for exports.
std::vector<Message> messages_after(store::Reader& reader, BrandId brand, MessageId after, int limit);
// The newest message of a thread, and the newest known identity on the customer's side; both stay as they are when the
// thread has no message.
void last_of_thread(store::Reader& reader, ThreadId thread, MessageId& message, IdentityId& identity);
// The customer's side of a message; none when it has none, or is unknown.
IdentityId identity_of(store::Reader& reader, MessageId message);
// When somebody last wrote to us on a channel.
std::optional<Timestamp> last_word_of(store::Reader& reader, IdentityId identity, std::string_view channel);
std::vector<Event> thread_events(store::Reader& reader, ThreadId thread);
std::vector<model::Attachment> attachments(store::Reader& reader, MessageId id);

struct Before {
  Timestamp at{INT64_MAX};
  std::int64_t kind = INT64_MAX;
  std::int64_t id = INT64_MAX;
};
struct Page {
  std::vector<Entry> entries;  // newest first
  std::optional<Before> next;  // nothing: that was all
};
// The timeline of whoever these identities and customers (one, and those merged into it) are.
struct Streams {
  std::vector<IdentityId> identities;
  std::vector<CustomerId> customers;
};
Page page(store::Reader& reader, const Streams& streams, const Before& before, int limit);

}  // namespace amends::timeline
