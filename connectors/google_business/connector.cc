// Google Business Profile: reviews of the locations a person manages, and the owner's replies to them.
#include "core/channel/connector.h"

#include <algorithm>
#include <chrono>

#include "connectors/common/google/sign_in.h"
#include "connectors/google_business/push.h"
#include "connectors/google_business/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "core/channel/review_book.h"

namespace amends::connectors::google_business {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::ReviewPlace;
using channel::Setting;
using channel::SettingKind;

constexpr std::string_view kApi = "https://mybusiness.googleapis.com";
constexpr std::string_view kAccounts = "https://mybusinessaccountmanagement.googleapis.com";
constexpr std::string_view kPlaces = "https://mybusinessbusinessinformation.googleapis.com";

constexpr Setting kSettings[] = {
    {"client_id", SettingKind::text, true, "Client id", "of the OAuth client in your Google Cloud project"},
    {"client_secret", SettingKind::secret, true, "Client secret", "of the same OAuth client"},
    {"locations", SettingKind::list, false, "Locations",
     "accounts/1/locations/2, or accounts/1/locations/2=Name; empty: all that the signed-in person manages"},
    {"push_audience", SettingKind::text, false, "Push audience",
     "the audience of the Pub/Sub push subscription; without it nothing pushed is believed"},
    {"push_account", SettingKind::text, false, "Push account", "the service account that signs what is pushed"},
    {"sweep_hours",
     SettingKind::number,
     false,
     "Hours between whole readings",
     "how often all reviews are read again, for deletions and for Google's verdict on replies",
     "6",
     {},
     true},
    {"api_base", SettingKind::url, false, "Address of the API", "another one only for tests", kApi, {}, true},
    {"oauth_base", SettingKind::url, false, "Address of the sign-in", "empty: Google's own", {}, {}, true},
    {"push_keys",
     SettingKind::url,
     false,
     "Keys that sign what is pushed",
     "where Google publishes them; another address only for tests",
     "https://www.googleapis.com/oauth2/v3/certs",
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "In the Google Cloud console make a project and ask for access to the Business Profile APIs (form "
    "\"Application for Basic API Access\"); the answer takes days, until then every call is refused.",
    "Enable: Google My Business API, My Business Account Management API, My Business Business Information API.",
    "Set up the OAuth consent screen with the scope https://www.googleapis.com/auth/business.manage and publish it: in "
    "testing Google ends every sign-in after seven days.",
    "Make an OAuth client of type \"Web application\" with the redirect address shown here; enter its id and secret.",
    "Connect, signed in as an owner or manager of the locations. Only verified locations have reviews to read.",
    "For news at once: a Pub/Sub topic on which mybusiness-api-pubsub@system.gserviceaccount.com may publish, a push "
    "subscription with authentication to the webhook's address, and the topic in the account's notification settings "
    "(NEW_REVIEW, UPDATED_REVIEW).",
};

std::vector<ReviewPlace> chosen_locations(const channel::Settings& settings) {
  return channel::places_of(settings.list("locations"));
}

Result<channel::OAuthProfile> oauth(const channel::Settings& settings) {
  return google::oauth_of(settings, "https://www.googleapis.com/auth/business.manage");
}

class GoogleBusiness final : public channel::Connector {
 public:
  using Refusal = std::shared_ptr<std::optional<Error>>;

  static Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                          const channel::Environment& environment) {
    for (const ReviewPlace& place : chosen_locations(settings)) {
      if (!is_location_name(place.name))
        return fail(Kind::invalid, "locations: \"" + text::excerpt(place.name, 80) + "\" is no location",
                    "write accounts/1/locations/2, or leave it empty for all locations");
    }
    // One address for all three APIs when it isn't Google's own.
    const auto unapproved = std::make_shared<std::optional<Error>>();
    const std::string base(settings.get("api_base"));
    const bool official = base == kApi;
    TRY(auto reviews, channel::Api::make(environment, profile(settings, environment, unapproved, base)));
    TRY(auto accounts, channel::Api::make(environment, profile(settings, environment, unapproved,
                                                               official ? std::string(kAccounts) : base)));
    TRY(auto places, channel::Api::make(environment, profile(settings, environment, unapproved,
                                                             official ? std::string(kPlaces) : base)));
    return std::unique_ptr<channel::Connector>(std::make_unique<GoogleBusiness>(
        settings, environment, unapproved, std::move(reviews), std::move(accounts), std::move(places)));
  }

  GoogleBusiness(channel::Settings settings, const channel::Environment& environment, Refusal unapproved,
                 channel::Api reviews, channel::Api accounts, channel::Api places)
      : settings_(std::move(settings)),
        environment_(environment),
        unapproved_(std::move(unapproved)),
        reviews_(std::move(reviews)),
        accounts_(std::move(accounts)),
        places_(std::move(places)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    TRY(const std::vector<ReviewPlace> locations, find_locations());
    channel::ReviewSite site;
    site.list = [this](const ReviewPlace& place, const std::string& token) { return list(place.name, token, 50); };
    site.get = [this](const std::string& name) -> Result<channel::ReviewPieces> {
      TRY(const auto answer, get_review(name));
      return read_review(answer.body);
    };
    site.sweep_every = std::chrono::hours(std::max<std::int64_t>(1, settings_.number("sweep_hours")));
    TRY(channel::Page page, channel::pull_reviews(cursor, locations, site, environment_.clock.now()));
    if (locations.empty()) page.notes.emplace_back("the signed-in person manages no location");
    return page;
  }

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    TRY_DO(push_.check(request));
    channel::WebhookReply reply;
    reply.status = 204;
    TRY(const Push push, read_push(request.body, request.received_at));
    // News of other kinds (questions, suggested edits) are heard and need nothing of us.
    if (push.review.empty()) return reply;
    const std::string place = title_of(push.review);
    const auto answer = get_review(push.review);
    if (!answer) {
      if (answer.error().kind != Kind::not_found) return Error(answer.error());
      reply.items.push_back(channel::item_of(channel::tombstone(push.review, push.at), place));
      return reply;
    }
    TRY(const channel::ReviewPieces pieces, read_review(answer->body));
    reply.items.push_back(channel::item_of(pieces.review, place));
    if (pieces.reply) reply.items.push_back(channel::item_of(*pieces.reply, place));
    return reply;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, descriptor.limits));
    TRY(const std::string review, answered(outbound, post));
    if (post.replaces.empty()) {
      TRY(const auto there, get_review(review));
      TRY_DO(channel::slot_is_ours(reply_in(there.body), post));
    }
    ApiRequest request = ask("v4/" + review + "/reply", "write");
    request.method = "PUT";
    request.body = reply_body(post.text);
    request.repeatable = true;  // one slot: the same words put in twice stand there once
    const auto answer = reviews_.act(outbound, request);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    receipt.external_id = review + "/reply";
    return answer ? read_reply_answer(answer->body, std::move(receipt)) : receipt;
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
    TRY(const std::vector<ReviewPlace> locations, find_locations());
    channel::Health health;
    health.facts.push_back(std::to_string(locations.size()) + (locations.size() == 1 ? " location" : " locations"));
    if (locations.empty()) health.warnings.emplace_back("the signed-in person manages no location");
    std::int64_t count = 0;
    for (const ReviewPlace& place : locations) {
      const auto page = list(place.name, "", 1);
      if (!page) {
        if (page.error().kind == Kind::unauthorized || locations.size() == 1) return Error(page.error());
        health.warnings.push_back(place.title + ": " + page.error().what);
        continue;
      }
      count += page->total.value_or(0);
      std::string fact = place.title + ": " + std::to_string(page->total.value_or(0)) + " reviews";
      if (page->average) fact += ", " + std::to_string(*page->average).substr(0, 3) + " stars on average";
      health.facts.push_back(std::move(fact));
    }
    if (health.warnings.empty()) health.remote_count = count;
    if (settings_.get("push_audience").empty())
      health.facts.emplace_back("no push subscription: new reviews wait for the next pull");
    return health;
  }

  void interrupt() noexcept override {
    reviews_.interrupt();
    accounts_.interrupt();
    places_.interrupt();
    push_.interrupt();
  }

 private:
  static channel::Profile profile(const channel::Settings& settings, const channel::Environment& environment,
                                  const Refusal& unapproved, const std::string& base) {
    channel::Profile out;
    out.base = base + (base.empty() || base.back() != '/' ? "/" : "");
    // Settings were checked when the account was opened: they give a profile.
    if (auto by = oauth(settings)) out.renew = channel::renew_by_refresh(*std::move(by), environment);
    out.read_error = [](const channel::ApiAnswer& answer) { return read_refusal(answer.status, answer.body); };
    out.is_limit = [unapproved](const channel::ApiAnswer& answer) -> std::optional<std::chrono::seconds> {
      if (answer.status == 429) *unapproved = read_refusal(answer.status, answer.body);
      if (!is_limit(answer.status, answer.body)) return {};
      return channel::kUnsaidWait;
    };
    return out;
  }

  // A project without approval has a quota of nothing, and is told to come back in a minute: that must be said.
  Result<channel::ApiAnswer> call(channel::Api& api, const ApiRequest& request) {
    auto answer = api.call(request);
    if (!answer && answer.error().kind == Kind::rate_limited && *unapproved_) return Error(**unapproved_);
    return answer;
  }

  static ApiRequest ask(std::string path, std::string bucket) {
    ApiRequest out;
    out.path = std::move(path);
    out.bucket = std::move(bucket);
    return out;
  }

  Result<channel::ReviewPage> list(const std::string& location, const std::string& token, int size) {
    ApiRequest request = ask("v4/" + location + "/reviews", "reviews");
    request.query = {{"pageSize", std::to_string(size)}, {"orderBy", "updateTime desc"}};
    if (!token.empty()) request.query.emplace_back("pageToken", token);
    TRY(const auto answer, call(reviews_, request));
    return read_reviews(answer.body);
  }

  Result<channel::ApiAnswer> get_review(const std::string& name) {
    return call(reviews_, ask("v4/" + name, "reviews"));
  }

  // Those of the settings; else all, looked up once an hour.
  Result<std::vector<ReviewPlace>> find_locations() {
    if (auto chosen = chosen_locations(settings_); !chosen.empty()) return chosen;
    const auto ticks = environment_.clock.ticks();
    if (!found_.empty() && ticks - found_at_ < std::chrono::hours(1)) return found_;
    std::vector<ReviewPlace> out;
    TRY(const auto accounts, all_pages(accounts_, "v1/accounts", {{"pageSize", "20"}}, read_accounts));
    for (const ReviewPlace& account : accounts) {
      const auto read = [&](std::string_view body) { return read_locations(body, account.name); };
      TRY(auto places, all_pages(places_, "v1/" + account.name + "/locations",
                                 {{"readMask", "name,title,storefrontAddress"}, {"pageSize", "100"}}, read));
      for (ReviewPlace& place : places) {
        // A location may be seen through several accounts; once is enough.
        const std::string tail = place.name.substr(place.name.find("/locations/"));
        const bool known = std::any_of(out.begin(), out.end(), [&](const ReviewPlace& p) {
          return p.name.substr(p.name.find("/locations/")) == tail;
        });
        if (!known) out.push_back(std::move(place));
      }
    }
    found_ = out;
    found_at_ = ticks;
    return out;
  }

  template <class Read>
  Result<std::vector<ReviewPlace>> all_pages(channel::Api& api, const std::string& path, const channel::Fields& query,
                                             Read read) {
    std::vector<ReviewPlace> out;
    std::string token;
    do {
      ApiRequest request = ask(path, "places");
      request.query = query;
      if (!token.empty()) request.query.emplace_back("pageToken", token);
      TRY(const auto answer, call(api, request));
      TRY(PlacePage page, read(answer.body));
      out.insert(out.end(), page.places.begin(), page.places.end());
      if (page.next == token) break;
      token = page.next;
    } while (!token.empty());
    return out;
  }

  // As pull() calls the place, so that both deliver the same.
  std::string title_of(const std::string& review) {
    std::string location = review.substr(0, review.find("/reviews/"));
    if (const auto all = find_locations()) {
      for (const ReviewPlace& place : *all) {
        if (place.name == location) return place.title;
      }
    }
    return location;
  }

  static Result<std::string> answered(const channel::Outbound& outbound, const channel::Post& post) {
    for (const std::string& id : {post.answers_id, post.in_reply_to, outbound.in_reply_to}) {
      if (std::string name = review_name(id); !name.empty()) return name;
    }
    return fail(Kind::invalid, "only reviews can be answered here");
  }

  const channel::Settings settings_;
  const channel::Environment environment_;
  const Refusal unapproved_;
  channel::Api reviews_, accounts_, places_;
  PushProof push_{settings_, environment_};
  std::vector<ReviewPlace> found_;
  std::chrono::milliseconds found_at_{0};
};

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/google_business/notifications.inc"
    ;

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

constexpr channel::Capabilities kCan = [] {
  channel::Capabilities can;
  can.pull = can.webhook = can.send = can.find = can.check = can.public_reply = true;
  return can;
}();

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "google_business";
  out.title = "Google Business Profile";
  out.handle_kind = "google_review";
  out.settings = kSettings;
  out.can = kCan;
  out.limits.text = 4096;
  out.limits.unit = channel::LengthUnit::bytes;
  out.slots = {1, true, true};
  out.reply = channel::ReplyGrade::api;
  out.display = {channel::Display::quote, false, true, true, "Business Profile API policies, 2026-11-21"};
  out.sign_in = channel::SignIn::oauth;
  out.poll = std::chrono::minutes(10);
  out.setup = kSetup;
  out.send_class = channel::SendClass::named;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.notifications = kNotifications;
  out.oauth = oauth;
  out.open = GoogleBusiness::open;
  return out;
}();

}  // namespace amends::connectors::google_business
