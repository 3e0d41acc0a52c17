// The manual channel: what reached us where no program listens: a phone call, a visit, a letter, a review on a site
// that has no channel here. Somebody types it in, or a script of theirs hands it over.
#include "core/channel/connector.h"

#include "connectors/common/document/document.h"
#include "core/channel/descriptor.h"
#include "core/channel/environment.h"
#include "core/channel/json.h"
#include "core/crypto/hmac.h"

namespace amends::connectors::manual {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;
using model::MessageKind;

constexpr MessageKind kKinds[] = {MessageKind::call, MessageKind::visit, MessageKind::letter, MessageKind::review};
constexpr std::size_t kShortestKey = 16;

constexpr Setting kSettings[] = {
    {"key", SettingKind::secret, true, "Key",
     "at least 16 characters; whoever hands something in shows it as \"Authorization: Bearer …\""},
};

constexpr std::string_view kSetup[] = {
    "Make a key, for example with openssl rand -hex 32",
    "POST what happened as JSON to this account's webhook address with the header Authorization: Bearer and the key",
};

class ManualConnector final : public channel::Connector {
 public:
  explicit ManualConnector(Secret key) : key_(std::move(key)) {}

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    const std::string wanted = "Bearer " + std::string(key_.reveal());
    if (!crypto::equal_in_constant_time(request.header("Authorization"), wanted))
      return fail(Kind::unauthorized, "the key is not right");
    channel::WebhookReply out;
    if (request.method != "POST") {
      out.status = 405;
      return out;
    }
    TRY(out.items, document::read(request.body, kKinds, request.received_at));
    out.content_type = "application/json";
    out.body = channel::dump({{"taken", out.items.size()}});
    return out;
  }

 private:
  const Secret key_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) {
  TRY(model::Content out, document::parse(item.raw));
  // What our own people typed in is a fact to us; what a name in it proves is not more than they heard.
  if (out.kind != MessageKind::review && out.author.handle.rfind('+', 0) != 0 &&
      out.author.handle.find('@') == std::string::npos && !out.author.handle.empty()) {
    out.notes.emplace_back("the handle is neither a telephone number with its country nor a mail address");
  }
  return out;
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings, const channel::Environment&) {
  Secret key{std::string(settings.get("key"))};
  if (key.reveal().size() < kShortestKey) return fail(Kind::invalid, "setting \"key\" takes at least 16 characters");
  return std::unique_ptr<channel::Connector>(std::make_unique<ManualConnector>(std::move(key)));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "manual";
  d.title = "By hand";
  d.handle_kind = "phone";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.webhook = true;
  d.reply = channel::ReplyGrade::prepared;
  d.display.display = channel::Display::never;
  d.display.source = "said in private; a pasted review belongs to its site, 2026-11-21";
  d.sign_in = channel::SignIn::settings;
  d.send_class = channel::SendClass::none;
  d.visibility = model::Visibility::private_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::manual
