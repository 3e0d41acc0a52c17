#include "connectors/feed/xml.h"

#include <pugixml.hpp>
#include <sstream>

#include "core/base/text.h"

namespace amends::connectors::feed {
namespace {

constexpr std::size_t kMostEntries = 5000;

// "dc:creator" is "creator": what a prefix stands for is settled by habit, not by its declaration.
std::string_view local(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

bool is(const pugi::xml_node& node, std::string_view full) { return full == node.name(); }

// All text inside, markup too: people forget to escape it.
std::string inside(const pugi::xml_node& node) {
  bool markup = false;
  for (const auto& child : node.children()) markup = markup || child.type() == pugi::node_element;
  if (!markup) {
    std::string out;
    for (const auto& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out += child.value();
    }
    return out;
  }
  std::ostringstream out;
  for (const auto& child : node.children()) child.print(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

std::string plain(const pugi::xml_node& node) { return std::string(text::trim(inside(node))); }

void take(std::string& to, const pugi::xml_node& node) {
  if (to.empty()) to = plain(node);
}

// Atom's text constructs: type "text" is no markup.
void take_atom_text(Entry& e, const pugi::xml_node& node) {
  const std::string_view type = node.attribute("type").as_string("text");
  const std::string value = inside(node);
  if (type == "html" || type == "xhtml" || type == "text/html") {
    e.html = value;
  } else {
    e.text = std::string(text::trim(value));
  }
}

// "ann@example.org (Ann Other)"
std::string name_of_author(const std::string& written) {
  const std::size_t open = written.find('('), close = written.rfind(')');
  if (open != written.npos && close != written.npos && close > open)
    return std::string(text::trim(written.substr(open + 1, close - open - 1)));
  return written.find('@') == written.npos ? written : std::string();
}

Entry read_rss_item(const pugi::xml_node& item) {
  Entry e;
  std::string description, content;
  e.id = item.attribute("rdf:about").as_string();
  for (const auto& node : item.children()) {
    if (is(node, "title")) take(e.title, node);
    if (is(node, "link")) take(e.link, node);
    if (is(node, "guid")) {
      e.id = plain(node);
      const std::string_view permanent = node.attribute("isPermaLink").as_string("true");
      if (e.link.empty() && permanent == "true" && e.id.rfind("http", 0) == 0) e.link = e.id;
    }
    if (is(node, "description")) description = inside(node);
    if (is(node, "content:encoded")) content = inside(node);
    if (is(node, "pubDate") || local(node) == "date") take(e.published, node);
    if (is(node, "atom:updated") || is(node, "dcterms:modified")) take(e.updated, node);
    if (is(node, "dc:creator")) e.author = plain(node);
    if (is(node, "author") && e.author.empty()) e.author = name_of_author(plain(node));
    if (is(node, "dc:language")) take(e.language, node);
    if (is(node, "enclosure") || is(node, "media:content")) {
      std::string type = node.attribute("type").as_string();
      if (type.empty()) type = node.attribute("medium").as_string();
      e.media.push_back({node.attribute("url").as_string(), type});
    }
  }
  e.html = content.empty() ? description : content;
  return e;
}

Entry read_atom_entry(const pugi::xml_node& entry, std::string_view ns) {
  Entry e;
  Entry summary;
  const auto named = [&](const pugi::xml_node& node, const char* name) {
    return std::string_view(node.name()) == std::string(ns) + name;
  };
  for (const auto& node : entry.children()) {
    if (named(node, "id")) take(e.id, node);
    if (named(node, "title")) take(e.title, node);
    if (named(node, "published") || named(node, "issued")) take(e.published, node);
    if (named(node, "updated") || named(node, "modified")) take(e.updated, node);
    if (named(node, "content")) take_atom_text(e, node);
    if (named(node, "summary")) take_atom_text(summary, node);
    if (named(node, "link")) {
      const std::string_view rel = node.attribute("rel").as_string("alternate");
      const std::string href = node.attribute("href").as_string();
      if (rel == "alternate" && e.link.empty()) e.link = href;
      if (rel == "enclosure") e.media.push_back({href, node.attribute("type").as_string()});
    }
    if (named(node, "author") && e.author.empty()) {
      e.author = plain(node.child((std::string(ns) + "name").c_str()));
      e.author_url = plain(node.child((std::string(ns) + "uri").c_str()));
    }
  }
  if (e.html.empty() && e.text.empty()) {
    e.html = summary.html;
    e.text = summary.text;
  }
  e.language = entry.attribute("xml:lang").as_string();
  return e;
}

}  // namespace

Result<Feed> read_xml_feed(std::string_view xml) {
  if (xml.find("<!ENTITY") != xml.npos) {
    return fail(Kind::corrupt, "the feed declares entities of its own, which none needs: it is not read");
  }
  pugi::xml_document document;
  // Doctypes are skipped, not read; a reference that XML doesn't know stays as it is written.
  const auto read = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  const pugi::xml_node root = document.document_element();
  if (!root || (!read && read.status != pugi::status_ok)) {
    return fail(Kind::corrupt, "the feed is no well-formed XML: " + std::string(read.description()),
                "open the address in a browser: it may be a page that only links to the feed");
  }
  Feed out;
  if (is(root, "rss")) {
    out.format = "RSS";
    const pugi::xml_node channel = root.child("channel");
    out.title = plain(channel.child("title"));
    out.language = plain(channel.child("language"));
    for (const auto& item : channel.children("item")) {
      if (out.entries.size() < kMostEntries) out.entries.push_back(read_rss_item(item));
    }
    return out;
  }
  if (local(root) == "RDF") {
    out.format = "RDF";
    out.title = plain(root.child("channel").child("title"));
    out.language = plain(root.child("channel").child("dc:language"));
    for (const auto& item : root.children("item")) {
      if (out.entries.size() < kMostEntries) out.entries.push_back(read_rss_item(item));
    }
    return out;
  }
  if (local(root) == "feed") {
    out.format = "Atom";
    const std::string_view name = root.name();
    const std::string ns(name.substr(0, name.size() - 4));  // "" or "atom:"
    out.title = plain(root.child((ns + "title").c_str()));
    out.language = root.attribute("xml:lang").as_string();
    const std::string entries = ns + "entry";  // children() keeps the pointer for as long as it walks
    for (const auto& entry : root.children(entries.c_str())) {
      if (out.entries.size() < kMostEntries) out.entries.push_back(read_atom_entry(entry, ns));
    }
    return out;
  }
  return fail(Kind::corrupt, "this XML is no feed", "its address should answer RSS, Atom or JSON Feed");
}

}  // namespace amends::connectors::feed
