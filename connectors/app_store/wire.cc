#include "connectors/app_store/wire.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::app_store {
namespace {

using channel::Json;
using channel::text_at;

constexpr std::size_t kShort = 40;  // bytes; below this a text's language can't be told from the text

bool is_id(std::string_view id) {
  const auto fits = [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '-' || c == '_'; };
  return !id.empty() && id.size() < 100 && std::all_of(id.begin(), id.end(), fits);
}

// Without links and relationships: what it says, not where it stands in the API.
Json kept(const Json& resource) {
  return {{"type", text_at(resource, "type")},
          {"id", text_at(resource, "id")},
          {"attributes", channel::at(resource, "attributes")}};
}

Timestamp time_or(const Json& json, std::string_view path, Timestamp other) {
  return channel::time_at(json, path).value_or(other);
}

const Json& included_response(const Json& document, const std::string& id) {
  static const Json kNothing;
  for (const Json& one : channel::list_at(document, "included")) {
    if (text_at(one, "type") == "customerReviewResponses" && (id.empty() || text_at(one, "id") == id)) return one;
  }
  return kNothing;
}

std::optional<channel::ReviewPieces> pieces_of(const Json& document, const Json& review, std::string_view app) {
  const std::string id = text_at(review, "id");
  if (!is_id(id)) return {};
  const std::string name = std::string(app) + "/" + id;
  const Timestamp at = time_or(review, "attributes.createdDate", {});
  channel::ReviewPieces out;
  out.review = {name, channel::dump(Json{{"app", app}, {"review", kept(review)}}), at, at, false};
  out.order = at;
  const std::string response = text_at(review, "relationships.response.data.id");
  if (response.empty()) return out;
  if (const Json& given = included_response(document, response); given.is_object()) {
    const Timestamp changed = time_or(given, "attributes.lastModifiedDate", at);
    out.reply = channel::ReviewPiece{name + "/reply", channel::dump(Json{{"reply", kept(given)}, {"review", name}}),
                                     changed, changed, true};
  }
  return out;
}

model::Content content_of_review(const Json& json) {
  const Json& said = channel::at(json, "review.attributes");
  model::Content out;
  out.kind = model::MessageKind::review;
  const std::string app = text_at(json, "app");
  out.message_id = app + "/" + text_at(json, "review.id");
  out.author.name = text::squeeze(text_at(said, "reviewerNickname"));
  // Nicknames change and are no ids; one person has one review of an app, so its name tells them apart.
  if (!out.author.name.empty()) out.author.handle = out.message_id;
  out.subject = text::squeeze(text_at(said, "title"));
  out.text = std::string(text::trim(text_at(said, "body")));
  out.reply_text = out.text;
  const auto stars = channel::number_at(said, "rating");
  if (stars && *stars >= 1 && *stars <= 5) out.rating = static_cast<double>(*stars);
  out.date = channel::time_at(said, "createdDate");
  if (const std::string territory = text_at(said, "territory"); !territory.empty()) {
    out.notes.push_back("storefront: " + text::excerpt(territory, 10));
    if (out.text.size() + out.subject.size() < kShort) out.language = language_of(territory);
  }
  out.permalink = "https://apps.apple.com/app/id" + app + "?see-all=reviews";
  out.location = app;
  out.version = channel::version_of(out.date.value_or(Timestamp{}));
  return out;
}

struct StateRow {
  std::string_view word;
  model::Moderation moderation;
  int order;
};
constexpr StateRow kStates[] = {{"PENDING_PUBLISH", model::Moderation::pending, 1},
                                {"PUBLISHED", model::Moderation::published, 2}};

const StateRow* state_of(const Json& response) {
  const std::string word = text_at(response, "attributes.state");
  for (const auto& row : kStates) {
    if (row.word == word) return &row;
  }
  return nullptr;
}

model::Content content_of_response(const Json& response, const std::string& review) {
  model::Content out;
  out.kind = model::MessageKind::comment;
  out.message_id = review + "/reply";
  out.in_reply_to = {review};
  out.date = channel::time_at(response, "attributes.lastModifiedDate");
  out.text = std::string(text::trim(text_at(response, "attributes.responseBody")));
  out.reply_text = out.text;
  const StateRow* state = state_of(response);
  if (state != nullptr) {
    out.moderation = state->moderation;
  } else {
    out.notes.push_back("state of the reply not understood: \"" +
                        text::excerpt(text_at(response, "attributes.state"), 40) + "\"");
  }
  out.version = channel::version_of(out.date.value_or(Timestamp{}), state == nullptr ? 0 : state->order);
  if (const auto name = name_of(review)) out.location = name->app;
  return out;
}

}  // namespace

Result<channel::ReviewPage> read_reviews(std::string_view body, std::string_view app) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of reviews is no object");
  channel::ReviewPage out;
  for (const Json& review : channel::list_at(json, "data")) {
    if (auto pieces = pieces_of(json, review, app)) {
      out.reviews.push_back(*std::move(pieces));
    } else {
      out.notes.emplace_back("a review without a proper id was left out");
    }
  }
  out.next = text_at(json, "links.next");
  out.total = channel::number_at(json, "meta.paging.total");
  return out;
}

Result<channel::ReviewPieces> read_review(std::string_view body, std::string_view app) {
  TRY(const Json json, channel::parse_json(body));
  if (auto pieces = pieces_of(json, channel::at(json, "data"), app)) return *std::move(pieces);
  return fail(Kind::corrupt, "the answer is no review");
}

Result<model::Content> parse_item(const model::Item& item) {
  if (auto gone = channel::read_tombstone(item.raw)) return *std::move(gone);
  TRY(const Json json, channel::parse_json(item.raw));
  model::Content out;
  if (json.contains("reply")) {
    out = content_of_response(json["reply"], text_at(json, "review"));
    out.author.name = item.place;
  } else if (json.contains("review") && json["review"].is_object()) {
    out = content_of_review(json);
  } else {
    return fail(Kind::invalid, "neither a review nor a response");
  }
  if (!name_of(out.message_id)) return fail(Kind::invalid, "the review has no proper name");
  if (!item.place.empty()) out.location = item.place;
  out.visibility = model::Visibility::public_;
  out.auth.from_verified = true;
  out.from = {out.author};
  return out;
}

std::string response_body(std::string_view review, std::string_view text) {
  return channel::dump(
      Json{{"data",
            {{"type", "customerReviewResponses"},
             {"attributes", {{"responseBody", text}}},
             {"relationships", {{"review", {{"data", {{"type", "customerReviews"}, {"id", review}}}}}}}}}});
}

channel::Receipt read_response_answer(std::string_view body, channel::Receipt receipt) {
  const auto json = channel::parse_json(body);
  if (!json) return receipt;
  if (const StateRow* state = state_of(channel::at(*json, "data"))) receipt.moderation = state->moderation;
  return receipt;
}

std::optional<std::string> response_in(std::string_view review_body) {
  const auto json = channel::parse_json(review_body);
  if (!json) return {};
  std::string words = text_at(included_response(*json, ""), "attributes.responseBody");
  if (words.empty()) return {};
  return words;
}

std::optional<ReviewName> name_of(std::string_view external_id) {
  const std::string name = channel::review_of(external_id);
  const auto slash = name.find('/');
  if (slash == name.npos) return {};
  ReviewName out{name.substr(0, slash), name.substr(slash + 1)};
  if (!is_app(out.app) || !is_id(out.review)) return {};
  return out;
}

bool is_app(std::string_view id) {
  return !id.empty() && id.size() < 20 && std::all_of(id.begin(), id.end(), text::is_digit);
}

std::string language_of(std::string_view territory) {
  struct Row {
    std::string_view language, territories;
  };
  static constexpr Row kRows[] = {
      {"en", "USA GBR AUS NZL IRL"},
      {"de", "DEU AUT"},
      {"fr", "FRA"},
      {"es", "ESP MEX ARG CHL COL PER VEN ECU URY GTM CRI DOM SLV HND NIC PAN BOL"},
      {"it", "ITA"},
      {"pt", "BRA PRT"},
      {"nl", "NLD"},
      {"pl", "POL"},
      {"ja", "JPN"},
      {"ko", "KOR"},
      {"zh", "CHN TWN"},
      {"tr", "TUR"},
      {"ru", "RUS"},
      {"sv", "SWE"},
      {"da", "DNK"},
      {"fi", "FIN"},
      {"cs", "CZE"},
      {"el", "GRC"},
      {"hu", "HUN"},
      {"ro", "ROU"},
      {"vi", "VNM"},
      {"th", "THA"},
  };
  if (territory.size() != 3) return "";
  for (const Row& row : kRows) {
    if (row.territories.find(territory) != row.territories.npos) return std::string(row.language);
  }
  return "";
}

std::optional<Error> read_refusal(int status, std::string_view body) {
  if (status != 401 && status != 403) return {};
  const auto json = channel::parse_json(body);
  const std::string detail = json ? text::excerpt(text_at(*json, "errors.0.detail"), 300) : "";
  if (status == 401)
    return fail(
        Kind::unauthorized, "Apple: " + (detail.empty() ? "the key is not accepted" : detail),
        "Check issuer id, key id and key: a revoked key is refused the same way, and so is a clock that is wrong.");
  return fail(Kind::rejected, "Apple: " + (detail.empty() ? "refused" : detail),
              "The key needs the role Customer Support, App Manager or Admin, and access to this app.");
}

bool is_exhausted(std::string_view rate_limit) {
  constexpr std::string_view kLeft = "user-hour-rem:";
  const auto at = rate_limit.find(kLeft);
  if (at == rate_limit.npos) return false;
  const auto left = rate_limit.substr(at + kLeft.size());
  return text::trim(left.substr(0, left.find(';'))) == "0";
}

}  // namespace amends::connectors::app_store
