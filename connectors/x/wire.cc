#include "connectors/x/wire.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace amends::connectors::x {
namespace {

using channel::at;
using channel::flag_at;
using channel::Json;
using channel::list_at;
using channel::text_at;

bool is_web(std::string_view url) {
  return text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
}

const Json& named(const Json& list, const char* member, std::string_view value) {
  static const Json kNothing;
  for (const Json& one : list) {
    if (text_at(one, member) == value) return one;
  }
  return kNothing;
}

Json author_of(const Json& post, const Json& includes) {
  const Json& user = named(list_at(includes, "users"), "id", text_at(post, "author_id"));
  Json out = {{"id", text_at(post, "author_id")}};
  for (const char* key : {"name", "username", "protected"}) {
    if (!at(user, key).is_null()) out[key] = at(user, key);
  }
  return out;
}

Json media_of(const Json& post, const Json& includes) {
  Json out = Json::array();
  for (const Json& key : list_at(post, "attachments.media_keys")) {
    const Json& one = named(list_at(includes, "media"), "media_key", text_at(key, ""));
    if (!one.is_object()) continue;
    out.push_back(
        {{"type", text_at(one, "type")}, {"url", text_at(one, "url")}, {"alt_text", text_at(one, "alt_text")}});
  }
  return out;
}

std::string page_of(const std::string& username, const std::string& id) {
  return "https://x.com/" + (username.empty() ? "i/web" : username) + "/status/" + id;
}

std::string_view without_names(std::string_view s) {
  for (s = text::trim(s); !s.empty() && s[0] == '@'; s = text::trim_left(s)) {
    s.remove_prefix(std::min(s.find_first_of(" \n"), s.size()));
  }
  return s;
}

}  // namespace

std::string first_id(const Json& post) {
  std::string out = text_at(post, "edit_history_tweet_ids.0");
  return out.empty() ? text_at(post, "id") : out;
}

std::string last_id(const Json& post) {
  std::string out = text_at(post, "id");
  for (const Json& one : list_at(post, "edit_history_tweet_ids")) {
    std::string id = text_at(one, "");
    if (older_id(out, id)) out = std::move(id);
  }
  return out;
}

bool older_id(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::string answered_by(const Json& post) {
  return text_at(named(list_at(post, "referenced_tweets"), "type", "replied_to"), "id");
}

bool is_protected(const Json& post, const Json& includes) {
  return flag_at(named(list_at(includes, "users"), "id", text_at(post, "author_id")), "protected");
}

model::Item item_of(const Json& post, const Json& includes, std::string_view me, Timestamp now) {
  Json kept = post.is_object() ? post : Json::object();
  for (const char* key : {"public_metrics", "edit_controls", "context_annotations", "reply_settings"}) kept.erase(key);
  model::Item item;
  item.external_id = first_id(post);
  item.raw = channel::dump({{"me", me},
                            {"post", std::move(kept)},
                            {"author", author_of(post, includes)},
                            {"media", media_of(post, includes)}});
  item.own = !me.empty() && text_at(post, "author_id") == me;
  item.received_at = channel::time_at(post, "created_at").value_or(now);
  return item;
}

Result<model::Content> parse_item(std::string_view raw) {
  TRY(const Json item, channel::parse_json(raw));
  model::Content out;
  out.visibility = model::Visibility::public_;
  out.kind = model::MessageKind::mention;
  if (std::string id = text_at(item, "deleted"); !id.empty()) {
    out.message_id = std::move(id);
    out.deleted = true;
    return out;
  }
  const Json& post = at(item, "post");
  out.message_id = first_id(post);
  if (out.message_id.empty()) return fail(Kind::corrupt, "a post without an id");
  const std::string me = text_at(item, "me"), author = text_at(item, "author.id");
  const std::string username = text_at(item, "author.username"), id = text_at(post, "id");
  out.version = id;
  out.author = {text_at(item, "author.name"), author};
  if (out.author.name.empty()) out.author.name = username;
  if (!username.empty()) out.author_url = "https://x.com/" + username;
  out.auth.from_verified = !author.empty();
  if (flag_at(item, "author.protected")) out.visibility = model::Visibility::private_;

  const std::string answered = answered_by(post), thread = text_at(post, "conversation_id");
  if (!answered.empty()) {
    out.in_reply_to.push_back(answered);
    if (!thread.empty() && thread != answered) out.references.push_back(thread);
    out.references.push_back(answered);
    if (!me.empty() && (text_at(post, "in_reply_to_user_id") == me || author == me))
      out.kind = model::MessageKind::comment;
  }
  out.date = channel::time_at(post, "created_at");
  out.text = text_of(post);
  out.reply_text = out.text;
  const std::string language = text_at(post, "lang");
  if (language.size() == 2) out.language = language;  // "und", "qme" and the like are no languages
  out.permalink = page_of(username, id);
  std::size_t number = 0;
  for (const Json& one : list_at(item, "media")) {
    ++number;
    const std::string alt = text_at(one, "alt_text");
    if (text_at(one, "type") != "photo") {
      out.media.push_back({model::MediaKind::video, out.permalink + "/video/" + std::to_string(number), alt});
    } else if (std::string url = text_at(one, "url"); is_web(url)) {
      out.media.push_back({model::MediaKind::image, std::move(url), alt});
    }
  }
  const std::string quoted = text_at(named(list_at(post, "referenced_tweets"), "type", "quoted"), "id");
  if (!quoted.empty()) out.media.push_back({model::MediaKind::link, page_of("", quoted), "quoted post"});
  if (flag_at(post, "possibly_sensitive")) out.notes.push_back("marked as possibly sensitive");
  return out;
}

std::string text_of(const Json& post) {
  const bool is_long = !text_at(post, "note_tweet.text").empty();
  std::string out = is_long ? text_at(post, "note_tweet.text") : text_at(post, "text");
  for (const Json& link : list_at(post, is_long ? "note_tweet.entities.urls" : "entities.urls")) {
    const std::string shown = text_at(link, "url"), full = text_at(link, "expanded_url");
    if (shown.empty()) continue;
    const bool picture = !text_at(link, "media_key").empty();
    if (picture || is_web(full)) out = text::replace_all(out, shown, picture ? "" : full);
  }
  // Only these three are written as references.
  out = text::replace_all(text::replace_all(out, "&lt;", "<"), "&gt;", ">");
  return std::string(text::trim(text::replace_all(out, "&amp;", "&")));
}

bool same_words(const Json& post, std::string_view text) {
  return text::squeeze(without_names(text_of(post))) == text::squeeze(without_names(text));
}

}  // namespace amends::connectors::x
