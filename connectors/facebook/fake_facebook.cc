#include "connectors/facebook/fake_facebook.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/common/meta/graph.h"
#include "core/base/text.h"
#include "tests/support/contract.h"

namespace amends::connectors::facebook {
namespace {

using nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr const char* kPost = "1010_1";

// "2026-01-01T09:00:00+0000"
std::string meta_time(Timestamp at) {
  std::string out = to_rfc3339(at);
  out.replace(out.size() - 1, 1, "+0000");
  return out;
}

SiteAnswer refusal(int status, int code, int subcode = 0) {
  json error = {{"message", "refused"}, {"type", "OAuthException"}, {"code", code}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return {status, json{{"error", error}}.dump()};
}

json who(const std::string& id) {
  return {{"id", id}, {"name", id == FakeFacebook::kPage ? "Kettle Shop" : "Ann Other"}};
}

json json_of(const FakeFacebook::Comment& c) {
  json out = {{"id", c.id},
              {"from", who(c.from)},
              {"message", c.message},
              {"created_time", meta_time(c.at)},
              {"permalink_url", "https://www.facebook.com/" + c.id}};
  if (!c.parent.empty()) out["parent"] = {{"id", c.parent}};
  return out;
}

json json_of(const FakeFacebook::Message& m) {
  const bool ours = m.from == FakeFacebook::kPage;
  json out = {{"id", m.id},
              {"created_time", meta_time(m.at)},
              {"from", who(m.from)},
              {"to", {{"data", json::array({who(ours ? FakeFacebook::kCustomer : FakeFacebook::kPage)})}}},
              {"message", m.text}};
  if (!m.file.empty()) {
    out["attachments"] = {{"data", json::array({{{"id", "1"}, {"mime_type", "image/png"}, {"name", "image-1"}}})}};
  }
  return out;
}

}  // namespace

FakeFacebook::FakeFacebook() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    return !locked_ && request.header("authorization") == std::string("Bearer ") + kToken &&
           request.q("appsecret_proof") == meta::proof_of(Secret(kToken), Secret(kSecret)).at(0).second;
  });
  site.unauthorized_answer(refusal(400, 190));
  site.on("GET", "/{}/feed", [this](const SiteRequest& r) {
    const std::lock_guard lock(mutex_);
    json post = {{"id", kPost},
                 {"from", who(kPage)},
                 {"message", "New kettles!"},
                 {"created_time", meta_time({1'767'240'000'000})},
                 {"permalink_url", "https://www.facebook.com/1010/posts/1"}};
    post["comments"] = json::parse(comments_json(0, 50));
    return r.q("after").empty() ? SiteAnswer{200, json{{"data", json::array({post})}}.dump()}
                                : SiteAnswer{200, R"({"data":[]})"};
  });
  site.on("GET", "/{}/tagged", [](const SiteRequest&) { return SiteAnswer{200, R"({"data":[]})"}; });
  site.on("GET", "/{}/ratings", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    json data = json::array();
    for (const auto& [type, text] : ratings_) {
      data.push_back({{"created_time", meta_time({1'767'241'000'000})},
                      {"recommendation_type", type},
                      {"review_text", text},
                      {"reviewer", who(kCustomer)},
                      {"open_graph_story", {{"id", "90" + std::to_string(data.size() + 1)}}}});
    }
    return SiteAnswer{200, json{{"data", data}}.dump()};
  });
  site.on("GET", "/{}/conversations", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    json list = json::array();
    for (auto it = messages_.rbegin(); it != messages_.rend(); ++it) list.push_back(json_of(*it));
    json data = json::array();
    if (!list.empty())
      data.push_back({{"id", "t_1"}, {"updated_time", meta_time(clock_)}, {"messages", {{"data", list}}}});
    return SiteAnswer{200, json{{"data", data}}.dump()};
  });
  site.on("GET", "/{}/messages", [](const SiteRequest&) { return SiteAnswer{200, R"({"data":[]})"}; });
  site.on("GET", "/{}/comments", [this](const SiteRequest& r) { return list_comments(r); });
  site.on("POST", "/{}/comments", [this](const SiteRequest& r) {
    const auto form = test::decode_form(r.body);
    const auto all = comments();
    const bool there = r.parts[0] == kPost ||
                       std::any_of(all.begin(), all.end(), [&](const Comment& c) { return c.id == r.parts[0]; });
    if (!there) return refusal(400, 100, 33);
    return SiteAnswer{200, json{{"id", comment(form.find("message")->second, kPage, r.parts[0])}}.dump()};
  });
  site.on("POST", "/{}/messages", [this](const SiteRequest& r) {
    const json body = json::parse(r.body);
    const json& said = body["message"];
    std::string file;
    {
      const std::lock_guard lock(mutex_);
      if (!open_ && body["messaging_type"] != "MESSAGE_TAG") return refusal(403, 10, 2018278);
      if (said.contains("attachment")) {
        const auto id = std::stoul(said["attachment"]["payload"]["attachment_id"].get<std::string>());
        if (said.contains("text") || id >= uploads_.size()) return refusal(400, 100);
        file = uploads_[id];
      }
      tags_.push_back(body.value("tag", ""));
    }
    const std::string id = message(said.value("text", ""), kPage, file);
    return SiteAnswer{200, json{{"recipient_id", body["recipient"]["id"]}, {"message_id", id}}.dump()};
  });
  site.on("POST", "/{}/message_attachments", [this](const SiteRequest& r) {
    const auto parts = test::decode_multipart(r.body);
    const auto file = parts.find("filedata"), announced = parts.find("message");
    if (file == parts.end() || announced == parts.end()) return refusal(400, 100);
    if (!json::parse(announced->second)["attachment"]["payload"]["is_reusable"].get<bool>()) return refusal(400, 100);
    const std::lock_guard lock(mutex_);
    uploads_.push_back(file->second);
    return SiteAnswer{200, json{{"attachment_id", std::to_string(uploads_.size() - 1)}}.dump()};
  });
  site.on("GET", "/{}", [this](const SiteRequest& r) {
    if (r.parts[0] == kPage) return SiteAnswer{200, json{{"id", kPage}, {"name", "Kettle Shop"}}.dump()};
    for (const Comment& one : comments()) {
      if (one.id == r.parts[0]) return SiteAnswer{200, json{{"id", one.id}}.dump()};
    }
    return refusal(400, 100, 33);
  });
  site.on("GET", "/{}/subscribed_apps", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    json data = json::array();
    if (subscribed_) data.push_back({{"id", kApp}, {"subscribed_fields", {"feed", "messages"}}});
    return SiteAnswer{200, json{{"data", data}}.dump()};
  });
  site.on("POST", "/{}/subscribed_apps", [this](const SiteRequest&) {
    const std::lock_guard lock(mutex_);
    subscribed_ = true;
    return SiteAnswer{200, R"({"success":true})"};
  });
}

// Newest first, as asked for.
std::string FakeFacebook::comments_json(std::size_t from, std::size_t count) const {
  json data = json::array();
  for (std::size_t i = from; i < std::min(comments_.size(), from + count); ++i)
    data.push_back(json_of(comments_[comments_.size() - 1 - i]));
  json paging = {{"cursors", {{"before", std::to_string(from)}, {"after", std::to_string(from + count)}}}};
  if (from + count < comments_.size()) paging["next"] = "https://graph.facebook.com/next";
  return json{{"data", data}, {"paging", paging}}.dump();
}

SiteAnswer FakeFacebook::list_comments(const SiteRequest& request) const {
  const std::lock_guard lock(mutex_);
  if (request.parts[0] == kPost) {
    return {200, comments_json(request.q("after").empty() ? 0 : std::stoul(request.q("after")), 100)};
  }
  json data = json::array();
  for (const Comment& one : comments_) {
    if (one.parent == request.parts[0]) data.push_back(json_of(one));
  }
  return {200, json{{"data", data}}.dump()};
}

std::string FakeFacebook::comment(const std::string& message, const std::string& from, const std::string& parent) {
  const std::lock_guard lock(mutex_);
  clock_ = clock_ + std::chrono::seconds(1);
  comments_.push_back({"1_" + std::to_string(comments_.size() + 100), from, message, parent, clock_});
  return comments_.back().id;
}
void FakeFacebook::edit(const std::string& id, const std::string& message) {
  const std::lock_guard lock(mutex_);
  for (auto& one : comments_) {
    if (one.id == id) one.message = message;
  }
}
void FakeFacebook::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  comments_.erase(std::remove_if(comments_.begin(), comments_.end(), [&](const Comment& c) { return c.id == id; }),
                  comments_.end());
}
std::string FakeFacebook::message(const std::string& text, const std::string& from, const std::string& file) {
  const std::lock_guard lock(mutex_);
  clock_ = clock_ + std::chrono::seconds(1);
  messages_.push_back({"m_" + std::to_string(messages_.size() + 1), from, text, file, clock_});
  return messages_.back().id;
}
void FakeFacebook::recommend(const std::string& type, const std::string& text) {
  const std::lock_guard lock(mutex_);
  ratings_.emplace_back(type, text);
}
void FakeFacebook::close_window() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}
void FakeFacebook::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}
std::vector<FakeFacebook::Comment> FakeFacebook::comments() const {
  const std::lock_guard lock(mutex_);
  return comments_;
}
std::vector<FakeFacebook::Message> FakeFacebook::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}
std::vector<std::string> FakeFacebook::tags() const {
  const std::lock_guard lock(mutex_);
  return tags_;
}

channel::WebhookRequest FakeFacebook::told_of(const std::string& id, const std::string& verb) const {
  json value = {{"item", "comment"}, {"verb", verb}, {"comment_id", id}, {"post_id", kPost}, {"parent_id", kPost}};
  for (const Comment& one : comments()) {
    if (one.id != id) continue;
    value["from"] = who(one.from);
    value["message"] = one.message;
    value["created_time"] = one.at.ms / 1000;
  }
  const Timestamp at{1'767'258'000'000};
  const json body = {{"object", "page"},
                     {"entry", json::array({{{"id", kPage},
                                             {"time", at.ms / 1000},
                                             {"changes", json::array({{{"field", "feed"}, {"value", value}}})}}})}};
  return sign(body.dump(), at);
}

channel::WebhookRequest FakeFacebook::sign(const std::string& body, Timestamp at) {
  channel::WebhookRequest out;
  out.method = "POST";
  out.path = "/hooks/facebook";
  out.body = body;
  out.headers = {{"Content-Type", "application/json"},
                 {"X-Hub-Signature-256", meta::signature_of(body, Secret(kSecret))}};
  out.received_at = at;
  return out;
}

}  // namespace amends::connectors::facebook
