#include "connectors/facebook/notification.h"

#include <gtest/gtest.h>

#include "tests/support/notification_mails.h"

namespace amends::connectors::facebook {
namespace {

TEST(FacebookMails, AreRecommendationsOrStayMails) {
  const auto mails = test::notification_mails(std::string(AMENDS_TEST_FOLDER) + "/testdata/notifications.txt");
  ASSERT_GE(mails.size(), 7U);
  for (const auto& one : mails) {
    EXPECT_EQ(text::squeeze(test::told_by(from_notification(one.mail))), text::squeeze(one.expect)) << one.mail.subject;
  }
}

}  // namespace
}  // namespace amends::connectors::facebook
