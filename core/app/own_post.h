// Our own posts until the site's copy of them comes: the payload that the outbox holds is also the raw item behind the
// message on the timeline.
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>

#include "core/app/hub.h"
#include "core/channel/post.h"
#include "core/model/content.h"

namespace amends::app {

// Item::place of what the outbox holds.
inline constexpr std::string_view kOutboxPlace = "outbox";

// Who we are in an account: the brand, under the account's own handle.
model::Party our_voice(const HubAccount& account, const std::string& brand_name);

// What the timeline shows of a post; `message_id` is ours until the site has named it.
model::Content content_of_own(const channel::Post& post, const model::Party& author, model::MessageKind kind,
                              Timestamp at, std::string message_id);
// What kind our answer to something of this kind is.
model::MessageKind kind_of_answer(model::MessageKind answered);

}  // namespace amends::app
