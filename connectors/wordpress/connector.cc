// The WordPress channel: comments of a site and WooCommerce's product reviews, answered where they stand.
#include "core/channel/connector.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "connectors/wordpress/cursor.h"
#include "connectors/wordpress/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/post.h"

namespace amends::connectors::wordpress {
extern const channel::Descriptor descriptor;

namespace {

using channel::Setting;
using channel::SettingKind;

constexpr std::int64_t kPerPage = 100;  // the most that WordPress lists at once

constexpr Setting kSettings[] = {
    {"server", SettingKind::url, true, "Address of the site", "as visitors type it: https://shop.example"},
    {"username", SettingKind::text, true, "User name", "of a user who may moderate comments (editor or administrator)"},
    {"application_password", SettingKind::secret, true, "Application password",
     "made for Amends in that user's profile; the password of the login itself doesn't work here"},
    {"reviews", SettingKind::choice, false, "WooCommerce reviews", "auto: read them where the shop has WooCommerce",
     "auto", "auto|off"},
    {"colleagues", SettingKind::list, false, "Colleagues",
     "numbers of WordPress users whose comments are ours too, when others answer on the site itself"},
    {"whole_every",
     SettingKind::number,
     false,
     "Read everything every",
     "hours; finds edits and deletions of old comments, which WordPress tells nobody about",
     "12",
     {},
     true},
    {"api_base",
     SettingKind::url,
     false,
     "REST address",
     "where it isn't SERVER/wp-json/: SERVER/?rest_route=/ for a site with plain permalinks",
     {},
     {},
     true},
};

constexpr std::string_view kSetup[] = {
    "In WordPress open Users, then the profile of a user with the role editor or administrator",
    "Under Application Passwords type the name Amends, press Add and copy the password that is shown once",
    "Application passwords need HTTPS; a security plugin may have switched them off, and then says so there",
    "For WooCommerce reviews the same user needs the role shop manager or administrator",
};

class WordpressConnector final : public channel::Connector {
 public:
  WordpressConnector(channel::Settings settings, channel::Api api, const Clock& clock)
      : settings_(std::move(settings)), api_(std::move(api)), clock_(clock), site_(host_of(settings_.get("server"))) {
    for (const auto& one : settings_.list("colleagues")) {
      if (const auto id = id_in("user/" + one)) own_.push_back(*id);
    }
  }

  Result<channel::Page> pull(std::string_view text) override {
    TRY_DO(know_ourselves());
    Cursor cursor = read_cursor(text);
    const Timestamp now = clock_.now();
    if (!cursor.reading) {
      cursor.reading =
          next_reading(cursor, now, std::chrono::hours(std::max<std::int64_t>(1, settings_.number("whole_every"))));
      if (!cursor.reading->after) cursor.whole_at = now;
      cursor.standing.begin();
    }
    Reading& reading = *cursor.reading;
    TRY(const auto answer, list(reading));
    TRY(const auto listed, read_list(answer.body, reading.source, site_, own_));

    channel::Page page;
    for (const auto& one : listed) {
      const auto seen = cursor.standing.saw(std::to_string(one.id), one.item.raw, one.at, now);
      if (seen.news) page.items.push_back(with_version(one.item, seen.version));
      if (!cursor.newest || one.at > *cursor.newest) cursor.newest = one.at;
    }
    TRY_DO(advance(answer, listed.size(), cursor, page));
    page.cursor = write_cursor(cursor);
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(markup_of_text(post.text), descriptor.limits));
    const auto parent = id_in(post.in_reply_to);
    const auto stands_under = id_in(post.place);
    if (!parent || !stands_under) return fail(Kind::invalid, "this answers no comment of the site");
    // WordPress itself takes an answer to what lies in the trash.
    const std::string id = std::to_string(*parent);
    TRY(auto standing, statuses({id}));
    if (standing.count(id) == 0 || standing[id] == "trash" || standing[id] == "spam")
      return fail(Kind::not_found, "the comment was taken back meanwhile");
    channel::ApiRequest request = ask("wp/v2/comments");
    request.method = "POST";
    request.body = write_reply(*stands_under, *parent, post.text);
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    if (!answer && answer.error().kind == Kind::conflict) {
      // comment_duplicate: these words stand under that comment already, by us, from a try that we lost sight of.
      TRY(const auto ours, find_ours(post));
      if (ours) return receipt(outbound, *ours, 409);
    }
    TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
    if (!answer) return out;
    const auto posted = read_posted(answer->body);
    return posted ? receipt(outbound, *posted, answer->status) : out;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp /*since*/) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const auto ours, find_ours(post));
    return ours ? channel::Found::yes : channel::Found::no;
  }

  Result<channel::Health> check() override {
    me_.reset();
    TRY_DO(know_ourselves());
    channel::Health health;
    health.facts.push_back("signed in as " + me_->name + " (user " + std::to_string(me_->id) + ")");
    if (!me_->moderates) {
      health.warnings.push_back(me_->name +
                                " may not moderate comments: held ones can't be read, and answers may wait "
                                "for approval");
    }
    channel::ApiRequest request = ask("wp/v2/comments");
    add(request, {{"context", "edit"}, {"status", "all"}, {"per_page", "1"}});
    TRY(const auto comments, api_.call(request));
    health.remote_count = header_number(comments, "x-wp-total").value_or(0);
    health.facts.push_back(std::to_string(*health.remote_count) + " comments");
    TRY(const bool shop, has_reviews());
    if (shop) {
      request = ask("wc/v3/products/reviews");
      add(request, {{"context", "edit"}, {"status", "all"}, {"per_page", "1"}});
      TRY(const auto reviews, api_.call(request));
      const std::int64_t count = header_number(reviews, "x-wp-total").value_or(0);
      health.facts.push_back(std::to_string(count) + " product reviews");
      *health.remote_count += count;
    }
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  struct Me {
    std::int64_t id = 0;
    std::string name;
    bool moderates = false;
  };

  // "…/wp-json/" takes a path; "…/?rest_route=/" takes it as a parameter.
  channel::ApiRequest ask(std::string_view path) const {
    channel::ApiRequest out;
    if (settings_.get("api_base").find("rest_route=") == std::string_view::npos) {
      out.path = path;
    } else {
      out.query = {{"rest_route", "/" + std::string(path)}};
    }
    return out;
  }
  static void add(channel::ApiRequest& request, const channel::Fields& query) {
    request.query.insert(request.query.end(), query.begin(), query.end());
  }

  static std::optional<std::int64_t> header_number(const channel::ApiAnswer& answer, std::string_view name) {
    const std::string_view value = answer.header(name);
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    return error == std::errc() && end == value.data() + value.size() && n >= 0 ? std::optional(n) : std::nullopt;
  }

  Result<channel::ApiAnswer> list(const Reading& reading) {
    const bool comments = reading.source == Source::comments;
    channel::ApiRequest request = ask(comments ? "wp/v2/comments" : "wc/v3/products/reviews");
    add(request, {{"context", "edit"},
                  {"status", "all"},
                  {"order", "asc"},
                  {"orderby", "date_gmt"},
                  {"per_page", std::to_string(kPerPage)},
                  {"page", std::to_string(reading.page)}});
    if (reading.after) add(request, {{"after", to_rfc3339({reading.after->ms / 1000 * 1000})}});
    request.bucket = "read";
    return api_.call(request);
  }

  // Where the reading goes on after a page, or how it ends: then those who are missing are looked for.
  Result<Done> advance(const channel::ApiAnswer& answer, std::size_t listed, Cursor& cursor, channel::Page& page) {
    Reading& reading = *cursor.reading;
    const auto total = header_number(answer, "x-wp-total");
    const auto pages = header_number(answer, "x-wp-totalpages");
    page.more = true;
    if (total && reading.page > 1 && *total < reading.total) {
      // Somebody removed comments meanwhile, so others moved up across the edge between two pages: one page back.
      const std::int64_t moved = (reading.total - *total + kPerPage - 1) / kPerPage;
      reading.page = std::max<std::int64_t>(1, reading.page - moved);
      reading.total = *total;
      return Done{};
    }
    reading.total = total.value_or(0);
    page.remaining = std::max<std::int64_t>(0, reading.total - reading.page * kPerPage);
    const bool last = pages ? reading.page >= *pages : static_cast<std::int64_t>(listed) < kPerPage;
    if (!last) {
      ++reading.page;
      return Done{};
    }
    TRY(const bool shop, has_reviews());
    if (reading.source == Source::comments && shop) {
      reading.source = Source::reviews;
      reading.page = 1;
      reading.total = 0;
      return Done{};
    }
    TRY_DO(find_missing(cursor, page));
    cursor.reading.reset();
    page.more = false;
    return Done{};
  }

  // Whoever stood where this reading looked and wasn't there is asked for by number: only what the site itself says to
  // be in the trash, spam or nowhere counts as gone.
  Result<Done> find_missing(Cursor& cursor, channel::Page& page) {
    const std::vector<std::string> missing = cursor.standing.missing(cursor.reading->after);
    for (std::size_t from = 0; from < missing.size(); from += kPerPage) {
      const std::vector<std::string> some(
          missing.begin() + static_cast<std::ptrdiff_t>(from),
          missing.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(missing.size(), from + kPerPage)));
      TRY(const auto status, statuses(some));
      for (const std::string& id : some) {
        const auto stands = status.find(id);
        if (stands != status.end() && stands->second != "trash" && stands->second != "spam") continue;
        const Timestamp now = clock_.now();
        page.items.push_back(
            with_version(gone(*id_in("comment/" + id), stands == status.end() ? "" : stands->second, site_, now),
                         cursor.standing.gone(id, now)));
      }
    }
    return Done{};
  }

  // What the site says of those it still has, trash and spam included.
  Result<std::map<std::string, std::string>> statuses(const std::vector<std::string>& ids) {
    channel::ApiRequest request = ask("wp/v2/comments");
    add(request, {{"context", "edit"},
                  {"status", "any"},
                  {"type", "all"},
                  {"include", text::join(ids, ",")},
                  {"per_page", std::to_string(kPerPage)}});
    request.bucket = "read";
    TRY(const auto answer, api_.call(request));
    TRY(const channel::Json found, channel::parse_json(answer.body));
    std::map<std::string, std::string> out;
    for (const channel::Json& one : found) out[channel::text_at(one, "id")] = channel::text_at(one, "status");
    return out;
  }

  // Once a session: which user we are there, so that our own comments are known.
  Result<Done> know_ourselves() {
    if (me_) return Done{};
    channel::ApiRequest request = ask("wp/v2/users/me");
    add(request, {{"context", "edit"}});
    TRY(const auto answer, api_.call(request));
    TRY(const channel::Json user, channel::parse_json(answer.body));
    Me me;
    me.id = channel::number_at(user, "id").value_or(0);
    me.name = channel::text_at(user, "name");
    me.moderates = channel::flag_at(user, "capabilities.moderate_comments");
    if (me.id <= 0) return fail(Kind::corrupt, "the site doesn't say which user we are");
    own_.push_back(me.id);
    me_ = std::move(me);
    return Done{};
  }

  Result<bool> has_reviews() {
    if (settings_.get("reviews") == "off") return false;
    if (!shop_) {
      channel::ApiRequest request = ask("");
      add(request, {{"_fields", "namespaces"}});
      TRY(const auto answer, api_.call(request));
      TRY(const channel::Json index, channel::parse_json(answer.body));
      bool found = false;
      for (const channel::Json& name : channel::list_at(index, "namespaces")) found = found || name == "wc/v3";
      shop_ = found;
    }
    return *shop_;
  }

  // The comment with exactly these words that we wrote under the one that is answered.
  Result<std::optional<Posted>> find_ours(const channel::Post& post) {
    TRY_DO(know_ourselves());
    const auto parent = id_in(post.in_reply_to);
    if (!parent) return fail(Kind::invalid, "this answers no comment of the site");
    for (std::int64_t number = 1;; ++number) {
      channel::ApiRequest request = ask("wp/v2/comments");
      add(request, {{"context", "edit"},
                    {"status", "all"},
                    {"parent", std::to_string(*parent)},
                    {"author", std::to_string(me_->id)},
                    {"per_page", std::to_string(kPerPage)},
                    {"page", std::to_string(number)}});
      request.bucket = "read";
      TRY(const auto answer, api_.call(request));
      TRY(const auto listed, read_posted_list(answer.body));
      for (const Posted& one : listed) {
        if (text::squeeze(one.text) == text::squeeze(text_of_markup(markup_of_text(post.text))))
          return std::optional(one);
      }
      if (static_cast<std::int64_t>(listed.size()) < kPerPage) return std::optional<Posted>();
    }
  }

  static Result<channel::Receipt> receipt(const channel::Outbound& outbound, const Posted& posted, int code) {
    channel::ApiAnswer heard;
    heard.status = code;
    TRY(channel::Receipt out, channel::receipt_of(outbound, heard));
    out.external_id = external_id_of(posted.id);
    out.permalink = posted.link;
    out.moderation = posted.moderation;
    return out;
  }

  const channel::Settings settings_;
  channel::Api api_;
  const Clock& clock_;
  const std::string site_;
  std::vector<std::int64_t> own_;
  std::optional<Me> me_;
  std::optional<bool> shop_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  std::string server(settings.get("server"));
  while (!server.empty() && server.back() == '/') server.pop_back();
  channel::Profile profile;
  profile.base = settings.get("api_base").empty() ? server + "/wp-json/" : std::string(settings.get("api_base"));
  if (const auto plain = profile.base.find("?rest_route="); plain != std::string::npos) profile.base.resize(plain);
  if (profile.base.back() != '/') profile.base += '/';
  profile.authorization = [user = std::string(settings.get("username")),
                           password =
                               Secret(std::string(settings.get("application_password")))]() -> Result<net::HttpHeader> {
    return net::HttpHeader{"Authorization", "Basic " + text::to_base64(user + ":" + std::string(password.reveal()))};
  };
  TRY(auto api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<WordpressConnector>(settings, std::move(api), environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "wordpress";
  d.title = "WordPress";
  d.handle_kind = "wordpress";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.pull = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  // wp_get_comment_fields_max_lengths: bytes of the column that holds a comment.
  d.limits.text = 65'525;
  d.limits.unit = channel::LengthUnit::bytes;
  d.slots.moderated = true;
  d.reply = channel::ReplyGrade::api;
  d.display.display = channel::Display::quote;
  d.display.link_back = true;
  d.display.source = "the operator's own site, 2026-11-21";
  d.sign_in = channel::SignIn::settings;
  d.send_class = channel::SendClass::lookable;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::wordpress
