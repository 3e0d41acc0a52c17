#include "connectors/webhook/fake_webhook.h"
#include "connectors/webhook/signing.h"
#include "core/channel/post.h"
#include "tests/support/rig.h"

namespace amends::connectors::webhook {
extern const channel::Descriptor descriptor;

namespace {

class WebhookRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"secret", FakeProgram::kSecret}, {"send_url", fake_.site.base() + "/answers"}};
  }
  std::string customer_writes(std::string_view text) override { return fake_.write(std::string(text)); }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& [id, body] : fake_.answers()) {
      const auto post = channel::read_post(body);
      out.push_back(post ? post->text : "");
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/")); }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    return fake_.told_of(external_id);
  }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out;
    const Timestamp now = genuine.received_at;
    out.push_back(FakeProgram::sign(genuine.body, now, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    for (const auto apart : {std::chrono::minutes(-6), std::chrono::minutes(6)}) {
      out.push_back(FakeProgram::sign(genuine.body, now + apart));
      out.back().received_at = now;  // replayed, or from a clock that is wrong
    }
    out.push_back(genuine);
    out.back().headers[3].second.replace(0, 3, "v1a,");  // another algorithm's name
    return out;
  }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }

 private:
  FakeProgram fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<WebhookRig>(); });

}  // namespace
}  // namespace amends::connectors::webhook
