// Trustpilot: service reviews of a company's profiles, and the company's reply to each.
#include "core/channel/connector.h"

#include <algorithm>
#include <chrono>

#include "connectors/trustpilot/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "core/channel/review_book.h"
#include "core/channel/scrub.h"
#include "core/net/http_client.h"

namespace amends::connectors::trustpilot {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::ReviewPlace;
using channel::Setting;
using channel::SettingKind;

constexpr int kPageSize = 100;

constexpr Setting kSettings[] = {
    {"domains", SettingKind::list, true, "Profiles", "the domains of your profiles: example.com, or example.com=Name"},
    {"api_key", SettingKind::secret, true, "API key", "of your application in Trustpilot Business"},
    {"api_secret", SettingKind::secret, true, "API secret", "of the same application"},
    {"user_id", SettingKind::text, false, "Business user", "the id of the user in whose name replies are written"},
    {"username", SettingKind::text, false, "User's e-mail",
     "only for applications that may not act on their own (grant type password)"},
    {"password", SettingKind::secret, false, "User's password", "with the user's e-mail"},
    {"sweep_hours",
     SettingKind::number,
     false,
     "Hours between whole readings",
     "how often all reviews are read again, for edits and deletions of older ones",
     "12",
     {},
     true},
    {"api_base",
     SettingKind::url,
     false,
     "Address of the API",
     "another one only for tests",
     "https://api.trustpilot.com",
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "You need a plan of Trustpilot Business with the API (connect) module.",
    "In Trustpilot Business, Integrations, Developers, APIs, make an application; copy its API key and secret.",
    "For replies: open the profile of the user who is to sign them and copy the user id.",
};

class Trustpilot final : public channel::Connector {
 public:
  static Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                          const channel::Environment& environment) {
    channel::Profile profile;
    profile.base = std::string(settings.get("api_base"));
    profile.renew = [environment, settings](const channel::TokenSet&) { return sign_in(settings, environment); };
    TRY(auto api, channel::Api::make(environment, std::move(profile)));
    return std::unique_ptr<channel::Connector>(std::make_unique<Trustpilot>(settings, environment, std::move(api)));
  }

  Trustpilot(const channel::Settings& settings, const channel::Environment& environment, channel::Api api)
      : settings_(settings), clock_(environment.clock), api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    TRY(const std::vector<ReviewPlace> companies, find_companies());
    channel::ReviewSite site;
    site.list = [this](const ReviewPlace& company, const std::string& token) { return list(company.name, token); };
    site.get = [this](const std::string& id) -> Result<channel::ReviewPieces> {
      TRY(const auto answer, get_review(id));
      return read_review(answer.body);
    };
    site.sweep_every = std::chrono::hours(std::max<std::int64_t>(1, settings_.number("sweep_hours")));
    return channel::pull_reviews(cursor, companies, site, clock_.now());
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, descriptor.limits));
    if (settings_.get("user_id").empty())
      return fail(Kind::invalid, "no user_id is set", "Trustpilot wants to know in whose name a reply is written");
    TRY(const std::string review, answered(outbound, post));
    TRY(const auto there, get_review(review));
    TRY_DO(channel::slot_is_ours(reply_in(there.body), post));
    channel::Receipt receipt;
    if (channel::found_in_slot(reply_in(there.body), post) == channel::Found::yes) {
      // A try whose answer nobody heard had arrived.
      TRY(receipt, channel::receipt_of(outbound, channel::ApiAnswer{there.status, {}, {}}));
    } else {
      ApiRequest request = ask(channel::path_of("v1/private/reviews/{}/reply", {review}), "write");
      request.method = "POST";
      request.body = reply_body(post.text, settings_.get("user_id"));
      TRY(receipt, channel::receipt_of(outbound, unquoted(api_.act(outbound, request))));
    }
    receipt.external_id = review + "/reply";
    receipt.permalink = "https://www.trustpilot.com/reviews/" + review;
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const std::string review, answered(outbound, post));
    const auto answer = get_review(review);
    if (!answer && answer.error().kind == Kind::not_found) return channel::Found::no;
    if (!answer) return Error(answer.error());
    return channel::found_in_slot(reply_in(answer->body), post);
  }

  Result<channel::Health> check() override {
    found_.clear();
    TRY(const std::vector<ReviewPlace> companies, find_companies());
    channel::Health health;
    std::int64_t count = 0;
    bool counted = true;
    for (const auto& company : companies) TRY_DO(list(company.name, ""));
    for (const Company& company : details_) {
      counted = counted && company.reviews;
      count += company.reviews.value_or(0);
      std::string fact = company.name + ": " + std::to_string(company.reviews.value_or(0)) + " reviews";
      if (company.score) fact += ", TrustScore " + std::to_string(*company.score).substr(0, 3);
      health.facts.push_back(std::move(fact));
    }
    if (counted) health.remote_count = count;
    if (settings_.get("user_id").empty())
      health.warnings.emplace_back("no user_id is set: reviews are read, replies can't be written");
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  static Result<channel::TokenSet> sign_in(const channel::Settings& settings, const channel::Environment& environment) {
    net::HttpRequest request;
    request.method = "POST";
    std::string base(settings.get("api_base"));
    if (!base.empty() && base.back() == '/') base.pop_back();
    request.url = base + "/v1/oauth/oauth-business-users-for-applications/accesstoken";
    const std::string key = std::string(settings.get("api_key")) + ":" + std::string(settings.get("api_secret"));
    request.headers = {{"Authorization", "Basic " + text::to_base64(key)},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    channel::Fields form = {{"grant_type", "client_credentials"}};
    if (!settings.get("username").empty())
      form = {{"grant_type", "password"},
              {"username", std::string(settings.get("username"))},
              {"password", std::string(settings.get("password"))}};
    request.body = channel::encode_fields(form);
    request.repeatable = true;
    TRY(const auto answer, environment.http.run(request));
    if (answer.status == 429) {
      Error error = fail(Kind::rate_limited, "Trustpilot gave too many tokens of late");
      error.retry_after = channel::kUnsaidWait;
      return error;
    }
    if (answer.status == 401)
      return fail(Kind::unauthorized, "Trustpilot doesn't accept the API key and secret",
                  "copy both again from Integrations, Developers, APIs");
    return channel::read_token_answer(answer.status, answer.body, environment.clock.now());
  }

  static ApiRequest ask(std::string path, std::string bucket) {
    ApiRequest out;
    out.path = std::move(path);
    out.bucket = std::move(bucket);
    return out;
  }

  // Trustpilot was told the key and secret when we signed in; what it says later is passed on without them.
  Result<channel::ApiAnswer> unquoted(Result<channel::ApiAnswer> answer) const {
    if (answer) return answer;
    std::vector<std::string> secrets;
    for (const char* key : {"api_key", "api_secret", "password"}) {
      secrets.emplace_back(settings_.get(key));
      secrets.push_back(text::to_base64(settings_.get(key)));
    }
    answer.error().what = channel::scrubbed(std::move(answer.error().what), std::move(secrets));
    return answer;
  }
  Result<channel::ApiAnswer> call(const ApiRequest& request) { return unquoted(api_.call(request)); }

  Result<channel::ReviewPage> list(const std::string& company, const std::string& token) {
    const int page = token.empty() ? 1 : static_cast<int>(std::strtol(token.c_str(), nullptr, 10));
    ApiRequest request = ask(channel::path_of("v1/private/business-units/{}/reviews", {company}), "reviews");
    request.query = {
        {"page", std::to_string(page)}, {"perPage", std::to_string(kPageSize)}, {"orderBy", "createdat.desc"}};
    TRY(const auto answer, call(request));
    return read_reviews(answer.body, page);
  }

  Result<channel::ApiAnswer> get_review(const std::string& id) {
    return call(ask(channel::path_of("v1/private/reviews/{}", {id}), "reviews"));
  }

  // The business units behind the domains; their ids never change, so they are looked up once.
  Result<std::vector<ReviewPlace>> find_companies() {
    if (!found_.empty()) return found_;
    details_.clear();
    std::vector<ReviewPlace> out;
    for (const ReviewPlace& place : channel::places_of(settings_.list("domains"))) {
      ApiRequest request = ask("v1/business-units/find", "find");
      request.query = {{"name", place.name}};
      request.headers = {{"apikey", std::string(settings_.get("api_key"))}};
      request.anonymous = true;
      const auto answer = call(request);
      if (!answer && answer.error().kind == Kind::not_found)
        return fail(Kind::invalid, "domains: Trustpilot has no profile of \"" + text::excerpt(place.name, 80) + "\"");
      if (!answer) return Error(answer.error());
      TRY(Company company, read_company(answer->body));
      if (place.title != place.name || company.name.empty()) company.name = place.title;
      out.push_back({company.id, company.name});
      details_.push_back(std::move(company));
    }
    found_ = out;
    return out;
  }

  static Result<std::string> answered(const channel::Outbound& outbound, const channel::Post& post) {
    for (const std::string& id : {post.answers_id, post.in_reply_to, outbound.in_reply_to}) {
      if (std::string review = review_id(id); !review.empty()) return review;
    }
    return fail(Kind::invalid, "only reviews can be answered here");
  }

  const channel::Settings settings_;
  const Clock& clock_;
  channel::Api api_;
  std::vector<ReviewPlace> found_;
  std::vector<Company> details_;
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/trustpilot/notifications.inc"
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
  out.name = "trustpilot";
  out.title = "Trustpilot";
  out.handle_kind = "trustpilot";
  out.settings = kSettings;
  out.can = kCan;
  out.limits.text = 5000;  // none is documented; a reply that long is none
  out.slots = {1, false, false};
  out.reply = channel::ReplyGrade::api;
  out.display = {channel::Display::quote, true, true, true, "Trustpilot Brand and Review Usage Guidelines, 2026-11-21"};
  out.poll = std::chrono::minutes(10);
  out.setup = kSetup;
  out.send_class = channel::SendClass::lookable;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.notifications = kNotifications;
  out.open = Trustpilot::open;
  return out;
}();

}  // namespace amends::connectors::trustpilot
