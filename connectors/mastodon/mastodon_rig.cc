#include "connectors/mastodon/fake_mastodon.h"
#include "tests/support/rig.h"

namespace amends::connectors::mastodon {
extern const channel::Descriptor descriptor;

namespace {

class MastodonRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"server", fake_.site.base()}, {"account", "shop"}};
  }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet set;
    set.access = Secret(fake_.token);
    return set;
  }
  std::string customer_writes(std::string_view text) override { return host() + "/" + fake_.writes(text); }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    FakeMastodon::Status* status = fake_.find(external_id.substr(external_id.rfind('/') + 1));
    status->text = "@shop " + std::string(text);
    status->edited = (status->edited.ms == 0 ? status->written : status->edited) + std::chrono::seconds(30);
    return true;
  }
  bool customer_deletes(const std::string& external_id) override {
    fake_.find(external_id.substr(external_id.rfind('/') + 1))->deleted = true;
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& status : fake_.ours()) {
      const bool addressed = status.text.rfind("@guest ", 0) == 0;
      out.push_back(addressed ? status.text.substr(7) : status.text);
    }
    return out;
  }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const auto& status : fake_.ours()) {
      for (const std::string& id : status.media) out.push_back({fake_.file(id).bytes, fake_.file(id).alt});
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/api/v1/statuses")); }
  std::string agrees(const std::string& url) override { return fake_.apps.agrees(url); }
  bool given_back() override { return fake_.apps.given_back(); }
  void lock_out() override { fake_.locked = true; }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {{429, R"({"error":"Too many requests"})", {{"X-RateLimit-Reset", "2026-01-01T09:05:00.000000Z"}}}};
  }

 private:
  std::string host() const { return fake_.site.base().substr(7); }
  FakeMastodon fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<MastodonRig>(); });

}  // namespace
}  // namespace amends::connectors::mastodon
