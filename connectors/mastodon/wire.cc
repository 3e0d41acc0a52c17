#include "connectors/mastodon/wire.h"

#include <utility>

#include "core/base/text.h"
#include "core/html/html.h"

namespace amends::connectors::mastodon {
namespace {

using channel::at;
using channel::flag_at;
using channel::Json;
using channel::list_at;
using channel::text_at;

// Of a status: counters and what we ourselves did to it.
constexpr const char* kPassing[] = {"favourites_count", "reblogs_count", "replies_count",      "quotes_count",
                                    "favourited",       "reblogged",     "bookmarked",         "muted",
                                    "pinned",           "filtered",      "tagged_collections", "quote_approval",
                                    "emojis",           "reblog"};
constexpr const char* kOfAccount[] = {"id", "username", "acct", "display_name", "url", "uri", "bot", "fields"};
constexpr const char* kOfCard[] = {"url", "title", "description"};

template <std::size_t N>
Json only(const Json& object, const char* const (&keys)[N]) {
  Json out = Json::object();
  for (const char* key : keys) {
    if (object.is_object() && object.contains(key)) out[key] = object[key];
  }
  return out;
}

Json settled(Json status) {
  if (!status.is_object()) return Json::object();
  for (const char* key : kPassing) status.erase(key);
  if (status.contains("account")) status["account"] = only(status["account"], kOfAccount);
  if (status.contains("card") && status["card"].is_object()) status["card"] = only(status["card"], kOfCard);
  if (status.contains("poll") && status["poll"].is_object()) {
    Json options = Json::array();
    for (const Json& option : list_at(status, "poll.options")) options.push_back({{"title", text_at(option, "title")}});
    status["poll"] = {{"id", text_at(status, "poll.id")}, {"options", std::move(options)}};
  }
  for (const char* list : {"media_attachments"}) {
    if (!status.contains(list) || !status[list].is_array()) continue;
    for (Json& one : status[list]) {
      if (one.is_object())
        for (const char* key : {"meta", "blurhash", "text_url"}) one.erase(key);
    }
  }
  return status;
}

std::string handle_of(const Json& account, std::string_view host) {
  std::string acct = text::ascii_lower(text_at(account, "acct"));
  if (!acct.empty() && acct.find('@') == std::string::npos) acct += "@" + std::string(host);
  return acct;
}

model::Party party_of(const Json& account, std::string_view host) {
  model::Party out{text_at(account, "display_name"), handle_of(account, host)};
  if (out.name.empty()) out.name = text_at(account, "username");
  return out;
}

bool is_web(std::string_view url) {
  return text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
}

std::string name_of(std::string_view host, std::string_view id) {
  return id.empty() ? std::string() : std::string(host) + "/" + std::string(id);
}

// The address of the first link in a field of a profile.
std::string first_link(std::string_view html) {
  const auto from = html.find("href=\"");
  if (from == html.npos) return {};
  const auto to = html.find('"', from + 6);
  if (to == html.npos) return {};
  std::string url = html::decode_entities(html.substr(from + 6, to - from - 6));
  return is_web(url) ? url : std::string();
}

void add_media(const Json& status, model::Content& out) {
  for (const Json& one : list_at(status, "media_attachments")) {
    std::string url = text_at(one, "url");
    if (url.empty()) url = text_at(one, "remote_url");
    if (!is_web(url)) {
      out.notes.push_back("an attachment without an address");
      continue;
    }
    const std::string type = text_at(one, "type");
    const auto kind = type == "image"                     ? model::MediaKind::image
                      : type == "video" || type == "gifv" ? model::MediaKind::video
                      : type == "audio"                   ? model::MediaKind::audio
                                                          : model::MediaKind::link;
    out.media.push_back({kind, std::move(url), text_at(one, "description")});
  }
  if (std::string url = text_at(status, "card.url"); is_web(url)) {
    out.media.push_back({model::MediaKind::link, std::move(url), text_at(status, "card.title")});
  }
}

// Up to the end of a tag that begins at `from`, quotes respected.
std::size_t end_of_tag(std::string_view html, std::size_t from) {
  char quote = 0;
  for (std::size_t i = from; i < html.size(); ++i) {
    if (quote != 0) {
      if (html[i] == quote) quote = 0;
    } else if (html[i] == '"' || html[i] == '\'') {
      quote = html[i];
    } else if (html[i] == '>') {
      return i + 1;
    }
  }
  return html.size();
}

bool in_word(char c) {
  return text::is_alpha(c) || text::is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Calls visit(piece, kind) for the pieces of a text: 'l' a link, 'm' a mention's domain with its @, 't' anything else.
template <class Visit>
void pieces(std::string_view s, Visit visit) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < s.size();) {
    const std::string_view rest = s.substr(i);
    std::size_t end = i;
    char kind = 't';
    if (rest.substr(0, 8) == "https://" || rest.substr(0, 7) == "http://") {
      while (end < s.size() && !text::is_space(s[end])) ++end;
      while (end > i && std::string_view(".,;:!?)\"'").find(s[end - 1]) != std::string_view::npos) --end;
      kind = 'l';
    } else if (s[i] == '@' && (i == 0 || !in_word(s[i - 1]))) {
      std::size_t user = i + 1;
      while (user < s.size() && (in_word(s[user]) || s[user] == '.' || s[user] == '-')) ++user;
      if (user > i + 1 && user < s.size() && s[user] == '@') {
        end = user + 1;
        while (end < s.size() && (in_word(s[end]) || s[end] == '.' || s[end] == '-' || s[end] == ':')) ++end;
        while (end > user + 1 && (s[end - 1] == '.' || s[end - 1] == ':' || s[end - 1] == '-')) --end;
        i = user;
        kind = end > user + 1 ? 'm' : 't';
      }
    }
    if (kind == 't') {
      ++i;
      continue;
    }
    if (i > from) visit(s.substr(from, i - from), 't');
    visit(s.substr(i, end - i), kind);
    from = i = end;
  }
  if (from < s.size()) visit(s.substr(from), 't');
}

}  // namespace

std::string host_of(std::string_view server) {
  const auto scheme = server.find("://");
  if (scheme != server.npos) server.remove_prefix(scheme + 3);
  return text::ascii_lower(server.substr(0, server.find_first_of("/?#")));
}

std::string_view bare_id(std::string_view external_id) { return external_id.substr(external_id.rfind('/') + 1); }

std::string version_of(const Json& status) {
  std::string edited = text_at(status, "edited_at");
  return edited.empty() ? text_at(status, "created_at") : edited;
}

model::Item item_of(Json status, std::string_view me, std::string_view host, Timestamp now) {
  model::Item item;
  item.external_id = name_of(host, text_at(status, "id"));
  item.own = !me.empty() && text_at(status, "account.id") == me;
  item.received_at = channel::time_at(status, "created_at").value_or(now);
  item.raw = channel::dump({{"me", me}, {"status", settled(std::move(status))}});
  return item;
}

model::Item tombstone(std::string_view id, std::string_view host, bool own, Timestamp now) {
  model::Item item;
  item.external_id = name_of(host, id);
  item.raw = channel::dump({{"deleted", id}});
  item.own = own;
  item.received_at = now;
  return item;
}

Result<model::Content> parse_item(std::string_view raw, std::string_view host) {
  TRY(const Json item, channel::parse_json(raw));
  model::Content out;
  out.visibility = model::Visibility::public_;
  out.kind = model::MessageKind::mention;
  if (std::string id = text_at(item, "deleted"); !id.empty()) {
    out.message_id = name_of(host, id);
    out.deleted = true;
    return out;
  }
  const Json& status = at(item, "status");
  const std::string id = text_at(status, "id");
  if (id.empty()) return fail(Kind::corrupt, "a status without an id");
  out.message_id = name_of(host, id);
  out.version = version_of(status);
  out.date = channel::time_at(status, "created_at");
  out.author = party_of(at(status, "account"), host);
  out.author_url = text_at(status, "account.url");
  if (!is_web(out.author_url)) out.author_url.clear();
  for (const Json& field : list_at(status, "account.fields")) {
    if (text_at(field, "verified_at").empty()) continue;
    if (std::string url = first_link(text_at(field, "value")); !url.empty()) out.author_links.push_back(std::move(url));
  }
  out.auth.from_verified = !out.author.handle.empty();
  out.auto_submitted = flag_at(status, "account.bot");

  const std::string visibility = text_at(status, "visibility");
  const std::string me = text_at(item, "me");
  const std::string answers = text_at(status, "in_reply_to_id");
  if (visibility == "public" || visibility == "unlisted") {
    const bool ours =
        !me.empty() && (text_at(status, "in_reply_to_account_id") == me || text_at(status, "account.id") == me);
    out.kind = !answers.empty() && ours ? model::MessageKind::comment : model::MessageKind::mention;
  } else {  // direct, private, and what we don't know yet: nothing private is ever taken for public
    out.visibility = model::Visibility::private_;
    out.kind = model::MessageKind::direct_message;
    if (visibility != "direct" && visibility != "private") out.notes.push_back("unknown visibility");
  }
  if (!answers.empty()) out.in_reply_to.push_back(name_of(host, answers));
  for (const Json& one : list_at(status, "mentions")) {
    out.to.push_back({text_at(one, "username"), handle_of(one, host)});
  }

  out.subject = text_at(status, "spoiler_text");
  out.html = text_at(status, "content");
  out.text = text_of(out.html);
  for (const Json& option : list_at(status, "poll.options")) out.text += "\n[ ] " + text_at(option, "title");
  out.reply_text = out.text;
  out.language = text::ascii_lower(text_at(status, "language")).substr(0, 2);
  out.permalink = text_at(status, "url");
  if (!is_web(out.permalink)) out.permalink = is_web(text_at(status, "uri")) ? text_at(status, "uri") : std::string();
  add_media(status, out);
  return out;
}

std::string text_of(std::string_view html) {
  // Links to people and hashtags say enough by their text.
  std::string plain;
  for (std::size_t i = 0; i < html.size();) {
    const auto open = html.find('<', i);
    if (open == html.npos) {
      plain += html.substr(i);
      break;
    }
    plain += html.substr(i, open - i);
    i = end_of_tag(html, open);
    const std::string_view tag = html.substr(open, i - open);
    const bool link = tag.size() > 3 && (tag[1] == 'a' || tag[1] == 'A') && text::is_space(tag[2]);
    if (!link || text::find_ignoring_case(tag, "mention") == tag.npos) plain += tag;
  }
  return std::string(text::trim(html::to_text(plain)));
}

std::string as_counted(std::string_view text, std::int64_t per_link) {
  std::string out;
  pieces(text, [&](std::string_view piece, char kind) {
    if (kind == 't') out += piece;
    if (kind == 'l') out.append(static_cast<std::size_t>(std::max<std::int64_t>(per_link, 1)), 'x');
  });
  return out;
}

bool same_words(std::string_view status_html, std::string_view text) {
  const auto bare = [](std::string_view words) {
    std::string out;
    pieces(words, [&](std::string_view piece, char kind) {
      if (kind != 'm') out += piece;
    });
    return text::squeeze(out);
  };
  return bare(text_of(status_html)) == bare(text);
}

std::string reply_visibility(const Json& answered, model::Visibility wanted) {
  if (wanted == model::Visibility::private_) return "direct";
  if (!answered.is_object()) return "public";
  const std::string theirs = text_at(answered, "visibility");
  // "private" of ours would be for our followers, whom they never chose.
  return theirs == "public" || theirs == "unlisted" ? theirs : "direct";
}

}  // namespace amends::connectors::mastodon
