#include "connectors/app_store/fake_app_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/signing_keys.h"

namespace amends::connectors::app_store {
namespace {

using json = nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr const char* kApp = "310633997";

SiteAnswer error(int status, const std::string& code, const std::string& detail) {
  return {status,
          json{{"errors", {{{"status", std::to_string(status)}, {"code", code}, {"title", code}, {"detail", detail}}}}}
              .dump()};
}

json review_json(const FakeAppStore::Review& review) {
  json out = {{"type", "customerReviews"},
              {"id", review.id},
              {"attributes",
               {{"rating", review.rating},
                {"title", review.title},
                {"body", review.body},
                {"reviewerNickname", review.nickname},
                {"createdDate", review.created},
                {"territory", review.territory}}},
              {"relationships", {{"response", {{"links", {{"related", "https://api.example.com/x"}}}}}}}};
  if (review.response)
    out["relationships"]["response"]["data"] = {{"type", "customerReviewResponses"}, {"id", "r-" + review.id}};
  return out;
}

json response_json(const FakeAppStore::Review& review) {
  return {{"type", "customerReviewResponses"},
          {"id", "r-" + review.id},
          {"attributes",
           {{"responseBody", review.response->text},
            {"lastModifiedDate", review.response->at},
            {"state", review.response->state}}}};
}

}  // namespace

FakeAppStore::FakeAppStore() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    last_pass = request.header("authorization");
    return !locked_ && std::count(last_pass.begin(), last_pass.end(), '.') == 2;
  });
  site.unauthorized_answer(error(401, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token"));
  site.on("GET", "/v1/apps/{}/customerReviews", [this](const SiteRequest& request) -> SiteAnswer {
    if (request.parts[0] != kApp) return error(404, "NOT_FOUND", "There is no app with this id");
    std::vector<Review> all;
    for (const auto& [id, review] : reviews_) all.push_back(review);
    std::sort(all.begin(), all.end(), [](const Review& a, const Review& b) { return a.created > b.created; });
    const std::size_t from = request.q("cursor").empty() ? 0 : std::stoul(request.q("cursor"));
    const std::size_t size = std::min<std::size_t>(std::stoul(request.q("limit")), static_cast<std::size_t>(page_size));
    const std::string self = site.base() + "/v1/apps/" + kApp +
                             "/customerReviews?include=response&sort=-createdDate&limit=" + std::to_string(size);
    json out = {{"data", json::array()},
                {"links", {{"self", self}}},
                {"meta", {{"paging", {{"total", all.size()}, {"limit", size}}}}}};
    for (std::size_t i = from; i < std::min(all.size(), from + size); ++i) {
      out["data"].push_back(review_json(all[i]));
      if (all[i].response) out["included"].push_back(response_json(all[i]));
    }
    if (from + size < all.size()) out["links"]["next"] = self + "&cursor=" + std::to_string(from + size);
    SiteAnswer answer{200, out.dump()};
    if (!requests_left.empty())
      answer.headers = {{"X-Rate-Limit", "user-hour-lim:3500;user-hour-rem:" + requests_left + ";"}};
    return answer;
  });
  site.on("GET", "/v1/customerReviews/{}", [this](const SiteRequest& request) -> SiteAnswer {
    const auto found = reviews_.find(request.parts[0]);
    if (found == reviews_.end()) return error(404, "NOT_FOUND", "The specified resource does not exist");
    json out = {{"data", review_json(found->second)}, {"links", {{"self", site.base()}}}};
    if (found->second.response) out["included"] = json::array({response_json(found->second)});
    return {200, out.dump()};
  });
  site.on("POST", "/v1/customerReviewResponses", [this](const SiteRequest& request) -> SiteAnswer {
    ++writes_;
    const json data = json::parse(request.body)["data"];
    const auto found = reviews_.find(data["relationships"]["review"]["data"]["id"].get<std::string>());
    if (found == reviews_.end()) return error(404, "NOT_FOUND", "The specified resource does not exist");
    found->second.response = Response{data["attributes"]["responseBody"], tick(), "PENDING_PUBLISH"};
    return {201, json{{"data", response_json(found->second)}, {"links", {{"self", site.base()}}}}.dump()};
  });
}

std::map<std::string, std::string> FakeAppStore::settings() const {
  static const std::string pem = test::SigningKey::p256().pem();
  return {{"apps", std::string(kApp) + " = The app"},
          {"issuer_id", "57246542-96fe-1a63-e053-0824d011072a"},
          {"key_id", "2X9R4HXF34"},
          {"private_key", pem},
          {"api_base", site.base()}};
}

std::string FakeAppStore::tick() {
  now_ms_ += 60'000;
  return to_rfc3339({now_ms_});
}

std::string FakeAppStore::writes(std::string_view text) {
  Review review;
  review.id = "00000016-ff47-" + std::to_string(++count_);
  review.nickname = "customer" + std::to_string(count_);
  review.title = "Title";
  review.body = std::string(text);
  review.created = tick();
  reviews_[review.id] = review;
  return std::string(kApp) + "/" + review.id;
}

void FakeAppStore::edits(const std::string& external_id, std::string_view text) {
  at(external_id).body = std::string(text);
  at(external_id).created = tick();
}

void FakeAppStore::deletes(const std::string& external_id) {
  reviews_.erase(external_id.substr(external_id.find('/') + 1));
}

std::vector<std::string> FakeAppStore::responses() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [id, review] : reviews_) {
    if (review.response) all.emplace_back(review.response->at, review.response->text);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  out.reserve(all.size());
  for (auto& [at, text] : all) out.push_back(text);
  return out;
}

}  // namespace amends::connectors::app_store
