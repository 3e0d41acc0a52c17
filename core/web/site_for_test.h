// A site over a temporary hub with two brands that know nothing of each other, people of every role, and something of
// everything in each brand. Requests go straight into the handler: no socket.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/app/answers.h"
#include "core/app/image_proxy.h"
#include "core/app/live.h"
#include "core/app/pipeline.h"
#include "core/app/staff.h"
#include "core/app/webhooks.h"
#include "core/base/log.h"
#include "core/http/event_stream.h"
#include "core/http/url.h"
#include "core/mime/mail.h"
#include "core/people/links.h"
#include "core/people/sessions.h"
#include "core/people/users.h"
#include "core/web/site.h"
#include "tests/support/support.h"

namespace amends::web::test {

using amends::test::FakeClock;
using amends::test::TempFolder;

// What stands in globex and nobody of acme may ever see.
inline constexpr std::string_view kCanary = "zanzibar-canary";

struct Asked {
  std::string method = "GET", path, body = {}, session = {}, token = {};
  std::vector<http::Field> headers = {};
  bool from_us = true;  // bears Sec-Fetch-Site: same-origin
  std::string type = "application/json";
};

class World {
 public:
  World() {
    mime::init();
    log::set_level(log::Level::off);
    const auto config = app::parse_config(kConfig, "test.toml", folder_.path().string(), false);
    if (!config) ADD_FAILURE() << config.error().what;
    app::Config ready = *config;
    ready.data = folder_ / "data";
    auto opened = app::Hub::open(std::move(ready), clock);
    if (!opened) ADD_FAILURE() << opened.error().what;
    hub = *std::move(opened);
    acme = hub->brands()[0];
    globex = hub->brands()[1];
    app::StaffRules rules;
    rules.password = {8192, 1};
    staff = std::make_unique<app::Staff>(*hub, rules);
    live = std::make_unique<app::Live>(hub->db(), clock, [this](BrandId id) {
      const app::Brand* found = hub->find_brand(id);
      return found != nullptr ? found->config->key : std::string();
    });
    net::HttpOptions dialling;
    // Every name is somewhere public; nothing is ever dialled but by a ping, which gives up at once.
    dialling.resolve = [](const auto&...) -> Result<std::vector<net::Address>> {
      return std::vector<net::Address>{*net::Address::parse("93.184.216.34")};
    };
    http_client = *net::HttpClient::make(std::move(dialling));
    app::WebhookOptions telling;
    telling.timeout = std::chrono::milliseconds(100);
    webhooks = std::make_unique<app::Webhooks>(*hub, *http_client, telling);
    net::HttpOptions near;
    near.guard.allow_local();
    picture_client = *net::HttpClient::make(std::move(near));
    images = std::make_unique<app::ImageProxy>(*picture_client, clock, Secret("pictures"));
    SiteOptions options;
    options.images = images.get();
    options.us = *parse_public_url("https://help.acme.test");
    options.wake_senders = [this] { ++woken; };
    options.webhooks = webhooks.get();
    site = std::make_unique<Site>(*hub, *live, *staff, std::move(options));
    add_people();
    fill(acme, "acme.test", "Cold coffee");
    fill(globex, "globex.test", std::string(kCanary));
  }
  ~World() {
    site->stop();
    live->stop();
  }

  template <class Work>
  auto write(Work work) {
    return hub->db().write(work);
  }
  template <class Work>
  auto read(Work work) {
    return *hub->db().read(
        [&](store::Reader& reader) -> Result<std::invoke_result_t<Work&, store::Reader&>> { return work(reader); });
  }

  http::Response ask(const Asked& asked) {
    http::Request request;
    request.method = asked.method;
    const auto question = asked.path.find('?');
    request.path = request.raw_path = asked.path.substr(0, question);
    if (question != std::string::npos) {
      request.query = asked.path.substr(question + 1);
      request.parameters = http::parse_query(request.query).value_or(std::vector<http::Field>{});
    }
    request.host = "help.acme.test";
    request.peer = "203.0.113.7";
    request.secure = true;
    request.body = asked.body;
    if (asked.from_us && asked.token.empty()) request.headers.set("Sec-Fetch-Site", "same-origin");
    if (!asked.body.empty() && !asked.type.empty()) request.headers.set("Content-Type", asked.type);
    if (!asked.session.empty()) request.headers.set("Cookie", "__Host-amends=" + asked.session);
    if (!asked.token.empty()) request.headers.set("Authorization", "Bearer " + asked.token);
    for (const http::Field& field : asked.headers) {
      if (field.name == "Host") {
        request.host = field.value;
      } else {
        request.headers.set(field.name, field.value);
      }
    }
    return site->handle(request);
  }
  http::Response get(const std::string& path, const std::string& who) { return ask({"GET", path, {}, session(who)}); }
  http::Response post(const std::string& path, const std::string& body, const std::string& who) {
    return ask({"POST", path, body, session(who)});
  }

  // A session of the user, one as long as the world stands unless `fresh`.
  std::string session(const std::string& login, bool fresh = false) {
    if (login.empty()) return {};
    std::string& held = sessions_[login];
    if (!held.empty() && !fresh) return held;
    held = *write([&](store::Tx& tx) -> Result<std::string> {
      const auto begun = people::begin_session(tx, users.at(login), "203.0.113.7", "test", clock.now(), {});
      return std::string(begun.secret.reveal());
    });
    return held;
  }

  // What stands in a brand.
  struct Things {
    std::int64_t thread = 0, other_thread = 0, message = 0, letter = 0, customer = 0, other_customer = 0, identity = 0,
                 update = 0, account = 0, item = 0, user = 0, team = 0, event = 0, operation = 0, invitation = 0,
                 webhook = 0;
    std::int32_t part = 0;
  };

  FakeClock clock;
  std::unique_ptr<app::Hub> hub;
  std::unique_ptr<app::Staff> staff;
  std::unique_ptr<app::Live> live;
  std::unique_ptr<net::HttpClient> http_client;
  std::unique_ptr<app::Webhooks> webhooks;
  std::unique_ptr<net::HttpClient> picture_client;  // may ask this machine
  std::unique_ptr<app::ImageProxy> images;
  std::unique_ptr<Site> site;
  app::Brand acme, globex;
  std::map<std::string, UserId> users;   // by login
  std::map<std::string, Things> things;  // by brand
  int woken = 0;

  // One of acme for every role ("agent", …), the boss of globex, somebody without a brand, and the admin.
  static constexpr const char* kOutsider = "globex-boss";
  static constexpr const char* kNobody = "newcomer";
  static constexpr const char* kAdmin = "root";

  // Puts a mail into a brand's account as if it had been pulled.
  void deliver(const app::Brand& brand, const std::string& raw) {
    channel::Page page;
    page.items.push_back({"INBOX;1;" + std::to_string(++delivered_), raw, "INBOX", false, clock.now()});
    page.cursor = std::to_string(delivered_);
    app::Pipeline pipeline(*hub);
    const auto taken = pipeline.take(*account_of(brand), page);
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().what);
    EXPECT_TRUE(pipeline.place_waiting(100));
  }
  const app::HubAccount* account_of(const app::Brand& brand) {
    for (const app::HubAccount* account : hub->accounts()) {
      if (account->brand == brand.id && account->connected) return account;
    }
    return nullptr;
  }
  static std::string mail(const std::string& domain, const std::string& from, const std::string& id,
                          const std::string& subject, const std::string& text, const std::string& in_reply_to = {}) {
    return "Authentication-Results: mx." + domain + "; dmarc=pass header.from=" + from.substr(from.find('@') + 1) +
           "\r\nReceived: from guest by mx." + domain + "; Thu, 1 Jan 2026 08:00:00 +0000\r\nFrom: Ada Lovelace <" +
           from + ">\r\nTo: support@" + domain + "\r\nSubject: " + subject +
           "\r\nDate: Thu, 1 Jan 2026 08:00:00 +0000\r\nMessage-ID: <" + id + ">\r\n" +
           (in_reply_to.empty() ? "" : "In-Reply-To: <" + in_reply_to + ">\r\nReferences: <" + in_reply_to + ">\r\n") +
           "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n";
  }

 private:
  static constexpr std::string_view kConfig = R"(
[[brand]]
key = "acme"
name = "Acme"
domains = ["acme.test"]
[[brand]]
key = "globex"
name = "Globex"
domains = ["globex.test"]
[[account]]
channel = "email"
name = "acme-mail"
brand = "acme"
address = "support@acme.test"
imap_host = "imap.acme.test"
smtp_host = "smtp.acme.test"
password = "x"
trusted_authserv_ids = ["mx.acme.test"]
[[account]]
channel = "email"
name = "globex-mail"
brand = "globex"
address = "support@globex.test"
imap_host = "imap.globex.test"
smtp_host = "smtp.globex.test"
password = "x"
trusted_authserv_ids = ["mx.globex.test"]
)";

  void add_people();
  void fill(const app::Brand& brand, const std::string& domain, const std::string& subject);

  TempFolder folder_;
  std::map<std::string, std::string> sessions_;
  int delivered_ = 0;
};

}  // namespace amends::web::test
