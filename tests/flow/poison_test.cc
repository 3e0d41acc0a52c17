// Mail that kills or hangs its parser: nothing is lost, and what comes after it gets through.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/app/placing.h"
#include "core/app/supervise.h"
#include "core/app/watchdog.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

class Poison : public HubTest {
 protected:
  // The program's way of pulling: in a child, started again when an item ends it.
  int pulls_supervised(bool beside = false) {
    connector_.reset();
    hub_.reset();
    hub_clock_ = &real_;  // a watchdog measures real time
    const int code = app::supervise(
        [&] {
          starts();
          const app::Watchdog watchdog(hub_->guard(), real_);
          if (beside) return pulls_beside() ? 0 : 1;
          pulls();
          const auto placed = app::Pipeline(*hub_).place_waiting(1000);
          return placed ? 0 : 1;
        },
        10);
    starts();
    return code;
  }
  Result<app::InReport> pulls_beside() {
    app::PlacingBeside placing(*hub_);
    app::pull_account(*hub_, *account_, *connector_, {}, {}, {}, &placing);
    return placing.finish();
  }
  std::vector<ingest::RawItem> quarantine() {
    return reads([](store::Reader& r) { return ingest::items_in(r, ingest::RawState::quarantined, {}, 10); });
  }

  const SystemClock real_{};
};

TEST_F(Poison, AMailThatCrashesTheParserIsQuarantinedAndTheNextOneComesThrough) {
  Remote::the().puts(Mail{.id = "good1@guest.test"}.bytes());
  Remote::the().puts(Mail{.id = "bad@guest.test", .more = "X-Poison: crash\r\n"}.bytes());
  Remote::the().puts(Mail{.id = "good2@guest.test", .subject = "Another"}.bytes());
  EXPECT_EQ(pulls_supervised(), 0);
  EXPECT_EQ(messages(), 2);
  ASSERT_EQ(quarantine().size(), 1u);
  EXPECT_NE(quarantine()[0].reason.find("ended the program"), std::string::npos);
  const std::string raw = reads([&](store::Reader& r) { return *hub_->codec().get(r, quarantine()[0].id); });
  EXPECT_NE(raw.find("bad@guest.test"), std::string::npos);
}

TEST_F(Poison, WhatIsPlacedBesideThePullIsStoredBeforeItIsRead) {
  Remote::the().puts(Mail{.id = "good1@guest.test"}.bytes());
  Remote::the().puts(Mail{.id = "bad@guest.test", .more = "X-Poison: crash\r\n"}.bytes());
  Remote::the().puts(Mail{.id = "odd@guest.test", .more = "X-Poison: refuse\r\n"}.bytes());
  Remote::the().puts(Mail{.id = "good2@guest.test", .subject = "Another"}.bytes());
  EXPECT_EQ(pulls_supervised(true), 0);
  EXPECT_EQ(messages(), 2);
  EXPECT_EQ(quarantine().size(), 2u);
}

TEST_F(Poison, MailTooLargeToBeKeptInMemoryIsReadAgainToBePlaced) {
  const std::string large(5u << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    Remote::the().puts(
        Mail{.id = std::to_string(i) + "@guest.test", .subject = std::to_string(i), .text = large}.bytes());
  }
  const auto report = pulls_beside();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->placed, 3);
  EXPECT_EQ(report->quarantined, 0);
  const auto again = pulls_beside();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->placed, 0);
}

TEST_F(Poison, AMailThatHangsTheParserIsLeftBehindByTheWatchdog) {
  Remote::the().puts(Mail{.id = "bad@guest.test", .more = "X-Poison: hang\r\n"}.bytes());
  Remote::the().puts(Mail{.id = "good@guest.test", .subject = "Another"}.bytes());
  EXPECT_EQ(pulls_supervised(), 0);
  EXPECT_EQ(messages(), 1);
}

TEST_F(Poison, WhatCannotBeParsedWaitsInQuarantineUntilItIsRunAgain) {
  const auto report = receives(Mail{.id = "odd@guest.test", .more = "X-Poison: refuse\r\n"});
  EXPECT_EQ(report.quarantined, 1);
  EXPECT_EQ(messages(), 0);
  ASSERT_EQ(quarantine().size(), 1u);
  const auto again = app::Pipeline(*hub_).run_again(quarantine()[0].id);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->quarantined, 1);  // the parser has not changed
  EXPECT_EQ(app::Pipeline(*hub_).run_again(RawItemId{999}).error().kind, Kind::not_found);
}

}  // namespace
}  // namespace amends::test
