#include "connectors/telegram/fake_telegram.h"

#include <algorithm>

#include "connectors/telegram/wire.h"
#include "core/channel/json.h"
#include "tests/support/contract.h"

namespace amends::connectors::telegram {
namespace {

using channel::Json;
using channel::text_at;
using test::SiteAnswer;
using test::SiteRequest;

SiteAnswer yes(Json result) { return {200, channel::dump({{"ok", true}, {"result", std::move(result)}}), {}}; }
SiteAnswer no(int code, const char* words) {
  return {code, channel::dump({{"ok", false}, {"error_code", code}, {"description", words}}), {}};
}

Json chat_of(const std::string& chat) {
  if (chat == FakeTelegram::kPrivate) return {{"id", 7001}, {"type", "private"}, {"first_name", "Gerda"}};
  return {{"id", std::stoll(chat)}, {"type", "supergroup"}, {"title", "Shop talk"}, {"username", "shoptalk"}};
}

Json bot() { return {{"id", 4242}, {"is_bot", true}, {"first_name", "Shop"}, {"username", "shop_bot"}}; }

}  // namespace

FakeTelegram::FakeTelegram() : site(AMENDS_TEST_FOLDER "/contract.json") {
  const auto on = [this](const char* method, const char* name, auto handler) {
    site.on(method, std::string("/bot{}/") + name, [this, handler](const SiteRequest& r) -> SiteAnswer {
      if (locked) return no(401, "Unauthorized");
      if (r.parts[0] != kToken) return no(404, "Not Found");
      return handler(r);
    });
  };
  on("GET", "getMe", [](const SiteRequest&) { return yes(bot()); });
  on("GET", "getUpdates", [this](const SiteRequest& r) {
    if (!webhook_url.empty()) return no(409, "Conflict: can't use getUpdates method while webhook is active");
    const int offset = r.q("offset").empty() ? 0 : std::stoi(r.q("offset"));
    std::vector<Update> left;
    for (Update& one : updates_) {
      if (one.id >= offset) left.push_back(std::move(one));
    }
    updates_ = std::move(left);
    Json out = Json::array();
    for (const Update& one : updates_) {
      if (out.size() < std::stoul(r.q("limit"))) out.push_back(*channel::parse_json(one.json));
    }
    return yes(std::move(out));
  });
  on("GET", "getWebhookInfo", [this](const SiteRequest&) {
    return yes({{"url", webhook_url}, {"has_custom_certificate", false}, {"pending_update_count", updates_.size()}});
  });
  on("POST", "setWebhook", [this](const SiteRequest& r) {
    const auto body = channel::parse_json(r.body);
    webhook_url = text_at(*body, "url");
    webhook_secret = text_at(*body, "secret_token");
    return yes(true);
  });
  on("POST", "sendPhoto", [this](const SiteRequest& r) { return take_file(r, "photo"); });
  on("POST", "sendDocument", [this](const SiteRequest& r) { return take_file(r, "document"); });
  on("POST", "sendMessage", [this](const SiteRequest& r) {
    const auto body = channel::parse_json(r.body);
    const std::string chat = text_at(*body, "chat_id");
    if (texts_.count("4242/" + chat + "/" + text_at(*body, "reply_parameters.message_id")) == 0) {
      return no(400, "Bad Request: message to be replied not found");
    }
    ours_.push_back(text_at(*body, "text"));
    Json out = {{"message_id", ++last_message_}, {"date", now_.ms / 1000}, {"chat", chat_of(chat)}, {"from", bot()}};
    out["text"] = ours_.back();
    return yes(std::move(out));
  });
}

SiteAnswer FakeTelegram::take_file(const SiteRequest& request, const char* kind) {
  auto parts = test::decode_multipart(request.body);
  const auto field = [&](const char* name) {
    const auto it = parts.find(name);
    return it == parts.end() ? std::string() : it->second;
  };
  const std::string chat = field("chat_id");
  const auto reply = channel::parse_json(field("reply_parameters"));
  if (!reply || texts_.count("4242/" + chat + "/" + text_at(*reply, "message_id")) == 0) {
    return no(400, "Bad Request: message to be replied not found");
  }
  if (field("caption").size() > 1024) return no(400, "Bad Request: message caption is too long");
  ours_.push_back(field("caption"));
  files_.push_back(field(kind));
  Json out = {{"message_id", ++last_message_}, {"date", now_.ms / 1000}, {"chat", chat_of(chat)}, {"from", bot()}};
  out["caption"] = ours_.back();
  const bool photo = std::string_view(kind) == "photo";
  out[kind] = photo ? Json::array({{{"file_id", "F1"}}}) : Json{{"file_id", "F1"}};
  return yes(std::move(out));
}

std::string FakeTelegram::message(const std::string& chat, int id, std::string_view text, bool edited) const {
  Json out = {{"message_id", id},
              {"date", now_.ms / 1000},
              {"chat", chat_of(chat)},
              {"from", {{"id", 7001}, {"is_bot", false}, {"first_name", "Gerda"}, {"username", "gerda_gast"}}},
              {"text", text}};
  if (edited) out["edit_date"] = now_.ms / 1000 + 60;
  return channel::dump(out);
}

void FakeTelegram::add(const char* kind, const std::string& text) {
  const auto json = channel::parse_json(text);
  Update update{++last_update_, "", "4242/" + text_at(*json, "chat.id") + "/" + text_at(*json, "message_id")};
  update.json = channel::dump({{"update_id", update.id}, {kind, *json}});
  all_.push_back(update);
  updates_.push_back(std::move(update));
}

std::vector<std::string> FakeTelegram::ours() const {
  const auto held = site.held();
  return ours_;
}

std::vector<std::string> FakeTelegram::files() const {
  const auto held = site.held();
  return files_;
}

std::string FakeTelegram::writes(std::string_view text, const std::string& chat) {
  const auto held = site.held();
  now_ = now_ + std::chrono::seconds(1);
  add("message", message(chat, ++last_message_, text, false));
  texts_[updates_.back().name] = text;
  return updates_.back().name;
}

void FakeTelegram::edits(const std::string& name, std::string_view text) {
  const auto held = site.held();
  now_ = now_ + std::chrono::seconds(1);
  const auto parts = name_of(name);
  add("edited_message", message(parts->chat, std::stoi(parts->message), text, true));
}

void FakeTelegram::joins() {
  const auto held = site.held();
  auto json = *channel::parse_json(message(kGroup, ++last_message_, "", false));
  json.erase("text");
  json["new_chat_members"] = Json::array({json["from"]});
  add("message", channel::dump(json));
}

std::string FakeTelegram::update_about(const std::string& name) const {
  const auto held = site.held();
  const auto it = std::find_if(all_.rbegin(), all_.rend(), [&](const Update& one) { return one.name == name; });
  return it == all_.rend() ? std::string() : it->json;
}

}  // namespace amends::connectors::telegram
