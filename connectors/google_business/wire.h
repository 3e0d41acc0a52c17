// Google's reviews as items and back. A review and the owner's reply to it come as one object; here they are two items,
// because they are two people's words with two histories:
//
//   {"review": {…as Google gave it, without its reply and the reviewer's picture…}} "accounts/1/locations/2/reviews/3"
//   {"reply": {…}, "review": "accounts/1/locations/2/reviews/3"}                        "…/reviews/3/reply", our own
//
// Pure. Field names: Business Profile API reference v4, accounts.locations.reviews, with the fields of 2026
// (reviewReplyState, policyViolation, reviewMediaItems, reviewReplyUrl), read 2026-11-21.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/review_book.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::google_business {

// corrupt when the body is no JSON object. A review that can't be named is left out with a note.
Result<channel::ReviewPage> read_reviews(std::string_view body);
// corrupt when it is no review.
Result<channel::ReviewPieces> read_review(std::string_view body);

Result<model::Content> parse_item(const model::Item& item);

// What Google answers to a reply that was put into its slot.
channel::Receipt read_reply_answer(std::string_view body, channel::Receipt receipt);
std::string reply_body(std::string_view text);
// The owner's words in a review's slot; nothing when it is empty.
std::optional<std::string> reply_in(std::string_view review_body);

// "(Translated by Google) Nice place\n\n(Original)\nSchöner Laden", and the other order.
struct Translated {
  std::string original, translation;
};
Translated split_translation(std::string_view text);

// The name of a review, "accounts/{}/locations/{}/reviews/{}", out of any external id of ours: a reply's, or one with a
// version behind ";". "" when it is none.
std::string review_name(std::string_view external_id);
bool is_location_name(std::string_view name);

struct PlacePage {
  std::vector<channel::ReviewPlace> places;
  std::string next;
};
Result<PlacePage> read_accounts(std::string_view body);
Result<PlacePage> read_locations(std::string_view body, std::string_view account);

// A push message of Pub/Sub about an account's locations.
struct Push {
  std::string type;    // "NEW_REVIEW", "UPDATED_REVIEW", …
  std::string review;  // its name; "" for other news
  std::string location;
  std::string id;  // of the message
  Timestamp at;
};
Result<Push> read_push(std::string_view body, Timestamp received);

// A refusal in our words: a project that Google hasn't approved, an API that is switched off, a location that isn't
// verified. Nothing: the status says enough.
std::optional<Error> read_refusal(int status, std::string_view body);
// Whether an answer that isn't 429 means "too much, later".
bool is_limit(int status, std::string_view body);

}  // namespace amends::connectors::google_business
