// A Bluesky post as content. An item's raw is {"me": our DID, "post": {uri, cid, author, record}}, the same whether a
// notification or a feed brought it; of one that is gone {"deleted": uri}. Its name is its at:// address, which is
// unique in the whole network.
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::bluesky {

inline constexpr std::string_view kPostType = "app.bsky.feed.post";

// "at://did:plc:abc/app.bsky.feed.post/3k…" in its parts; empty when it is none.
struct PostAddress {
  std::string did, rkey;
};
PostAddress address_of(std::string_view uri);

// Where people see it; "" when the address is none.
std::string permalink_of(std::string_view uri);

// Of a post view or a notification (app.bsky.feed.defs#postView, app.bsky.notification.listNotifications#notification).
model::Item item_of(const channel::Json& post, std::string_view me, Timestamp now);
Result<model::Content> parse_item(std::string_view raw);

// The text of a record with its links in full: facets say which bytes are a link to where.
std::string text_of(const channel::Json& record);

}  // namespace amends::connectors::bluesky
