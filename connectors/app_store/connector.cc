// The App Store: customer reviews of a developer's apps, and the response to each.
#include "core/channel/connector.h"

#include <algorithm>
#include <chrono>

#include "connectors/app_store/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "core/channel/review_book.h"

namespace amends::connectors::app_store {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::ReviewPlace;
using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"apps", SettingKind::list, true, "Apps", "Apple's numbers of the apps: 310633997, or 310633997=Name"},
    {"issuer_id", SettingKind::text, false, "Issuer id", "of your team; empty for an individual key"},
    {"key_id", SettingKind::text, true, "Key id", "of the API key"},
    {"private_key", SettingKind::secret, true, "Private key", "the whole content of the .p8 file"},
    {"sweep_hours",
     SettingKind::number,
     false,
     "Hours between whole readings",
     "how often all reviews are read again, for deletions and for what became of responses",
     "6",
     {},
     true},
    {"api_base",
     SettingKind::url,
     false,
     "Address of the API",
     "another one only for tests",
     "https://api.appstoreconnect.apple.com",
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "In App Store Connect, Users and Access, Integrations, make an API key with the role Customer Support.",
    "Download its .p8 file (Apple gives it once) and note the key id and the team's issuer id.",
    "Find each app's number in its store address, behind \"id\".",
};

// Apple refuses tokens that live longer than 20 minutes.
constexpr std::chrono::minutes kTokenLives{19}, kTokenKept{15};

std::vector<ReviewPlace> apps_of(const channel::Settings& settings) {
  return channel::places_of(settings.list("apps"));
}

// The tokens we make for ourselves, one for a quarter of an hour.
class Passes {
 public:
  Passes(const channel::Settings& settings, const Clock& clock)
      : issuer_(settings.get("issuer_id")),
        key_id_(settings.get("key_id")),
        key_(std::string(settings.get("private_key"))),
        clock_(clock) {}

  Result<net::HttpHeader> operator()() {
    const Timestamp now = clock_.now();
    if (pass_.empty() || now - made_ > kTokenKept || now < made_) {
      const std::int64_t issued = now.ms / 1000;
      const std::string who = issuer_.empty() ? R"("sub":"user")" : R"("iss":")" + issuer_ + '"';
      const std::string claims = "{" + who + R"(,"aud":"appstoreconnect-v1","iat":)" + std::to_string(issued) +
                                 R"(,"exp":)" + std::to_string(issued + std::chrono::seconds(kTokenLives).count()) +
                                 "}";
      const std::string header = R"({"alg":"ES256","kid":")" + key_id_ + R"(","typ":"JWT"})";
      TRY(auto made, channel::sign_jwt_es256(header, claims, key_));
      pass_ = Secret(std::move(made));
      made_ = now;
    }
    return net::HttpHeader{"Authorization", "Bearer " + std::string(pass_.reveal())};
  }

 private:
  const std::string issuer_, key_id_;
  const Secret key_;
  const Clock& clock_;
  Secret pass_;
  Timestamp made_;
};

bool fits_json(std::string_view s) { return s.find_first_of("\"\\\n\r") == s.npos; }

class AppStore final : public channel::Connector {
 public:
  static Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                          const channel::Environment& environment) {
    for (const ReviewPlace& app : apps_of(settings)) {
      if (!is_app(app.name))
        return fail(Kind::invalid, "apps: \"" + text::excerpt(app.name, 80) + "\" is no app's number",
                    "it stands in the store's address behind \"id\"");
    }
    for (const char* key : {"issuer_id", "key_id"}) {
      if (!fits_json(settings.get(key))) return fail(Kind::invalid, std::string(key) + ": has odd characters");
    }
    const auto passes = std::make_shared<Passes>(settings, environment.clock);
    channel::Profile profile;
    profile.base = std::string(settings.get("api_base"));
    profile.authorization = [passes] { return (*passes)(); };
    profile.read_error = [](const channel::ApiAnswer& answer) { return read_refusal(answer.status, answer.body); };
    profile.exhausted_until = [](const channel::ApiAnswer& answer, Timestamp now) -> std::optional<Timestamp> {
      // The hour rolls on, so a little comes back within minutes.
      if (!is_exhausted(answer.header("x-rate-limit"))) return {};
      return now + std::chrono::minutes(5);
    };
    TRY(auto api, channel::Api::make(environment, std::move(profile)));
    return std::unique_ptr<channel::Connector>(std::make_unique<AppStore>(settings, environment, std::move(api)));
  }

  AppStore(const channel::Settings& settings, const channel::Environment& environment, channel::Api api)
      : apps_(apps_of(settings)),
        sweep_hours_(settings.number("sweep_hours")),
        clock_(environment.clock),
        api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    channel::ReviewSite site;
    site.list = [this](const ReviewPlace& app, const std::string& token) { return list(app.name, token, 100); };
    site.get = [this](const std::string& id) -> Result<channel::ReviewPieces> {
      const auto name = name_of(id);
      if (!name) return fail(Kind::not_found, "no review of ours");
      TRY(const auto answer, get_review(*name));
      return read_review(answer.body, name->app);
    };
    site.sweep_every = std::chrono::hours(std::max<std::int64_t>(1, sweep_hours_));
    return channel::pull_reviews(cursor, apps_, site, clock_.now());
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, descriptor.limits));
    TRY(const ReviewName review, answered(outbound, post));
    if (post.replaces.empty()) {
      TRY(const auto there, get_review(review));
      TRY_DO(channel::slot_is_ours(response_in(there.body), post));
    }
    ApiRequest request = ask("v1/customerReviewResponses", "write");
    request.method = "POST";
    request.body = response_body(review.review, post.text);
    request.repeatable = true;  // one response a review: the same words put in twice stand there once
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    receipt.external_id = review.app + "/" + review.review + "/reply";
    return answer ? read_response_answer(answer->body, std::move(receipt)) : receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const ReviewName review, answered(outbound, post));
    const auto answer = get_review(review);
    if (!answer && answer.error().kind == Kind::not_found) return channel::Found::no;
    if (!answer) return Error(answer.error());
    return channel::found_in_slot(response_in(answer->body), post);
  }

  Result<channel::Health> check() override {
    channel::Health health;
    std::int64_t count = 0;
    for (const ReviewPlace& app : apps_) {
      const auto page = list(app.name, "", 1);
      if (page) {
        count += page->total.value_or(0);
        health.facts.push_back(app.title + ": " + std::to_string(page->total.value_or(0)) + " written reviews");
      } else if (apps_.size() == 1 || page.error().kind == Kind::unauthorized) {
        return Error(page.error());
      } else {
        health.warnings.push_back(app.title + ": " + page.error().what);
      }
    }
    if (health.warnings.empty()) health.remote_count = count;
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  static ApiRequest ask(std::string path, std::string bucket) {
    ApiRequest out;
    out.path = std::move(path);
    out.bucket = std::move(bucket);
    return out;
  }

  Result<channel::ReviewPage> list(const std::string& app, const std::string& token, int size) {
    ApiRequest request = ask(token, "reviews");  // the next page's whole address
    if (token.empty()) {
      request.path = channel::path_of("v1/apps/{}/customerReviews", {app});
      request.query = {{"include", "response"}, {"limit", std::to_string(size)}, {"sort", "-createdDate"}};
    }
    TRY(const auto answer, api_.call(request));
    return read_reviews(answer.body, app);
  }

  Result<channel::ApiAnswer> get_review(const ReviewName& name) {
    ApiRequest request = ask(channel::path_of("v1/customerReviews/{}", {name.review}), "reviews");
    request.query = {{"include", "response"}};
    return api_.call(request);
  }

  static Result<ReviewName> answered(const channel::Outbound& outbound, const channel::Post& post) {
    for (const std::string& id : {post.answers_id, post.in_reply_to, outbound.in_reply_to}) {
      if (auto name = name_of(id)) return *std::move(name);
    }
    return fail(Kind::invalid, "only reviews can be answered here");
  }

  const std::vector<ReviewPlace> apps_;
  const std::int64_t sweep_hours_;
  const Clock& clock_;
  channel::Api api_;
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/app_store/notifications.inc"
    ;

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

constexpr channel::Capabilities kCan = [] {
  channel::Capabilities can;
  can.pull = can.send = can.find = can.check = can.public_reply = true;
  return can;
}();

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "app_store";
  out.title = "App Store";
  out.handle_kind = "app_store_review";
  out.settings = kSettings;
  out.can = kCan;
  out.limits.text = 5970;
  out.slots = {1, true, true};
  out.reply = channel::ReplyGrade::api;
  out.display = {channel::Display::quote, true, true, true, "App Store Marketing Guidelines, 2026-11-21"};
  out.poll = std::chrono::minutes(15);
  out.setup = kSetup;
  out.send_class = channel::SendClass::named;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.notifications = kNotifications;
  out.open = AppStore::open;
  return out;
}();

}  // namespace amends::connectors::app_store
