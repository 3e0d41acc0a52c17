#include "connectors/web_form/form.h"
#include "core/channel/api.h"
#include "tests/support/rig.h"

namespace amends::connectors::web_form {
extern const channel::Descriptor descriptor;

namespace {

constexpr Timestamp kOpened{1'767'258'000'000};

// The site is the form itself: a person opens it, writes for a minute and sends it.
class WebFormRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override { return {{"key", kKey}}; }
  std::string customer_writes(std::string_view text) override {
    const std::string nonce = "nonce" + std::to_string(said_.size() + 1);
    said_[nonce] = text;
    return "form/" + nonce;
  }
  std::vector<std::string> our_words() override { return {}; }
  int writes() override { return 0; }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    const std::string nonce = external_id.substr(5);
    channel::WebhookRequest out;
    out.method = "POST";
    out.path = "/hooks/form";
    out.query = "t=" + make_token(Secret(kKey), kOpened, nonce) + "&lang=en";
    out.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    out.body = channel::encode_fields({{"text", said_.at(nonce)}, {"name", "Ann"}, {"mail", "ann@example.org"}});
    out.received_at = kOpened + std::chrono::minutes(1);
    return out;
  }
  // Anybody may write; what is proved is that they opened the form, by the address it goes to.
  bool webhook_signs_body() override { return false; }
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out(3, genuine);
    out[0].query.clear();
    out[1].query = "t=" + make_token(Secret("another form's key"), kOpened, "nonce1");
    const std::size_t at = out[2].query.find('.');
    out[2].query[at + 1] = 'N';
    return out;
  }
  void lock_out() override {}

 private:
  static constexpr const char* kKey = "a-key-of-this-form";
  std::map<std::string, std::string> said_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<WebFormRig>(); });

}  // namespace
}  // namespace amends::connectors::web_form
