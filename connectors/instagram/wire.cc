#include "connectors/instagram/wire.h"

#include "connectors/common/meta/graph.h"
#include "connectors/common/meta/messages.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"

namespace amends::connectors::instagram {
namespace {

using channel::Json;
using channel::text_at;

Json media_of(const std::string& id, const std::string& permalink) {
  Json out = {{"id", id}};
  if (!permalink.empty()) out["permalink"] = permalink;
  return out;
}

std::string name_in(const Json& from) {
  const std::string name = text_at(from, "username");
  return name.empty() ? text_at(from, "from.username") : name;
}

Listed listed(const char* kind, const Json& item, const Json& media, const Us& us, Timestamp at) {
  Listed out;
  const std::string author = text_at(item, "from");
  out.name = std::string(kind) + "/" + text_at(item, "id");
  out.at = at;
  out.item.external_id = out.name;
  out.item.own =
      author == us.id || (author.empty() && !us.username.empty() && text_at(item, "username") == us.username);
  out.item.place = text_at(media, "id");
  out.item.received_at = at;
  out.item.raw = channel::dump({{"kind", kind}, {"account", us.id}, {"media", media}, {"item", item}});
  return out;
}

Listed comment_of(const Json& comment, const Json& media, const std::string& parent, const Us& us, Timestamp now) {
  const Timestamp at = meta::read_time(text_at(comment, "timestamp")).value_or(now);
  Json kept = {{"id", text_at(comment, "id")},
               {"text", text_at(comment, "text")},
               {"timestamp", to_rfc3339(at)},
               {"username", name_in(comment)},
               {"from", text_at(comment, "from.id")}};
  const std::string above = parent.empty() ? text_at(comment, "parent_id") : parent;
  if (!above.empty()) kept["parent_id"] = above;
  if (channel::flag_at(comment, "hidden")) kept["hidden"] = true;
  return listed("comment", kept, media, us, at);
}

Listed tag_of(const Json& media, const Us& us, Timestamp now) {
  const Timestamp at = meta::read_time(text_at(media, "timestamp")).value_or(now);
  const Json kept = {{"id", text_at(media, "id")},
                     {"text", text_at(media, "caption")},
                     {"timestamp", to_rfc3339(at)},
                     {"username", text_at(media, "username")}};
  return listed("mention", kept, media_of(text_at(media, "id"), text_at(media, "permalink")), us, at);
}

void take_comments(const Json& list, const Json& media, const std::string& parent, const Us& us, Timestamp now,
                   Listing& out) {
  for (const Json& comment : channel::list_at(list, "data")) {
    const std::string id = text_at(comment, "id");
    if (id.empty()) continue;
    out.items.push_back(comment_of(comment, media, parent, us, now));
    const Json& replies = channel::at(comment, "replies");
    if (!replies.is_object()) continue;
    take_comments(replies, media, id, us, now, out);
    if (const std::string after = meta::next_page(channel::dump(replies)); !after.empty())
      out.more.push_back({"replies", id, after});
  }
}

std::string web_address(std::string url) { return url.rfind("https://", 0) == 0 ? std::move(url) : std::string(); }

void mark_late(std::vector<model::Item>& items, std::size_t from) {
  for (std::size_t i = from; i < items.size(); ++i) {
    auto raw = channel::parse_json(items[i].raw);
    if (!raw) continue;
    (*raw)["late"] = true;
    items[i].raw = channel::dump(*raw);
  }
}

}  // namespace

model::Item gone(const std::string& name, const Us& us, const std::string& version, Timestamp now) {
  model::Item out;
  out.external_id = name;
  out.received_at = now;
  out.raw = channel::dump({{"kind", "gone"},
                           {"account", us.id},
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

Result<Listing> read_listing(std::string_view body, std::string_view edge, std::string_view under, const Us& us,
                             Timestamp now) {
  TRY(const Json json, channel::parse_json(body));
  const Json& data = channel::at(json, "data");
  if (!data.is_array()) return fail(Kind::corrupt, "Instagram answered no list");
  Listing out;
  out.next = meta::next_page(body);
  const auto see = [&](Timestamp at) {
    if (out.oldest.ms == 0 || at < out.oldest) out.oldest = at;
  };
  if (edge == "messages") {
    out.messages = meta::read_messages(body, us.id, now);
    for (const auto& message : out.messages) see(message.received_at);
  } else if (edge == "comments" || edge == "replies") {
    // Which medium a further page of replies stands under nobody says again; the comment above is known by then.
    const bool replies = edge == "replies";
    take_comments(json, media_of(replies ? "" : std::string(under), ""), replies ? std::string(under) : "", us, now,
                  out);
    for (const auto& one : out.items) see(one.at);
  } else {
    for (const Json& entry : data) {
      const std::string id = text_at(entry, "id");
      if (id.empty()) return fail(Kind::corrupt, "Instagram listed something without an id");
      see(meta::read_time(text_at(entry, edge == "conversations" ? "updated_time" : "timestamp")).value_or(now));
      if (edge == "conversations") {
        const std::string nested = channel::dump(channel::at(entry, "messages"));
        for (auto& message : meta::read_messages(nested, us.id, now)) out.messages.push_back(std::move(message));
        if (const std::string after = meta::next_page(nested); !after.empty())
          out.more.push_back({"messages", id, after});
      } else if (edge == "tags") {
        out.items.push_back(tag_of(entry, us, now));
      } else {
        const Json& comments = channel::at(entry, "comments");
        take_comments(comments, media_of(id, text_at(entry, "permalink")), "", us, now, out);
        if (const std::string after = meta::next_page(channel::dump(comments)); !after.empty())
          out.more.push_back({"comments", id, after});
      }
    }
  }
  return out;
}

Result<Changes> read_changes(std::string_view body, const Us& us, Timestamp received_at) {
  TRY(const Json payload, channel::parse_json(body));
  if (!payload.is_object() || text_at(payload, "object") != "instagram")
    return fail(Kind::corrupt, "no delivery of Instagram");
  Changes out;
  for (const Json& entry : channel::list_at(payload, "entry")) {
    if (text_at(entry, "id") != us.id) continue;
    const Timestamp at = channel::seconds_at(entry, "time").value_or(received_at);
    const std::size_t from = out.items.size();
    for (const Json& change : channel::list_at(entry, "changes")) {
      const std::string field = text_at(change, "field");
      const Json& value = channel::at(change, "value");
      if ((field == "comments" || field == "live_comments") && !text_at(value, "id").empty()) {
        Json comment = value;
        comment["timestamp"] = to_rfc3339(at);
        out.items.push_back(comment_of(comment, media_of(text_at(value, "media.id"), ""), "", us, at).item);
      } else if (field == "mentions") {
        Mention mention{text_at(value, "media_id"), text_at(value, "comment_id"), at};
        if (!mention.media.empty()) out.mentions.push_back(std::move(mention));
      } else {
        model::Item event;
        event.raw = channel::dump({{"kind", "event"}, {"account", us.id}, {"item", change}});
        event.external_id = "event/" + crypto::sha256_hex(event.raw).substr(0, 32);
        event.received_at = at;
        out.items.push_back(std::move(event));
      }
    }
    if (received_at - at > meta::kOldestDelivery) mark_late(out.items, from);
  }
  return out;
}

model::Item mention_of(const Mention& mention, std::string_view answer, const Us& us) {
  const auto json = channel::parse_json(answer);
  const Json& told =
      json ? channel::at(*json, mention.comment.empty() ? "mentioned_media" : "mentioned_comment") : Json();
  const Timestamp at = meta::read_time(text_at(told, "timestamp")).value_or(mention.at);
  const Json kept = {{"id", mention.comment.empty() ? mention.media : mention.comment},
                     {"text", text_at(told, mention.comment.empty() ? "caption" : "text")},
                     {"timestamp", to_rfc3339(at)},
                     {"username", name_in(told)},
                     {"from", text_at(told, "from.id")}};
  std::string link = text_at(told, "permalink");
  if (link.empty()) link = text_at(told, "media.permalink");
  return listed("mention", kept, media_of(mention.media, link), us, at).item;
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
  if (id.empty()) return fail(Kind::corrupt, "nothing of an Instagram account");
  out.message_id = id;
  out.version = text_at(raw, "version");
  const bool mention = kind == "mention" || (kind == "gone" && text_at(raw, "of") == "mention");
  out.kind = mention ? model::MessageKind::mention : model::MessageKind::comment;
  if (kind == "gone") {
    out.deleted = true;
    return out;
  }
  const std::string username = text_at(item, "username"), author = text_at(item, "from");
  out.author = {username, author.empty() && !username.empty() ? "@" + text::ascii_lower(username) : author};
  out.from = {out.author};
  out.auth.from_verified = !out.author.handle.empty();
  if (!username.empty()) out.author_url = "https://www.instagram.com/" + channel::percent_encode(username) + "/";
  out.text = text_at(item, "text");
  out.reply_text = out.text;
  out.date = meta::read_time(text_at(item, "timestamp"));
  out.permalink = web_address(text_at(raw, "media.permalink"));
  if (kind == "comment") {
    const std::string parent = text_at(item, "parent_id");
    const std::string above = parent.empty() ? text_at(raw, "media.id") : parent;
    if (!above.empty()) out.in_reply_to = {above};
    if (channel::flag_at(item, "hidden")) out.notes.emplace_back("hidden on Instagram");
  } else if (out.text.empty()) {
    out.notes.emplace_back("Instagram told only that we are mentioned; what was said stands there");
  }
  return out;
}

}  // namespace amends::connectors::instagram
