#include "core/html/elements.h"

#include <string_view>
#include <unordered_map>

namespace amends::html {
namespace {

constexpr Element kElements[] = {
    // name, kind, shown, leaves_foreign
    {"a", Kind::anchor, "a", false},
    {"abbr", Kind::phrase, "abbr", false},
    {"acronym", Kind::phrase, "abbr", false},
    {"address", Kind::block, "div", false},
    {"applet", Kind::transparent, "", false},
    {"article", Kind::block, "div", false},
    {"aside", Kind::block, "div", false},
    {"audio", Kind::subtree, "", false},
    {"b", Kind::format, "b", true},
    {"bdi", Kind::phrase, "bdi", false},
    {"bdo", Kind::phrase, "bdo", false},
    {"big", Kind::format, "big", true},
    {"blockquote", Kind::block, "blockquote", true},
    {"body", Kind::page, "div", true},
    {"br", Kind::leaf, "br", true},
    {"button", Kind::transparent, "", false},
    {"canvas", Kind::subtree, "", false},
    {"caption", Kind::caption, "caption", false},
    {"center", Kind::block, "center", true},
    {"cite", Kind::phrase, "cite", false},
    {"code", Kind::format, "code", true},
    {"datalist", Kind::subtree, "", false},
    {"dd", Kind::term, "dd", true},
    {"del", Kind::phrase, "del", false},
    {"details", Kind::block, "div", false},
    {"dfn", Kind::phrase, "dfn", false},
    {"dir", Kind::list, "ul", false},
    {"div", Kind::block, "div", true},
    {"dl", Kind::list, "dl", true},
    {"dt", Kind::term, "dt", true},
    {"em", Kind::format, "em", true},
    {"embed", Kind::leaf, "", true},
    {"fieldset", Kind::block, "div", false},
    {"figcaption", Kind::block, "div", false},
    {"figure", Kind::block, "div", false},
    {"font", Kind::format, "font", false},
    {"footer", Kind::block, "div", false},
    {"form", Kind::block, "div", false},
    {"h1", Kind::heading, "h1", true},
    {"h2", Kind::heading, "h2", true},
    {"h3", Kind::heading, "h3", true},
    {"h4", Kind::heading, "h4", true},
    {"h5", Kind::heading, "h5", true},
    {"h6", Kind::heading, "h6", true},
    {"head", Kind::transparent, "", true},
    {"header", Kind::block, "div", false},
    {"hgroup", Kind::block, "div", false},
    {"hr", Kind::leaf, "hr", true},
    {"html", Kind::transparent, "", false},
    {"i", Kind::format, "i", true},
    {"iframe", Kind::raw, "", false},
    {"image", Kind::leaf, "img", false},
    {"img", Kind::leaf, "img", true},
    {"ins", Kind::phrase, "ins", false},
    {"kbd", Kind::phrase, "kbd", false},
    {"legend", Kind::block, "div", false},
    {"li", Kind::item, "li", true},
    {"listing", Kind::preformatted, "pre", true},
    {"main", Kind::block, "div", false},
    {"mark", Kind::phrase, "mark", false},
    {"math", Kind::foreign, "", false},
    {"menu", Kind::list, "ul", true},
    {"meter", Kind::subtree, "", false},
    {"nav", Kind::block, "div", false},
    {"nobr", Kind::transparent, "", true},
    {"noembed", Kind::raw, "", false},
    {"noframes", Kind::raw, "", false},
    {"object", Kind::transparent, "", false},
    {"ol", Kind::list, "ol", true},
    {"optgroup", Kind::subtree, "", false},
    {"option", Kind::subtree, "", false},
    {"p", Kind::paragraph, "p", true},
    {"plaintext", Kind::preformatted, "pre", false},
    {"pre", Kind::preformatted, "pre", true},
    {"progress", Kind::subtree, "", false},
    {"q", Kind::phrase, "q", false},
    {"rp", Kind::phrase, "rp", false},
    {"rt", Kind::phrase, "rt", false},
    {"ruby", Kind::phrase, "ruby", true},
    {"s", Kind::format, "s", true},
    {"samp", Kind::phrase, "samp", false},
    {"script", Kind::raw, "", false},
    {"search", Kind::block, "div", false},
    {"section", Kind::block, "div", false},
    {"select", Kind::subtree, "", false},
    {"small", Kind::format, "small", true},
    {"span", Kind::phrase, "span", true},
    {"strike", Kind::format, "s", true},
    {"strong", Kind::format, "strong", true},
    {"style", Kind::raw, "", false},
    {"sub", Kind::phrase, "sub", true},
    {"summary", Kind::block, "div", false},
    {"sup", Kind::phrase, "sup", true},
    {"svg", Kind::foreign, "", false},
    {"table", Kind::table, "table", true},
    {"tbody", Kind::section, "tbody", false},
    {"td", Kind::cell, "td", false},
    {"template", Kind::subtree, "", false},
    {"textarea", Kind::raw, "", false},
    {"tfoot", Kind::section, "tfoot", false},
    {"th", Kind::cell, "th", false},
    {"thead", Kind::section, "thead", false},
    {"title", Kind::raw, "", false},
    {"tr", Kind::row, "tr", false},
    {"tt", Kind::format, "tt", true},
    {"u", Kind::format, "u", true},
    {"ul", Kind::list, "ul", true},
    {"var", Kind::phrase, "var", true},
    {"video", Kind::subtree, "", false},
    {"wbr", Kind::leaf, "wbr", false},
    {"xmp", Kind::preformatted, "pre", false},
};

}  // namespace

const Element* find_element(std::string_view name) {
  static const auto kByName = [] {
    std::unordered_map<std::string_view, const Element*> out;
    for (const Element& e : kElements) out.emplace(e.name, &e);
    return out;
  }();
  const auto found = kByName.find(name);
  return found == kByName.end() ? nullptr : found->second;
}

const Element& row_element() { return *find_element("tr"); }
const Element& cell_element() { return *find_element("td"); }

}  // namespace amends::html
