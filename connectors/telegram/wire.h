// Telegram's updates as content. An item's raw is {"bot": our bot's id, "kind": the update's kind, "message": the
// message as Telegram gave it}. Message ids count within a chat and chats within a bot, so an item is named
// "bot/chat/message".
//
// Pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::telegram {

// "123456:AAF…" -> "123456"; "" when the token is none.
std::string bot_id_of(std::string_view token);

struct MessageName {
  std::string bot, chat, message;
};
std::optional<MessageName> name_of(std::string_view external_id);

// Nothing for what is no message: who joined, what was pinned. An update of a kind unknown to us is an item without
// words.
std::optional<model::Item> item_of(const channel::Json& update, std::string_view bot, Timestamp now);
Result<model::Content> parse_item(std::string_view raw);

// Text with the addresses that its links hide; entities count in UTF-16 code units.
std::string with_links(std::string_view text, const channel::Json& entities);

}  // namespace amends::connectors::telegram
