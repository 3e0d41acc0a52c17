// Items that somebody hands us as JSON of our own shape, one, a list, or {"items": […]}:
//
//   id          text, 1 to 200 bytes; the same id again replaces what it said        required
//   kind        review mention comment direct_message call form visit letter mail    as far as the channel takes them
//   author, handle    the name shown, and what tells authors apart
//   at, updated       RFC 3339; `updated` orders versions of the same id
//   rating      1 to 5
//   title, text, permalink (http or https), location, language (ISO 639-1)
//   reply_to    the id of what it answers
//   visibility  public or private; absent: by its kind
//   deleted     true: the author took it back
//   own         true: our side wrote it
//   media       [{"url", "kind": image video audio link, "alt"}], at most 20
//
// What isn't in this table is an error that names it: a misspelt field must not vanish. An item's raw is the object,
// its fields in the order of their names.
//
// Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::document {

inline constexpr std::size_t kMost = 100;             // items at once
inline constexpr std::size_t kLongestText = 100'000;  // bytes

// invalid: no such document; says which item and field. `kinds`: what the channel takes, the first one when none is
// said.
Result<std::vector<model::Item>> read(std::string_view body, std::span<const model::MessageKind> kinds, Timestamp now);

// corrupt when it is none.
Result<model::Content> parse(std::string_view raw);

// "+4915112345678" of "+49 151 12345678", "0049 (151) 123-45678"; lower case of an address of mail; others trimmed. ""
// when nothing is left.
std::string tidy_handle(std::string_view handle);

}  // namespace amends::connectors::document
