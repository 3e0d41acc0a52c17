#include "connectors/google_business/wire.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/mime/transfer.h"

namespace amends::connectors::google_business {
namespace {

using channel::Json;
using channel::text_at;

constexpr std::array<std::string_view, 5> kStars = {"ONE", "TWO", "THREE", "FOUR", "FIVE"};

// accounts/{}/locations/{} or …/reviews/{}: `parts` segments, none of them empty or strange.
bool is_name(std::string_view name, std::size_t parts) {
  static constexpr std::string_view kWords[] = {"accounts", "locations", "reviews"};
  const auto segments = text::split(name, '/');
  if (segments.size() != parts) return false;
  for (std::size_t i = 0; i < parts; ++i) {
    if (i % 2 == 0 ? segments[i] != kWords[i / 2] : segments[i].empty()) return false;
    for (const char c : segments[i]) {
      if (!text::is_alpha(c) && !text::is_digit(c) && std::string_view("-_=.~+").find(c) == std::string_view::npos)
        return false;
    }
  }
  return true;
}

Timestamp time_or(const Json& json, std::string_view path, Timestamp other) {
  return channel::time_at(json, path).value_or(other);
}

// Addresses of media may be signed anew on every call; what changes by itself is no edit.
void steady_urls(Json& review) {
  const auto media = review.find("reviewMediaItems");
  if (media == review.end() || !media->is_array()) return;
  for (auto& one : *media) {
    if (!one.is_object()) continue;
    for (auto& field : one) {
      if (!field.is_string()) continue;
      auto& url = field.get_ref<std::string&>();
      if (url.find("xpire") != url.npos || url.find("ignature") != url.npos)
        url.resize(std::min(url.find('?'), url.size()));
    }
  }
}

std::optional<channel::ReviewPieces> pieces_of(const Json& given) {
  Json review = given;
  const std::string name = text_at(review, "name");
  if (!is_name(name, 6)) return {};
  channel::ReviewPieces out;
  const Timestamp created = time_or(review, "createTime", time_or(review, "updateTime", {}));
  if (const auto slot = review.find("reviewReply"); slot != review.end()) {
    if (slot->is_object() && !text_at(*slot, "comment").empty()) {
      const Timestamp at = time_or(*slot, "updateTime", created);
      out.reply =
          channel::ReviewPiece{name + "/reply", channel::dump(Json{{"reply", *slot}, {"review", name}}), at, at, true};
    }
    review.erase(slot);
  }
  if (const auto who = review.find("reviewer"); who != review.end() && who->is_object()) who->erase("profilePhotoUrl");
  steady_urls(review);
  const Timestamp updated = time_or(review, "updateTime", created);
  out.review = {name, channel::dump(Json{{"review", review}}), created, updated, false};
  out.order = updated;
  return out;
}

void read_media(const Json& review, model::Content& out) {
  for (const Json& one : channel::list_at(review, "reviewMediaItems")) {
    const std::string video = text_at(one, "videoUrl");
    const std::string picture = text_at(one, "thumbnailUrl");
    const std::string& url = video.empty() ? picture : video;
    if (!text::starts_with_ignoring_case(url, "http")) continue;
    out.media.push_back({video.empty() ? model::MediaKind::image : model::MediaKind::video, url, ""});
  }
}

void read_text(const std::string& comment, model::Content& out) {
  Translated both = split_translation(comment);
  out.text = std::move(both.original);
  out.reply_text = out.text;
  if (!both.translation.empty()) out.notes.push_back("Google's translation: " + both.translation);
}

model::Content content_of_review(const Json& review) {
  model::Content out;
  out.kind = model::MessageKind::review;
  out.message_id = text_at(review, "name");
  const bool anonymous = channel::flag_at(review, "reviewer.isAnonymous");
  out.author.name = text::squeeze(text_at(review, "reviewer.displayName"));
  // Google names no reviewer by an id. One person writes one review of a place, so the review's own name tells them
  // apart and takes nobody for somebody else.
  if (!anonymous && !out.author.name.empty()) out.author.handle = out.message_id;
  const std::string stars = text_at(review, "starRating");
  const auto* const star = std::find(kStars.begin(), kStars.end(), stars);
  if (star != kStars.end()) {
    out.rating = static_cast<double>(star - kStars.begin() + 1);
  } else if (!stars.empty()) {
    out.notes.push_back("no rating: \"" + text::excerpt(stars, 40) + "\"");
  }
  read_text(text_at(review, "comment"), out);
  out.date = channel::time_at(review, "createTime");
  out.permalink = text_at(review, "reviewReplyUrl");
  if (!text::starts_with_ignoring_case(out.permalink, "https://")) out.permalink.clear();
  read_media(review, out);
  out.version = channel::version_of(time_or(review, "updateTime", out.date.value_or(Timestamp{})));
  return out;
}

struct StateRow {
  std::string_view word;
  model::Moderation moderation;
  int order;  // of states at the same moment
};
// The reference names PENDING, APPROVED and REJECTED; ACTIVE is what some clients saw.
constexpr StateRow kStates[] = {
    {"PENDING", model::Moderation::pending, 1},
    {"APPROVED", model::Moderation::published, 2},
    {"ACTIVE", model::Moderation::published, 2},
    {"REJECTED", model::Moderation::rejected, 3},
};
const StateRow* state_of(const Json& reply) {
  const std::string word = text_at(reply, "reviewReplyState");
  for (const auto& row : kStates) {
    if (row.word == word) return &row;
  }
  return nullptr;
}

// "OFFENSIVE_LANGUAGE" as words; an object gives the first text in it.
std::string violation_of(const Json& reply) {
  const Json& given = channel::at(reply, "policyViolation");
  std::string word = given.is_string() ? given.get<std::string>() : "";
  if (given.is_object()) {
    for (const auto& field : given) {
      if (field.is_string() && word.empty()) word = field.get<std::string>();
    }
  }
  if (word.find("UNSPECIFIED") != word.npos) return "";
  return text::excerpt(text::ascii_lower(text::replace_all(word, "_", " ")), 300);
}

model::Content content_of_reply(const Json& reply, const std::string& review) {
  model::Content out;
  out.kind = model::MessageKind::comment;
  out.message_id = review + "/reply";
  out.in_reply_to = {review};
  out.date = channel::time_at(reply, "updateTime");
  read_text(text_at(reply, "comment"), out);
  const StateRow* state = state_of(reply);
  if (state != nullptr) {
    out.moderation = state->moderation;
    if (state->moderation == model::Moderation::rejected) out.moderation_reason = violation_of(reply);
  } else if (const std::string word = text_at(reply, "reviewReplyState"); !word.empty()) {
    out.notes.push_back("state of the reply not understood: \"" + text::excerpt(word, 40) + "\"");
  }
  out.version = channel::version_of(out.date.value_or(Timestamp{}), state == nullptr ? 0 : state->order);
  return out;
}

}  // namespace

Result<channel::ReviewPage> read_reviews(std::string_view body) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of reviews is no object");
  channel::ReviewPage out;
  for (const Json& review : channel::list_at(json, "reviews")) {
    if (auto pieces = pieces_of(review)) {
      out.reviews.push_back(*std::move(pieces));
    } else {
      out.notes.emplace_back("a review without a proper name was left out");
    }
  }
  out.next = text_at(json, "nextPageToken");
  out.total = channel::number_at(json, "totalReviewCount");
  out.average = channel::decimal_at(json, "averageRating");
  return out;
}

Result<channel::ReviewPieces> read_review(std::string_view body) {
  TRY(const Json json, channel::parse_json(body));
  if (auto pieces = pieces_of(json)) return *std::move(pieces);
  return fail(Kind::corrupt, "the answer is no review");
}

Result<model::Content> parse_item(const model::Item& item) {
  TRY(const Json json, channel::parse_json(item.raw));
  model::Content out;
  if (auto gone = channel::read_tombstone(item.raw)) {
    out = *std::move(gone);
  } else if (json.contains("review") && json["review"].is_object()) {
    out = content_of_review(json["review"]);
  } else if (json.contains("reply")) {
    out = content_of_reply(json["reply"], text_at(json, "review"));
    out.author.name = item.place;
  } else {
    return fail(Kind::invalid, "neither a review nor a reply");
  }
  if (review_name(out.message_id).empty()) return fail(Kind::invalid, "the review has no proper name");
  out.visibility = model::Visibility::public_;
  out.auth.from_verified = true;
  out.from = {out.author};
  out.location = item.place;
  return out;
}

channel::Receipt read_reply_answer(std::string_view body, channel::Receipt receipt) {
  const auto json = channel::parse_json(body);
  if (!json) return receipt;
  const StateRow* state = state_of(*json);
  receipt.moderation = state == nullptr ? model::Moderation::none : state->moderation;
  return receipt;
}

std::string reply_body(std::string_view text) { return channel::dump(Json{{"comment", text}}); }

std::optional<std::string> reply_in(std::string_view review_body) {
  const auto json = channel::parse_json(review_body);
  if (!json) return {};
  std::string words = text_at(*json, "reviewReply.comment");
  if (words.empty()) return {};
  return words;
}

Translated split_translation(std::string_view text) {
  constexpr std::string_view kTranslated = "(Translated by Google)";
  constexpr std::string_view kOriginal = "(Original)";
  const auto made = text.find(kTranslated);
  if (made == text.npos) return {std::string(text::trim(text)), ""};
  const auto from = text.find(kOriginal, made);
  if (from != text.npos) {  // the translation comes first
    const auto start = made + kTranslated.size();
    return {std::string(text::trim(text.substr(from + kOriginal.size()))),
            std::string(text::trim(text.substr(start, from - start)))};
  }
  if (const auto before = text::trim(text.substr(0, made)); !before.empty())
    return {std::string(before), std::string(text::trim(text.substr(made + kTranslated.size())))};
  return {std::string(text::trim(text)), ""};
}

std::string review_name(std::string_view external_id) {
  std::string name = channel::review_of(external_id);
  return is_name(name, 6) ? name : "";
}

bool is_location_name(std::string_view name) { return is_name(name, 4); }

Result<PlacePage> read_accounts(std::string_view body) {
  TRY(const Json json, channel::parse_json(body));
  PlacePage out;
  for (const Json& one : channel::list_at(json, "accounts")) {
    if (std::string name = text_at(one, "name"); is_name(name, 2))
      out.places.push_back({name, text_at(one, "accountName")});
  }
  out.next = text_at(json, "nextPageToken");
  return out;
}

Result<PlacePage> read_locations(std::string_view body, std::string_view account) {
  TRY(const Json json, channel::parse_json(body));
  PlacePage out;
  for (const Json& one : channel::list_at(json, "locations")) {
    std::string name = std::string(account) + "/" + text_at(one, "name");
    if (!is_location_name(name)) continue;
    std::string title = text::squeeze(text_at(one, "title"));
    if (const std::string town = text_at(one, "storefrontAddress.locality"); !title.empty() && !town.empty())
      title += ", " + town;
    out.places.push_back({name, title.empty() ? name : title});
  }
  out.next = text_at(json, "nextPageToken");
  return out;
}

Result<Push> read_push(std::string_view body, Timestamp received) {
  TRY(const Json envelope, channel::parse_json(body));
  std::string data;
  mime::decode_base64(text_at(envelope, "message.data"), data);
  Push out;
  out.id = text_at(envelope, "message.messageId");
  out.at = time_or(envelope, "message.publishTime", received);
  const auto json = channel::parse_json(data);
  if (!json) return out;
  out.type = text_at(*json, "type").empty() ? text_at(*json, "notificationType") : text_at(*json, "type");
  out.review = text_at(*json, "reviewName").empty() ? text_at(*json, "review") : text_at(*json, "reviewName");
  out.location = text_at(*json, "locationName").empty() ? text_at(*json, "location") : text_at(*json, "locationName");
  out.review = review_name(out.review);
  return out;
}

std::optional<Error> read_refusal(int status, std::string_view body) {
  if (status != 403 && status != 429) return {};
  const auto json = channel::parse_json(body);
  if (!json) return {};
  const std::string message = text::excerpt(text_at(*json, "error.message"), 300);
  std::string reason, limit;
  for (const Json& detail : channel::list_at(*json, "error.details")) {
    if (reason.empty()) reason = text_at(detail, "reason");
    if (limit.empty()) limit = text_at(detail, "metadata.quota_limit_value");
  }
  constexpr const char* kApproval =
      "Google opens the reviews API to a project only after its approval: ask for it with the form \"Application for "
      "Basic API Access\" in the Business Profile API's prerequisites. Until then new reviews still come in by "
      "Google's "
      "notification mails.";
  if (status == 429 && limit == "0")
    return fail(Kind::rejected, "Google: the project's quota is 0: " + message, kApproval);
  if (status != 403 || is_limit(status, body)) return {};
  if (reason == "SERVICE_DISABLED" || message.find("has not been used in project") != message.npos)
    return fail(
        Kind::rejected, "Google: the API is switched off in the project: " + message,
        "Enable the Google My Business API, the My Business Account Management API and the My Business Business "
        "Information API in the Google Cloud console. " +
            std::string(kApproval));
  if (reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    return fail(Kind::unauthorized, "Google: the permission to manage the business was not given",
                "Connect the account again and leave the box for the business profile ticked.");
  return fail(Kind::rejected, "Google: " + (message.empty() ? "refused" : message),
              "The signed-in person must own or manage this location and the location must be verified. " +
                  std::string(kApproval));
}

bool is_limit(int status, std::string_view body) {
  if (status != 403) return false;
  const auto json = channel::parse_json(body);
  if (!json) return false;
  if (text_at(*json, "error.status") == "RESOURCE_EXHAUSTED") return true;
  static constexpr std::string_view kReasons[] = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded",
                                                  "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"};
  const auto said = [&](const Json& one) {
    const std::string reason = text_at(one, "reason");
    return std::find(std::begin(kReasons), std::end(kReasons), reason) != std::end(kReasons);
  };
  const Json& errors = channel::list_at(*json, "error.errors");
  const Json& details = channel::list_at(*json, "error.details");
  return std::any_of(errors.begin(), errors.end(), said) || std::any_of(details.begin(), details.end(), said);
}

}  // namespace amends::connectors::google_business
