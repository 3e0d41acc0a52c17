#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/html/html.h"
#include "tests/support/cpu_time.h"
#include "tests/support/support.h"

namespace amends::html {
namespace {

std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 >= s.size()) {
      out += s[i];
      continue;
    }
    switch (s[++i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case '0': out += '\0'; break;
      case 'x':
        out += static_cast<char>(std::stoi(std::string(s.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default: out += s[i];
    }
  }
  return out;
}

// The hostile pages that tests/browser shows to a real one: "name: bytes", where \{text*9} is a repetition.
std::vector<std::string> browser_vectors() {
  static const std::string kFile = test::read_file(AMENDS_SOURCE_FOLDER "/tests/browser/vectors.txt");
  std::vector<std::string> out;
  for (const std::string_view line : text::lines(kFile)) {
    if (line.empty() || line.substr(0, 2) == "# " || line[0] == '[') continue;
    std::string page;
    std::string_view rest = line.substr(line.find(": ") + 2);
    for (std::size_t open = rest.find("\\{"); open != rest.npos; open = rest.find("\\{")) {
      const std::size_t close = rest.find('}', open), star = rest.rfind('*', close);
      page += unescape(rest.substr(0, open));
      const std::string piece = unescape(rest.substr(open + 2, star - open - 2));
      for (int n = std::stoi(std::string(rest.substr(star + 1, close - star - 1))); n > 0; --n) page += piece;
      rest.remove_prefix(close + 1);
    }
    out.push_back(page + unescape(rest));
  }
  return out;
}

std::vector<std::string> vectors() {
  static const std::string kFile = test::read_file(AMENDS_TEST_FOLDER "/testdata/vectors.txt");
  std::vector<std::string> out;
  for (const std::string_view line : text::lines(kFile)) {
    if (!line.empty() && line != "#" && line.substr(0, 2) != "# ") out.push_back(unescape(line));
  }
  return out;
}

// A second opinion on what is allowed, written for the reader of the output: tags and attributes as the cleaner writes
// them and nothing else. Returns what is wrong, "" when all is well.
std::string objection(std::string_view html) {
  static const std::set<std::string, std::less<>> kTags = {
      "a",     "abbr", "b",     "bdi",  "bdo",   "big",  "blockquote", "br",   "caption", "center", "cite", "code",
      "dd",    "del",  "dfn",   "div",  "dl",    "dt",   "em",         "font", "h1",      "h2",     "h3",   "h4",
      "h5",    "h6",   "hr",    "i",    "img",   "ins",  "kbd",        "li",   "mark",    "ol",     "p",    "pre",
      "q",     "rp",   "rt",    "ruby", "s",     "samp", "small",      "span", "strong",  "sub",    "sup",  "table",
      "tbody", "td",   "tfoot", "th",   "thead", "tr",   "tt",         "u",    "ul",      "var",    "wbr"};
  static const std::set<std::string, std::less<>> kAttributes = {
      "style",   "title",          "dir",         "lang",        "align",       "valign",  "width",   "height",
      "bgcolor", "border",         "bordercolor", "cellpadding", "cellspacing", "colspan", "rowspan", "nowrap",
      "scope",   "color",          "size",        "face",        "noshade",     "clear",   "start",   "value",
      "type",    "reversed",       "alt",         "hspace",      "vspace",      "href",    "rel",     "target",
      "src",     "data-remote-src"};
  static const std::set<std::string, std::less<>> kVoid = {"br", "hr", "img", "wbr"};
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = html.find_first_of("<>", at)) != html.npos) {
    if (html[at] == '>') return "a '>' outside of a tag";
    ++at;
    const bool end = at < html.size() && html[at] == '/';
    if (end) ++at;
    std::size_t stop = at;
    while (stop < html.size() && (text::is_alpha(html[stop]) || text::is_digit(html[stop]))) ++stop;
    const std::string name(html.substr(at, stop - at));
    if (kTags.count(name) == 0) return "tag <" + name + ">";
    at = stop;
    std::set<std::string> seen;
    while (at < html.size() && html[at] == ' ') {
      const std::size_t equal = html.find("=\"", at);
      if (equal == html.npos) return "an attribute without a value";
      const std::string attribute(html.substr(at + 1, equal - at - 1));
      if (kAttributes.count(attribute) == 0) return "attribute " + attribute;
      if (!seen.insert(attribute).second) return "attribute twice: " + attribute;
      const std::size_t close = html.find('"', equal + 2);
      if (close == html.npos) return "an attribute that doesn't end";
      const std::string raw(html.substr(equal + 2, close - equal - 2));
      if (raw.find_first_of("<>`'") != raw.npos) return "an unescaped character in " + attribute;
      const std::string value = text::ascii_lower(decode_entities(raw));
      const auto begins = [&](std::string_view start) { return value.compare(0, start.size(), start) == 0; };
      if (attribute == "href" && !begins("http://") && !begins("https://") && !begins("mailto:") && !begins("tel:")) {
        return "link to " + value;
      }
      if (attribute == "src" && !begins("cid:") && !begins("data:image/png;base64,") &&
          !begins("data:image/jpeg;base64,") && !begins("data:image/jpg;base64,") &&
          !begins("data:image/gif;base64,") && !begins("data:image/webp;base64,")) {
        return "picture from " + value;
      }
      if (attribute == "data-remote-src" && !begins("http://") && !begins("https://"))
        return "remote picture from " + value;
      if (attribute == "style") {
        for (const std::string_view bad :
             {"url", "expression", "\\", "@", "position", "behavior", "binding", "/*", "var(", "<"}) {
          if (value.find(bad) != value.npos) return "style " + value;
        }
      }
      at = close + 1;
    }
    if (at >= html.size() || html[at] != '>') return "a tag that doesn't end";
    ++at;
    if (end) {
      if (open.empty() || open.back() != name) return "</" + name + "> out of order";
      open.pop_back();
    } else if (kVoid.count(name) == 0) {
      const std::string parent = open.empty() ? "" : open.back();
      const bool in_table =
          parent == "table" || parent == "tbody" || parent == "thead" || parent == "tfoot" || parent == "tr";
      static const std::map<std::string, std::set<std::string>, std::less<>> kParents = {
          {"tr", {"table", "tbody", "thead", "tfoot"}},
          {"td", {"tr"}},
          {"th", {"tr"}},
          {"tbody", {"table"}},
          {"thead", {"table"}},
          {"tfoot", {"table"}},
          {"caption", {"table"}}};
      const auto parents = kParents.find(name);
      if (parents != kParents.end() ? parents->second.count(parent) == 0 : in_table) {
        return "<" + name + "> inside <" + parent + ">";
      }
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> never closed";
}

TEST(Clean, LetsNothingOfTheHostileVectorsThrough) {
  const auto all = vectors();
  ASSERT_GE(all.size(), 120U);
  for (const std::string& vector : all) {
    const Cleaned cleaned = clean(vector);
    EXPECT_EQ(objection(cleaned.html), "") << vector << "\n-> " << cleaned.html;
    EXPECT_EQ(clean(cleaned.html).html, cleaned.html) << vector;
  }
}

TEST(Clean, LetsNothingOfTheBrowserVectorsThrough) {
  const auto all = browser_vectors();
  ASSERT_GE(all.size(), 700U);
  for (const std::string& vector : all) {
    const Cleaned cleaned = clean(vector);
    EXPECT_EQ(objection(cleaned.html), "") << vector << "\n-> " << cleaned.html;
    EXPECT_EQ(clean(cleaned.html).html, cleaned.html) << vector;
  }
}

TEST(Clean, EveryPairOfVectorsStaysCleanWhenOneIsPutInsideTheOther) {
  const auto all = vectors();
  for (std::size_t i = 0; i < all.size(); i += 3) {
    for (std::size_t k = i % 5; k < all.size(); k += 5) {
      for (const std::string& text :
           {all[i] + all[k], "<table><tr><td title=\"" + all[i] + "\">" + all[k] + "</table>"}) {
        const Cleaned cleaned = clean(text);
        ASSERT_EQ(objection(cleaned.html), "") << text << "\n-> " << cleaned.html;
        ASSERT_EQ(clean(cleaned.html).html, cleaned.html) << text;
      }
    }
  }
}

TEST(Clean, EveryCutOfAPageIsCleanAndStaysAsItIs) {
  const std::string page =
      "<html><body bgcolor=#fff><table border=1 "
      "style='width:100%;position:fixed'><tr><td>a<p>b<b>c<i>d</b>e</table><pre>\n\n"
      "x</pre><a href='http://x.example/?a=1&b=2'>l<a href=\"mailto:a@b.example\">m</a><img src=cid:1 alt='&quot;'>"
      "<ul><li>1<li>2</ul><!-- c --><svg><p>out</svg><select><option>o</select>&nbsp;&hellip;&#x41;&bogus;<blockquote "
      "type=cite>q";
  for (std::size_t n = 0; n <= page.size(); ++n) {
    const Cleaned cleaned = clean(std::string_view(page).substr(0, n));
    ASSERT_EQ(objection(cleaned.html), "") << n << " -> " << cleaned.html;
    ASSERT_EQ(clean(cleaned.html).html, cleaned.html) << n;
  }
}

struct Case {
  std::string_view in, out;
};

TEST(Clean, KeepsWhatAMailNeeds) {
  const std::string link = " rel=\"noopener noreferrer nofollow\" target=\"_blank\"";
  const Case cases[] = {
      {"<p align=center>a <b>b</b></p>", "<p align=\"center\">a <b>b</b></p>"},
      {"<table width='100%' cellpadding=3 bgcolor='#FFEEDD'><tr><td colspan=2 valign=top>x</table>",
       "<table width=\"100%\" cellpadding=\"3\" bgcolor=\"#FFEEDD\"><tr><td colspan=\"2\" "
       "valign=\"top\">x</td></tr></table>"},
      {"<table><tbody><tr><th scope=col>x</th></tr></tbody></table>",
       "<table><tbody><tr><th scope=\"col\">x</th></tr></tbody></table>"},
      {"<font color=red size=+1 face='Arial, sans-serif'>x</font>",
       "<font color=\"red\" size=\"+1\" face=\"Arial, sans-serif\">x</font>"},
      {"<p style='COLOR: Red; font-family: \"Segoe UI\", Arial; mso-line-height-rule:exactly; margin: 0 0 10px'>x</p>",
       "<p style=\"color:Red;font-family:&#39;Segoe UI&#39;, Arial;margin:0 0 10px\">x</p>"},
      {"<p style='background: RGB(1, 2,3); border-top:solid #E1E1E1 1.0pt'>x</p>",
       "<p style=\"background:rgb(1, 2,3);border-top:solid #e1e1e1 1.0pt\">x</p>"},
      {"<blockquote type=cite cite=\"mid:x\">x</blockquote>", "<blockquote>x</blockquote>"},
      {"<img src=\"CID:img1@x\" alt=\"a &amp; b\" width=10px>",
       "<img src=\"cid:img1@x\" alt=\"a &amp; b\" width=\"10\">"},
      {"<img src=\"data:image/png;base64,iVBO Rw0K\">", "<img src=\"data:image/png;base64,iVBORw0K\">"},
      {"<section><h1>t</h1></section>", "<div><h1>t</h1></div>"},
      {"<ol start=3 type=a><li>x<li>y</ol>", "<ol start=\"3\" type=\"a\"><li>x</li><li>y</li></ol>"},
      {"<xmp>a < b</xmp>", "<pre>a &lt; b</pre>"},
      {"a &copy; &notin; &amp;lt; &unknown; &#128;", "a © ∉ &amp;lt; &amp;unknown; €"},
      {"x<p hidden>y</p>", "x<p>y</p>"},
  };
  for (const Case& c : cases) EXPECT_EQ(clean(c.in).html, c.out);
  EXPECT_EQ(clean("<a href=' https://shop.example/a b ' title=t>x</a>").html,
            "<a href=\"https://shop.example/a b\"" + link + " title=\"t\">x</a>");
  EXPECT_EQ(clean("<a href=tel:+491234>x</a>").html, "<a href=\"tel:+491234\"" + link + ">x</a>");
}

TEST(Clean, NumbersThatMoveThingsOverOthersGo) {
  for (const std::string_view style :
       {"margin:-9px", "margin:0-99px", "margin:1%-99px", "margin:.5-99px", "margin:0 -99px", "letter-spacing:-99px",
        "letter-spacing:-1em", "word-spacing:-9px", "text-indent:-9999px", "width:1e9em", "width:1e9px",
        "width:1.5.5px", "text-decoration:underline 500px", "text-decoration:underline rgb(1,2,3) 500px"}) {
    EXPECT_EQ(clean("<p style='" + std::string(style) + "'>x</p>").html, "<p>x</p>") << style;
  }
  for (const std::string_view style :
       {"letter-spacing:-0.5px", "letter-spacing:-.02em", "letter-spacing:-2px", "vertical-align:-4px",
        "text-decoration:underline rgb(200,0,0) 2px", "line-height:1.5", "margin:+3px 10.5pt 0% .8ex"}) {
    EXPECT_EQ(clean("<p style='" + std::string(style) + "'>x</p>").html,
              "<p style=\"" + std::string(style) + "\">x</p>");
  }
}

TEST(Clean, HoldsRemotePicturesBackAndCountsThem) {
  const Cleaned cleaned =
      clean("<img src=https://t.example/a.png><img src=cid:x><img src=//t.example/b><a href=http://x.example>y</a>");
  EXPECT_EQ(cleaned.remote_images, 2);
  EXPECT_EQ(cleaned.links, 1);
  EXPECT_NE(cleaned.html.find("data-remote-src=\"https://t.example/b\""), std::string::npos);
  EXPECT_EQ(cleaned.html.find(" src=\"http"), std::string::npos);
  EXPECT_EQ(clean(cleaned.html).remote_images, 2);
}

TEST(Clean, SaysWhenThePageWasTooLong) {
  EXPECT_TRUE(clean(std::string(10'000'001, 'x')).truncated);
  EXPECT_FALSE(clean("x").truncated);
}

TEST(Clean, ElementsShownAsAnotherBehaveLikeIt) {
  const std::string once = clean("<li>1<form><li>2</form>").html;
  EXPECT_EQ(once, "<li>1<div></div></li><li>2</li>");
  EXPECT_EQ(clean(once).html, once);
}

TEST(Clean, OverlappingTagsBecomeNested) {
  EXPECT_EQ(clean("<b>1<i>2</b>3</i>").html, "<b>1<i>2</i></b><i>3</i>");
  EXPECT_EQ(clean("<p>1<div>2</div>").html, "<p>1</p><div>2</div>");
  EXPECT_EQ(clean("<table><div>1</div><tr><td>2</table>").html,
            "<table><tr><td><div>1</div></td></tr><tr><td>2</td></tr></table>");
}

TEST(Clean, HeadingsThatWaitForAnInlineElementCloseTogetherSoTwiceIsTheSame) {
  const std::string once = clean("<h4><q><h4></q><h4>x").html;
  EXPECT_EQ(clean(once).html, once);
}

// Doubling the input must not quadruple the time: the shapes that make tree builders slow, at 1 MB.
TEST(Clean, TakesLinearTimeOnHostilePages) {
  const auto repeat = [](std::string_view s, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += s;
    return out;
  };
  for (const std::string_view piece : {"<div>", "<b>", "<b><i></b>", "<table><tr><td>", "<", "&", "<!--", "<a href=x ",
                                       "<p>x</b>", "<ul><li>x", "<svg><p>", "<a href=http://x.example><font>"}) {
    const std::string page = repeat(piece, 1'000'000);
    const test::CpuTime spent;
    const Cleaned cleaned = clean(page);
    EXPECT_LT(spent.seconds(), test::CpuTime::kLimit) << piece;
    EXPECT_LE(cleaned.html.size(), page.size() * 6);
  }
  std::string attributes = "<a ";
  for (int i = 0; i < 50'000; ++i) attributes += "a" + std::to_string(i) + "=x ";
  const test::CpuTime spent;
  EXPECT_EQ(clean(attributes + ">y").html, "y");
  EXPECT_LT(spent.seconds(), test::CpuTime::kLimit);
}

TEST(Entities, AreDecodedAsBrowsersDo) {
  const Case cases[] = {
      {"&amp;&lt;&gt;&quot;&apos;", "&<>\"'"},
      {"&eacute;&eacute &Eacute", "éé É"},
      {"&notit; &notin;", "¬it; ∉"},
      {"&CounterClockwiseContourIntegral;", "∳"},
      {"&NotEqualTilde;", "≂̸"},
      {"&#x41;&#65&#0;&#xD800;&#x110000;&#99999999999;", "AA\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"&#150;&#x80;", "–€"},
      {"&", "&"},
      {"&#", "&#"},
      {"&#x;", "&#x;"},
      {"&;", "&;"},
      {"&nosuch;", "&nosuch;"},
  };
  for (const Case& c : cases) EXPECT_EQ(decode_entities(c.in), c.out) << c.in;
}

TEST(Entities, WithoutSemicolonStayInAddresses) {
  EXPECT_NE(clean("<a href='http://x.example/?a=1&copy=2&lt=3&para;'>y</a>").html.find("?a=1&amp;copy=2&amp;lt=3¶"),
            std::string::npos);
}

TEST(Entities, EscapeIsUndoneByDecoding) {
  const std::string all = "<a href=\"x\">&'`é€";
  EXPECT_EQ(decode_entities(escape(all)), all);
  EXPECT_EQ(escape(all).find_first_of("<>\"'`"), std::string::npos);
}

}  // namespace
}  // namespace amends::html
