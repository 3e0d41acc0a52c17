// A message as somebody else's program says it, in our words: what plugins hand over. The same object is the item's raw
// bytes, so it is understood again whenever we like.
//
//   {"id": "42", "kind": "review", "text": "…", "author": {"name": "Maya", "handle": "maya", "url": "https://…",
//    "verified": true, "links": ["https://…"]}, "subject": "", "html": "", "at": "2026-11-21T09:30:00Z", "rating": 4,
//    "language": "en", "location": "", "permalink": "https://…", "visibility": "public", "answers": ["41"],
//    "version": "", "deleted": false, "media": [{"kind": "image", "url": "https://…", "alt": ""}],
//    "moderation": "pending", "moderation_reason": "", "own": false, "place": ""}
//
// Only `id` and `kind` must be there. Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::channel {

inline constexpr std::size_t kLongestItemId = 512;

// corrupt: no object, no id, a kind or a word that doesn't exist, a time that is none.
Result<model::Content> read_content(std::string_view json);
// The item that such an object is. corrupt: as above, or an id that is too long or has control characters.
Result<model::Item> item_of(std::string_view json, Timestamp now);

}  // namespace amends::channel
