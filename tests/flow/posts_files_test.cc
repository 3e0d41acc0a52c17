// Files with answers that are no mail: what the channel takes goes with them, the rest is refused before anything is
// kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/channel/post.h"
#include "tests/flow/posts_fixture.h"

namespace amends::test {
namespace {

using testing::HasSubstr;

class PostFiles : public Posts {
 protected:
  app::AnswerRequest with(ThreadId thread, std::vector<mime::OutgoingFile> files) {
    app::AnswerRequest request = asks(thread, "This is how it looks.");
    request.files = std::move(files);
    return request;
  }
  ThreadId asked_on(const std::string& site) {
    Thing question;
    question.id = "q1";
    question.at = clock_.now();
    receives(site, question);
    return only_thread();
  }
};

TEST_F(PostFiles, GoWithTheAnswerAndKeepTheirDescriptions) {
  const ThreadId thread = asked_on("posts");
  const auto answer = tries(with(thread, {{"cup.png", "image/png", "PNG", "A blue cup"}}));
  ASSERT_TRUE(answer) << answer.error().what;
  const std::string payload = reads([&](store::Reader& r) {
    return r
        .first(
            "SELECT bytes FROM outbox_payload WHERE update_id = ?",
            [](store::Row row) { return std::string(row.blob(0)); }, answer->update)
        .value_or("");
  });
  const auto post = channel::read_post(payload);
  ASSERT_TRUE(post) << payload.substr(0, 80);
  ASSERT_EQ(post->files.size(), 1u);
  EXPECT_EQ(post->files[0].bytes, "PNG");
  EXPECT_EQ(post->files[0].alt, "A blue cup");
}

TEST_F(PostFiles, WhatTheSiteDoesNotTakeIsSaidInThePreviewAndRefused) {
  const ThreadId thread = asked_on("posts");
  const std::vector<std::vector<mime::OutgoingFile>> refused = {
      {{"run.exe", "application/x-msdownload", "MZ"}},
      {{"big.png", "image/png", std::string(1001, 'x')}},
      {{"a.png", "image/png", "1"}, {"b.png", "image/png", "2"}, {"c.png", "image/png", "3"}},
      {{"a.png", "image/png", "1", "a description of more than twenty characters"}}};
  for (const auto& files : refused) {
    const auto preview = previews(with(thread, files));
    ASSERT_TRUE(preview);
    EXPECT_TRUE(has(preview->findings, "files_refused")) << files[0].filename;
    const auto answer = tries(with(thread, files));
    ASSERT_FALSE(answer) << files[0].filename;
    EXPECT_EQ(answer.error().kind, Kind::invalid);
    EXPECT_THAT(answer.error().what + answer.error().hint, HasSubstr("up to 2 pictures"));
  }
  EXPECT_EQ(sends("posts").sent, 0);
}

TEST_F(PostFiles, APictureWithoutADescriptionIsPointedOutAndGoes) {
  const ThreadId thread = asked_on("posts");
  const auto bare = with(thread, {{"cup.png", "image/png", "PNG"}});
  const auto preview = previews(bare);
  ASSERT_TRUE(preview);
  EXPECT_TRUE(has(preview->findings, "no_description"));
  const auto described = previews(with(thread, {{"cup.png", "image/png", "PNG", "A blue cup"}}));
  ASSERT_TRUE(described);
  EXPECT_FALSE(has(described->findings, "no_description"));
  EXPECT_FALSE(has(described->findings, "description_left_out"));
  EXPECT_TRUE(tries(bare));
}

TEST_F(PostFiles, ADescriptionThatTheSiteHasNoPlaceForIsPointedOutAndTheFileGoes) {
  const ThreadId thread = asked_on("posts");
  const auto described = with(thread, {{"bell.mp3", "audio/mpeg", "ID3", "The bell of the shop"}});
  const auto preview = previews(described);
  ASSERT_TRUE(preview);
  EXPECT_TRUE(has(preview->findings, "description_left_out"));
  EXPECT_TRUE(tries(described));
}

TEST_F(PostFiles, WhereASiteTakesNoneThatIsSaid) {
  const ThreadId thread = asked_on("chat");
  const auto answer = tries(with(thread, {{"cup.png", "image/png", "PNG"}}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unsupported);
  EXPECT_THAT(answer.error().what, HasSubstr("takes no files"));
}

}  // namespace
}  // namespace amends::test
