#include "core/channel/content_json.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::channel {
namespace {

constexpr Timestamp kLatestTime{253'402'300'799'000};  // the end of 9999

bool is_web_link(std::string_view url) {
  return text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
}

// The value of a word, or the fallback when it isn't there. corrupt for a word that doesn't exist.
template <class Enum, std::size_t N>
Result<Enum> word_at(const Json& json, std::string_view key, const model::Word<Enum> (&words)[N], Enum fallback) {
  const std::string said = text_at(json, key);
  if (said.empty()) return fallback;
  const auto value = model::value_in(words, said);
  if (!value) return fail(Kind::corrupt, "\"" + std::string(key) + "\" is no word we know");
  return *value;
}

std::string link_at(const Json& json, std::string_view key, std::vector<std::string>& notes) {
  std::string link = text_at(json, key);
  if (link.empty() || is_web_link(link)) return link;
  notes.push_back(std::string(key) + " is no web address and was left out");
  return {};
}

Result<std::optional<Timestamp>> moment_at(const Json& json, std::string_view key) {
  if (text_at(json, key).empty()) return std::optional<Timestamp>();
  const auto time = time_at(json, key);
  if (!time || *time > kLatestTime) return fail(Kind::corrupt, "\"" + std::string(key) + "\" is no time (RFC 3339)");
  return std::optional(*time);
}

Result<model::Content> content_from(const Json& json) {
  if (!json.is_object()) return fail(Kind::corrupt, "an item is no object");
  model::Content out;
  out.message_id = text_at(json, "id");
  if (out.message_id.empty()) return fail(Kind::corrupt, "an item has no id");
  if (text_at(json, "kind").empty()) return fail(Kind::corrupt, "an item has no kind");
  TRY(out.kind, word_at(json, "kind", model::kMessageKinds, model::MessageKind::mention));
  TRY(out.visibility, word_at(json, "visibility", model::kVisibilities, model::Visibility::public_));
  TRY(out.moderation, word_at(json, "moderation", model::kModerations, model::Moderation::none));
  TRY(out.date, moment_at(json, "at"));
  out.author = {text_at(json, "author.name"), text_at(json, "author.handle")};
  out.author_url = link_at(at(json, "author"), "url", out.notes);
  for (const Json& link : list_at(json, "author.links")) {
    if (link.is_string() && is_web_link(link.get<std::string>())) out.author_links.push_back(link.get<std::string>());
  }
  out.auth.from_verified = flag_at(json, "author.verified");
  out.subject = text_at(json, "subject");
  out.text = out.reply_text = text_at(json, "text");
  out.html = text_at(json, "html");
  out.language = text_at(json, "language");
  out.location = text_at(json, "location");
  out.permalink = link_at(json, "permalink", out.notes);
  out.version = text_at(json, "version");
  out.deleted = flag_at(json, "deleted");
  out.moderation_reason = text_at(json, "moderation_reason");
  for (const Json& one : list_at(json, "answers")) {
    if (one.is_string()) out.in_reply_to.push_back(one.get<std::string>());
  }
  if (const auto rating = decimal_at(json, "rating")) {
    out.rating = std::clamp(*rating, 1.0, 5.0);
    if (*out.rating != *rating) out.notes.push_back("a rating outside 1 to 5 was brought inside");
  }
  for (const Json& one : list_at(json, "media")) {
    TRY(const model::MediaKind kind, word_at(one, "kind", model::kMediaKinds, model::MediaKind::image));
    if (std::string url = link_at(one, "url", out.notes); !url.empty()) {
      out.media.push_back({kind, std::move(url), text_at(one, "alt")});
    }
  }
  return out;
}

}  // namespace

Result<model::Content> read_content(std::string_view json) {
  TRY(const Json parsed, parse_json(json));
  return content_from(parsed);
}

Result<model::Item> item_of(std::string_view json, Timestamp now) {
  TRY(const Json parsed, parse_json(json));
  TRY(const model::Content content, content_from(parsed));
  const std::string& id = content.message_id;
  const bool odd = std::any_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (id.size() > kLongestItemId || odd)
    return fail(Kind::corrupt, "an item's id is too long or has control characters");
  model::Item out;
  out.external_id = id;
  out.raw = dump(parsed);
  out.place = text_at(parsed, "place");
  out.own = flag_at(parsed, "own");
  out.received_at = std::min(content.date.value_or(now), now);
  return out;
}

}  // namespace amends::channel
