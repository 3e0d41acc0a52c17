// The mails that sites send to owners, over every channel that has a table of them: connectors/<name>/testdata/
// notifications.txt holds mails in the site's wording and what each tells, or that it stays a mail.
#include "core/channel/notification.h"

#include <gtest/gtest.h>

#include "core/channel/json.h"
#include "core/channel/registry.h"
#include "tests/support/notification_mails.h"

namespace amends::test {
namespace {

std::vector<const channel::Descriptor*> those_with_mails() {
  std::vector<const channel::Descriptor*> out;
  for (const channel::Descriptor* one : channel::builtin_channels()) {
    if (!one->notifications.empty()) out.push_back(one);
  }
  return out;
}

class NoticeMails : public testing::TestWithParam<const channel::Descriptor*> {
 protected:
  const channel::Descriptor& d() const { return *GetParam(); }
};

TEST_P(NoticeMails, AreReviewsOrStayMails) {
  const auto table = channel::Notifications::read(d().notifications);
  ASSERT_TRUE(table) << table.error().what;
  const auto mails = notification_mails(std::string(AMENDS_SOURCE_FOLDER) + "/connectors/" + std::string(d().name) +
                                        "/testdata/notifications.txt");
  ASSERT_GE(mails.size(), 7U);
  std::size_t reviews = 0;
  for (const auto& one : mails) {
    const auto review = table->understand(one.mail);
    EXPECT_EQ(text::squeeze(told_by(review)), text::squeeze(one.expect)) << one.mail.subject;
    if (!review) continue;
    ++reviews;
    EXPECT_EQ(review->kind, model::MessageKind::review);
    EXPECT_EQ(review->visibility, model::Visibility::public_);
    EXPECT_EQ(review->author.handle, "") << "a name in a mail tells nobody apart";
  }
  EXPECT_GT(reviews, 0U);
  EXPECT_LT(reviews, mails.size());
}

TEST_P(NoticeMails, TheTableSaysInWhichLanguageAndWhereEachRowWasSeen) {
  const auto json = channel::parse_json(d().notifications);
  ASSERT_TRUE(json);
  for (const channel::Json& row : channel::list_at(*json, "rows")) {
    EXPECT_NE(channel::text_at(row, "language"), "") << row;
    EXPECT_NE(channel::text_at(row, "seen"), "") << row;
  }
}

TEST(TrustpilotMails, NameTheReviewAsTheApiDoes) {
  const auto* trustpilot = channel::find_channel("trustpilot");
  ASSERT_NE(trustpilot, nullptr);
  model::Content mail;
  for (const auto& one : notification_mails(AMENDS_SOURCE_FOLDER "/connectors/trustpilot/testdata/notifications.txt")) {
    const auto review = channel::Notifications::read(trustpilot->notifications)->understand(one.mail);
    if (!review || review->permalink.find("507f191e810c19729de860ea") == std::string::npos) continue;
    EXPECT_EQ(review->message_id, "507f191e810c19729de860ea");
    mail = one.mail;
  }
  EXPECT_NE(mail.text, "") << "no mail with such a link";
}

INSTANTIATE_TEST_SUITE_P(Every, NoticeMails, testing::ValuesIn(those_with_mails()),
                         [](const testing::TestParamInfo<const channel::Descriptor*>& one) {
                           return std::string(one.param->name);
                         });

}  // namespace
}  // namespace amends::test
