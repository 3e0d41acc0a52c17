#include "connectors/wordpress/wire.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace amends::connectors::wordpress {
namespace {

std::vector<Listed> listed(const std::string& file, Source source, const std::vector<std::int64_t>& own = {7}) {
  auto list =
      read_list(test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/" + file), source, "shop.example", own);
  EXPECT_TRUE(list) << list.error().what;
  return list ? *list : std::vector<Listed>();
}

model::Content content(const Listed& one) {
  const auto parsed = parse_item(one.item);
  EXPECT_TRUE(parsed) << parsed.error().what;
  return parsed ? *parsed : model::Content();
}

TEST(Wire, CommentKeepsItsWordsAndWhoWroteThem) {
  const auto all = listed("comments_of_guest_user_and_us.json", Source::comments);
  ASSERT_EQ(all.size(), 4u);
  const auto guest = content(all[0]);
  EXPECT_EQ(all[0].item.external_id, "comment/11");
  EXPECT_EQ(all[0].item.place, "post/1");
  EXPECT_FALSE(all[0].item.own);
  EXPECT_EQ(guest.message_id, "shop.example/comment/11");
  EXPECT_EQ(guest.kind, model::MessageKind::comment);
  EXPECT_EQ(guest.text, "Is 3 < 4 & \"true\"?\n\nSecond line with a link <https://guest.example/x>.");
  EXPECT_EQ(guest.author.name, "Zoë & Co");
  EXPECT_EQ(guest.author.handle, "zoe@guest.example");
  EXPECT_FALSE(guest.auth.from_verified);
  EXPECT_EQ(guest.author_url, "https://guest.example/");
  EXPECT_EQ(guest.permalink, "https://shop.example/hello-world/#comment-11");
  EXPECT_EQ(to_rfc3339(*guest.date), "2026-11-20T10:11:12Z");
  EXPECT_TRUE(guest.in_reply_to.empty());
  EXPECT_EQ(guest.moderation, model::Moderation::none);

  const auto user = content(all[1]);
  EXPECT_EQ(user.author.handle, "user:3@shop.example");
  EXPECT_TRUE(user.auth.from_verified);

  EXPECT_TRUE(all[2].item.own);
  const auto ours = content(all[2]);
  EXPECT_EQ(ours.in_reply_to, std::vector<std::string>{"shop.example/comment/11"});
  EXPECT_EQ(ours.moderation, model::Moderation::pending);

  const auto ping = content(all[3]);
  EXPECT_EQ(ping.kind, model::MessageKind::mention);
  EXPECT_EQ(ping.origin, model::Origin::list);
}

TEST(Wire, BytesDoNotChangeWithPicturesAddressesAndThemes) {
  const auto before = listed("comments_of_guest_user_and_us.json", Source::comments);
  std::string page = test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/comments_of_guest_user_and_us.json");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"avatar/1", "avatar/2"}, {"198.51.100.7", "198.51.100.8"}, {"&#8220;", "\\u201c"}}) {
    ASSERT_NE(page.find(from), page.npos) << from;
    page.replace(page.find(from), from.size(), to);
  }
  const auto after = read_list(page, Source::comments, "shop.example", {7});
  ASSERT_TRUE(after);
  EXPECT_EQ(before[0].item.raw, (*after)[0].item.raw);
  EXPECT_EQ(before[0].item.raw.find("198.51"), std::string::npos);
}

TEST(Wire, ReviewHasStarsAndProduct) {
  const auto all = listed("reviews_with_and_without_stars.json", Source::reviews);
  ASSERT_EQ(all.size(), 2u);
  const auto review = content(all[0]);
  EXPECT_EQ(all[0].item.external_id, "comment/22");
  EXPECT_EQ(all[0].item.place, "post/31");
  EXPECT_EQ(review.kind, model::MessageKind::review);
  EXPECT_EQ(review.rating, 2.0);
  EXPECT_EQ(review.location, "Kettle – 1.7 l");
  EXPECT_EQ(review.permalink, "https://shop.example/product/kettle/#comment-22");
  EXPECT_EQ(review.author.handle, "max@guest.example");
  EXPECT_EQ(review.text, "Leaks.");
  EXPECT_FALSE(content(all[1]).rating);
  EXPECT_TRUE(content(all[1]).author.handle.empty());
}

TEST(Wire, WhatWentIsATombstoneOfTheSameMessage) {
  const auto all = listed("comments_of_guest_user_and_us.json", Source::comments);
  const model::Item tombstone = gone(11, "trash", "shop.example", {5000});
  EXPECT_EQ(tombstone.external_id, all[0].item.external_id);
  const auto parsed = parse_item(tombstone);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->deleted);
  EXPECT_EQ(parsed->message_id, content(all[0]).message_id);
  model::Item spam = all[0].item;
  spam.raw.replace(spam.raw.find("\"approved\""), 10, "\"spam\"");
  EXPECT_TRUE(parse_item(spam)->deleted);
}

TEST(Wire, WordsBecomeMarkupAndComeBack) {
  for (const std::string words :
       {"Thank you!", "a < b && c > d", "one\n\ntwo", "&amp; stays &lt;as typed&gt;", "❤ é"}) {
    EXPECT_EQ(text_of_markup(markup_of_text(words)), words);
  }
  EXPECT_EQ(text_of_markup("one<br />\r\ntwo <script>alert(1)</script>"), "one\n\ntwo");
}

TEST(Wire, RefusesWhatIsNoComment) {
  EXPECT_EQ(read_list("{\"code\":\"rest_no_route\"}", Source::comments, "s", {}).error().kind, Kind::corrupt);
  EXPECT_EQ(read_list("[{\"post\":1}]", Source::comments, "s", {}).error().kind, Kind::corrupt);
  model::Item item;
  for (const std::string raw : {"", "[]", "{}", "{\"comment\":{\"id\":-1}}", "{\"comment\":5}"}) {
    item.raw = raw;
    EXPECT_EQ(parse_item(item).error().kind, Kind::corrupt) << raw;
  }
}

TEST(Wire, NumbersAndHostsAreReadExactly) {
  EXPECT_EQ(id_in("comment/15"), 15);
  EXPECT_FALSE(id_in("comment/"));
  EXPECT_FALSE(id_in("comment/15x"));
  EXPECT_FALSE(id_in("15"));
  EXPECT_FALSE(id_in("comment/-3"));
  EXPECT_EQ(host_of("https://Shop.Example/blog/?x=1"), "shop.example/blog");
  EXPECT_EQ(host_of("http://127.0.0.1:8080/"), "127.0.0.1:8080");
}

}  // namespace
}  // namespace amends::connectors::wordpress
