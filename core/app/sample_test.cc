#include "core/app/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/app/notice.h"
#include "core/app/sample_blocks.h"
#include "core/app/sample_files.h"
#include "core/app/sample_script.h"
#include "core/app/sample_text.h"
#include "core/base/text.h"
#include "core/channel/descriptor.h"
#include "core/channel/import.h"
#include "core/channel/registry.h"
#include "core/mime/mail.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

constexpr Timestamp kSampleNow{1'773'129'600'000};  // 2026-03-10T08:00:00Z

// The whole workspace, written once for all tests.
class Sample : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TempFolder;
    auto written = write_sample(folder_->path().string(), kSampleNow);
    ASSERT_TRUE(written) << written.error().what;
    workspace_ = *written;
    mime::init();
    mime::ParseOptions options;
    options.trusted_authserv_ids = {std::string(kSampleAuthservId)};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace_.mail)) {
      if (!entry.is_regular_file()) continue;
      const std::string raw = test::read_file(entry.path());
      EXPECT_EQ(mime::quarantine_reason(raw), "") << entry.path();
      mails_[entry.path().string()] = mime::parse(raw, options);
    }
  }
  static void TearDownTestSuite() {
    delete folder_;
    mails_.clear();
  }
  template <class Test>
  static std::size_t count(Test test) {
    return static_cast<std::size_t>(
        std::count_if(mails_.begin(), mails_.end(), [&](const auto& one) { return test(one.second); }));
  }

  static inline test::TempFolder* folder_ = nullptr;
  static inline SampleWorkspace workspace_;
  static inline std::map<std::string, model::Content> mails_;
};

TEST_F(Sample, HoldsHundredsOfMailsReviewsAndMentions) {
  EXPECT_GE(workspace_.mails, 300);
  EXPECT_LE(workspace_.mails, 500);
  EXPECT_EQ(mails_.size(), static_cast<std::size_t>(workspace_.mails));
  EXPECT_GE(workspace_.sent, 90);
  EXPECT_EQ(workspace_.reviews, 80);
  EXPECT_EQ(workspace_.mentions, 60);
}

TEST_F(Sample, IsTheSameForTheSameDay) {
  test::TempFolder other;
  ASSERT_TRUE(write_sample(other.path().string(), kSampleNow));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(other.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const auto twin = folder_->path() / std::filesystem::relative(entry.path(), other.path());
    EXPECT_EQ(test::read_file(entry.path()), test::read_file(twin)) << twin;
  }
  EXPECT_EQ(files, mails_.size() + 2);
}

TEST_F(Sample, EverythingHappenedInTheLastWeeks) {
  for (const auto& [path, mail] : mails_) {
    if (!mail.date || mail.date->ms > kSampleNow.ms + 86'400'000) continue;  // the broken clocks, counted below
    EXPECT_GE(mail.date->ms, kSampleNow.ms - std::int64_t{46} * 86'400'000) << path;
    EXPECT_LE(mail.date->ms, kSampleNow.ms) << path;
  }
  EXPECT_EQ(count([](const model::Content& m) { return !m.date || m.date->ms > kSampleNow.ms + 86'400'000; }), 2u);
}

TEST_F(Sample, NoSlotIsLeftEmptyAndNoBraceIsLeftOver) {
  for (const auto& [path, mail] : mails_) {
    EXPECT_EQ((mail.subject + mail.text).find('{'), std::string::npos) << path << "\n" << mail.text;
    EXPECT_FALSE(mail.text.empty()) << path;
    EXPECT_FALSE(mail.author.handle.empty()) << path;
  }
}

TEST_F(Sample, HasWhatMailReallyHas) {
  using model::Content;
  using model::Origin;
  EXPECT_GE(count([](const Content& m) { return m.origin == Origin::auto_reply; }), 3u);
  EXPECT_EQ(count([](const Content& m) { return m.origin == Origin::bounce; }), 1u);
  EXPECT_GE(count([](const Content& m) { return m.origin == Origin::list; }), 4u);
  EXPECT_EQ(count([](const Content& m) { return m.message_id.empty(); }), 2u);
  EXPECT_EQ(count([](const Content& m) { return m.auth.dmarc == model::AuthResult::fail; }), 3u);
  EXPECT_GE(count([](const Content& m) { return !m.attachments.empty(); }), 8u);
  EXPECT_GE(count([](const Content& m) { return !m.html.empty(); }), 60u);
  EXPECT_GE(count([](const Content& m) { return m.text.find("田中") != std::string::npos; }), 1u);
  std::map<std::string, int> ids;
  for (const auto& [path, mail] : mails_) {
    if (!mail.message_id.empty()) ++ids[mail.message_id];
  }
  const auto most = std::max_element(ids.begin(), ids.end(), [](auto& a, auto& b) { return a.second < b.second; });
  EXPECT_EQ(most->second, 3);  // a double, and a third mail that borrows the Message-ID
}

TEST_F(Sample, AnswersQuoteWhatTheyAnswerAndBringNewWords) {
  std::size_t answers = 0, split = 0;
  for (const auto& [path, mail] : mails_) {
    if (mail.in_reply_to.empty() || mail.origin != model::Origin::personal) continue;
    ++answers;
    if (!mail.reply_text.empty() && mail.reply_text.size() < mail.text.size()) ++split;
  }
  EXPECT_GT(answers, 120u);
  EXPECT_GE(split * 100, answers * 95);
}

TEST_F(Sample, ItsTimelinesHaveNineChannels) {
  const Notices notices;
  std::map<std::string, int> told;
  for (const auto& [path, mail] : mails_) {
    if (const auto notice = notices.find(mail)) ++told[std::string(notice->channel->name)];
  }
  const std::map<std::string, int> expected = {{"app_store", 1},   {"facebook", 2},    {"google_business", 2},
                                               {"google_play", 2}, {"tripadvisor", 2}, {"trustpilot", 2},
                                               {"yelp", 2}};
  EXPECT_EQ(told, expected) << "beside mail and files";
}

TEST_F(Sample, TablesAreReadByTheFileChannelWithoutAComplaint) {
  const auto* channel = channel::find_channel("file");
  ASSERT_NE(channel, nullptr);
  for (const auto& [path, rows] : {std::pair(workspace_.reviews_file, workspace_.reviews),
                                   std::pair(workspace_.mentions_file, workspace_.mentions)}) {
    auto source = channel->open_import(path, {});
    ASSERT_TRUE(source);
    ASSERT_NE(*source, nullptr);
    std::set<std::string> names;
    const channel::Settings none;
    const auto done = (*source)->each(
        [&](model::Item&& item, const channel::ImportProgress&) {
          names.insert(item.external_id);
          const auto content = channel->parse(item, {none, "sample"});
          EXPECT_TRUE(content) << item.raw;
          if (content) {
            EXPECT_EQ(content->notes, std::vector<std::string>{}) << item.raw;
            EXPECT_TRUE(content->date) << item.raw;
            EXPECT_FALSE(content->text.empty()) << item.raw;
            EXPECT_FALSE(content->language.empty()) << item.raw;
          }
          return true;
        },
        [](const Error& error) { ADD_FAILURE() << error.what; });
    EXPECT_TRUE(done);
    EXPECT_EQ(names.size(), static_cast<std::size_t>(rows));
  }
}

TEST(SampleScript, EveryStoryIsComplete) {
  std::size_t stories = 0;
  for (const std::string_view name : {"stories_en", "stories_de", "stories_fr", "stories_es", "stories_it_ja"}) {
    const auto read = read_stories(sample_text(name));
    EXPECT_FALSE(read.empty()) << name;
    stories += read.size();
    for (const auto& one : read) {
      EXPECT_NE(one.person.address.find(".example"), std::string::npos) << one.id;
      EXPECT_FALSE(one.subject.empty()) << one.id;
      EXPECT_GT(one.age.count(), 0) << one.id;
      ASSERT_FALSE(one.turns.empty()) << one.id;
      EXPECT_FALSE(one.turns.front().ours) << one.id;
      for (std::size_t i = 0; i < one.turns.size(); ++i) {
        EXPECT_FALSE(one.turns[i].text.empty()) << one.id;
        EXPECT_EQ(one.turns[i].text.find("attach:"), std::string::npos) << one.id;
        EXPECT_EQ(i == 0, one.turns[i].after.count() == 0) << one.id;
        if (one.turns[i].ours) {
          EXPECT_NE(one.turns[i].text.find(one.turns[i].agent), std::string::npos) << one.id;
        }
      }
    }
  }
  EXPECT_GE(stories, 38u);
}

TEST(SampleScript, ReadsSpansBlocksAndPeople) {
  EXPECT_EQ(read_span("40m"), std::chrono::minutes(40));
  EXPECT_EQ(read_span("1.5d"), std::chrono::hours(36));
  SampleBlocks blocks;
  read_blocks("# words\n[en late open]\none\nstill one\n\ntwo\n", false, blocks);
  EXPECT_EQ(blocks["en late open"], (std::vector<std::string>{"one\nstill one", "two"}));
  const auto people = read_people("# nobody\nen | Ann Other | ann@mail.example | gmail |\n");
  ASSERT_EQ(people.size(), 1u);
  EXPECT_EQ(people[0].name, "Ann Other");
}

TEST(SampleFiles, AreWhatTheirNamesSay) {
  const std::string picture = sample_picture("a.png"), paper = sample_document("b.pdf");
  EXPECT_EQ(picture.substr(0, 8), "\x89PNG\r\n\x1A\n");
  EXPECT_EQ(picture, sample_picture("a.png"));
  EXPECT_NE(picture, sample_picture("c.png"));
  EXPECT_EQ(paper.substr(0, 8), "%PDF-1.4");
  const auto xref = std::stoul(paper.substr(paper.find("startxref\n") + 10));
  EXPECT_EQ(paper.substr(xref, 4), "xref");
}

}  // namespace
}  // namespace amends::app
