#include "connectors/bluesky/wire.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace amends::connectors::bluesky {
namespace {

using channel::at;
using channel::Json;
using channel::list_at;
using channel::number_at;
using channel::text_at;

bool is_web(std::string_view url) {
  return text::starts_with_ignoring_case(url, "https://") || text::starts_with_ignoring_case(url, "http://");
}

Json author_of(const Json& post) {
  return {{"did", text_at(post, "author.did")},
          {"handle", text_at(post, "author.handle")},
          {"displayName", text_at(post, "author.displayName")}};
}

// Pictures and films are named by their content; the network's own CDN shows them under that name.
std::string picture_url(std::string_view did, const Json& blob) {
  const std::string cid = text_at(blob, "ref.$link");
  if (cid.empty() || did.empty()) return {};
  return "https://cdn.bsky.app/img/feed_fullsize/plain/" + std::string(did) + "/" + cid + "@jpeg";
}

std::string film_url(std::string_view did, const Json& blob) {
  const std::string cid = text_at(blob, "ref.$link");
  if (cid.empty() || did.empty()) return {};
  return "https://video.bsky.app/watch/" + std::string(did) + "/" + cid + "/playlist.m3u8";
}

void add_media(const Json& embed, const std::string& did, model::Content& out) {
  const auto add = [&](model::MediaKind kind, std::string url, std::string alt) {
    if (is_web(url)) out.media.push_back({kind, std::move(url), std::move(alt)});
  };
  for (const Json& one : list_at(embed, "images")) {
    add(model::MediaKind::image, picture_url(did, at(one, "image")), text_at(one, "alt"));
  }
  if (at(embed, "video").is_object()) {
    add(model::MediaKind::video, film_url(did, at(embed, "video")), text_at(embed, "alt"));
  }
  if (at(embed, "external").is_object()) {
    add(model::MediaKind::link, text_at(embed, "external.uri"), text_at(embed, "external.title"));
  }
}

// What a post quotes, "" when nothing: record.uri of app.bsky.embed.record, one deeper in recordWithMedia.
std::string quoted_by(const Json& embed) {
  const std::string uri = text_at(embed, "record.uri");
  return uri.empty() ? text_at(embed, "record.record.uri") : uri;
}

}  // namespace

PostAddress address_of(std::string_view uri) {
  if (uri.substr(0, 5) != "at://") return {};
  const auto parts = text::split(uri.substr(5), '/');
  if (parts.size() != 3 || parts[0].substr(0, 4) != "did:" || parts[1] != kPostType || parts[2].empty()) return {};
  return {std::string(parts[0]), std::string(parts[2])};
}

std::string permalink_of(std::string_view uri) {
  const PostAddress address = address_of(uri);
  return address.rkey.empty() ? std::string() : "https://bsky.app/profile/" + address.did + "/post/" + address.rkey;
}

model::Item item_of(const Json& post, std::string_view me, Timestamp now) {
  model::Item item;
  item.external_id = text_at(post, "uri");
  item.raw = channel::dump({{"me", me},
                            {"post",
                             {{"uri", item.external_id},
                              {"cid", text_at(post, "cid")},
                              {"author", author_of(post)},
                              {"record", at(post, "record")}}}});
  item.own = !me.empty() && text_at(post, "author.did") == me;
  item.received_at = channel::time_at(post, "indexedAt").value_or(now);
  return item;
}

Result<model::Content> parse_item(std::string_view raw) {
  TRY(const Json item, channel::parse_json(raw));
  model::Content out;
  out.visibility = model::Visibility::public_;
  out.kind = model::MessageKind::mention;
  if (std::string uri = text_at(item, "deleted"); !uri.empty()) {
    out.message_id = std::move(uri);
    out.deleted = true;
    return out;
  }
  const Json& post = at(item, "post");
  const Json& record = at(post, "record");
  out.message_id = text_at(post, "uri");
  const PostAddress address = address_of(out.message_id);
  if (address.rkey.empty()) return fail(Kind::corrupt, "a post without an address");
  const std::string me = text_at(item, "me");
  const auto ours = [&](std::string_view uri) { return !me.empty() && address_of(uri).did == me; };

  out.author.handle = address.did;
  out.author.name = text_at(post, "author.displayName");
  const std::string handle = text_at(post, "author.handle");
  const bool known = !handle.empty() && handle != "handle.invalid";
  if (out.author.name.empty()) out.author.name = known ? handle : address.did;
  out.author_url = "https://bsky.app/profile/" + (known ? handle : address.did);
  // A handle is a domain whose owner proved it by DNS or a file; those under bsky.social are the network's own.
  const std::string_view own_names = ".bsky.social";
  const bool given = handle.size() > own_names.size() && handle.substr(handle.size() - own_names.size()) == own_names;
  if (known && !given) out.author_links.push_back("https://" + handle);
  out.auth.from_verified = true;

  const std::string parent = text_at(record, "reply.parent.uri"), root = text_at(record, "reply.root.uri");
  if (!parent.empty()) {
    out.in_reply_to.push_back(parent);
    if (!root.empty() && root != parent) out.references.push_back(root);
    out.references.push_back(parent);
    if (ours(parent) || ours(root) || address.did == me) out.kind = model::MessageKind::comment;
  }
  out.date = channel::time_at(record, "createdAt");
  out.text = text_of(record);
  out.reply_text = out.text;
  out.language = text::ascii_lower(text_at(record, "langs.0")).substr(0, 2);
  out.permalink = permalink_of(out.message_id);
  const Json& embed = at(record, "embed");
  add_media(embed, address.did, out);
  add_media(at(embed, "media"), address.did, out);  // recordWithMedia
  if (std::string quoted = permalink_of(quoted_by(embed)); !quoted.empty()) {
    out.media.push_back({model::MediaKind::link, std::move(quoted), "quoted post"});
  }
  if (!at(record, "text").is_string()) out.notes.push_back("a post without text");
  return out;
}

std::string text_of(const Json& record) {
  const std::string text = text_at(record, "text");
  struct Link {
    std::size_t from, to;
    std::string url;
  };
  std::vector<Link> links;
  for (const Json& facet : list_at(record, "facets")) {
    const auto from = number_at(facet, "index.byteStart"), to = number_at(facet, "index.byteEnd");
    if (!from || !to || *from < 0 || *to <= *from || *to > static_cast<std::int64_t>(text.size())) continue;
    for (const Json& feature : list_at(facet, "features")) {
      std::string url = text_at(feature, "uri");
      if (text_at(feature, "$type") == "app.bsky.richtext.facet#link" && is_web(url)) {
        links.push_back({static_cast<std::size_t>(*from), static_cast<std::size_t>(*to), std::move(url)});
        break;
      }
    }
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.from < b.from; });
  std::string out;
  std::size_t done = 0;
  for (const Link& link : links) {
    if (link.from < done) continue;  // overlapping facets: the first one counts
    const std::string_view shown = std::string_view(text).substr(link.from, link.to - link.from);
    out += text.substr(done, link.from - done);
    done = link.to;
    const auto ends = [&](std::string_view tail) {
      return shown.size() >= tail.size() && shown.substr(shown.size() - tail.size()) == tail;
    };
    const bool shows_it = link.url.find(shown) != link.url.npos && shown.find('.') != shown.npos;
    if (shows_it || ends("...") || ends("…")) {
      out += link.url;
    } else {
      out += std::string(shown) + " <" + link.url + ">";
    }
  }
  return text::repair_utf8(out + text.substr(done));
}

}  // namespace amends::connectors::bluesky
