#include "connectors/youtube/fake_youtube.h"
#include "tests/support/rig.h"

namespace amends::connectors::youtube {
extern const channel::Descriptor descriptor;

namespace {

class YouTubeRig final : public test::Rig {
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
  std::vector<std::string> our_words() override { return fake_.our_words(); }
  int writes() override { return fake_.writes_heard(); }
  bool expire_token() override {
    fake_.refuse_token();
    return true;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {{403, R"({"error":{"code":403,"message":"quota","errors":[{"reason":"quotaExceeded"}]}})"},
            {403, R"({"error":{"code":403,"message":"rate","errors":[{"reason":"rateLimitExceeded"}]}})"}};
  }

 private:
  FakeYouTube fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<YouTubeRig>(); });

}  // namespace
}  // namespace amends::connectors::youtube
