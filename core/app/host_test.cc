#include "core/app/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/support.h"

namespace amends::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Host, FilesThatOthersCanReadAreNamedWithTheirMend) {
  test::TempFolder folder;
  test::write_file(folder / "amends.db", "x");
  ::chmod((folder / "amends.db").c_str(), 0600);
  EXPECT_THAT(look_at_rights(folder.path().string()), IsEmpty());
  ::chmod((folder / "amends.db").c_str(), 0640);
  const auto found = look_at_rights(folder.path().string());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].mend, "chmod 600 " + (folder / "amends.db"));
}

TEST(Host, AClockBehindWhatWasWrittenDownIsAFailure) {
  const Timestamp now{1'767'258'000'000};
  EXPECT_THAT(look_at_clock({true, now}, now), IsEmpty());
  EXPECT_THAT(look_at_clock({true, now + std::chrono::minutes(4)}, now), IsEmpty());
  const auto behind = look_at_clock({true, now + std::chrono::hours(2)}, now);
  ASSERT_THAT(behind, SizeIs(1));
  EXPECT_EQ(behind[0].level, Level::failure);
  EXPECT_THAT(behind[0].what, HasSubstr("120 minutes"));
  EXPECT_THAT(look_at_clock({false, {}}, now), SizeIs(1));
}

TEST(Host, TheDiskIsJudgedByWhatAHubNeeds) {
  const std::int64_t mb = 1 << 20;
  EXPECT_THAT(look_at_disk({10'000 * mb, 100 * mb, 256 * mb, 0}, "f"), IsEmpty()) << "0 files: it doesn't count them";
  EXPECT_EQ(look_at_disk({100 * mb, 100 * mb, 256 * mb, 9999}, "f")[0].level, Level::failure);
  EXPECT_EQ(look_at_disk({400 * mb, 100 * mb, 256 * mb, 9999}, "f")[0].level, Level::warning);
  EXPECT_THAT(look_at_disk({1000 * mb, 5000 * mb, 256 * mb, 9999}, "f")[0].mend, HasSubstr("backup"));
  EXPECT_THAT(look_at_disk({10'000 * mb, 100 * mb, 256 * mb, 12}, "f")[0].what, HasSubstr("12 more files"));
}

TEST(Host, AnAddressForEverybodyWantsTls) {
  HttpConfig http;
  EXPECT_THAT(look_at_address(http), IsEmpty());
  http.address = "0.0.0.0";
  EXPECT_THAT(look_at_address(http), SizeIs(1));
  http.certificate_file = "cert.pem";
  EXPECT_THAT(look_at_address(http), IsEmpty());
}

TEST(Host, MissingSignaturesAreHintedAtAndSilenceSaysNothing) {
  const std::vector<std::string> domains = {"cafe.test", "cafe.test", ""};
  int asked = 0;
  const auto found = look_at_names(domains, [&](const std::string& name) -> std::optional<bool> {
    ++asked;
    return name == "cafe.test";
  });
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].what, HasSubstr("DKIM"));
  EXPECT_EQ(asked, 3) << "each domain once";
  EXPECT_THAT(look_at_names(domains, [](const std::string&) { return std::optional<bool>(); }), IsEmpty());
  EXPECT_THAT(look_at_names(domains, [](const std::string&) { return std::optional(true); }), IsEmpty());
  EXPECT_THAT(look_at_names(domains, [](const std::string&) { return std::optional(false); }), IsEmpty());
}

TEST(Host, BackupsThatNobodyMakesAreMissed) {
  test::TempFolder folder;
  const Timestamp now = SystemClock().now();
  EXPECT_EQ(look_at_backups({}, now)[0].level, Level::warning);
  BackupConfig config;
  config.folder = folder.path().string();
  EXPECT_THAT(look_at_backups(config, now)[0].what, HasSubstr("no backup"));
  test::write_file(folder / "amends-1.backup", "x");
  EXPECT_EQ(look_at_backups(config, now)[0].level, Level::good);
  EXPECT_THAT(look_at_backups(config, now + std::chrono::hours(72))[0].what, HasSubstr("newest backup is of"));
}

}  // namespace
}  // namespace amends::app
