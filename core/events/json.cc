#include <nlohmann/json.hpp>

#include "core/events/events.h"

namespace amends::events {
namespace {

// Always with milliseconds, so that texts sort as times do.
std::string full_time(Timestamp at) {
  std::string text = to_rfc3339(at);
  if (at.ms % 1000 == 0) text.insert(text.size() - 1, ".000");
  return text;
}

nlohmann::ordered_json number_or_null(std::int64_t value) {
  return value == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
}

}  // namespace

std::string json_of(const Change& change, std::string_view brand_key) {
  nlohmann::ordered_json json;
  json["id"] = change.id;
  json["kind"] = name_of(change.what);
  json["brand"] = brand_key.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(brand_key);
  json["at"] = full_time(change.at);
  json["thread"] = number_or_null(change.thread.value);
  json["customer"] = number_or_null(change.customer.value);
  json["subject"] = number_or_null(change.subject);
  json["actor"] = change.actor;
  auto detail = nlohmann::ordered_json::parse(change.detail.empty() ? "{}" : change.detail, nullptr, false);
  json["detail"] = detail.is_object() ? std::move(detail) : nlohmann::ordered_json::object();
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace amends::events
