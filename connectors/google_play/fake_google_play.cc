#include "connectors/google_play/fake_google_play.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/signing_keys.h"

namespace amends::connectors::google_play {
namespace {

using json = nlohmann::json;
using test::SiteAnswer;
using test::SiteRequest;

constexpr const char* kPackage = "com.example.app";

SiteAnswer error(int status, const std::string& word, const std::string& message) {
  return {status, json{{"error", {{"code", status}, {"message", message}, {"status", word}}}}.dump()};
}

const std::string& private_key() {
  static const std::string pem = test::SigningKey::rsa().pem();
  return pem;
}

json review_json(const FakeGooglePlay::Review& review, int votes) {
  json comments = {{{"userComment",
                     {{"text", review.text},
                      {"lastModified", {{"seconds", std::to_string(review.at)}, {"nanos", 45'000'000}}},
                      {"starRating", review.stars},
                      {"reviewerLanguage", "de"},
                      {"appVersionName", "2.3.1"},
                      {"appVersionCode", 231},
                      {"thumbsUpCount", votes}}}}};
  if (review.reply) {
    comments.push_back(
        {{"developerComment",
          {{"text", *review.reply}, {"lastModified", {{"seconds", std::to_string(review.replied_at)}}}}}});
  }
  return {{"reviewId", review.id}, {"authorName", review.author}, {"comments", comments}};
}

}  // namespace

FakeGooglePlay::FakeGooglePlay() : site(std::string(AMENDS_TEST_FOLDER) + "/contract.json") {
  site.lets_in([this](const SiteRequest& request) {
    return !locked_ && !good_access_.empty() && request.header("authorization") == "Bearer " + good_access_;
  });
  site.unauthorized_answer(error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."));
  site.on("POST", "/token", [this](const SiteRequest& request) -> SiteAnswer {
    // Three parts with a signature: what it says is checked by the tests of the one who signs.
    const auto dots = std::count(request.body.begin(), request.body.end(), '.');
    if (locked_ || dots != 2) return {400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"};
    good_access_ = "access-" + std::to_string(++made_);
    return {200, json{{"access_token", good_access_}, {"expires_in", 3599}, {"token_type", "Bearer"}}.dump()};
  });
  site.on("GET", "/androidpublisher/v3/applications/{}/reviews", [this](const SiteRequest& request) -> SiteAnswer {
    if (request.parts[0] != kPackage) return error(404, "NOT_FOUND", "Package not found: " + request.parts[0]);
    std::vector<Review> all;
    for (const auto& [id, review] : reviews_) {
      if (review.at > now_ - 7 * 86'400) all.push_back(review);
    }
    std::sort(all.begin(), all.end(), [](const Review& a, const Review& b) { return a.at > b.at; });
    const std::size_t from = request.q("token").empty() ? 0 : std::stoul(request.q("token").substr(1));
    const std::size_t size =
        std::min<std::size_t>(std::stoul(request.q("maxResults")), static_cast<std::size_t>(page_size));
    json out = json::object();
    ++votes_seen_;
    for (std::size_t i = from; i < std::min(all.size(), from + size); ++i)
      out["reviews"].push_back(review_json(all[i], votes_seen_));
    if (from + size < all.size()) out["tokenPagination"] = {{"nextPageToken", "t" + std::to_string(from + size)}};
    return {200, out.dump()};
  });
  site.on("GET", "/androidpublisher/v3/applications/{}/reviews/{}", [this](const SiteRequest& request) -> SiteAnswer {
    const auto found = reviews_.find(request.parts[1]);
    if (found == reviews_.end()) return error(404, "NOT_FOUND", "Review not found.");
    return {200, review_json(found->second, 0).dump()};
  });
  site.on("POST", "/androidpublisher/v3/applications/{}/reviews/{}:reply",
          [this](const SiteRequest& request) -> SiteAnswer {
            ++writes_;
            const auto found = reviews_.find(request.parts[1]);
            if (found == reviews_.end()) return error(404, "NOT_FOUND", "Review not found.");
            const std::string text = json::parse(request.body)["replyText"];
            if (text.size() > 350 * 4) return error(400, "INVALID_ARGUMENT", "Reply is too long.");
            found->second.reply = text;
            found->second.replied_at = now_ += 60;
            return {
                200,
                json{{"result",
                      {{"replyText", text}, {"lastEdited", {{"seconds", std::to_string(found->second.replied_at)}}}}}}
                    .dump()};
          });
}

std::map<std::string, std::string> FakeGooglePlay::settings() const {
  const json key = {{"type", "service_account"},
                    {"client_email", "hub@project.iam.gserviceaccount.com"},
                    {"private_key_id", "k1"},
                    {"private_key", private_key()},
                    {"token_uri", site.base() + "/token"}};
  return {
      {"packages", std::string(kPackage) + " = The app"}, {"service_account", key.dump()}, {"api_base", site.base()}};
}

std::string FakeGooglePlay::writes(std::string_view text) {
  Review review;
  review.id = "gp:AOqpTOF-" + std::to_string(++count_);
  review.author = "Customer " + std::to_string(count_);
  review.text = std::string(text);
  review.at = now_ += 60;
  reviews_[review.id] = review;
  return std::string(kPackage) + "/" + review.id;
}

void FakeGooglePlay::edits(const std::string& external_id, std::string_view text) {
  at(external_id).text = std::string(text);
  at(external_id).at = now_ += 60;
}

std::vector<std::string> FakeGooglePlay::replies() const {
  std::vector<std::pair<std::int64_t, std::string>> all;
  for (const auto& [id, review] : reviews_) {
    if (review.reply) all.emplace_back(review.replied_at, *review.reply);
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> out;
  for (auto& [at, text] : all) out.push_back(text);
  return out;
}

}  // namespace amends::connectors::google_play
