#include "connectors/common/meta/graph.h"
#include "connectors/facebook/fake_facebook.h"
#include "tests/support/rig.h"

namespace amends::connectors::facebook {
extern const channel::Descriptor descriptor;

namespace {

std::string id_in(const std::string& external_id) { return external_id.substr(external_id.find('/') + 1); }

class FacebookRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"page_id", FakeFacebook::kPage},
            {"app_id", FakeFacebook::kApp},
            {"app_secret", FakeFacebook::kSecret},
            {"verify_token", FakeFacebook::kVerify},
            {"api_base", fake_.site.base() + "/"}};
  }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet out;
    out.access = Secret(FakeFacebook::kToken);
    return out;
  }
  std::string customer_writes(std::string_view text) override { return "comment/" + fake_.comment(std::string(text)); }
  std::string customer_asks_for_files(std::string_view text) override {
    return "message/" + fake_.message(std::string(text));
  }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const auto& one : fake_.messages()) {
      if (!one.file.empty()) out.push_back({one.file, ""});
    }
    return out;
  }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    fake_.edit(id_in(external_id), std::string(text));
    return true;
  }
  bool customer_deletes(const std::string& external_id) override {
    fake_.remove(id_in(external_id));
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& one : fake_.comments()) {
      if (one.from == FakeFacebook::kPage) out.push_back(one.message);
    }
    for (const auto& one : fake_.messages()) {
      if (one.from == FakeFacebook::kPage) out.push_back(one.text);
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/")); }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    return fake_.told_of(id_in(external_id));
  }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out(3, genuine);
    out[0].headers.pop_back();
    out[1].headers.back() = {"X-Hub-Signature", "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"};
    out[2].headers.back().second = meta::signature_of(genuine.body, Secret("another app's secret"));
    return out;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    std::vector<test::SiteAnswer> out;
    for (const char* code : {"4", "17", "32", "613", "80001"}) {
      out.push_back(
          {400, R"({"error":{"message":"too much","type":"OAuthException","code":)" + std::string(code) + "}}"});
    }
    return out;
  }

 private:
  FakeFacebook fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<FacebookRig>(); });

}  // namespace
}  // namespace amends::connectors::facebook
