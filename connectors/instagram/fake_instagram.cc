#include "connectors/instagram/fake_instagram.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/common/meta/graph.h"
#include "tests/support/contract.h"

namespace amends::connectors::instagram {
namespace {

using nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr Timestamp kTold{1'767'258'000'000};

std::string meta_time(Timestamp at) {
  std::string out = to_rfc3339(at);
  out.replace(out.size() - 1, 1, "+0000");
  return out;
}
SiteAnswer refusal(int code, int subcode = 0) {
  json error = {{"message", "refused"}, {"type", "OAuthException"}, {"code", code}};
  if (subcode != 0) error["error_subcode"] = subcode;
  return {400, json{{"error", error}}.dump()};
}
json who(const std::string& id) {
  return {{"id", id}, {"username", id == FakeInstagram::kAccount ? "kettle.shop" : "Ann_Other"}};
}
json json_of(const FakeInstagram::Comment& c) {
  json out = {{"id", c.id},
              {"text", c.text},
              {"timestamp", meta_time(c.at)},
              {"username", who(c.from)["username"]},
              {"from", who(c.from)}};
  if (!c.parent.empty()) out["parent_id"] = c.parent;
  return out;
}

}  // namespace

FakeInstagram::FakeInstagram() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  const auto answer = [](const json& data) { return SiteAnswer{200, json{{"data", data}}.dump()}; };
  site.lets_in([this](const SiteRequest& request) {
    const std::lock_guard lock(mutex_);
    return !locked_ && request.header("authorization") == std::string("Bearer ") + kToken &&
           request.q("appsecret_proof") == meta::proof_of(Secret(kToken), Secret(kSecret)).at(0).second;
  });
  site.unauthorized_answer(refusal(190));
  site.on("GET", "/{}", [this](const SiteRequest& r) {
    json out = {{"id", r.parts[0]}};
    if (r.parts[0] == kAccount) {
      out["username"] = "kettle.shop";
      if (r.q("fields").rfind("mentioned_comment.comment_id(77)", 0) == 0) {
        out["mentioned_comment"] = {{"id", "77"},
                                    {"text", "@kettle.shop is great"},
                                    {"timestamp", meta_time(kTold)},
                                    {"username", "blogger"},
                                    {"media", {{"id", "88"}, {"permalink", "https://www.instagram.com/p/abc/"}}}};
      }
      return SiteAnswer{200, out.dump()};
    }
    for (const Comment& one : comments()) {
      if (one.id == r.parts[0]) return SiteAnswer{200, out.dump()};
    }
    return refusal(100, 33);
  });
  site.on("GET", "/{}/media", [=, this](const SiteRequest&) {
    json list = json::array();
    const auto all = comments();
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      if (!one->parent.empty()) continue;
      json replies = json::array();
      for (const Comment& other : all) {
        if (other.parent == one->id) replies.push_back(json_of(other));
      }
      json comment = json_of(*one);
      if (!replies.empty()) comment["replies"] = {{"data", replies}};
      if (list.size() < 50) list.push_back(std::move(comment));
    }
    json comments = {{"data", list}};
    if (all.size() > 50)
      comments["paging"] = {{"cursors", {{"after", "50"}}}, {"next", "https://graph.facebook.com/n"}};
    return answer(json::array({{{"id", kMedia},
                                {"permalink", "https://www.instagram.com/p/xyz/"},
                                {"timestamp", meta_time({1'767'240'000'000})},
                                {"comments", comments}}}));
  });
  site.on("GET", "/{}/tags", [=](const SiteRequest&) { return answer(json::array()); });
  site.on("GET", "/{}/comments", [=, this](const SiteRequest& r) {
    json list = json::array();
    const auto all = comments();
    std::size_t skip = std::stoul(r.q("after"));
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      if (one->parent.empty() && (skip == 0 || skip-- == 0)) list.push_back(json_of(*one));
    }
    return answer(list);
  });
  site.on("GET", "/{}/replies", [=, this](const SiteRequest& r) {
    json list = json::array();
    for (const Comment& one : comments()) {
      if (one.parent == r.parts[0]) list.push_back(json_of(one));
    }
    return answer(list);
  });
  site.on("POST", "/{}/replies", [this](const SiteRequest& r) {
    const auto all = comments();
    if (std::none_of(all.begin(), all.end(), [&](const Comment& c) { return c.id == r.parts[0]; }))
      return refusal(100, 33);
    return SiteAnswer{
        200, json{{"id", comment(test::decode_form(r.body).find("message")->second, kAccount, r.parts[0])}}.dump()};
  });
  site.on("POST", "/{}/mentions", [this](const SiteRequest& r) {
    return SiteAnswer{200,
                      json{{"id", comment(test::decode_form(r.body).find("message")->second, kAccount, "77")}}.dump()};
  });
  site.on("GET", "/{}/conversations", [=, this](const SiteRequest&) {
    json list = json::array();
    const auto all = messages();
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      const bool ours = one->from == kAccount;
      list.push_back({{"id", one->id},
                      {"created_time", meta_time(one->at)},
                      {"from", who(one->from)},
                      {"to", {{"data", json::array({who(ours ? kCustomer : kAccount)})}}},
                      {"message", one->text}});
    }
    if (list.empty()) return answer(json::array());
    return answer(
        json::array({{{"id", "t_1"}, {"updated_time", meta_time(all.back().at)}, {"messages", {{"data", list}}}}}));
  });
  site.on("GET", "/{}/messages", [=](const SiteRequest&) { return answer(json::array()); });
  site.on("POST", "/{}/messages", [this](const SiteRequest& r) {
    const json body = json::parse(r.body);
    return SiteAnswer{
        200, json{{"recipient_id", body["recipient"]["id"]}, {"message_id", message(body["message"]["text"], kAccount)}}
                 .dump()};
  });
}

std::string FakeInstagram::comment(const std::string& text, const std::string& from, const std::string& parent) {
  const std::lock_guard lock(mutex_);
  clock_ = clock_ + std::chrono::seconds(1);
  comments_.push_back({"17" + std::to_string(++made_ + 1000), from, text, parent, clock_});
  return comments_.back().id;
}
void FakeInstagram::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  comments_.erase(std::remove_if(comments_.begin(), comments_.end(), [&](const Comment& c) { return c.id == id; }),
                  comments_.end());
}
std::string FakeInstagram::message(const std::string& text, const std::string& from) {
  const std::lock_guard lock(mutex_);
  clock_ = clock_ + std::chrono::seconds(1);
  messages_.push_back({"aWdf" + std::to_string(++made_), from, text, "", clock_});
  return messages_.back().id;
}
void FakeInstagram::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_ = true;
}
std::vector<FakeInstagram::Comment> FakeInstagram::comments() const {
  const std::lock_guard lock(mutex_);
  return comments_;
}
std::vector<FakeInstagram::Comment> FakeInstagram::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

channel::WebhookRequest FakeInstagram::told_of(const std::string& id) const {
  json value = {{"id", id}, {"media", {{"id", kMedia}, {"media_product_type", "FEED"}}}};
  for (const Comment& one : comments()) {
    if (one.id != id) continue;
    value["text"] = one.text;
    value["from"] = who(one.from);
    if (!one.parent.empty()) value["parent_id"] = one.parent;
  }
  return sign(json::array({{{"field", "comments"}, {"value", value}}}).dump());
}

channel::WebhookRequest FakeInstagram::sign(const std::string& changes_json) {
  channel::WebhookRequest out;
  out.method = "POST";
  out.path = "/hooks/instagram";
  out.body = R"({"object":"instagram","entry":[{"id":")" + std::string(kAccount) + R"(","time":)" +
             std::to_string(kTold.ms / 1000) + R"(,"changes":)" + changes_json + "}]}";
  out.headers = {{"Content-Type", "application/json"},
                 {"X-Hub-Signature-256", meta::signature_of(out.body, Secret(kSecret))}};
  out.received_at = kTold;
  return out;
}

}  // namespace amends::connectors::instagram
