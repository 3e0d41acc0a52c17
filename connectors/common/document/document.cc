#include "connectors/common/document/document.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::document {
namespace {

using channel::Json;
using channel::text_at;

constexpr std::string_view kFields[] = {"id",       "kind",       "author",  "handle",    "at",       "updated",
                                        "rating",   "title",      "text",    "permalink", "location", "language",
                                        "reply_to", "visibility", "deleted", "own",       "media"};
constexpr std::size_t kLongestField = 2000;
constexpr std::size_t kMostMedia = 20;

bool is_web_address(std::string_view url) {
  return (url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0) && url.find_first_of(" \"<>\n") == url.npos;
}

// What is wrong with a field; "" when nothing is.
std::string complaint(const std::string& name, const Json& value) {
  if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) return "there is no such field";
  if (name == "deleted" || name == "own") return value.is_boolean() ? "" : "takes true or false";
  if (name == "rating") {
    const bool fits = value.is_number() && value.get<double>() >= 1 && value.get<double>() <= 5;
    return fits ? "" : "takes a number from 1 to 5";
  }
  if (name == "media") {
    if (!value.is_array() || value.size() > kMostMedia) return "takes a list of at most 20";
    for (const Json& one : value) {
      const std::string kind = text_at(one, "kind");
      if (!one.is_object() || !is_web_address(text_at(one, "url"))) return "takes objects with an http or https url";
      if (!kind.empty() && !model::value_in(model::kMediaKinds, kind))
        return "takes the kinds image, video, audio, link";
    }
    return "";
  }
  if (!value.is_string()) return "takes a text";
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > (name == "text" ? kLongestText : kLongestField)) return "is too long";
  if (name == "id") {
    const bool fits = !text.empty() && text.size() <= 200 && text::printable(text) == text;
    return fits ? "" : "takes 1 to 200 bytes without control characters";
  }
  if (name == "at" || name == "updated") return from_rfc3339(text) ? "" : "takes a time such as 2026-11-21T09:30:00Z";
  if (name == "permalink") return text.empty() || is_web_address(text) ? "" : "takes an http or https address";
  if (name == "visibility") return text == "public" || text == "private" ? "" : "takes public or private";
  if (name == "language") return text.empty() || text.size() == 2 ? "" : "takes two letters (ISO 639-1)";
  return "";
}

Result<model::Item> read_one(Json json, std::size_t number, std::span<const model::MessageKind> kinds, Timestamp now) {
  const auto wrong = [&](const std::string& what) {
    return fail(Kind::invalid, "item " + std::to_string(number + 1) + ": " + what);
  };
  if (!json.is_object()) return wrong("is no object");
  if (!json.contains("id")) return wrong("has no id");
  for (const auto& [name, value] : json.items()) {
    if (const std::string what = complaint(name, value); !what.empty())
      return wrong("\"" + text::excerpt(text::printable(name), 40) + "\" " + what);
  }
  const bool deleted = channel::flag_at(json, "deleted");
  const std::string kind = text_at(json, "kind");
  const auto known = kind.empty() ? std::optional(kinds.front()) : model::value_in(model::kMessageKinds, kind);
  if (!known || std::find(kinds.begin(), kinds.end(), *known) == kinds.end()) {
    std::vector<std::string> names;
    for (const auto one : kinds) names.emplace_back(model::name_of(one));
    return wrong("\"kind\" takes " + text::join(names, ", "));
  }
  json["kind"] = std::string(model::name_of(*known));
  if (!deleted && text_at(json, "text").empty() && text_at(json, "title").empty() && !json.contains("rating"))
    return wrong("has neither text, title nor rating");
  model::Item out;
  out.external_id = text_at(json, "id");
  out.own = channel::flag_at(json, "own");
  out.place = text_at(json, "location");
  out.received_at = channel::time_at(json, "at").value_or(now);
  out.raw = channel::dump(json);
  return out;
}

bool is_private(model::MessageKind kind) {
  using model::MessageKind;
  return kind != MessageKind::review && kind != MessageKind::mention && kind != MessageKind::comment;
}

}  // namespace

std::string tidy_handle(std::string_view handle) {
  const std::string_view trimmed = text::trim(handle);
  if (trimmed.empty()) return "";
  if (trimmed.find('@') != trimmed.npos) return text::ascii_lower(trimmed);
  std::string digits;
  for (const char c : trimmed) {
    if (text::is_digit(c)) {
      digits += c;
    } else if (c != ' ' && c != '-' && c != '.' && c != '/' && c != '(' && c != ')' && !(c == '+' && digits.empty())) {
      return std::string(trimmed);
    }
  }
  // "(0)" in "+49 (0) 151 …" is dialled at home only.
  const bool international = trimmed.front() == '+' || digits.rfind("00", 0) == 0;
  if (digits.rfind("00", 0) == 0) digits.erase(0, 2);
  if (!international || digits.size() < 7 || digits.size() > 15) return std::string(trimmed);
  if (const std::size_t home = trimmed.find("(0)"); home != trimmed.npos) {
    std::size_t before = 0;
    for (const char c : trimmed.substr(0, home)) before += text::is_digit(c) ? 1 : 0;
    if (trimmed.rfind("00", 0) == 0) before -= 2;
    digits.erase(before, 1);
  }
  return "+" + digits;
}

Result<std::vector<model::Item>> read(std::string_view body, std::span<const model::MessageKind> kinds, Timestamp now) {
  auto parsed = channel::parse_json(body);
  if (!parsed) return fail(Kind::invalid, parsed.error().what);
  Json list = Json::array();
  if (parsed->is_array()) {
    list = *parsed;
  } else if (parsed->is_object() && parsed->contains("items")) {
    if (parsed->size() != 1 || !(*parsed)["items"].is_array())
      return fail(Kind::invalid, "\"items\" takes a list, alone");
    list = (*parsed)["items"];
  } else {
    list.push_back(*parsed);
  }
  if (list.empty() || list.size() > kMost) return fail(Kind::invalid, "it takes 1 to 100 items at once");
  std::vector<model::Item> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    TRY(auto item, read_one(list[i], i, kinds, now));
    out.push_back(std::move(item));
  }
  return out;
}

Result<model::Content> parse(std::string_view raw) {
  TRY(const Json json, channel::parse_json(raw));
  const auto kind = model::value_in(model::kMessageKinds, text_at(json, "kind"));
  if (!json.is_object() || text_at(json, "id").empty() || !kind) return fail(Kind::corrupt, "no item of ours");
  model::Content out;
  out.kind = *kind;
  out.visibility = is_private(*kind) ? model::Visibility::private_ : model::Visibility::public_;
  if (text_at(json, "visibility") == "private") out.visibility = model::Visibility::private_;
  if (text_at(json, "visibility") == "public") out.visibility = model::Visibility::public_;
  out.message_id = text_at(json, "id");
  out.author = {text::squeeze(text_at(json, "author")), tidy_handle(text_at(json, "handle"))};
  out.from = {out.author};
  out.auth.from_verified = !out.author.handle.empty();
  out.subject = text::squeeze(text_at(json, "title"));
  out.text = text_at(json, "text");
  out.reply_text = out.text;
  out.date = channel::time_at(json, "at");
  if (const auto updated = channel::time_at(json, "updated")) out.version = to_rfc3339(*updated);
  out.rating = channel::decimal_at(json, "rating");
  out.location = text::squeeze(text_at(json, "location"));
  out.language = text::ascii_lower(text_at(json, "language"));
  out.permalink = text_at(json, "permalink");
  out.deleted = channel::flag_at(json, "deleted");
  if (const std::string parent = text_at(json, "reply_to"); !parent.empty()) out.in_reply_to = {parent};
  for (const Json& one : channel::list_at(json, "media")) {
    out.media.push_back({model::value_in(model::kMediaKinds, text_at(one, "kind")).value_or(model::MediaKind::link),
                         text_at(one, "url"), text_at(one, "alt")});
  }
  return out;
}

}  // namespace amends::connectors::document
