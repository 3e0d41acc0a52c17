#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/html/html.h"
#include "tests/support/cpu_time.h"

namespace amends::html {
namespace {

struct TextCase {
  std::string_view html, text;
};

void expect(std::initializer_list<TextCase> cases) {
  for (const TextCase& c : cases) EXPECT_EQ(to_text(c.html), c.text) << c.html;
}

TEST(ToText, BlocksAndBreaksBecomeLines) {
  expect({
      {"a<br>b", "a\nb"},
      {"a<br><br>b", "a\n\nb"},
      {"<div>a</div><div>b</div>", "a\nb"},
      {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
      {"<div>a<br></div><div>b</div>", "a\nb"},
      {"<p>a</p><p>b</p>", "a\n\nb"},
      {"<p style='margin:0'>a</p><p style='margin:0'>b</p>", "a\nb"},
      {"<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"},
      {"<h1>t</h1>x", "t\n\nx"},
      {"a<hr>b", "a\n________________________________\nb"},
      {"<br><br>a<br><br>", "a"},
      {"a<br><br><br><br><br><br>b", "a\n\n\nb"},
      {"", ""},
  });
}

TEST(ToText, WhiteSpaceCollapsesButNotInPre) {
  expect({
      {"  a \n\t b  ", "a b"},
      {"a <b> b</b> c", "a b c"},
      {"<b>a</b><i>b</i>", "ab"},
      {"a&nbsp;&nbsp;b", "a  b"},
      {"<pre>\na  b\n  c\n\nd</pre>e", "a  b\n  c\n\nd\n\ne"},
      {"<span style='white-space:pre-wrap'>a\n b</span>", "a\n b"},
      {"<pre style='white-space:normal'>a\n b</pre>", "a b"},
      {"a\xC2\xAD"
       "b&shy;c",
       "abc"},
      {"<xmp>a <b> c</xmp>", "a <b> c"},
  });
}

TEST(ToText, QuotesCarryTheirMarks) {
  expect({
      {"a<blockquote>b</blockquote>c", "a\n\n> b\n\nc"},
      {"<blockquote>a<br>b<blockquote>c</blockquote>d</blockquote>", "> a\n> b\n>\n> > c\n>\n> d"},
      {"<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"},
      {"<blockquote style='margin:0 0 0 40px;border:none;padding:0'>a</blockquote>", "a"},
  });
}

TEST(ToText, ListsAreDrawn) {
  expect({
      {"<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"},
      {"<ol><li>a<li>b</ol>", "1. a\n2. b"},
      {"<ol start=9><li>a<li value=20>b<li>c</ol>", "9. a\n20. b\n21. c"},
      {"<ol type=a><li>x<li>y</ol>", "a. x\nb. y"},
      {"<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"},
      {"<ul><li><p>a</p><p>b</p></ul>", "- a\n\n  b"},
      {"<p class=MsoListParagraph><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span>a</p>", "- a"},
      {"<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp; </span></span>a</p>", "1. a"},
  });
}

TEST(ToText, CellsArePartedByATab) {
  expect({
      {"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"},
      {"<table><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td>c</td></tr></table>", "a\tb\nc"},
      {"<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"},
      {"<table><tr><td></td><td>a</td></tr></table>", "a"},
      {"<table><tr><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td><td>c</td></tr></table>", "a\nb\nc"},
      {"x<table><tr><td>a</td></tr></table>y", "x\na\ny"},
  });
}

TEST(ToText, LinksShowWhereTheyGoWhenTheirWordsDoNot) {
  expect({
      {"<a href='https://shop.example/a'>here</a>.", "here <https://shop.example/a>."},
      {"<a href='https://shop.example/'>shop.example</a>", "shop.example"},
      {"<a href='https://www.shop.example/a'>https://shop.example/a</a>", "https://shop.example/a"},
      {"<a href='https://evil.example'>https://bank.example</a>", "https://bank.example <https://evil.example>"},
      {"<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"},
      {"<a href='mailto:a@b.example?subject=x'>write to us</a>", "write to us <a@b.example>"},
      {"<a href='tel:+49301234567'>030 1234567</a>", "030 1234567"},
      {"<a href='javascript:x()'>here</a>", "here"},
      {"<a href='https://shop.example/a'><div>Track</div></a>b", "Track <https://shop.example/a>\nb"},
      {"<a href='https://shop.example/a'><img src=x></a>", ""},
      {"<a href='https://shop.example/a'><img src=x alt=Shop></a>", "Shop <https://shop.example/a>"},
  });
}

TEST(ToText, WhatNobodySeesIsLeftOut) {
  expect({
      {"<style>p{}</style><title>t</title><script>s</script>a", "a"},
      {"<div style='display:none'>x</div>a", "a"},
      {"<div style='display: none !important'>x<div>y</div></div>a", "a"},
      {"<span style='font-size:0px'>x</span>a", "a"},
      {"<span style='mso-hide:all'>x</span>a", "a"},
      {"<div style='font-size:0'>x<p style='font-size:2em'>y<b style='font-size:larger'>z</b></p></div>a", "a"},
      {"<div style='max-height:0px;overflow:hidden'>x</div>a", "a"},
      {"<div style='visibility:hidden'>x</div>a", "a"},
      {"<div style='opacity:0'>x</div><div style='opacity:0.5'>a</div>", "a"},
      {"<p hidden>x</p>a", "a"},
      {"<!-- x -->a<!--[if mso]>y<![endif]-->", "a"},
      {"a&zwnj;&nbsp;&#847;&zwnj; &#8203;b", "a  b"},
      {"<select><option>x</select>a", "a"},
      {"<svg><text>x</text></svg>a", "a"},
      {"<font style='font-size:10px'>a</font>", "a"},
  });
}

TEST(ToText, WhatSaysASizeIsSeenInsideALayoutWithoutOne) {
  expect({
      {"<table><tr><td style='font-size:0px;padding:10px'><div style='font-size:13px;'>a</div></td></tr></table>", "a"},
      {"<div style='font-size:0'> x <span style='font-size: 1rem'>a <i>b</i></span> y </div>", "a b"},
      {"<div style='font-size:0;'><p style='font-size:medium !important'>a</p></div>", "a"},
      {"<td style='font-size:0'><img src=x alt=Shop></td>", "Shop"},
  });
}

TEST(ToText, JoinersInsideWordsStay) {
  EXPECT_EQ(to_text("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"), "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE");
  EXPECT_EQ(to_text("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"), "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB");
}

TEST(ToText, LinesKnowWhatTheMarkupSaysAboutThem) {
  const auto lines = to_lines(
      "a<div class=x_gmail_quote><div class=gmail_attr>On x wrote:</div><blockquote class=gmail_quote style='margin:0 "
      "0 0 .8ex'>q</blockquote>"
      "<div>b</div></div><div class=gmail_signature>s</div>");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0].role, Role::body);
  EXPECT_EQ(lines[1].role, Role::quote);
  EXPECT_EQ(lines[2].role, Role::quote);
  EXPECT_EQ(lines[2].text, "> q");
  EXPECT_EQ(lines[3].role, Role::body);
  EXPECT_EQ(lines[3].region, lines[1].region);
  EXPECT_EQ(lines[4].role, Role::signature);
}

TEST(ToText, TakesLinearTimeOnHostilePages) {
  for (const std::string_view piece : {"<blockquote>x", "<ul><li>x", "<table><tr><td>x", "<a href=http://x.example>x",
                                       "<p>x", "<b style='display:none'>", "<div class=gmail_quote>x"}) {
    std::string page;
    while (page.size() < 500'000) page += piece;
    const test::CpuTime spent;
    const std::string text = to_text(page);
    EXPECT_LT(spent.seconds(), test::CpuTime::kLimit) << piece;
    EXPECT_LE(text.size(), page.size() * 12) << piece;
  }
}

}  // namespace
}  // namespace amends::html
