#include "connectors/bluesky/fake_bluesky.h"

#include <algorithm>

#include "connectors/bluesky/wire.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"

namespace amends::connectors::bluesky {
namespace {

using channel::Json;
using channel::text_at;
using test::SiteAnswer;
using test::SiteRequest;

SiteAnswer error(int status, const char* name, const char* words) {
  return {status, channel::dump({{"error", name}, {"message", words}}), {}};
}

std::string handle_of(std::string_view did) { return did == FakeBluesky::kShop ? "shop.example" : "guest.bsky.social"; }

Json author_of(std::string_view did) {
  return {{"did", did},
          {"handle", handle_of(did)},
          {"displayName", did == FakeBluesky::kGuest ? "Gerda Gast" : ""},
          {"viewer", {{"muted", false}}}};
}

std::string cid_of(const FakeBluesky::Post& post) {
  return "bafy" + crypto::sha256_hex(post.uri + post.record).substr(0, 40);
}

Json view_of(const FakeBluesky::Post& post, std::size_t likes) {
  return {{"uri", post.uri},
          {"cid", cid_of(post)},
          {"author", author_of(post.author)},
          {"record", *channel::parse_json(post.record)},
          {"likeCount", likes},
          {"indexedAt", to_rfc3339(post.indexed)}};
}

// Newest first, `limit` from where the cursor says.
std::vector<const FakeBluesky::Post*> page_of(std::vector<const FakeBluesky::Post*> all, const SiteRequest& request,
                                              std::string& next) {
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->indexed > b->indexed; });
  const std::size_t limit = std::stoul(request.q("limit").empty() ? "50" : request.q("limit"));
  std::size_t from = request.q("cursor").empty() ? 0 : std::stoul(request.q("cursor"));
  from = std::min(from, all.size());
  const std::size_t to = std::min(from + limit, all.size());
  if (to < all.size()) next = std::to_string(to);
  return {all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace

FakeBluesky::FakeBluesky() : site(AMENDS_TEST_FOLDER "/contract.json") {
  const auto standing = [this](auto wanted) {
    std::vector<const Post*> out;
    for (const Post& post : posts_) {
      if (!post.deleted && wanted(post)) out.push_back(&post);
    }
    return out;
  };
  site.lets_in([this](const SiteRequest& r) {
    const bool renews = r.path == "/xrpc/com.atproto.server.refreshSession";
    if (locked || (renews && refresh_is_over)) return false;
    // A refresh token outlives the access token it came with.
    if (renews) return r.header("authorization").rfind("Bearer refresh-token-", 0) == 0;
    return r.header("authorization") == "Bearer " + access();
  });
  site.unauthorized_answer(error(400, "ExpiredToken", "Token has expired"));
  site.on("POST", "/xrpc/com.atproto.server.createSession", [this](const SiteRequest& r) -> SiteAnswer {
    const auto body = channel::parse_json(r.body);
    if (locked || text_at(*body, "password") != "app-password" || text_at(*body, "identifier") != "shop.example") {
      return error(401, "AuthenticationRequired", "Invalid identifier or password");
    }
    ++logins;
    return session(true);
  });
  site.on("POST", "/xrpc/com.atproto.server.refreshSession", [this](const SiteRequest&) {
    ++refreshes;
    return session(true);
  });
  site.on("GET", "/xrpc/com.atproto.server.getSession", [this](const SiteRequest&) { return session(false); });
  site.on("GET", "/xrpc/app.bsky.notification.listNotifications", [=, this](const SiteRequest& r) -> SiteAnswer {
    std::string next;
    Json rows = Json::array();
    for (const Post* post : page_of(standing([](const Post& p) { return !p.reason.empty(); }), r, next)) {
      Json row = view_of(*post, posts_.size());
      row.erase("likeCount");
      row["reason"] = post->reason;
      row["isRead"] = posts_.size() % 2 == 0;
      rows.push_back(std::move(row));
    }
    Json out = {{"notifications", std::move(rows)}};
    if (!next.empty()) out["cursor"] = next;
    return {200, channel::dump(out), {}};
  });
  site.on("GET", "/xrpc/app.bsky.feed.getAuthorFeed", [=, this](const SiteRequest& r) -> SiteAnswer {
    std::string next;
    Json rows = Json::array();
    for (const Post* post : page_of(standing([&](const Post& p) { return p.author == r.q("actor"); }), r, next)) {
      rows.push_back({{"post", view_of(*post, posts_.size())}});
    }
    Json out = {{"feed", std::move(rows)}};
    if (!next.empty()) out["cursor"] = next;
    return {200, channel::dump(out), {}};
  });
  site.on("GET", "/xrpc/app.bsky.feed.getPosts", [=, this](const SiteRequest& r) -> SiteAnswer {
    if (r.query.count("uris") > 25) return error(400, "InvalidRequest", "uris too big (maximum 25)");
    Json rows = Json::array();
    for (const Post* post : standing([&](const Post& p) {
           const auto range = r.query.equal_range("uris");
           return !p.blocked &&
                  std::any_of(range.first, range.second, [&](const auto& one) { return one.second == p.uri; });
         })) {
      rows.push_back(view_of(*post, posts_.size()));
    }
    return {200, channel::dump({{"posts", std::move(rows)}}), {}};
  });
  site.on("GET", "/xrpc/app.bsky.feed.getPostThread", [this](const SiteRequest& r) -> SiteAnswer {
    const Post* post = find(r.q("uri"));
    if (post == nullptr || post->deleted) return error(400, "NotFound", "Post not found");
    const char* type = post->blocked ? "app.bsky.feed.defs#blockedPost" : "app.bsky.feed.defs#threadViewPost";
    return {200, channel::dump({{"thread", {{"$type", type}}}}), {}};
  });
  site.on("POST", "/xrpc/com.atproto.repo.createRecord", [this](const SiteRequest& r) { return create(r); });
  site.on("POST", "/xrpc/com.atproto.repo.uploadBlob", [this](const SiteRequest& r) -> SiteAnswer {
    const std::string link = "bafkrei" + crypto::sha256_hex(r.body).substr(0, 40);
    blobs_[link] = r.body;
    const Json blob = {
        {"$type", "blob"}, {"ref", {{"$link", link}}}, {"mimeType", r.header("content-type")}, {"size", r.body.size()}};
    return {200, channel::dump({{"blob", blob}}), {}};
  });
  site.on("GET", "/xrpc/com.atproto.repo.getRecord", [this](const SiteRequest& r) -> SiteAnswer {
    const Post* post = find("at://" + r.q("repo") + "/" + r.q("collection") + "/" + r.q("rkey"));
    if (post == nullptr || post->deleted) return error(400, "RecordNotFound", "Could not locate record");
    return {200,
            channel::dump({{"uri", post->uri}, {"cid", cid_of(*post)}, {"value", *channel::parse_json(post->record)}}),
            {}};
  });
  site.on("GET", "/xrpc/com.atproto.identity.resolveHandle", [](const SiteRequest& r) -> SiteAnswer {
    for (const char* did : {kShop, kGuest}) {
      if (r.q("handle") == handle_of(did)) return {200, channel::dump({{"did", did}}), {}};
    }
    return error(400, "InvalidRequest", "Unable to resolve handle");
  });
}

SiteAnswer FakeBluesky::session(bool open) {
  Json out = {{"did", kShop}, {"handle", "shop.example"}, {"active", true}};
  if (open) {
    ++session_;
    out["accessJwt"] = access();
    out["refreshJwt"] = refresh();
  }
  return {200, channel::dump(out), {}};
}

std::string FakeBluesky::add(Post post, const std::string& rkey) {
  now_ = now_ + std::chrono::seconds(1);
  post.uri = "at://" + post.author + "/" + std::string(kPostType) + "/" + rkey;
  post.indexed = now_;
  posts_.push_back(std::move(post));
  return posts_.back().uri;
}

std::string FakeBluesky::writes(std::string_view text, std::string_view answers) {
  Json record = {{"$type", kPostType}, {"text", text}, {"createdAt", to_rfc3339(now_)}, {"langs", Json::array({"en"})}};
  Post post;
  post.author = kGuest;
  post.reason = answers.empty() ? "mention" : "reply";
  if (const Post* parent = find(answers)) {
    const Json ref = {{"uri", parent->uri}, {"cid", cid_of(*parent)}};
    record["reply"] = {{"root", ref}, {"parent", ref}};
  }
  post.record = channel::dump(record);
  return add(std::move(post), "3guest" + std::to_string(posts_.size()));
}

std::string FakeBluesky::we_write(std::string_view text) {
  Post post;
  post.author = kShop;
  post.record = channel::dump({{"$type", kPostType}, {"text", text}, {"createdAt", to_rfc3339(now_)}});
  return add(std::move(post), "3shop" + std::to_string(posts_.size()));
}

FakeBluesky::Post* FakeBluesky::find(std::string_view uri) {
  const auto it = std::find_if(posts_.begin(), posts_.end(), [&](const Post& p) { return p.uri == uri; });
  return it == posts_.end() ? nullptr : &*it;
}

std::vector<FakeBluesky::Post> FakeBluesky::ours() const {
  std::vector<Post> out;
  for (const Post& post : posts_) {
    if (post.author == kShop && !post.deleted) out.push_back(post);
  }
  return out;
}

SiteAnswer FakeBluesky::create(const SiteRequest& request) {
  const auto body = channel::parse_json(request.body);
  if (!body || text_at(*body, "repo") != kShop) return error(400, "InvalidRequest", "Could not find repo");
  const std::string rkey = text_at(*body, "rkey");
  if (rkey.size() != 13) return error(400, "InvalidRequest", "Invalid record key: Invalid TID string");
  if (find("at://" + std::string(kShop) + "/" + std::string(kPostType) + "/" + rkey) != nullptr) {
    return error(500, "InternalServerError", "Internal Server Error");
  }
  for (const Json& one : channel::list_at(*body, "record.embed.images")) {
    const auto known = blobs_.find(text_at(one, "image.ref.$link"));
    if (known == blobs_.end()) return error(400, "BlobNotFound", "Could not find blob");
    if (known->second.size() > 2'000'000) return error(400, "BlobTooLarge", "This file is too large");
  }
  Post post;
  post.author = kShop;
  post.record = channel::dump(channel::at(*body, "record"));
  const std::string uri = add(std::move(post), rkey);
  return {200, channel::dump({{"uri", uri}, {"cid", cid_of(*find(uri))}, {"validationStatus", "valid"}}), {}};
}

}  // namespace amends::connectors::bluesky
