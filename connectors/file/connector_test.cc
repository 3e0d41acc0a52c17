#include "core/channel/connector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/channel/descriptor.h"
#include "core/channel/import.h"
#include "tests/support/bare_environment.h"
#include "tests/support/support.h"

namespace amends::connectors::file {
extern const channel::Descriptor descriptor;

namespace {

using channel::Settings;

std::string testdata(const std::string& name) { return std::string(AMENDS_TEST_FOLDER) + "/testdata/" + name; }

using Given = std::map<std::string, std::string>;

// An account on a path; reads everything there is, page by page, and understands it.
class Account {
 public:
  explicit Account(const Given& given) {
    auto checked = channel::check_settings(descriptor, given);
    EXPECT_TRUE(checked) << checked.error().what;
    settings_ = *std::move(checked);
    connector_ = *descriptor.open(settings_, test::bare_environment());
  }

  std::vector<model::Item> pull() {
    std::vector<model::Item> out;
    notes.clear();
    error.clear();
    for (bool more = true; more;) {
      auto page = connector_->pull(cursor);
      if (!page) {
        error = page.error().what;
        break;
      }
      cursor = page->cursor;
      more = page->more;
      out.insert(out.end(), page->items.begin(), page->items.end());
      notes.insert(notes.end(), page->notes.begin(), page->notes.end());
    }
    return out;
  }
  Result<model::Content> parse(const model::Item& item) { return descriptor.parse(item, {settings_, "test"}); }
  std::vector<std::string> facts() { return connector_->check()->facts; }
  void restart() { connector_ = *descriptor.open(settings_, test::bare_environment()); }

  std::string cursor;
  std::string error;
  std::vector<std::string> notes;

 private:
  Settings settings_;
  std::unique_ptr<channel::Connector> connector_;
};

std::vector<std::string> ids(const std::vector<model::Item>& items) {
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(item.external_id);
  return out;
}

TEST(FileChannel, ReadsAnExportOfReviewsWithItsOddRows) {
  Account account(Given{{"path", testdata("reviews_with_odd_rows.csv")}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 7u);
  EXPECT_EQ(items[0].place, "reviews_with_odd_rows.csv");
  EXPECT_EQ(items[0].external_id, "review:R-1001");

  const auto maya = account.parse(items[0]);
  ASSERT_TRUE(maya);
  EXPECT_EQ(maya->kind, model::MessageKind::review);
  EXPECT_EQ(maya->visibility, model::Visibility::public_);
  EXPECT_EQ(maya->author.name, "Maya L.");
  EXPECT_EQ(maya->rating, 1.0);
  EXPECT_EQ(maya->text, "Asked for oat milk, got cow's milk.\nNobody at the till cared.");
  EXPECT_EQ(maya->reply_text, maya->text);
  EXPECT_EQ(maya->location, "Harbour Street");
  EXPECT_EQ(to_rfc3339(*maya->date), "2026-03-10T08:05:00Z");
  EXPECT_FALSE(maya->auth.from_verified);

  // 25/02/2026 further down tells how 09/03/2026 is meant.
  EXPECT_EQ(to_rfc3339(*account.parse(items[1])->date), "2026-03-09T12:00:00Z");
  EXPECT_EQ(account.parse(items[1])->text, "\"Wirklich\" guter Kaffee; nur etwas laut");
}

TEST(FileChannel, ABadRowIsKeptForQuarantineAndTheRestGoesOn) {
  Account account(Given{{"path", testdata("reviews_with_odd_rows.csv")}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 7u);
  const auto too_many = account.parse(items[4]);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind, Kind::invalid);
  EXPECT_EQ(too_many.error().what, "reviews_with_odd_rows.csv, line 8: the row has 8 fields, the header 7");
  EXPECT_NE(items[4].raw.find("one too many"), std::string::npos);
  const auto open_quote = account.parse(items[5]);
  ASSERT_FALSE(open_quote);
  EXPECT_EQ(open_quote.error().what, "reviews_with_odd_rows.csv, line 9: a quote opens here and never closes");
  EXPECT_EQ(account.parse(items[6])->author.name, "Luis");
  EXPECT_EQ(account.notes.size(), 2u);
}

TEST(FileChannel, WhatItDoesNotUnderstandItNotes) {
  Account account(Given{{"path", testdata("reviews_with_odd_rows.csv")}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 7u);
  const auto content = account.parse(items[3]);
  ASSERT_TRUE(content);
  EXPECT_FALSE(content->rating);
  const auto& notes = content->notes;
  EXPECT_NE(std::find(notes.begin(), notes.end(), "rating not understood: \"superb\""), notes.end());
  EXPECT_NE(std::find(notes.begin(), notes.end(), "fields left aside: Branch manager"), notes.end());
}

TEST(FileChannel, ReadsSpreadsheetsInTheirOwnEncodings) {
  Account german(Given{{"path", testdata("german_windows1252.csv")}});
  const auto items = german.pull();
  ASSERT_EQ(items.size(), 2u);
  const auto first = german.parse(items[0]);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->author.name, "Jürgen Groß");
  EXPECT_EQ(first->text, "Der Kuchen war köstlich – Preis 4 €");
  EXPECT_EQ(first->rating, 4.5);
  EXPECT_EQ(first->subject, "Schön hier");
  EXPECT_EQ(to_rfc3339(*german.parse(items[1])->date), "2026-03-06T14:20:00Z");

  Account excel(Given{{"path", testdata("excel_utf16.csv")}});
  const auto sheet = excel.pull();
  ASSERT_EQ(sheet.size(), 1u);
  EXPECT_EQ(excel.parse(sheet[0])->text, "“Lovely”, truly");
  EXPECT_EQ(excel.parse(sheet[0])->rating, 4.0);
}

TEST(FileChannel, ColumnsWithoutAHeaderGoByNumber) {
  Account account(
      {{"path", testdata("no_header.csv")}, {"map", "at=#1,rating=#2,text=#3"}, {"location", "Canal Quay"}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(account.parse(items[0])->text, "Warm rolls at last");
  EXPECT_EQ(account.parse(items[0])->rating, 4.0);
  EXPECT_EQ(account.parse(items[0])->location, "Canal Quay");

  Account unmapped(Given{{"path", testdata("no_header.csv")}});
  EXPECT_TRUE(unmapped.pull().empty());
  EXPECT_NE(unmapped.error.find("no column was recognised"), std::string::npos);
}

TEST(FileChannel, EqualRowsWithoutIdsAreAllKeptAndKeepTheirNames) {
  Account account(Given{{"path", testdata("rows_without_ids.csv")}});
  const auto first = account.pull();
  ASSERT_EQ(first.size(), 4u);
  const auto names = ids(first);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 4u);
  EXPECT_NE(account.parse(first[0])->message_id, account.parse(first[1])->message_id);
  account.cursor.clear();
  account.restart();
  EXPECT_EQ(ids(account.pull()), names);
}

TEST(FileChannel, ReadsMentionsFromJsonLines) {
  Account account(Given{{"path", testdata("mentions_with_odd_lines.jsonl")}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 8u);
  const auto ida = account.parse(items[0]);
  ASSERT_TRUE(ida);
  EXPECT_EQ(ida->kind, model::MessageKind::mention);
  EXPECT_EQ(ida->message_id, "mastodon:m1");
  EXPECT_EQ(ida->author, (model::Party{"Ida Novak", "mastodon:ida@social.example"}));
  EXPECT_EQ(ida->language, "en");
  EXPECT_EQ(ida->permalink, "https://social.example/@ida/m1");
  EXPECT_TRUE(ida->auth.from_verified);
  EXPECT_EQ(ida->notes, (std::vector<std::string>{"fields left aside: boosts"}));

  const auto ben = account.parse(items[1]);
  ASSERT_TRUE(ben);
  EXPECT_EQ(ben->author.handle, "mastodon:ben@social.example");
  EXPECT_EQ(to_rfc3339(*ben->date), "2026-03-10T08:00:00Z");
  ASSERT_EQ(ben->in_reply_to.size(), 1u);
}

TEST(FileChannel, AnAnswerNamesItsParentAsTheParentIsNamed) {
  test::TempFolder folder;
  test::write_file(
      folder / "a.jsonl",
      "{\"id\":\"r1\",\"rating\":2,\"text\":\"slow\"}\n"
      "{\"id\":\"c1\",\"kind\":\"comment\",\"reply_to\":\"r1\",\"text\":\"sorry\"}\n"
      "{\"id\":\"m1\",\"kind\":\"mention\",\"source\":\"Mastodon\",\"text\":\"hm\"}\n"
      "{\"id\":\"m2\",\"kind\":\"mention\",\"source\":\"mastodon\",\"reply_to\":\"m1\",\"text\":\"yes\"}\n");
  Account account(Given{{"path", folder / "a.jsonl"}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(account.parse(items[1])->in_reply_to.front(), account.parse(items[0])->message_id);
  EXPECT_EQ(account.parse(items[3])->in_reply_to.front(), account.parse(items[2])->message_id);
}

TEST(FileChannel, LinesThatAreNoObjectAreKeptWithTheirPlace) {
  Account account(Given{{"path", testdata("mentions_with_odd_lines.jsonl")}});
  const auto items = account.pull();
  ASSERT_EQ(items.size(), 8u);
  EXPECT_EQ(account.parse(items[2]).error().what, "mentions_with_odd_lines.jsonl, line 4: the line is not JSON");
  EXPECT_NE(items[2].raw.find("not json at all"), std::string::npos);
  EXPECT_NE(account.parse(items[3]).error().what.find("line 5"), std::string::npos);
  EXPECT_TRUE(account.parse(items[4])->deleted);
  EXPECT_EQ(account.parse(items[5])->rating, 4.0);
  EXPECT_EQ(account.parse(items[5])->author.handle, "https://maps.example/u/9");
  EXPECT_EQ(account.parse(items[6]).error().what, "the row has neither text, title nor rating");
}

TEST(FileChannel, FollowsAGrowingFileAndWaitsForALineToEnd) {
  test::TempFolder folder;
  const std::string path = folder / "feed.jsonl";
  test::write_file(path, "{\"id\":1,\"text\":\"one\"}\n{\"id\":2,\"te");
  Account account(Given{{"path", path}});
  EXPECT_EQ(ids(account.pull()), (std::vector<std::string>{"mention:1"}));
  EXPECT_TRUE(account.pull().empty());
  test::write_file(path, "{\"id\":1,\"text\":\"one\"}\n{\"id\":2,\"text\":\"two\"}\n{\"id\":3,\"text\":\"three\"}");
  account.restart();
  EXPECT_EQ(ids(account.pull()), (std::vector<std::string>{"mention:2", "mention:3"}));
  EXPECT_TRUE(account.pull().empty());
}

TEST(FileChannel, AFileReplacedUnderItsNameIsReadFromItsStart) {
  test::TempFolder folder;
  const std::string path = folder / "feed.jsonl";
  test::write_file(path, "{\"id\":1,\"text\":\"one\"}\n");
  Account account(Given{{"path", path}});
  EXPECT_EQ(account.pull().size(), 1u);
  test::write_file(path, "{\"id\":7,\"text\":\"another file\"}\n{\"id\":8,\"text\":\"and longer\"}\n");
  EXPECT_EQ(ids(account.pull()), (std::vector<std::string>{"mention:7", "mention:8"}));
}

TEST(FileChannel, ACsvThatGrewGoesOnAndOneThatWasEditedStartsOver) {
  test::TempFolder folder;
  const std::string path = folder / "r.csv";
  test::write_file(path, "id,rating,text\n1,5,good\n2,4,fine\n");
  Account account(Given{{"path", path}});
  EXPECT_EQ(account.pull().size(), 2u);
  EXPECT_TRUE(account.pull().empty());
  test::write_file(path, "id,rating,text\n1,5,good\n2,4,fine\n3,1,cold\n");
  EXPECT_EQ(ids(account.pull()), (std::vector<std::string>{"review:3"}));
  test::write_file(path, "id,rating,text\n1,2,not good after all\n2,4,fine\n3,1,cold\n");
  const auto again = account.pull();
  EXPECT_EQ(ids(again), (std::vector<std::string>{"review:1", "review:2", "review:3"}));
  EXPECT_EQ(account.parse(again[0])->rating, 2.0);
}

TEST(FileChannel, PagesCoverALargeFileExactlyOnceEvenAcrossRestarts) {
  test::TempFolder folder;
  std::string csv = "rating,text\n";
  for (int i = 0; i < 1'234; ++i) csv += std::to_string(1 + i % 5) + ",visit " + std::to_string(i / 3) + "\n";
  test::write_file(folder / "big.csv", csv);
  Account whole(Given{{"path", folder / "big.csv"}});
  const auto expected = ids(whole.pull());
  EXPECT_EQ(std::set<std::string>(expected.begin(), expected.end()).size(), 1'234u);

  auto settings = channel::check_settings(descriptor, {{"path", folder / "big.csv"}});
  std::string cursor;
  std::vector<std::string> got;
  for (bool more = true; more;) {
    auto connector = *descriptor.open(*settings, test::bare_environment());
    auto page = connector->pull(cursor);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) got.push_back(item.external_id);
    cursor = page->cursor;
    more = page->more;
  }
  EXPECT_EQ(got, expected);
}

TEST(FileChannel, AFolderIsReadFileByFile) {
  test::TempFolder folder;
  test::write_file(folder / "b.jsonl", "{\"id\":1,\"text\":\"x\"}\n");
  test::write_file(folder / "a.csv", "id,rating\n1,5\n");
  test::write_file(folder / "notes.txt", "not ours");
  Account account(Given{{"path", folder.path().string()}});
  EXPECT_EQ(ids(account.pull()), (std::vector<std::string>{"review:1", "mention:1"}));
  Account one_kind(Given{{"path", folder.path().string()}, {"format", "jsonl"}});
  EXPECT_EQ(one_kind.pull().size(), 1u);
}

TEST(FileChannel, ShowsWhatItWouldReadBeforeItDoes) {
  Account account(Given{{"path", testdata("reviews_with_odd_rows.csv")}});
  const auto facts = account.facts();
  ASSERT_GT(facts.size(), 3u);
  EXPECT_EQ(facts[0], "reviews_with_odd_rows.csv: CSV, UTF-8, parted by commas, 7 rows, 2 of them unreadable");
  EXPECT_NE(std::find(facts.begin(), facts.end(), "  rating <- Stars, such as \"1\""), facts.end());
  EXPECT_NE(std::find(facts.begin(), facts.end(), "  not used: Branch manager"), facts.end());
  EXPECT_EQ(account.pull().size(), 7u);
}

TEST(FileChannel, ShowsWhatItWouldNoteOfTheRowsOnceForAll) {
  test::TempFolder folder;
  const auto has = [](const std::vector<std::string>& facts, std::string_view line) {
    return std::find(facts.begin(), facts.end(), line) != facts.end();
  };
  test::write_file(folder / "a.csv",
                   "id,kind,rating,at,text\n1,review,5,2026-10-01,fine\n2,review,4,soon,fine\n"
                   "3,review,3,later,fine\n4,review,superb,2026-10-01,fine\n5,review,,2026-10-01,\n");
  const auto rows = Account(Given{{"path", folder / "a.csv"}}).facts();
  EXPECT_EQ(rows.front(), "a.csv: CSV, UTF-8, parted by commas, 5 rows, 1 of them unreadable");
  EXPECT_TRUE(has(rows, "  line 6: the row has neither text, title nor rating"));
  EXPECT_TRUE(has(rows, "  2 rows: date not understood: \"soon\" (first in line 3)"));
  EXPECT_TRUE(has(rows, "  1 row: rating not understood: \"superb\" (line 5)"));

  // Longer than what a preview reads: its last line is cut, and no bad line for that.
  std::string many;
  while (many.size() < 5'000'000)
    many += "{\"id\":" + std::to_string(many.size()) + ",\"text\":\"The coffee was cold.\"}\n";
  test::write_file(folder / "b.jsonl", "\n{\"text\":\"x\",\"at\":\"soon\"}\n{\"nothing\":1}\n" + many);
  const auto lines = Account(Given{{"path", folder / "b.jsonl"}}).facts();
  EXPECT_NE(lines.front().find(" in its first 4 MB "), std::string::npos) << lines.front();
  EXPECT_NE(lines.front().find(", 1 of them unreadable"), std::string::npos) << lines.front();
  EXPECT_TRUE(has(lines, "  line 3: the row has neither text, title nor rating"));
  EXPECT_TRUE(has(lines, "  1 row: date not understood: \"soon\" (line 2)"));
}

TEST(FileChannel, AMissingFileIsSaidPlainly) {
  Account account(Given{{"path", "no/such/file.csv"}});
  EXPECT_TRUE(account.pull().empty());
  EXPECT_EQ(account.error, "no/such/file.csv: there is no such file or folder");
}

TEST(FileChannel, ImportsAPathItKnowsByNameAndLeavesOthersAlone) {
  const auto other = descriptor.open_import(std::string(AMENDS_TEST_FOLDER) + "/README.md", {});
  ASSERT_TRUE(other);
  EXPECT_EQ(*other, nullptr);

  auto source = descriptor.open_import(testdata("reviews_with_odd_rows.csv"), {{{"location", "Branch manager"}}});
  ASSERT_TRUE(source);
  ASSERT_NE(*source, nullptr);
  std::vector<model::Item> items;
  std::int64_t done = 0, total = 0;
  const auto result = (*source)->each(
      [&](model::Item&& item, const channel::ImportProgress& progress) {
        items.push_back(std::move(item));
        done = progress.done;
        total = progress.total;
        return true;
      },
      [](const Error& error) { ADD_FAILURE() << error.what; });
  ASSERT_TRUE(result);
  EXPECT_EQ(items.size(), 7u);
  EXPECT_EQ(done, total);
  const Settings none;
  EXPECT_EQ(descriptor.parse(items[0], {none, "import"})->location, "Dana");
  EXPECT_EQ((*(*source)->describe())[0],
            "reviews_with_odd_rows.csv: CSV, UTF-8, parted by commas, 7 rows, 2 of them unreadable");
}

TEST(FileChannel, ReadsAnyBytesWithoutHarm) {
  const Settings none;
  const auto understand = [&](std::string raw) {
    model::Item item;
    item.raw = std::move(raw);
    return descriptor.parse(item, {none, "test"});
  };
  const std::string deep = std::string(100'000, '[');
  const std::string nul("{\"text\":\"a\0b\"}", 14);
  for (const std::string& raw :
       {std::string(), std::string("{"), std::string("null"), std::string("{}"), std::string("\xFF\xFE{"), deep, nul,
        std::string("{\"unreadable\":3}"), std::string("{\"rating\":[[]],\"text\":{\"text\":{}}}")}) {
    const auto content = understand(raw);
    EXPECT_FALSE(content) << raw.substr(0, 40);
  }
  const auto odd = understand("{\"text\":\"caf\xE9\",\"author\":[1,2],\"at\":{}}");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->text, "café");
}

}  // namespace
}  // namespace amends::connectors::file
