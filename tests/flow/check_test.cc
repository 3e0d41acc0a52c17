// What `amends check` finds when one stage says something else than another, and what a person is handed out.
#include "core/app/check.h"

#include <gmock/gmock.h>

#include <archive.h>
#include <archive_entry.h>

#include <map>

#include "core/app/desk.h"
#include "core/app/export_person.h"
#include "tests/flow/hub_fixture.h"

namespace amends::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckTest : public HubTest {
 protected:
  std::vector<std::string> faults() { return *app::check_everything(hub_->db(), {}); }
  void breaks(std::string_view sql) {
    ASSERT_TRUE(hub_->db().write([&](store::Tx& tx) -> Result<Done> { return tx.run(sql), Done{}; })) << sql;
  }
  void ada_writes(int count) {
    for (int i = 0; i < count; ++i) {
      Mail m;
      m.id = "m" + std::to_string(i) + "@guest.test";
      Remote::the().puts(m.bytes());
    }
    receives();
  }
};

TEST_F(CheckTest, EachStageIsHeldToTheOthers) {
  const std::pair<const char*, const char*> breaks_and_says[] = {
      {"DELETE FROM raw_item WHERE id = 1", "message without its raw item: 1"},
      {"DELETE FROM raw_body WHERE raw_id = 2", "raw item without its bytes: 2"},
      {"UPDATE thread_node SET thread_id = thread_id + 100 WHERE message_id = 1", "message outside of its thread: 1"},
      {"UPDATE thread SET messages = 9 WHERE id = 1", "thread that counts its messages wrongly: 1"},
      {"INSERT INTO account_token (account_id, brand_id, sealed_tokens, renewable, connected_at, renewed_at) VALUES "
       "(1, 9,"
       " 's1.1.x', 0, 0, 0)",
       "settings or tokens of an account in another brand: 1"},
      {"DELETE FROM inbox_thread WHERE thread_id = 1", "thread that is in no inbox: 1"},
      {"DELETE FROM timeline_entry", "message missing on its timeline: 1, 2, 3"},
      {"INSERT INTO timeline_entry (stream, at, kind, ref_id) VALUES (1, 5, 0, 77)",
       "timeline entry of no message: 77"},
      {"DELETE FROM message_index WHERE rowid = 2", "message that no search can find: 2"},
      {"UPDATE raw_item SET digest = x'00112233445566778899aabbccddeeff' WHERE id = 3",
       "raw item 3 holds other bytes than it came with"},
      {"INSERT INTO outbox_update (id, brand_id, state, created_at, changed_at) VALUES (5, 1, 3, 0, 0)",
       "update on its way without its bytes: 5"},
  };
  for (const auto& [sql, says] : breaks_and_says) {
    hub_.reset();
    std::filesystem::remove_all(folder_ / "data");
    Remote::the().reset();
    starts();
    ada_writes(3);
    ASSERT_THAT(faults(), IsEmpty());
    breaks(sql);
    EXPECT_THAT(faults(), ::testing::Contains(HasSubstr(says))) << sql;
  }
}

TEST_F(CheckTest, AnExportHoldsWhatWasStoredAndWithholdsWhatNamesOthersInSecret) {
  ada_writes(2);
  app::Desk desk(*hub_, brand_, "ann");
  const ThreadId thread = list().front().thread;
  ASSERT_TRUE(desk.note(thread, "A regular"));
  Remote::the().puts(
      "From: support@cafe.test\r\nTo: ada@guest.test\r\nBcc: eve@guest.test\r\nMessage-ID: <s@cafe.test>\r\n"
      "Subject: News\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n\r\nTo you.\r\n",
      true);
  receives();
  const auto who = reads([&](store::Reader& r) { return app::find_customer(r, brand_.id, "ada@guest.test")->id; });
  std::string zip;
  const auto report = app::export_person(*hub_, brand_.id, who, [&](std::string_view bytes) -> Result<Done> {
    zip += bytes;
    return Done{};
  });
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->messages, 3);
  EXPECT_EQ(report->withheld, 1);
  EXPECT_EQ(report->bytes, static_cast<std::int64_t>(zip.size()));

  std::map<std::string, std::string> files;
  archive* in = archive_read_new();
  archive_read_support_format_zip(in);
  ASSERT_EQ(archive_read_open_memory(in, zip.data(), zip.size()), ARCHIVE_OK);
  for (archive_entry* entry = nullptr; archive_read_next_header(in, &entry) == ARCHIVE_OK;) {
    std::string& bytes = files[archive_entry_pathname(entry)];
    char piece[4096];
    for (la_ssize_t n = 0; (n = archive_read_data(in, piece, sizeof piece)) > 0;) {
      bytes.append(piece, static_cast<std::size_t>(n));
    }
  }
  archive_read_free(in);
  EXPECT_THAT(files["person.json"], HasSubstr("ada@guest.test"));
  EXPECT_THAT(files["person.json"], HasSubstr("A regular"));
  EXPECT_THAT(files["timeline.json"], HasSubstr("To you."));
  EXPECT_EQ(files.size(), 4u);
  Mail first;
  first.id = "m0@guest.test";
  EXPECT_EQ(files["items/1.eml"], first.bytes());
  for (const auto& [name, bytes] : files) EXPECT_EQ(bytes.find("eve@"), std::string::npos) << name;

  const auto gone = app::export_person(*hub_, brand_.id, who, [](std::string_view) -> Result<Done> {
    return fail(Kind::unavailable, "the reader went away");
  });
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().what, HasSubstr("went away"));
  EXPECT_EQ(app::export_person(*hub_, BrandId{99}, who, {}).error().kind, Kind::not_found);
}

}  // namespace
}  // namespace amends::test
