#include "core/app/webhook_body.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostText = 64 * 1024;

std::string body_text(const Json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

}  // namespace

std::string webhook_body(const events::Change& change, std::string_view brand_key, std::string_view base) {
  Json data = Json::parse(events::json_of(change, brand_key));
  const std::string root = std::string(base) + "/api/v1/brands/" + std::string(brand_key);
  Json links = Json::object();
  const auto link = [&](const char* name, std::string_view path, std::int64_t id) {
    if (id != 0) links[name] = root + std::string(path) + std::to_string(id);
  };
  link("thread", "/threads/", change.thread.value);
  link("customer", "/customers/", change.customer.value);
  using events::What;
  const bool about_message = change.what == What::message_created || change.what == What::message_changed;
  link("message", "/messages/", about_message ? change.subject : 0);
  link("update", "/outbox/", change.what == What::update_changed ? change.subject : 0);
  const Json at = data["at"];
  data["links"] = std::move(links);
  return body_text(Json{{"type", events::name_of(change.what)}, {"timestamp", at}, {"data", std::move(data)}});
}

std::string webhook_ping(Timestamp at, std::string_view brand_key) {
  return body_text(Json{{"type", "ping"}, {"timestamp", to_rfc3339(at)}, {"data", {{"brand", brand_key}}}});
}

std::string with_text(std::string_view body, std::string_view words) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return std::string(body);
  json["data"]["text"] = text::clip(words, kMostText);
  return body_text(json);
}

}  // namespace amends::app
