// Reddit: what comes into an account's inbox (mentions, replies, private messages) and posts that a search finds. What
// was edited or taken back is asked for again, since nobody tells.
#include "core/channel/connector.h"

#include <algorithm>

#include "connectors/reddit/sign_in.h"
#include "connectors/reddit/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/following.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/post.h"

namespace amends::connectors::reddit {
namespace {

using channel::ApiRequest;
using channel::Json;
using channel::Setting;
using channel::SettingKind;
using channel::text_at;

constexpr Setting kSettings[] = {
    {"username", SettingKind::text, true, "User name", "the account's name, without u/"},
    {"client_id", SettingKind::text, true, "Client id", "of a web app made at reddit.com/prefs/apps"},
    {"client_secret", SettingKind::secret, true, "Client secret", "shown there beside the client id"},
    {"search", SettingKind::text, false, "Search",
     "posts that this query finds come in as mentions: \"our shop\" OR ourshop"},
    {"subreddits", SettingKind::list, false, "Subreddits", "where to search; everywhere when left out"},
    {"api_base", SettingKind::url, false, "API address", "when it is reached by another one",
     "https://oauth.reddit.com", "", true},
    {"login_base", SettingKind::url, false, "Login address", "the same for signing in", "https://www.reddit.com", "",
     true},
};

constexpr std::string_view kSetup[] = {
    "Reddit asks for approval of new API use: apply at support.reddithelp.com, API access, and say it is customer "
    "care.",
    "At reddit.com/prefs/apps create an app of the type web app, with the redirect address that Amends shows.",
    "Copy its client id and secret here, then press Connect and agree.",
};

constexpr channel::Limits kLimits{10'000, channel::LengthUnit::code_points, 0, 0};
constexpr const char* kPage = "100";
constexpr std::size_t kBatch = 100;  // api/info
constexpr std::chrono::minutes kOverlap{5};

struct Place {
  channel::Listing inbox, own, search;
  channel::Rechecks watch;  // version: the kind and, behind a colon, the version
};

Place read_place(std::string_view cursor) {
  Place out;
  const auto json = channel::parse_json(cursor);
  if (!json) return out;
  const auto part = [&](const char* key) { return channel::dump(channel::at(*json, key)); };
  out.inbox = channel::Listing::read(part("inbox"));
  out.own = channel::Listing::read(part("own"));
  out.search = channel::Listing::read(part("search"));
  out.watch = channel::Rechecks::read(part("watch"));
  return out;
}

std::string write_place(const Place& place) {
  return channel::dump({{"inbox", *channel::parse_json(place.inbox.write())},
                        {"own", *channel::parse_json(place.own.write())},
                        {"search", *channel::parse_json(place.search.write())},
                        {"watch", *channel::parse_json(place.watch.write())}});
}

class RedditConnector final : public channel::Connector {
 public:
  RedditConnector(const channel::Environment& environment, channel::Api api, const channel::Settings& settings)
      : environment_(environment), api_(std::move(api)), settings_(settings), me_(settings.get("username")) {}

  // The listings one after the other; a reading that broke off goes on where it was.
  Result<channel::Page> pull(std::string_view cursor) override {
    Place place = read_place(cursor);
    channel::Page page;
    const bool own = place.own.top.empty(), search = place.search.top.empty();
    if (own && search) TRY_DO(read(place, place.inbox, "message/inbox", {}, page));
    if (!page.more && search) TRY_DO(read(place, place.own, own_path(), {{"sort", "new"}}, page));
    if (!page.more && !settings_.get("search").empty()) {
      TRY_DO(read(place, place.search, search_path(), search_query(), page));
    }
    if (!page.more) TRY_DO(recheck(place, page));
    page.cursor = write_place(place);
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, kLimits));
    if (post.in_reply_to.empty()) return fail(Kind::invalid, "only what was written on Reddit can be answered there");
    ApiRequest request;
    request.method = "POST";
    request.path = "api/comment";
    request.content_type = "application/x-www-form-urlencoded";
    request.body = channel::encode_fields(
        {{"api_type", "json"}, {"raw_json", "1"}, {"thing_id", post.in_reply_to}, {"text", post.text}});
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    const auto json = answer ? channel::parse_json(answer->body) : Result<Json>(Json());
    const Json thing = json ? channel::at(*json, "json.data.things.0") : Json();
    receipt.external_id = text_at(thing, "data.name");
    if (receipt.external_id.empty()) {
      for (auto& one : receipt.recipients) one.state = model::RecipientState::in_doubt;
    }
    if (const std::string path = text_at(thing, "data.permalink"); !path.empty()) {
      receipt.permalink = "https://www.reddit.com" + path;
    }
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    const bool message = post.in_reply_to.substr(0, 3) == "t4_";
    std::string after;
    for (int pages = 0; pages < 10; ++pages) {
      channel::Fields query{{"limit", kPage}, {"raw_json", "1"}};
      if (!message) query.emplace_back("sort", "new");
      if (!after.empty()) query.emplace_back("after", after);
      TRY(const Json listing, get(message ? "message/sent" : own_path(), std::move(query)));
      if (!channel::at(listing, "data.children").is_array()) return channel::Found::unknown;
      for (const Json& thing : things_of(listing)) {
        if (written_at(thing, since) < since - std::chrono::minutes(10)) return channel::Found::no;
        if (text_at(thing, "data.parent_id") == post.in_reply_to &&
            text::squeeze(text_at(thing, "data.body")) == text::squeeze(post.text)) {
          return channel::Found::yes;
        }
      }
      after = text_at(listing, "data.after");
      if (after.empty()) return channel::Found::no;
    }
    return channel::Found::unknown;
  }

  Result<channel::Health> check() override {
    TRY(const Json me, get("api/v1/me", {{"raw_json", "1"}}));
    channel::Health health;
    const std::string name = text_at(me, "name");
    health.facts.push_back("signed in as u/" + name);
    if (!text::equals_ignoring_case(name, me_)) health.warnings.push_back("username says u/" + me_);
    if (channel::flag_at(me, "is_suspended")) health.warnings.emplace_back("Reddit has suspended this account");
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  Result<Json> get(std::string path, channel::Fields query) {
    ApiRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    TRY(const channel::ApiAnswer answer, api_.call(request));
    return channel::parse_json(answer.body);
  }

  std::string own_path() const { return channel::path_of("user/{}/comments", {me_}); }
  std::string search_path() const {
    const auto where = settings_.list("subreddits");
    return where.empty() ? "search" : "r/" + channel::percent_encode(text::join(where, "+")) + "/search";
  }
  channel::Fields search_query() const {
    channel::Fields out{{"q", std::string(settings_.get("search"))}, {"sort", "new"}, {"type", "link"}};
    if (!settings_.list("subreddits").empty()) out.emplace_back("restrict_sr", "1");
    return out;
  }

  // One page, newest first; marks are seconds of Unix time.
  Result<Done> read(Place& place, channel::Listing& listing, std::string path, channel::Fields query,
                    channel::Page& page) {
    query.emplace_back("limit", kPage);
    query.emplace_back("raw_json", "1");
    if (!listing.next.empty()) query.emplace_back("after", listing.next);
    TRY(const Json answer, get(std::move(path), std::move(query)));
    if (!channel::at(answer, "data.children").is_array()) return fail(Kind::corrupt, "Reddit's answer is no listing");
    const Timestamp now = environment_.clock.now();
    const Timestamp until{std::strtoll(listing.until.c_str(), nullptr, 10) * 1000};
    Timestamp newest = until;
    bool reached = false;
    for (const Json& thing : things_of(answer)) {
      const Timestamp written = written_at(thing, now);
      newest = std::max(newest, written);
      reached = reached || written < until - kOverlap;
      take(thing, place, page, now);
    }
    const std::string mark = newest.ms > 0 ? std::to_string(newest.ms / 1000) : std::string();
    page.more = listing.page(mark, text_at(answer, "data.after"), reached);
    return Done{};
  }

  void take(const Json& thing, Place& place, channel::Page& page, Timestamp now) {
    const std::string_view kind = kind_of(thing, me_);
    if (kind.empty() || is_gone(thing)) return;
    model::Item item = item_of(thing, kind, now);
    // Private messages can't be asked for again.
    const bool watched = kind != "message";
    const std::string version = std::string(kind) + ":" + version_of(thing);
    if (watched && place.watch.knows(item.external_id)) return;
    if (watched) place.watch.saw(item.external_id, version, written_at(thing, now), now);
    page.items.push_back(std::move(item));
  }

  Result<Done> recheck(Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    const auto names = place.watch.due(now, kBatch);
    if (names.empty()) return Done{};
    TRY(const Json answer, get("api/info", {{"id", text::join(names, ",")}, {"raw_json", "1"}}));
    for (const Json& thing : things_of(answer)) {
      const std::string name = text_at(thing, "data.name");
      const std::string before(place.watch.version_of(name));
      if (before.empty()) continue;
      const std::string kind = before.substr(0, before.find(':'));
      if (is_gone(thing)) {
        if (place.watch.gone(name)) page.items.push_back(channel::gone_item(name, kind == "own", now));
      } else if (place.watch.saw(name, kind + ":" + version_of(thing), now, now)) {
        page.items.push_back(item_of(thing, kind, now));
      }
    }
    return Done{};
  }

  const channel::Environment environment_;
  channel::Api api_;
  const channel::Settings settings_;
  const std::string me_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

std::vector<std::string> own_handles(const channel::Settings& settings) {
  return {text::ascii_lower(settings.get("username"))};
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  TRY(channel::Profile profile, profile_of(settings, environment));
  TRY(channel::Api api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(std::make_unique<RedditConnector>(environment, std::move(api), settings));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "reddit";
  d.title = "Reddit";
  d.handle_kind = "reddit";
  d.settings = kSettings;
  d.can.pull = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  d.limits = kLimits;
  d.reply = channel::ReplyGrade::api;
  d.display = {channel::Display::embed_only, true, true, true,
               "Reddit Developer Terms and Data API Terms: user content stays its author's, 2026-11-21"};
  d.sign_in = channel::SignIn::oauth;
  d.poll = std::chrono::seconds(60);
  d.setup = kSetup;
  d.send_class = channel::SendClass::lookable;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.own_handles = own_handles;
  d.oauth = oauth_of;
  d.open = open;
  return d;
}

}  // namespace

extern const channel::Descriptor descriptor;
constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::reddit
