#include "connectors/facebook/wire.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace amends::connectors::facebook {
namespace {

constexpr Timestamp kNow{1'767'258'000'000};

std::string fixture(const std::string& name) {
  return test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name);
}

TEST(Wire, ChangesOfAPageAreUnderstood) {
  const auto items = read_changes(fixture("changes_of_every_kind.json"), "1010", kNow);
  ASSERT_TRUE(items) << items.error().what;
  std::map<std::string, model::Content> by_id;
  for (const auto& item : *items) {
    const auto content = parse_item(item);
    ASSERT_TRUE(content) << item.external_id << ": " << content.error().what;
    by_id[item.external_id] = *content;
  }
  ASSERT_EQ(by_id.size(), 6u);
  const auto& reply = by_id["comment/1_101"];
  EXPECT_EQ(reply.text, "After the edit");
  EXPECT_EQ(reply.version, "2026-01-01T08:00:00Z");
  EXPECT_EQ(reply.in_reply_to, std::vector<std::string>{"1_100"});
  EXPECT_TRUE(by_id["comment/1_102"].deleted);
  EXPECT_EQ(by_id["post/1010_7"].kind, model::MessageKind::comment);
  EXPECT_EQ(by_id["post/77_8"].kind, model::MessageKind::mention);
  EXPECT_EQ(by_id["post/77_8"].author.name, "Blogger");
  EXPECT_EQ(by_id["rating/901"].rating, 1.0);
  EXPECT_EQ(by_id["rating/901"].kind, model::MessageKind::review);
  std::size_t events = 0;
  for (const auto& [id, content] : by_id) events += id.rfind("event/", 0) == 0 && !content.notes.empty();
  EXPECT_EQ(events, 1u);
}

TEST(Wire, DeliveriesOfLastMonthAreQuarantined) {
  const auto items = read_changes(fixture("changes_of_every_kind.json"), "1010", kNow + std::chrono::hours(24 * 30));
  ASSERT_TRUE(items && !items->empty());
  for (const auto& item : *items) EXPECT_EQ(parse_item(item).error().kind, Kind::corrupt);
}

TEST(Wire, ListedCommentHasNothingThatChangesByItself) {
  const auto read = [](std::string page) { return read_listing(page, "comments", "1010_1", "1010", kNow); };
  std::string page = fixture("comments_with_photo_and_hidden_author.json");
  const auto before = read(page);
  ASSERT_TRUE(before) << before.error().what;
  ASSERT_EQ(before->items.size(), 2u);
  page.replace(page.find("oh=00_AfA"), 9, "oh=00_ZZZ");
  EXPECT_EQ(before->items[0].item.raw, read(page)->items[0].item.raw);
  const auto photo = parse_item(before->items[0].item);
  ASSERT_EQ(photo->media.size(), 1u);
  EXPECT_EQ(photo->media[0].url, "https://www.facebook.com/photo.php?fbid=12");
  EXPECT_EQ(photo->media[0].alt, "photo");
  const auto hidden = parse_item(before->items[1].item);
  EXPECT_EQ(hidden->author.handle, "");
  EXPECT_FALSE(hidden->auth.from_verified);
  EXPECT_EQ(before->next, "QVFI");
}

TEST(Wire, RefusesWhatIsNoListAndNoDelivery) {
  EXPECT_EQ(read_listing("{}", "feed", "", "1010", kNow).error().kind, Kind::corrupt);
  EXPECT_EQ(read_listing(R"({"data":[{"message":"x"}]})", "feed", "", "1010", kNow).error().kind, Kind::corrupt);
  EXPECT_EQ(read_changes("[]", "1010", kNow).error().kind, Kind::corrupt);
  model::Item item;
  item.raw = "{}";
  EXPECT_EQ(parse_item(item).error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace amends::connectors::facebook
