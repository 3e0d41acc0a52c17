// An item, understood: what a connector's parse() makes of the raw bytes. The stages after it read nothing else, so a
// mail, a review and a mention go through the same identity, threading, timeline and search. All text is valid UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/model/words.h"

namespace amends::model {

// Somebody in a channel. `handle` is what tells them apart there: an address in lower case, an account URL, an author
// id.
struct Party {
  std::string name;
  std::string handle;
  friend bool operator==(const Party&, const Party&) = default;
};

struct Attachment {
  std::string filename;      // as a person would read it; "" when the sender gave none
  std::string content_type;  // "image/png"
  std::int64_t size = 0;     // bytes, decoded
  std::string sha256;        // hex, of the decoded bytes
  std::string content_id;    // without angle brackets; "" when none
  bool is_inline = false;    // shown inside the text (cid:)
  std::int32_t part = 0;     // the leaf's number in document order; finds the bytes again in the raw item
};

// What the receiving mail server said of the sender (RFC 8601), by the trusted Authentication-Results only.
enum class AuthResult : std::uint8_t { none = 0, pass = 1, fail = 2 };
inline constexpr Word<AuthResult> kAuthResults[] = {
    {AuthResult::none, "none"}, {AuthResult::pass, "pass"}, {AuthResult::fail, "fail"}};

struct Auth {
  AuthResult spf = AuthResult::none;
  AuthResult dkim = AuthResult::none;
  AuthResult dmarc = AuthResult::none;
  bool from_verified = false;  // DMARC passed for the From address, or the channel itself vouches for the author
};

// A delivery report about something we sent (RFC 3464).
struct Bounce {
  std::string original_message_id;  // without angle brackets; "" when the report doesn't carry it
  std::string recipient;            // final or original recipient, lower case
  std::string status;               // RFC 3463, "5.1.1"
  std::string diagnostic;           // the remote server's words
  bool permanent = false;
};

// What a site says afterwards of something we sent: a fact about that, and no message of its own.
struct DeliveryReport {
  enum class State : std::uint8_t { delivered, read, failed, sent };  // sent: the site has it, as a receipt says too
  State state = State::delivered;
  std::string about;      // the external id that our post has on the site
  std::string key;        // what we had given it to bear (Outbound::key), where the site repeats that; "" where not
  std::string recipient;  // their handle
  std::string code;       // of a failure: the site's number …
  std::string reason;     // … and words
};

// Something shown with a message that stands elsewhere: a photo in a review, a video, what a post links to. Nothing is
// fetched by itself.
struct Media {
  MediaKind kind = MediaKind::image;
  std::string url;  // https or http
  std::string alt;  // as its author described it
  friend bool operator==(const Media&, const Media&) = default;
};

struct Forwarded {
  Party from;
  std::string subject;
  std::optional<Timestamp> date;
  std::string text;
};

struct Content {
  MessageKind kind = MessageKind::mail;
  Origin origin = Origin::personal;
  Visibility visibility = Visibility::private_;

  Party author;             // From; the reviewer
  std::vector<Party> from;  // all of From, when it names several
  std::vector<Party> to, cc, bcc, reply_to;
  std::string subject;
  std::string message_id;  // RFC 5322 id without angle brackets, or the channel's own id; "" when none
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;  // oldest first
  std::string list_id;
  std::optional<Timestamp> date;  // as the author's side says; nothing when missing or impossible

  std::string text;        // as a person would read it
  std::string reply_text;  // what is new: without quoted text and signature
  std::string quoted_text;
  std::string signature;
  std::string html;  // as it came; never shown uncleaned
  std::optional<Forwarded> forwarded;
  std::vector<Attachment> attachments;
  std::string language;  // ISO 639-1, "" when too short to tell

  std::optional<double> rating;  // 1 to 5
  std::string location;          // which shop, which product
  std::string permalink;         // where it stands in public
  std::vector<Media> media;
  std::string author_url;                    // their profile, in public
  std::vector<std::string> author_links;     // what the site itself verified to be theirs (rel="me")
  Moderation moderation = Moderation::none;  // of our own reply
  std::string moderation_reason;             // the site's words

  Auth auth;
  std::optional<Bounce> bounce;
  std::optional<DeliveryReport> report;
  bool auto_submitted = false;     // RFC 3834: never answered automatically
  bool deleted = false;            // the author took it back: a tombstone
  std::string version;             // the channel's version of an edited item; "" when the channel has none
  std::vector<std::string> notes;  // every repair made and everything odd, a sentence fragment each
};

}  // namespace amends::model
