#include "core/app/notice_wordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/app/config.h"
#include "core/app/doctor.h"
#include "core/channel/registry.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

model::Content notice_mail(const std::string& from, const std::string& subject, const std::string& text) {
  model::Content out;
  out.author.handle = from;
  out.subject = subject;
  out.text = text;
  out.message_id = "m1@site.test";
  out.auth.from_verified = true;
  out.auth.dmarc = model::AuthResult::pass;
  return out;
}

TEST(Wordings, TheSampleTeachesAWordingThatNothingKnewBefore) {
  const auto corrections = read_wordings(test::read_file(AMENDS_SOURCE_FOLDER "/packaging/wordings.toml"), "w.toml");
  ASSERT_TRUE(corrections) << corrections.error().what;
  ASSERT_THAT(*corrections, SizeIs(1));
  const auto mail = notice_mail("news@mail.yelp.com", "Jo shared an experience at The Kettle",
                                "Jo gave you 4 stars\nGood tea\nWarm and quick.\nSee it all\n"
                                "https://biz.yelp.com/review/abc-1?x=1");
  EXPECT_FALSE(Notices().find(mail));
  const auto notice = Notices(*corrections).find(mail);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->channel, channel::find_channel("yelp"));
  EXPECT_EQ(notice->content.rating, 4);
  EXPECT_EQ(notice->content.author.name, "Jo");
  EXPECT_EQ(notice->content.subject, "Good tea");
  EXPECT_EQ(notice->content.text, "Warm and quick.");
  EXPECT_EQ(notice->content.message_id, "abc-1");
  auto unproven = mail;
  unproven.auth.dmarc = model::AuthResult::none;
  EXPECT_FALSE(Notices(*corrections).find(unproven)) << "no wording makes a stranger a site";
}

TEST(Wordings, WhatIsWrongIsSaidWithItsLine) {
  const struct {
    std::string text;
    const char *place, *says;
  } kRows[] = {
      {"[[channel]\n", "w.toml:1:", ""},
      {"colour = 1\n", "w.toml:1:", "no key \"colour\""},
      {"[[channel]]\nname = \"telegram\"\nsenders = [\"a@b.test\"]\n", "w.toml:2:", "channel that the mails tell of"},
      {"[[channel]]\nname = \"yelp\"\n", "w.toml:1:", "corrects nothing"},
      {"[[channel]]\nname = \"yelp\"\nsenders = [\"yelp\"]\n", "w.toml:3:", "senders takes addresses"},
      {"[[channel]]\nname = \"yelp\"\nsender = \"a@b.test\"\n[[channel.wording]]\nsubject = [\"{author}\"]\n",
       "w.toml:3:", "did you mean \"senders\"?"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubjects = [\"{author}\"]\n",
       "w.toml:4:", "did you mean \"subject\"?"},
      {"[[channel]]\nname = \"yelp\"\n\n[[channel.wording]]\nsubject = [\"{who} wrote\"]\n", "w.toml:4:", "subject"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubject = []\n", "w.toml:3:", "subject"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubject = [\"{author}\"]\nrating = \"9\"\n",
       "w.toml:3:", "rating"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubject = [\"{author}\"]\nbody = [\n"
       "{ line = \"a\", take = \"text\" }]\n",
       "w.toml:6:", "either a line or something to take"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubject = [\"{author}\"]\nbody = [\n{ lines = \"a\" }]\n",
       "w.toml:6:", "did you mean \"line\"?"},
      {"[[channel]]\nname = \"yelp\"\n[[channel.wording]]\nsubject = [\"{author}\"]\nbody = [{ take = \"words\" }]\n",
       "w.toml:3:", "take"},
  };
  for (const auto& row : kRows) {
    const auto read = read_wordings(row.text, "w.toml");
    ASSERT_FALSE(read) << row.text;
    EXPECT_EQ(read.error().kind, Kind::invalid) << row.text;
    EXPECT_THAT(read.error().what, StartsWith(row.place)) << row.text;
    EXPECT_THAT(read.error().what, HasSubstr(row.says)) << row.text;
  }
}

class WordingsFile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0600);
    return path;
  }
  test::TempFolder folder_;
  test::FakeClock clock_;
};

TEST_F(WordingsFile, IsNamedByTheConfigurationAndReadFromBesideIt) {
  write("wordings.toml", test::read_file(AMENDS_SOURCE_FOLDER "/packaging/wordings.toml"));
  const auto config = load_config(write("amends.toml", "[mail]\nnotification_wordings = \"wordings.toml\"\n"));
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_THAT(config->wordings, SizeIs(1));
}

TEST_F(WordingsFile, WhenBrokenStopsTheStartAndTheDoctorSaysWhere) {
  write("wordings.toml", "[[channel]]\nname = \"yelp\"\ncolour = \"red\"\nsenders = [\"@a.test\"]\n");
  const std::string file = write("amends.toml", "[mail]\nnotification_wordings = \"wordings.toml\"\n");
  const auto config = load_config(file);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, Kind::invalid);
  EXPECT_THAT(config.error().what, HasSubstr("wordings.toml:3:"));
  EXPECT_THAT(config.error().hint, HasSubstr("packaging/wordings.toml"));
  const Diagnosis diagnosis = diagnose(file, folder_ / "data", clock_);
  EXPECT_EQ(diagnosis.exit_code(), 78);
  ASSERT_FALSE(diagnosis.findings.empty());
  EXPECT_EQ(diagnosis.findings.front().level, Level::failure);
  EXPECT_THAT(diagnosis.findings.front().what, HasSubstr("wordings.toml:3:"));
}

TEST_F(WordingsFile, ThatIsMissingIsNamedWhereItIsAskedFor) {
  const auto config = load_config(write("amends.toml", "[mail]\n\nnotification_wordings = \"nowhere.toml\"\n"));
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().what, HasSubstr("amends.toml:3:"));
  EXPECT_THAT(config.error().what, HasSubstr("nowhere.toml"));
}

}  // namespace
}  // namespace amends::app
