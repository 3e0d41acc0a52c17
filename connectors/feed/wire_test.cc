#include "connectors/feed/wire.h"

#include <gtest/gtest.h>

#include "tests/support/cpu_time.h"
#include "tests/support/support.h"

namespace amends::connectors::feed {
namespace {

Feed read(const std::string& name, const std::string& type = "text/xml") {
  auto feed = read_feed(test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name), type);
  EXPECT_TRUE(feed) << feed.error().what;
  return feed ? *feed : Feed{};
}
model::Content content(const Feed& feed, std::size_t at) {
  const auto parsed = parse_item(item_of(feed.entries.at(at), feed, {7}).raw);
  EXPECT_TRUE(parsed);
  return parsed ? *parsed : model::Content{};
}

TEST(Wire, RssIsReadHoweverItWasEscaped) {
  const Feed feed = read("rss_with_html_entities_twice_and_out_of_order.xml");
  EXPECT_EQ(feed.format, "RSS");
  ASSERT_EQ(feed.entries.size(), 3u) << "the same id counts once";
  const auto first = content(feed, 0);
  EXPECT_EQ(first.kind, model::MessageKind::mention);
  EXPECT_EQ(first.subject, "Der Kessel – ein Test");
  EXPECT_EQ(first.text, "Leider undicht – schade.");
  EXPECT_EQ(first.author.name, "Ann Other");
  EXPECT_EQ(first.author.handle, "");
  EXPECT_EQ(first.permalink, "https://blog.example/kessel");
  EXPECT_EQ(first.language, "de");
  EXPECT_EQ(to_rfc3339(*first.date), "2026-11-20T09:11:12Z");
  ASSERT_EQ(first.media.size(), 1u);
  EXPECT_EQ(first.media[0].kind, model::MediaKind::image);
  const auto older = content(feed, 1);
  EXPECT_EQ(older.permalink, "https://blog.example/older") << "the guid is the link";
  EXPECT_EQ(older.author.name, "Ben");
  EXPECT_EQ(older.text, "a bold word");
  EXPECT_FALSE(older.date);
  EXPECT_EQ(item_of(feed.entries[2], feed, {7}).external_id.rfind("entry/words:", 0), 0u);
}

TEST(Wire, AtomRdfAndJsonAreReadAlike) {
  const Feed atom = read("atom_with_xhtml_and_relative_nothing.xml");
  ASSERT_EQ(atom.entries.size(), 2u);
  const auto first = content(atom, 0);
  EXPECT_EQ(first.text, "La bouilloire fuit.");
  EXPECT_EQ(first.author.handle, "https://zoe.example/");
  EXPECT_EQ(first.version, "2026-11-20T09:00:00Z");
  EXPECT_EQ(first.language, "fr");
  EXPECT_EQ(first.media.at(0).kind, model::MediaKind::audio);
  EXPECT_EQ(content(atom, 1).text, "3 < 4 & more");
  EXPECT_EQ(content(atom, 1).language, "en");

  const Feed rdf = read("rdf.xml");
  ASSERT_EQ(rdf.entries.size(), 1u);
  EXPECT_EQ(content(rdf, 0).subject, "Käse");
  EXPECT_EQ(content(rdf, 0).message_id, "https://old.example/7");
  EXPECT_EQ(to_rfc3339(*content(rdf, 0).date), "2026-11-20T09:00:00Z");

  const Feed json = read("json_feed.json", "application/feed+json");
  ASSERT_EQ(json.entries.size(), 2u);
  EXPECT_EQ(content(json, 0).text, "Great kettle");
  EXPECT_EQ(content(json, 0).media.size(), 2u);
  EXPECT_EQ(content(json, 0).version, "2026-11-21T15:00:00Z");
  EXPECT_EQ(content(json, 1).permalink, "") << "no script for a link";
  EXPECT_EQ(content(json, 1).message_id, "1");
}

TEST(Wire, EntitiesOfItsOwnAreNeverOpened) {
  const std::string laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>"
      "<rss><channel><title>&lol2;</title></channel></rss>";
  EXPECT_EQ(read_feed(laughs, "").error().kind, Kind::corrupt);
  const std::string file =
      "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><channel><title>&x;</title>"
      "</channel></rss>";
  EXPECT_EQ(read_feed(file, "").error().kind, Kind::corrupt);
}

TEST(Wire, DeepAndHugeFeedsTakeNoTime) {
  const test::CpuTime time;
  std::string deep = "<rss><channel><item><guid>1</guid><description>";
  for (int i = 0; i < 100'000; ++i) deep += "<b>";
  const auto broken = read_feed(deep, "");
  EXPECT_FALSE(broken);
  for (int i = 0; i < 100'000; ++i) deep += "</b>";
  deep += "</description></item></channel></rss>";
  const auto feed = read_feed(deep, "");
  ASSERT_TRUE(feed) << feed.error().what;
  EXPECT_TRUE(parse_item(item_of(feed->entries.at(0), *feed, {7}).raw));
  EXPECT_LT(time.seconds(), test::CpuTime::kLimit);
}

TEST(Wire, WhatIsNoFeedSaysSo) {
  for (const char* bytes :
       {"", "hello", "<html><body>x</body></html>", "{}", R"({"version":"2","items":[]})", "<rss"}) {
    EXPECT_EQ(read_feed(bytes, "").error().kind, Kind::corrupt) << bytes;
  }
  EXPECT_EQ(parse_item("{}").error().kind, Kind::corrupt);
}

TEST(Wire, WordsAreWholeAndCapitalsDoNotMatter) {
  Entry e;
  e.title = "Kettle Shop &amp; Co";
  e.html = "<p>Überraschend gut: der Kessel</p>";
  const auto query = [](const std::string& words, const std::string& match, const std::string& exclude) {
    channel::Settings settings;
    settings.set("words", words);
    settings.set("match", match);
    settings.set("exclude", exclude);
    return query_of(settings);
  };
  EXPECT_TRUE(fits(e, query("", "any", "")));
  EXPECT_TRUE(fits(e, query("nothing, kettle shop", "any", "")));
  EXPECT_FALSE(fits(e, query("kett", "any", ""))) << "half a word";
  EXPECT_TRUE(fits(e, query("ÜBERRASCHEND", "any", "")));
  EXPECT_FALSE(fits(e, query("essel", "any", "")));
  EXPECT_TRUE(fits(e, query("kessel, gut", "all", "")));
  EXPECT_FALSE(fits(e, query("kessel, schlecht", "all", "")));
  EXPECT_TRUE(fits(e, query("der, kessel", "phrase", "")));
  EXPECT_FALSE(fits(e, query("kessel, der", "phrase", "")));
  EXPECT_FALSE(fits(e, query("kessel", "any", "co")));
}

}  // namespace
}  // namespace amends::connectors::feed
