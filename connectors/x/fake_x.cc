#include "connectors/x/fake_x.h"

#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "tests/support/contract.h"

namespace amends::connectors::x {
namespace {

using channel::Json;
using channel::text_at;
using test::SiteAnswer;
using test::SiteRequest;
using Post = FakeX::Post;

SiteAnswer problem(int status, const char* title, const char* detail) {
  return {
      status, channel::dump({{"title", title}, {"detail", detail}, {"type", "about:blank"}, {"status", status}}), {}};
}

// "<", ">" and "&" as X writes them in a text.
std::string escaped(std::string words) {
  words = text::replace_all(words, "&", "&amp;");
  return text::replace_all(text::replace_all(words, "<", "&lt;"), ">", "&gt;");
}

Json json_of(const Post& post, const std::vector<Post>& all) {
  Json history = Json::array();
  std::string answered_author;
  for (const Post& other : all) {
    if (other.first == post.first) history.push_back(other.id);
    if (other.id == post.answers) answered_author = other.author;
  }
  Json out = {{"id", post.id},
              {"text", escaped(post.words)},
              {"edit_history_tweet_ids", std::move(history)},
              {"author_id", post.author},
              {"conversation_id", post.answers.empty() ? post.first : post.answers},
              {"created_at", to_rfc3339(post.written)},
              {"lang", "en"},
              {"public_metrics", {{"like_count", all.size()}}}};
  if (!post.answers.empty()) {
    out["referenced_tweets"] = Json::array({{{"type", "replied_to"}, {"id", post.answers}}});
    if (!answered_author.empty()) out["in_reply_to_user_id"] = answered_author;
  }
  return out;
}

Json includes_of(bool is_protected) {
  return {{"users",
           Json::array(
               {{{"id", FakeX::kShop}, {"name", "The Shop"}, {"username", "shop"}, {"protected", false}},
                {{"id", FakeX::kGuest}, {"name", "Gerda Gast"}, {"username", "gerda"}, {"protected", is_protected}}})}};
}

}  // namespace

FakeX::FakeX() : site(AMENDS_TEST_FOLDER "/contract.json") {
  site.lets_in([this](const SiteRequest& r) {
    if (r.path == "/2/oauth2/token") return r.header("authorization").rfind("Basic ", 0) == 0;
    return !locked && r.header("authorization") == "Bearer " + access();
  });
  site.unauthorized_answer(problem(401, "Unauthorized", "Unauthorized"));
  site.on("POST", "/2/oauth2/token", [this](const SiteRequest& r) -> SiteAnswer {
    const auto form = test::decode_form(r.body);
    const auto token = form.find("refresh_token");
    if (locked || token == form.end() || token->second != refresh()) {
      return {400, R"({"error":"invalid_grant","error_description":"Value passed for the token was invalid."})", {}};
    }
    ++refreshes;
    ++session_;
    ++refresh_;
    return {200,
            channel::dump({{"token_type", "bearer"},
                           {"expires_in", 7200},
                           {"access_token", access()},
                           {"refresh_token", refresh()},
                           {"scope", "tweet.read tweet.write users.read media.write offline.access"}}),
            {}};
  });
  site.on("GET", "/2/users/me", [](const SiteRequest&) -> SiteAnswer {
    return {200, R"({"data":{"id":"100","name":"The Shop","username":"shop","protected":false}})", {}};
  });
  const auto list = [this](const SiteRequest& r, const std::function<bool(const Post&)>& wanted) -> SiteAnswer {
    std::vector<const Post*> all;
    const auto start = from_rfc3339(r.q("start_time"));
    for (const Post& post : posts_) {
      const bool after = r.q("since_id").empty() || std::stoll(post.id) > std::stoll(r.q("since_id"));
      if (!post.deleted && after && (!start || post.written >= *start) && wanted(post)) all.push_back(&post);
    }
    std::reverse(all.begin(), all.end());
    const std::size_t from = r.q("pagination_token").empty() ? 0 : std::stoul(r.q("pagination_token").substr(4));
    const std::size_t to = std::min(from + std::stoul(r.q("max_results")), all.size());
    Json data = Json::array();
    for (std::size_t i = from; i < to; ++i) data.push_back(json_of(*all[i], posts_));
    Json out = {{"meta", {{"result_count", data.size()}}}};
    if (to < all.size()) out["meta"]["next_token"] = "page" + std::to_string(to);
    if (!data.empty()) {
      out["meta"]["newest_id"] = text_at(data, "0.id");
      out["data"] = std::move(data);
      out["includes"] = includes_of(guest_is_protected);
    }
    return {200, channel::dump(out), {}};
  };
  site.on("GET", "/2/users/{}/mentions",
          [list](const SiteRequest& r) { return list(r, [](const Post& post) { return post.author == kGuest; }); });
  site.on("GET", "/2/users/{}/tweets", [list](const SiteRequest& r) {
    return list(r, [&](const Post& post) { return post.author == r.parts[0]; });
  });
  site.on("GET", "/2/tweets", [this](const SiteRequest& r) -> SiteAnswer {
    Json data = Json::array(), errors = Json::array();
    const std::string ids = r.q("ids");
    for (const std::string_view id : text::split(ids, ',')) {
      const Post* post = find(id);
      if (post != nullptr && !post->deleted) {
        data.push_back(json_of(*post, posts_));
        continue;
      }
      errors.push_back({{"value", id},
                        {"resource_id", id},
                        {"resource_type", "tweet"},
                        {"parameter", "ids"},
                        {"title", "Not Found Error"},
                        {"type", "https://api.twitter.com/2/problems/resource-not-found"}});
    }
    Json out = Json::object();
    if (!data.empty()) {
      out["data"] = std::move(data);
      out["includes"] = includes_of(guest_is_protected);
    }
    if (!errors.empty()) out["errors"] = std::move(errors);
    return {200, channel::dump(out), {}};
  });
  site.on("POST", "/2/tweets", [this](const SiteRequest& r) { return create(r); });
  site.on("POST", "/2/media/upload", [this](const SiteRequest& r) -> SiteAnswer {
    if (!may_upload) return problem(403, "Forbidden", "You are not permitted to perform this action.");
    const auto parts = test::decode_multipart(r.body);
    const auto media = parts.find("media");
    if (media == parts.end()) return problem(400, "Invalid Request", "media is missing");
    const std::string id = std::to_string(1'146'654'567'674'912'769 + static_cast<std::int64_t>(pictures_.size()));
    pictures_[id] = {media->second, ""};
    return {200, channel::dump({{"data", {{"id", id}, {"media_key", "3_" + id}, {"expires_after_secs", 86'400}}}}), {}};
  });
  site.on("POST", "/2/media/metadata", [this](const SiteRequest& r) -> SiteAnswer {
    const auto body = channel::parse_json(r.body);
    const auto picture = pictures_.find(text_at(*body, "id"));
    if (picture == pictures_.end()) return problem(400, "Invalid Request", "One or more parameters is invalid.");
    picture->second.alt = text_at(*body, "metadata.alt_text.text");
    return {200, channel::dump({{"data", {{"id", picture->first}, {"associated_metadata", Json::object()}}}}), {}};
  });
}

const Post* FakeX::find(std::string_view id) const {
  const auto it = std::find_if(posts_.begin(), posts_.end(), [&](const Post& post) { return post.id == id; });
  return it == posts_.end() ? nullptr : &*it;
}

std::string FakeX::add(Post post) {
  now_ = now_ + std::chrono::seconds(1);
  post.written = now_;
  post.id = std::to_string(2'000'000'000'000'000'000 + static_cast<std::int64_t>(posts_.size()) * 4096);
  if (post.first.empty()) post.first = post.id;
  posts_.push_back(std::move(post));
  return posts_.back().id;
}

std::string FakeX::writes(std::string_view words, std::string_view answers) {
  Post post;
  post.author = kGuest;
  post.words = words;
  post.answers = answers;
  return add(std::move(post));
}

std::string FakeX::edits(std::string_view first, std::string_view words) {
  Post post = *find(first);
  post.words = words;
  return add(std::move(post));
}

void FakeX::deletes(std::string_view first) {
  for (Post& post : posts_) {
    if (post.first == first) post.deleted = true;
  }
}

std::vector<Post> FakeX::ours() const {
  std::vector<Post> out;
  for (const Post& post : posts_) {
    if (post.author == kShop && !post.deleted) out.push_back(post);
  }
  return out;
}

SiteAnswer FakeX::create(const SiteRequest& request) {
  const auto body = channel::parse_json(request.body);
  Post post;
  post.author = kShop;
  post.words = text_at(*body, "text");
  post.answers = text_at(*body, "reply.in_reply_to_tweet_id");
  for (const Json& id : channel::list_at(*body, "media.media_ids")) {
    const auto picture = pictures_.find(id.get<std::string>());
    if (picture == pictures_.end()) return problem(400, "Invalid Request", "Your media IDs are invalid.");
    post.pictures.push_back(picture->second);
  }
  const Post* answered = find(post.answers);
  if (!post.answers.empty() && (answered == nullptr || answered->deleted)) {
    return problem(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.");
  }
  // Names in front of an answer are X's own doing.
  if (answered != nullptr) post.words = "@gerda " + post.words;
  for (const Post& other : ours()) {
    if (other.words == post.words) {
      return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
    }
  }
  const std::string words = post.words, id = add(std::move(post));
  return {201, channel::dump({{"data", {{"id", id}, {"text", escaped(words)}}}}), {}};
}

}  // namespace amends::connectors::x
