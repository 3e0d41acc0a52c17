// The webhook channel: any program hands in what customers say, and gets our answers, by signed calls (Standard
// Webhooks).
#include "core/channel/connector.h"

#include <algorithm>

#include "connectors/common/document/document.h"
#include "connectors/webhook/signing.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/post.h"

namespace amends::connectors::webhook {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;
using model::MessageKind;

constexpr MessageKind kKinds[] = {MessageKind::direct_message, MessageKind::review, MessageKind::mention,
                                  MessageKind::comment,        MessageKind::call,   MessageKind::form,
                                  MessageKind::visit,          MessageKind::letter, MessageKind::mail};

constexpr Setting kSettings[] = {
    {"secret", SettingKind::secret, true, "Signing secret",
     "\"whsec_\" and base64 of 24 to 64 random bytes; both sides have it: whsec_$(openssl rand -base64 32)"},
    {"send_url", SettingKind::url, false, "Answers go to",
     "an https address of yours; without it this account only takes in"},
    {"old_secret",
     SettingKind::secret,
     false,
     "Secret before",
     "accepted too while the secret is being changed",
     {},
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "Make a secret: the word whsec_ and the output of openssl rand -base64 32",
    "Let your program POST items as JSON to this account's webhook address, signed as Standard Webhooks says",
    "For answers give an address of yours as send_url; verify the same signature there",
};

class WebhookConnector final : public channel::Connector {
 public:
  WebhookConnector(std::string url, std::vector<Secret> keys, std::optional<channel::Api> api, const Clock& clock)
      : url_(std::move(url)), keys_(std::move(keys)), api_(std::move(api)), clock_(clock) {}

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    TRY_DO(webhook::check(request, keys_));
    channel::WebhookReply out;
    TRY(out.items, document::read(request.body, kKinds, request.received_at));
    out.content_type = "application/json";
    out.body = channel::dump({{"taken", out.items.size()}});
    return out;
  }

  // The body is the answer as JSON (core/channel/post.h); its key is the webhook-id, which stays the same over tries.
  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    if (!api_) return fail(Kind::unsupported, "this account has no send_url, so it can't send", "set send_url");
    TRY_DO(channel::read_post(outbound.payload));
    std::string id = "amends_" + outbound.key;
    for (char& c : id) {
      if (!text::is_alpha(c) && !text::is_digit(c) && c != '_' && c != '-') c = '-';
    }
    const std::int64_t now = clock_.now().ms / 1000;
    channel::ApiRequest request;
    request.method = "POST";
    request.path = url_;
    request.body = outbound.payload;
    request.headers = {{"webhook-id", id},
                       {"webhook-timestamp", std::to_string(now)},
                       {"webhook-signature", sign(keys_.front(), id, now, outbound.payload)}};
    const auto answer = api_->act(outbound, request);
    TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
    if (!answer) return out;
    const auto json = channel::parse_json(answer->body);
    if (!json) return out;
    out.external_id = channel::text_at(*json, "id");
    const std::string link = channel::text_at(*json, "url");
    if (link.rfind("https://", 0) == 0 || link.rfind("http://", 0) == 0) out.permalink = link;
    return out;
  }

  Result<channel::Health> check() override {
    channel::Health health;
    health.facts.emplace_back(keys_.size() > 1 ? "two secrets are accepted: take the old one out when nobody uses it"
                                               : "one secret is accepted");
    if (!api_) health.facts.emplace_back("takes in only: there is no send_url");
    return health;
  }

  void interrupt() noexcept override {
    if (api_) api_->interrupt();
  }

 private:
  const std::string url_;
  const std::vector<Secret> keys_;  // the first one signs what we send
  std::optional<channel::Api> api_;
  const Clock& clock_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) {
  return document::parse(item.raw);
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  std::vector<Secret> keys;
  for (const char* name : {"secret", "old_secret"}) {
    if (settings.get(name).empty()) continue;
    auto key = read_secret(settings.get(name));
    if (!key) return std::move(key).error().within("setting \"" + std::string(name) + "\"");
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return fail(Kind::invalid, "setting \"secret\" is missing");
  std::optional<channel::Api> api;
  const std::string url(settings.get("send_url"));
  if (!url.empty()) {
    channel::Profile profile;
    profile.base = url.substr(0, url.find('/', url.find("://") + 3)) + "/";
    TRY(api, channel::Api::make(environment, std::move(profile)));
  }
  return std::unique_ptr<channel::Connector>(
      std::make_unique<WebhookConnector>(url, std::move(keys), std::move(api), environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "webhook";
  d.title = "Webhook";
  d.handle_kind = "webhook";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.webhook = d.can.send = d.can.check = d.can.public_reply = true;
  d.reply = channel::ReplyGrade::api;
  d.display.display = channel::Display::never;
  d.display.source = "whoever hands it in knows where it comes from, 2026-11-21";
  d.sign_in = channel::SignIn::settings;
  d.send_class = channel::SendClass::keyed;
  d.key_window = std::chrono::hours(24);
  d.visibility = model::Visibility::private_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::webhook
