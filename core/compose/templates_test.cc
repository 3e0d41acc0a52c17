#include "core/compose/templates.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/base/text.h"
#include "core/compose/left_overs.h"
#include "core/compose/mustache_lint.h"
#include "core/compose/render.h"

namespace amends::compose {
namespace {

constexpr Timestamp kThursday{1'773'338'400'000};  // 2026-03-12T18:00:00Z

std::string file(std::string_view header, std::string_view body) {
  return "+++\n" + std::string(header) + "+++\n" + std::string(body);
}

std::string refusal(std::string_view header, std::string_view body, std::string_view name = "update/any.en") {
  auto t = parse_template(name, file(header, body));
  return t ? "" : t.error().what;
}

constexpr std::string_view kName = "[fields]\nname = { type = \"name\", about = \"who\", fallback = \"\" }\n";
constexpr std::string_view kMust = "[fields]\nname = { type = \"name\", about = \"who\" }\n";

Template made(std::string_view header, std::string_view body) {
  auto t = parse_template("update/any.en", file(header, body));
  EXPECT_TRUE(t) << (t ? "" : t.error().what);
  return t ? *std::move(t) : Template{};
}

TEST(Linter, RefusesWhatMustacheWouldTake) {
  struct Case {
    std::string_view body, says;
  };
  for (const auto& [body, says] : std::vector<Case>{
           {"{{{name}}}", "three braces"},
           {"{{name}}}", "three braces"},
           {"{{&name}}", "{{& is not allowed"},
           {"{{>name}}", "{{> is not allowed"},
           {"{{=<% %>=}}{{name}}", "{{= is not allowed"},
           {"{{nane}}", "no field is called \"nane\""},
           {"{{Name}}", "no field's name"},
           {"{{7*7}}", "no field's name"},
           {"{{name.first}}", "no field's name"},
           {"{{}}", "an empty tag"},
           {"{{name}} and {{", "{{ without }}"},
           {"{{name", "{{ without }}"},
           {"name}} {{name}}", "}} without {{"},
           {"{{#name}}x", "never closed"},
           {"{{#name}}{{^name}}x{{/name}}", "never closed"},
           {"{{name}}{{/name}}", "closes no open section"},
           {"{{name {{name}}", "{{ inside a tag"},
           {"", "never used"},
       }) {
    EXPECT_NE(refusal(kName, body).find(says), std::string::npos) << body << " gave: " << refusal(kName, body);
  }
}

TEST(Linter, NamesTheLine) {
  EXPECT_NE(refusal(kName, "one\ntwo\n{{nane}}\n").find("line 3: no field"), std::string::npos)
      << refusal(kName, "one\ntwo\n{{nane}}\n");
}

TEST(Linter, AFieldThatIsAlwaysThereMakesNoSection) {
  EXPECT_NE(refusal(kMust, "{{#name}}{{name}}{{/name}}").find("only a field with a fallback"), std::string::npos);
}

TEST(Linter, SectionsGoEightDeep) {
  const auto nested = [](int deep) {
    std::string out;
    for (int i = 0; i < deep; ++i) out += "{{#name}}";
    out += "x";
    for (int i = 0; i < deep; ++i) out += "{{/name}}";
    return out;
  };
  EXPECT_EQ(refusal(kName, nested(8)), "");
  EXPECT_NE(refusal(kName, nested(9)).find("at most 8 deep"), std::string::npos);
  // What took 23 GB in the library takes no time here.
  EXPECT_NE(refusal(kName, nested(200'000)), "");
}

TEST(Linter, SizeIsCapped) { EXPECT_NE(refusal(kName, "{{name}}" + std::string(65 * 1024, 'x')), ""); }

TEST(Linter, RefusesAHeaderItDoesNotUnderstand) {
  EXPECT_NE(refusal("[fields]\nname = { type = \"nam\", about = \"who\" }\n", "{{name}}"), "");
  EXPECT_NE(refusal("[fields]\nname = { type = \"name\" }\n", "{{name}}"), "");
  EXPECT_NE(refusal("[fields]\nname = { type = \"name\", about = \"w\", falback = \"\" }\n", "{{name}}"), "");
  EXPECT_NE(refusal("subjekt = \"x\"\n", "text"), "");
  EXPECT_NE(refusal("[fields\n", "text"), "");
  EXPECT_NE(refusal("[\n", "text"), "");
  EXPECT_NE(refusal("[fields]\nname = { type = \"name\", about = \"w\", fallback = \"[NAME]\" }\n", "{{name}}"), "");
  EXPECT_FALSE(parse_template("update/any.en", "no header"));
  EXPECT_FALSE(parse_template("nonsense/any.en", file("", "text")));
  EXPECT_FALSE(parse_template("update", file("", "text")));
}

TEST(Render, MissingValuesStopTheTextWithTheListOfGaps) {
  const auto t =
      made("[fields]\nname = { type = \"name\", about = \"who\" }\ndue = { type = \"time\", about = \"by when\" }\n",
           "{{name}} {{due}}");
  const auto out = render(t, {}, {});
  EXPECT_FALSE(out.complete());
  EXPECT_EQ(out.text, "");
  EXPECT_EQ(out.gaps, (std::vector<Gap>{{"due", "by when", "it is missing"}, {"name", "who", "it is missing"}}));
}

TEST(Render, AFallbackFillsInAndAnEmptyOneLeavesItsSectionOut) {
  const auto t = made(kName, "Hello{{#name}} {{name}}{{/name}}{{^name}} there{{/name}},\n\ntext");
  EXPECT_EQ(render(t, {}, {}).text, "Hello there,\n\ntext");
  EXPECT_EQ(render(t, {{"name", std::string("Maya")}}, {}).text, "Hello Maya,\n\ntext");
}

TEST(Render, LeftOutParagraphsLeaveNoHoles) {
  const auto t = made(kName, "one\n{{#name}}\n\n{{name}}\n{{/name}}\n\ntwo\n");
  EXPECT_EQ(render(t, {}, {}).text, "one\n\ntwo");
  EXPECT_EQ(render(t, {{"name", std::string("Maya")}}, {}).text, "one\n\nMaya\n\ntwo");
}

TEST(Render, PlainTextIsNotEscaped) {
  const auto t = made("[fields]\ntext = { type = \"text\", about = \"t\" }\n", "{{text}}");
  EXPECT_EQ(render(t, {{"text", std::string("Fish & Chips, \"2 > 1\"")}}, {}).text, "Fish & Chips, \"2 > 1\"");
}

TEST(Render, ATagInAValueIsAGapAndNeverATag) {
  const auto t = made("[fields]\na = { type = \"text\", about = \"a\" }\nsecret = { type = \"text\", about = \"s\" }\n",
                      "{{a}} {{secret}}");
  for (const char* hostile :
       {"{{secret}}", "{{{secret}}}", "{{7*7}}", "{{#secret}}x{{/secret}}", "}}", "{{=<% %>=}}<%secret%>"}) {
    const auto out = render(t, {{"a", std::string(hostile)}, {"secret", std::string("1234")}}, {});
    ASSERT_EQ(out.gaps.size(), 1u) << hostile;
    EXPECT_EQ(out.gaps[0].field, "a");
    EXPECT_EQ(out.gaps[0].why.find(hostile), std::string::npos) << "a gap doesn't repeat what a stranger wrote";
  }
  // Other languages' templates are just text.
  EXPECT_EQ(render(t, {{"a", std::string("${7*7} %n #{1+1} <%= 7 %>")}, {"secret", std::string("x")}}, {}).text,
            "${7*7} %n #{1+1} <%= 7 %> x");
}

TEST(Render, TwoHalvesThatMakeATagTogetherDoNotLeave) {
  const auto t =
      made("[fields]\na = { type = \"text\", about = \"a\" }\nb = { type = \"text\", about = \"b\" }\n", "{{a}}{{b}}");
  EXPECT_FALSE(render(t, {{"a", std::string("x{")}, {"b", std::string("{y")}}, {}).complete());
}

TEST(Render, ValuesAreWrittenAsTheirReadersWriteThem) {
  const auto t = made(
      "[fields]\nd = { type = \"date\", about = \"d\" }\nt = { type = \"time\", about = \"t\" }\n"
      "m = { type = \"money\", about = \"m\" }\nn = { type = \"number\", about = \"n\" }\n",
      "{{d}} | {{t}} | {{m}} | {{n}}");
  const Values values{{"d", kThursday}, {"t", kThursday}, {"m", Money{123'450, "EUR"}}, {"n", 1234.5}};
  const auto in = [&](const char* language) {
    return text::replace_all(text::replace_all(render(t, values, {language, "Europe/Berlin"}).text, "\u00a0", " "),
                             "\u202f", " ");
  };
  EXPECT_EQ(in("en"), "Thursday, 12 March 2026 | Thursday, 12 March 2026 at 19:00 | €1,234.50 | 1,234.5");
  EXPECT_EQ(in("de"), "Donnerstag, 12. März 2026 | Donnerstag, 12. März 2026 um 19:00 | 1.234,50 € | 1.234,5");
  EXPECT_EQ(in("fr"), "jeudi 12 mars 2026 | jeudi 12 mars 2026 à 19:00 | 1 234,50 € | 1 234,5");
  EXPECT_EQ(in("es"), "jueves, 12 de marzo de 2026 | jueves, 12 de marzo de 2026, 19:00 | 1.234,50 € | 1.234,5");
}

TEST(Values, ThatDoNotFitTheirKindAreRefused) {
  const auto refused = [](FieldKind kind, const Value& value) { return !written(kind, value, {}); };
  EXPECT_TRUE(refused(FieldKind::name, std::string("")));
  EXPECT_TRUE(refused(FieldKind::name, std::string("  ")));
  EXPECT_TRUE(refused(FieldKind::name, std::string("Maya\nBcc: x@y.example")));
  EXPECT_TRUE(refused(FieldKind::name, std::string("WIN NOW https://bad.example")));
  EXPECT_TRUE(refused(FieldKind::name, std::string("www.bad.example")));
  EXPECT_TRUE(refused(FieldKind::name, std::string(200, 'x')));
  EXPECT_TRUE(refused(FieldKind::text, std::string("bell \a")));
  EXPECT_TRUE(refused(FieldKind::text, std::string("\xff\xfe")));
  EXPECT_TRUE(refused(FieldKind::text, std::string("Dear [NAME]")));
  EXPECT_TRUE(refused(FieldKind::url, std::string("javascript:alert(1)")));
  EXPECT_TRUE(refused(FieldKind::url, std::string("http://shop.example/")));
  EXPECT_TRUE(refused(FieldKind::url, std::string("https://shop.example@bad.example/")));
  EXPECT_TRUE(refused(FieldKind::url, std::string("https://shop.example/ x")));
  EXPECT_TRUE(refused(FieldKind::money, Money{100, "eur"}));
  EXPECT_TRUE(refused(FieldKind::money, std::string("12 EUR")));
  EXPECT_TRUE(refused(FieldKind::number, 0.0 / 0.0));
  EXPECT_FALSE(refused(FieldKind::name, std::string("Zoë O'Neill-Şahin")));
  EXPECT_FALSE(refused(FieldKind::url, std::string("https://shop.example/returns?order=1")));
}

TEST(Values, CurrenciesHaveTheirOwnSmallestUnit) {
  EXPECT_EQ(*written(FieldKind::money, Money{1250, "JPY"}, {}), "JP¥1,250");
  EXPECT_EQ(*written(FieldKind::money, Money{1250, "GBP"}, {}), "£12.50");
}

TEST(DryRun, ListsTextsAndGapsForEveryRecipient) {
  const auto t = made(kMust, "Hello {{name}},\n\ntext");
  const auto out = dry_run(t, {{"maya@mail.example", {{"name", std::string("Maya")}}, {}}, {"x@mail.example", {}, {}}});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].rendered.text, "Hello Maya,\n\ntext");
  EXPECT_FALSE(out[1].rendered.complete());
}

// All that comes out of any template with any values either is nothing or has no brace pair in it.
TEST(Render, ByChanceNoTextEverLeavesWithBracesInIt) {
  std::mt19937_64 rng(20260312);
  const char* pieces[] = {"{{", "}}",    "{",      "}", "{{name}}", "{{{",    "[NAME]", "Maya", "\n", " ",  "#",
                          "/",  "&amp;", "{{#a}}", "é", "%NAME%",   "<name>", "\\",     "`",    "=",  "{ {"};
  const auto piece = [&] { return std::string(pieces[rng() % std::size(pieces)]); };
  const auto t = made(
      "[fields]\na = { type = \"text\", about = \"a\" }\nb = { type = \"text\", about = \"b\", fallback = \"\" }\n",
      "x {{a}}{{b}}{{a}}{{#b}}y{{b}}{{/b}}");
  int complete = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string a, b;
    for (auto n = 1 + rng() % 5; n > 0; --n) a += piece();
    for (auto n = rng() % 4; n > 0; --n) b += piece();
    Values values{{"a", a}};
    if (rng() % 2) values.insert_or_assign("b", b);
    const auto out = render(t, values, {});
    complete += out.complete();
    ASSERT_EQ(out.text.find("{{"), std::string::npos) << a << " | " << b;
    ASSERT_EQ(out.text.find("}}"), std::string::npos) << a << " | " << b;
    ASSERT_TRUE(left_overs(out.text).empty());
  }
  EXPECT_GT(complete, 100);
}

// Any bytes as a template: refused, or it renders what the linter promised.
TEST(Linter, ByChanceWhatItTakesTheLibraryTakesToo) {
  std::mt19937_64 rng(7);
  const char* pieces[] = {"{{", "}}", "{{a}}", "{{#a}}", "{{/a}}",  "{{^a}}", "{{! x }}", "text",
                          "\n", " ",  "{",     "}",      "{{ a }}", "{{#b}}", "{{/b}}"};
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string body;
    for (auto n = 1 + rng() % 8; n > 0; --n) body += pieces[rng() % std::size(pieces)];
    const auto t = parse_template("update/any.en",
                                  file("[fields]\na = { type = \"text\", about = \"a\", fallback = \"\" }\n", body));
    if (!t) continue;
    ++taken;
    const auto out = render(*t, {{"a", std::string("VALUE")}}, {});
    if (!out.complete()) continue;
    ASSERT_EQ(out.text.find("{{"), std::string::npos) << body;
  }
  EXPECT_GT(taken, 500);
}

TEST(BuiltIn, EveryFilePassesTheLinterAndEveryStepHasEveryLanguage) {
  std::set<std::string> ids;
  for (const auto& [name, source] : builtin_files()) {
    const auto t = parse_template(name, source);
    EXPECT_TRUE(t) << (t ? "" : t.error().what);
    ids.insert(std::string(name));
  }
  for (const auto& step : kSteps) {
    for (const char* language : {"en", "de", "fr", "es"}) {
      EXPECT_EQ(ids.count(std::string(step.name) + "/any." + language), 1u) << step.name << " " << language;
    }
  }
  EXPECT_EQ(builtin_templates().all().size(), ids.size());
}

TEST(BuiltIn, TheSameStepAsksTheSameInEveryLanguage) {
  for (const auto* t : builtin_templates().all()) {
    const auto english = builtin_templates().find(t->step, t->where, model::Visibility::private_, "en", "en");
    ASSERT_TRUE(english);
    if ((*english)->where != t->where) continue;
    const auto names = [](const Template& of) {
      std::map<std::string, std::pair<FieldKind, bool>> out;
      for (const auto& f : of.fields) out[f.name] = {f.kind, f.fallback.has_value()};
      return out;
    };
    EXPECT_EQ(names(*t), names(**english)) << t->id;
  }
}

TEST(BuiltIn, EveryOneRendersWithAllAndWithOnlyTheNeededValues) {
  for (const auto* t : builtin_templates().all()) {
    for (const bool all : {true, false}) {
      Values values;
      for (const auto& field : t->fields) {
        if (field.fallback && !all) continue;
        switch (field.kind) {
          case FieldKind::date:
          case FieldKind::time: values[field.name] = kThursday; break;
          case FieldKind::money: values[field.name] = Money{1250, "EUR"}; break;
          case FieldKind::url: values[field.name] = std::string("https://kestrel.example/"); break;
          case FieldKind::number: values[field.name] = 3.0; break;
          case FieldKind::text:
          case FieldKind::name: values[field.name] = std::string("Maya"); break;
        }
      }
      const auto out = render(*t, values, {t->language, "Europe/Berlin"});
      EXPECT_TRUE(out.complete()) << t->id << ": " << (out.gaps.empty() ? "" : out.gaps[0].why);
      EXPECT_EQ(out.text.find("\n\n\n"), std::string::npos) << t->id;
      EXPECT_EQ(out.text.find(" ,"), std::string::npos) << t->id;
      EXPECT_EQ(out.text.find("  "), std::string::npos) << t->id;
    }
  }
}

TEST(BuiltIn, TheMostFittingWordingWins) {
  const auto& set = builtin_templates();
  const auto id = [&](Step step, std::string_view channel, model::Visibility v, std::string_view customer,
                      std::string_view brand) {
    const auto t = set.find(step, channel, v, customer, brand);
    return t ? (*t)->id : t.error().what;
  };
  using enum model::Visibility;
  EXPECT_EQ(id(Step::apology, "email", private_, "de", "en"), "apology/any.de");
  EXPECT_EQ(id(Step::apology, "mastodon", public_, "de", "en"), "apology/public.de");
  EXPECT_EQ(id(Step::apology, "email", private_, "nl", "fr"), "apology/any.fr");
  EXPECT_EQ(id(Step::apology, "email", private_, "nl", "pl"), "apology/any.en");
  TemplateSet own = set;
  own.add(*parse_template("apology/email.de", file("", "Unser Text.")));
  EXPECT_EQ((*own.find(Step::apology, "email", private_, "de", "en"))->id, "apology/email.de");
  EXPECT_FALSE(TemplateSet().find(Step::apology, "email", private_, "de", "en"));
}

TEST(Money, AnAmountIsReadWithTheDecimalsOfItsCurrency) {
  EXPECT_EQ(parse_money("12.50 EUR")->minor, 1250);
  EXPECT_EQ(parse_money("12 EUR")->minor, 1200);
  EXPECT_EQ(parse_money("-0.05 USD")->minor, -5);
  EXPECT_EQ(parse_money("1250 JPY")->minor, 1250);
  EXPECT_EQ(parse_money("1.250 KWD")->minor, 1250);
  for (const char* wrong :
       {"12,50 EUR", "12.505 EUR", "12.5 JPY", "EUR 12", "12 eur", "12. EUR", ".5 EUR", "1e3 EUR", ""}) {
    EXPECT_FALSE(parse_money(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace amends::compose
