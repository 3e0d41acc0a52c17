// The feed channel: articles and posts of a site's RSS, Atom or JSON feed, all of them or those that name certain
// words.
#include "core/channel/connector.h"

#include "connectors/feed/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/census.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"

namespace amends::connectors::feed {
extern const channel::Descriptor descriptor;

namespace {

using channel::Json;
using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"url", SettingKind::url, true, "Address of the feed", "RSS, Atom or JSON Feed; a site's search often has one too"},
    {"words", SettingKind::list, false, "Words to listen for",
     "nothing: every entry. Whole words, capitals don't matter"},
    {"match", SettingKind::choice, false, "Which entries",
     "any: one of the words; all: each of them; phrase: side by side", "any", "any|all|phrase"},
    {"exclude", SettingKind::list, false, "Words to leave out", "an entry with one of these is passed over"},
};

class FeedConnector final : public channel::Connector {
 public:
  FeedConnector(const channel::Settings& settings, channel::Api api, const Clock& clock)
      : url_(settings.get("url")), query_(query_of(settings)), api_(std::move(api)), clock_(clock) {
    std::string wish(settings.get("match"));
    for (const auto* list : {&query_.words, &query_.excludes}) wish += "\n" + text::join(*list, "\n") + "\n";
    query_digest_ = crypto::sha256_hex(wish).substr(0, 16);
  }

  Result<channel::Page> pull(std::string_view text) override {
    const auto cursor = channel::parse_json(text);
    const auto kept = [&](const char* name) { return cursor ? channel::text_at(*cursor, name) : std::string(); };
    channel::Census census = channel::Census::read(kept("census"));
    channel::ApiRequest request = ask();
    // What was passed over may fit other words.
    if (kept("query") == query_digest_) {
      if (const std::string etag = kept("etag"); !etag.empty()) request.headers.push_back({"If-None-Match", etag});
      if (const std::string at = kept("modified"); !at.empty()) request.headers.push_back({"If-Modified-Since", at});
    }
    TRY(const auto answer, api_.call(request));
    channel::Page page;
    page.cursor = text;
    if (answer.status == 304) return page;
    TRY(const Feed feed, read_feed(answer.body, answer.header("content-type")));
    const Timestamp now = clock_.now();
    for (const Entry& entry : feed.entries) {
      if (!fits(entry, query_)) continue;
      model::Item item = item_of(entry, feed, now);
      if (census.saw(item.external_id, item.raw, item.received_at)) page.items.push_back(std::move(item));
    }
    page.cursor = channel::dump({{"census", census.write()},
                                 {"etag", std::string(answer.header("etag"))},
                                 {"modified", std::string(answer.header("last-modified"))},
                                 {"query", query_digest_}});
    return page;
  }

  Result<channel::Health> check() override {
    TRY(const auto answer, api_.call(ask()));
    TRY(const Feed feed, read_feed(answer.body, answer.header("content-type")));
    channel::Health health;
    std::size_t fitting = 0;
    for (const Entry& entry : feed.entries) fitting += fits(entry, query_);
    health.facts.push_back(feed.format + " \"" + text::excerpt(text::squeeze(feed.title), 80) + "\", " +
                           std::to_string(feed.entries.size()) + " entries, " + std::to_string(fitting) +
                           " of them fit");
    if (feed.entries.empty()) health.warnings.emplace_back("the feed has no entries");
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  channel::ApiRequest ask() const {
    channel::ApiRequest out;
    out.path = url_;
    out.headers = {{"Accept", "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}};
    return out;
  }

  const std::string url_;
  const Query query_;
  std::string query_digest_;
  channel::Api api_;
  const Clock& clock_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item.raw); }

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  channel::Profile profile;
  const std::string url(settings.get("url"));
  const std::size_t path = url.find('/', url.find("://") + 3);
  profile.base = url.substr(0, path) + "/";
  profile.max_bytes = 10u << 20;
  profile.follow = 3;
  TRY(auto api, channel::Api::make(environment, std::move(profile)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<FeedConnector>(settings, std::move(api), environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "feed";
  d.title = "Feed";
  d.handle_kind = "web";
  d.settings = kSettings;
  d.can.pull = d.can.check = true;
  d.reply = channel::ReplyGrade::none;
  d.display.display = channel::Display::quote;
  d.display.link_back = d.display.attribution = true;
  d.display.source = "quotation with its source; the feed's own licence goes first, 2026-11-21";
  d.sign_in = channel::SignIn::none;
  d.poll = std::chrono::seconds(900);
  d.send_class = channel::SendClass::none;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::feed
