#include "connectors/trustpilot/fake_trustpilot.h"
#include "tests/support/rig.h"

namespace amends::connectors::trustpilot {
extern const channel::Descriptor descriptor;

namespace {

class TrustpilotRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override { return fake_.settings(); }
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
  bool expire_token() override {
    fake_.refuse_token();
    return true;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }

 private:
  FakeTrustpilot fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<TrustpilotRig>(); });

}  // namespace
}  // namespace amends::connectors::trustpilot
