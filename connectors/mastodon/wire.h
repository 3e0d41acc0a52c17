// A Mastodon status as content and back. An item's raw is {"me": our account id, "status": the status as the server
// gave it, without what changes by itself}; of one that is gone {"deleted": id}. Ids are "host/id": a status id is
// unique on its server only.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::mastodon {

// "https://Mastodon.Example/" -> "mastodon.example", with its port when it has one.
std::string host_of(std::string_view server);

// "mastodon.example/123" -> "123".
std::string_view bare_id(std::string_view external_id);

// What an edit changes: edited_at, else created_at.
std::string version_of(const channel::Json& status);

model::Item item_of(channel::Json status, std::string_view me, std::string_view host, Timestamp now);
model::Item tombstone(std::string_view id, std::string_view host, bool own, Timestamp now);
Result<model::Content> parse_item(std::string_view raw, std::string_view host);

// Plain text of a status: mentions and hashtags without their addresses, shortened links in full.
std::string text_of(std::string_view html);

// A text as the server counts it (docs.joinmastodon.org, user/posting, 2026-11-21): every link `per_link` characters
// long, of a mention the domain left out.
std::string as_counted(std::string_view text, std::int64_t per_link);

// The same words, however the server dressed them up: for finding our own status again.
bool same_words(std::string_view status_html, std::string_view text);

// What a status of ours carries beside its text when it answers `answered` (null: nothing).
std::string reply_visibility(const channel::Json& answered, model::Visibility wanted);

}  // namespace amends::connectors::mastodon
