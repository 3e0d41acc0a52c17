#include "connectors/google_business/fake_google_business.h"
#include "tests/support/rig.h"

namespace amends::connectors::google_business {
extern const channel::Descriptor descriptor;

namespace {

class GoogleBusinessRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override { return fake_.settings(); }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet out;
    out.access = Secret("access-1");
    out.refresh = Secret("refresh-1");
    return out;
  }

  std::string customer_writes(std::string_view text) override { return fake_.writes(text); }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    fake_.edits(external_id, text);
    return true;
  }
  bool customer_deletes(const std::string& external_id) override {
    fake_.deletes(external_id);
    return true;
  }
  std::vector<std::string> our_words() override { return fake_.replies(); }
  int writes() override { return fake_.writes_heard(); }

  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    return pushed(external_id, fake_.push_token());
  }
  bool webhook_signs_body() override { return false; }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out;
    for (const std::string& token :
         {fake_.push_token({}, true), fake_.push_token({{"aud", R"("https://else.example.com")"}}),
          fake_.push_token({{"iss", R"("https://evil.example.com")"}}), fake_.push_token({{"exp", "1"}}),
          fake_.push_token({{"email", R"("push@other.iam.gserviceaccount.com")"}}),
          fake_.push_token({{"email_verified", "false"}}), std::string("Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0."),
          std::string("Basic eDp5"), std::string()}) {
      channel::WebhookRequest forged = genuine;
      forged.headers = {{"Authorization", token}};
      out.push_back(std::move(forged));
    }
    return out;
  }

  bool expire_token() override {
    fake_.refuse_token();
    return true;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {
        {403, R"({"error":{"code":403,"message":"Rate Limit Exceeded","errors":[{"reason":"rateLimitExceeded"}]}})"},
        {403, R"({"error":{"code":403,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}})"}};
  }

 private:
  channel::WebhookRequest pushed(const std::string& name, const std::string& token) const {
    channel::WebhookRequest out;
    out.method = "POST";
    out.path = "/hooks/google";
    out.headers = {{"Content-Type", "application/json"}, {"Authorization", token}};
    out.body = fake_.push_body(name);
    out.received_at = {1'767'258'000'000};
    return out;
  }

  FakeGoogleBusiness fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<GoogleBusinessRig>(); });

}  // namespace
}  // namespace amends::connectors::google_business
