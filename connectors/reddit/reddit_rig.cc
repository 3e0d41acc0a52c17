#include "connectors/reddit/fake_reddit.h"
#include "tests/support/rig.h"

namespace amends::connectors::reddit {
extern const channel::Descriptor descriptor;

namespace {

class RedditRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"username", "ShopHelp"},
            {"client_id", "client-of-shop"},
            {"client_secret", "secret-of-shop"},
            {"api_base", fake_.site.base()},
            {"login_base", fake_.site.base()}};
  }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet set;
    set.access = Secret(fake_.access());
    set.refresh = Secret(FakeReddit::kRefresh);
    return set;
  }
  std::string customer_writes(std::string_view text) override { return fake_.writes(text); }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    FakeReddit::Thing* thing = fake_.find(external_id);
    thing->words = text;
    thing->edited = (thing->edited.ms == 0 ? thing->written : thing->edited) + std::chrono::seconds(30);
    return true;
  }
  bool customer_deletes(const std::string& external_id) override {
    fake_.find(external_id)->deleted = true;
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& thing : fake_.ours()) out.push_back(thing.words);
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/api/comment")); }
  bool expire_token() override {
    fake_.expire();
    return true;
  }
  void lock_out() override { fake_.locked = true; }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {{429, R"({"message":"Too Many Requests","error":429})", {{"x-ratelimit-reset", "53"}}},
            {200, R"({"json":{"ratelimit":297.5,"errors":[["RATELIMIT","Take a break","ratelimit"]]}})", {}},
            {200,
             R"({"json":{"errors":[["RATELIMIT","Take a break for 5 minutes before trying again.","ratelimit"]]}})",
             {}}};
  }

 private:
  FakeReddit fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<RedditRig>(); });

}  // namespace
}  // namespace amends::connectors::reddit
