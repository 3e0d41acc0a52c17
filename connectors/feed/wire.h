// RSS 0.9x, 1.0 (RDF) and 2.0, Atom (RFC 4287) and JSON Feed 1.0 and 1.1 to entries of one shape, and those to content.
// An item's raw is one entry as JSON: {"id", "title", "link", "author", "author_url", "published", "updated", "html" or
// "text", "language", "media": [{"url", "type"}], "feed": title of the feed}.
//
// XML is read without a DTD: no entity of its own is ever opened, one that declares some is refused.
// Sources: rssboard.org/rss-specification, web.resource.org/rss/1.0, RFC 4287, jsonfeed.org/version/1.1 (2026-11-21).
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::feed {

struct Entry {
  std::string id, title, link, author, author_url, published, updated, html, text, language;
  struct Medium {
    std::string url, type;
  };
  std::vector<Medium> media;
};

struct Feed {
  std::string format;  // "RSS", "RDF", "Atom", "JSON Feed"
  std::string title, language;
  std::vector<Entry> entries;  // each id once: of two the one changed last, or else the first
};

// `content_type`: of the answer, for its charset. corrupt: no feed, or one that declares entities.
Result<Feed> read_feed(std::string bytes, std::string_view content_type);

model::Item item_of(const Entry& entry, const Feed& feed, Timestamp now);
Result<model::Content> parse_item(std::string_view raw);

// What is listened for: title and words, whole words, without regard to case. No words at all: everything.
struct Query {
  enum class Mode { any, all, phrase } mode = Mode::any;
  std::vector<std::string> words, excludes;
};
Query query_of(const channel::Settings& settings);
bool fits(const Entry& entry, const Query& query);

}  // namespace amends::connectors::feed
