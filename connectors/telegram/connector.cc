// Telegram: what people write to a bot, in private or in groups, and what they comment below a channel's posts. Updates
// are asked for (getUpdates) or come as webhooks, never both: Telegram knows one reader only.
#include "core/channel/connector.h"

#include <algorithm>

#include "connectors/telegram/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/multipart.h"
#include "core/channel/post.h"
#include "core/crypto/hmac.h"

namespace amends::connectors::telegram {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::Json;
using channel::list_at;
using channel::number_at;
using channel::Setting;
using channel::SettingKind;
using channel::text_at;

constexpr Setting kSettings[] = {
    {"bot_token", SettingKind::secret, true, "Bot token", "what @BotFather answered: 123456:ABC-DEF…"},
    {"intake", SettingKind::choice, false, "How messages come in",
     "poll: Amends asks every few seconds; webhook: Telegram calls webhook_url, which the internet must reach", "poll",
     "poll|webhook", true},
    {"webhook_url", SettingKind::url, false, "Webhook address",
     "for intake = webhook: the account's address that Amends shows, with https", "", "", true},
    {"webhook_secret", SettingKind::secret, false, "Webhook secret",
     "1 to 256 letters, digits, _ and -: Telegram sends it along, and nothing else is let in", "", "", true},
    {"api_base", SettingKind::url, false, "API address", "for a Bot API server of your own", "https://api.telegram.org",
     "", true},
};

constexpr std::string_view kSetup[] = {
    "In Telegram write /newbot to @BotFather, choose a name, and copy the token it answers.",
    "For questions in a group: add the bot to it. With /setprivacy Enable it only sees what answers or names it.",
    "For comments below a channel's posts: add the bot to the channel's discussion group.",
    "Tell customers the bot's name: t.me/its_name. A bot can't write to somebody who never wrote to it.",
};

// core.telegram.org/bots/api#sendphoto, #senddocument (2026-11-22): one file a message, its caption at most 1024. There
// is no place for a description.
constexpr channel::AttachmentRule kAttachments[] = {{"picture", "image/jpeg image/png", 1, 10'000'000, 0, 1024},
                                                    {"file", "*/*", 1, 50'000'000, 0, 1024}};

constexpr int kPage = 100;
constexpr const char* kWanted = R"(["message","edited_message","channel_post","edited_channel_post"])";

Json result_of(const Json& answer) { return channel::at(answer, "result"); }

std::optional<std::chrono::seconds> limit_of(const channel::ApiAnswer& answer) {
  if (answer.status != 429) return {};
  const auto json = channel::parse_json(answer.body);
  const auto wait = json ? number_at(*json, "parameters.retry_after") : std::nullopt;
  if (!wait || *wait <= 0 || *wait > 7 * 24 * 3600) return {};
  return std::chrono::seconds(*wait);
}

std::optional<Error> error_of(const channel::ApiAnswer& answer) {
  if (answer.status != 404 && answer.status != 400) return {};
  const auto json = channel::parse_json(answer.body);
  if (!json) return {};
  const std::string words = text_at(*json, "description");
  if (answer.status == 404 && words == "Not Found") {
    return fail(Kind::unauthorized, "Telegram knows no bot with this token", "copy the token from @BotFather again");
  }
  const bool gone =
      words.find("to be replied not found") != words.npos || words.find("replied message not found") != words.npos;
  if (gone) return fail(Kind::not_found, "what this answers is no longer there", "its author took it back");
  return {};
}

class TelegramConnector final : public channel::Connector {
 public:
  TelegramConnector(const channel::Environment& environment, channel::Api api, const channel::Settings& settings)
      : environment_(environment), api_(std::move(api)), settings_(settings), bot_(bot_id_of(token())) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    const auto place = channel::parse_json(cursor);
    std::int64_t offset = place ? number_at(*place, "offset").value_or(0) : 0;
    channel::Page page;
    if (settings_.get("intake") == "webhook") {
      TRY_DO(keep_webhook());
    } else {
      // Asking for `offset` tells Telegram to forget what lies before it: core has committed that by now.
      TRY(const Json answer, get("getUpdates", {{"offset", std::to_string(offset)},
                                                {"limit", std::to_string(kPage)},
                                                {"timeout", "0"},
                                                {"allowed_updates", kWanted}}));
      const Json updates = result_of(answer);
      if (!updates.is_array()) return fail(Kind::corrupt, "Telegram answers without updates");
      for (const Json& update : updates) {
        if (const auto id = number_at(update, "update_id")) offset = std::max(offset, *id + 1);
        if (auto item = item_of(update, bot_, environment_.clock.now())) page.items.push_back(*std::move(item));
      }
      page.more = updates.size() >= kPage;
    }
    page.cursor = channel::dump({{"offset", offset}});
    return page;
  }

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    const std::string_view secret = settings_.get("webhook_secret");
    if (secret.empty() || !crypto::equal_in_constant_time(request.header("X-Telegram-Bot-Api-Secret-Token"), secret)) {
      return fail(Kind::unauthorized, "a webhook without the secret of this account");
    }
    TRY(const Json update, channel::parse_json(request.body));
    channel::WebhookReply reply;
    if (auto item = item_of(update, bot_, request.received_at)) reply.items.push_back(*std::move(item));
    return reply;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    const auto files = channel::facts_of(post.files);
    TRY_DO(channel::check_attachments(descriptor, files));
    TRY_DO(channel::check_length(post.text, channel::limits_beside(descriptor, files)));
    const auto answered = name_of(post.in_reply_to);
    if (!answered || answered->bot != bot_) {
      return fail(Kind::invalid, "a bot answers messages it got, and nothing else");
    }
    const auto answer = clean(api_.act(outbound, message_of(post, *answered)));
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    const auto json = answer ? channel::parse_json(answer->body) : Result<Json>(Json());
    const std::string id = json ? text_at(result_of(*json), "message_id") : std::string();
    if (!id.empty()) {
      receipt.external_id = bot_ + "/" + answered->chat + "/" + id;
      return receipt;
    }
    for (auto& one : receipt.recipients) one.state = model::RecipientState::in_doubt;
    return receipt;
  }

  Result<channel::Health> check() override {
    TRY(const Json me, get("getMe", {}));
    TRY(const Json hook, get("getWebhookInfo", {}));
    channel::Health health;
    health.facts.push_back("signed in as @" + text_at(result_of(me), "username"));
    health.facts.push_back(text_at(result_of(hook), "pending_update_count") + " updates wait at Telegram");
    const bool has_hook = !text_at(result_of(hook), "url").empty();
    if (settings_.get("intake") == "webhook") {
      const std::string error = text_at(result_of(hook), "last_error_message");
      if (!error.empty()) health.warnings.push_back("Telegram could not deliver: " + scrubbed(error));
      if (settings_.get("webhook_url").empty() || settings_.get("webhook_secret").empty()) {
        health.warnings.emplace_back("intake = webhook needs webhook_url and webhook_secret");
      }
    } else if (has_hook) {
      health.warnings.emplace_back(
          "another program has set a webhook for this bot: nothing can be polled until it goes");
    }
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

  static constexpr channel::Limits kLimits{4096, channel::LengthUnit::utf16, 0, 0};

 private:
  static ApiRequest message_of(const channel::Post& post, const MessageName& answered) {
    const Json reply = {{"message_id", std::strtoll(answered.message.c_str(), nullptr, 10)}};
    ApiRequest out;
    out.method = "POST";
    out.bucket = "send";
    if (post.files.empty()) {
      out.path = "sendMessage";
      out.body = channel::dump({{"chat_id", answered.chat}, {"text", post.text}, {"reply_parameters", reply}});
      return out;
    }
    const channel::PostFile& file = post.files.front();
    const bool picture = channel::is_type_of(file.content_type, kAttachments[0].types) &&
                         static_cast<std::int64_t>(file.bytes.size()) <= kAttachments[0].bytes;
    channel::MultipartForm form =
        channel::multipart({{"chat_id", answered.chat},
                            {"caption", post.text},
                            {"reply_parameters", channel::dump(reply)},
                            {picture ? "photo" : "document", file.bytes, file.filename, file.content_type}});
    out.path = picture ? "sendPhoto" : "sendDocument";
    out.body = std::move(form.body);
    out.content_type = std::move(form.content_type);
    return out;
  }
  std::string_view token() const { return settings_.get("bot_token"); }

  // The token is part of every path: no word of the site's may carry it on.
  std::string scrubbed(std::string words) const {
    for (const char* key : {"bot_token", "webhook_secret"}) {
      const std::string_view secret = settings_.get(key);
      if (secret.size() >= 4) words = text::replace_all(words, secret, "…");
    }
    return words;
  }
  template <class T>
  Result<T> clean(Result<T> result) const {
    if (!result) {
      result.error().what = scrubbed(std::move(result.error().what));
      result.error().hint = scrubbed(std::move(result.error().hint));
    }
    return result;
  }

  Result<Json> get(std::string method, channel::Fields query) {
    ApiRequest request;
    request.path = std::move(method);
    request.query = std::move(query);
    TRY(const channel::ApiAnswer answer, clean(api_.call(request)));
    TRY(const Json json, channel::parse_json(answer.body));
    if (!channel::flag_at(json, "ok")) return fail(Kind::corrupt, "Telegram's answer says neither yes nor no");
    return json;
  }

  // Telegram calls the address of this account, with its secret; whoever changed that is overruled.
  Result<Done> keep_webhook() {
    const std::string url(settings_.get("webhook_url"));
    const std::string secret(settings_.get("webhook_secret"));
    if (url.empty() || secret.empty()) {
      return fail(Kind::invalid, "intake = webhook needs webhook_url and webhook_secret");
    }
    TRY(const Json hook, get("getWebhookInfo", {}));
    if (hooked_ && text_at(result_of(hook), "url") == url) return Done{};
    ApiRequest request;
    request.method = "POST";
    request.path = "setWebhook";
    request.repeatable = true;
    request.body = channel::dump({{"url", url}, {"secret_token", secret}, {"allowed_updates", Json::parse(kWanted)}});
    TRY_DO(clean(api_.call(request)));
    hooked_ = true;
    return Done{};
  }

  const channel::Environment environment_;
  channel::Api api_;
  const channel::Settings settings_;
  const std::string bot_;
  bool hooked_ = false;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

std::vector<std::string> own_handles(const channel::Settings& settings) {
  return {bot_id_of(settings.get("bot_token"))};
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  if (bot_id_of(settings.get("bot_token")).empty()) {
    return fail(Kind::invalid, "bot_token is none: it looks like 123456:ABC-DEF", "copy it from @BotFather");
  }
  std::string base(settings.get("api_base"));
  while (!base.empty() && base.back() == '/') base.pop_back();
  channel::Profile profile;
  profile.base = base + "/bot" + std::string(settings.get("bot_token")) + "/";
  profile.is_limit = limit_of;
  profile.read_error = error_of;
  TRY(channel::Api api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<TelegramConnector>(environment, std::move(api), settings));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "telegram";
  d.title = "Telegram";
  d.handle_kind = "telegram";
  d.settings = kSettings;
  d.can.pull = d.can.webhook = d.can.send = d.can.check = d.can.public_reply = true;
  d.limits = TelegramConnector::kLimits;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.reply = channel::ReplyGrade::api;
  d.display = {channel::Display::quote, false, true, true, "Telegram Bot Developer Terms, 2026-11-21"};
  d.poll = std::chrono::seconds(15);
  d.history = std::chrono::hours(24);
  d.setup = kSetup;
  d.send_class = channel::SendClass::blind;
  d.visibility = model::Visibility::private_;
  d.parse = parse;
  d.own_handles = own_handles;
  d.open = open;
  return d;
}

}  // namespace

constinit const channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::telegram
