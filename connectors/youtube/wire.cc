#include "connectors/youtube/wire.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::youtube {
namespace {

using channel::Json;
using channel::text_at;

bool is_id(std::string_view id) {
  const auto fits = [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '_' || c == '.'; };
  return !id.empty() && id.size() < 200 && id.front() != '.' && std::all_of(id.begin(), id.end(), fits);
}

Timestamp time_or(const Json& json, std::string_view path, Timestamp other) {
  return channel::time_at(json, path).value_or(other);
}

std::optional<channel::ReviewPiece> piece_of(const Json& comment, std::string_view own_channel) {
  const std::string id = text_at(comment, "id");
  Json snippet = channel::at(comment, "snippet");
  if (!is_id(id) || !snippet.is_object()) return {};
  for (const char* key : {"likeCount", "viewerRating", "canRate", "authorProfileImageUrl"}) snippet.erase(key);
  // What is asked for by its id comes without it.
  if (text_at(snippet, "moderationStatus") == "published") snippet.erase("moderationStatus");
  channel::ReviewPiece out;
  out.external_id = id;
  out.at = time_or(snippet, "publishedAt", {});
  out.updated = time_or(snippet, "updatedAt", out.at);
  out.own = !own_channel.empty() && text_at(snippet, "authorChannelId.value") == own_channel;
  out.raw = channel::dump(Json{{"comment", {{"id", id}, {"snippet", std::move(snippet)}}}});
  return out;
}

model::Moderation moderation_of(std::string_view status) {
  if (status.empty() || status == "published") return model::Moderation::published;
  if (status == "heldForReview") return model::Moderation::pending;
  return status == "rejected" || status == "likelySpam" ? model::Moderation::rejected : model::Moderation::none;
}

std::string permalink_of(const Json& snippet, const std::string& id) {
  if (const std::string video = text_at(snippet, "videoId"); is_id(video))
    return "https://www.youtube.com/watch?v=" + video + "&lc=" + id;
  const std::string channel = text_at(snippet, "channelId");
  return is_id(channel) ? "https://www.youtube.com/channel/" + channel + "/discussion?lc=" + id : "";
}

// The first "reason" of Google's error object.
std::string reason_of(const Json& json) {
  std::string reason = text_at(json, "error.errors.0.reason");
  return reason.empty() ? text_at(json, "error.details.0.reason") : reason;
}

}  // namespace

Result<ThreadPage> read_threads(std::string_view body, std::string_view own_channel) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of threads is no object");
  ThreadPage out;
  for (const Json& given : channel::list_at(json, "items")) {
    auto top = piece_of(channel::at(given, "snippet.topLevelComment"), own_channel);
    if (!top) {
      out.notes.emplace_back("a thread without a proper comment was left out");
      continue;
    }
    Thread thread;
    thread.id = top->external_id;
    thread.published = top->at;
    thread.top = *std::move(top);
    thread.reply_count = channel::number_at(given, "snippet.totalReplyCount").value_or(0);
    for (const Json& reply : channel::list_at(given, "replies.comments")) {
      if (auto piece = piece_of(reply, own_channel)) thread.replies.push_back(*std::move(piece));
    }
    out.threads.push_back(std::move(thread));
  }
  out.next = text_at(json, "nextPageToken");
  return out;
}

Result<CommentPage> read_comments(std::string_view body, std::string_view own_channel) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of comments is no object");
  CommentPage out;
  for (const Json& comment : channel::list_at(json, "items")) {
    if (auto piece = piece_of(comment, own_channel)) out.comments.push_back(*std::move(piece));
  }
  out.next = text_at(json, "nextPageToken");
  return out;
}

Result<model::Content> parse_item(const model::Item& item) {
  if (auto gone = channel::read_tombstone(item.raw)) {
    gone->kind = model::MessageKind::comment;
    return *std::move(gone);
  }
  TRY(const Json json, channel::parse_json(item.raw));
  const Json& said = channel::at(json, "comment.snippet");
  model::Content out;
  out.message_id = text_at(json, "comment.id");
  if (!is_id(out.message_id) || !said.is_object()) return fail(Kind::invalid, "no comment");
  out.kind = model::MessageKind::comment;
  out.visibility = model::Visibility::public_;
  out.author = {text::squeeze(text_at(said, "authorDisplayName")), text_at(said, "authorChannelId.value")};
  out.from = {out.author};
  out.auth.from_verified = true;
  out.author_url = text_at(said, "authorChannelUrl");
  if (!text::starts_with_ignoring_case(out.author_url, "http")) out.author_url.clear();
  if (const std::string parent = text_at(said, "parentId"); !parent.empty()) out.in_reply_to = {parent};
  out.text = text_at(said, "textOriginal");
  if (out.text.empty()) out.text = text_at(said, "textDisplay");
  out.text = std::string(text::trim(out.text));
  out.reply_text = out.text;
  out.date = channel::time_at(said, "publishedAt");
  out.location = text_at(said, "videoId");
  out.permalink = permalink_of(said, out.message_id);
  const std::string status = text_at(said, "moderationStatus");
  if (item.own) {
    out.moderation = moderation_of(status);
    if (out.moderation == model::Moderation::rejected) out.moderation_reason = "YouTube says: " + status;
  } else if (!status.empty()) {
    out.notes.push_back("on YouTube: " + text::excerpt(status, 40));
  }
  out.version = channel::version_of(time_or(said, "updatedAt", out.date.value_or(Timestamp{})));
  return out;
}

std::string reply_body(std::string_view thread, std::string_view text) {
  return channel::dump(Json{{"snippet", {{"parentId", thread}, {"textOriginal", text}}}});
}

std::optional<Made> read_made(std::string_view body) {
  const auto json = channel::parse_json(body);
  if (!json) return {};
  Made out{text_at(*json, "id"), "", moderation_of(text_at(*json, "snippet.moderationStatus"))};
  if (!is_id(out.id)) return {};
  out.permalink = permalink_of(channel::at(*json, "snippet"), out.id);
  return out;
}

bool holds_our_words(std::string_view comments_body, std::string_view own_channel, std::string_view text,
                     Timestamp since) {
  const auto json = channel::parse_json(comments_body);
  if (!json) return false;
  const Json& items = channel::list_at(*json, "items");
  return std::any_of(items.begin(), items.end(), [&](const Json& comment) {
    std::string words = text_at(comment, "snippet.textOriginal");
    if (words.empty()) words = text_at(comment, "snippet.textDisplay");
    // YouTube's clock and ours may differ a little.
    return text_at(comment, "snippet.authorChannelId.value") == own_channel && text::trim(words) == text::trim(text) &&
           time_or(comment, "snippet.publishedAt", {}) >= since - std::chrono::minutes(5);
  });
}

std::string thread_of(std::string_view external_id) {
  const std::string id = channel::review_of(external_id);
  return is_id(id) ? id.substr(0, id.find('.')) : "";
}

Timestamp next_pacific_midnight(Timestamp now) {
  using namespace std::chrono;
  const auto offset = [](sys_seconds at) -> seconds {
    const auto year = year_month_day(floor<days>(at)).year();
    // Two o'clock by the clock that ends: 10:00 UTC in March, 9:00 UTC in November.
    const sys_seconds begins = sys_days(year / March / Sunday[2]) + hours(10);
    const sys_seconds ends = sys_days(year / November / Sunday[1]) + hours(9);
    return at >= begins && at < ends ? hours(-7) : hours(-8);
  };
  const sys_seconds at{floor<seconds>(milliseconds(now.ms))};
  const auto local_day = floor<days>(at + offset(at)) + days(1);
  sys_seconds out = sys_seconds(local_day) - offset(at);
  out = sys_seconds(local_day) - offset(out);
  return {duration_cast<milliseconds>(out.time_since_epoch()).count()};
}

std::optional<std::chrono::seconds> limit_in(int status, std::string_view body, Timestamp now) {
  if (status != 403 && status != 429) return {};
  const auto json = channel::parse_json(body);
  const std::string reason = json ? reason_of(*json) : "";
  if (reason == "quotaExceeded" || reason == "dailyLimitExceeded")
    return std::chrono::ceil<std::chrono::seconds>(next_pacific_midnight(now) - now);
  if (status == 429 || reason == "rateLimitExceeded" || reason == "userRateLimitExceeded")
    return std::chrono::seconds(60);
  return {};
}

std::optional<Error> read_refusal(int status, std::string_view body) {
  if (status != 400 && status != 403) return {};
  const auto json = channel::parse_json(body);
  if (!json) return {};
  const std::string reason = reason_of(*json);
  const std::string message = text::excerpt(text_at(*json, "error.message"), 300);
  if (reason == "insufficientPermissions" || reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT" || reason == "authError")
    return fail(Kind::unauthorized, "YouTube: the permission to manage comments was not given",
                "Connect the account again and leave the box for YouTube ticked.");
  if (reason == "accessNotConfigured" || reason == "SERVICE_DISABLED")
    return fail(Kind::rejected, "YouTube: the API is switched off in the project",
                "Enable the YouTube Data API v3 in the Google Cloud console.");
  if (reason == "commentsDisabled") return fail(Kind::rejected, "YouTube: comments are switched off for this video");
  if (reason == "channelNotFound") return fail(Kind::invalid, "YouTube knows no channel with this id");
  if (reason == "ineligibleAccount")
    return fail(Kind::rejected, "YouTube: this Google account has no YouTube channel that may comment");
  if (status == 403) return fail(Kind::rejected, "YouTube: " + (message.empty() ? "refused" : message));
  return {};
}

}  // namespace amends::connectors::youtube
