// What we post: the record, the name it gets, and what of its text is a link.
//
// Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/json.h"
#include "core/channel/post.h"

namespace amends::connectors::bluesky {

// The record key of an answer, from its outbox key: the same on every try, so that a second try meets the first one's
// post. A TID as atproto.com/specs/tid (2026-11-21) wants it: 13 of its base32 letters, its time between 2023 and 2026.
std::string record_key(std::string_view outbox_key);

// A piece of text that is a link or somebody's name, in bytes of UTF-8.
struct Piece {
  std::size_t from = 0, to = 0;
  std::string value;  // the address, or the handle without its @
};
std::vector<Piece> links_in(std::string_view text);
std::vector<Piece> handles_in(std::string_view text);

// Longer than 300 graphemes or 3000 bytes (app.bsky.feed.post): invalid, with a shortened text as its hint.
Result<Done> check_fits(std::string_view text);

// The record. `answered` is the post view of what it answers, null for none; `mentions` are pieces whose value is a
// DID; `images` an array as app.bsky.embed.images has it.
channel::Json record_of(const channel::Post& post, const channel::Json& answered, const std::vector<Piece>& mentions,
                        const channel::Json& images, Timestamp now);

// Whether the record that stands under our key is this one: the same words, answering the same.
bool same_post(const channel::Json& stands, const channel::Json& ours);

}  // namespace amends::connectors::bluesky
