// Trustpilot's service reviews as items and back; a review and the company's reply to it are two items:
//
//   {"review": {…as Trustpilot gave it, without the reply, counters, links and addresses…}} "507f191e810c19729de860ea"
//   {"reply": {…}, "review": "507f191e810c19729de860ea"}                                        "…/reply", our own
//
// Pure. Field names: as third parties describe Trustpilot's private API, read 2026-11-21; what is absent is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/review_book.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::trustpilot {

// `page` is the number of this one; the next one's number when there is one is the page's `next`.
Result<channel::ReviewPage> read_reviews(std::string_view body, int page);
Result<channel::ReviewPieces> read_review(std::string_view body);
Result<model::Content> parse_item(const model::Item& item);

std::string reply_body(std::string_view text, std::string_view user);
// The company's words in a review's slot; nothing when it is empty.
std::optional<std::string> reply_in(std::string_view review_body);

// The review's id out of any external id of ours; "" when it is none.
std::string review_id(std::string_view external_id);
bool is_id(std::string_view id);

struct Company {
  std::string id, name;
  std::optional<std::int64_t> reviews;
  std::optional<double> score;
};
Result<Company> read_company(std::string_view body);

}  // namespace amends::connectors::trustpilot
