// Bluesky: mentions, replies and quotes of one account come in by its notifications; an answer's name is ours to choose
// (a record key made of the outbox key), so that whatever happens on the way it is posted once.
#include "core/channel/connector.h"

#include <algorithm>
#include <set>

#include "connectors/bluesky/record.h"
#include "connectors/bluesky/session.h"
#include "connectors/bluesky/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/following.h"
#include "core/channel/json.h"
#include "core/channel/post.h"

namespace amends::connectors::bluesky {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::Json;
using channel::list_at;
using channel::Setting;
using channel::SettingKind;
using channel::text_at;

constexpr Setting kSettings[] = {
    {"account", SettingKind::text, true, "Handle", "the account's handle: shop.example.com or shop.bsky.social"},
    {"app_password", SettingKind::secret, true, "App password",
     "made for Amends under Settings, Privacy and security, App passwords; not the account's own password"},
    {"server", SettingKind::url, false, "Server", "the account's data server, when it is not Bluesky's own",
     "https://bsky.social", "", true},
};

constexpr std::string_view kSetup[] = {
    "In Bluesky open Settings, Privacy and security, App passwords.",
    "Add an app password named Amends; access to direct messages is not needed.",
    "Enter the handle and that app password here.",
};

// app.bsky.embed.images: at most 4, of 2 MB each. The lexicon has no limit for their descriptions; Bluesky's own app
// takes 2000 characters.
constexpr channel::AttachmentRule kAttachments[] = {
    {"pictures", "image/jpeg image/png image/webp image/gif", 4, 2'000'000, 2000}};

constexpr const char* kPage = "50";
constexpr std::size_t kBatch = 25;  // app.bsky.feed.getPosts
constexpr std::size_t kRecheckMost = 100;
// Notifications are sorted by the time their author's program claims, so a late one may stand further down.
constexpr std::chrono::hours kLate{1}, kVeryLate{72}, kDeepEvery{1};

struct Place {
  std::string me;  // our DID
  channel::Listing mentions, own;
  channel::Rechecks watch;
  Timestamp deep;   // when the notifications were last read down to kVeryLate
  Timestamp floor;  // down to where the reading under way goes
};

Place read_place(std::string_view cursor) {
  Place out;
  const auto json = channel::parse_json(cursor);
  if (!json) return out;
  out.me = text_at(*json, "me");
  out.mentions = channel::Listing::read(channel::dump(channel::at(*json, "mentions")));
  out.own = channel::Listing::read(channel::dump(channel::at(*json, "own")));
  out.watch = channel::Rechecks::read(channel::dump(channel::at(*json, "watch")));
  out.deep = channel::seconds_at(*json, "deep").value_or(Timestamp{});
  out.floor = channel::seconds_at(*json, "floor").value_or(Timestamp{});
  return out;
}

std::string write_place(const Place& place) {
  return channel::dump({{"me", place.me},
                        {"mentions", *channel::parse_json(place.mentions.write())},
                        {"own", *channel::parse_json(place.own.write())},
                        {"watch", *channel::parse_json(place.watch.write())},
                        {"deep", place.deep.ms / 1000},
                        {"floor", place.floor.ms / 1000}});
}

class BlueskyConnector final : public channel::Connector {
 public:
  BlueskyConnector(const channel::Environment& environment, channel::Api api)
      : environment_(environment), api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    Place place = read_place(cursor);
    if (place.me.empty()) {
      TRY(place.me, who_am_i());
    }
    channel::Page page;
    if (place.own.top.empty()) {
      begin_mentions(place);
      TRY_DO(read(place, place.mentions, "app.bsky.notification.listNotifications",
                  {{"limit", kPage}, {"reasons", "mention"}, {"reasons", "reply"}, {"reasons", "quote"}},
                  "notifications", "", place.floor, page));
    }
    if (!page.more) {
      TRY_DO(read(place, place.own, "app.bsky.feed.getAuthorFeed",
                  {{"actor", place.me}, {"filter", "posts_with_replies"}, {"limit", kPage}}, "feed", "post",
                  floor_of(place.own, kLate), page));
    }
    if (!page.more) TRY_DO(recheck(place, page));
    page.cursor = write_place(place);
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(check_fits(post.text));
    TRY_DO(channel::check_attachments(descriptor, channel::facts_of(post.files)));
    TRY(const std::string me, who_am_i());
    Json answered;
    if (!post.in_reply_to.empty()) {
      TRY(const Json found, get("app.bsky.feed.getPosts", {{"uris", post.in_reply_to}}));
      answered = channel::at(found, "posts.0");
      if (!answered.is_object()) {
        return fail(Kind::not_found, "what this answers is no longer there", "its author took it back");
      }
    }
    TRY(const auto mentions, mentions_in(post.text));
    const std::string key = record_key(outbound.key);
    TRY(const Json images, upload(post.files));
    const Json record = record_of(post, answered, mentions, images, environment_.clock.now());
    ApiRequest request;
    request.method = "POST";
    request.path = "com.atproto.repo.createRecord";
    request.body = channel::dump({{"repo", me}, {"collection", kPostType}, {"rkey", key}, {"record", record}});
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    const std::string uri = "at://" + me + "/" + std::string(kPostType) + "/" + key;
    if (!answer && may_stand(answer.error().kind)) {
      // A server that has a record of this name already says so by any error (ours: 500).
      const auto stands = standing(me, key);
      if (stands && *stands && same_post(**stands, record)) {
        return named(*channel::receipt_of(outbound, channel::ApiAnswer{200, "", {}}), uri);
      }
      if (stands && *stands) {
        return fail(Kind::conflict, "another post stands under this answer's name");
      }
    }
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    return named(std::move(receipt), uri);
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp /*since*/) override {
    TRY(const std::string me, who_am_i());
    TRY(const auto stands, standing(me, record_key(outbound.key)));
    return stands ? channel::Found::yes : channel::Found::no;
  }

  Result<channel::Health> check() override {
    TRY(const Json session, get("com.atproto.server.getSession", {}));
    channel::Health health;
    health.facts.push_back("signed in as @" + text_at(session, "handle") + " (" + text_at(session, "did") + ")");
    if (const Json& active = channel::at(session, "active"); active.is_boolean() && !active.get<bool>()) {
      health.warnings.push_back("the account is not active: " + text_at(session, "status"));
    }
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

  // A blob that no record names in time is dropped by the server; the same bytes have the same name.
  Result<Json> upload(const std::vector<channel::PostFile>& files) {
    Json out = Json::array();
    for (const channel::PostFile& file : files) {
      ApiRequest request;
      request.method = "POST";
      request.path = "com.atproto.repo.uploadBlob";
      request.body = file.bytes;
      request.content_type = file.content_type;
      request.bucket = "write";
      request.repeatable = true;
      const auto answer = api_.call(request);
      if (!answer) return Error(answer.error()).within("the file \"" + text::printable(file.filename) + "\"");
      TRY(const Json uploaded, channel::parse_json(answer->body));
      const Json& blob = channel::at(uploaded, "blob");
      if (!blob.is_object()) return fail(Kind::corrupt, "the server gives the file no name");
      out.push_back({{"image", blob}, {"alt", file.alt}});
    }
    return out;
  }

  Result<std::string> who_am_i() {
    if (!me_.empty()) return me_;
    TRY(const Json session, get("com.atproto.server.getSession", {}));
    me_ = text_at(session, "did");
    if (me_.empty()) return fail(Kind::corrupt, "the server doesn't say which account this is");
    return me_;
  }

  static Timestamp floor_of(const channel::Listing& listing, std::chrono::hours late) {
    const auto until = from_rfc3339(listing.until);
    return until ? *until - late : Timestamp{};
  }

  void begin_mentions(Place& place) const {
    if (!place.mentions.top.empty()) return;
    const Timestamp now = environment_.clock.now();
    const bool deep = now - place.deep >= kDeepEvery;
    place.floor = floor_of(place.mentions, deep ? kVeryLate : kLate);
    if (deep) place.deep = now;
  }

  // One page of a listing that is sorted newest first by the author's claim (indexedAt, or the same of a feed's post).
  Result<Done> read(Place& place, channel::Listing& listing, std::string path, channel::Fields query,
                    std::string_view rows, std::string_view inside, Timestamp floor, channel::Page& page) {
    if (!listing.next.empty()) query.emplace_back("cursor", listing.next);
    TRY(const Json answer, get(std::move(path), std::move(query)));
    const Timestamp now = environment_.clock.now();
    std::string newest;
    bool reached = false;
    for (const Json& row : list_at(answer, rows)) {
      const Json& post = channel::at(row, inside);
      const std::string at = text_at(post, "indexedAt");
      newest = std::max(newest, at);
      const auto indexed = from_rfc3339(at);
      reached = reached || (indexed && *indexed < floor);
      // Our feed has what we repost of others, too.
      if (&listing == &place.own && text_at(post, "author.did") != place.me) continue;
      if (!address_of(text_at(post, "uri")).rkey.empty()) take(post, place, page, now);
    }
    page.more = listing.page(std::max(newest, listing.until), text_at(answer, "cursor"), reached);
    return Done{};
  }

  void take(const Json& post, Place& place, channel::Page& page, Timestamp now) {
    const bool own = text_at(post, "author.did") == place.me;
    // What we say to everybody belongs on nobody's timeline.
    if (own && text_at(post, "record.reply.parent.uri").empty()) return;
    if (own && address_of(text_at(post, "record.reply.parent.uri")).did == place.me) return;
    const auto written = from_rfc3339(text_at(post, "indexedAt")).value_or(now);
    if (place.watch.saw(text_at(post, "uri"), "", written, now)) {
      page.items.push_back(item_of(post, place.me, now));
    }
  }

  Result<Done> recheck(Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    const auto uris = place.watch.due(now, kRecheckMost);
    for (std::size_t from = 0; from < uris.size(); from += kBatch) {
      const std::size_t to = std::min(from + kBatch, uris.size());
      channel::Fields query;
      for (std::size_t i = from; i < to; ++i) query.emplace_back("uris", uris[i]);
      TRY(const Json found, get("app.bsky.feed.getPosts", std::move(query)));
      std::set<std::string> there;
      for (const Json& post : list_at(found, "posts")) there.insert(text_at(post, "uri"));
      for (std::size_t i = from; i < to; ++i) {
        if (there.count(uris[i]) != 0) {
          place.watch.saw(uris[i], "", now, now);
          continue;
        }
        TRY(const bool gone, is_gone(uris[i]));
        if (!gone || !place.watch.gone(uris[i])) continue;
        page.items.push_back(channel::gone_item(uris[i], address_of(uris[i]).did == place.me, now));
      }
    }
    return Done{};
  }

  // A list leaves out what is blocked as well as what is gone; asked for alone, it says which.
  Result<bool> is_gone(const std::string& uri) {
    const auto thread = get("app.bsky.feed.getPostThread", {{"uri", uri}, {"depth", "0"}, {"parentHeight", "0"}});
    if (thread) return text_at(*thread, "thread.$type") == "app.bsky.feed.defs#notFoundPost";
    if (thread.error().kind == Kind::not_found) return true;
    return thread.error();
  }

  static bool may_stand(Kind kind) {
    return kind == Kind::uncertain || kind == Kind::conflict || kind == Kind::invalid || kind == Kind::rejected;
  }

  // The record of ours under this key, nothing when there is none.
  Result<std::optional<Json>> standing(const std::string& me, const std::string& key) {
    auto found =
        get("com.atproto.repo.getRecord", {{"repo", me}, {"collection", std::string(kPostType)}, {"rkey", key}});
    if (found) return std::optional<Json>(channel::at(*found, "value"));
    if (found.error().kind == Kind::not_found) return std::optional<Json>();
    return std::move(found).error();
  }

  // Handles that belong to nobody stay plain text.
  Result<std::vector<Piece>> mentions_in(std::string_view text) {
    std::vector<Piece> out;
    for (Piece& piece : handles_in(text)) {
      const auto found = get("com.atproto.identity.resolveHandle", {{"handle", piece.value}});
      if (!found && row_of(found.error().kind).retry) return found.error();
      if (!found || text_at(*found, "did").empty()) continue;
      piece.value = text_at(*found, "did");
      out.push_back(std::move(piece));
    }
    return out;
  }

  static channel::Receipt named(channel::Receipt receipt, const std::string& uri) {
    receipt.external_id = uri;
    receipt.permalink = permalink_of(uri);
    return receipt;
  }

  const channel::Environment environment_;
  channel::Api api_;
  std::string me_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  TRY(channel::Api api, channel::Api::make(environment, profile_of(settings, environment)));
  return std::unique_ptr<channel::Connector>(std::make_unique<BlueskyConnector>(environment, std::move(api)));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "bluesky";
  d.title = "Bluesky";
  d.handle_kind = "bluesky";
  d.settings = kSettings;
  d.can.pull = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  d.limits.text = 300;
  d.limits.unit = channel::LengthUnit::graphemes;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.reply = channel::ReplyGrade::api;
  d.display = {channel::Display::quote, true, true, true,
               "Bluesky Terms of Service: posts stay their author's, 2026-11-21"};
  d.sign_in = channel::SignIn::settings;
  d.poll = std::chrono::seconds(60);
  d.setup = kSetup;
  d.send_class = channel::SendClass::named;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constinit const channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::bluesky
