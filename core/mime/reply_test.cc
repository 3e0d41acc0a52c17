#include "core/mime/reply.h"

#include <gtest/gtest.h>

#include <string>

namespace amends::mime {
namespace {

TEST(Reply, QuoteBelowTheAnswerIsLeftOutWithItsAttribution) {
  const Body body = split_text(
      "It works now, thank you.\n\nOn Tue, 3 May 2022 at 10:00, Support\n<help@shop.example> wrote:\n\n> Try again.\n",
      {});
  EXPECT_EQ(body.reply_text, "It works now, thank you.");
  EXPECT_EQ(body.quoted_text, "On Tue, 3 May 2022 at 10:00, Support\n<help@shop.example> wrote:\n\n> Try again.");
}

TEST(Reply, AnswersBetweenQuotesKeepTheirOrder) {
  const Body body = split_text("> Which size?\nLarge.\n\n> Which colour?\nGreen.\n", {});
  EXPECT_EQ(body.reply_text, "Large.\n\nGreen.");
}

TEST(Reply, SentenceThatOnlyStartsLikeAnAttributionStays) {
  const Body body =
      split_text("On my side it says:\nerror 12\n", {.is_reply = true, .is_forward = false, .author_name = {}});
  EXPECT_EQ(body.reply_text, "On my side it says:\nerror 12");
  EXPECT_EQ(body.quoted_text, "");
}

TEST(Reply, ForwardWithACommentKeepsBothApart) {
  const Body body = split_text(
      "Can you look?\n\n---------- Forwarded message ---------\nFrom: Ann Lee <Ann@shop.example>\nDate: Tue, Sep 4, "
      "2012 at "
      "1:35 PM\nSubject: Broken lamp\nTo: <help@shop.example>\n\nIt came broken.\n\nOn 3 Sep 2012 at 10:00, Bob "
      "<bob@shop.example> wrote:\n> Sent today.\n",
      {});
  EXPECT_EQ(body.reply_text, "Can you look?");
  ASSERT_TRUE(body.forwarded);
  EXPECT_EQ(body.forwarded->from, (model::Party{"Ann Lee", "ann@shop.example"}));
  EXPECT_EQ(body.forwarded->subject, "Broken lamp");
  ASSERT_TRUE(body.forwarded->date);
  EXPECT_EQ(to_rfc3339(*body.forwarded->date), "2012-09-04T13:35:00Z");
  EXPECT_EQ(body.forwarded->text,
            "It came broken.\n\nOn 3 Sep 2012 at 10:00, Bob <bob@shop.example> wrote:\n> Sent today.");
}

}  // namespace
}  // namespace amends::mime
