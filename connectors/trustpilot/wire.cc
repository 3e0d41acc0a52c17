#include "connectors/trustpilot/wire.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::trustpilot {
namespace {

using channel::Json;
using channel::text_at;

Timestamp time_or(const Json& json, std::string_view path, Timestamp other) {
  return channel::time_at(json, path).value_or(other);
}

std::optional<channel::ReviewPieces> pieces_of(Json review) {
  const std::string id = text_at(review, "id");
  if (!is_id(id)) return {};
  channel::ReviewPieces out;
  const Timestamp created = time_or(review, "createdAt", {});
  if (const auto slot = review.find("companyReply"); slot != review.end()) {
    if (!text_at(*slot, "text").empty()) {
      const Timestamp at = time_or(*slot, "createdAt", created);
      out.reply = channel::ReviewPiece{id + "/reply", channel::dump(Json{{"reply", *slot}, {"review", id}}), at,
                                       time_or(*slot, "updatedAt", at), true};
    }
    review.erase(slot);
  }
  // Counters change by themselves; addresses of e-mail are nobody's business here.
  for (const char* key : {"numberOfLikes", "links", "referralEmail"}) review.erase(key);
  if (const auto who = review.find("consumer"); who != review.end() && who->is_object()) {
    for (const char* key : {"numberOfReviews", "email", "links"}) who->erase(key);
  }
  out.review = {id, channel::dump(Json{{"review", review}}), created, time_or(review, "updatedAt", created), false};
  out.order = created;
  return out;
}

model::Content content_of_review(const Json& review) {
  model::Content out;
  out.kind = model::MessageKind::review;
  out.message_id = text_at(review, "id");
  out.author.name = text::squeeze(text_at(review, "consumer.displayName"));
  out.author.handle = text_at(review, "consumer.id");
  if (is_id(out.author.handle)) out.author_url = "https://www.trustpilot.com/users/" + out.author.handle;
  out.subject = text::squeeze(text_at(review, "title"));
  out.text = std::string(text::trim(text_at(review, "text")));
  out.reply_text = out.text;
  const auto stars = channel::number_at(review, "stars");
  if (stars && *stars >= 1 && *stars <= 5) out.rating = static_cast<double>(*stars);
  out.language = text::ascii_lower(text_at(review, "language"));
  if (out.language.size() > 3) out.language.clear();
  out.date = channel::time_at(review, "createdAt");
  out.permalink = "https://www.trustpilot.com/reviews/" + out.message_id;
  out.location = text::squeeze(text_at(review, "location.name"));
  if (out.location.empty()) out.location = text::squeeze(text_at(review, "businessUnit.displayName"));
  if (const std::string order = text_at(review, "referenceId"); !order.empty())
    out.notes.push_back("order: " + text::excerpt(text::squeeze(order), 100));
  if (channel::flag_at(review, "isVerified")) out.notes.emplace_back("Trustpilot verified the purchase");
  if (const std::string status = text_at(review, "status"); !status.empty() && status != "active")
    out.notes.push_back("Trustpilot says: " + text::excerpt(text::squeeze(status), 40));
  out.version = channel::version_of(time_or(review, "updatedAt", out.date.value_or(Timestamp{})));
  return out;
}

model::Content content_of_reply(const Json& reply, const std::string& review) {
  model::Content out;
  out.kind = model::MessageKind::comment;
  out.message_id = review + "/reply";
  out.in_reply_to = {review};
  out.author.name = text::squeeze(text_at(reply, "authorBusinessUserName"));
  out.date = channel::time_at(reply, "createdAt");
  out.text = std::string(text::trim(text_at(reply, "text")));
  out.reply_text = out.text;
  out.moderation = model::Moderation::published;
  out.version = channel::version_of(time_or(reply, "updatedAt", out.date.value_or(Timestamp{})));
  return out;
}

}  // namespace

Result<channel::ReviewPage> read_reviews(std::string_view body, int page) {
  TRY(const Json json, channel::parse_json(body));
  if (!json.is_object()) return fail(Kind::corrupt, "the list of reviews is no object");
  channel::ReviewPage out;
  for (const Json& review : channel::list_at(json, "reviews")) {
    if (auto pieces = pieces_of(review)) {
      out.reviews.push_back(*std::move(pieces));
    } else {
      out.notes.emplace_back("a review without a proper id was left out");
    }
  }
  const Json& links = channel::list_at(json, "links");
  const bool more =
      std::any_of(links.begin(), links.end(), [](const Json& link) { return text_at(link, "rel") == "next-page"; });
  if (more && !out.reviews.empty()) out.next = std::to_string(page + 1);
  return out;
}

Result<channel::ReviewPieces> read_review(std::string_view body) {
  TRY(const Json json, channel::parse_json(body));
  if (json.is_object()) {
    if (auto pieces = pieces_of(json)) return *std::move(pieces);
  }
  return fail(Kind::corrupt, "the answer is no review");
}

Result<model::Content> parse_item(const model::Item& item) {
  if (auto gone = channel::read_tombstone(item.raw)) return *std::move(gone);
  TRY(const Json json, channel::parse_json(item.raw));
  model::Content out;
  if (json.contains("reply")) {
    out = content_of_reply(json["reply"], text_at(json, "review"));
    if (out.author.name.empty()) out.author.name = item.place;
  } else if (json.contains("review") && json["review"].is_object()) {
    out = content_of_review(json["review"]);
  } else {
    return fail(Kind::invalid, "neither a review nor a reply");
  }
  if (review_id(out.message_id).empty()) return fail(Kind::invalid, "the review has no proper id");
  if (out.location.empty()) out.location = item.place;
  out.visibility = model::Visibility::public_;
  out.auth.from_verified = true;
  out.from = {out.author};
  return out;
}

std::string reply_body(std::string_view text, std::string_view user) {
  return channel::dump(Json{{"authorBusinessUserId", user}, {"message", text}});
}

std::optional<std::string> reply_in(std::string_view review_body) {
  const auto json = channel::parse_json(review_body);
  if (!json) return {};
  std::string words = text_at(*json, "companyReply.text");
  if (words.empty()) return {};
  return words;
}

std::string review_id(std::string_view external_id) {
  std::string id = channel::review_of(external_id);
  return is_id(id) ? id : "";
}

bool is_id(std::string_view id) {
  const auto fits = [](char c) { return text::is_alpha(c) || text::is_digit(c); };
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), fits);
}

Result<Company> read_company(std::string_view body) {
  TRY(const Json json, channel::parse_json(body));
  Company out{text_at(json, "id"), text::squeeze(text_at(json, "displayName")),
              channel::number_at(json, "numberOfReviews.total"), channel::decimal_at(json, "score.trustScore")};
  if (!is_id(out.id)) return fail(Kind::corrupt, "the answer names no business unit");
  return out;
}

}  // namespace amends::connectors::trustpilot
