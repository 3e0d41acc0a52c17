#include "connectors/telegram/wire.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace amends::connectors::telegram {
namespace {

using channel::at;
using channel::flag_at;
using channel::Json;
using channel::list_at;
using channel::number_at;
using channel::text_at;

struct UpdateKind {
  const char* key;
  bool edited, post;
};
constexpr UpdateKind kKinds[] = {{"message", false, false},
                                 {"edited_message", true, false},
                                 {"channel_post", false, true},
                                 {"edited_channel_post", true, true}};

// What a message may hold beside words, and how a person would call it.
struct Thing {
  const char* key;
  const char* word;
};
constexpr Thing kThings[] = {{"photo", "photo"},
                             {"video", "video"},
                             {"animation", "animation"},
                             {"audio", "audio"},
                             {"voice", "voice message"},
                             {"video_note", "video message"},
                             {"document", "file"},
                             {"sticker", "sticker"},
                             {"location", "location"},
                             {"contact", "contact"},
                             {"poll", "poll"}};

const char* thing_in(const Json& message) {
  for (const Thing& thing : kThings) {
    if (!at(message, thing.key).is_null()) return thing.word;
  }
  return nullptr;
}

bool says_something(const Json& message) {
  return !text_at(message, "text").empty() || !text_at(message, "caption").empty() || thing_in(message) != nullptr;
}

std::string join(std::string_view bot, const std::string& chat, const std::string& message) {
  return chat.empty() || message.empty() ? std::string() : std::string(bot) + "/" + chat + "/" + message;
}

model::Party party_of(const Json& message) {
  const Json& from = at(message, "from");
  const Json& chat = at(message, "sender_chat");
  if (chat.is_object()) return {text_at(chat, "title"), text_at(chat, "id")};
  std::string name = text_at(from, "first_name");
  if (const std::string last = text_at(from, "last_name"); !last.empty()) name += (name.empty() ? "" : " ") + last;
  if (name.empty()) name = text_at(from, "username");
  return {std::move(name), text_at(from, "id")};
}

}  // namespace

std::string bot_id_of(std::string_view token) {
  const auto colon = token.find(':');
  if (colon == token.npos || colon == 0 || colon + 1 == token.size()) return {};
  const auto fits = [](char c) { return text::is_digit(c) || text::is_alpha(c) || c == '_' || c == '-'; };
  const std::string_view id = token.substr(0, colon), rest = token.substr(colon + 1);
  if (!std::all_of(id.begin(), id.end(), text::is_digit) || !std::all_of(rest.begin(), rest.end(), fits)) return {};
  return std::string(id);
}

std::optional<MessageName> name_of(std::string_view external_id) {
  const auto parts = text::split(external_id, '/');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty() || parts[2].empty()) return {};
  return MessageName{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
}

std::optional<model::Item> item_of(const Json& update, std::string_view bot, Timestamp now) {
  model::Item item;
  item.received_at = now;
  for (const UpdateKind& kind : kKinds) {
    const Json& message = at(update, kind.key);
    if (!message.is_object()) continue;
    if (!says_something(message)) return {};
    item.external_id = join(bot, text_at(message, "chat.id"), text_at(message, "message_id"));
    if (item.external_id.empty()) return {};
    item.raw = channel::dump({{"bot", bot}, {"kind", kind.key}, {"message", message}});
    // What a channel says is the team's, also as it stands in the group where people comment on it.
    item.own = kind.post || flag_at(message, "is_automatic_forward") || text_at(message, "from.id") == bot;
    if (const auto at = channel::seconds_at(message, "date")) item.received_at = *at;
    return item;
  }
  const std::string id = text_at(update, "update_id");
  if (id.empty()) return {};
  item.external_id = std::string(bot) + "/update/" + id;
  item.raw = channel::dump({{"bot", bot}, {"kind", "unknown"}, {"message", update}});
  return item;
}

Result<model::Content> parse_item(std::string_view raw) {
  TRY(const Json item, channel::parse_json(raw));
  const std::string bot = text_at(item, "bot"), kind = text_at(item, "kind");
  const Json& message = at(item, "message");
  model::Content out;
  out.kind = model::MessageKind::direct_message;
  if (kind == "unknown") {
    out.message_id = bot + "/update/" + text_at(message, "update_id");
    out.notes.push_back("unknown event");
    return out;
  }
  const std::string chat = text_at(message, "chat.id");
  out.message_id = join(bot, chat, text_at(message, "message_id"));
  if (bot.empty() || out.message_id.empty()) return fail(Kind::corrupt, "a message without an id");
  out.author = party_of(message);
  out.auth.from_verified = !out.author.handle.empty();
  out.auto_submitted = flag_at(message, "from.is_bot");
  std::string user = text_at(message, "sender_chat.username");
  if (user.empty() && !at(message, "sender_chat").is_object()) user = text_at(message, "from.username");
  if (!user.empty()) out.author_url = "https://t.me/" + user;
  out.date = channel::seconds_at(message, "date");
  const auto edited = number_at(message, "edit_date"), written = number_at(message, "date");
  out.version = edited || written ? std::to_string(edited ? *edited : *written) : std::string();

  const std::string answered = text_at(message, "reply_to_message.message_id");
  if (!answered.empty()) out.in_reply_to.push_back(join(bot, chat, answered));
  if (text_at(message, "chat.type") != "private") {
    const bool to_us = text_at(message, "reply_to_message.from.id") == bot ||
                       flag_at(message, "reply_to_message.is_automatic_forward");
    out.kind = to_us ? model::MessageKind::comment : model::MessageKind::mention;
    const std::string public_name = text_at(message, "chat.username");
    if (!public_name.empty()) {
      out.visibility = model::Visibility::public_;
      out.permalink = "https://t.me/" + public_name + "/" + text_at(message, "message_id");
    }
    out.location = text_at(message, "chat.title");
  }
  const bool captioned = text_at(message, "text").empty();
  out.text = captioned ? with_links(text_at(message, "caption"), at(message, "caption_entities"))
                       : with_links(text_at(message, "text"), at(message, "entities"));
  if (const char* thing = thing_in(message)) {
    // Telegram gives a file's number only, for whoever holds the bot's token.
    if (out.text.empty()) out.text = "[" + std::string(thing) + "]";
    out.notes.push_back("with a " + std::string(thing) + ": see it in Telegram");
    if (const std::string question = text_at(message, "poll.question"); !question.empty()) {
      out.text = question;
      for (const Json& option : list_at(message, "poll.options")) out.text += "\n[ ] " + text_at(option, "text");
    }
  }
  if (at(message, "forward_origin").is_object()) out.notes.push_back("forwarded by its sender");
  out.reply_text = out.text;
  return out;
}

std::string with_links(std::string_view text, const Json& entities) {
  // Where each UTF-16 code unit begins in the bytes.
  std::vector<std::size_t> units;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t from = i;
    const char32_t c = text::next_utf8(text, i);
    units.push_back(from);
    if (c > 0xFFFF) units.push_back(from);
  }
  units.push_back(text.size());
  std::vector<std::pair<std::size_t, std::string>> inserts;
  for (const Json& entity : entities.is_array() ? entities : Json::array()) {
    const auto offset = number_at(entity, "offset"), length = number_at(entity, "length");
    const std::string url = text_at(entity, "url");
    if (text_at(entity, "type") != "text_link" || !offset || !length || *offset < 0 || *length <= 0) continue;
    if (*offset > static_cast<std::int64_t>(units.size()) || *length > static_cast<std::int64_t>(units.size()))
      continue;
    const auto end = static_cast<std::size_t>(*offset + *length);
    const bool web =
        text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
    if (end < units.size() && web) inserts.emplace_back(units[end], " <" + url + ">");
  }
  std::sort(inserts.begin(), inserts.end());
  std::string out;
  std::size_t done = 0;
  for (const auto& [where, what] : inserts) {
    out += std::string(text.substr(done, where - done)) + what;
    done = where;
  }
  return out + std::string(text.substr(done));
}

}  // namespace amends::connectors::telegram
