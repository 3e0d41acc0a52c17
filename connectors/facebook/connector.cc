// The Facebook channel: a page's comments, visitors' posts, mentions, recommendations and Messenger conversations.
#include "core/channel/connector.h"

#include <algorithm>

#include "connectors/common/meta/graph.h"
#include "connectors/common/meta/messages.h"
#include "connectors/common/meta/progress.h"
#include "connectors/common/meta/sign_in.h"
#include "connectors/facebook/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/attachments.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"

namespace amends::connectors::facebook {
extern const channel::Descriptor descriptor;

namespace {

using channel::Json;
using channel::Setting;
using channel::SettingKind;

// Posts older than this are not looked through for new comments; the webhook tells of those.
constexpr std::chrono::hours kHorizon{24 * 30};
constexpr std::chrono::hours kOverlap{1};
constexpr std::size_t kMostLookedFor = 50;  // missing ones, a reading
constexpr std::string_view kSubscribed = "feed,mention,ratings,messages,message_echoes";

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/facebook/notifications.inc"
    ;

constexpr Setting kSettings[] = {
    {"page_id", SettingKind::text, true, "Page ID", "the number under About, Page transparency"},
    {"app_id", SettingKind::text, true, "App ID", "of your Meta app, App settings, Basic"},
    {"app_secret", SettingKind::secret, true, "App secret", "of the same place: it signs what comes in and goes out"},
    {"verify_token", SettingKind::secret, true, "Verify token",
     "any long word of your own; typed once more where the webhook is set up"},
    {"access_token", SettingKind::secret, false, "Page token", "instead of connecting in the browser", {}, {}, true},
    {"old_app_secret",
     SettingKind::secret,
     false,
     "App secret before",
     "accepted too while the secret is being changed",
     {},
     {},
     true},
    {"api_base", SettingKind::url, false, "API address", "Meta's Graph API", meta::kGraph, {}, true},
};

constexpr std::string_view kSetup[] = {
    "At developers.facebook.com make an app of the type Business and add Facebook Login for Business, Webhooks and "
    "Messenger",
    "Enter this program's redirect address under Facebook Login, Settings",
    "Under Webhooks, Page enter this account's webhook address and the verify token, and subscribe to feed, mention, "
    "ratings, "
    "messages and message_echoes",
    "Connect the account here as somebody who may manage the page, and pick the page",
    "For customers who have no role in the app Meta has to approve (App Review) pages_read_user_content, "
    "pages_manage_engagement, pages_messaging and, for answers after a day, Human Agent",
};

// developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api and .../send-messages/saving-assets
// (2026-11-22): up to 25 MB. A message of Messenger carries words or one file, and there is no place for a description.
constexpr std::int64_t kFileMost = 25'000'000;
constexpr channel::AttachmentRule kAttachments[] = {
    {"picture", "image/*", 1, kFileMost, 0, 0, true, model::Visibility::private_},
    {"video", "video/*", 1, kFileMost, 0, 0, true, model::Visibility::private_},
    {"sound", "audio/*", 1, kFileMost, 0, 0, true, model::Visibility::private_},
    {"file", "*/*", 1, kFileMost, 0, 0, true, model::Visibility::private_}};

using meta::Job;
using meta::Progress;

channel::Fields fields_of(const std::string& edge) {
  const std::string comments =
      "comments.limit(50).order(reverse_chronological).filter(stream){" + std::string(kCommentFields) + "}";
  const std::string messages = "id,created_time,from,to,message,attachments{id,mime_type,name}";
  if (edge == "feed" || edge == "tagged")
    return {{"fields", "id,from,message,created_time,permalink_url," + comments}, {"limit", "25"}};
  if (edge == "ratings") {
    return {{"fields", "created_time,has_rating,rating,recommendation_type,review_text,reviewer,open_graph_story{id}"},
            {"limit", "100"}};
  }
  if (edge == "conversations")
    return {{"fields", "id,updated_time,messages.limit(25){" + messages + "}"}, {"limit", "20"}};
  if (edge == "messages") return {{"fields", messages}, {"limit", "100"}};
  return {{"fields", std::string(kCommentFields)},
          {"filter", "stream"},
          {"order", "reverse_chronological"},
          {"limit", "100"}};
}

class FacebookConnector final : public channel::Connector {
 public:
  FacebookConnector(channel::Settings settings, channel::Api api, std::function<Result<Secret>()> token,
                    const Clock& clock)
      : settings_(std::move(settings)),
        api_(std::move(api)),
        token_(std::move(token)),
        clock_(clock),
        page_(settings_.get("page_id")) {}

  Result<channel::Page> pull(std::string_view text) override {
    Progress cursor = Progress::read(text);
    const Timestamp now = clock_.now();
    cursor.begin({{"feed", page_, ""}, {"tagged", page_, ""}, {"ratings", page_, ""}, {"conversations", page_, ""}},
                 now);
    const Job job = cursor.jobs.front();
    TRY(const Listing listing, list(job, now));
    cursor.jobs.erase(cursor.jobs.begin());

    channel::Page page;
    for (const Listed& one : listing.items) {
      const auto seen = cursor.standing.saw(one.name, one.item.raw, one.at, now);
      if (seen.news) page.items.push_back(with_version(one.item, seen.version));
    }
    for (const auto& message : listing.messages) page.items.push_back(message);
    std::vector<Job> more = listing.more;
    if (!listing.next.empty() && goes_on(job, listing, cursor)) more.push_back({job.edge, job.id, listing.next});
    cursor.first(more);
    if (cursor.done()) {
      TRY_DO(find_missing(cursor, page, now));
      cursor.finish();
    }
    page.more = !cursor.jobs.empty();
    page.cursor = cursor.write();
    return page;
  }

  Result<channel::WebhookReply> webhook(const channel::WebhookRequest& request) override {
    if (request.method == "GET") return meta::handshake(request, Secret(std::string(settings_.get("verify_token"))));
    TRY_DO(meta::check_signature(request, meta::secrets_of(settings_)));
    channel::WebhookReply out;
    TRY(out.items, read_changes(request.body, page_, request.received_at));
    TRY(auto messages, meta::read_messaging(request.body, "page", page_, request.received_at));
    for (auto& message : messages) out.items.push_back(std::move(message));
    return out;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_post_files(descriptor, post));
    TRY_DO(channel::check_length(post.text,
                                 post.visibility == model::Visibility::private_ ? kPrivate : descriptor.limits));
    TRY(const channel::Fields query, proof());
    if (is_private(post)) return meta::send_private(api_, outbound, post, page_, query);
    TRY(const std::string target, target_of(post));
    channel::ApiRequest request;
    request.method = "POST";
    request.path = channel::path_of("{}/comments", {target});
    request.query = query;
    request.content_type = "application/x-www-form-urlencoded";
    request.body = channel::encode_fields({{"message", post.text}});
    request.bucket = "write";
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
    if (!answer) return out;
    TRY(const Json made, channel::parse_json(answer->body));
    if (const std::string id = channel::text_at(made, "id"); !id.empty()) {
      out.external_id = "comment/" + id;
      out.permalink = "https://www.facebook.com/" + id;
    }
    return out;
  }

  // Our comment with these words below what is answered; our message with these words in that conversation since then.
  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    const Timestamp now = clock_.now();
    if (is_private(post)) {
      TRY(channel::ApiRequest request, ask({"conversations", page_, ""}));
      request.query.emplace_back("user_id", post.to.handle);
      TRY(const auto answer, api_.call(request));
      TRY(const Listing listing, read_listing(answer.body, "conversations", "", page_, now));
      for (const auto& message : listing.messages) {
        const bool ours = message.own && message.received_at + std::chrono::minutes(5) >= since;
        if (!ours || !says(message, post.text)) continue;
        // Any file of ours is a message without words: which one it is can't be told.
        return post.files.empty() ? channel::Found::yes : channel::Found::unknown;
      }
      return channel::Found::no;
    }
    TRY(const std::string target, target_of(post));
    for (Job job{"comments", target, ""};;) {
      TRY(const Listing listing, list(job, now));
      for (const Listed& one : listing.items) {
        if (one.item.own && says(one.item, post.text)) return channel::Found::yes;
      }
      if (listing.next.empty()) return channel::Found::no;
      job.after = listing.next;
    }
  }

  Result<channel::Health> check() override {
    channel::ApiRequest request;
    request.path = channel::path_of("{}", {page_});
    TRY(request.query, proof());
    request.query.emplace_back("fields", "id,name");
    TRY(const auto answer, api_.call(request));
    TRY(const Json page, channel::parse_json(answer.body));
    channel::Health health;
    health.facts.push_back("the page \"" + channel::text_at(page, "name") + "\"");
    TRY(const bool subscribed, is_subscribed());
    if (subscribed) {
      health.facts.emplace_back("subscribed to what happens on the page");
      return health;
    }
    // Nobody can do this on a screen of Meta's; asking twice changes nothing.
    channel::ApiRequest subscribe;
    subscribe.method = "POST";
    subscribe.path = channel::path_of("{}/subscribed_apps", {page_});
    TRY(subscribe.query, proof());
    subscribe.content_type = "application/x-www-form-urlencoded";
    subscribe.body = channel::encode_fields({{"subscribed_fields", std::string(kSubscribed)}});
    subscribe.repeatable = true;
    if (const auto done = api_.call(subscribe); done) {
      health.facts.emplace_back("subscribed to what happens on the page, just now");
    } else {
      health.warnings.push_back("the page's news don't come by webhook: " + done.error().what);
    }
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  static constexpr channel::Limits kPrivate{2000, channel::LengthUnit::code_points, 0, 0};

  static bool is_private(const channel::Post& post) {
    return post.visibility == model::Visibility::private_ || post.in_reply_to.rfind("message/", 0) == 0;
  }

  static Result<std::string> target_of(const channel::Post& post) {
    const auto slash = post.in_reply_to.find('/');
    const std::string kind = post.in_reply_to.substr(0, slash);
    if (slash == std::string::npos || (kind != "comment" && kind != "post" && kind != "rating") ||
        post.in_reply_to.find('-') != std::string::npos) {
      return fail(Kind::invalid, "this can't be answered on Facebook",
                  "recommendations of people who hide themselves take no answer");
    }
    return post.in_reply_to.substr(slash + 1);
  }

  static bool says(const model::Item& item, std::string_view words) {
    const auto content = parse_item(item);
    return content && text::squeeze(content->text) == text::squeeze(words);
  }

  Result<channel::Fields> proof() const {
    TRY(const Secret token, token_());
    return meta::proof_of(token, Secret(std::string(settings_.get("app_secret"))));
  }

  Result<channel::ApiRequest> ask(const Job& job) const {
    channel::ApiRequest out;
    out.path = channel::path_of("{}/{}", {job.id, job.edge});
    TRY(out.query, proof());
    for (auto& field : fields_of(job.edge)) out.query.push_back(std::move(field));
    if (!job.after.empty()) out.query.emplace_back("after", job.after);
    out.bucket = "read";
    return out;
  }

  Result<Listing> list(const Job& job, Timestamp now) {
    TRY(const channel::ApiRequest request, ask(job));
    const auto answer = api_.call(request);
    // A post that went with its comments between two requests.
    if (!answer && answer.error().kind == Kind::not_found && job.id != page_) return Listing{};
    if (!answer) return answer.error();
    return read_listing(answer->body, job.edge, job.id, page_, now);
  }

  // Whether the page after this one may hold what we want: ratings all of them, posts and comments of a month,
  // conversations that moved since we were here.
  bool goes_on(const Job& job, const Listing& listing, const Progress& cursor) const {
    if (job.edge == "ratings" || listing.oldest.ms == 0) return true;
    const bool talk = job.edge == "conversations" || job.edge == "messages";
    if (talk) return !cursor.last || listing.oldest > *cursor.last - kOverlap;
    return !cursor.last || listing.oldest > *cursor.begun - kHorizon;
  }

  Result<Done> find_missing(Progress& cursor, channel::Page& page, Timestamp now) {
    auto missing = cursor.standing.missing(*cursor.begun - kHorizon);
    if (missing.size() > kMostLookedFor) missing.resize(kMostLookedFor);
    for (const std::string& name : missing) {
      const std::string id = name.substr(name.find('/') + 1);
      if (id.find('-') == id.npos) {
        channel::ApiRequest request;
        request.path = channel::path_of("{}", {id});
        TRY(request.query, proof());
        request.query.emplace_back("fields", "id");
        request.bucket = "read";
        const auto answer = api_.call(request);
        if (answer) continue;
        if (answer.error().kind != Kind::not_found) return answer.error();
      }
      page.items.push_back(gone(name, page_, cursor.standing.gone(name, now), now));
    }
    return Done{};
  }

  Result<bool> is_subscribed() {
    channel::ApiRequest request;
    request.path = channel::path_of("{}/subscribed_apps", {page_});
    TRY(request.query, proof());
    TRY(const auto answer, api_.call(request));
    TRY(const Json apps, channel::parse_json(answer.body));
    for (const Json& app : channel::list_at(apps, "data")) {
      const std::string fields = channel::dump(channel::list_at(app, "subscribed_fields"));
      const bool feed = fields.find("\"feed\"") != fields.npos, messages = fields.find("\"messages\"") != fields.npos;
      if (channel::text_at(app, "id") == settings_.get("app_id") && feed && messages) return true;
    }
    return false;
  }

  const channel::Settings settings_;
  channel::Api api_;
  const std::function<Result<Secret>()> token_;
  const Clock& clock_;
  const std::string page_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

std::vector<std::string> own_handles(const channel::Settings& settings) {
  return {std::string(settings.get("page_id"))};
}

Result<channel::OAuthProfile> oauth(const channel::Settings& settings) {
  return meta::oauth_of(settings, {"pages_show_list", "pages_read_engagement", "pages_read_user_content",
                                   "pages_manage_engagement", "pages_messaging", "pages_manage_metadata"});
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  auto token = meta::token_of(settings, environment);
  TRY(auto api, channel::Api::make(environment, meta::profile(std::string(settings.get("api_base")), token)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<FacebookConnector>(settings, std::move(api), std::move(token), environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "facebook";
  d.title = "Facebook";
  d.handle_kind = "facebook";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.pull = d.can.webhook = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  d.limits.text = 8000;
  d.can.attachments = true;
  d.attachments = kAttachments;
  d.window.open = std::chrono::hours(24);
  d.window.person = std::chrono::hours(24 * 7);
  d.reply = channel::ReplyGrade::api;
  d.display.display = channel::Display::embed_only;
  d.display.link_back = d.display.attribution = true;
  d.display.source = "Meta Platform Terms and Brand Resources, 2026-11-21";
  d.sign_in = channel::SignIn::oauth;
  d.poll = std::chrono::seconds(900);
  d.send_class = channel::SendClass::lookable;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.notifications = kNotifications;
  d.own_handles = own_handles;
  d.oauth = oauth;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::facebook
