#include "connectors/feed/wire.h"

#include <algorithm>
#include <map>

#include "connectors/feed/xml.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/digest.h"
#include "core/html/html.h"
#include "core/mime/charset.h"
#include "core/mime/date.h"

namespace amends::connectors::feed {
namespace {

using channel::Json;
using channel::text_at;

constexpr std::size_t kLongestId = 200;
constexpr std::size_t kMostMedia = 10;

std::string parameter(std::string_view content_type, std::string_view name) {
  const std::size_t at = text::find_ignoring_case(content_type, name);
  if (at == content_type.npos) return "";
  std::string_view rest = content_type.substr(at + name.size());
  rest = rest.substr(0, rest.find(';'));
  std::string out(text::trim(rest));
  out.erase(std::remove(out.begin(), out.end(), '"'), out.end());
  return out;
}

// encoding="…" of the XML declaration.
std::string declared(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, bytes.find("?>") == bytes.npos ? 0 : bytes.find("?>"));
  const std::size_t at = head.find("encoding=");
  if (at == head.npos || at + 10 >= head.size()) return "";
  const char quote = head[at + 9];
  const std::size_t end = head.find(quote, at + 10);
  return end == head.npos ? "" : std::string(head.substr(at + 10, end - at - 10));
}

Feed read_json_feed(const Json& json) {
  Feed out;
  out.format = "JSON Feed";
  out.title = text_at(json, "title");
  out.language = text_at(json, "language");
  for (const Json& item : channel::list_at(json, "items")) {
    Entry e;
    e.id = text_at(item, "id");
    e.link = text_at(item, "url");
    if (e.link.empty()) e.link = text_at(item, "external_url");
    e.title = text_at(item, "title");
    e.html = text_at(item, "content_html");
    e.text = text_at(item, "content_text");
    if (e.html.empty() && e.text.empty()) e.text = text_at(item, "summary");
    e.published = text_at(item, "date_published");
    e.updated = text_at(item, "date_modified");
    e.language = text_at(item, "language");
    const Json& author =
        channel::at(item, "authors.0").is_object() ? channel::at(item, "authors.0") : channel::at(item, "author");
    e.author = text_at(author, "name");
    e.author_url = text_at(author, "url");
    if (const std::string image = text_at(item, "image"); !image.empty()) e.media.push_back({image, "image"});
    for (const Json& file : channel::list_at(item, "attachments"))
      e.media.push_back({text_at(file, "url"), text_at(file, "mime_type")});
    out.entries.push_back(std::move(e));
  }
  return out;
}

std::optional<Timestamp> time_of(std::string_view written) {
  if (written.empty()) return {};
  if (const auto at = from_rfc3339(written)) return at;
  mime::Notes ignored;
  return mime::read_date(written, ignored);
}

// What names an entry that doesn't name itself: where it stands, else what it says.
void name_entry(Entry& e) {
  e.id = text::trim(e.id);
  if (e.id.empty()) e.id = e.link;
  if (e.id.empty() && (!e.title.empty() || !e.html.empty() || !e.text.empty()))
    e.id = "words:" + crypto::sha256_hex(e.title + "\n" + e.published + "\n" + e.html + e.text).substr(0, 32);
}

std::string web_address(std::string_view given) {
  const std::string url(text::trim(given));
  const bool web = text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
  return web && url.find_first_of(" \"<>\n") == url.npos ? url : std::string();
}

bool is_word_byte(char c) { return text::is_alpha(c) || text::is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

// `needle` as whole words in `text`; both folded.
bool has_words(std::string_view text, std::string_view needle) {
  if (needle.empty()) return false;
  for (std::size_t at = text.find(needle); at != text.npos; at = text.find(needle, at + 1)) {
    const std::size_t end = at + needle.size();
    const bool begins = at == 0 || !is_word_byte(needle.front()) || !is_word_byte(text[at - 1]);
    const bool ends = end == text.size() || !is_word_byte(needle.back()) || !is_word_byte(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::string words_of(const Entry& e) { return e.html.empty() ? e.text : html::to_text(e.html); }

model::MediaKind kind_of(std::string_view type) {
  if (type.rfind("image", 0) == 0) return model::MediaKind::image;
  if (type.rfind("video", 0) == 0) return model::MediaKind::video;
  return type.rfind("audio", 0) == 0 ? model::MediaKind::audio : model::MediaKind::link;
}

}  // namespace

Result<Feed> read_feed(std::string bytes, std::string_view content_type) {
  mime::Notes notes;
  std::string label = parameter(content_type, "charset=");
  if (label.empty()) label = declared(bytes);
  // Two bytes a character say so themselves.
  if (bytes.size() > 1 && (bytes.compare(0, 2, "\xFF\xFE") == 0 || bytes.compare(0, 2, "\xFE\xFF") == 0))
    label = "utf-16";
  mime::to_utf8(bytes, label, notes);
  std::string_view body = bytes;
  if (body.rfind("\xEF\xBB\xBF", 0) == 0) body.remove_prefix(3);
  body = text::trim(body);
  Feed out;
  if (!body.empty() && body.front() == '{') {
    TRY(const Json json, channel::parse_json(body));
    if (text_at(json, "version").find("jsonfeed.org/version/") == std::string::npos)
      return fail(Kind::corrupt, "this is JSON, but no JSON Feed");
    out = read_json_feed(json);
  } else {
    TRY(out, read_xml_feed(body));
  }
  std::vector<Entry> once;
  std::map<std::string, std::size_t> at;
  for (Entry& e : out.entries) {
    name_entry(e);
    if (e.id.empty()) continue;
    const auto [known, fresh] = at.emplace(e.id, once.size());
    if (fresh) {
      once.push_back(std::move(e));
    } else if (const auto mine = time_of(e.updated), theirs = time_of(once[known->second].updated);
               mine && (!theirs || *mine > *theirs)) {
      once[known->second] = std::move(e);
    }
  }
  out.entries = std::move(once);
  return out;
}

model::Item item_of(const Entry& e, const Feed& feed, Timestamp now) {
  Json raw = {{"id", e.id}, {"feed", text::squeeze(feed.title)}};
  const auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) raw[name] = value;
  };
  put("title", e.title);
  put("link", web_address(e.link));
  put("author", text::squeeze(e.author));
  put("author_url", web_address(e.author_url));
  put("published", e.published);
  put("updated", e.updated);
  put(e.html.empty() ? "text" : "html", e.html.empty() ? e.text : e.html);
  put("language", e.language.empty() ? feed.language : e.language);
  for (const auto& medium : e.media) {
    const std::string url = web_address(medium.url);
    if (!url.empty() && raw["media"].size() < kMostMedia) raw["media"].push_back({{"url", url}, {"type", medium.type}});
  }
  if (raw.contains("media") && raw["media"].is_null()) raw.erase("media");
  model::Item out;
  const bool plain = e.id.size() <= kLongestId && text::printable(e.id) == e.id;
  out.external_id = "entry/" + (plain ? e.id : crypto::sha256_hex(e.id));
  out.received_at = time_of(e.published).value_or(now);
  out.raw = channel::dump(raw);
  return out;
}

Result<model::Content> parse_item(std::string_view bytes) {
  TRY(const Json raw, channel::parse_json(bytes));
  const std::string id = text_at(raw, "id");
  if (id.empty()) return fail(Kind::corrupt, "no entry of a feed");
  model::Content out;
  out.kind = model::MessageKind::mention;
  out.visibility = model::Visibility::public_;
  out.message_id = id;
  out.subject = text::squeeze(html::decode_entities(text_at(raw, "title")));
  const std::string html = text_at(raw, "html");
  out.text = std::string(text::trim(html.empty() ? text_at(raw, "text") : html::to_text(html)));
  out.reply_text = out.text;
  out.permalink = text_at(raw, "link");
  out.author.name = text_at(raw, "author");
  out.author_url = text_at(raw, "author_url");
  out.author.handle = out.author_url;  // a name alone tells nobody apart
  out.auth.from_verified = !out.author.handle.empty();
  out.from = {out.author};
  out.location = text_at(raw, "feed");
  out.date = time_of(text_at(raw, "published"));
  const auto updated = time_of(text_at(raw, "updated"));
  if (!out.date) out.date = updated;
  if (updated && (!out.date || *updated != *out.date)) out.version = to_rfc3339(*updated);
  const std::string language = text::ascii_lower(text_at(raw, "language"));
  const bool two = language.size() >= 2 && text::is_alpha(language[0]) && text::is_alpha(language[1]);
  if (two && (language.size() == 2 || language[2] == '-' || language[2] == '_')) out.language = language.substr(0, 2);
  for (const Json& medium : channel::list_at(raw, "media"))
    out.media.push_back({kind_of(text_at(medium, "type")), text_at(medium, "url"), ""});
  return out;
}

Query query_of(const channel::Settings& settings) {
  Query out;
  const auto mode = settings.get("match");
  out.mode = mode == "all" ? Query::Mode::all : mode == "phrase" ? Query::Mode::phrase : Query::Mode::any;
  for (const auto& word : settings.list("words")) out.words.push_back(text::squeeze(text::fold(word)));
  for (const auto& word : settings.list("exclude")) out.excludes.push_back(text::squeeze(text::fold(word)));
  if (out.mode == Query::Mode::phrase && !out.words.empty()) out.words = {text::join(out.words, " ")};
  return out;
}

bool fits(const Entry& entry, const Query& query) {
  if (query.words.empty() && query.excludes.empty()) return true;
  const std::string said = text::squeeze(text::fold(html::decode_entities(entry.title) + "\n" + words_of(entry)));
  const auto said_in = [&](const std::string& word) { return has_words(said, word); };
  if (std::any_of(query.excludes.begin(), query.excludes.end(), said_in)) return false;
  if (query.words.empty()) return true;
  if (query.mode == Query::Mode::all) return std::all_of(query.words.begin(), query.words.end(), said_in);
  return std::any_of(query.words.begin(), query.words.end(), said_in);
}

}  // namespace amends::connectors::feed
