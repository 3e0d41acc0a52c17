// What goes out: once, or in doubt; never cut short, never when somebody said no before.
#include <algorithm>

#include "core/base/text.h"
#include "core/channel/length.h"
#include "tests/conformance/channel_test.h"

namespace amends::test {
namespace {

using channel::Found;
using channel::Outbound;
using channel::Receipt;
using channel::SendClass;
using model::RecipientState;
using What = SiteFault::What;

class Sending : public ChannelTest {
 protected:
  void SetUp() override {
    ChannelTest::SetUp();
    if (!d().can.send) GTEST_SKIP() << "nothing is sent here";
    asked = customer_says("Where is my parcel?");
    before = rig->our_words().size();
    writes_before = rig->writes();
    connector = open();
  }

  // Our words that were not there when the test began.
  std::vector<std::string> ours() {
    auto all = rig->our_words();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(before, all.size())));
    return all;
  }
  int writes() { return rig->writes() - writes_before; }
  static bool accepted(const Result<Receipt>& receipt) {
    return receipt && !receipt->recipients.empty() &&
           std::all_of(receipt->recipients.begin(), receipt->recipients.end(),
                       [](const auto& r) { return r.state == RecipientState::accepted; });
  }
  static bool in_doubt(const Result<Receipt>& receipt) {
    return receipt && std::any_of(receipt->recipients.begin(), receipt->recipients.end(),
                                  [](const auto& r) { return r.state == RecipientState::in_doubt; });
  }
  bool repeats() const { return d().send_class == SendClass::keyed || d().send_class == SendClass::named; }
  Result<Receipt> send(const Outbound& outbound) {
    auto receipt = seen(connector->send(outbound));
    if (receipt) {
      for (const auto& one : receipt->recipients) {
        EXPECT_LE(one.text.size(), 500u);
        note(fail(Kind::internal, one.text));
      }
    }
    return receipt;
  }

  Heard asked;
  std::size_t before = 0;
  int writes_before = 0;
  std::unique_ptr<channel::Connector> connector;
  const std::string words = "We are sorry, it leaves today.";
};
INSTANTIATE_TEST_SUITE_P(Every, Sending, testing::ValuesIn(rigs()), [](const testing::TestParamInfo<RigRow>& row) {
  return std::string(row.param.descriptor->name);
});

TEST_P(Sending, ReachesTheSiteOnceAfterThePointOfNoReturn) {
  int writes_at_the_point = -1;
  at_the_point = [&] { writes_at_the_point = writes(); };
  const auto receipt = send(answer_to(asked, words));
  ASSERT_TRUE(accepted(receipt)) << (receipt ? "not accepted" : receipt.error().what);
  EXPECT_EQ(points, 1);
  EXPECT_EQ(writes_at_the_point, 0);
  EXPECT_EQ(ours(), (std::vector<std::string>{words}));
}

TEST_P(Sending, OurWordsComeBackAsOurOwnUnderTheNameTheReceiptGave) {
  if (!d().can.pull) GTEST_SKIP() << "nothing is pulled";
  std::string cursor;
  pull_all(*open(), cursor);
  const auto receipt = send(answer_to(asked, words));
  ASSERT_TRUE(accepted(receipt));
  world.clock.advance(std::chrono::minutes(1));
  const auto is_ours = [&](const Heard& h) { return h.content.text.find(words) != std::string::npos; };
  const auto heard = pull_until(*open(), cursor, is_ours);
  const auto own = std::find_if(heard.begin(), heard.end(), is_ours);
  if (own == heard.end()) GTEST_SKIP() << "the site shows us nothing of what we said";
  EXPECT_TRUE(own->item.own);
  if (!receipt->external_id.empty()) {
    EXPECT_EQ(own->item.external_id, receipt->external_id);
  }
  EXPECT_NE(own->item.external_id, asked.item.external_id);
  EXPECT_EQ(own->content.in_reply_to, (std::vector<std::string>{asked.content.message_id}));
  EXPECT_NE(own->content.message_id, asked.content.message_id);
}

TEST_P(Sending, NothingLeavesWhenThePointOfNoReturnCantBeCommitted) {
  Outbound outbound = answer_to(asked, words);
  outbound.point_of_no_return = [&]() -> Result<Done> { return fail(Kind::unavailable, "the disk is full"); };
  EXPECT_FALSE(send(outbound));
  EXPECT_EQ(ours().size(), 0u);
  EXPECT_EQ(writes(), 0);
}

TEST_P(Sending, TheSameKeyTwiceStandsThereOnceOrIsNeverRepeatedByTheHub) {
  if (!repeats()) GTEST_SKIP() << "the hub doesn't repeat it: " << static_cast<int>(d().send_class);
  const Outbound outbound = answer_to(asked, words);
  const auto first = send(outbound), second = send(outbound);
  ASSERT_TRUE(accepted(first));
  ASSERT_TRUE(accepted(second)) << (second ? "not accepted" : second.error().what);
  EXPECT_EQ(ours(), (std::vector<std::string>{words}));
  EXPECT_EQ(first->external_id, second->external_id);
}

TEST_P(Sending, FindSaysWhatIsTrue) {
  if (!d().can.find) GTEST_SKIP() << "there is no looking";
  const Outbound outbound = answer_to(asked, words), other = answer_to(asked, "Something else entirely.", "2");
  const Timestamp since = world.clock.now();
  auto found = seen(connector->find(outbound, since));
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_NE(*found, Found::yes);
  ASSERT_TRUE(accepted(send(outbound)));
  found = seen(connector->find(outbound, since));
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(*found, Found::yes);
  found = seen(connector->find(other, since));
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_NE(*found, Found::yes) << "other words of ours are not these";
}

struct Breakage {
  const char* name;
  What what;
  SiteAnswer answer;
  bool happened;
};

// What the hub does after doubt, by the class the channel declared; in the end our words stand there once.
TEST_P(Sending, WhateverBreaksOurWordsStandThereOnce) {
  if (rig->site() == nullptr) GTEST_SKIP() << "a real server breaks elsewhere";
  const Breakage kBreakages[] = {
      {"cut after", What::cut_after, {}, true},
      {"half an answer", What::cut_answer, {}, true},
      {"500 though done", What::answer_after, {500, R"({"error":"oops"})"}, true},
      {"502 though done", What::answer_after, {502, "<html>bad gateway</html>", {{"Content-Type", "text/html"}}}, true},
      {"truncated though done", What::answer_after, {200, R"({"id":"1)"}, true},
      {"a page though done", What::answer_after, {200, "<html>hello</html>", {{"Content-Type", "text/html"}}}, true},
      {"cut before", What::cut_before, {}, false},
      {"500", What::answer, {500, "{}"}, false},
      {"503", What::answer, {503, "{}"}, false},
  };
  int number = 10;
  for (const Breakage& breakage : kBreakages) {
    SCOPED_TRACE(breakage.name);
    before = rig->our_words().size();
    asked = customer_says("Question " + std::to_string(++number));
    const std::string mark = "No. " + std::to_string(number);
    const Outbound outbound = answer_to(asked, words + " " + mark, std::to_string(number));
    bool broke = false;
    at_the_point = [&] {
      if (!std::exchange(broke, true)) rig->site()->fail_next({breakage.what, breakage.answer, {}, {}, 1});
    };
    const Timestamp since = world.clock.now();
    auto receipt = send(outbound);
    ASSERT_TRUE(broke) << "it never came to the point";
    const auto standing = [&] {
      const auto all = ours();
      return std::count_if(all.begin(), all.end(), [&](const std::string& one) { return one.find(mark) != one.npos; });
    };
    if (accepted(receipt)) {  // it was repeated or looked for at once
      EXPECT_EQ(standing(), 1);
      continue;
    }
    const bool doubt = in_doubt(receipt);
    // An error says that nobody was served. Where repeating does no harm it may be said of what can't be known.
    if (breakage.happened && !doubt) {
      EXPECT_TRUE(repeats()) << "it happened, and " << receipt.error().what;
    }
    if (!doubt) {
      ASSERT_FALSE(receipt);
      EXPECT_TRUE(is_one_of(receipt.error().kind, {Kind::unavailable, Kind::corrupt})) << receipt.error().what;
    }
    bool again = !doubt || repeats();
    if (doubt && d().send_class == SendClass::lookable) {
      const auto found = seen(connector->find(outbound, since));
      ASSERT_TRUE(found) << found.error().what;
      EXPECT_EQ(*found == Found::yes, breakage.happened);
      EXPECT_FALSE(*found == Found::no && breakage.happened) << "it is there, and find() says no";
      again = *found == Found::no;
    }
    if (doubt && d().send_class == SendClass::blind) again = false;
    if (again) {
      receipt = send(outbound);
      EXPECT_TRUE(accepted(receipt)) << (receipt ? "not accepted" : receipt.error().what);
    }
    if (again || breakage.happened) {
      EXPECT_EQ(standing(), 1);
    }
  }
}

TEST_P(Sending, ATextThatIsTooLongIsRefusedWithADraftAndNothingIsWritten) {
  if (d().limits.text == 0 || d().limits.text > 200'000) GTEST_SKIP() << "no limit to pass";
  std::string text;
  while (channel::length_of(text, d().limits.unit) <= d().limits.text) text += "We are sorry that this took so long. ";
  const auto receipt = send(answer_to(asked, text));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::invalid);
  const std::string& draft = receipt.error().hint;
  EXPECT_NE(draft, "") << "no shortened draft is offered";
  EXPECT_LE(channel::length_of(draft, d().limits.unit), d().limits.text);
  EXPECT_NE(draft.find("We are sorry that this took"), std::string::npos) << draft;
  EXPECT_EQ(points, 0);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(ours().size(), 0u);
}

TEST_P(Sending, ATextAsLongAsMayBeIsNeverCut) {
  if (d().limits.text == 0 || d().limits.text > 200'000) GTEST_SKIP() << "no limit to reach";
  // Sites add a mention or a marker to some answers; the words are whole or refused.
  std::string text;
  while (channel::length_of(text + "abcdefg. ", d().limits.unit) <= d().limits.text) text += "abcdefg. ";
  while (!text.empty() && text.back() == ' ') text.pop_back();
  const auto receipt = send(answer_to(asked, text));
  if (!receipt) {
    EXPECT_EQ(receipt.error().kind, Kind::invalid) << receipt.error().what;
    EXPECT_EQ(writes(), 0);
  } else {
    ASSERT_EQ(ours().size(), 1u);
    EXPECT_EQ(ours().front(), text);
  }
}

TEST_P(Sending, TextOfEveryKindArrivesAsItWasWritten) {
  const std::string text = "Zo\xC3\xAB, \xF0\x9F\x92\x9A \"5 < 6 & 7\" <b>x</b> 100%\nSecond line";
  ASSERT_TRUE(accepted(send(answer_to(asked, text))));
  ASSERT_EQ(ours().size(), 1u);
  EXPECT_EQ(ours().front(), text);
}

TEST_P(Sending, WhatWasTakenBackMeanwhileIsNotAnswered) {
  if (!rig->customer_deletes(asked.item.external_id)) GTEST_SKIP() << "no deletions here";
  const auto receipt = send(answer_to(asked, words));
  EXPECT_FALSE(accepted(receipt));
  if (!receipt) {
    EXPECT_TRUE(is_one_of(receipt.error().kind, {Kind::not_found, Kind::rejected, Kind::conflict, Kind::invalid}))
        << receipt.error().what;
  }
  EXPECT_EQ(ours().size(), 0u);
}

TEST_P(Sending, APayloadThatIsNoPostIsCorruptAndNothingIsWritten) {
  Outbound outbound = answer_to(asked, words);
  for (const char* payload : {"", "{}", "not json", "From: a@b.example\r\n\r\nmail"}) {
    outbound.payload = payload;
    const auto receipt = send(outbound);
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, Kind::corrupt) << payload;
  }
  EXPECT_EQ(points, 0);
  EXPECT_EQ(writes(), 0);
}

TEST_P(Sending, WhoIsLockedOutWritesNothing) {
  rig->lock_out();
  const auto receipt = send(answer_to(asked, words));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, Kind::unauthorized) << receipt.error().what;
  EXPECT_EQ(ours().size(), 0u);
}

TEST_P(Sending, ALimitWhileWritingIsNoDoubtAndHoldsOneBucket) {
  if (rig->site() == nullptr) GTEST_SKIP() << "a real server has its own limits";
  std::vector<SiteAnswer> all = SiteFault::limits();
  for (SiteAnswer& own : rig->own_limits()) all.push_back(std::move(own));
  int number = 50;
  for (const SiteAnswer& limit : all) {
    SCOPED_TRACE(limit.headers.empty() ? limit.body
                                       : limit.headers.front().first + ": " + limit.headers.front().second);
    bool said = false;
    at_the_point = [&] {
      if (!std::exchange(said, true)) rig->site()->fail_next({What::answer, limit, {}, {}, 1});
    };
    const auto receipt = send(answer_to(asked, words, std::to_string(++number)));
    ASSERT_TRUE(said);
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, Kind::rate_limited) << receipt.error().what;
    EXPECT_GE(receipt.error().retry_after, std::chrono::seconds(1));
    EXPECT_LE(receipt.error().retry_after, std::chrono::hours(24));
    EXPECT_EQ(world.brakes.held(world.clock.now()).size(), 1u);
    EXPECT_EQ(ours().size(), 0u);
    world.clock.advance(std::chrono::hours(24));
  }
}

}  // namespace
}  // namespace amends::test
