#include "connectors/reddit/wire.h"

#include <utility>

#include "core/base/text.h"

namespace amends::connectors::reddit {
namespace {

using channel::at;
using channel::decimal_at;
using channel::flag_at;
using channel::Json;
using channel::text_at;

// Of a thing's data: what is the same in every listing, and doesn't move by itself as votes do.
constexpr const char* kKept[] = {"name",       "author",      "body",      "selftext", "title",
                                 "link_title", "created_utc", "edited",    "dest",     "parent_id",
                                 "link_id",    "subreddit",   "permalink", "context",  "is_self",
                                 "url",        "post_hint",   "over_18",   "spoiler",  "distinguished"};

bool is_nobody(std::string_view author) { return author.empty() || author == "[deleted]" || author == "[removed]"; }

std::string fullname_of(const Json& thing) {
  std::string name = text_at(thing, "data.name");
  if (name.empty() && !text_at(thing, "data.id").empty())
    name = text_at(thing, "kind") + "_" + text_at(thing, "data.id");
  return name;
}

std::string page_of(const Json& data) {
  std::string path = text_at(data, "permalink");
  if (path.empty()) path = text_at(data, "context");
  path = path.substr(0, path.find('?'));
  return path.size() > 1 && path[0] == '/' && path[1] != '/' ? "https://www.reddit.com" + path : std::string();
}

void add_link(const Json& data, model::Content& out) {
  const std::string url = text_at(data, "url");
  const bool web = text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
  if (!web || flag_at(data, "is_self")) return;
  const bool image = text_at(data, "post_hint") == "image" || url.find("://i.redd.it/") != url.npos;
  out.media.push_back({image ? model::MediaKind::image : model::MediaKind::link, url, ""});
}

}  // namespace

const Json& things_of(const Json& listing) { return channel::list_at(listing, "data.children"); }

std::string_view kind_of(const Json& thing, std::string_view me) {
  const std::string kind = text_at(thing, "kind");
  if (fullname_of(thing).empty()) return "";
  if (text::equals_ignoring_case(text_at(thing, "data.author"), me)) return kind == "t1" ? "own" : "";
  if (kind == "t3") return "post";
  if (kind == "t4") return "message";
  if (kind != "t1") return "";
  return text_at(thing, "data.type") == "username_mention" ? "mention" : "reply";
}

std::string version_of(const Json& thing) {
  auto at = decimal_at(thing, "data.edited");
  if (!at) at = decimal_at(thing, "data.created_utc");
  return at && *at > 0 && *at < 1e11 ? std::to_string(static_cast<std::int64_t>(*at)) : std::string();
}

Timestamp written_at(const Json& thing, Timestamp otherwise) {
  const auto at = decimal_at(thing, "data.created_utc");
  return at && *at > 0 && *at < 1e11 ? Timestamp{static_cast<std::int64_t>(*at) * 1000} : otherwise;
}

bool is_gone(const Json& thing) {
  for (const char* member : {"data.body", "data.selftext"}) {
    const std::string words = text_at(thing, member);
    if (words == "[deleted]" || words == "[removed]") return true;
  }
  return !text_at(thing, "data.removed_by_category").empty();
}

model::Item item_of(const Json& thing, std::string_view kind, Timestamp now) {
  Json kept = Json::object();
  for (const char* key : kKept) {
    const Json& value = at(at(thing, "data"), key);
    if (!value.is_null()) kept[key] = value;
  }
  if (!kept.contains("edited")) kept["edited"] = false;
  model::Item item;
  item.external_id = fullname_of(thing);
  item.raw = channel::dump({{"kind", kind}, {"thing", std::move(kept)}});
  item.own = kind == "own";
  item.received_at = written_at(thing, now);
  return item;
}

Result<model::Content> parse_item(std::string_view raw) {
  TRY(const Json item, channel::parse_json(raw));
  model::Content out;
  out.visibility = model::Visibility::public_;
  out.kind = model::MessageKind::comment;
  if (std::string name = text_at(item, "deleted"); !name.empty()) {
    out.message_id = std::move(name);
    out.deleted = true;
    return out;
  }
  const std::string kind = text_at(item, "kind");
  const Json& data = at(item, "thing");
  const Json thing = {{"data", data}};
  out.message_id = text_at(data, "name");
  if (out.message_id.empty()) return fail(Kind::corrupt, "a thing without a name");
  out.version = version_of(thing);
  if (const Timestamp written = written_at(thing, {}); written.ms != 0) out.date = written;
  if (kind == "mention" || kind == "post") out.kind = model::MessageKind::mention;
  if (kind == "message") {
    out.kind = model::MessageKind::direct_message;
    out.visibility = model::Visibility::private_;
  }
  const std::string author = text_at(data, "author");
  if (is_nobody(author)) {
    out.author.name = "[deleted]";
  } else {
    out.author = {author, text::ascii_lower(author)};
    out.author_url = "https://www.reddit.com/user/" + author;
    out.auth.from_verified = true;
  }
  if (std::string parent = text_at(data, "parent_id"); !parent.empty()) {
    const std::string post = text_at(data, "link_id");
    if (!post.empty() && post != parent) out.references.push_back(post);
    out.references.push_back(parent);
    out.in_reply_to.push_back(std::move(parent));
  }
  out.subject = text_at(data, kind == "post" ? "title" : "link_title");
  out.text = text_at(data, kind == "post" ? "selftext" : "body");
  if (kind == "post" && out.text.empty()) out.text = out.subject;
  out.reply_text = out.text;
  if (const std::string place = text_at(data, "subreddit"); !place.empty()) out.location = "r/" + place;
  out.permalink = page_of(data);
  if (kind == "post") add_link(data, out);
  if (flag_at(data, "over_18")) out.notes.push_back("marked as not safe for work");
  return out;
}

}  // namespace amends::connectors::reddit
