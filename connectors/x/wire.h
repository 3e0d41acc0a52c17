// A post of X as content. An item's raw is {"me": our user id, "post": the post, "author": who wrote it, "media": what
// it shows}, gathered from an answer's data and includes, without what moves by itself; of one that is gone {"deleted":
// id}.
//
// An edit is a post with an id of its own: the item's name is the id of the first version, its version the id at hand.
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::x {

// The id of the first version, and of the last one that the post itself knows of.
std::string first_id(const channel::Json& post);
std::string last_id(const channel::Json& post);
// Ids are numbers that grow with time and don't fit a double.
bool older_id(std::string_view a, std::string_view b);

// What the post answers; "" when nothing.
std::string answered_by(const channel::Json& post);

// Whether its author shows their posts to followers only (an answer's includes say so).
bool is_protected(const channel::Json& post, const channel::Json& includes);

model::Item item_of(const channel::Json& post, const channel::Json& includes, std::string_view me, Timestamp now);
Result<model::Content> parse_item(std::string_view raw);

// The words as their author wrote them: long posts in full, links as they were, no link to its own pictures.
std::string text_of(const channel::Json& post);
// The same words, apart from the names that X puts in front of an answer.
bool same_words(const channel::Json& post, std::string_view text);

}  // namespace amends::connectors::x
