// Health, metrics and what systemd is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

#include "core/app/health.h"
#include "core/app/metrics.h"
#include "core/app/notify.h"
#include "core/base/log.h"
#include "tests/support/support.h"

namespace amends::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DiskMarks, ALowDiskStaysLowUntilThereIsRoomForTheBallastToo) {
  const DiskMarks marks{256ll << 20};
  EXPECT_FALSE(disk_is_low(marks, 256ll << 20, false));
  EXPECT_TRUE(disk_is_low(marks, (256ll << 20) - 1, false));
  EXPECT_TRUE(disk_is_low(marks, (256ll << 20) + kBallastBytes, true)) << "what giving up the ballast brought";
  EXPECT_FALSE(disk_is_low(marks, marks.enough(), true));
}

TEST(HealthTest, TheBallastGoesWhenTheDiskIsLowAndComesBack) {
  log::set_level(log::Level::off);
  test::TempFolder folder;
  Health plenty(folder.path().string(), DiskMarks{1});
  EXPECT_FALSE(plenty.look());
  EXPECT_FALSE(std::filesystem::exists(folder / "ballast")) << "only who serves keeps one";
  plenty.keep_ballast();
  plenty.look();
  ASSERT_TRUE(std::filesystem::exists(folder / "ballast"));
  EXPECT_EQ(static_cast<std::int64_t>(std::filesystem::file_size(folder / "ballast")), kBallastBytes);
  plenty.no_room();
  EXPECT_TRUE(plenty.disk_low());
  EXPECT_FALSE(std::filesystem::exists(folder / "ballast"));
  EXPECT_FALSE(plenty.look()) << "it resumes by itself";

  Health none(folder.path().string(), DiskMarks{INT64_MAX / 2});
  none.keep_ballast();
  EXPECT_TRUE(none.look());
  EXPECT_FALSE(std::filesystem::exists(folder / "ballast"));
  log::set_level(log::Level::info);
}

TEST(HealthTest, ReasonsAreSaidOnceAndGo) {
  test::TempFolder folder;
  Health health(folder.path().string(), DiskMarks{1});
  auto database = store::Database::open({.path = folder / "amends.db", .migrations = {}});
  ASSERT_TRUE(database);
  EXPECT_TRUE(health.readiness(**database).ready);
  health.set("migrating", true);
  health.set("migrating", true);
  EXPECT_EQ(health.readiness(**database).reasons, std::vector<std::string>{"migrating"});
  health.set("migrating", false);
  EXPECT_TRUE(health.readiness(**database).ready);
}

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  Figures figures;
  figures.now = {10'000'000};
  figures.ready = true;
  figures.commits = 7;
  figures.outbox.queued = 3;
  figures.outbox.oldest_unsent = Timestamp{9'940'000};
  AccountFigures account;
  account.channel = "email";
  account.key = "sup\"port\\\n";
  account.brand = "cafe";
  account.state = "active";
  account.connected = true;
  account.last_success = Timestamp{9'000'500};
  account.counted.delivered = 12;
  figures.accounts = {account};
  const std::string text = prometheus_text(figures, "1.2.3",
                                           {{"amends_http_requests_total", "Requests.", true, {{"code", "200"}}, 5},
                                            {"amends_http_requests_total", "Requests.", true, {{"code", "404"}}, 2}});
  EXPECT_THAT(text, HasSubstr("amends_build_info{version=\"1.2.3\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE amends_commits_total counter\namends_commits_total 7\n"));
  EXPECT_THAT(text, HasSubstr("amends_outbox_updates{state=\"queued\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("amends_outbox_oldest_unsent_seconds 60\n"));
  EXPECT_THAT(text, HasSubstr("amends_items_delivered_total{brand=\"cafe\",channel=\"email\","
                              "account=\"sup\\\"port\\\\\\n\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("last_success_timestamp_seconds{brand=\"cafe\",channel=\"email\","
                              "account=\"sup\\\"port\\\\\\n\"} 9000.5\n"));
  EXPECT_THAT(text, HasSubstr("amends_http_requests_total{code=\"404\"} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("@")));
  // One HELP and one TYPE a name, and all its samples below them.
  for (auto at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1)) {
    const auto line = text.substr(at, text.find(' ', at + 7) - at + 1);
    EXPECT_EQ(text.find(line, at + 1), std::string::npos) << line;
  }
}

TEST(Notify, SystemdIsToldAndHearsNothingWhenItIsNotThere) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(notify_ready("serving"));
  test::TempFolder folder;
  const std::string path = folder / "notify";
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  path.copy(at.sun_path, sizeof at.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_TRUE(notify_ready("serving 3 accounts"));
  char heard[128] = {};
  EXPECT_GT(::recv(fd, heard, sizeof heard - 1, MSG_DONTWAIT), 0);
  EXPECT_STREQ(heard, "READY=1\nSTATUS=serving 3 accounts");
  ::unsetenv("NOTIFY_SOCKET");
  ::close(fd);
}

TEST(Notify, TheWatchdogIsFedTwiceAsOftenAsItBites) {
  ::unsetenv("WATCHDOG_PID");
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_interval(), std::chrono::milliseconds(15'000));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_TRUE(::getppid() == 1 || !watchdog_interval()) << "somebody else is watched";
  ::setenv("WATCHDOG_USEC", "often", 1);
  ::unsetenv("WATCHDOG_PID");
  EXPECT_FALSE(watchdog_interval());
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace amends::app
