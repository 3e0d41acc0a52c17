#include "connectors/app_store/fake_app_store.h"
#include "tests/support/rig.h"

namespace amends::connectors::app_store {
extern const channel::Descriptor descriptor;

namespace {

class AppStoreRig final : public test::Rig {
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
  std::vector<std::string> our_words() override { return fake_.responses(); }
  int writes() override { return fake_.writes_heard(); }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }

 private:
  FakeAppStore fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<AppStoreRig>(); });

}  // namespace
}  // namespace amends::connectors::app_store
