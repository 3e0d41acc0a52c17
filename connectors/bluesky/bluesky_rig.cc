#include "connectors/bluesky/fake_bluesky.h"
#include "core/channel/json.h"
#include "tests/support/rig.h"

namespace amends::connectors::bluesky {
extern const channel::Descriptor descriptor;

namespace {

class BlueskyRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"server", fake_.site.base()}, {"account", "shop.example"}, {"app_password", "app-password"}};
  }
  std::string customer_writes(std::string_view text) override { return fake_.writes(text); }
  // A post's record never changes: the AppView keeps the first one.
  bool customer_deletes(const std::string& external_id) override {
    fake_.find(external_id)->deleted = true;
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& post : fake_.ours()) out.push_back(channel::text_at(*channel::parse_json(post.record), "text"));
    return out;
  }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const auto& post : fake_.ours()) {
      const auto record = channel::parse_json(post.record);
      for (const channel::Json& one : channel::list_at(*record, "embed.images")) {
        out.push_back({fake_.blob(channel::text_at(one, "image.ref.$link")), channel::text_at(one, "alt")});
      }
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/xrpc/com.atproto.repo.createRecord")); }
  bool expire_token() override {
    fake_.expire();
    return true;
  }
  void lock_out() override { fake_.locked = true; }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {{429,
             R"({"error":"RateLimitExceeded","message":"Rate Limit Exceeded"})",
             {{"ratelimit-limit", "3000"},
              {"ratelimit-remaining", "0"},
              {"ratelimit-reset", "1767258300"},
              {"ratelimit-policy", "3000;w=300"}}}};
  }

 private:
  FakeBluesky fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<BlueskyRig>(); });

}  // namespace
}  // namespace amends::connectors::bluesky
