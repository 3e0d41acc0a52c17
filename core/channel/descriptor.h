// What a channel says about itself, as data. Settings forms, masking of secrets, composer limits, retry policy and the
// generated documentation all read this table; core never compares a channel's name. When core wants to know something
// new about channels, it becomes a column here.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::net {
class HttpClient;
}

namespace amends::channel {

class Connector;
class ImportSource;
struct Environment;
struct ImportOptions;
struct OAuthProfile;

enum class SettingKind : std::uint8_t { text, secret, host, port, url, path, choice, flag, list, number };

// One row of an account's settings; in the configuration file a key of [[account]].
struct Setting {
  std::string_view key;
  SettingKind kind = SettingKind::text;
  bool required = false;
  std::string_view label;
  std::string_view help;
  std::string_view fallback = {};  // used when the key is absent
  std::string_view choices = {};   // "starttls|tls|none" for a choice
  bool advanced = false;           // few need it: the form folds it away
  // It reaches into the machine Amends runs on or its network, so it is set by who runs that machine: in the
  // configuration file or at the console, never over the API. Paths are so by themselves.
  bool console_only = false;
};

// An account's settings, checked against the descriptor: every required key is there, every value fits its kind.
class Settings {
 public:
  void set(std::string key, std::string value) { values_[std::move(key)] = Secret(std::move(value)); }
  bool has(std::string_view key) const { return values_.find(key) != values_.end(); }
  // "" when absent and without a fallback.
  std::string_view get(std::string_view key) const {
    const auto it = values_.find(key);
    return it == values_.end() ? std::string_view{} : it->second.reveal();
  }
  std::vector<std::string> list(std::string_view key) const;  // comma or newline separated, trimmed
  std::int64_t number(std::string_view key) const;            // 0 when absent
  bool flag(std::string_view key) const { return get(key) == "true"; }

 private:
  std::map<std::string, Secret, std::less<>> values_;
};

// How a send in doubt is settled.
enum class SendClass : std::uint8_t {
  none,      // this channel sends nothing
  keyed,     // the server takes an idempotency key: repeat
  named,     // the message has a natural name: repeat, then compare
  lookable,  // look for it in Sent or among our own posts
  blind,     // a person decides
};

enum class LengthUnit : std::uint8_t { bytes, code_points, graphemes, utf16, weighted };

struct Limits {
  std::int64_t text = 0;  // 0: none
  LengthUnit unit = LengthUnit::code_points;
  std::int64_t message_bytes = 0;  // whole message with attachments; 0: none
  std::int32_t recipients = 0;     // 0: none
};

// What an answer may carry on a channel that is no mail, a row a kind of file; the files of one answer are all of one
// row.
struct AttachmentRule {
  std::string_view kind;                       // what a person calls it: "pictures"
  std::string_view types;                      // "image/jpeg image/png", "video/*", "*/*"
  std::int32_t count = 1;                      // in one answer
  std::int64_t bytes = 0;                      // of each file
  std::int64_t alt = 0;                        // characters of a file's description; 0: the site has none
  std::int64_t text = 0;                       // how long a text beside them may be, in Limits::unit; 0: as without
  bool alone = false;                          // they are a message of their own: an answer has them or words, not both
  std::optional<model::Visibility> only = {};  // with answers of this visibility alone; none: with any
};

struct ReplySlots {
  std::int32_t per_item = 0;  // how many public replies an item takes; 0: any number
  bool overwrites = false;    // a new one replaces the old one
  bool moderated = false;     // what we posted may wait for the site, or be refused by it, after it was accepted
};

// How long after the customer's last word a private answer may go out (Messenger, WhatsApp, Instagram).
struct ReplyWindow {
  std::chrono::seconds open{0};    // 0: always
  std::chrono::seconds person{0};  // a person may write, no automation, nothing that advertises; 0: no longer than open
  bool template_after = false;     // afterwards only a template that the site approved
};

// What becomes of an answer where the item stands.
enum class ReplyGrade : std::uint8_t {
  none,      // nothing can be answered
  prepared,  // we write it, a person posts it there (Descriptor::reply_link) and marks it so; the next pull verifies
  api,       // send() posts it
};

// What may be shown elsewhere of what somebody wrote there, once they agreed; from the site's own terms.
enum class Display : std::uint8_t { never, embed_only, quote };
struct DisplayPolicy {
  Display display = Display::quote;
  bool link_back = false;    // with a link to the original
  bool unaltered = true;     // no word changed; cuts are marked
  bool attribution = false;  // with the site's name or mark
  std::string_view source;   // which terms say so, and when they were read: "Google Maps Platform ToS, 2026-11-21"
};

// How an account proves who it is; decides what `amends connect` does.
enum class SignIn : std::uint8_t {
  none,      // nothing to prove: feeds, files, what is typed in
  settings,  // a password, an API key or a service account's key, among the settings
  oauth,     // a person agrees in a browser (oauth.h)
};

struct Capabilities {
  bool mail = false;  // speaks RFC 5322: what is sent are a mail's bytes, else a Post (post.h)
  bool pull = false, webhook = false, send = false, file_copy = false, find = false, watch = false, check = false;
  bool html = false, attachments = false, subject = false, public_reply = false;
  bool chosen_recipients = false;  // To and Cc are ours to choose, as in mail
  // A reply can carry our token in the address it goes to; an account says by its setting "plus_addressing" that its
  // server delivers such addresses.
  bool signed_reply_address = false;
};

// What parse() may know besides the bytes. Borrowed for the call.
struct ParseContext {
  const Settings& settings;
  std::string_view account_name;
};

// A text and what sends it are apart: these columns and functions decide, core asks them and compares no name.
struct Descriptor {
  std::string_view name;         // "email": stored with every row, never renamed
  std::string_view title;        // "E-mail"
  std::string_view handle_kind;  // namespace of its handles: "email", "mastodon", … (two channels may share one)
  std::span<const Setting> settings;
  Capabilities can;
  Limits limits;
  std::span<const AttachmentRule> attachments = {};
  ReplySlots slots;
  ReplyWindow window;
  ReplyGrade reply = ReplyGrade::none;
  DisplayPolicy display;
  SignIn sign_in = SignIn::settings;
  std::chrono::seconds poll{300};   // how often to pull unless the account says otherwise
  std::chrono::seconds history{0};  // how far back the site lets us read: a longer gap loses items; 0: all of it
  std::span<const std::string_view> setup = {};  // what a person does on the site first, a step a line
  SendClass send_class = SendClass::none;
  std::chrono::seconds key_window{0};  // keyed: how long the server remembers a key; 0: for ever
  model::Visibility visibility = model::Visibility::private_;

  // Pure: the same bytes give the same content, so a quarantined item can be run again after an upgrade. An Error puts
  // the item into quarantine with its reason; odd but readable input is no error: it gives content with notes.
  Result<model::Content> (*parse)(const model::Item& item, const ParseContext& context) = nullptr;

  // Recognises a file or folder it can import: null (no error) when the path is nothing of its own.
  Result<std::unique_ptr<ImportSource>> (*open_import)(const std::string& path, const ImportOptions& options) = nullptr;

  // Which handles are ours in this account: what they write is `out`. Null: none.
  std::vector<std::string> (*own_handles)(const Settings& settings) = nullptr;

  // The last touch to an answer's bytes before the outbox keeps them, when the channel signs what it sends: every try
  // then sends the same bytes. Null: they leave as composed. Pure.
  Result<std::string> (*finish)(const Settings& settings, std::string bytes, Timestamp now) = nullptr;

  // Where a person posts or sees an answer to this content by hand; "" when nowhere. Null: its permalink.
  std::string (*reply_link)(const model::Content& content) = nullptr;

  // The mails that the site sends to an owner about items of this channel ("you have a new review"), as a table of
  // their wordings (notification.h). "": it sends none that we understand.
  std::string_view notifications = {};

  // How a person agrees that we act for them (sign_in oauth). Invalid settings give its error. Null: no OAuth.
  Result<OAuthProfile> (*oauth)(const Settings& settings) = nullptr;

  // Makes us known as a client to a site where everybody may (RFC 7591 and its like), before oauth() when that says
  // invalid for want of one: the settings to keep with the account ("client_id", "client_secret"). Null: a person
  // registers at the site. Threads: any; it asks the site.
  Result<std::map<std::string, std::string>> (*register_client)(const Settings& settings, std::string_view redirect,
                                                                net::HttpClient& http) = nullptr;

  // Opens an account. Touches no network: the first call that needs it connects.
  Result<std::unique_ptr<Connector>> (*open)(const Settings& settings, const Environment& environment) = nullptr;
};

// Fills fallbacks, checks kinds and required keys. Errors name the key and what it takes, never a value of a secret.
Result<Settings> check_settings(const Descriptor& descriptor, const std::map<std::string, std::string>& given);

}  // namespace amends::channel
