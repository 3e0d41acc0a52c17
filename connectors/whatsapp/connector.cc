// The WhatsApp channel: messages to a business number over Meta's Cloud API. They come by webhook only; there is no
// history to read.
#include "core/channel/connector.h"

#include "connectors/common/meta/graph.h"
#include "connectors/whatsapp/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/multipart.h"
#include "core/channel/post.h"

namespace amends::connectors::whatsapp {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"phone_number_id", SettingKind::text, true, "Phone number ID",
     "of the number in WhatsApp Manager, API Setup; not the number itself"},
    {"access_token", SettingKind::secret, true, "Access token",
     "of a system user with whatsapp_business_messaging and whatsapp_business_management, without an end"},
    {"app_secret", SettingKind::secret, true, "App secret",
     "of the Meta app, App settings, Basic: it signs what comes in"},
    {"verify_token", SettingKind::secret, true, "Verify token",
     "any long word of your own; typed once more where the webhook is set up"},
    {"waba_id", SettingKind::text, false, "Business account ID", "lets Amends see whether its app is subscribed"},
    {"old_app_secret",
     SettingKind::secret,
     false,
     "App secret before",
     "accepted too while the secret is being changed",
     {},
     {},
     true},
    {"api_base", SettingKind::url, false, "API address", "Meta's Graph API", meta::kGraph, {}, true},
};

// developers.facebook.com/docs/whatsapp/cloud-api/reference/media (2026-11-22): one file a message, with a caption of
// at most 1024. There is no place for a description.
constexpr channel::AttachmentRule kAttachments[] = {
    {"picture", "image/jpeg image/png", 1, 5 << 20, 0, 1024},
    {"video", "video/mp4 video/3gpp", 1, 16 << 20, 0, 1024},
    {"document",
     "application/pdf text/plain application/msword application/vnd.ms-excel application/vnd.ms-powerpoint "
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
     "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     1, 100 << 20, 0, 1024}};

constexpr std::string_view kSetup[] = {
    "At developers.facebook.com make an app of the type Business and add the product WhatsApp",
    "In Business settings make a system user, give it the app and the WhatsApp account, and make a token without an "
    "end with "
    "whatsapp_business_messaging and whatsapp_business_management",
    "In the app under WhatsApp, Configuration enter this account's webhook address and the verify token, and subscribe "
    "to "
    "messages (and smb_message_echoes where the number is also used with the WhatsApp Business app)",
    "One app has one webhook address; with several numbers give each its own by an override of the phone number",
    "For writing first, or later than 24 hours, have message templates approved in WhatsApp Manager",
};

class WhatsappConnector final : public channel::Connector {
 public:
  WhatsappConnector(channel::Settings settings, channel::Api api)
      : settings_(std::move(settings)), api_(std::move(api)) {}

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    if (request.method == "GET") {
      return meta::handshake(request, Secret(std::string(settings_.get("verify_token"))));
    }
    TRY_DO(meta::check_signature(request, meta::secrets_of(settings_)));
    channel::WebhookReply out;
    TRY(out.items, read_delivery(request.body, settings_.get("phone_number_id"), request.received_at));
    return out;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    const auto files = channel::facts_of(post.files);
    TRY_DO(channel::check_attachments(descriptor, files));
    TRY_DO(channel::check_length(post.text, channel::limits_beside(descriptor, files)));
    TRY_DO(
        write_message(post, outbound.key, files.empty() ? "" : "named later"));  // what can't go is not uploaded either
    TRY(const std::string media, upload(post));
    channel::ApiRequest request;
    request.method = "POST";
    request.path = channel::path_of("{}/messages", {settings_.get("phone_number_id")});
    request.query = proof();
    TRY(request.body, write_message(post, outbound.key, media));
    request.bucket = "messages";
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
    if (answer) out.external_id = posted_id(answer->body);
    return out;
  }

  Result<channel::Health> check() override {
    channel::ApiRequest request;
    request.path = channel::path_of("{}", {settings_.get("phone_number_id")});
    request.query = proof();
    request.query.emplace_back("fields", "display_phone_number,verified_name,quality_rating,name_status");
    TRY(const auto answer, api_.call(request));
    TRY(const channel::Json number, channel::parse_json(answer.body));
    channel::Health health;
    const std::string quality = channel::text_at(number, "quality_rating");
    health.facts.push_back(channel::text_at(number, "display_phone_number") + " as " +
                           channel::text_at(number, "verified_name"));
    if (!quality.empty()) health.facts.push_back("quality rating " + quality);
    if (quality == "RED") health.warnings.emplace_back("WhatsApp rates this number red: it may soon be limited");
    if (!settings_.get("waba_id").empty()) {
      request.path = channel::path_of("{}/subscribed_apps", {settings_.get("waba_id")});
      request.query = proof();
      TRY(const auto subscribed, api_.call(request));
      TRY(const channel::Json apps, channel::parse_json(subscribed.body));
      if (channel::list_at(apps, "data").empty()) {
        health.warnings.emplace_back("no app is subscribed to this business account: nothing will come in");
      }
    }
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  // Nobody sees it until a message names it; WhatsApp drops it after 30 days.
  Result<std::string> upload(const channel::Post& post) {
    if (post.files.empty()) return std::string();
    const channel::PostFile& file = post.files.front();
    channel::MultipartForm form = channel::multipart({{"messaging_product", "whatsapp"},
                                                      {"type", file.content_type},
                                                      {"file", file.bytes, file.filename, file.content_type}});
    channel::ApiRequest request;
    request.method = "POST";
    request.path = channel::path_of("{}/media", {settings_.get("phone_number_id")});
    request.query = proof();
    request.body = std::move(form.body);
    request.content_type = std::move(form.content_type);
    request.bucket = "media";
    request.repeatable = true;
    TRY(const auto answer, api_.call(request));
    TRY(const channel::Json uploaded, channel::parse_json(answer.body));
    std::string id = channel::text_at(uploaded, "id");
    if (id.empty()) return fail(Kind::corrupt, "WhatsApp gives the file no name");
    return id;
  }

  channel::Fields proof() const {
    return meta::proof_of(Secret(std::string(settings_.get("access_token"))),
                          Secret(std::string(settings_.get("app_secret"))));
  }

  const channel::Settings settings_;
  channel::Api api_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  const Secret token{std::string(settings.get("access_token"))};
  auto profile = meta::profile(std::string(settings.get("api_base")), [token]() -> Result<Secret> { return token; });
  TRY(auto api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(std::make_unique<WhatsappConnector>(settings, std::move(api)));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "whatsapp";
  d.title = "WhatsApp";
  d.handle_kind = "phone";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.webhook = d.can.send = d.can.check = true;
  d.limits.text = 4096;
  d.limits.unit = channel::LengthUnit::utf16;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.window.open = std::chrono::hours(24);
  d.window.template_after = true;
  d.reply = channel::ReplyGrade::api;
  d.display.display = channel::Display::never;
  d.display.source = "private messages; WhatsApp Business Messaging Policy, 2026-11-21";
  d.sign_in = channel::SignIn::settings;
  d.send_class = channel::SendClass::blind;
  d.visibility = model::Visibility::private_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::whatsapp
