#include "core/channel/attachments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::channel {
namespace {

using testing::HasSubstr;

constexpr AttachmentRule kTaken[] = {{"pictures", "image/jpeg image/png", 2, 1'000'000, 10},
                                     {"video", "video/*", 1, 40'000'000, 0}};

Descriptor that_takes(std::span<const AttachmentRule> rules) {
  Descriptor out;
  out.title = "Site";
  out.attachments = rules;
  return out;
}

FileFacts picture(std::int64_t bytes = 1000, std::int64_t alt = 0) { return {"a.png", "image/png", bytes, alt}; }

TEST(Attachments, GoWhereTheChannelTakesThem) {
  const Descriptor site = that_takes(kTaken);
  EXPECT_TRUE(check_attachments(site, {}));
  EXPECT_TRUE(check_attachments(site, {picture(), {"b.jpg", "Image/JPEG; name=b.jpg", 5, 10}}));
  EXPECT_TRUE(check_attachments(site, {{"c.mp4", "video/mp4", 40'000'000, 0}}));
}

TEST(Attachments, AreRefusedWithWhatTheChannelTakes) {
  const Descriptor site = that_takes(kTaken);
  const struct {
    std::vector<FileFacts> files;
    const char* says;
  } kRows[] = {
      {{picture(), picture(), picture()}, "3 files are too many"},
      {{picture(1'000'001)}, "too large"},
      {{picture(0)}, "empty"},
      {{picture(5, 11)}, "longer than 10"},
      {{{"x.exe", "application/octet-stream", 5, 0}}, "\"x.exe\" is of a type"},
      {{{"x", "", 5, 0}}, "of a type"},
      {{picture(), {"c.mp4", "video/mp4", 5, 0}}, "one answer"},
  };
  for (const auto& row : kRows) {
    const auto checked = check_attachments(site, row.files);
    ASSERT_FALSE(checked) << row.says;
    EXPECT_EQ(checked.error().kind, Kind::invalid);
    EXPECT_THAT(checked.error().what, HasSubstr(row.says));
    EXPECT_EQ(checked.error().hint,
              "Site takes up to 2 pictures (jpeg, png) of 1 MB, or up to 1 video (video/*) of 40 MB");
  }
}

TEST(Attachments, WhereThereAreNoneNoFileGoes) {
  EXPECT_EQ(check_attachments(that_takes({}), {picture()}).error().kind, Kind::unsupported);
  EXPECT_TRUE(check_attachments(that_takes({}), {}));
}

TEST(Attachments, DescriptionsAreCountedInCharacters) {
  const auto facts = facts_of({{"a.png", "image/png", "für", "bytes"}});
  EXPECT_EQ(facts[0].alt, 3);
  EXPECT_EQ(facts[0].bytes, 5);
}

TEST(Attachments, WhatGoesAloneBearsNoWordsAndWhatIsPrivateStaysSo) {
  static constexpr AttachmentRule kAlone[] = {
      {"picture", "image/*", 1, 1000, 0, 0, true, model::Visibility::private_},
      {"sound", "audio/*", 1, 1000, 0, 0},
  };
  Descriptor site;
  site.title = "Site";
  site.attachments = kAlone;
  Post post;
  post.visibility = model::Visibility::private_;
  post.files = {{"a.png", "image/png", "", "PNG"}};
  EXPECT_TRUE(check_post_files(site, post));
  EXPECT_TRUE(speaks_by_files(site, post));
  post.text = "Look.";
  EXPECT_EQ(check_post_files(site, post).error().kind, Kind::invalid);
  post.text = " \n";
  EXPECT_TRUE(check_post_files(site, post));
  post.visibility = model::Visibility::public_;
  const auto refused = check_post_files(site, post);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("public"), std::string::npos);
  EXPECT_NE(refused.error().hint.find("picture (image/*) of 1 KB without words in private"), std::string::npos)
      << refused.error().hint;
  post.files = {{"a.ogg", "audio/ogg", "", "Ogg"}};
  post.text = "Listen.";
  EXPECT_TRUE(check_post_files(site, post));
  EXPECT_FALSE(speaks_by_files(site, post));
  post.files.clear();
  EXPECT_FALSE(speaks_by_files(site, post));
  EXPECT_TRUE(check_post_files(site, post));
}

TEST(Attachments, ThePlaceForADescriptionIsThatOfTheFilesKind) {
  static constexpr AttachmentRule kPlaces[] = {{"pictures", "image/png image/jpeg", 4, 1000, 1500},
                                               {"file", "*/*", 1, 1000, 0}};
  Descriptor site;
  site.attachments = kPlaces;
  EXPECT_EQ(description_limit(site, "image/PNG"), 1500);
  EXPECT_EQ(description_limit(site, "application/pdf"), 0);
  EXPECT_EQ(description_limit(Descriptor{}, "image/png"), 0);
}

}  // namespace
}  // namespace amends::channel
