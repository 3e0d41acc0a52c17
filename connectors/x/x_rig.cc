#include "connectors/x/fake_x.h"
#include "tests/support/rig.h"

namespace amends::connectors::x {
extern const channel::Descriptor descriptor;

namespace {

class XRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"username", "shop"},
            {"client_id", "client-of-shop"},
            {"client_secret", "secret-of-shop"},
            {"api_base", fake_.site.base()},
            {"login_base", fake_.site.base()}};
  }
  std::optional<channel::TokenSet> tokens() override {
    channel::TokenSet set;
    set.access = Secret(fake_.access());
    set.refresh = Secret(fake_.refresh());
    return set;
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
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& post : fake_.ours()) {
      out.push_back(post.words.rfind("@gerda ", 0) == 0 ? post.words.substr(7) : post.words);
    }
    return out;
  }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const auto& post : fake_.ours()) {
      for (const auto& picture : post.pictures) out.push_back({picture.bytes, picture.alt});
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/2/tweets")); }
  bool expire_token() override {
    fake_.expire();
    return true;
  }
  void lock_out() override { fake_.locked = true; }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {{429,
             R"({"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429})",
             {{"x-rate-limit-limit", "180"}, {"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", "1767258900"}}}};
  }

 private:
  FakeX fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<XRig>(); });

}  // namespace
}  // namespace amends::connectors::x
