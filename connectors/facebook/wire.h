// A Facebook page's comments, visitors' posts, mentions and recommendations, and ours. An item's raw is {"kind":
// "comment" | "post" | "mention" | "rating" | "gone" | "event", "page": its id, "post": what a comment stands under,
// "item": {…}} with what only its author changes; private messages have a shape of their own (common/meta/messages.h).
// Sources: the Graph API's reference of page feed, comment, recommendation and page webhooks, v23.0 (2026-11-21).
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/common/meta/progress.h"
#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::facebook {

inline constexpr std::string_view kCommentFields = "id,from,message,created_time,permalink_url,parent,attachment";

struct Listed {
  model::Item item;
  std::string name;  // for the standing: "comment/1_2"
  Timestamp at;
};

struct Listing {
  std::vector<Listed> items;
  std::string next;  // "after" of the page that follows
  Timestamp oldest;  // of what was listed; 0 when nothing was
  // What has to be read on below an entry: its "comments" or "messages".
  std::vector<meta::Job> more;
  std::vector<model::Item> messages;
};

// `edge`: feed, tagged, ratings, comments (of `under`), conversations, messages. corrupt: no list.
Result<Listing> read_listing(std::string_view body, std::string_view edge, std::string_view under,
                             std::string_view page, Timestamp now);

// entry[].changes of a delivery: comments, visitors' posts, mentions, ratings; their edits and removals. What we don't
// know is kept as an event. Likes, shares and what the page posted itself are left out.
Result<std::vector<model::Item>> read_changes(std::string_view body, std::string_view page, Timestamp received_at);

model::Item gone(const std::string& name, std::string_view page, const std::string& version, Timestamp now);
model::Item with_version(model::Item item, const std::string& version);

Result<model::Content> parse_item(const model::Item& item);

}  // namespace amends::connectors::facebook
