#include "connectors/feed/fake_feed.h"
#include "tests/support/rig.h"

namespace amends::connectors::feed {
extern const channel::Descriptor descriptor;

namespace {

class FeedRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override { return {{"url", fake_.site.base() + "/feed.xml"}}; }
  std::string customer_writes(std::string_view text) override { return "entry/" + fake_.write(std::string(text)); }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    fake_.edit(external_id.substr(6), std::string(text));
    return true;
  }
  // What leaves a feed is old, not taken back.
  std::vector<std::string> our_words() override { return {}; }
  int writes() override { return 0; }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }

 private:
  FakeFeed fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<FeedRig>(); });

}  // namespace
}  // namespace amends::connectors::feed
