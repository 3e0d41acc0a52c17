#include "core/channel/json.h"
#include "tests/support/rig.h"

namespace amends::connectors::manual {
extern const channel::Descriptor descriptor;

namespace {

// There is no site: somebody types.
class ManualRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override { return {{"key", "a-key-of-the-front-desk"}}; }
  std::string customer_writes(std::string_view text) override {
    const std::string id = "call-" + std::to_string(said_.size() + 1);
    said_[id] = channel::dump({{"id", id},
                               {"kind", "call"},
                               {"author", "Ann Other"},
                               {"handle", "+49 151 12345678"},
                               {"at", "2026-01-01T08:00:00Z"},
                               {"text", std::string(text)}});
    return id;
  }
  std::vector<std::string> our_words() override { return {}; }
  int writes() override { return 0; }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    channel::WebhookRequest out;
    out.method = "POST";
    out.path = "/hooks/manual";
    out.body = said_.at(external_id);
    out.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer a-key-of-the-front-desk"}};
    out.received_at = {1'767'258'000'000};
    return out;
  }
  bool webhook_signs_body() override { return false; }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out(2, genuine);
    out[0].headers[1].second = "Bearer a-key-of-the-back-desk!";
    out[1].headers[1].second = "a-key-of-the-front-desk";
    return out;
  }
  void lock_out() override {}

 private:
  std::map<std::string, std::string> said_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<ManualRig>(); });

}  // namespace
}  // namespace amends::connectors::manual
