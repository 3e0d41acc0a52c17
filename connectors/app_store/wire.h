// The App Store's customer reviews as items and back; a review and the developer's response to it are two items:
//
//   {"app": "310633997", "review": {"type": "customerReviews", "id": …, "attributes": {…}}}     "310633997/<id>"
//   {"reply": {"type": "customerReviewResponses", "id": …, "attributes": {…}}, "review": "310633997/<id>"}   "…/reply"
//
// Pure. Field names: App Store Connect API 3.7, customerReviews and customerReviewResponses, read 2026-11-21.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/review_book.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::app_store {

// corrupt when the body is no JSON object. `next` of the page is a whole address.
Result<channel::ReviewPage> read_reviews(std::string_view body, std::string_view app);
Result<channel::ReviewPieces> read_review(std::string_view body, std::string_view app);
Result<model::Content> parse_item(const model::Item& item);

std::string response_body(std::string_view review, std::string_view text);
channel::Receipt read_response_answer(std::string_view body, channel::Receipt receipt);
// The developer's words beside a review that was asked for with its response; nothing when there are none.
std::optional<std::string> response_in(std::string_view review_body);

struct ReviewName {
  std::string app, review;
};
std::optional<ReviewName> name_of(std::string_view external_id);
bool is_app(std::string_view id);

// What most people of a storefront write in, where one language is plain: "DEU" is "de", "CHE" is "". For texts too
// short to tell by themselves.
std::string language_of(std::string_view territory);

std::optional<Error> read_refusal(int status, std::string_view body);
// Whether "user-hour-lim:3500;user-hour-rem:0;" says that nothing is left.
bool is_exhausted(std::string_view rate_limit);

}  // namespace amends::connectors::app_store
