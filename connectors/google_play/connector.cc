// Google Play: reviews of the last seven days, and the developer's reply to each.
#include "core/channel/connector.h"

#include <algorithm>
#include <chrono>

#include "connectors/google_play/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "core/channel/review_book.h"

namespace amends::connectors::google_play {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::ReviewPlace;
using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"packages", SettingKind::list, true, "Apps", "package names: com.example.app, or com.example.app=Name"},
    {"service_account", SettingKind::secret, true, "Service account's key",
     "the whole JSON of the key file that Google gave you"},
    {"api_base",
     SettingKind::url,
     false,
     "Address of the API",
     "another one only for tests",
     "https://androidpublisher.googleapis.com",
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "In a Google Cloud project enable the Google Play Android Developer API and make a service account with a JSON "
    "key.",
    "In the Play Console, Users and permissions, invite the service account's address with \"View app information\" "
    "and "
    "\"Reply to reviews\" for the apps. It takes up to a day until Google lets it in.",
    "Enter the package names and the whole content of the key file.",
    "The API shows reviews of the last seven days only. Import older ones from the Play Console's CSV files.",
};

std::vector<ReviewPlace> apps_of(const channel::Settings& settings) {
  return channel::places_of(settings.list("packages"));
}

class GooglePlay final : public channel::Connector {
 public:
  static Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                          const channel::Environment& environment) {
    for (const ReviewPlace& app : apps_of(settings)) {
      if (!is_package(app.name))
        return fail(Kind::invalid, "packages: \"" + text::excerpt(app.name, 80) + "\" is no package name",
                    "write it as in the store's address: com.example.app");
    }
    channel::Profile profile;
    profile.base = std::string(settings.get("api_base"));
    profile.renew = [environment,
                     key = Secret(std::string(settings.get("service_account")))](const channel::TokenSet&) {
      return channel::service_account_token(key, {"https://www.googleapis.com/auth/androidpublisher"}, environment.http,
                                            environment.clock.now());
    };
    profile.read_error = [](const channel::ApiAnswer& answer) { return read_refusal(answer.status, answer.body); };
    TRY(auto api, channel::Api::make(environment, std::move(profile)));
    return std::unique_ptr<channel::Connector>(std::make_unique<GooglePlay>(settings, environment, std::move(api)));
  }

  GooglePlay(const channel::Settings& settings, const channel::Environment& environment, channel::Api api)
      : apps_(apps_of(settings)), clock_(environment.clock), api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    channel::ReviewSite site;
    site.list = [this](const ReviewPlace& app, const std::string& token) { return list(app.name, token, 100); };
    // No order is promised and a week is little: all of it is read each time, and what is no news is left out. A
    // review that isn't listed may only be older than that, so nothing is ever taken for deleted.
    site.sweep_every = std::chrono::seconds(0);
    site.shows = std::chrono::hours(24 * 9);
    return channel::pull_reviews(cursor, apps_, site, clock_.now());
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, descriptor.limits));
    TRY(const ReviewName review, answered(outbound, post));
    if (post.replaces.empty()) {
      TRY(const auto there, api_.call(ask(path_of(review), "reviews")));
      TRY_DO(channel::slot_is_ours(reply_in(there.body), post));
    }
    ApiRequest request = ask(path_of(review) + ":reply", "write");
    request.method = "POST";
    request.body = reply_body(post.text);
    request.repeatable = true;  // one slot: the same words put in twice stand there once
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    receipt.external_id = review.package + "/" + review.review + "/reply";
    if (answer) receipt.moderation = model::Moderation::published;
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const ReviewName review, answered(outbound, post));
    const auto answer = api_.call(ask(path_of(review), "reviews"));
    if (!answer && answer.error().kind == Kind::not_found) return channel::Found::no;
    if (!answer) return Error(answer.error());
    return channel::found_in_slot(reply_in(answer->body), post);
  }

  Result<channel::Health> check() override {
    channel::Health health;
    for (const ReviewPlace& app : apps_) {
      const auto page = list(app.name, "", 1);
      if (page) {
        health.facts.push_back(app.title + ": its reviews can be read");
      } else if (apps_.size() == 1 || page.error().kind == Kind::unauthorized) {
        return Error(page.error());
      } else {
        health.warnings.push_back(app.title + ": " + page.error().what);
      }
    }
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
  static std::string path_of(const ReviewName& name) {
    return channel::path_of("androidpublisher/v3/applications/{}/reviews/{}", {name.package, name.review});
  }

  Result<channel::ReviewPage> list(const std::string& package, const std::string& token, int size) {
    ApiRequest request = ask(channel::path_of("androidpublisher/v3/applications/{}/reviews", {package}), "reviews");
    request.query = {{"maxResults", std::to_string(size)}};
    if (!token.empty()) request.query.emplace_back("token", token);
    TRY(const auto answer, api_.call(request));
    return read_reviews(answer.body, package);
  }

  static Result<ReviewName> answered(const channel::Outbound& outbound, const channel::Post& post) {
    for (const std::string& id : {post.answers_id, post.in_reply_to, outbound.in_reply_to}) {
      if (auto name = name_of(id)) return *std::move(name);
    }
    return fail(Kind::invalid, "only reviews can be answered here");
  }

  const std::vector<ReviewPlace> apps_;
  const Clock& clock_;
  channel::Api api_;
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/google_play/notifications.inc"
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
  out.name = "google_play";
  out.title = "Google Play";
  out.handle_kind = "google_play_review";
  out.settings = kSettings;
  out.can = kCan;
  out.limits.text = 350;
  out.slots = {1, true, false};
  out.reply = channel::ReplyGrade::api;
  out.display = {channel::Display::quote, true, true, true, "Google Play Developer Distribution Agreement, 2026-11-21"};
  out.poll = std::chrono::minutes(15);
  out.history = std::chrono::hours(24 * 7);
  out.setup = kSetup;
  out.send_class = channel::SendClass::named;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.notifications = kNotifications;
  out.open = GooglePlay::open;
  return out;
}();

}  // namespace amends::connectors::google_play
