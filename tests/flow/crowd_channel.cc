#include "tests/flow/crowd_channel.h"

#include <algorithm>
#include <atomic>

#include "core/base/text.h"
#include "core/channel/oauth.h"
#include "core/net/http_client.h"

namespace amends::test {

using channel::SettingKind;

Crowd& Crowd::the() {
  static Crowd crowd;
  return crowd;
}

void Crowd::reset() {
  const std::lock_guard lock(mutex_);
  pulls_.clear();
  sends_.clear();
  busy_.clear();
  passwords_.clear();
  threads_.clear();
  now_ = most_ = most_of_one_ = interrupted_ = 0;
  remote_count = 0;
}

std::map<std::string, int> Crowd::pulls() const {
  const std::lock_guard lock(mutex_);
  return pulls_;
}
std::map<std::string, int> Crowd::sends() const {
  const std::lock_guard lock(mutex_);
  return sends_;
}
std::set<std::string> Crowd::passwords() const {
  const std::lock_guard lock(mutex_);
  return passwords_;
}
int Crowd::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_;
}
int Crowd::most_at_once_of_one() const {
  const std::lock_guard lock(mutex_);
  return most_of_one_;
}
std::size_t Crowd::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}
int Crowd::interrupted() const {
  const std::lock_guard lock(mutex_);
  return interrupted_;
}

bool Crowd::wait(const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds(20))) ==
            std::cv_status::timeout &&
        std::chrono::steady_clock::now() >= until)
      return false;
  }
  return true;
}

void Crowd::begin(const std::string& place) {
  const std::lock_guard lock(mutex_);
  threads_.insert(std::this_thread::get_id());
  most_ = std::max(most_, ++now_);
  most_of_one_ = std::max(most_of_one_, ++busy_[place]);
}

void Crowd::end(const std::string& place) {
  const std::lock_guard lock(mutex_);
  --now_;
  --busy_[place];
  changed_.notify_all();
}

class CrowdConnector final : public channel::Connector {
 public:
  CrowdConnector(const channel::Settings& settings, const channel::Environment& environment, bool consent)
      : place_(settings.get("place")),
        password_(settings.get("password")),
        mood_(settings.get("mood")),
        environment_(environment),
        consent_(consent) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    if (consent_) TRY_DO(environment_.tokens.current());
    Crowd& crowd = Crowd::the();
    crowd.begin(place_);
    {
      std::unique_lock lock(crowd.mutex_);
      ++crowd.pulls_[place_];
      crowd.passwords_.insert(password_);
      if (mood_ == "hangs") wake_.wait(lock, [&] { return interrupted_.load(); });
    }
    crowd.end(place_);
    if (interrupted_) return fail(Kind::unavailable, "interrupted");
    if (mood_ == "refuses") return fail(Kind::unauthorized, "wrong password");
    channel::Page page;
    const int from = cursor.empty() ? 0 : std::stoi(std::string(cursor));
    page.cursor = std::to_string(from + 1);
    page.more = mood_ == "endless";
    if (mood_ == "endless" || from == 0)
      page.items.push_back({place_ + "/" + std::to_string(from), "pulled", "", false, Timestamp{1'767'258'000'000}});
    return page;
  }

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    if (request.method == "GET") {
      const std::string challenge = request.query.substr(std::min(request.query.size(), std::size_t{10}));
      const bool plain = std::all_of(challenge.begin(), challenge.end(),
                                     [](char c) { return text::is_alpha(c) || text::is_digit(c); });
      if (request.query.rfind("challenge=", 0) != 0 || !plain) return fail(Kind::invalid, "no challenge");
      if (request.header("x-sign") != password_) return fail(Kind::forbidden, "another word");
      return channel::WebhookReply{{}, 200, "text/html", challenge};
    }
    if (request.header("x-sign") != password_ + ":" + std::to_string(request.body.size()))
      return fail(Kind::unauthorized, "not signed");
    channel::WebhookReply reply;
    reply.items.push_back(
        {"hook/" + std::string(request.header("x-id")), request.body, "", false, request.received_at});
    return reply;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    Crowd& crowd = Crowd::the();
    crowd.begin(place_ + " out");
    {
      const std::lock_guard lock(crowd.mutex_);
      ++crowd.sends_[place_];
    }
    crowd.end(place_ + " out");
    channel::Receipt receipt;
    for (const std::string& recipient : outbound.recipients)
      receipt.recipients.push_back({recipient, model::RecipientState::accepted, 200, "ok"});
    return receipt;
  }

  Result<channel::Health> check() override {
    if (mood_ == "refuses") return fail(Kind::unauthorized, "wrong password");
    channel::Health health;
    health.facts = {"signed in at " + place_};
    health.remote_count = Crowd::the().remote_count;
    return health;
  }

  void interrupt() noexcept override {
    Crowd& crowd = Crowd::the();
    const std::lock_guard lock(crowd.mutex_);
    interrupted_ = true;
    ++crowd.interrupted_;
    wake_.notify_all();
  }

 private:
  const std::string place_, password_, mood_;
  const channel::Environment& environment_;
  const bool consent_;
  std::condition_variable wake_;
  std::atomic<bool> interrupted_ = false;
};

namespace {

constexpr channel::Setting kSettings[] = {
    {"place", SettingKind::text, true, "Place", "Which one of the crowd it is"},
    {"password", SettingKind::secret, true, "Password", "What it takes to get in"},
    {"mood", SettingKind::choice, false, "Mood", "What it does with us", "well", "well|hangs|refuses|endless"},
    {"api_base", SettingKind::url, false, "API", "Where it is", "https://crowd.test", {}, true},
    {"access_token", SettingKind::secret, false, "Token", "Instead of a person's consent"},
    {"box", SettingKind::path, false, "Box", "A file of this machine"},
    {"inside", SettingKind::flag, false, "Inside", "It may be in the private network", "false", {}, true, true},
};
constexpr std::string_view kSetup[] = {"Open the site's developer page.", "Make an application."};

template <bool consent>
Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  return std::unique_ptr<channel::Connector>(std::make_unique<CrowdConnector>(settings, environment, consent));
}

channel::Descriptor describe() {
  channel::Descriptor d;
  d.name = "crowd";
  d.title = "One of many";
  d.handle_kind = "crowd";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.pull = d.can.send = d.can.webhook = d.can.check = true;
  d.send_class = channel::SendClass::keyed;
  d.poll = std::chrono::seconds(3600);
  d.parse = [](const model::Item& item, const channel::ParseContext&) -> Result<model::Content> {
    model::Content content;
    content.text = content.reply_text = item.raw;
    content.message_id = item.external_id;
    content.from = {{"", "somebody"}};
    content.date = item.received_at;
    return content;
  };
  d.own_handles = [](const channel::Settings& settings) {
    return std::vector<std::string>{"we-at-" + std::string(settings.get("place"))};
  };
  d.open = open<false>;
  return d;
}

}  // namespace

const channel::Descriptor kCrowdChannel = describe();

const channel::Descriptor kConsentChannel = [] {
  channel::Descriptor d = describe();
  d.name = "consent";
  d.sign_in = channel::SignIn::oauth;
  d.open = open<true>;
  d.oauth = [](const channel::Settings& settings) -> Result<channel::OAuthProfile> {
    channel::OAuthProfile profile;
    const std::string base(settings.get("api_base"));
    profile.authorize_url = base + "/authorize";
    profile.token_url = base + "/token";
    profile.revoke_url = base + "/revoke";
    profile.client_id = "amends";
    profile.client_secret = Secret(std::string(settings.get("password")));
    profile.scopes = {"read", "write"};
    return profile;
  };
  return d;
}();

}  // namespace amends::test
