// Files with an answer: they stand on the site with it, byte for byte and with their descriptions, or nothing was sent.
#include <algorithm>

#include "core/base/text.h"
#include "core/channel/attachments.h"
#include "core/channel/json.h"
#include "tests/conformance/channel_test.h"

namespace amends::test {
namespace {

using channel::PostFile;

class Files : public ChannelTest {
 protected:
  void SetUp() override {
    ChannelTest::SetUp();
    asked = hear(rig->customer_asks_for_files("Which colour is it?"));
    before = rig->our_words().size();
    connector = open();
  }
  const channel::AttachmentRule& rule() const { return d().attachments.front(); }
  PostFile file(const std::string& bytes = "the bytes of a picture") const {
    const std::string type(rule().types.substr(0, rule().types.find(' ')));
    return {"cup.png",
            type == "*/*"       ? "application/pdf"
            : type == "image/*" ? "image/png"
                                : type,
            rule().alt > 0 ? "A blue cup" : "", bytes};
  }
  channel::Outbound with(const std::vector<PostFile>& files, const std::string& text = "It is blue.") {
    channel::Outbound out = answer_to(asked, rule().alone ? "" : text);
    channel::Post post = *channel::read_post(out.payload);
    post.files = files;
    out.payload = channel::write_post(post);
    return out;
  }
  Result<channel::Receipt> send(const channel::Outbound& outbound) { return seen(connector->send(outbound)); }

  Heard asked;
  std::size_t before = 0;
  std::unique_ptr<channel::Connector> connector;
};

std::vector<RigRow> those_that_take_files() {
  std::vector<RigRow> out;
  for (const RigRow& row : rigs()) {
    if (!row.descriptor->can.mail && !row.descriptor->attachments.empty()) out.push_back(row);
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Every, Files, testing::ValuesIn(those_that_take_files()),
                         [](const testing::TestParamInfo<RigRow>& row) {
                           return std::string(row.param.descriptor->name);
                         });

TEST_P(Files, StandThereAsTheyWereSent) {
  const auto receipt = send(with({file()}));
  ASSERT_TRUE(receipt) << receipt.error().what;
  EXPECT_EQ(receipt->recipients.front().state, model::RecipientState::accepted);
  EXPECT_EQ(rig->our_words().size(), before + 1);
  const auto standing = rig->our_files();
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(standing[0].bytes, "the bytes of a picture");
  EXPECT_EQ(standing[0].alt, rule().alt > 0 ? "A blue cup" : "");
  EXPECT_EQ(points, 1) << "what was uploaded before is seen by nobody";
}

TEST_P(Files, AsManyAsTheChannelTakesGoInTheirOrder) {
  std::vector<PostFile> files;
  for (int i = 0; i < rule().count; ++i) files.push_back(file("picture " + std::to_string(i)));
  ASSERT_TRUE(send(with(files)));
  const auto standing = rig->our_files();
  ASSERT_EQ(standing.size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i) EXPECT_EQ(standing[i].bytes, files[i].bytes);
}

TEST_P(Files, WhatTheChannelDoesNotTakeIsRefusedBeforeAnythingIsSent) {
  std::vector<std::vector<PostFile>> refused;
  refused.emplace_back(static_cast<std::size_t>(rule().count) + 1, file());
  refused.push_back({file("")});
  const bool any_type = std::any_of(d().attachments.begin(), d().attachments.end(),
                                    [](const channel::AttachmentRule& one) { return one.types == "*/*"; });
  if (!any_type) refused.push_back({{"run.exe", "application/x-msdownload", "", "MZ"}});
  if (rule().alt > 0)
    refused.push_back({file()}), refused.back()[0].alt = std::string(static_cast<std::size_t>(rule().alt) + 1, 'x');
  for (const auto& files : refused) {
    const std::size_t asked_before = rig->site()->heard().size();
    const auto receipt = send(with(files));
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, Kind::invalid) << receipt.error().what;
    EXPECT_NE(receipt.error().hint.find(d().title), std::string::npos) << receipt.error().hint;
    EXPECT_EQ(rig->site()->heard().size(), asked_before);
  }
  EXPECT_EQ(rig->our_words().size(), before);
  EXPECT_TRUE(rig->our_files().empty());
  EXPECT_EQ(points, 0);
}

TEST_P(Files, ATextThatIsTooLongBesideThemIsRefusedWithOneThatFits) {
  if (rule().text == 0) GTEST_SKIP() << "as long as without";
  const auto receipt = send(with({file()}, std::string(static_cast<std::size_t>(rule().text) + 1, 'x')));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::invalid);
  EXPECT_LE(receipt.error().hint.size(), static_cast<std::size_t>(rule().text));
  EXPECT_EQ(rig->our_words().size(), before);
}

TEST_P(Files, WordsBesideAFileThatGoesAloneAreRefusedBeforeAnythingIsSent) {
  if (!rule().alone) GTEST_SKIP() << "words go with files";
  channel::Outbound out = with({file()});
  channel::Post post = *channel::read_post(out.payload);
  post.text = "It is blue.";
  out.payload = channel::write_post(post);
  const std::size_t asked_before = rig->site()->heard().size();
  const auto receipt = send(out);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::invalid);
  EXPECT_EQ(rig->site()->heard().size(), asked_before);
}

TEST_P(Files, WhereOnlyPrivateAnswersTakeFilesAPublicOneIsRefused) {
  if (!rule().only) GTEST_SKIP() << "every answer takes files";
  channel::Outbound out = with({file()});
  channel::Post post = *channel::read_post(out.payload);
  post.visibility =
      *rule().only == model::Visibility::private_ ? model::Visibility::public_ : model::Visibility::private_;
  out.payload = channel::write_post(post);
  EXPECT_EQ(send(out).error().kind, Kind::invalid);
  EXPECT_TRUE(rig->our_files().empty());
  EXPECT_EQ(points, 0);
}

TEST_P(Files, AnUploadThatFailsSendsNothing) {
  SiteFault fault;
  fault.answer = {500, "{}", {}};
  fault.method = "POST";
  rig->site()->fail_next(fault);
  const auto receipt = send(with({file()}));
  const bool in_doubt = receipt && receipt->recipients.front().state == model::RecipientState::in_doubt;
  EXPECT_TRUE(!receipt || in_doubt) << "nothing here says it went";
  EXPECT_EQ(rig->our_words().size(), before);
}

TEST(FilesOfDescriptors, AChannelSaysBothOrNeither) {
  for (const RigRow& row : rigs()) {
    const channel::Descriptor& d = *row.descriptor;
    EXPECT_EQ(d.can.attachments, d.can.mail || !d.attachments.empty()) << d.name;
    for (const channel::AttachmentRule& rule : d.attachments) {
      EXPECT_NE(rule.kind, "") << d.name;
      EXPECT_NE(rule.types.find('/'), rule.types.npos) << d.name;
      EXPECT_GT(rule.count, 0) << d.name;
      EXPECT_GT(rule.bytes, 0) << d.name;
    }
  }
}

}  // namespace
}  // namespace amends::test
