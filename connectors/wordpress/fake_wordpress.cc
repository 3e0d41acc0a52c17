#include "connectors/wordpress/fake_wordpress.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace amends::connectors::wordpress {
namespace {

using nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

std::string gmt(Timestamp at) {
  std::string out = to_rfc3339(at);
  out.pop_back();
  return out;
}

SiteAnswer refusal(int status, const std::string& code) {
  return {status, json{{"code", code}, {"message", "no: " + code}, {"data", {{"status", status}}}}.dump()};
}

std::int64_t number(const SiteRequest& request, const char* name, std::int64_t otherwise) {
  const std::string value = request.q(name);
  return value.empty() ? otherwise : std::stoll(value);
}

}  // namespace

FakeWordpress::FakeWordpress() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    const std::string right = "Basic " + text::to_base64(std::string(kUser) + ":" + kPassword);
    return !locked_ && request.header("authorization") == right;
  });
  site.unauthorized_answer(refusal(401, "incorrect_password"));
  site.on("GET", "/wp-json/", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    json names = {"oembed/1.0", "wp/v2"};
    if (shop_) names.push_back("wc/v3");
    return SiteAnswer{200, json{{"namespaces", names}}.dump()};
  });
  site.on("GET", "/wp-json/wp/v2/users/me", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    return SiteAnswer{200, json{{"id", kUs},
                                {"name", "Amends Shop"},
                                {"slug", "amends"},
                                {"roles", {"editor"}},
                                {"capabilities", {{"moderate_comments", !hold_}, {"read", true}}}}
                               .dump()};
  });
  site.on("GET", "/wp-json/wp/v2/comments",
          [this](const SiteRequest& r) { return list(r, r.q("type").empty() ? "comment" : r.q("type")); });
  site.on("GET", "/wp-json/wc/v3/products/reviews", [this](const SiteRequest& r) { return list(r, "review"); });
  site.on("POST", "/wp-json/wp/v2/comments", [this](const SiteRequest& r) { return create(r); });
}

std::int64_t FakeWordpress::write(FakeComment comment) {
  const std::lock_guard lock(mutex_);
  comment.id = comments_.empty() ? 1 : comments_.back().id + 1;
  clock_ = clock_ + std::chrono::minutes(1);
  if (comment.at.ms == 0) comment.at = clock_;
  comments_.push_back(std::move(comment));
  return comments_.back().id;
}

void FakeWordpress::edit(std::int64_t id, const std::string& raw) {
  const std::lock_guard lock(mutex_);
  for (auto& one : comments_) {
    if (one.id == id) one.raw = raw;
  }
}

void FakeWordpress::set_status(std::int64_t id, const std::string& status) {
  const std::lock_guard lock(mutex_);
  for (auto& one : comments_) {
    if (one.id == id) one.status = status;
  }
}

void FakeWordpress::destroy(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  comments_.erase(
      std::remove_if(comments_.begin(), comments_.end(), [&](const FakeComment& one) { return one.id == id; }),
      comments_.end());
}

std::vector<FakeComment> FakeWordpress::all() const {
  const std::lock_guard lock(mutex_);
  return comments_;
}

void FakeWordpress::with_shop(bool there) {
  const std::lock_guard lock(mutex_);
  shop_ = there;
}
void FakeWordpress::hold_our_answers() {
  const std::lock_guard lock(mutex_);
  hold_ = true;
}
void FakeWordpress::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}

SiteAnswer FakeWordpress::list(const SiteRequest& request, const std::string& type) {
  const std::lock_guard lock(mutex_);
  const std::string status = request.q("status");
  const std::string include = "," + request.q("include") + ",";
  const auto after = from_rfc3339(request.q("after"));
  std::vector<const FakeComment*> found;
  for (const auto& one : comments_) {
    if (type != "all" && one.type != type) continue;
    const bool standing = one.status == "approved" || one.status == "hold";
    if (status == "all" ? !standing : status != "any" && one.status != status) continue;
    if (include != ",," && include.find("," + std::to_string(one.id) + ",") == include.npos) continue;
    if (!request.q("parent").empty() && one.parent != number(request, "parent", 0)) continue;
    if (!request.q("author").empty() && one.author != number(request, "author", 0)) continue;
    if (after && one.at <= *after) continue;
    found.push_back(&one);
  }
  const bool ascending = request.q("order") == "asc";
  std::stable_sort(found.begin(), found.end(), [&](const FakeComment* a, const FakeComment* b) {
    return ascending ? a->at < b->at : b->at < a->at;
  });
  const auto per_page = static_cast<std::size_t>(number(request, "per_page", 10));
  if (per_page > 100) return refusal(400, "rest_invalid_param");
  const std::size_t from = (static_cast<std::size_t>(number(request, "page", 1)) - 1) * per_page;
  std::string body = "[";
  for (std::size_t i = from; i < std::min(found.size(), from + per_page); ++i) {
    if (i > from) body += ',';
    body += json_of(*found[i]);
  }
  return {200,
          body + "]",
          {{"X-WP-Total", std::to_string(found.size())},
           {"X-WP-TotalPages", std::to_string((found.size() + per_page - 1) / per_page)}}};
}

SiteAnswer FakeWordpress::create(const SiteRequest& request) {
  const json body = json::parse(request.body);
  FakeComment comment;
  comment.post = body["post"];
  comment.parent = body["parent"];
  comment.author = kUs;
  comment.name = "Amends Shop";
  comment.mail = "shop@example.org";
  comment.raw = body["content"];
  {
    const std::lock_guard lock(mutex_);
    if (hold_) comment.status = "hold";
    const bool parent_there = std::any_of(comments_.begin(), comments_.end(), [&](const FakeComment& one) {
      return one.id == comment.parent && one.post == comment.post;
    });
    if (!parent_there) return refusal(400, "rest_comment_invalid_parent");
    for (const auto& one : comments_) {
      if (one.author == kUs && one.parent == comment.parent && one.raw == comment.raw && one.status != "trash")
        return refusal(409, "comment_duplicate");
    }
  }
  const std::int64_t id = write(comment);
  const std::lock_guard lock(mutex_);
  const auto made = std::find_if(comments_.begin(), comments_.end(), [&](const FakeComment& c) { return c.id == id; });
  return {201, json_of(*made)};
}

std::string FakeWordpress::json_of(const FakeComment& c) const {
  const std::string link = site.base() + "/hello/#comment-" + std::to_string(c.id);
  if (c.type == "review") {
    return json{{"id", c.id},
                {"date_created", gmt(c.at)},
                {"date_created_gmt", gmt(c.at)},
                {"product_id", c.post},
                {"product_name", "Kettle &amp; cup"},
                {"product_permalink", site.base() + "/product/kettle/"},
                {"status", c.status},
                {"reviewer", c.name},
                {"reviewer_email", c.mail},
                {"review", c.raw},
                {"rating", c.rating},
                {"verified", true},
                {"reviewer_avatar_urls", {{"24", "https://secure.gravatar.com/avatar/1?s=24"}}}}
        .dump();
  }
  return json{{"id", c.id},
              {"post", c.post},
              {"parent", c.parent},
              {"author", c.author},
              {"author_name", c.name},
              {"author_email", c.mail},
              {"author_url", c.author == 0 ? "https://guest.example/" : ""},
              {"author_ip", "198.51.100.7"},
              {"author_user_agent", "Mozilla/5.0"},
              {"date", gmt(c.at)},
              {"date_gmt", gmt(c.at)},
              {"content", {{"raw", c.raw}, {"rendered", "<p>" + c.raw + "</p>\n"}}},
              {"link", link},
              {"status", c.status},
              {"type", c.type},
              {"author_avatar_urls", json::object()},
              {"meta", json::array()}}
      .dump();
}

}  // namespace amends::connectors::wordpress
