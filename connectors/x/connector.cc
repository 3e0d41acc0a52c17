// X: posts that mention one account. X wants deletions, edits and protected accounts honoured, and tells of them to
// paying customers of other products only: so what we hold is looked up again.
#include "core/channel/connector.h"

#include <algorithm>
#include <set>

#include "connectors/x/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/following.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/multipart.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"

namespace amends::connectors::x {
extern const channel::Descriptor descriptor;
namespace {

using channel::ApiRequest;
using channel::Json;
using channel::list_at;
using channel::Setting;
using channel::SettingKind;
using channel::text_at;

constexpr Setting kSettings[] = {
    {"username", SettingKind::text, true, "User name", "the account's name, without @"},
    {"client_id", SettingKind::text, true, "Client id",
     "of an app at developer.x.com: User authentication settings, OAuth 2.0"},
    {"client_secret", SettingKind::secret, false, "Client secret",
     "shown beside it, when the app is a confidential client"},
    {"api_base", SettingKind::url, false, "API address", "when it is reached by another one", "https://api.x.com", "",
     true},
    {"login_base", SettingKind::url, false, "Login address", "the same for the page that asks for consent",
     "https://x.com", "", true},
};

constexpr std::string_view kSetup[] = {
    "At developer.x.com make a project and an app; reading mentions takes a paid plan or credits.",
    "Under User authentication settings switch OAuth 2.0 on: Web App, Read and write, with the callback address that "
    "Amends shows.",
    "Copy the client id and client secret here, then press Connect and agree.",
};

// docs.x.com/x-api/media/introduction and .../quickstart/best-practices (2026-11-22): up to four pictures of 5 MB;
// films and moving pictures are uploaded in pieces, which we don't do. Descriptions: developer.x.com,
// media/metadata/create.
constexpr channel::AttachmentRule kAttachments[] = {
    {"pictures", "image/jpeg image/png image/webp", 4, 5'000'000, 1000}};

constexpr channel::Limits kLimits{280, channel::LengthUnit::weighted, 0, 0};
constexpr std::size_t kBatch = 100;  // /2/tweets
// Every post looked up is paid for; X wants what is gone to go within a day.
constexpr std::chrono::hours kRest{6};

channel::Fields with_fields(channel::Fields out) {
  out.insert(out.end(), {{"expansions", "author_id,attachments.media_keys"},
                         {"tweet.fields",
                          "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
                          "in_reply_to_user_id,lang,note_tweet,possibly_sensitive,referenced_tweets"},
                         {"user.fields", "name,protected,username"},
                         {"media.fields", "alt_text,type,url"}});
  return out;
}

struct Place {
  std::string me;
  channel::Listing mentions, own;  // marks are post ids
  channel::Rechecks watch;         // by first id; the version is the last id
};

Place read_place(std::string_view cursor) {
  Place out;
  const auto json = channel::parse_json(cursor);
  if (!json) return out;
  out.me = text_at(*json, "me");
  out.mentions = channel::Listing::read(channel::dump(channel::at(*json, "mentions")));
  out.own = channel::Listing::read(channel::dump(channel::at(*json, "own")));
  out.watch = channel::Rechecks::read(channel::dump(channel::at(*json, "watch")));
  return out;
}

std::string write_place(const Place& place) {
  return channel::dump({{"me", place.me},
                        {"mentions", *channel::parse_json(place.mentions.write())},
                        {"own", *channel::parse_json(place.own.write())},
                        {"watch", *channel::parse_json(place.watch.write())}});
}

std::string without_slash(std::string_view url) {
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  return std::string(url);
}

Result<channel::OAuthProfile> oauth_of(const channel::Settings& settings) {
  if (settings.get("client_id").empty())
    return fail(Kind::invalid, "client_id is missing", "make an app at developer.x.com");
  const std::string api = without_slash(settings.get("api_base"));
  channel::OAuthProfile out;
  out.authorize_url = without_slash(settings.get("login_base")) + "/i/oauth2/authorize";
  out.token_url = api + "/2/oauth2/token";
  out.revoke_url = api + "/2/oauth2/revoke";
  out.client_id = settings.get("client_id");
  out.client_secret = Secret(std::string(settings.get("client_secret")));
  out.client_auth = out.client_secret.empty() ? channel::ClientAuth::none : channel::ClientAuth::basic;
  out.scopes = {"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"};
  return out;
}

bool is_duplicate(const Error& error) {
  return error.kind == Kind::rejected && text::find_ignoring_case(error.what, "duplicate content") != error.what.npos;
}

class XConnector final : public channel::Connector {
 public:
  XConnector(const channel::Environment& environment, channel::Api api)
      : environment_(environment), api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    Place place = read_place(cursor);
    if (place.me.empty()) {
      TRY(place.me, who_am_i());
    }
    channel::Page page;
    if (place.own.top.empty()) TRY_DO(read(place, place.mentions, "2/users/{}/mentions", {}, page));
    if (!page.more) TRY_DO(read(place, place.own, "2/users/{}/tweets", {{"exclude", "retweets"}}, page));
    if (!page.more) TRY_DO(recheck(place, page));
    page.cursor = write_place(place);
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_post_files(descriptor, post));
    TRY_DO(channel::check_length(post.text, kLimits));
    TRY(const auto media, upload(post.files));
    Json body = {{"text", post.text}};
    if (!post.in_reply_to.empty()) body["reply"] = {{"in_reply_to_tweet_id", post.in_reply_to}};
    if (!media.empty()) body["media"] = {{"media_ids", media}};
    ApiRequest request;
    request.method = "POST";
    request.path = "2/tweets";
    request.body = channel::dump(body);
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    if (!answer && is_duplicate(answer.error())) {
      // The same words stand there already. When they answer the same post, an earlier try put them there.
      TRY(const auto mine, ours_like(post, environment_.clock.now() - std::chrono::hours(24 * 7)));
      if (mine.id.empty()) return answer.error();
      return named(*channel::receipt_of(outbound, channel::ApiAnswer{200, "", {}}), mine.id);
    }
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    const auto json = answer ? channel::parse_json(answer->body) : Result<Json>(Json());
    const std::string id = json ? text_at(*json, "data.id") : std::string();
    if (!id.empty()) return named(std::move(receipt), id);
    for (auto& one : receipt.recipients) one.state = model::RecipientState::in_doubt;
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const auto mine, ours_like(post, since - std::chrono::minutes(10)));
    if (!mine.id.empty()) return channel::Found::yes;
    return mine.all_seen ? channel::Found::no : channel::Found::unknown;
  }

  Result<channel::Health> check() override {
    TRY(const Json me, get("2/users/me", {{"user.fields", "name,protected,username"}}));
    channel::Health health;
    health.facts.push_back("signed in as @" + text_at(me, "data.username"));
    if (channel::flag_at(me, "data.protected")) {
      health.warnings.emplace_back("the account's posts are protected: customers can't read the answers");
    }
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  // Nobody sees them until a post names them; X drops the others.
  Result<std::vector<std::string>> upload(const std::vector<channel::PostFile>& files) {
    std::vector<std::string> out;
    for (const channel::PostFile& file : files) {
      channel::MultipartForm form = channel::multipart({{"media_category", "tweet_image"},
                                                        {"media_type", file.content_type},
                                                        {"media", file.bytes, file.filename, file.content_type}});
      TRY(const Json uploaded, prepare("2/media/upload", std::move(form.content_type), std::move(form.body)));
      std::string id = text_at(uploaded, "data.id");
      if (id.empty()) return fail(Kind::corrupt, "X gives the picture no name");
      if (!file.alt.empty()) {
        const Json described = {{"id", id}, {"metadata", {{"alt_text", {{"text", file.alt}}}}}};
        TRY_DO(prepare("2/media/metadata", "application/json", channel::dump(described)));
      }
      out.push_back(std::move(id));
    }
    return out;
  }

  Result<Json> prepare(std::string path, std::string content_type, std::string body) {
    ApiRequest request;
    request.method = "POST";
    request.path = std::move(path);
    request.content_type = std::move(content_type);
    request.body = std::move(body);
    request.bucket = "media";
    request.repeatable = true;
    auto answer = api_.call(request);
    if (!answer && answer.error().kind == Kind::rejected) {
      // Accounts that were connected before pictures went along did not agree to media.write.
      return std::move(answer).error().with_hint("connect the account again, so that it may send pictures");
    }
    if (!answer) return std::move(answer).error();
    return channel::parse_json(answer->body);
  }

  Result<Json> get(std::string path, channel::Fields query) {
    ApiRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    TRY(const channel::ApiAnswer answer, api_.call(request));
    return channel::parse_json(answer.body);
  }

  Result<std::string> who_am_i() {
    if (!me_.empty()) return me_;
    TRY(const Json me, get("2/users/me", {{"user.fields", "name,protected,username"}}));
    me_ = text_at(me, "data.id");
    if (me_.empty()) return fail(Kind::corrupt, "X doesn't say which account this is");
    return me_;
  }

  Result<Done> read(Place& place, channel::Listing& listing, std::string_view path, channel::Fields query,
                    channel::Page& page) {
    query.emplace_back("max_results", "100");
    if (!listing.until.empty()) query.emplace_back("since_id", listing.until);
    if (!listing.next.empty()) query.emplace_back("pagination_token", listing.next);
    TRY(const Json answer, get(channel::path_of(path, {place.me}), with_fields(std::move(query))));
    if (!channel::at(answer, "meta").is_object()) return fail(Kind::corrupt, "X's answer is no list");
    std::string newest = listing.until;
    for (const Json& post : list_at(answer, "data")) {
      if (older_id(newest, text_at(post, "id"))) newest = text_at(post, "id");
      take(post, channel::at(answer, "includes"), place, page);
    }
    page.more = listing.page(newest, text_at(answer, "meta.next_token"), false);
    return Done{};
  }

  void take(const Json& post, const Json& includes, Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    const std::string name = first_id(post);
    if (name.empty()) return;
    // What we say to everybody belongs on nobody's timeline.
    const bool own = text_at(post, "author_id") == place.me;
    const std::string to = text_at(post, "in_reply_to_user_id");
    if (own && (to.empty() || to == place.me)) return;
    const auto written = channel::time_at(post, "created_at").value_or(now);
    if (place.watch.saw(name, text_at(post, "id"), written, now)) {
      page.items.push_back(item_of(post, includes, place.me, now));
    }
  }

  Result<Done> recheck(Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    std::vector<std::string> ids;
    for (const std::string& name : place.watch.due(now, kBatch, kRest)) ids.emplace_back(place.watch.version_of(name));
    // A second look at those that were edited: an id stands for one version.
    for (int looks = 0; looks < 2 && !ids.empty(); ++looks) {
      TRY(const Json answer, get("2/tweets", with_fields({{"ids", text::join(ids, ",")}})));
      ids.clear();
      for (const Json& post : list_at(answer, "data")) {
        if (is_protected(post, channel::at(answer, "includes")) && text_at(post, "author_id") != place.me) {
          bury(first_id(post), place, page, now);
        } else if (older_id(text_at(post, "id"), last_id(post))) {
          ids.push_back(last_id(post));
        } else {
          take(post, channel::at(answer, "includes"), place, page);
        }
      }
      for (const Json& error : list_at(answer, "errors")) {
        const std::string type = text_at(error, "type");
        const bool gone =
            type.find("resource-not-found") != type.npos || type.find("not-authorized-for-resource") != type.npos;
        if (gone) bury(text_at(error, "resource_id"), place, page, now);
      }
    }
    return Done{};
  }

  // By the id that was asked for: the last version's, while the item has the first one's name.
  static void bury(const std::string& id, Place& place, channel::Page& page, Timestamp now) {
    for (const std::string& name : place.watch.due(now, channel::Rechecks::kMost)) {
      if (name != id && place.watch.version_of(name) != id) continue;
      if (place.watch.gone(name)) page.items.push_back(channel::gone_item(name, false, now));
      return;
    }
    if (place.watch.gone(id)) page.items.push_back(channel::gone_item(id, false, now));
  }

  struct Mine {
    std::string id;  // "" when there is none
    bool all_seen = false;
  };
  // A post of ours since then with the same words that answers the same.
  Result<Mine> ours_like(const channel::Post& post, Timestamp since) {
    TRY(const std::string me, who_am_i());
    Mine out;
    std::string token;
    for (int pages = 0; pages < 10; ++pages) {
      channel::Fields query{{"max_results", "100"}, {"start_time", to_rfc3339({since.ms / 1000 * 1000})}};
      if (!token.empty()) query.emplace_back("pagination_token", token);
      TRY(const Json answer, get(channel::path_of("2/users/{}/tweets", {me}), with_fields(std::move(query))));
      if (!channel::at(answer, "meta").is_object()) return out;
      for (const Json& one : list_at(answer, "data")) {
        if (answered_by(one) == post.in_reply_to && same_words(one, post.text)) {
          out.id = first_id(one);
          return out;
        }
      }
      token = text_at(answer, "meta.next_token");
      out.all_seen = token.empty();
      if (out.all_seen) break;
    }
    return out;
  }

  static channel::Receipt named(channel::Receipt receipt, const std::string& id) {
    receipt.external_id = id;
    receipt.permalink = "https://x.com/i/web/status/" + id;
    return receipt;
  }

  const channel::Environment environment_;
  channel::Api api_;
  std::string me_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  TRY(channel::OAuthProfile oauth, oauth_of(settings));
  channel::Profile profile;
  profile.base = without_slash(settings.get("api_base")) + "/";
  profile.renew = channel::renew_by_refresh(std::move(oauth), environment);
  profile.exhausted_until = [](const channel::ApiAnswer& answer, Timestamp now) -> std::optional<Timestamp> {
    if (answer.header("x-rate-limit-remaining") != "0") return {};
    return channel::read_reset(answer.header("x-rate-limit-reset"), now);
  };
  TRY(channel::Api api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(std::make_unique<XConnector>(environment, std::move(api)));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "x";
  d.title = "X";
  d.handle_kind = "x";
  d.settings = kSettings;
  d.can.pull = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  d.limits = kLimits;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.reply = channel::ReplyGrade::api;
  d.display = {channel::Display::embed_only, true, true, true,
               "X Developer Agreement and display requirements, 2026-11-21"};
  d.sign_in = channel::SignIn::oauth;
  d.poll = std::chrono::seconds(300);
  d.setup = kSetup;
  d.send_class = channel::SendClass::lookable;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.oauth = oauth_of;
  d.open = open;
  return d;
}

}  // namespace

extern const channel::Descriptor descriptor;
constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::x
