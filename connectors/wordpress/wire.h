// WordPress's JSON and ours: comments (wp/v2/comments, context=edit) and WooCommerce's product reviews, which are
// comments too and share their ids (wc/v3/products/reviews).
//
// An item's raw is {"site": "shop.example", "kind": "comment" | "review", "comment": {…}} with those fields that only
// the author or a moderator changes; a comment that went is {…, "kind": "gone", "comment": {"id": 5, "status": …}}.
// Sources: developer.wordpress.org/rest-api/reference/comments, woocommerce.github.io/woocommerce-rest-api-docs
// (both 2026-11-21).
//
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::wordpress {

enum class Source : std::uint8_t { comments, reviews };

struct Listed {
  model::Item item;
  std::int64_t id = 0;
  Timestamp at;
};

// One page as the site listed it, in its order. `own` are the ids of our users there. corrupt: no list of comments.
Result<std::vector<Listed>> read_list(std::string_view body, Source source, std::string_view site,
                                      const std::vector<std::int64_t>& own);

// The tombstone of a comment that was listed and is not any more. `status`: "trash", "spam", "" when nothing is left.
model::Item gone(std::int64_t id, std::string_view status, std::string_view site, Timestamp now);

// The same item with a version of its own (standing.h); "" leaves it as it is.
model::Item with_version(model::Item item, const std::string& version);

Result<model::Content> parse_item(const model::Item& item);

std::string external_id_of(std::int64_t id);               // "comment/5"
std::optional<std::int64_t> id_in(std::string_view name);  // of "comment/5" and "post/5"
std::string host_of(std::string_view server);              // what tells sites apart: host, port and path

// What a person reads of a comment's stored markup, in which a line break is one.
std::string text_of_markup(std::string_view raw);
// The other way: plain words as the markup that shows them.
std::string markup_of_text(std::string_view text);

// The body of POST wp/v2/comments.
std::string write_reply(std::int64_t post, std::int64_t parent, std::string_view text);

struct Posted {
  std::int64_t id = 0, author = 0;
  std::string text, link;
  model::Moderation moderation = model::Moderation::none;
};
// One comment, or each of a list. corrupt: none.
Result<Posted> read_posted(std::string_view body);
Result<std::vector<Posted>> read_posted_list(std::string_view body);

// "code" of WordPress's error object, "" when there is none: comment_duplicate, rest_cannot_read, …
std::string error_code(std::string_view body);

}  // namespace amends::connectors::wordpress
