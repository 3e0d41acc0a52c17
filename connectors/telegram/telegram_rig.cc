#include "connectors/telegram/fake_telegram.h"
#include "tests/support/rig.h"

namespace amends::connectors::telegram {
extern const channel::Descriptor descriptor;

namespace {

constexpr const char* kSecret = "secret_of-the-webhook";
constexpr const char* kHeader = "X-Telegram-Bot-Api-Secret-Token";

class TelegramRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"bot_token", FakeTelegram::kToken}, {"webhook_secret", kSecret}, {"api_base", fake_.site.base()}};
  }
  std::string customer_writes(std::string_view text) override { return fake_.writes(text); }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    fake_.edits(external_id, text);
    return true;
  }
  std::vector<std::string> our_words() override { return fake_.ours(); }
  std::vector<test::StandingFile> our_files() override {
    std::vector<test::StandingFile> out;
    for (const std::string& bytes : fake_.files()) out.push_back({bytes, ""});
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", write_path())); }
  std::optional<channel::WebhookRequest> webhook_about(const std::string& external_id) override {
    channel::WebhookRequest out;
    out.method = "POST";
    out.headers = {{"Content-Type", "application/json"}, {kHeader, kSecret}};
    out.body = fake_.update_about(external_id);
    out.received_at = {1'767'258'000'000};
    return out;
  }
  bool webhook_signs_body() override { return false; }  // the header alone proves who speaks
  std::vector<channel::WebhookRequest> forgeries(const channel::WebhookRequest& genuine) override {
    std::vector<channel::WebhookRequest> out(4, genuine);
    out[0].headers.pop_back();
    out[1].headers.back().second = "";
    out[2].headers.back().second = std::string(kSecret) + "x";
    out[3].headers.back().second = std::string(kSecret).substr(1);
    return out;
  }
  void lock_out() override { fake_.locked = true; }
  test::SiteFake* site() override { return &fake_.site; }
  std::vector<test::SiteAnswer> own_limits() override {
    return {
        {429,
         R"({"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}})",
         {}}};
  }

 private:
  static std::string write_path() { return std::string("/bot") + FakeTelegram::kToken + "/sendMessage"; }
  FakeTelegram fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<TelegramRig>(); });

}  // namespace
}  // namespace amends::connectors::telegram
