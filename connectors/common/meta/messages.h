// Private messages of Messenger and Instagram, which share one shape in webhooks, listings and sending.
//
// A message's raw is {"kind": "message", "owner": id of the page or account, "message": {"id", "from", "to",
// "created_time", "message", "attachments": [{"type", "name"}], "reply_to"}}, however it came; {"kind": "unsent", …}
// when its author took it back. Addresses of pictures are left out: they are signed and end after days. Sources:
// developers.facebook.com/docs/messenger-platform (webhooks, send-messages, conversations), 2026-11-21.
//
// Pure but for send_private(). Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/api.h"
#include "core/channel/connector.h"
#include "core/channel/post.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::meta {

// The entry[].messaging of a delivery whose "object" is `object`. Read receipts, typing and the like are left out.
// corrupt: no such delivery.
Result<std::vector<model::Item>> read_messaging(std::string_view body, std::string_view object, std::string_view owner,
                                                Timestamp received_at);

// The messages of a thread as listed (…/messages, or messages{…} of …/conversations): JSON with "data".
std::vector<model::Item> read_messages(std::string_view list, std::string_view owner, Timestamp now);

bool is_message(std::string_view raw);
Result<model::Content> parse_message(const model::Item& item);

// A change in public that we have no words for ({"kind": "event", "item": {"field"}}), as an item with a note of it.
// Nothing for what isn't one; corrupt: it came so late that somebody replays it ({"late": true}).
Result<std::optional<model::Content>> parse_event(std::string_view external_id, std::string_view raw);

// POST <owner>/messages. Within the 24 hours as an answer; when Meta says that they are over and a person wrote it,
// once more with the tag that gives people seven days. A file is uploaded first (POST <owner>/message_attachments) and
// is the message: one carries words or a file.
Result<channel::Receipt> send_private(channel::Api& api, const channel::Outbound& outbound, const channel::Post& post,
                                      std::string_view owner, const channel::Fields& query);

}  // namespace amends::connectors::meta
