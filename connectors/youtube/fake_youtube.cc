#include "connectors/youtube/fake_youtube.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace amends::connectors::youtube {
namespace {

using json = nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

SiteAnswer error(int status, const std::string& reason, const std::string& message) {
  return {status,
          json{{"error",
                {{"code", status}, {"message", message}, {"errors", {{{"reason", reason}, {"message", message}}}}}}}
              .dump()};
}

json comment_json(const FakeYouTube::Comment& comment, int likes, bool with_status) {
  json snippet = {{"authorDisplayName", comment.author},
                  {"authorChannelId", {{"value", comment.author_channel}}},
                  {"authorChannelUrl", "http://www.youtube.com/channel/" + comment.author_channel},
                  {"channelId", kOwnChannel},
                  {"videoId", "dQw4w9WgXcQ"},
                  {"textDisplay", comment.text},
                  {"textOriginal", comment.text},
                  {"likeCount", likes},
                  {"publishedAt", comment.published},
                  {"updatedAt", comment.updated}};
  if (!comment.parent.empty()) snippet["parentId"] = comment.parent;
  if (with_status) snippet["moderationStatus"] = comment.status;
  return {{"kind", "youtube#comment"}, {"etag", "e" + std::to_string(likes)}, {"id", comment.id}, {"snippet", snippet}};
}

}  // namespace

FakeYouTube::FakeYouTube() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    return !locked_ && request.header("authorization") == "Bearer " + good_access_;
  });
  site.unauthorized_answer(error(401, "authError", "Invalid Credentials"));
  site.on("POST", "/token", [this](const SiteRequest& request) -> SiteAnswer {
    if (locked_ || request.body.find("refresh_token=refresh-1") == std::string::npos)
      return {400, R"({"error":"invalid_grant"})"};
    return {200, json{{"access_token", good_access_}, {"expires_in", 3599}, {"token_type", "Bearer"}}.dump()};
  });
  site.on("POST", "/revoke", [](const SiteRequest&) { return SiteAnswer{200, "{}"}; });
  const auto window = [this](const SiteRequest& request, std::size_t all) {
    const std::size_t from = request.q("pageToken").empty() ? 0 : std::stoul(request.q("pageToken").substr(1));
    const std::size_t size =
        std::min<std::size_t>(std::stoul(request.q("maxResults")), static_cast<std::size_t>(page_size));
    return std::pair{std::min(from, all), std::min(all, from + size)};
  };
  site.on("GET", "/youtube/v3/commentThreads", [this, window](const SiteRequest& request) -> SiteAnswer {
    if (request.q("allThreadsRelatedToChannelId") != kOwnChannel)
      return error(404, "channelNotFound", "The channel could not be found.");
    const auto threads = under("");
    const auto [from, to] = window(request, threads.size());
    json out = {{"kind", "youtube#commentThreadListResponse"}, {"items", json::array()}};
    ++likes_;
    for (std::size_t i = from; i < to; ++i) {
      const auto replies = under(threads[i].id);
      json thread = {
          {"kind", "youtube#commentThread"},
          {"id", threads[i].id},
          {"snippet",
           {{"topLevelComment", comment_json(threads[i], likes_, true)}, {"totalReplyCount", replies.size()}}}};
      for (std::size_t r = 0; r < std::min(replies.size(), replies_along); ++r)
        thread["replies"]["comments"].push_back(comment_json(replies[r], likes_, true));
      out["items"].push_back(thread);
    }
    if (to < threads.size()) out["nextPageToken"] = "p" + std::to_string(to);
    return {200, out.dump()};
  });
  site.on("GET", "/youtube/v3/comments", [this, window](const SiteRequest& request) -> SiteAnswer {
    json out = {{"kind", "youtube#commentListResponse"}, {"items", json::array()}};
    if (!request.q("id").empty()) {
      const auto found = comments_.find(request.q("id"));
      if (found != comments_.end()) out["items"].push_back(comment_json(found->second, ++likes_, false));
      return {200, out.dump()};
    }
    if (comments_.count(request.q("parentId")) == 0) return error(404, "commentNotFound", "The comment was not found.");
    const auto replies = under(request.q("parentId"));
    const auto [from, to] = window(request, replies.size());
    for (std::size_t i = from; i < to; ++i) out["items"].push_back(comment_json(replies[i], ++likes_, true));
    if (to < replies.size()) out["nextPageToken"] = "p" + std::to_string(to);
    return {200, out.dump()};
  });
  site.on("POST", "/youtube/v3/comments", [this](const SiteRequest& request) -> SiteAnswer {
    ++writes_;
    const json snippet = json::parse(request.body)["snippet"];
    const std::string parent = snippet["parentId"];
    if (comments_.count(parent) == 0) return error(404, "parentCommentNotFound", "The parent comment was not found.");
    return {200,
            comment_json(comments_.at(add(parent, snippet["textOriginal"].get<std::string>(), true)), 0, true).dump()};
  });
}

std::map<std::string, std::string> FakeYouTube::settings() const {
  return {{"client_id", "client-1"},
          {"client_secret", "client-secret-1"},
          {"channel_id", kOwnChannel},
          {"api_base", site.base()},
          {"oauth_base", site.base()}};
}

std::string FakeYouTube::tick() {
  now_ms_ += 60'000;
  return to_rfc3339({now_ms_});
}

std::string FakeYouTube::add(const std::string& parent, std::string_view text, bool ours) {
  Comment comment;
  ++count_;
  comment.id = parent.empty() ? "Ugx" + std::to_string(count_) : parent + ".9" + std::to_string(count_);
  comment.parent = parent;
  comment.author = ours ? "@owner" : "@viewer" + std::to_string(count_);
  comment.author_channel = ours ? kOwnChannel : "UCviewer" + std::to_string(count_);
  comment.text = std::string(text);
  comment.published = comment.updated = tick();
  comments_[comment.id] = comment;
  return comment.id;
}

std::string FakeYouTube::writes(std::string_view text) { return add("", text, false); }
std::string FakeYouTube::answers(const std::string& thread, std::string_view text) { return add(thread, text, false); }

void FakeYouTube::edits(const std::string& id, std::string_view text) {
  comments_.at(id).text = std::string(text);
  comments_.at(id).updated = tick();
}

// With all that is under it.
void FakeYouTube::deletes(const std::string& id) {
  std::erase_if(comments_, [&](const auto& row) { return row.first == id || row.second.parent == id; });
}

std::vector<FakeYouTube::Comment> FakeYouTube::under(const std::string& thread) const {
  std::vector<Comment> out;
  for (const auto& [id, comment] : comments_) {
    if (comment.parent == thread) out.push_back(comment);
  }
  std::sort(out.begin(), out.end(), [](const Comment& a, const Comment& b) { return a.published > b.published; });
  return out;
}

std::vector<std::string> FakeYouTube::our_words() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [id, comment] : comments_) {
    if (comment.author_channel == kOwnChannel) all.emplace_back(comment.published, comment.text);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (auto& [at, text] : all) out.push_back(text);
  return out;
}

}  // namespace amends::connectors::youtube
