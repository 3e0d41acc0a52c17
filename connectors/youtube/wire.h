// YouTube's comments as items and back. A thread is a comment and replies to it; each of them is an item:
//
//   {"comment": {"id": …, "snippet": {…as YouTube gave it, without counters, pictures and what the viewer may do…}}}
//
// under the comment's own id; a reply's id begins with that of the comment it stands under ("Ugx….9abc").
//
// Pure. Field names: YouTube Data API v3, commentThreads and comments, read 2026-11-21.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/review_book.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::youtube {

struct Thread {
  std::string id;
  Timestamp published;
  channel::ReviewPiece top;
  std::vector<channel::ReviewPiece> replies;  // those that came along
  std::int64_t reply_count = 0;               // all there are
};
struct ThreadPage {
  std::vector<Thread> threads;
  std::string next;
  std::vector<std::string> notes;
};
// `own_channel` tells our comments from those of others.
Result<ThreadPage> read_threads(std::string_view body, std::string_view own_channel);

struct CommentPage {
  std::vector<channel::ReviewPiece> comments;
  std::string next;
};
Result<CommentPage> read_comments(std::string_view body, std::string_view own_channel);

Result<model::Content> parse_item(const model::Item& item);

std::string reply_body(std::string_view thread, std::string_view text);
// The comment that YouTube made of our words: its id and state.
struct Made {
  std::string id, permalink;
  model::Moderation moderation = model::Moderation::none;
};
std::optional<Made> read_made(std::string_view body);
// Whether one of these comments is ours, says `text` and isn't older than `since`.
bool holds_our_words(std::string_view comments_body, std::string_view own_channel, std::string_view text,
                     Timestamp since);

// The id of the comment at the top of the thread, out of any external id of ours; "" when it is none.
std::string thread_of(std::string_view external_id);

// Midnight in California, when the daily quota starts anew (US rules of summer time: from the second Sunday of March
// to the first of November, at two o'clock).
Timestamp next_pacific_midnight(Timestamp now);

// How long to wait when the answer says that the quota is used up or calls come too fast.
std::optional<std::chrono::seconds> limit_in(int status, std::string_view body, Timestamp now);
// A refusal in our words. Nothing: the status says enough.
std::optional<Error> read_refusal(int status, std::string_view body);

}  // namespace amends::connectors::youtube
