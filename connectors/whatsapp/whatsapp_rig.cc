#include "connectors/common/meta/graph.h"
#include "connectors/whatsapp/fake_whatsapp.h"
#include "tests/support/rig.h"

namespace amends::connectors::whatsapp {
extern const channel::Descriptor descriptor;

namespace {

class WhatsappRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"phone_number_id", FakeWhatsapp::kNumber},
            {"access_token", FakeWhatsapp::kToken},
            {"app_secret", FakeWhatsapp::kSecret},
            {"verify_token", FakeWhatsapp::kVerify},
            {"api_base", fake_.site.base() + "/"}};
  }
  std::string customer_writes(std::string_view text) override { return fake_.customer_writes(std::string(text)); }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& one : fake_.sent()) out.push_back(one.text);
    return out;
  }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const auto& one : fake_.sent()) {
      if (!one.file.empty()) out.push_back({one.file, ""});
    }
    return out;
  }
  int writes() override {
    return static_cast<int>(fake_.site.count("POST", std::string("/") + FakeWhatsapp::kNumber + "/messages"));
  }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    return fake_.delivery_of(external_id);
  }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out(3, genuine);
    out[0].headers.pop_back();  // unsigned
    out[1].headers.back() = {"X-Hub-Signature", "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"};
    out[2].headers.back().second = meta::signature_of(genuine.body, Secret("another app's secret"));
    return out;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    std::vector<test::SiteAnswer> out;
    for (const char* code : {"4", "80007", "130429", "131056"}) {
      out.push_back(
          {400, R"({"error":{"message":"too much","type":"OAuthException","code":)" + std::string(code) + "}}"});
    }
    return out;
  }

 private:
  FakeWhatsapp fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<WhatsappRig>(); });

}  // namespace
}  // namespace amends::connectors::whatsapp
