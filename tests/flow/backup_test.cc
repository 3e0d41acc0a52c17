// Backup and restore: whatever was pulled, sent or erased since the backup, nothing is lost, sent twice or shown again.
#include "core/app/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/app/check.h"
#include "core/app/erase.h"
#include "core/app/restore.h"
#include "core/audit/anchor.h"
#include "core/events/events.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class BackupTest : public HubTest {
 protected:
  BackupTest() {
    for (const char* name : {"key", "other"}) {
      write_file(folder_ / name, std::string(64, *name == 'k' ? 'a' : 'b'));
      ::chmod((folder_ / name).c_str(), 0600);
    }
    fs::create_directory(folder_ / "backups");
  }
  crypto::FileSecret secret(const char* name = "key") { return *crypto::FileSecret::from_key_file(folder_ / name); }
  Result<app::BackupReport> backs_up(const std::string& to, int keep = 0) {
    app::BackupRequest request;
    request.data = folder_ / "data";
    request.to = to;
    request.secret = secret();
    request.keep = keep;
    return app::back_up(request, clock_);
  }
  std::string backup() {
    auto report = backs_up(folder_ / "backups");
    EXPECT_TRUE(report) << report.error().what;
    return report ? report->path : "";
  }
  Result<app::RestoreReport> restores(const std::string& file, bool replace = true, const char* key = "key",
                                      bool check_only = false) {
    app::Config config = hub_ ? hub_->config() : config_;
    config_ = config;
    connector_.reset();
    hub_.reset();
    app::RestoreRequest request;
    request.file = file;
    request.secret = secret(key);
    request.replace = replace;
    request.check_only = check_only;
    return app::restore(std::move(config), request, clock_);
  }
  void ada_writes(int from, int to) {
    for (int i = from; i <= to; ++i) {
      Mail m;
      m.id = "a" + std::to_string(i) + "@guest.test";
      m.subject = "Matter " + std::to_string(i);
      Remote::the().puts(m.bytes());
    }
    receives();
  }
  UpdateId answers(ThreadId thread) {
    app::AnswerRequest request;
    request.thread = thread;
    request.text = "We are sorry.";
    return app::Answers(*hub_, brand_, "ann").send(request)->update;
  }
  std::vector<std::string> faults() { return *app::check_everything(hub_->db(), {}); }
  static std::string all_of(const std::string& folder) {
    std::string out;
    for (const auto& entry : fs::directory_iterator(folder)) out += entry.path().filename().string() + " ";
    return out;
  }

  app::Config config_;
};

TEST_F(BackupTest, WhatIsRestoredIsWhatWasThereAndNothingIsSentAgain) {
  ada_writes(1, 4);
  const auto rows = list();
  const UpdateId unsent = answers(rows[0].thread);
  const UpdateId gone = answers(rows[1].thread);
  const std::string file = backup();
  EXPECT_EQ(read_file(file).find("Matter"), std::string::npos);
  EXPECT_EQ(read_file(file).find("SQLite"), std::string::npos);

  // After the backup: both answers go, more comes in, and a third is answered.
  clock_.advance(std::chrono::seconds(30));
  ada_writes(5, 7);
  sends();
  const auto served = Remote::the().deliveries();
  EXPECT_EQ(served.size(), 2u);
  const auto before = messages();

  const auto report = restores(file);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->held, 2);
  EXPECT_THAT(report->kept_as, StartsWith(folder_ / "data.before-restore-"));
  EXPECT_TRUE(fs::exists(report->kept_as + "/amends.db"));
  starts();
  for (const UpdateId id : {unsent, gone}) {
    EXPECT_EQ(update(id).state, model::UpdateState::held);
    EXPECT_THAT(update(id).reason, HasSubstr("restored from a backup"));
  }
  clock_.advance(std::chrono::hours(48));
  sends();
  EXPECT_EQ(Remote::the().deliveries(), served) << "nothing goes twice";
  // The cursor is the backup's: what came since is delivered again, and what is known stays once.
  receives();
  EXPECT_EQ(messages(), before);
  EXPECT_THAT(faults(), IsEmpty());
  EXPECT_EQ(reads([](store::Reader& r) {
              return r.count("SELECT COUNT(*) FROM audit_entry WHERE action = 'backup.restored'");
            }),
            1);
  EXPECT_EQ(fs::exists(folder_ / "data.restoring"), false);
}

TEST_F(BackupTest, OurMailThatWentSinceComesBackAndSettlesWhatTheBackupHeld) {
  ada_writes(1, 1);
  const UpdateId id = answers(only_thread());
  const std::string file = backup();
  clock_.advance(std::chrono::seconds(30));
  sends();
  ASSERT_TRUE(restores(file));
  starts();
  EXPECT_EQ(update(id).state, model::UpdateState::held);
  Remote::the().puts(Remote::the().last_delivered(), true);
  receives();
  EXPECT_EQ(update(id).state, model::UpdateState::sent);
  EXPECT_EQ(messages(), 2);
}

TEST_F(BackupTest, WhoWasErasedSinceStaysErasedAndNobodyElseDoes) {
  ada_writes(1, 2);
  Mail jane;
  jane.id = "j@quokka.test";
  jane.from = "jane@quokka.test";
  jane.text = "zanzibar";
  receives(jane);
  const std::string file = backup();
  clock_.advance(std::chrono::hours(2));
  app::EraseRequest request;
  request.brand = brand_.id;
  request.customer = reads([&](store::Reader& r) { return app::find_customer(r, brand_.id, "jane@quokka.test")->id; });
  ASSERT_TRUE(app::erase_person(*hub_, request));
  const auto report = restores(file);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->erased, 1);
  EXPECT_TRUE(report->ledger_known);
  starts();
  EXPECT_EQ(messages(), 2);
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data")) {
    EXPECT_EQ(read_file(entry.path()).find("quokka"), std::string::npos) << entry.path();
    EXPECT_EQ(read_file(entry.path()).find("zanzibar"), std::string::npos) << entry.path();
  }
  receives();
  EXPECT_EQ(messages(), 2) << "the mailbox still has it";
  EXPECT_THAT(faults(), IsEmpty());

  // The disk died: the ledger beside the backups says the same.
  ASSERT_TRUE(backs_up(folder_ / "backups"));
  hub_.reset();
  fs::remove_all(folder_ / "data");
  const auto again = restores(file);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->erased, 1);
  starts();
  EXPECT_EQ(messages(), 2);

  // Without any ledger it is said.
  hub_.reset();
  fs::remove_all(folder_ / "data");
  fs::remove(folder_ / "backups/amends.erasures");
  EXPECT_FALSE(restores(file)->ledger_known);
}

TEST_F(BackupTest, ABackupYoungerThanAnErasureKeepsWhatCameAfterIt) {
  Mail jane;
  jane.id = "j1@quokka.test";
  jane.from = "jane@quokka.test";
  receives(jane);
  clock_.advance(std::chrono::hours(2));
  app::EraseRequest request;
  request.brand = brand_.id;
  request.customer = reads([&](store::Reader& r) { return app::find_customer(r, brand_.id, "jane@quokka.test")->id; });
  ASSERT_TRUE(app::erase_person(*hub_, request));
  clock_.advance(std::chrono::hours(2));
  jane.id = "j2@quokka.test";
  Remote::the().puts(jane.bytes(), false, clock_.now());
  receives();
  EXPECT_EQ(messages(), 1);
  const auto report = restores(backup());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->erased, 0);
  starts();
  EXPECT_EQ(messages(), 1);
}

TEST_F(BackupTest, DamagedForeignAndNewerBackupsAreRefusedBeforeAnythingIsTouched) {
  ada_writes(1, 3);
  const std::string file = backup(), whole = read_file(file);
  hub_.reset();
  const auto before = read_file(folder_ / "data/amends.db");
  const std::string names = all_of(folder_ / "data");
  const auto refused = [&](const std::string& bytes, Kind kind, const char* key = "key") {
    write_file(folder_ / "odd", bytes);
    starts();
    const auto report = restores(folder_ / "odd", true, key);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, kind) << report.error().what;
    EXPECT_EQ(read_file(folder_ / "data/amends.db").size(), before.size());
    EXPECT_FALSE(fs::exists(folder_ / "data.restoring"));
    EXPECT_EQ(all_of(folder_ / "data"), names);
  };
  refused(whole.substr(0, whole.size() / 2), Kind::corrupt);
  refused(whole.substr(0, whole.size() - 1), Kind::corrupt);
  refused(whole.substr(0, 50), Kind::corrupt);
  refused("", Kind::invalid);
  refused("PK\x03\x04 a zip", Kind::invalid);
  refused(before, Kind::invalid);
  refused(whole, Kind::unauthorized, "other");
  std::string changed = whole;
  changed[whole.size() / 2] = static_cast<char>(changed[whole.size() / 2] ^ 4);
  refused(changed, Kind::corrupt);

  // Parts of somebody's own making, under the right key.
  const auto made = [&](const std::vector<std::string>& pieces) {
    fs::remove(folder_ / "made");
    auto out = crypto::SecretWriter::create(folder_ / "made", secret());
    for (const auto& piece : pieces) EXPECT_TRUE((*out)->write(piece));
    EXPECT_TRUE((*out)->finish());
    return read_file(folder_ / "made");
  };
  app::Manifest manifest{app::kBackupFormat, 9999, "9.9", clock_.now(), {}};
  const auto with_size = [](const std::string& json) {
    return "manifest " + std::to_string(json.size()) + "\n" + json;
  };
  refused(made({with_size(app::manifest_json(manifest))}), Kind::invalid);
  manifest.schema = 8;
  manifest.format = 2;
  refused(made({with_size(app::manifest_json(manifest))}), Kind::invalid);
  manifest.format = 1;
  refused(made({with_size(app::manifest_json(manifest))}), Kind::corrupt);
  refused(made({"../../evil 4\nevil"}), Kind::corrupt);
  refused(made({"amends.db 999999999999\nshort"}), Kind::corrupt);
  refused(made({std::string(5000, 'x')}), Kind::corrupt);
  refused(made({"manifest 5\nhello"}), Kind::corrupt);
  EXPECT_FALSE(fs::exists(folder_ / "evil"));
}

TEST_F(BackupTest, AFolderThatHoldsSomethingNeedsReplaceAndARunningHubIsLeftAlone) {
  ada_writes(1, 1);
  const std::string file = backup();
  const auto report = restores(file, false);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, Kind::invalid);
  EXPECT_THAT(report.error().hint, HasSubstr("--replace"));
  starts();
  app::Config config = hub_->config();
  app::RestoreRequest request;
  request.file = file;
  request.secret = secret();
  request.replace = true;
  const auto busy = app::restore(config, request, clock_);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().kind, Kind::busy);
  EXPECT_EQ(messages(), 1);

  EXPECT_TRUE(restores(file, false, "key", true)) << "looking changes nothing, so it needs no permission";
  hub_.reset();
  fs::remove_all(folder_ / "data");
  fs::create_directory(folder_ / "data");
  EXPECT_TRUE(restores(file, false)) << "an empty folder is as good as none";
  starts();
  EXPECT_EQ(messages(), 1);
}

TEST_F(BackupTest, ARestoreKilledBetweenTheFoldersLosesNeither) {
  ada_writes(1, 2);
  const std::string file = backup();
  hub_.reset();
  // As it stands when the new folder has its place and the old one hasn't its name yet.
  fs::copy(folder_ / "data", folder_ / "data.restoring", fs::copy_options::recursive);
  write_file(folder_ / "data.restoring/old", "the one that was replaced");
  starts();
  const auto report = restores(file);
  ASSERT_TRUE(report) << report.error().what;
  int kept = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path())) kept += fs::exists(entry.path() / "old") ? 1 : 0;
  EXPECT_EQ(kept, 1);
  // And one killed at its beginning leaves nothing.
  fs::create_directory(folder_ / "data.restoring");
  write_file(folder_ / "data.restoring/unfinished", "");
  write_file(folder_ / "data.restoring/amends.db", "half");
  starts();
  ASSERT_TRUE(restores(file));
  EXPECT_FALSE(fs::exists(folder_ / "data.restoring"));
  starts();
  EXPECT_EQ(messages(), 2);
}

TEST_F(BackupTest, RotationKeepsTheNewestAndTouchesNothingElse) {
  ada_writes(1, 1);
  write_file(folder_ / "backups/amends-diary.backup", "mine");
  std::vector<std::string> removed;
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::hours(24));
    const auto report = backs_up(folder_ / "backups", 2);
    ASSERT_TRUE(report) << report.error().what;
    removed.insert(removed.end(), report->removed.begin(), report->removed.end());
  }
  EXPECT_EQ(removed.size(), 2u);
  EXPECT_TRUE(fs::exists(folder_ / "backups/amends-diary.backup"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "backups"), fs::directory_iterator()), 3);
  EXPECT_EQ(backs_up(folder_ / "backups/amends-diary.backup").error().kind, Kind::conflict);
  EXPECT_THAT(all_of(folder_ / "data"), ::testing::Not(HasSubstr("copy"))) << "no copy in clear is left";
}

TEST_F(BackupTest, ADamagedDatabaseMakesNoBackup) {
  ada_writes(1, 30);
  hub_.reset();
  std::string bytes = read_file(folder_ / "data/amends.db");
  for (std::size_t page = 30; page < 60 && (page + 1) * 4096 <= bytes.size(); ++page) {
    for (std::size_t i = 0; i < 64; ++i) bytes[page * 4096 + i] ^= '\x55';
  }
  std::ofstream(folder_ / "data/amends.db", std::ios::binary) << bytes;
  const auto report = backs_up(folder_ / "backups");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, Kind::corrupt);
  EXPECT_TRUE(fs::is_empty(folder_ / "backups"));
}

}  // namespace
}  // namespace amends::test
