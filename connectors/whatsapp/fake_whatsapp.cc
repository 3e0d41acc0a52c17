#include "connectors/whatsapp/fake_whatsapp.h"

#include <nlohmann/json.hpp>

#include "connectors/common/meta/graph.h"
#include "tests/support/contract.h"

namespace amends::connectors::whatsapp {
namespace {

using nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr Timestamp kThen{1'767'258'000'000};

SiteAnswer refusal(int status, int code, const std::string& message) {
  return {
      status,
      json{{"error", {{"message", message}, {"type", "OAuthException"}, {"code", code}, {"fbtrace_id", "A0"}}}}.dump()};
}

}  // namespace

FakeWhatsapp::FakeWhatsapp() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    return !locked_ && request.header("authorization") == std::string("Bearer ") + kToken &&
           request.q("appsecret_proof") == meta::proof_of(Secret(kToken), Secret(kSecret)).at(0).second;
  });
  site.unauthorized_answer(refusal(401, 190, "Invalid OAuth access token"));
  site.on("POST", "/{}/messages", [this](const SiteRequest& r) { return take(r); });
  site.on("POST", "/{}/media", [this](const SiteRequest& r) {
    const auto parts = test::decode_multipart(r.body);
    const auto file = parts.find("file");
    if (file == parts.end()) return refusal(400, 100, "(#100) The parameter file is required.");
    const std::lock_guard lock(mutex_);
    media_.push_back(file->second);
    return SiteAnswer{200, json{{"id", std::to_string(media_.size() - 1)}}.dump()};
  });
  site.on("GET", "/{}", [](const SiteRequest&) {
    return SiteAnswer{200, json{{"id", kNumber},
                                {"display_phone_number", "+1 631-555-5555"},
                                {"verified_name", "Kettle Shop"},
                                {"quality_rating", "GREEN"}}
                               .dump()};
  });
  site.on("GET", "/{}/subscribed_apps", [](const SiteRequest&) { return SiteAnswer{200, R"({"data":[]})"}; });
}

SiteAnswer FakeWhatsapp::take(const SiteRequest& request) {
  const json body = json::parse(request.body);
  const std::lock_guard lock(mutex_);
  Sent one;
  one.to = body["to"];
  one.type = body["type"];
  one.key = body.value("biz_opaque_callback_data", "");
  if (one.type == "text") one.text = body["text"]["body"];
  if (one.type == "image" || one.type == "video" || one.type == "document") {
    const json& file = body[one.type];
    const auto place = std::stoul(file["id"].get<std::string>());
    if (place >= media_.size()) return refusal(400, 131053, "Media upload error");
    one.file = media_[place];
    one.text = file.value("caption", "");
    if (one.text.size() > 1024) return refusal(400, 100, "caption is too long");
  }
  if (body.contains("context")) one.context = body["context"]["message_id"];
  if (one.type == "template") {
    one.template_name = body["template"]["name"];
    one.language = body["template"]["language"]["code"];
  }
  if (!open_ && one.type == "text") {
    return refusal(400, 131047, "Message failed to send because more than 24 hours have passed");
  }
  if (one.text.size() > 4096) return refusal(400, 100, "text.body is too long");
  sent_.push_back(one);
  const std::string id = "wamid.ours" + std::to_string(sent_.size());
  return {200, json{{"messaging_product", "whatsapp"},
                    {"contacts", json::array({{{"input", one.to}, {"wa_id", one.to}}})},
                    {"messages", json::array({{{"id", id}}})}}
                   .dump()};
}

std::string FakeWhatsapp::customer_writes(const std::string& text) {
  const std::lock_guard lock(mutex_);
  customers_.emplace_back("wamid.theirs" + std::to_string(customers_.size() + 1), text);
  return customers_.back().first;
}

channel::WebhookRequest FakeWhatsapp::delivery_of(const std::string& wanted) const {
  const std::lock_guard lock(mutex_);
  json value = {{"messaging_product", "whatsapp"},
                {"metadata", {{"display_phone_number", "16315555555"}, {"phone_number_id", kNumber}}},
                {"contacts", json::array({{{"profile", {{"name", "Sheena Nelson"}}}, {"wa_id", kCustomer}}})},
                {"messages", json::array()}};
  for (const auto& [id, text] : customers_) {
    if (id != wanted) continue;
    value["messages"].push_back({{"from", kCustomer},
                                 {"id", id},
                                 {"timestamp", std::to_string(kThen.ms / 1000)},
                                 {"type", "text"},
                                 {"text", {{"body", text}}}});
  }
  return delivery(value.dump(), kThen);
}

channel::WebhookRequest FakeWhatsapp::report(std::size_t number, const std::string& state) const {
  const std::lock_guard lock(mutex_);
  const Sent& one = sent_.at(number - 1);
  json status = {{"id", "wamid.ours" + std::to_string(number)},
                 {"status", state},
                 {"timestamp", std::to_string(kThen.ms / 1000)},
                 {"recipient_id", one.to}};
  if (!one.key.empty()) status["biz_opaque_callback_data"] = one.key;
  const json value = {{"messaging_product", "whatsapp"},
                      {"metadata", {{"display_phone_number", "16315555555"}, {"phone_number_id", kNumber}}},
                      {"statuses", json::array({status})}};
  return delivery(value.dump(), kThen);
}

channel::WebhookRequest FakeWhatsapp::delivery(const std::string& value_json, Timestamp at) {
  return sign(
      R"({"object":"whatsapp_business_account","entry":[{"id":"419561257915477","changes":[{"field":"messages",)"
      R"("value":)" +
          value_json + "}]}]}",
      at);
}

channel::WebhookRequest FakeWhatsapp::sign(const std::string& body, Timestamp at) {
  channel::WebhookRequest out;
  out.method = "POST";
  out.path = "/hooks/whatsapp";
  out.body = body;
  out.headers = {{"Content-Type", "application/json"},
                 {"X-Hub-Signature-256", meta::signature_of(body, Secret(kSecret))}};
  out.received_at = at;
  return out;
}

std::vector<FakeWhatsapp::Sent> FakeWhatsapp::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}
void FakeWhatsapp::close_window() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}
void FakeWhatsapp::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}

}  // namespace amends::connectors::whatsapp
