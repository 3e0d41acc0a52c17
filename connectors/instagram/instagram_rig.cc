#include "connectors/common/meta/graph.h"
#include "connectors/instagram/fake_instagram.h"
#include "tests/support/rig.h"

namespace amends::connectors::instagram {
extern const channel::Descriptor descriptor;

namespace {

std::string id_in(const std::string& external_id) { return external_id.substr(external_id.find('/') + 1); }

class InstagramRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"account_id", FakeInstagram::kAccount},
            {"page_id", FakeInstagram::kPage},
            {"app_id", "2020"},
            {"app_secret", FakeInstagram::kSecret},
            {"verify_token", FakeInstagram::kVerify},
            {"api_base", fake_.site.base() + "/"}};
  }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet out;
    out.access = Secret(FakeInstagram::kToken);
    return out;
  }
  std::string customer_writes(std::string_view text) override { return "comment/" + fake_.comment(std::string(text)); }
  // Nobody can edit a comment on Instagram.
  bool customer_deletes(const std::string& external_id) override {
    fake_.remove(id_in(external_id));
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& list : {fake_.comments(), fake_.messages()}) {
      for (const auto& one : list) {
        if (one.from == FakeInstagram::kAccount) out.push_back(one.text);
      }
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
    for (const char* code : {"4", "17", "613", "80002"}) {
      out.push_back(
          {400, R"({"error":{"message":"too much","type":"OAuthException","code":)" + std::string(code) + "}}"});
    }
    return out;
  }

 private:
  FakeInstagram fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<InstagramRig>(); });

}  // namespace
}  // namespace amends::connectors::instagram
