#include "connectors/webhook/fake_webhook.h"

#include <nlohmann/json.hpp>

#include "connectors/webhook/signing.h"

namespace amends::connectors::webhook {

using test::SiteAnswer;
using test::SiteRequest;

FakeProgram::FakeProgram() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.on("POST", "/answers", [this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    if (locked_) return SiteAnswer{401, R"({"error":"no"})"};
    const std::string id = request.header("webhook-id");
    const std::string wanted =
        webhook::sign(*read_secret(kSecret), id, std::stoll(request.header("webhook-timestamp")), request.body);
    if (request.header("webhook-signature") != wanted) return SiteAnswer{401, R"({"error":"signature"})"};
    answers_.emplace(id, request.body);
    return SiteAnswer{200, nlohmann::json{{"id", "answer-" + id}, {"url", "https://program.example/" + id}}.dump()};
  });
}

std::string FakeProgram::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  const std::string id = "item-" + std::to_string(items_.size() + 1);
  items_[id] = nlohmann::json{
      {"id", id},
      {"kind", "direct_message"},
      {"author", "Ann Other"},
      {"handle", "customer-1"},
      {"at", "2026-01-01T08:00:00Z"},
      {"text",
       text}}.dump();
  return id;
}

channel::WebhookRequest FakeProgram::told_of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return sign(items_.at(id), {1'767'258'000'000});
}

channel::WebhookRequest FakeProgram::sign(const std::string& body, Timestamp at, const std::string& secret) {
  channel::WebhookRequest out;
  out.method = "POST";
  out.path = "/hooks/webhook";
  out.body = body;
  out.received_at = at;
  const std::int64_t seconds = at.ms / 1000;
  out.headers = {{"Content-Type", "application/json"},
                 {"webhook-id", "msg_1"},
                 {"webhook-timestamp", std::to_string(seconds)},
                 {"webhook-signature", webhook::sign(*read_secret(secret), "msg_1", seconds, body)}};
  return out;
}

std::map<std::string, std::string> FakeProgram::answers() const {
  const std::lock_guard lock(mutex_);
  return answers_;
}

void FakeProgram::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}

}  // namespace amends::connectors::webhook
