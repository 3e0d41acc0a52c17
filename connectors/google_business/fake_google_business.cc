#include "connectors/google_business/fake_google_business.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/channel/oauth.h"

namespace amends::connectors::google_business {
namespace {

using json = nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr const char* kAccount = "accounts/101";

SiteAnswer error(int status, const std::string& word, const std::string& message) {
  return {status, json{{"error", {{"code", status}, {"message", message}, {"status", word}}}}.dump()};
}

json reply_json(const FakeGoogleBusiness::Reply& reply) {
  json out = {{"comment", reply.comment}, {"updateTime", reply.at}};
  if (!reply.state.empty()) out["reviewReplyState"] = reply.state;
  if (!reply.violation.empty()) out["policyViolation"] = reply.violation;
  return out;
}

json review_json(const FakeGoogleBusiness::Review& review) {
  json out = {
      {"name", review.name},
      {"reviewId", review.name.substr(review.name.rfind('/') + 1)},
      {"reviewer", {{"displayName", review.author}, {"isAnonymous", review.anonymous}}},
      {"starRating", review.stars},
      {"createTime", review.created},
      {"updateTime", review.updated},
      {"reviewReplyUrl", "https://business.example.com/reply/" + review.name.substr(review.name.rfind('/') + 1)}};
  if (!review.comment.empty()) out["comment"] = review.comment;
  if (review.reply) out["reviewReply"] = reply_json(*review.reply);
  return out;
}

// Made once: an RSA key takes a good part of a second.
const test::SigningKey& googles_key() {
  static const test::SigningKey key = test::SigningKey::rsa();
  return key;
}
const test::SigningKey& a_strangers_key() {
  static const test::SigningKey key = test::SigningKey::rsa();
  return key;
}

}  // namespace

FakeGoogleBusiness::FakeGoogleBusiness() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    return !locked_ && request.header("authorization") == "Bearer " + good_access_;
  });
  site.unauthorized_answer(error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."));
  play_sign_in();
  play_reviews();
}

void FakeGoogleBusiness::play_sign_in() {
  site.on("POST", "/token", [this](const SiteRequest& request) -> SiteAnswer {
    const bool right = request.body.find("refresh_token=refresh-1") != std::string::npos ||
                       request.body.find("code=code-1") != std::string::npos;
    if (locked_ || !right) return {400, R"({"error":"invalid_grant","error_description":"Token has been revoked."})"};
    return {200, json{{"access_token", good_access_},
                      {"expires_in", 3599},
                      {"refresh_token", "refresh-1"},
                      {"scope", "https://www.googleapis.com/auth/business.manage"},
                      {"token_type", "Bearer"}}
                     .dump()};
  });
  site.on("POST", "/revoke", [](const SiteRequest&) { return SiteAnswer{200, "{}"}; });
  site.on("GET", "/oauth2/v3/certs", [](const SiteRequest&) { return SiteAnswer{200, googles_key().jwks("k1")}; });
  site.on("GET", "/v1/accounts", [](const SiteRequest&) {
    return SiteAnswer{
        200, json{{"accounts", {{{"name", kAccount}, {"accountName", "Bakery"}, {"type", "PERSONAL"}}}}}.dump()};
  });
  // Two pages of locations, one on each.
  site.on("GET", "/v1/accounts/{}/locations", [](const SiteRequest& request) {
    if (request.q("pageToken").empty()) {
      return SiteAnswer{200, json{{"locations",
                                   {{{"name", "locations/202"},
                                     {"title", "Bakery"},
                                     {"storefrontAddress", {{"locality", "Main Street"}}}}}},
                                  {"nextPageToken", "more"}}
                                 .dump()};
    }
    return SiteAnswer{200, json{{"locations", {{{"name", "locations/203"}, {"title", "Café"}}}}}.dump()};
  });
}

void FakeGoogleBusiness::play_reviews() {
  const auto name_of = [](const SiteRequest& request) {
    return "accounts/" + request.parts[0] + "/locations/" + request.parts[1] + "/reviews/" + request.parts[2];
  };
  site.on("GET", "/v4/accounts/{}/locations/{}/reviews", [this](const SiteRequest& request) -> SiteAnswer {
    const std::string prefix = "accounts/" + request.parts[0] + "/locations/" + request.parts[1] + "/";
    std::vector<Review> all;
    for (const auto& [name, review] : reviews_) {
      if (name.rfind(prefix, 0) == 0) all.push_back(review);
    }
    std::stable_sort(all.begin(), all.end(), [](const Review& a, const Review& b) { return a.updated > b.updated; });
    const std::string token = request.q("pageToken");
    if (!token.empty() && token[0] != 'p')
      return error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
    const std::size_t from = token.empty() ? 0 : std::stoul(token.substr(1));
    const std::size_t size =
        std::min<std::size_t>(std::stoul(request.q("pageSize")), static_cast<std::size_t>(page_size));
    json out = {{"totalReviewCount", all.size()}, {"averageRating", 4.5}};
    for (std::size_t i = from; i < std::min(all.size(), from + size); ++i)
      out["reviews"].push_back(review_json(all[i]));
    if (from + size < all.size()) out["nextPageToken"] = "p" + std::to_string(from + size);
    return {200, out.dump()};
  });
  site.on("GET", "/v4/accounts/{}/locations/{}/reviews/{}", [this, name_of](const SiteRequest& request) -> SiteAnswer {
    const auto found = reviews_.find(name_of(request));
    if (found == reviews_.end()) return error(404, "NOT_FOUND", "Requested entity was not found.");
    return {200, review_json(found->second).dump()};
  });
  site.on("PUT", "/v4/accounts/{}/locations/{}/reviews/{}/reply",
          [this, name_of](const SiteRequest& request) -> SiteAnswer {
            ++writes_;
            const auto found = reviews_.find(name_of(request));
            if (found == reviews_.end()) return error(404, "NOT_FOUND", "Requested entity was not found.");
            const std::string comment = json::parse(request.body)["comment"];
            if (comment.size() > 4096) return error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
            found->second.reply = Reply{comment, tick(), reply_state, ""};
            return {200, reply_json(*found->second.reply).dump()};
          });
}

std::map<std::string, std::string> FakeGoogleBusiness::settings() const {
  return {{"client_id", "client-1"},
          {"client_secret", "client-secret-1"},
          {"api_base", site.base()},
          {"oauth_base", site.base()},
          {"push_keys", site.base() + "/oauth2/v3/certs"},
          {"push_audience", "https://hub.example.com/hooks/google"},
          {"push_account", "push@project.iam.gserviceaccount.com"}};
}

std::string FakeGoogleBusiness::tick() {
  now_ms_ += 60'000;
  return to_rfc3339({now_ms_});
}

std::string FakeGoogleBusiness::writes(std::string_view text, int location) {
  Review review;
  review.name =
      std::string(kAccount) + "/locations/" + std::to_string(location) + "/reviews/AbFvOq-" + std::to_string(++count_);
  review.author = "Customer " + std::to_string(count_);
  review.comment = std::string(text);
  review.created = review.updated = tick();
  reviews_[review.name] = review;
  return review.name;
}

void FakeGoogleBusiness::edits(const std::string& name, std::string_view text) {
  reviews_.at(name).comment = std::string(text);
  reviews_.at(name).updated = tick();
}

void FakeGoogleBusiness::deletes(const std::string& name) { reviews_.erase(name); }

std::vector<std::string> FakeGoogleBusiness::replies() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, review] : reviews_) {
    if (review.reply) all.emplace_back(review.reply->at, review.reply->comment);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (auto& [at, comment] : all) out.push_back(comment);
  return out;
}

std::string FakeGoogleBusiness::push_body(const std::string& name, const std::string& type) const {
  const json news = {{"type", type}, {"reviewName", name}, {"locationName", name.substr(0, name.find("/reviews/"))}};
  return json{{"message",
               {{"data", text::to_base64(news.dump())}, {"messageId", "m-1"}, {"publishTime", to_rfc3339({now_ms_})}}},
              {"subscription", "projects/p/subscriptions/s"}}
      .dump();
}

std::string FakeGoogleBusiness::push_token(const std::map<std::string, std::string>& changes, bool stranger) const {
  const std::int64_t issued = 1'767'258'000;  // where the clock of tests starts
  json claims = {{"iss", "https://accounts.google.com"},
                 {"aud", "https://hub.example.com/hooks/google"},
                 {"email", "push@project.iam.gserviceaccount.com"},
                 {"email_verified", true},
                 {"iat", issued},
                 {"exp", issued + 30LL * 86'400}};
  for (const auto& [key, value] : changes) claims[key] = json::parse(value);
  const auto token = channel::sign_jwt_rs256(R"({"alg":"RS256","kid":"k1","typ":"JWT"})", claims.dump(),
                                             Secret((stranger ? a_strangers_key() : googles_key()).pem()));
  return "Bearer " + (token ? *token : "unsigned");
}

}  // namespace amends::connectors::google_business
