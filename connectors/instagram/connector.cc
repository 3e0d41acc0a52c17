// The Instagram channel: comments on a professional account's posts, mentions of it, and its messages.
#include "core/channel/connector.h"

#include "connectors/common/meta/graph.h"
#include "connectors/common/meta/messages.h"
#include "connectors/common/meta/progress.h"
#include "connectors/common/meta/sign_in.h"
#include "connectors/instagram/wire.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/descriptor.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/oauth.h"
#include "core/channel/post.h"

namespace amends::connectors::instagram {
extern const channel::Descriptor descriptor;

namespace {

using channel::Json;
using channel::Setting;
using channel::SettingKind;
using meta::Job;
using meta::Progress;

constexpr std::chrono::hours kHorizon{24 * 30};
constexpr std::chrono::hours kOverlap{1};
constexpr std::size_t kMostLookedFor = 50;
constexpr channel::Limits kPrivate{1000, channel::LengthUnit::bytes, 0, 0};

constexpr Setting kSettings[] = {
    {"account_id", SettingKind::text, true, "Account ID",
     "of the professional account (instagram_business_account of its page)"},
    {"page_id", SettingKind::text, true, "Page ID", "of the Facebook page that the account is linked to"},
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
    "In the Instagram app switch the account to a professional one and link it to your Facebook page; under Messages "
    "and story "
    "replies allow access to messages",
    "At developers.facebook.com make an app of the type Business and add Instagram, Webhooks and Facebook Login for "
    "Business",
    "Under Webhooks, Instagram enter this account's webhook address and the verify token, and subscribe to comments, "
    "mentions "
    "and messages",
    "Connect the account here as somebody who may manage the page, and pick page and account",
    "For customers who have no role in the app Meta has to approve (App Review) instagram_manage_comments and "
    "instagram_manage_messages",
};

channel::Fields fields_of(const std::string& edge) {
  const std::string replies = "replies.limit(50){" + std::string(kCommentFields) + "}";
  const std::string comments = std::string(kCommentFields) + "," + replies;
  const std::string messages = "id,created_time,from,to,message,attachments{id,mime_type,name}";
  if (edge == "media")
    return {{"fields", "id,permalink,timestamp,comments.limit(50){" + comments + "}"}, {"limit", "25"}};
  if (edge == "tags") return {{"fields", "id,caption,permalink,timestamp,username"}, {"limit", "50"}};
  if (edge == "comments") return {{"fields", comments}, {"limit", "50"}};
  if (edge == "replies") return {{"fields", std::string(kCommentFields)}, {"limit", "50"}};
  if (edge == "messages") return {{"fields", messages}, {"limit", "100"}};
  return {
      {"platform", "instagram"}, {"fields", "id,updated_time,messages.limit(25){" + messages + "}"}, {"limit", "20"}};
}

class InstagramConnector final : public channel::Connector {
 public:
  InstagramConnector(channel::Settings settings, channel::Api api, std::function<Result<Secret>()> token,
                     const Clock& clock)
      : settings_(std::move(settings)), api_(std::move(api)), token_(std::move(token)), clock_(clock) {
    us_.id = settings_.get("account_id");
  }

  Result<channel::Page> pull(std::string_view text) override {
    TRY_DO(know_ourselves());
    Progress cursor = Progress::read(text);
    const Timestamp now = clock_.now();
    cursor.begin({{"media", us_.id, ""}, {"tags", us_.id, ""}, {"conversations", page(), ""}}, now);
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
    TRY(Changes changes, read_changes(request.body, us_, request.received_at));
    out.items = std::move(changes.items);
    for (const Mention& mention : changes.mentions) {
      // A mention comes as two numbers. When asking fails the item says where to look, rather than being lost.
      const auto told = ask_for(mention);
      out.items.push_back(mention_of(mention, told ? std::string_view(told->body) : std::string_view(), us_));
    }
    TRY(auto messages, meta::read_messaging(request.body, "instagram", us_.id, request.received_at));
    for (auto& message : messages) out.items.push_back(std::move(message));
    return out;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(channel::check_length(post.text, is_private(post) ? kPrivate : descriptor.limits));
    TRY(const channel::Fields query, proof());
    if (is_private(post)) return meta::send_private(api_, outbound, post, page(), query);
    const std::string id = post.in_reply_to.substr(std::min(post.in_reply_to.size(), post.in_reply_to.find('/') + 1));
    channel::ApiRequest request;
    request.method = "POST";
    request.query = query;
    request.content_type = "application/x-www-form-urlencoded";
    request.bucket = "write";
    channel::Fields form{{"message", post.text}};
    if (post.in_reply_to.rfind("comment/", 0) == 0) {
      request.path = channel::path_of("{}/replies", {id});
    } else if (post.in_reply_to.rfind("mention/", 0) == 0 && !post.place.empty()) {
      request.path = channel::path_of("{}/mentions", {us_.id});
      form.emplace_back("media_id", post.place);
      if (id != post.place) form.emplace_back("comment_id", id);
    } else {
      return fail(Kind::invalid, "this can't be answered on Instagram");
    }
    request.body = channel::encode_fields(form);
    const auto answer = api_.act(outbound, request);
    TRY(channel::Receipt out, channel::receipt_of(outbound, answer));
    if (!answer) return out;
    TRY(const Json made, channel::parse_json(answer->body));
    if (const std::string made_id = channel::text_at(made, "id"); !made_id.empty())
      out.external_id = "comment/" + made_id;
    return out;
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp since) override {
    TRY(const channel::Post post, channel::read_post(outbound.payload));
    TRY_DO(know_ourselves());
    const bool talk = is_private(post);
    const std::string id = post.in_reply_to.substr(std::min(post.in_reply_to.size(), post.in_reply_to.find('/') + 1));
    // What answers a mention stands under somebody else's post, which we can't list.
    if (!talk && post.in_reply_to.rfind("comment/", 0) != 0) return channel::Found::unknown;
    for (Job job = talk ? Job{"conversations", page(), ""} : Job{"replies", id, ""};;) {
      TRY(channel::ApiRequest request, ask(job));
      if (talk) request.query.emplace_back("user_id", post.to.handle);
      TRY(const auto answer, api_.call(request));
      TRY(const Listing listing, read_listing(answer.body, job.edge, job.id, us_, clock_.now()));
      for (const Listed& one : listing.items) {
        if (one.item.own && says(one.item, post.text)) return channel::Found::yes;
      }
      for (const auto& message : listing.messages) {
        if (message.own && message.received_at + std::chrono::minutes(5) >= since && says(message, post.text))
          return channel::Found::yes;
      }
      if (talk || listing.next.empty()) return channel::Found::no;
      job.after = listing.next;
    }
  }

  Result<channel::Health> check() override {
    us_.username.clear();
    TRY_DO(know_ourselves());
    channel::Health health;
    health.facts.push_back("the account @" + us_.username);
    return health;
  }

  void interrupt() noexcept override { api_.interrupt(); }

 private:
  std::string page() const { return std::string(settings_.get("page_id")); }

  static bool is_private(const channel::Post& post) {
    return post.visibility == model::Visibility::private_ || post.in_reply_to.rfind("message/", 0) == 0;
  }
  static bool says(const model::Item& item, std::string_view words) {
    const auto content = parse_item(item);
    // Below a reply Instagram writes the name of who is answered in front.
    if (!content) return false;
    const std::string said = text::squeeze(content->text), wanted = text::squeeze(words);
    return said == wanted ||
           (said.size() > wanted.size() && said.front() == '@' && said.substr(said.find(' ') + 1) == wanted);
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
  Result<channel::ApiAnswer> fetch(const std::string& id, const std::string& fields) {
    channel::ApiRequest request;
    request.path = channel::path_of("{}", {id});
    TRY(request.query, proof());
    request.query.emplace_back("fields", fields);
    request.bucket = "read";
    return api_.call(request);
  }
  Result<channel::ApiAnswer> ask_for(const Mention& mention) {
    return fetch(us_.id, mention.comment.empty()
                             ? "mentioned_media.media_id(" + mention.media + "){caption,permalink,timestamp,username}"
                             : "mentioned_comment.comment_id(" + mention.comment +
                                   "){id,text,timestamp,username,from,media{id,permalink}}");
  }

  Result<Listing> list(const Job& job, Timestamp now) {
    TRY(const channel::ApiRequest request, ask(job));
    const auto answer = api_.call(request);
    // What went with its comments between two requests.
    const bool below = job.id != us_.id && job.id != page();
    if (!answer && answer.error().kind == Kind::not_found && below) return Listing{};
    if (!answer) return answer.error();
    return read_listing(answer->body, job.edge, job.id, us_, now);
  }

  static bool goes_on(const Job& job, const Listing& listing, const Progress& cursor) {
    if (!cursor.last || listing.oldest.ms == 0 || job.edge == "comments" || job.edge == "replies") return true;
    const bool talk = job.edge == "conversations" || job.edge == "messages";
    return listing.oldest > (talk ? *cursor.last - kOverlap : *cursor.begun - kHorizon);
  }

  Result<Done> find_missing(Progress& cursor, channel::Page& page, Timestamp now) {
    auto missing = cursor.standing.missing(*cursor.begun - kHorizon);
    if (missing.size() > kMostLookedFor) missing.resize(kMostLookedFor);
    for (const std::string& name : missing) {
      const auto answer = fetch(name.substr(name.find('/') + 1), "id");
      if (answer) continue;
      if (answer.error().kind != Kind::not_found) return answer.error();
      page.items.push_back(gone(name, us_, cursor.standing.gone(name, now), now));
    }
    return Done{};
  }

  Result<Done> know_ourselves() {
    if (!us_.username.empty()) return Done{};
    TRY(const auto answer, fetch(us_.id, "id,username"));
    TRY(const Json account, channel::parse_json(answer.body));
    us_.username = channel::text_at(account, "username");
    if (us_.username.empty()) return fail(Kind::corrupt, "Instagram doesn't say which account this is");
    return Done{};
  }

  const channel::Settings settings_;
  channel::Api api_;
  const std::function<Result<Secret>()> token_;
  const Clock& clock_;
  Us us_;
};

Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) { return parse_item(item); }

std::vector<std::string> own_handles(const channel::Settings& settings) {
  return {std::string(settings.get("account_id"))};
}

Result<channel::OAuthProfile> oauth(const channel::Settings& settings) {
  return meta::oauth_of(settings, {"instagram_basic", "instagram_manage_comments", "instagram_manage_messages",
                                   "pages_show_list", "pages_read_engagement", "pages_manage_metadata"});
}

Result<std::unique_ptr<channel::Connector>> open(const channel::Settings& settings,
                                                 const channel::Environment& environment) {
  auto token = meta::token_of(settings, environment);
  TRY(auto api, channel::Api::make(environment, meta::profile(std::string(settings.get("api_base")), token)));
  return std::unique_ptr<channel::Connector>(
      std::make_unique<InstagramConnector>(settings, std::move(api), std::move(token), environment.clock));
}

constexpr channel::Descriptor make_descriptor() {
  channel::Descriptor d;
  d.name = "instagram";
  d.title = "Instagram";
  d.handle_kind = "instagram";
  d.settings = kSettings;
  d.setup = kSetup;
  d.can.pull = d.can.webhook = d.can.send = d.can.find = d.can.check = d.can.public_reply = true;
  // IG Comment, replies: 300 characters, four hashtags, one link.
  d.limits.text = 300;
  d.window.open = std::chrono::hours(24);
  d.window.person = std::chrono::hours(24 * 7);
  d.reply = channel::ReplyGrade::api;
  d.display.display = channel::Display::embed_only;
  d.display.link_back = d.display.attribution = true;
  d.display.source = "Meta Platform Terms, 2026-11-21";
  d.sign_in = channel::SignIn::oauth;
  d.poll = std::chrono::seconds(900);
  d.send_class = channel::SendClass::lookable;
  d.visibility = model::Visibility::public_;
  d.parse = parse;
  d.own_handles = own_handles;
  d.oauth = oauth;
  d.open = open;
  return d;
}

}  // namespace

constexpr channel::Descriptor descriptor = make_descriptor();

}  // namespace amends::connectors::instagram
