#include "connectors/trustpilot/fake_trustpilot.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace amends::connectors::trustpilot {
namespace {

using json = nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr const char* kCompany = "46d6a890000064000500e0c3";

json review_json(const FakeTrustpilot::Review& review, int likes) {
  json out = {{"id", review.id},
              {"stars", review.stars},
              {"title", "Title"},
              {"text", review.text},
              {"language", "en"},
              {"createdAt", review.created},
              {"numberOfLikes", likes},
              {"isVerified", true},
              {"referenceId", "ORDER-7"},
              {"referralEmail", "customer@guest.test"},
              {"consumer", {{"id", "c" + review.id}, {"displayName", review.author}, {"numberOfReviews", likes}}},
              {"businessUnit", {{"id", kCompany}, {"displayName", "Shop"}}}};
  if (!review.updated.empty()) out["updatedAt"] = review.updated;
  if (review.reply) {
    out["companyReply"] = {
        {"text", review.reply->text}, {"authorBusinessUserId", review.reply->user}, {"createdAt", review.reply->at}};
  }
  return out;
}

SiteAnswer error(int status, const std::string& message) { return {status, json{{"message", message}}.dump()}; }

}  // namespace

FakeTrustpilot::FakeTrustpilot() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    if (locked_) return false;
    const std::string given = request.header("authorization");
    if (request.header("apikey") == "api-key-1") return true;
    if (given.rfind("Basic ", 0) == 0) return given == "Basic YXBpLWtleS0xOmFwaS1zZWNyZXQtMQ==";
    return !good_access_.empty() && given == "Bearer " + good_access_;
  });
  site.on("POST", "/v1/oauth/oauth-business-users-for-applications/accesstoken", [this](const SiteRequest& request) {
    last_form_ = request.body;
    good_access_ = "access-" + std::to_string(++made_);
    return SiteAnswer{200, json{{"access_token", good_access_}, {"expires_in", "359999"}}.dump()};
  });
  site.on("GET", "/v1/business-units/find", [this](const SiteRequest& request) -> SiteAnswer {
    if (request.q("name") != "shop.example.com") return error(404, "Business unit not found");
    return {200, json{{"id", kCompany},
                      {"displayName", "Shop"},
                      {"numberOfReviews", {{"total", reviews_.size()}}},
                      {"score", {{"trustScore", 4.3}}}}
                     .dump()};
  });
  site.on("GET", "/v1/private/business-units/{}/reviews", [this](const SiteRequest& request) -> SiteAnswer {
    if (request.parts[0] != kCompany) return error(404, "Business unit not found");
    std::vector<Review> all;
    for (const auto& [id, review] : reviews_) all.push_back(review);
    std::sort(all.begin(), all.end(), [](const Review& a, const Review& b) { return a.created > b.created; });
    const std::size_t size =
        std::min<std::size_t>(std::stoul(request.q("perPage")), static_cast<std::size_t>(page_size));
    const std::size_t from = (std::stoul(request.q("page")) - 1) * size;
    json out = {{"reviews", json::array()}, {"links", json::array()}};
    ++likes_;
    for (std::size_t i = from; i < std::min(all.size(), from + size); ++i)
      out["reviews"].push_back(review_json(all[i], likes_));
    if (from + size < all.size())
      out["links"].push_back({{"href", "https://api.example.com/next"}, {"method", "GET"}, {"rel", "next-page"}});
    return {200, out.dump()};
  });
  site.on("GET", "/v1/private/reviews/{}", [this](const SiteRequest& request) -> SiteAnswer {
    const auto found = reviews_.find(request.parts[0]);
    if (found == reviews_.end()) return error(404, "Review not found");
    return {200, review_json(found->second, ++likes_).dump()};
  });
  site.on("POST", "/v1/private/reviews/{}/reply", [this](const SiteRequest& request) -> SiteAnswer {
    ++writes_;
    const auto found = reviews_.find(request.parts[0]);
    if (found == reviews_.end()) return error(404, "Review not found");
    const json body = json::parse(request.body);
    found->second.reply = Reply{body["message"], body["authorBusinessUserId"], tick()};
    return {201, "{}"};
  });
}

std::map<std::string, std::string> FakeTrustpilot::settings() const {
  return {{"domains", "shop.example.com"},
          {"api_key", "api-key-1"},
          {"api_secret", "api-secret-1"},
          {"user_id", "user-1"},
          {"api_base", site.base()}};
}

std::string FakeTrustpilot::tick() {
  now_ms_ += 60'000;
  return to_rfc3339({now_ms_});
}

std::string FakeTrustpilot::writes(std::string_view text) {
  Review review;
  review.id = "507f191e810c19729de86" + std::to_string(100 + ++count_);
  review.author = "Customer " + std::to_string(count_);
  review.text = std::string(text);
  review.created = tick();
  reviews_[review.id] = review;
  return review.id;
}

void FakeTrustpilot::edits(const std::string& id, std::string_view text) {
  reviews_.at(id).text = std::string(text);
  reviews_.at(id).updated = tick();
}

std::vector<std::string> FakeTrustpilot::replies() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [id, review] : reviews_) {
    if (review.reply) all.emplace_back(review.reply->at, review.reply->text);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (auto& [at, text] : all) out.push_back(text);
  return out;
}

}  // namespace amends::connectors::trustpilot
