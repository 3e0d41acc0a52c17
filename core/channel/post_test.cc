#include "core/channel/post.h"

#include <gtest/gtest.h>

namespace amends::channel {
namespace {

Post whole() {
  Post post;
  post.text = "Thank you, Zoë \xF0\x9F\x92\x9A\nsee you";
  post.visibility = model::Visibility::private_;
  post.to = {"Zoë", "zoe@social.example"};
  post.in_reply_to = "reviews/1";
  post.answers_id = "m1";
  post.root_id = "m0";
  post.replaces = "replies/9";
  post.place = "shop 1";
  post.language = "en";
  post.template_name = "late_order";
  post.template_values = {"Zoë", "42"};
  post.files = {{"cat.png", "image/png", "a cat", std::string("\0\xFF\x89PNG", 6)}};
  post.by_person = false;
  return post;
}

TEST(Post, ComesBackAsItWasWritten) {
  const auto back = read_post(write_post(whole()));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(write_post(*back), write_post(whole()));
  EXPECT_EQ(back->files.at(0).bytes, whole().files[0].bytes);
  EXPECT_EQ(back->to, whole().to);
  EXPECT_EQ(back->template_values, whole().template_values);
  EXPECT_FALSE(back->by_person);
}

TEST(Post, TheSamePostGivesTheSameBytes) { EXPECT_EQ(write_post(whole()), write_post(whole())); }

TEST(Post, WhatIsNoneIsCorrupt) {
  for (const char* bad :
       {"", "{}", R"({"text":7,"visibility":"public"})", R"({"text":"x","visibility":"loud"})",
        R"({"text":"x","visibility":"public","files":[{"bytes":"###"}]})", "From: a@example.com\r\n\r\nmail"}) {
    const auto post = read_post(bad);
    ASSERT_FALSE(post) << bad;
    EXPECT_EQ(post.error().kind, Kind::corrupt);
  }
}

TEST(Post, LooksLikeAMessageUntilTheSitesCopyComes) {
  const auto content = content_of(whole(), {"The shop", "shop"}, model::MessageKind::mention, {5});
  EXPECT_EQ(content.in_reply_to, (std::vector<std::string>{"m1"}));
  EXPECT_EQ(content.references, (std::vector<std::string>{"m0", "m1"}));
  EXPECT_EQ(content.text, whole().text);
  EXPECT_EQ(content.author.handle, "shop");
  EXPECT_EQ(content.date->ms, 5);
}

}  // namespace
}  // namespace amends::channel
