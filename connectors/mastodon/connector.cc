// Mastodon and servers that speak its API (GoToSocial, Pleroma, Akkoma, Friendica, snac): mentions, replies and direct
// messages come in by notifications, replies that don't mention us by the context of our own statuses; what was edited
// or taken back is asked for again, since nobody tells.
#include "core/channel/connector.h"

#include <algorithm>
#include <set>

#include "connectors/mastodon/limits.h"
#include "connectors/mastodon/media.h"
#include "connectors/mastodon/sign_in.h"
#include "connectors/mastodon/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/following.h"
#include "core/channel/json.h"
#include "core/channel/post.h"
#include "core/html/html.h"

namespace amends::connectors::mastodon {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::Json;
using channel::list_at;
using channel::number_at;
using channel::Setting;
using channel::SettingKind;
using channel::text_at;

constexpr Setting kSettings[] = {
    {"server", SettingKind::url, true, "Server", "where the account is at home: https://mastodon.social"},
    {"account", SettingKind::text, true, "Account", "the account's full name: shop@mastodon.social"},
    {"access_token", SettingKind::secret, false, "Access token",
     "instead of connecting in the browser: of an application made in the server's settings under Development"},
    {"client_id", SettingKind::text, false, "Client key",
     "of an application made in the server's settings under Development; without one Amends registers itself", "", "",
     true},
    {"client_secret", SettingKind::secret, false, "Client secret", "shown there beside the client key", "", "", true},
};

constexpr std::string_view kSetup[] = {
    "Save the account and press Connect: Amends registers itself with the server, and you agree on its page.",
    "On a server that registers nobody, open Preferences, Development, New application there: with the redirect "
    "address "
    "that Amends shows and the scopes read:accounts, read:notifications, read:statuses, write:statuses and "
    "write:media.",
    "Copy its client key and client secret here and press Connect, or only its access token.",
};

constexpr int kPage = 40;
constexpr int kTogether = 10;  // pages of the site in one of ours
constexpr std::chrono::seconds kGatherFor{2};
constexpr std::size_t kBatch = 20;  // DEFAULT_STATUSES_LIMIT of /api/v1/statuses
constexpr std::size_t kRecheckMost = 60;

struct Place {
  std::string me;  // our account id
  std::string mentions = "0", own = "0";
  channel::Rechecks theirs, ours;  // ours: the version has the number of replies at its end
};

Place read_place(std::string_view cursor) {
  Place out;
  const auto json = channel::parse_json(cursor);
  if (!json) return out;
  out.me = text_at(*json, "me");
  if (auto id = text_at(*json, "mentions"); !id.empty()) out.mentions = std::move(id);
  if (auto id = text_at(*json, "own"); !id.empty()) out.own = std::move(id);
  out.theirs = channel::Rechecks::read(channel::dump(channel::at(*json, "theirs")));
  out.ours = channel::Rechecks::read(channel::dump(channel::at(*json, "ours")));
  return out;
}

std::string write_place(const Place& place) {
  return channel::dump({{"me", place.me},
                        {"mentions", place.mentions},
                        {"own", place.own},
                        {"theirs", *channel::parse_json(place.theirs.write())},
                        {"ours", *channel::parse_json(place.ours.write())}});
}

std::string version_of_ours(const Json& status) {
  return version_of(status) + "/" + std::to_string(number_at(status, "replies_count").value_or(0));
}

// Whether a status of ours is part of a conversation; what we say to everybody belongs on nobody's timeline.
bool speaks_to_somebody(const Json& status, std::string_view me) {
  const std::string answered = text_at(status, "in_reply_to_account_id");
  if (!answered.empty() && answered != me) return true;
  return std::any_of(list_at(status, "mentions").begin(), list_at(status, "mentions").end(),
                     [&](const Json& one) { return text_at(one, "id") != me; });
}

class MastodonConnector final : public channel::Connector {
 public:
  MastodonConnector(const channel::Environment& environment, channel::Api api, std::string host)
      : environment_(environment), api_(std::move(api)), host_(std::move(host)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    Place place = read_place(cursor);
    if (place.me.empty()) {
      TRY(const Json me, get("api/v1/accounts/verify_credentials"));
      place.me = text_at(me, "id");
      if (place.me.empty()) return fail(Kind::corrupt, "the server doesn't say which account this is");
    }
    channel::Page page;
    TRY_DO(gather(place, page, &MastodonConnector::pull_mentions));
    if (!page.more) TRY_DO(gather(place, page, &MastodonConnector::pull_own));
    if (!page.more) TRY_DO(recheck(place, page));
    page.cursor = write_place(place);
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_attachments(descriptor, channel::facts_of(post.files)));
    TRY(const Json limits, get("api/v2/instance"));
    Json answered;
    if (!post.in_reply_to.empty()) {
      auto found = get(channel::path_of("api/v1/statuses/{}", {bare_id(post.in_reply_to)}));
      if (!found && found.error().kind == Kind::not_found) {
        return fail(Kind::not_found, "what this answers is no longer there", "its author took it back");
      }
      if (!found) return std::move(found).error();
      answered = *std::move(found);
    }
    const std::string text = with_mention(post.text, post.to.handle, text_at(answered, "account.acct"));
    const std::string warning = text_at(answered, "spoiler_text");
    TRY_DO(check_fits(text, warning, limits));
    TRY_DO(check_files(post.files, limits));
    TRY(const auto media, uploads_.ids_of(api_, outbound.key, post.files, environment_.clock.now()));
    Json body = {{"status", text}, {"visibility", reply_visibility(answered, post.visibility)}};
    if (answered.is_object()) body["in_reply_to_id"] = text_at(answered, "id");
    if (!warning.empty()) body["spoiler_text"] = warning;
    if (!post.language.empty()) body["language"] = post.language;
    if (!media.empty()) body["media_ids"] = media;
    ApiRequest request;
    request.method = "POST";
    request.path = "api/v1/statuses";
    request.body = channel::dump(body);
    request.headers = {{"Idempotency-Key", outbound.key}};
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    if (answer) uploads_.forget(outbound.key);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    if (!answer) return receipt;
    const auto status = channel::parse_json(answer->body);
    if (!status || text_at(*status, "id").empty()) return in_doubt(std::move(receipt));
    receipt.external_id = host_ + "/" + text_at(*status, "id");
    receipt.permalink = text_at(*status, "url");
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const Json me, get("api/v1/accounts/verify_credentials"));
    const std::string path = channel::path_of("api/v1/accounts/{}/statuses", {text_at(me, "id")});
    std::string before;
    for (int pages = 0; pages < 10; ++pages) {
      channel::Fields query{{"limit", std::to_string(kPage)}, {"exclude_reblogs", "true"}};
      if (!before.empty()) query.emplace_back("max_id", before);
      TRY(const Json list, get(path, std::move(query)));
      for (const Json& status : list_at(list, "")) {
        // A server's clock may be off by a little.
        const auto at = channel::time_at(status, "created_at");
        if (at && *at < since - std::chrono::minutes(10)) return channel::Found::no;
        if (text_at(status, "in_reply_to_id") != bare_id(post.in_reply_to)) continue;
        if (same_words(text_at(status, "content"), with_mention(post.text, post.to.handle, ""))) {
          return channel::Found::yes;
        }
        before = text_at(status, "id");
      }
      if (list_at(list, "").empty()) return channel::Found::no;
      before = text_at(list_at(list, "").back(), "id");
    }
    return channel::Found::unknown;
  }

  Result<channel::Health> check() override {
    TRY(const Json me, get("api/v1/accounts/verify_credentials"));
    TRY(const Json instance, get("api/v2/instance"));
    channel::Health health;
    health.facts.push_back("signed in as @" + text_at(me, "acct") + "@" + host_);
    health.facts.push_back("server version " + text_at(instance, "version") + ", statuses of " +
                           std::to_string(limit_of(instance).characters) + " characters");
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  Result<Json> get(std::string path, channel::Fields query = {}) {
    ApiRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    TRY(const channel::ApiAnswer answer, api_.call(request));
    return channel::parse_json(answer.body);
  }

  void take(Json status, Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    const std::string id = text_at(status, "id");
    if (id.empty()) return;
    const auto written = channel::time_at(status, "created_at").value_or(now);
    if (text_at(status, "account.id") == place.me) {
      place.ours.saw(id, version_of_ours(status), written, now);
    } else if (!place.theirs.saw(id, version_of(status), written, now)) {
      return;
    }
    page.items.push_back(item_of(std::move(status), place.me, host_, now));
  }

  // The site's pages are small: several of them share a commit, while it answers quickly. What came before a failure is
  // kept; the next pull meets it again.
  Result<Done> gather(Place& place, channel::Page& page,
                      Result<Done> (MastodonConnector::*listing)(Place&, channel::Page&)) {
    const auto until = environment_.clock.ticks() + kGatherFor;
    for (int pages = 0; pages < kTogether && (pages == 0 || environment_.clock.ticks() < until); ++pages) {
      page.more = false;
      if (auto listed = (this->*listing)(place, page); !listed) {
        page.more = pages > 0;
        if (pages == 0) return listed;
        break;
      }
      if (!page.more) break;
    }
    return Done{};
  }

  // Oldest first: each page holds what came right after the mark.
  Result<Done> pull_mentions(Place& place, channel::Page& page) {
    TRY(Json list, get("api/v1/notifications",
                       {{"types[]", "mention"}, {"min_id", place.mentions}, {"limit", std::to_string(kPage)}}));
    if (!list.is_array()) return Done{};
    for (auto it = list.rbegin(); it != list.rend(); ++it) {
      if (it->is_object() && it->contains("status")) take(std::move((*it)["status"]), place, page);
    }
    advance(place.mentions, list, page);
    return Done{};
  }

  Result<Done> pull_own(Place& place, channel::Page& page) {
    TRY(const Json list, get(channel::path_of("api/v1/accounts/{}/statuses", {place.me}),
                             {{"exclude_reblogs", "true"}, {"min_id", place.own}, {"limit", std::to_string(kPage)}}));
    const Json& rows = list_at(list, "");
    const Timestamp now = environment_.clock.now();
    for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
      if (speaks_to_somebody(*it, place.me)) {
        take(*it, place, page);
      } else if (const std::string id = text_at(*it, "id"); !id.empty()) {
        const auto written = channel::time_at(*it, "created_at").value_or(now);
        // A version without replies: those it has already are then news.
        place.ours.saw(id, version_of(*it) + "/0", written, now);
      }
    }
    advance(place.own, rows, page);
    return Done{};
  }

  // A page that holds anything may have another behind it, whatever its size: servers cap it as they like.
  static void advance(std::string& mark, const Json& rows, channel::Page& page) {
    if (rows.empty()) return;
    std::string newest = text_at(rows.front(), "id");
    page.more = !newest.empty() && newest != mark;
    if (page.more) mark = std::move(newest);
  }

  Result<Done> recheck(Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    std::vector<std::string> ids = place.theirs.due(now, kRecheckMost);
    for (auto& id : place.ours.due(now, kRecheckMost)) ids.push_back(std::move(id));
    for (std::size_t from = 0; from < ids.size(); from += kBatch) {
      const std::vector<std::string> batch(
          ids.begin() + static_cast<std::ptrdiff_t>(from),
          ids.begin() + static_cast<std::ptrdiff_t>(std::min(from + kBatch, ids.size())));
      TRY(const Json found, statuses(batch));
      std::set<std::string> there;
      for (const Json& status : list_at(found, "")) {
        there.insert(text_at(status, "id"));
        TRY_DO(look_again(status, place, page));
      }
      for (const std::string& id : batch) {
        if (there.count(id) == 0) TRY_DO(confirm_gone(id, place, page));
      }
    }
    return Done{};
  }

  // Servers before 4.3 have no list by ids: one by one then, and fewer of them.
  Result<Json> statuses(const std::vector<std::string>& ids) {
    if (has_list_) {
      channel::Fields query;
      for (const std::string& id : ids) query.emplace_back("id[]", id);
      auto list = get("api/v1/statuses", std::move(query));
      if (list || (list.error().kind != Kind::not_found && list.error().kind != Kind::invalid)) return list;
      has_list_ = false;
    }
    Json out = Json::array();
    for (const std::string& id : ids) {
      auto one = get(channel::path_of("api/v1/statuses/{}", {id}));
      if (one) {
        out.push_back(*std::move(one));
      } else if (one.error().kind != Kind::not_found) {
        return std::move(one).error();
      }
    }
    return out;
  }

  Result<Done> look_again(const Json& status, Place& place, channel::Page& page) {
    const Timestamp now = environment_.clock.now();
    const std::string id = text_at(status, "id");
    const auto written = channel::time_at(status, "created_at").value_or(now);
    if (text_at(status, "account.id") != place.me) {
      if (place.theirs.saw(id, version_of(status), written, now)) {
        page.items.push_back(item_of(status, place.me, host_, now));
      }
      return Done{};
    }
    const std::string before(place.ours.version_of(id));
    const std::string version = version_of_ours(status);
    if (!place.ours.saw(id, version, written, now)) return Done{};
    const auto edited = [](std::string_view v) { return v.substr(0, v.rfind('/')); };
    const bool replies = version.substr(edited(version).size()) != before.substr(edited(before).size());
    if (speaks_to_somebody(status, place.me) && edited(version) != edited(before)) {
      page.items.push_back(item_of(status, place.me, host_, now));
    }
    if (!replies) return Done{};
    TRY(const Json context, get(channel::path_of("api/v1/statuses/{}/context", {id})));
    bool news = false;
    for (const Json& reply : list_at(context, "descendants")) {
      if (text_at(reply, "account.id") == place.me) continue;
      const std::size_t had = page.items.size();
      take(reply, place, page);
      news = news || page.items.size() > had;
    }
    // What they answered, so that the thread shows it.
    if (news && !speaks_to_somebody(status, place.me)) page.items.push_back(item_of(status, place.me, host_, now));
    return Done{};
  }

  Result<Done> confirm_gone(const std::string& id, Place& place, channel::Page& page) {
    auto one = get(channel::path_of("api/v1/statuses/{}", {id}));
    if (one) return Done{};  // there after all
    if (one.error().kind != Kind::not_found) return std::move(one).error();
    const bool own = place.ours.gone(id);
    const bool news = place.theirs.gone(id) || own;
    if (news) page.items.push_back(tombstone(id, host_, own, environment_.clock.now()));
    return Done{};
  }

  static channel::Receipt in_doubt(channel::Receipt receipt) {
    for (auto& one : receipt.recipients) one.state = model::RecipientState::in_doubt;
    return receipt;
  }

  const channel::Environment environment_;
  channel::Api api_;
  const std::string host_;
  Uploads uploads_;
  bool has_list_ = true;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext& context) {
  return parse_item(item.raw, host_of(context.settings.get("server")));
}

std::vector<std::string> own_handles(const channel::Settings& settings) {
  std::string handle = text::ascii_lower(text::trim(settings.get("account")));
  if (!handle.empty() && handle.front() == '@') handle.erase(0, 1);
  if (handle.find('@') == handle.npos) handle += "@" + host_of(settings.get("server"));
  return {handle};
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  TRY(channel::Api api, channel::Api::make(environment, profile_of(settings, environment)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<MastodonConnector>(environment, std::move(api), host_of(settings.get("server"))));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "mastodon";
  d.title = "Mastodon";
  d.handle_kind = "mastodon";
  d.settings = kSettings;
  d.can.pull = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  d.limits.text = 500;
  d.limits.unit = channel::LengthUnit::graphemes;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.reply = channel::ReplyGrade::api;
  d.display = {channel::Display::quote, true, true, true,
               "the author's copyright; no common terms of the servers, 2026-11-21"};
  d.sign_in = channel::SignIn::oauth;
  d.poll = std::chrono::seconds(60);
  d.setup = kSetup;
  d.send_class = channel::SendClass::keyed;
  d.key_window = std::chrono::hours(1);
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.own_handles = own_handles;
  d.oauth = oauth_of;
  d.register_client = register_client;
  d.open = open;
  return d;
}

}  // namespace

constinit const channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::mastodon
