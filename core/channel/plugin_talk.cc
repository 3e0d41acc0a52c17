#include "core/channel/plugin_talk.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/content_json.h"
#include "core/channel/json.h"
#include "core/channel/length.h"
#include "core/channel/plugin_channel.h"
#include "core/channel/post.h"
#include "core/net/http_client.h"

namespace amends::channel {
namespace {

using std::chrono::seconds;

constexpr seconds kGreetingTime{10}, kCallTime{120};
// Of one call: requests it may have made, lines that make no sense before it is ended.
constexpr int kMostRequests = 1000, kMostStrays = 100;
constexpr std::size_t kMostAnswerBytes = 5u << 20, kLongestCursor = 64 * 1024;
// A plugin that fails at once is not started over and over.
constexpr seconds kRest{30};

constexpr model::Word<Kind> kErrorKinds[] = {{Kind::invalid, "invalid"},         {Kind::not_found, "not_found"},
                                             {Kind::conflict, "conflict"},       {Kind::unauthorized, "unauthorized"},
                                             {Kind::unsupported, "unsupported"}, {Kind::rate_limited, "rate_limited"},
                                             {Kind::unavailable, "unavailable"}, {Kind::rejected, "rejected"},
                                             {Kind::uncertain, "uncertain"},     {Kind::forbidden, "forbidden"}};

// What the plugin may reach.
struct Reach {
  std::vector<std::string> hosts;
  net::HttpClient* http = nullptr;  // null: nothing
};

Error said(const Json& json) {
  const auto kind = model::value_in(kErrorKinds, text_at(json, "kind"));
  Error error = fail(kind.value_or(Kind::unavailable), text::excerpt(text::printable(text_at(json, "what")), 300),
                     text::excerpt(text::printable(text_at(json, "hint")), 300));
  error.retry_after = seconds(std::clamp<std::int64_t>(number_at(json, "retry_after").value_or(0), 0, 86'400));
  return error;
}

Json answer_of(const Result<net::HttpResponse>& response) {
  if (!response) {
    return {{"error", response.error().what}, {"uncertain", response.error().kind == Kind::uncertain}};
  }
  Json headers = Json::object();
  for (const auto& header : response->headers) headers[header.name] = header.value;
  Json out = {{"status", response->status}, {"headers", std::move(headers)}};
  const bool readable = text::is_utf8(response->body);
  out[readable ? "body" : "body_base64"] = readable ? response->body : text::to_base64(response->body);
  return out;
}

// One request for a plugin, made by us.
Json request_for(const Reach& reach, const Json& frame) {
  net::HttpRequest request;
  request.url = text_at(frame, "url");
  const auto url = net::parse_http_url(request.url);
  if (!url) return {{"error", url.error().what}, {"uncertain", false}};
  if (reach.http == nullptr || std::find(reach.hosts.begin(), reach.hosts.end(), url->host) == reach.hosts.end()) {
    return {{"error", "this plugin may not reach " + url->host + ": its greeting and its settings don't name it"},
            {"uncertain", false}};
  }
  request.method = text_at(frame, "method").empty() ? "GET" : text_at(frame, "method");
  request.body = text_at(frame, "body");
  request.repeatable = flag_at(frame, "repeatable");
  request.max_bytes = kMostAnswerBytes;
  const Json& headers = at(frame, "headers");
  if (headers.is_object()) {
    for (auto it = headers.begin(); it != headers.end(); ++it) {
      if (it->is_string()) request.headers.push_back({it.key(), it->get<std::string>()});
    }
  }
  return answer_of(reach.http->run(request));
}

// A running plugin. Every failure of the conversation itself ends it.
class Talk {
 public:
  explicit Talk(std::unique_ptr<PluginProcess> process) : process_(std::move(process)) {}

  Result<Json> ask(Json call, const Reach& reach, seconds most) {
    const std::int64_t id = ++last_;
    in_doubt_ = false;
    call["id"] = id;
    auto answer = converse(call, id, reach, net::Deadline::in(most));
    if (!answer) {
      process_->kill();
      return std::move(answer).error();
    }
    if (at(*answer, "error").is_object()) return said(at(*answer, "error"));
    return Json(at(*answer, "result"));
  }
  bool alive() const { return process_->alive(); }
  // Of the last call: whether one of the requests made for it may have been heard without an answer.
  bool in_doubt() const { return in_doubt_; }
  void kill() noexcept { process_->kill(); }

 private:
  Result<Json> converse(const Json& call, std::int64_t id, const Reach& reach, net::Deadline deadline) {
    TRY_DO(process_->write_line(dump(call), deadline));
    for (int requests = 0, strays = 0;;) {
      TRY(const std::string line, process_->read_line(deadline));
      auto frame = parse_json(line);
      if (frame && at(*frame, "http").is_number_integer() && ++requests <= kMostRequests) {
        Json answer = request_for(reach, *frame);
        answer["http"] = at(*frame, "http");
        in_doubt_ = in_doubt_ || flag_at(answer, "uncertain");
        TRY_DO(process_->write_line(dump(answer), deadline));
      } else if (frame && number_at(*frame, "id") == id) {
        return frame;
      } else if (requests > kMostRequests || ++strays > kMostStrays) {
        return fail(Kind::corrupt, "the plugin doesn't keep to the protocol");
      }
    }
  }

  std::unique_ptr<PluginProcess> process_;
  std::int64_t last_ = 0;
  bool in_doubt_ = false;
};

// A failure of the conversation, as its caller shall act on it.
Error broken(Error error) {
  if (error.kind == Kind::corrupt) error.kind = Kind::unavailable;
  return error;
}

class PluginConnector final : public Connector {
 public:
  PluginConnector(const PluginRow& row, const Settings& settings, const Environment& environment)
      : row_(row), settings_(settings), clock_(environment.clock) {
    reach_.http = &environment.http;
    reach_.hosts = row.hosts;
    for (const Setting& setting : row.settings) {
      if (setting.kind != SettingKind::url && setting.kind != SettingKind::host) continue;
      const std::string value(settings.get(setting.key));
      const auto url = net::parse_http_url(setting.kind == SettingKind::url ? value : "https://" + value);
      if (url) reach_.hosts.push_back(url->host);
    }
  }

  Result<Page> pull(std::string_view cursor) override {
    TRY(const Json result, ask({{"call", "pull"}, {"cursor", std::string(cursor)}}));
    const Json& items = list_at(result, "items");
    if (items.size() > kMostItems) return unfit("a page of more than " + std::to_string(kMostItems) + " items");
    Page page;
    page.cursor = text_at(result, "cursor");
    if (page.cursor.size() > kLongestCursor) return unfit("a cursor of more than 64 KB");
    page.more = flag_at(result, "more");
    page.remaining = std::max<std::int64_t>(0, number_at(result, "remaining").value_or(0));
    for (const Json& one : items) {
      auto item = item_of(dump(one), clock_.now());
      if (!item) return unfit(item.error().what);
      page.items.push_back(*std::move(item));
    }
    for (const Json& note : list_at(result, "notes")) {
      if (note.is_string() && page.notes.size() < 20)
        page.notes.push_back(text::excerpt(text::printable(note.get<std::string>()), 200));
    }
    return page;
  }

  Result<Receipt> send(const Outbound& outbound) override {
    TRY(const Post post, read_post(outbound.payload));
    TRY_DO(check_length(post.text, row_.descriptor.limits));
    TRY_DO(ready());
    if (outbound.point_of_no_return) TRY_DO(outbound.point_of_no_return());
    const auto result = ask({{"call", "send"}, {"key", outbound.key}, {"post", posted(post)}});
    ApiAnswer answer;
    answer.status = 200;
    if (!result) {
      // A plugin that answers knows what it did, as far as its own requests were answered; one that didn't may have
      // done it.
      if (!answered_ || talk_->in_doubt()) return receipt_of(outbound, fail(Kind::uncertain, result.error().what));
      return receipt_of(outbound, result.error());
    }
    TRY(Receipt receipt, receipt_of(outbound, answer));
    receipt.external_id = text_at(*result, "id");
    receipt.permalink = text_at(*result, "permalink");
    receipt.moderation =
        model::value_in(model::kModerations, text_at(*result, "moderation")).value_or(model::Moderation::none);
    return receipt;
  }

  Result<Found> find(const Outbound& outbound, Timestamp since) override {
    TRY(const Post post, read_post(outbound.payload));
    TRY(const Json result,
        ask({{"call", "find"}, {"key", outbound.key}, {"post", posted(post)}, {"since", to_rfc3339(since)}}));
    const std::string found = text_at(result, "found");
    return found == "yes" ? Found::yes : found == "no" ? Found::no : Found::unknown;
  }

  Result<Health> check() override {
    TRY(const Json result, ask({{"call", "check"}}));
    Health health;
    const auto lines = [&](const char* key) {
      std::vector<std::string> out;
      for (const Json& line : list_at(result, key)) {
        if (line.is_string() && out.size() < 50)
          out.push_back(text::excerpt(text::printable(line.get<std::string>()), 200));
      }
      return out;
    };
    health.facts = lines("facts");
    health.warnings = lines("warnings");
    if (confinement() != Confinement::bubblewrap) {
      health.warnings.push_back("this plugin sees the files of the machine: install bubblewrap");
    }
    health.remote_count = number_at(result, "remote_count");
    return health;
  }

  Result<WebhookReply> webhook(const WebhookRequest& request) override {
    if (!row_.descriptor.can.webhook) return unsupported("webhook");
    Json headers = Json::object();
    for (const auto& [name, value] : request.headers) headers[text::ascii_lower(name)] = value;
    const bool readable = text::is_utf8(request.body);
    TRY(const Json result,
        ask({{"call", "webhook"},
             {"method", request.method},
             {"path", request.path},
             {"query", request.query},
             {"headers", std::move(headers)},
             {readable ? "body" : "body_base64", readable ? request.body : text::to_base64(request.body)}}));
    WebhookReply reply;
    for (const Json& one : list_at(result, "items")) {
      auto item = item_of(dump(one), clock_.now());
      if (!item) return unfit(item.error().what);
      reply.items.push_back(*std::move(item));
    }
    reply.status = static_cast<int>(std::clamp<std::int64_t>(number_at(result, "status").value_or(200), 200, 599));
    reply.body = text_at(result, "body");
    return reply;
  }

  void interrupt() noexcept override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (talk_) talk_->kill();
  }

 private:
  static Json posted(const Post& post) {
    return {{"text", post.text},
            {"visibility", model::name_of(post.visibility)},
            {"answers", post.in_reply_to},
            {"replaces", post.replaces},
            {"to", {{"name", post.to.name}, {"handle", post.to.handle}}},
            {"place", post.place},
            {"language", post.language}};
  }

  // What the plugin said can't be used: nothing of it is, and it starts afresh.
  Error unfit(std::string what) {
    talk_->kill();
    return fail(Kind::unavailable, "the plugin sent " + std::move(what));
  }

  // A process that has been greeted and knows its settings.
  Result<Done> ready() {
    if (talk_ && talk_->alive()) return Done{};
    if (failed_at_ && clock_.ticks() < *failed_at_ + kRest) {
      return fail(Kind::unavailable, "the plugin has just failed; it is started again in a moment");
    }
    failed_at_ = clock_.ticks();
    TRY(auto process, PluginProcess::start(row_.command));
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return fail(Kind::unavailable, "stopping");
      talk_ = std::make_unique<Talk>(std::move(process));
    }
    Json values = Json::object();
    for (const Setting& setting : row_.settings)
      values[std::string(setting.key)] = std::string(settings_.get(setting.key));
    if (auto greeted = talk_->ask({{"call", "hello"}, {"protocol", kPluginProtocol}}, {}, kGreetingTime); !greeted) {
      return broken(std::move(greeted).error());
    }
    if (auto opened = talk_->ask({{"call", "open"}, {"settings", std::move(values)}}, reach_, kCallTime); !opened) {
      return broken(std::move(opened).error());
    }
    failed_at_.reset();
    return Done{};
  }

  Result<Json> ask(Json call) {
    answered_ = false;
    TRY_DO(ready());
    auto result = talk_->ask(std::move(call), reach_, kCallTime);
    answered_ = talk_->alive();
    if (!answered_) failed_at_ = clock_.ticks();
    if (!result) return broken(std::move(result).error());
    return result;
  }

  const PluginRow& row_;
  const Settings settings_;
  const Clock& clock_;
  Reach reach_;
  std::unique_ptr<Talk> talk_;
  std::optional<std::chrono::milliseconds> failed_at_;
  bool answered_ = false;  // the last call: by the plugin itself, and not by its end

  std::mutex mutex_;  // talk_ against interrupt()
  bool stopped_ = false;
};

}  // namespace

Result<Done> greet(PluginRow& row) {
  TRY(auto process, PluginProcess::start(row.command));
  Talk talk(std::move(process));
  TRY(const Json greeting, talk.ask({{"call", "hello"}, {"protocol", kPluginProtocol}}, {}, kGreetingTime));
  return read_greeting(dump(greeting), row);
}

Result<std::unique_ptr<Connector>> open_plugin(const PluginRow& row, const Settings& settings,
                                               const Environment& environment) {
  return std::unique_ptr<Connector>(std::make_unique<PluginConnector>(row, settings, environment));
}

}  // namespace amends::channel
