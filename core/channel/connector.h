// One connected account of a channel. A connector keeps no state but its session: cursors, retries, what was stored and
// what was sent live in core. Every call it doesn't offer answers Kind::unsupported.
//
// Threads: one thread at a time per instance; pull and send may each have an instance of their own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/item.h"
#include "core/model/update.h"

namespace amends::channel {

// Items in the channel's order with the cursor that covers them. Core commits both in one transaction and only then
// asks for more, so at-least-once is enough: what comes twice is stored once.
struct Page {
  std::vector<model::Item> items;
  std::string cursor;              // opaque to core; "" at the very start. Always set, also for an empty page
  bool more = false;               // ask again at once
  std::vector<std::string> notes;  // what an operator should know: "UIDVALIDITY of INBOX changed"
  std::int64_t remaining = 0;      // how many more are known to wait; for progress
};

struct RecipientOutcome {
  std::string recipient;
  model::RecipientState state = model::RecipientState::pending;
  int code = 0;      // the peer's: SMTP 250, HTTP 201
  std::string text;  // the peer's own words, at most 500 bytes
};

// What an update looks like to a connector. The bytes are final: built once, the same on every try.
struct Outbound {
  std::string key;  // stable across tries
  model::Purpose purpose = model::Purpose::deliver;
  std::string sender;                   // envelope sender (mail)
  std::vector<std::string> recipients;  // only those not yet accepted
  std::string message_id;               // without angle brackets
  std::string payload;                  // RFC 5322 bytes with CRLF; JSON for other channels
  std::string in_reply_to;              // external id of what is answered (reviews, posts); "" for a mail

  // Called once, right before the byte after which the peer may act (mail: the final dot). It commits that we were
  // here; when it fails, nothing may be sent. May be empty in tests.
  std::function<Result<Done>()> point_of_no_return;

  // Called before the point of no return for every recipient the peer already answered for (mail: the replies to RCPT).
  // What was heard is committed with it, so that a crash right after forgets nobody who was refused or told to wait.
  // May be empty.
  std::function<void(const RecipientOutcome&)> heard;
};

// How a send went, recipient by recipient. `in_doubt` is said for those whom the peer may have served; an Error instead
// of a Receipt means that the peer acted for nobody.
struct Receipt {
  std::string external_id;  // the peer's name for it, if it gave one: what the pull will call it (Item::external_id)
  std::string permalink;    // where it stands in public; "" when not said
  model::Moderation moderation = model::Moderation::none;
  std::vector<RecipientOutcome> recipients;
  std::optional<std::chrono::seconds> retry_after;
};

enum class Found : std::uint8_t { yes, no, unknown };

// A wake-up only (IMAP IDLE): readable() of fd() means "pull now, maybe". Polled by one thread for all accounts.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual int fd() const = 0;
  // Reads what came. True: pull now. An Error: the watch is broken, make a new one after a back-off.
  virtual Result<bool> readable() = 0;
  // Keeps it alive; the caller calls it at least every `every()`.
  virtual Result<Done> renew() = 0;
  virtual std::chrono::seconds every() const { return std::chrono::minutes(25); }
};

struct Health {
  std::vector<std::string> facts;            // "TLS 1.3, certificate good for 61 days", "INBOX: 412 messages"
  std::vector<std::string> warnings;         // "Sent folder not found: set sent_folder"
  std::optional<std::int64_t> remote_count;  // what the site counts, to reconcile with what we hold
};

struct WebhookRequest {
  std::string method, path, query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // raw, unparsed: signatures cover these bytes
  Timestamp received_at;

  // The first header of this name, in any case; "" when there is none.
  std::string_view header(std::string_view name) const;
};
struct WebhookReply {
  std::vector<model::Item> items;
  int status = 200;
  std::string content_type = "text/plain";
  std::string body;  // a handshake's answer
};

class Connector {
 public:
  virtual ~Connector() = default;

  virtual Result<Page> pull(std::string_view /*cursor*/) { return unsupported("pull"); }
  // Verifies the raw bytes first, then parses. Unsigned or tampered: Kind::unauthorized and nothing stored.
  virtual Result<WebhookReply> webhook(const WebhookRequest&) { return unsupported("webhook"); }
  virtual Result<Receipt> send(const Outbound&) { return unsupported("send"); }
  // After doubt: did it arrive? `since` is when the first try began.
  virtual Result<Found> find(const Outbound&, Timestamp /*since*/) { return unsupported("find"); }
  virtual Result<std::unique_ptr<Watch>> watch() { return unsupported("watch"); }
  virtual Result<Health> check() { return unsupported("check"); }

  // The one call for another thread: whatever waits for the peer ends soon with unavailable (or in doubt, where that is
  // the truth), and so does every later call. For stopping the program in time.
  virtual void interrupt() noexcept {}

 protected:
  static Error unsupported(std::string_view call) {
    return fail(Kind::unsupported, "this channel has no " + std::string(call));
  }
};

}  // namespace amends::channel
