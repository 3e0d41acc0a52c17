#include "connectors/wordpress/wire.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/html/html.h"

namespace amends::connectors::wordpress {
namespace {

using channel::Json;

// Left out: counts, pictures, addresses of machines and links, which change by themselves or are nobody's business.
constexpr const char* kCommentFields[] = {"id",         "post", "parent",   "author", "author_name", "author_email",
                                          "author_url", "link", "date_gmt", "status", "type"};
constexpr const char* kReviewFields[] = {
    "id",       "date_created_gmt", "product_id", "product_name", "product_permalink", "status",
    "reviewer", "reviewer_email",   "review",     "rating",       "verified"};

// "2026-11-20T10:11:12", in UTC without saying so.
std::optional<Timestamp> gmt_at(const Json& json, std::string_view path) {
  const std::string written = channel::text_at(json, path);
  return written.empty() ? std::nullopt : from_rfc3339(written + "Z");
}

Json kept(const Json& comment, Source source) {
  Json out = Json::object();
  const auto copy = [&](const char* field) {
    if (const auto it = comment.find(field); it != comment.end()) out[field] = *it;
  };
  if (source == Source::comments) {
    for (const char* field : kCommentFields) copy(field);
    const Json& raw = channel::at(comment, "content.raw");
    // A theme decides how words are rendered; what was typed stays the same.
    const char* which = raw.is_string() ? "raw" : "rendered";
    out["content"] = {{which, channel::text_at(comment, std::string("content.") + which)}};
  } else {
    for (const char* field : kReviewFields) copy(field);
  }
  return out;
}

model::Moderation moderation_of(std::string_view status) {
  if (status == "approved" || status == "approve") return model::Moderation::published;
  if (status == "hold") return model::Moderation::pending;
  return model::Moderation::rejected;
}

std::string message_id_of(const std::string& site, std::int64_t id) { return site + "/comment/" + std::to_string(id); }

void set_author(const std::string& site, std::int64_t user, const std::string& name, const std::string& mail,
                model::Content& out) {
  out.author.name = text::squeeze(html::decode_entities(name));
  if (user > 0) {
    out.author.handle = "user:" + std::to_string(user) + "@" + site;
    out.auth.from_verified = true;  // the site knows who was logged in
  } else {
    out.author.handle = text::ascii_lower(text::trim(mail));  // typed into a form, so it proves nothing
  }
  out.from = {out.author};
}

std::string http_only(std::string url) {
  const bool http = text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
  return http ? std::move(url) : std::string();
}

Posted posted_of(const Json& comment) {
  Posted out;
  out.id = channel::number_at(comment, "id").value_or(0);
  out.author = channel::number_at(comment, "author").value_or(0);
  out.link = http_only(channel::text_at(comment, "link"));
  out.moderation = moderation_of(channel::text_at(comment, "status"));
  const Json& raw = channel::at(comment, "content.raw");
  out.text = raw.is_string() ? text_of_markup(raw.get_ref<const std::string&>())
                             : std::string(text::trim(html::to_text(channel::text_at(comment, "content.rendered"))));
  return out;
}

}  // namespace

std::string external_id_of(std::int64_t id) { return "comment/" + std::to_string(id); }

std::optional<std::int64_t> id_in(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == name.npos) return {};
  std::int64_t id = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + slash + 1, end, id);
  return error == std::errc() && stop == end && id > 0 ? std::optional(id) : std::nullopt;
}

std::string host_of(std::string_view server) {
  const auto scheme = server.find("://");
  std::string out = text::ascii_lower(scheme == server.npos ? server : server.substr(scheme + 3));
  out.resize(std::min(out.size(), out.find_first_of("?#")));
  while (!out.empty() && out.back() == '/') out.pop_back();
  return out;
}

std::string text_of_markup(std::string_view raw) {
  const std::string breaks = text::replace_all(text::replace_all(raw, "\r\n", "\n"), "\n", "<br>\n");
  return std::string(text::trim(html::to_text(breaks)));
}

std::string markup_of_text(std::string_view text) {
  // Quotes are harmless in text, and WordPress keeps them as they are typed.
  std::string out = text::replace_all(text, "&", "&amp;");
  out = text::replace_all(out, "<", "&lt;");
  return text::replace_all(out, ">", "&gt;");
}

Result<std::vector<Listed>> read_list(std::string_view body, Source source, std::string_view site,
                                      const std::vector<std::int64_t>& own) {
  TRY(const Json list, channel::parse_json(body));
  if (!list.is_array()) return fail(Kind::corrupt, "the site answered no list of comments");
  std::vector<Listed> out;
  for (const Json& comment : list) {
    Listed one;
    one.id = channel::number_at(comment, "id").value_or(0);
    if (one.id <= 0) return fail(Kind::corrupt, "the site listed a comment without an id");
    const bool review = source == Source::reviews;
    one.at = gmt_at(comment, review ? "date_created_gmt" : "date_gmt").value_or(Timestamp{});
    one.item.external_id = external_id_of(one.id);
    one.item.raw = channel::dump(
        {{"site", std::string(site)}, {"kind", review ? "review" : "comment"}, {"comment", kept(comment, source)}});
    one.item.place = "post/" + channel::text_at(comment, review ? "product_id" : "post");
    const std::int64_t author = channel::number_at(comment, "author").value_or(0);
    one.item.own = author > 0 && std::find(own.begin(), own.end(), author) != own.end();
    one.item.received_at = one.at;
    out.push_back(std::move(one));
  }
  return out;
}

model::Item gone(std::int64_t id, std::string_view status, std::string_view site, Timestamp now) {
  model::Item out;
  out.external_id = external_id_of(id);
  out.raw = channel::dump(
      {{"site", std::string(site)}, {"kind", "gone"}, {"comment", {{"id", id}, {"status", std::string(status)}}}});
  out.received_at = now;
  return out;
}

model::Item with_version(model::Item item, const std::string& version) {
  auto json = channel::parse_json(item.raw);
  if (version.empty() || !json) return item;
  (*json)["version"] = version;
  item.raw = channel::dump(*json);
  return item;
}

Result<model::Content> parse_item(const model::Item& stored) {
  TRY(const Json item, channel::parse_json(stored.raw));
  const std::string site = channel::text_at(item, "site");
  const std::string kind = channel::text_at(item, "kind");
  const Json& comment = channel::at(item, "comment");
  const std::int64_t id = channel::number_at(comment, "id").value_or(0);
  if (!comment.is_object() || id <= 0) return fail(Kind::corrupt, "no comment of WordPress");

  model::Content out;
  out.kind = kind == "review" ? model::MessageKind::review : model::MessageKind::comment;
  out.visibility = model::Visibility::public_;
  out.message_id = message_id_of(site, id);
  out.version = channel::text_at(item, "version");
  const std::string status = channel::text_at(comment, "status");
  if (kind == "gone") {
    out.deleted = true;
    out.notes.emplace_back(status == "spam" ? "the site took it for spam" : "removed on the site");
    return out;
  }
  const model::Moderation standing = moderation_of(status);
  out.deleted = standing == model::Moderation::rejected;
  if (stored.own) out.moderation = standing;
  if (standing == model::Moderation::pending) {
    if (stored.own) out.moderation_reason = "waits for approval on the site";
    out.notes.emplace_back("not public yet: it waits for approval on the site");
  }
  if (kind == "review") {
    set_author(site, 0, channel::text_at(comment, "reviewer"), channel::text_at(comment, "reviewer_email"), out);
    out.text = text_of_markup(channel::text_at(comment, "review"));
    out.date = gmt_at(comment, "date_created_gmt");
    out.location = text::squeeze(html::decode_entities(channel::text_at(comment, "product_name")));
    out.permalink = http_only(channel::text_at(comment, "product_permalink"));
    if (!out.permalink.empty()) out.permalink += "#comment-" + std::to_string(id);
    // 0 is WooCommerce's way to say that no stars were given.
    if (const auto stars = channel::decimal_at(comment, "rating"); stars && *stars >= 1 && *stars <= 5)
      out.rating = *stars;
    if (channel::flag_at(comment, "verified")) out.notes.emplace_back("the shop knows that the author bought it");
  } else {
    set_author(site, channel::number_at(comment, "author").value_or(0), channel::text_at(comment, "author_name"),
               channel::text_at(comment, "author_email"), out);
    const Json& typed = channel::at(comment, "content.raw");
    out.text = typed.is_string()
                   ? text_of_markup(typed.get_ref<const std::string&>())
                   : std::string(text::trim(html::to_text(channel::text_at(comment, "content.rendered"))));
    out.date = gmt_at(comment, "date_gmt");
    out.permalink = http_only(channel::text_at(comment, "link"));
    out.author_url = http_only(channel::text_at(comment, "author_url"));
    if (const auto parent = channel::number_at(comment, "parent"); parent && *parent > 0)
      out.in_reply_to = {message_id_of(site, *parent)};
    const std::string type = channel::text_at(comment, "type");
    if (type == "pingback" || type == "trackback") {
      out.kind = model::MessageKind::mention;
      out.origin = model::Origin::list;
    }
  }
  out.reply_text = out.text;
  return out;
}

std::string write_reply(std::int64_t post, std::int64_t parent, std::string_view text) {
  return channel::dump({{"post", post}, {"parent", parent}, {"content", markup_of_text(text)}});
}

Result<Posted> read_posted(std::string_view body) {
  TRY(const Json comment, channel::parse_json(body));
  Posted out = posted_of(comment);
  if (out.id <= 0) return fail(Kind::corrupt, "the site answered no comment");
  return out;
}

Result<std::vector<Posted>> read_posted_list(std::string_view body) {
  TRY(const Json list, channel::parse_json(body));
  if (!list.is_array()) return fail(Kind::corrupt, "the site answered no list of comments");
  std::vector<Posted> out;
  for (const Json& comment : list) out.push_back(posted_of(comment));
  return out;
}

std::string error_code(std::string_view body) {
  const auto json = channel::parse_json(body);
  return json ? channel::text_at(*json, "code") : std::string();
}

}  // namespace amends::connectors::wordpress
