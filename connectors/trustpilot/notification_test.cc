#include <gtest/gtest.h>

#include "core/channel/descriptor.h"
#include "core/channel/notification.h"
#include "tests/support/notification_mails.h"

namespace amends::connectors::trustpilot {
extern const channel::Descriptor descriptor;

namespace {

constexpr std::string_view kNotifications =
#include "connectors/trustpilot/notifications.inc"
    ;

TEST(TrustpilotMails, AreReviewsOrStayMails) {
  const auto mails = test::notification_mails(std::string(AMENDS_TEST_FOLDER) + "/testdata/notifications.txt");
  ASSERT_GE(mails.size(), 7U);
  for (const auto& one : mails) {
    const auto review = descriptor.from_notification(one.mail);
    EXPECT_EQ(text::squeeze(test::told_by(review)), text::squeeze(one.expect)) << one.mail.subject;
    if (!review) continue;
    EXPECT_EQ(review->kind, model::MessageKind::review);
    EXPECT_EQ(review->visibility, model::Visibility::public_);
    EXPECT_EQ(review->author.handle, "") << "a name in a mail tells nobody apart";
    if (review->permalink.find("507f191e810c19729de860ea") != std::string::npos) {
      EXPECT_EQ(review->message_id, "507f191e810c19729de860ea") << "as the API calls it";
    }
  }
}

TEST(TrustpilotMails, TheTableCanBeReadAndSaysWhereEachRowWasSeen) {
  const auto table = channel::Notifications::read(kNotifications);
  ASSERT_TRUE(table) << table.error().what;
  std::size_t rows = 0, seen = 0;
  for (auto at = kNotifications.find("\"language\""); at != kNotifications.npos;
       at = kNotifications.find("\"language\"", at + 1))
    ++rows;
  for (auto at = kNotifications.find("\"seen\""); at != kNotifications.npos;
       at = kNotifications.find("\"seen\"", at + 1))
    ++seen;
  EXPECT_EQ(rows, seen);
}

}  // namespace
}  // namespace amends::connectors::trustpilot
