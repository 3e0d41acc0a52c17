// A thing of Reddit (comment t1, post t3, private message t4) as content. An item's raw is {"kind": "mention", "reply",
// "post", "message" or "own", "thing": what stays the same of it, whichever listing it came by}; of one that is gone
// {"deleted": its fullname}. Its name is the fullname, unique on the site.
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::reddit {

// The things of a listing ({"kind": "Listing", "data": {"children": […]}}); an empty list for anything else.
const channel::Json& things_of(const channel::Json& listing);

// What a thing of the inbox or a search is to us, in one word of the envelope; "" for what is nothing to us.
std::string_view kind_of(const channel::Json& thing, std::string_view me);

// When it was written or last edited, in whole seconds of Unix time.
std::string version_of(const channel::Json& thing);
Timestamp written_at(const channel::Json& thing, Timestamp otherwise);
// Its author or a moderator took it away: Reddit leaves "[deleted]" or "[removed]" standing there.
bool is_gone(const channel::Json& thing);

model::Item item_of(const channel::Json& thing, std::string_view kind, Timestamp now);
Result<model::Content> parse_item(std::string_view raw);

}  // namespace amends::connectors::reddit
