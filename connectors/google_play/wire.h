// Google Play's reviews as items and back. A review is a little conversation, the user's words and the developer's;
// here it is two items:
//
//   {"package": "com.example.app", "review": {…as Google gave it, without the developer's words and the votes…}}
//                                                     "com.example.app/gp:AOqpTOF", the user's
//   {"reply": {…}, "review": "com.example.app/gp:AOqpTOF"}      "com.example.app/gp:AOqpTOF/reply", our own
//
// Pure. Field names: Android Publisher API v3, reviews, read 2026-11-21.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/review_book.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::google_play {

// corrupt when the body is no JSON object. What isn't a review with words of a user is left out with a note.
Result<channel::ReviewPage> read_reviews(std::string_view body, std::string_view package);
Result<channel::ReviewPieces> read_review(std::string_view body, std::string_view package);
Result<model::Content> parse_item(const model::Item& item);

std::string reply_body(std::string_view text);
// The developer's words in a review's slot; nothing when it is empty.
std::optional<std::string> reply_in(std::string_view review_body);

// What an external id of ours names. Nothing when it is none.
struct ReviewName {
  std::string package, review;
};
std::optional<ReviewName> name_of(std::string_view external_id);
bool is_package(std::string_view name);

// A refusal in our words: a service account that may not see the app. Nothing: the status says enough.
std::optional<Error> read_refusal(int status, std::string_view body);

}  // namespace amends::connectors::google_play
