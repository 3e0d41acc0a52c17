// An Instagram account's comments and mentions, and ours. An item's raw is {"kind": "comment" | "mention" | "gone" |
// "event", "account": its id, "media": {"id", "permalink"} of what it stands under, "item": {…}}; private messages have
// a shape of their own (common/meta/messages.h). Sources: developers.facebook.com/docs/instagram-platform, IG Media, IG
// Comment, webhooks, v23.0 (2026-11-21).
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

namespace amends::connectors::instagram {

inline constexpr std::string_view kCommentFields = "id,text,timestamp,username,from,hidden,parent_id";

struct Listed {
  model::Item item;
  std::string name;  // for the standing: "comment/17"
  Timestamp at;
};

struct Listing {
  std::vector<Listed> items;
  std::string next;
  Timestamp oldest;  // 0 when nothing was listed
  std::vector<meta::Job> more;
  std::vector<model::Item> messages;
};

struct Us {
  std::string id, username;
};

// `edge`: media, tags, comments or replies (of `under`), conversations, messages. corrupt: no list.
Result<Listing> read_listing(std::string_view body, std::string_view edge, std::string_view under, const Us& us,
                             Timestamp now);

// What a webhook tells: comments as they are written; a mention only by its ids, so that it has to be asked for.
struct Mention {
  std::string media, comment;  // comment "" when it stands in the caption
  Timestamp at;
};
struct Changes {
  std::vector<model::Item> items;
  std::vector<Mention> mentions;
};
Result<Changes> read_changes(std::string_view body, const Us& us, Timestamp received_at);
// The answer to asking for it, or "" when there was none: then the item says only where to look.
model::Item mention_of(const Mention& mention, std::string_view answer, const Us& us);

model::Item gone(const std::string& name, const Us& us, const std::string& version, Timestamp now);
model::Item with_version(model::Item item, const std::string& version);

Result<model::Content> parse_item(const model::Item& item);

}  // namespace amends::connectors::instagram
