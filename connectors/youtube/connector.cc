// YouTube: comments under the videos of a channel, and replies to them.
#include "core/channel/connector.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "connectors/common/google/sign_in.h"
#include "connectors/youtube/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"
#include "core/channel/review_book.h"

namespace amends::connectors::youtube {
extern const channel::Descriptor descriptor;

namespace {

using channel::ApiRequest;
using channel::ReviewPlace;
using channel::Setting;
using channel::SettingKind;

constexpr Setting kSettings[] = {
    {"client_id", SettingKind::text, true, "Client id", "of the OAuth client in your Google Cloud project"},
    {"client_secret", SettingKind::secret, true, "Client secret", "of the same OAuth client"},
    {"channel_id", SettingKind::text, true, "Channel id", "begins with UC; YouTube, Settings, Advanced settings"},
    {"sweep_hours",
     SettingKind::number,
     false,
     "Hours between whole readings",
     "how often all threads are read again, for new replies under old comments and for deletions",
     "12",
     {},
     true},
    {"api_base",
     SettingKind::url,
     false,
     "Address of the API",
     "another one only for tests",
     "https://youtube.googleapis.com",
     {},
     true},
    {"oauth_base", SettingKind::url, false, "Address of the sign-in", "empty: Google's own", {}, {}, true},
};

constexpr std::string_view kSetup[] = {
    "In a Google Cloud project enable the YouTube Data API v3.",
    "Set up the OAuth consent screen with the scope https://www.googleapis.com/auth/youtube.force-ssl and publish it: "
    "in "
    "testing Google ends every sign-in after seven days.",
    "Make an OAuth client of type \"Web application\" with the redirect address shown here; enter its id and secret.",
    "Connect, signed in as the owner of the channel, and choose the channel when Google asks.",
};

Result<channel::OAuthProfile> oauth(const channel::Settings& settings) {
  return google::oauth_of(settings, "https://www.googleapis.com/auth/youtube.force-ssl");
}

class YouTube final : public channel::Connector {
 public:
  static Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                          const channel::Environment& environment) {
    const std::string_view id = settings.get("channel_id");
    if (id.substr(0, 2) != "UC" || thread_of(id) != id)
      return fail(Kind::invalid, "channel_id: is no channel's id", "it begins with UC and has 24 characters");
    channel::Profile profile;
    profile.base = std::string(settings.get("api_base"));
    TRY(auto by, oauth(settings));
    profile.renew = channel::renew_by_refresh(std::move(by), environment);
    profile.read_error = [](const channel::ApiAnswer& answer) { return read_refusal(answer.status, answer.body); };
    profile.is_limit = [&clock = environment.clock](const channel::ApiAnswer& answer) {
      return limit_in(answer.status, answer.body, clock.now());
    };
    TRY(auto api, channel::Api::make(environment, std::move(profile)));
    return std::unique_ptr<channel::Connector>(std::make_unique<YouTube>(settings, environment, std::move(api)));
  }

  YouTube(const channel::Settings& settings, const channel::Environment& environment, channel::Api api)
      : own_(settings.get("channel_id")),
        sweep_hours_(settings.number("sweep_hours")),
        clock_(environment.clock),
        api_(std::move(api)) {}

  Result<channel::Page> pull(std::string_view cursor) override {
    channel::ReviewSite site;
    site.list = [this](const ReviewPlace&, const std::string& token) { return list(token); };
    site.get = [this](const std::string& id) -> Result<channel::ReviewPieces> {
      ApiRequest request = ask("youtube/v3/comments", "read");
      request.query = {{"part", "snippet"}, {"id", id}, {"textFormat", "plainText"}};
      TRY(const auto answer, api_.call(request));
      TRY(CommentPage page, read_comments(answer.body, own_));
      if (page.comments.empty()) return fail(Kind::not_found, "the comment is gone");
      const Timestamp at = page.comments[0].at;
      return channel::ReviewPieces{std::move(page.comments[0]), {}, at};
    };
    site.sweep_every = std::chrono::hours(std::max<std::int64_t>(1, sweep_hours_));
    return channel::pull_reviews(cursor, {{own_, ""}}, site, clock_.now());
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, descriptor.limits));
    TRY(const std::string thread, answered(outbound, post));
    ApiRequest request = ask("youtube/v3/comments", "write");
    request.method = "POST";
    request.query = {{"part", "snippet"}};
    request.body = reply_body(thread, post.text);
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt receipt, channel::receipt_of(outbound, answer));
    if (const auto made = answer ? read_made(answer->body) : std::nullopt) {
      receipt.external_id = made->id;
      receipt.permalink = made->permalink;
      receipt.moderation = made->moderation;
    }
    return receipt;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY(const std::string thread, answered(outbound, post));
    std::string token;
    do {
      const auto answer = replies(thread, token);
      if (!answer && answer.error().kind == Kind::not_found) return channel::Found::no;
      if (!answer) return Error(answer.error());
      if (holds_our_words(answer->body, own_, post.text, since)) return channel::Found::yes;
      TRY(const CommentPage page, read_comments(answer->body, own_));
      token = page.next == token ? "" : page.next;
    } while (!token.empty());
    return channel::Found::no;
  }

  Result<channel::Health> check() override {
    TRY_DO(threads("", 1));
    channel::Health health;
    health.facts.push_back("comments of the channel " + own_ + " can be read");
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  // What lies under one comment, kept while its number stays the same: asking costs quota.
  struct Kept {
    std::int64_t count = 0;
    std::chrono::milliseconds at{0};
    std::vector<channel::ReviewPiece> replies;
  };

  static ApiRequest ask(std::string path, std::string bucket) {
    ApiRequest out;
    out.path = std::move(path);
    out.bucket = std::move(bucket);
    return out;
  }

  Result<ThreadPage> threads(const std::string& token, int size) {
    ApiRequest request = ask("youtube/v3/commentThreads", "read");
    request.query = {{"part", "snippet,replies"},
                     {"allThreadsRelatedToChannelId", own_},
                     {"order", "time"},
                     {"maxResults", std::to_string(size)},
                     {"textFormat", "plainText"}};
    if (!token.empty()) request.query.emplace_back("pageToken", token);
    TRY(const auto answer, api_.call(request));
    return read_threads(answer.body, own_);
  }

  Result<channel::ApiAnswer> replies(const std::string& thread, const std::string& token) {
    ApiRequest request = ask("youtube/v3/comments", "read");
    request.query = {{"part", "snippet"}, {"parentId", thread}, {"maxResults", "100"}, {"textFormat", "plainText"}};
    if (!token.empty()) request.query.emplace_back("pageToken", token);
    return api_.call(request);
  }

  Result<channel::ReviewPage> list(const std::string& token) {
    TRY(ThreadPage page, threads(token, 100));
    channel::ReviewPage out;
    out.next = page.next;
    out.notes = std::move(page.notes);
    for (Thread& thread : page.threads) {
      out.reviews.push_back({std::move(thread.top), {}, thread.published});
      if (thread.reply_count > static_cast<std::int64_t>(thread.replies.size())) TRY_DO(complete(thread));
      for (auto& reply : thread.replies) out.reviews.push_back({std::move(reply), {}, thread.published});
    }
    return out;
  }

  // A thread comes with a few of its replies.
  Result<Done> complete(Thread& thread) {
    const auto ticks = clock_.ticks();
    const auto known = kept_.find(thread.id);
    if (known != kept_.end() && known->second.count == thread.reply_count &&
        ticks - known->second.at < std::chrono::hours(6)) {
      thread.replies = known->second.replies;
      return Done{};
    }
    thread.replies.clear();
    std::string token;
    do {
      TRY(const auto answer, replies(thread.id, token));
      TRY(CommentPage page, read_comments(answer.body, own_));
      for (auto& reply : page.comments) thread.replies.push_back(std::move(reply));
      token = page.next == token ? "" : page.next;
    } while (!token.empty());
    if (kept_.size() >= 500) kept_.clear();
    kept_[thread.id] = {thread.reply_count, ticks, thread.replies};
    return Done{};
  }

  static Result<std::string> answered(const channel::Outbound& outbound, const channel::Post& post) {
    for (const std::string& id : {post.answers_id, post.in_reply_to, outbound.in_reply_to}) {
      if (std::string thread = thread_of(id); !thread.empty()) return thread;
    }
    return fail(Kind::invalid, "only comments can be answered here");
  }

  const std::string own_;
  const std::int64_t sweep_hours_;
  const Clock& clock_;
  channel::Api api_;
  std::map<std::string, Kept> kept_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

std::vector<std::string> own_handles(const channel::Settings& settings) {
  return {std::string(settings.get("channel_id"))};
}

constexpr channel::Capabilities kCan = [] {
  channel::Capabilities can;
  can.pull = can.send = can.find = can.check = can.public_reply = true;
  return can;
}();

}  // namespace

constinit const channel::Descriptor descriptor = [] {
  channel::Descriptor out;
  out.name = "youtube";
  out.title = "YouTube";
  out.handle_kind = "youtube";
  out.settings = kSettings;
  out.can = kCan;
  out.limits.text = 10'000;
  out.slots = {0, false, true};
  out.reply = channel::ReplyGrade::api;
  out.display = {channel::Display::quote, true, true, true, "YouTube API Services Terms of Service, 2026-11-21"};
  out.sign_in = channel::SignIn::oauth;
  out.poll = std::chrono::minutes(15);
  out.setup = kSetup;
  out.send_class = channel::SendClass::lookable;
  out.visibility = model::Visibility::public_;
  out.parse = parse;
  out.own_handles = own_handles;
  out.oauth = oauth;
  out.open = YouTube::open;
  return out;
}();

}  // namespace amends::connectors::youtube
