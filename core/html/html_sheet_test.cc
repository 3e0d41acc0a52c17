#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/html/html.h"
#include "core/html/sheet.h"
#include "tests/support/cpu_time.h"

namespace amends::html {
namespace {

struct SheetCase {
  std::string_view in, out;
};

void expect_clean(std::string_view in, std::string_view out) {
  const Cleaned cleaned = clean(in);
  EXPECT_EQ(cleaned.html, out) << in;
  EXPECT_EQ(clean(cleaned.html).html, cleaned.html) << in;
}

TEST(Sheet, WhatItSaysOfAnElementStandsInItsStyleAttribute) {
  const SheetCase cases[] = {
      {"<style>p{margin:0}</style><p>x</p>", "<p style=\"margin:0\">x</p>"},
      {"<style><!--\n/* Word */ p.MsoNormal, li.MsoNormal\n\t{margin:0cm;\n\tmso-x:y;}\n--></style>"
       "<p class=MsoNormal>x</p><p class=Other>y</p>",
       "<p style=\"margin:0cm\">x</p><p>y</p>"},
      {"<style>#a .b > i{color:red}</style><div id=a><p class='c b'><i>x</i><u><i>y</i></u></p></div><i>z</i>",
       "<div><p><i style=\"color:red\">x</i><u><i>y</i></u></p></div><i>z</i>"},
      {"<style>* {color:red}</style>x<hr>", "x<hr style=\"color:red\">"},
      {"<style> P {margin-top:0}</style><p>x</p>", "<p style=\"margin-top:0\">x</p>"},
      {"<style>a:link{color:red}a:hover{color:blue}</style><b>x</b>", "<b>x</b>"},
      {"<style>.h{display:none}</style><p class=h>x</p>", "<p style=\"display:none\">x</p>"},
      {"<p class=c>x</p><style>.c{color:red}</style><p class=c>y</p>", "<p>x</p><p style=\"color:red\">y</p>"},
      {"<style>b i{color:red}</style><b>1<i>2</b>3</i><i>4</i>",
       "<b>1<i style=\"color:red\">2</i></b><i style=\"color:red\">3</i><i>4</i>"},
  };
  for (const SheetCase& c : cases) expect_clean(c.in, c.out);
}

TEST(Sheet, TheStrongerAndTheLaterWin) {
  const SheetCase cases[] = {
      {"<style>.c{color:blue}p{color:red}</style><p class=c>x</p>", "<p style=\"color:blue\">x</p>"},
      {"<style>#i{color:red}.c.d{color:blue}</style><p class='c d' id=i>x</p>", "<p style=\"color:red\">x</p>"},
      {"<style>p{color:red}p{color:blue}</style><p>x</p>", "<p style=\"color:blue\">x</p>"},
      {"<style>p{color:red;margin:0}</style><p style='color:green'>x</p>", "<p style=\"margin:0;color:green\">x</p>"},
      {"<style>.w{width:50%!important}</style><p class=w style='width:100%'>x</p>", "<p style=\"width:50%\">x</p>"},
      {"<style>.w{width:50%!important}</style><p class=w style='width:9px !important'>x</p>",
       "<p style=\"width:9px\">x</p>"},
      {"<style>p{margin:0;margin-top:3px}</style><p style='margin:1px'>x</p>",
       "<p style=\"margin-top:3px;margin:1px\">x</p>"},
  };
  for (const SheetCase& c : cases) expect_clean(c.in, c.out);
}

TEST(Sheet, WhatItCannotReadItLeavesOutWhole) {
  for (const std::string_view css : {"p:first-child{color:red}",
                                     "p[title]{color:red}",
                                     "p + p{color:red}",
                                     "p::before{color:red}",
                                     "p:not(b){color:red}",
                                     "@import 'x';@font-face{font-family:x}@page{color:red}",
                                     "@supports(x:y){p{color:red}}",
                                     "p{b{color:red}}",
                                     "@media print{p{color:red}}",
                                     "@media (max-width:600px){p{color:red}}",
                                     "q p{color:red}",
                                     "p b{color:red}",
                                     "@media (prefers-color-scheme:dark){p{color:red}}",
                                     "p{position:fixed}",
                                     "p{background:url(http://x.example)}",
                                     "/*p{color:red}",
                                     "p{--x:red;color:var(--x)}",
                                     "\\70{color:red}",
                                     "p>{color:red}",
                                     ">p{color:red}",
                                     "p.{color:red}",
                                     "{color:red}",
                                     "}}p{color:red}"}) {
    const std::string page = "<style>" + std::string(css) + "</style><p>x</p>";
    expect_clean(page, "<p>x</p>");
  }
  expect_clean("<style>p{color:red</style><p>x</p>", "<p style=\"color:red\">x</p>");
  expect_clean("<style>z,p:hover,p{color:red}</style><p>x</p>", "<p style=\"color:red\">x</p>");
  expect_clean("<style media=print>p{color:red}</style><p>x</p>", "<p>x</p>");
  expect_clean("<svg><style>p{color:red}</style></svg><!--<style>p{color:red}</style>--><p>x</p>", "<p>x</p>");
}

TEST(Sheet, MediaAreALightScreenOfTheWidthOfAPane) {
  for (const std::string_view yes :
       {"", " ", "screen", "ALL", "only screen and (min-width:480px)", "print, screen", "(min-width: 30em)",
        "screen and (min-width:480px) and (max-width:900px)", "(prefers-color-scheme: light)"}) {
    EXPECT_TRUE(media_holds(yes)) << yes;
  }
  for (const std::string_view no :
       {"print", "not screen", "screen and (max-width:600px)", "(min-width:50em)", "(hover)", "(min-width)",
        "(min-width:x)", "screen and (", "(orientation:landscape)", "a;b"}) {
    EXPECT_FALSE(media_holds(no)) << no;
  }
}

TEST(Page, BodyKeepsItsColoursAndFontsAsABlockToTheEnd) {
  const std::string link = " rel=\"noopener noreferrer nofollow\" target=\"_blank\"";
  expect_clean("<html><body>x</body></html>", "x");
  expect_clean("<body bgcolor=FFEEDD text=red style='font-family:Arial;margin:0'><p>x</body>y",
               "<div style=\"background-color:#ffeedd;color:red;font-family:Arial;margin:0\"><p>xy</p></div>");
  expect_clean("<style>body{color:red}</style><body class=c dir=rtl>x", "<div style=\"color:red\" dir=\"rtl\">x</div>");
  expect_clean("<body style='color:red'>x<body style='color:blue'>y", "<div style=\"color:red\">xy</div>");
  expect_clean("<table><body style='color:red'><tr><td>x</table>", "<table><tr><td>x</td></tr></table>");
  expect_clean("<p>x<body text=red>y", "<p>x</p><div style=\"color:red\">y</div>");
  std::string deep;
  for (int i = 0; i < 250; ++i) deep += "<div>";
  const std::string once = clean(deep + "<body text=red>x").html;
  EXPECT_EQ(clean(once).html, once);
  expect_clean("<body link=5CFF00><a href=http://x.example>x</a>",
               "<a href=\"http://x.example\"" + link + " style=\"color:#5cff00\">x</a>");
  expect_clean("<body link=green><a href=http://x.example>x</a>",
               "<a href=\"http://x.example\"" + link + " style=\"color:green\">x</a>");
  expect_clean("<body background=http://x.example/y style='position:fixed'>x", "x");
}

TEST(Style, ABackgroundKeepsItsColourWhenItsPictureGoes) {
  const SheetCase cases[] = {
      {"background:#222 url(https://x.example/a.png) no-repeat", "background:#222 no-repeat"},
      {"background:url('x)y') red", "background:red"},
      {"background-image:linear-gradient(90deg,#fff 0%,rgb(1,2,3) 100%)",
       "background-image:linear-gradient(90deg,#fff 0%,rgb(1,2,3) 100%)"},
      {"background:url(x", ""},
      {"background:url(\\29 x) red", ""},
      {"background:image-set(url(x) 1x) red", ""},
      {"color:url(x) red", ""},
      {"list-style:linear-gradient(red,blue)", ""},
      {"font-family:Aptos_Embedded,\xE3\x83\xA1\xE3\x82\xA4,serif",
       "font-family:Aptos_Embedded,\xE3\x83\xA1\xE3\x82\xA4,serif"},
      {"text-indent:-18.0pt", "text-indent:-18.0pt"},
      {"text-indent:-50%", ""},
  };
  for (const SheetCase& c : cases) {
    expect_clean("<p style=\"" + std::string(c.in) + "\">x</p>",
                 c.out.empty() ? "<p>x</p>" : "<p style=\"" + std::string(c.out) + "\">x</p>");
  }
}

// What a sheet may cost: every rule is asked of every element, with long ancestries and all kinds of overlap.
TEST(Sheet, HostileOnesCostABoundedAmount) {
  const auto numbered = [](std::string_view before, std::string_view after, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += std::string(before) + std::to_string(i) + std::string(after);
    return out;
  };
  const auto repeat = [](std::string_view s, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += s;
    return out;
  };
  const std::string pages[] = {
      "<style>" + numbered("b b b b b .c", "{color:red}", 2'000) + repeat("b b b b b b{color:red}", 9'000) +
          "</style>" + repeat("<b>", 500'000),
      "<style>" + repeat("*{color:red;margin:0;padding:0;border:0}", 60'000) + "</style>" + repeat("<p>x", 500'000),
      "<style>" + repeat("* > * * * > *{color:red}", 60'000) + "</style>" + repeat("<div>", 500'000),
      "<style>.x.y{color:red}</style>" + repeat("<p class='" + repeat("x ", 5'000) + "'>", 1'000'000),
      repeat("<style>p{color:red}</style><p>", 1'000'000),
      "<style>" + repeat("@media screen{", 200'000) + "</style>x",
      "<style>" + repeat("/*", 500'000) + "</style>x<style>" + repeat("{\"", 500'000),
      "<style>p{" + numbered("", "", 1) + repeat("color:red;", 250'000) + "}</style>" + repeat("<p>x", 500'000),
      "<style>" + repeat("p,", 250'000) + "p{color:red}</style>" + repeat("<p>x", 300'000),
  };
  for (const std::string& page : pages) {
    const test::CpuTime spent;
    const Cleaned cleaned = clean(page);
    EXPECT_LT(spent.seconds(), test::CpuTime::kLimit) << page.substr(0, 60);
    EXPECT_LE(cleaned.html.size(), page.size() * 6 + 65'536) << page.substr(0, 60);
  }
}

}  // namespace
}  // namespace amends::html
