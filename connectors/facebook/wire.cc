#include "connectors/facebook/wire.h"

#include <algorithm>

#include "connectors/common/meta/graph.h"
#include "connectors/common/meta/messages.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"

namespace amends::connectors::facebook {
namespace {

using channel::Json;
using channel::text_at;

void copy_text(const Json& from, const char* place, Json& to, const char* name) {
  if (std::string value = text_at(from, place); !value.empty()) to[name] = std::move(value);
}

Json who(const std::string& id, const std::string& name) {
  Json out = Json::object();
  if (!id.empty()) out["id"] = id;
  if (!name.empty()) out["name"] = name;
  return out;
}

std::optional<Timestamp> time_of(const Json& json, const char* place) {
  if (const auto seconds = channel::seconds_at(json, place)) return seconds;
  return meta::read_time(text_at(json, place));
}

Listed listed(const char* kind, std::string_view page, const std::string& post, Json item, Timestamp at) {
  Listed out;
  out.name = std::string(kind == std::string_view("mention") ? "post" : kind) + "/" + text_at(item, "id");
  out.at = at;
  out.item.external_id = out.name;
  out.item.own = text_at(item, "from.id") == page;
  out.item.place = post;
  out.item.received_at = at;
  Json raw = {{"kind", kind}, {"page", std::string(page)}, {"item", std::move(item)}};
  if (!post.empty()) raw["post"] = post;
  out.item.raw = channel::dump(raw);
  return out;
}

Listed comment_of(const Json& comment, std::string_view page, const std::string& post, Timestamp now) {
  const Timestamp at = time_of(comment, "created_time").value_or(now);
  Json kept = {{"id", text_at(comment, "id")},
               {"from", who(text_at(comment, "from.id"), text_at(comment, "from.name"))},
               {"message", text_at(comment, "message")},
               {"created_time", to_rfc3339(at)}};
  copy_text(comment, "permalink_url", kept, "permalink_url");
  copy_text(comment, "parent.id", kept, "parent");
  copy_text(comment, "attachment.type", kept, "attachment_type");
  copy_text(comment, "attachment.url", kept, "attachment_url");
  return listed("comment", page, post, std::move(kept), at);
}

Listed post_of(const char* kind, const Json& post, std::string_view page, Timestamp now) {
  const Timestamp at = time_of(post, "created_time").value_or(now);
  Json kept = {{"id", text_at(post, "id")},
               {"from", who(text_at(post, "from.id"), text_at(post, "from.name"))},
               {"message", text_at(post, "message")},
               {"created_time", to_rfc3339(at)}};
  copy_text(post, "permalink_url", kept, "permalink_url");
  return listed(kind, page, text_at(post, "id"), std::move(kept), at);
}

Listed rating_of(const Json& rating, std::string_view page, Timestamp now) {
  const Timestamp at = time_of(rating, "created_time").value_or(now);
  std::string story = text_at(rating, "open_graph_story.id");
  if (story.empty()) story = text_at(rating, "open_graph_story_id");
  std::string reviewer = text_at(rating, "reviewer.id");
  if (reviewer.empty()) reviewer = text_at(rating, "reviewer_id");
  std::string name = text_at(rating, "reviewer.name");
  if (name.empty()) name = text_at(rating, "reviewer_name");
  // Who hides behind their privacy has no id and no story: the time is what is left.
  const std::string id = !story.empty() ? story : (reviewer.empty() ? "at" : reviewer) + "-" + to_rfc3339(at);
  Json kept = {{"id", id},
               {"from", who(reviewer, name)},
               {"message", text_at(rating, "review_text")},
               {"created_time", to_rfc3339(at)}};
  copy_text(rating, "recommendation_type", kept, "recommendation_type");
  if (const auto stars = channel::number_at(rating, "rating"); stars && *stars >= 1) kept["rating"] = *stars;
  return listed("rating", page, story, std::move(kept), at);
}

// A change of a webhook's "feed" in the shape of a listing.
void read_feed_change(const Json& value, std::string_view page, Timestamp at, std::vector<model::Item>& out) {
  const std::string what = text_at(value, "item"), verb = text_at(value, "verb");
  const bool comment = what == "comment";
  static constexpr std::string_view kPosts[] = {"status", "post", "photo", "video", "share", "album"};
  if (!comment && std::find(std::begin(kPosts), std::end(kPosts), what) == std::end(kPosts)) return;
  const std::string id = text_at(value, comment ? "comment_id" : "post_id");
  if (id.empty() || verb == "hide" || verb == "unhide" || verb == "block") return;
  if (!comment && text_at(value, "from.id") == page) return;  // our own posts are no customers' words
  const std::string version = to_rfc3339(at);
  if (verb == "remove") {
    out.push_back(gone((comment ? "comment/" : "post/") + id, page, version, at));
    return;
  }
  Json like_listed = value;
  like_listed["id"] = id;
  const std::string post = text_at(value, "post_id"), parent = text_at(value, "parent_id");
  like_listed.erase("parent_id");
  if (comment && !parent.empty() && parent != post) like_listed["parent"] = {{"id", parent}};
  copy_text(value, "post.permalink_url", like_listed, "permalink_url");
  const Listed one = comment ? comment_of(like_listed, page, post, at) : post_of("post", like_listed, page, at);
  out.push_back(with_version(one.item, verb == "edited" ? version : ""));
}

void read_mention(const Json& value, std::string_view page, Timestamp at, std::vector<model::Item>& out) {
  const std::string comment = text_at(value, "comment_id"), post = text_at(value, "post_id");
  Json like_listed = {{"id", comment.empty() ? post : comment},
                      {"from", who(text_at(value, "sender_id"), text_at(value, "sender_name"))},
                      {"message", text_at(value, "message")},
                      {"created_time", value.contains("created_time") ? value["created_time"] : Json(at.ms / 1000)}};
  if (text_at(like_listed, "id").empty()) return;
  if (text_at(value, "verb") == "remove") {
    out.push_back(gone("post/" + text_at(like_listed, "id"), page, to_rfc3339(at), at));
    return;
  }
  out.push_back(with_version(post_of("mention", like_listed, page, at).item,
                             text_at(value, "verb") == "edited" ? to_rfc3339(at) : ""));
}

void read_rating_change(const Json& value, std::string_view page, Timestamp at, std::vector<model::Item>& out) {
  if (const std::string what = text_at(value, "item"); what != "rating" && !what.empty()) return;
  const Listed one = rating_of(value, page, at);
  const std::string verb = text_at(value, "verb");
  out.push_back(verb == "remove" ? gone(one.name, page, to_rfc3339(at), at)
                                 : with_version(one.item, verb == "edited" ? to_rfc3339(at) : ""));
}

std::string web_address(std::string url) {
  const bool http = url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0;
  return http ? std::move(url) : std::string();
}

}  // namespace

model::Item gone(const std::string& name, std::string_view page, const std::string& version, Timestamp now) {
  model::Item out;
  out.external_id = name;
  out.received_at = now;
  out.raw = channel::dump({{"kind", "gone"},
                           {"page", std::string(page)},
                           {"of", name.substr(0, name.find('/'))},
                           {"item", {{"id", name.substr(name.find('/') + 1)}}},
                           {"version", version}});
  return out;
}

model::Item with_version(model::Item item, const std::string& version) {
  auto json = channel::parse_json(item.raw);
  if (version.empty() || !json) return item;
  (*json)["version"] = version;
  item.raw = channel::dump(*json);
  return item;
}

Result<Listing> read_listing(std::string_view body, std::string_view edge, std::string_view under,
                             std::string_view page, Timestamp now) {
  TRY(const Json json, channel::parse_json(body));
  const Json& data = channel::at(json, "data");
  if (!data.is_array()) return fail(Kind::corrupt, "Facebook answered no list");
  Listing out;
  out.next = meta::next_page(body);
  const auto see = [&](Timestamp at) {
    if (out.oldest.ms == 0 || at < out.oldest) out.oldest = at;
  };
  const auto take_comments = [&](const Json& list, const std::string& post) {
    for (const Json& comment : channel::list_at(list, "data")) {
      if (!text_at(comment, "id").empty()) out.items.push_back(comment_of(comment, page, post, now));
    }
  };
  if (edge == "messages") {
    out.messages = meta::read_messages(body, page, now);
    for (const auto& message : out.messages) see(message.received_at);
    return out;
  }
  if (edge == "comments") {
    take_comments(json, std::string(under));
    for (const auto& one : out.items) see(one.at);
    return out;
  }
  for (const Json& entry : data) {
    const std::string id = text_at(entry, "id");
    see(time_of(entry, edge == "conversations" ? "updated_time" : "created_time").value_or(now));
    if (edge == "ratings") {
      out.items.push_back(rating_of(entry, page, now));
    } else if (id.empty()) {
      return fail(Kind::corrupt, "Facebook listed something without an id");
    } else if (edge == "conversations") {
      const std::string nested = channel::dump(channel::at(entry, "messages"));
      for (auto& message : meta::read_messages(nested, page, now)) out.messages.push_back(std::move(message));
      if (const std::string after = meta::next_page(nested); !after.empty())
        out.more.push_back({"messages", id, after});
    } else {
      const bool ours = text_at(entry, "from.id") == page;
      if (!ours) out.items.push_back(post_of(edge == "tagged" ? "mention" : "post", entry, page, now));
      const Json& comments = channel::at(entry, "comments");
      take_comments(comments, id);
      if (const std::string after = meta::next_page(channel::dump(comments)); !after.empty())
        out.more.push_back({"comments", id, after});
    }
  }
  return out;
}

Result<std::vector<model::Item>> read_changes(std::string_view body, std::string_view page, Timestamp received_at) {
  TRY(const Json payload, channel::parse_json(body));
  if (!payload.is_object() || text_at(payload, "object") != "page") return fail(Kind::corrupt, "no delivery of a page");
  std::vector<model::Item> out;
  for (const Json& entry : channel::list_at(payload, "entry")) {
    if (text_at(entry, "id") != page) continue;
    const Timestamp at = channel::seconds_at(entry, "time").value_or(received_at);
    const std::size_t from = out.size();
    for (const Json& change : channel::list_at(entry, "changes")) {
      const std::string field = text_at(change, "field");
      const Json& value = channel::at(change, "value");
      if (field == "feed") {
        read_feed_change(value, page, at, out);
      } else if (field == "mention") {
        read_mention(value, page, at, out);
      } else if (field == "ratings") {
        read_rating_change(value, page, at, out);
      } else {
        model::Item event;
        event.raw = channel::dump({{"kind", "event"}, {"page", std::string(page)}, {"item", change}});
        event.external_id = "event/" + crypto::sha256_hex(event.raw).substr(0, 32);
        event.received_at = at;
        out.push_back(std::move(event));
      }
    }
    if (received_at - at <= meta::kOldestDelivery) continue;
    for (std::size_t i = from; i < out.size(); ++i) {
      auto raw = channel::parse_json(out[i].raw);
      if (!raw) continue;
      (*raw)["late"] = true;
      out[i].raw = channel::dump(*raw);
    }
  }
  return out;
}

Result<model::Content> parse_item(const model::Item& stored) {
  if (meta::is_message(stored.raw)) return meta::parse_message(stored);
  TRY(const Json raw, channel::parse_json(stored.raw));
  const Json& item = channel::at(raw, "item");
  const std::string kind = text_at(raw, "kind");
  TRY(auto event, meta::parse_event(stored.external_id, stored.raw));
  if (event) return *std::move(event);
  model::Content out;
  out.visibility = model::Visibility::public_;
  const std::string id = text_at(item, "id");
  if (id.empty()) return fail(Kind::corrupt, "nothing of a Facebook page");
  out.message_id = id;
  out.version = text_at(raw, "version");
  const std::string of = kind == "gone" ? text_at(raw, "of") : kind;
  out.kind = of == "rating"                    ? model::MessageKind::review
             : of == "comment" || of == "post" ? model::MessageKind::comment
                                               : model::MessageKind::mention;
  if (kind == "gone") {
    out.deleted = true;
    return out;
  }
  out.author = {text::squeeze(text_at(item, "from.name")), text_at(item, "from.id")};
  out.from = {out.author};
  out.auth.from_verified = !out.author.handle.empty();
  out.text = text_at(item, "message");
  out.reply_text = out.text;
  out.date = meta::read_time(text_at(item, "created_time"));
  out.permalink = web_address(text_at(item, "permalink_url"));
  if (kind == "comment") {
    const std::string parent = text_at(item, "parent");
    out.in_reply_to = {parent.empty() ? text_at(raw, "post") : parent};
    if (out.in_reply_to[0].empty()) out.in_reply_to.clear();
    const std::string type = text_at(item, "attachment_type");
    const std::string url = web_address(text_at(item, "attachment_url"));
    if (!url.empty()) {
      const bool video = type.find("video") != type.npos;
      const bool photo = type.find("photo") != type.npos || type.find("sticker") != type.npos;
      // The page it is shown on: addresses of the picture itself are signed and end.
      out.media.push_back({model::MediaKind::link, url, video ? "video" : photo ? "photo" : type});
    }
  }
  if (kind == "rating") {
    const std::string recommendation = text::ascii_lower(text_at(item, "recommendation_type"));
    if (const auto stars = channel::decimal_at(item, "rating"); stars && *stars >= 1 && *stars <= 5) {
      out.rating = *stars;
    } else if (recommendation == "positive" || recommendation == "negative") {
      out.rating = recommendation == "positive" ? 5 : 1;
      out.notes.push_back(recommendation == "positive" ? "recommends the page; counted as 5 of 5"
                                                       : "doesn't recommend the page; counted as 1 of 5");
    }
    if (id.find('-') == id.npos) out.permalink = "https://www.facebook.com/" + id;
  }
  return out;
}

}  // namespace amends::connectors::facebook
