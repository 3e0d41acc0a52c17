#include "core/mime/mailbox.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/mime/mbox.h"
#include "tests/support/support.h"

namespace amends::mime {
namespace {

using test::TempFolder;
using test::write_file;

struct Seen {
  std::vector<std::string> sources, mails, troubles;
  MailboxProgress last;
};

Seen read_all(const std::string& path, std::size_t stop_after = SIZE_MAX) {
  Seen seen;
  MailboxVisitor visitor;
  visitor.mail = [&](const std::string& source, std::string_view raw, const MailboxProgress& progress) {
    seen.sources.push_back(source);
    seen.mails.emplace_back(raw);
    seen.last = progress;
    return seen.mails.size() < stop_after;
  };
  visitor.trouble = [&](const Error& error) { seen.troubles.push_back(error.what); };
  if (auto done = for_each_mail(path, visitor); !done) seen.troubles.push_back(done.error().what);
  return seen;
}

std::vector<std::string> split(const std::string& mbox, std::size_t piece, std::size_t most = kMaxMailBytes) {
  std::vector<std::string> out;
  MboxSplitter splitter(
      [&](std::string_view raw) {
        out.emplace_back(raw);
        return true;
      },
      most);
  for (std::size_t at = 0; at < mbox.size(); at += piece) splitter.add(std::string_view(mbox).substr(at, piece));
  splitter.finish();
  return out;
}

constexpr char kMbox[] =
    "From ann@example.org Tue Apr  1 12:00:00 2003\n"
    "Subject: one\n"
    "\n"
    "first\n"
    ">From here\n"
    ">>From there\n"
    "From now on it works.\n"
    "\n"
    "From bob at example.org  Wed Apr  2 09:00:00 2003\n"
    "Subject: two\n"
    "\n"
    "second\n"
    "\n"
    "From time to time: no header\n"
    "\n"
    "From MAILER-DAEMON\n"
    "Received: by example.org\n"
    "\n"
    "third";

TEST(Mbox, IsTakenApartTheSameInPiecesOfAnySize) {
  const std::vector<std::string> expected{
      "Subject: one\n\nfirst\nFrom here\n>From there\nFrom now on it works.\n",
      "Subject: two\n\nsecond\n\nFrom time to time: no header\n",
      "Received: by example.org\n\nthird",
  };
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u, 4096u}) EXPECT_EQ(split(kMbox, piece), expected) << piece;
}

TEST(Mbox, SeparatorWithoutABlankLineBeforeItNeedsAHeaderAfterIt) {
  const auto mails = split(
      "From a@x Tue Apr  1 12:00:00 2003\nSubject: one\n\nbody\nFrom b@x Tue Apr  1 12:00:00 2003\nSubject: two\n\nb\n"
      "From c@x Tue Apr  1 12:00:00 2003\nis what he wrote\n",
      9);
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[1], "Subject: two\n\nb\nFrom c@x Tue Apr  1 12:00:00 2003\nis what he wrote\n");
}

TEST(Mbox, KeepsCarriageReturnsAndDropsOneBlankLineBetweenMails) {
  const auto mails = split(
      "From a@x Tue Apr  1 12:00:00 2003\r\nSubject: one\r\n\r\nbody\r\n\r\n\r\n"
      "From b@x Tue Apr  1 12:00:00 2003\r\nSubject: two\r\n\r\n",
      5);
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0], "Subject: one\r\n\r\nbody\r\n\r\n");
}

TEST(Mbox, OfAMailBeyondTheCapOnlyThatMuchIsKept) {
  const std::string head = "From a@x Tue Apr  1 12:00:00 2003\nSubject: big\n\n";
  const auto mails = split(
      head + std::string(300'000, 'x') + "\n\nFrom b@x Tue Apr  1 12:00:00 2003\nSubject: two\n\nb\n", 1000, 5000);
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].size(), 5000u);
  EXPECT_EQ(mails[1], "Subject: two\n\nb\n");
}

TEST(Mailbox, KnowsAnMboxAndCountsItsMails) {
  TempFolder folder;
  write_file(folder / "list.txt", kMbox);
  const auto seen = read_all(folder / "list.txt");
  EXPECT_EQ(seen.sources, (std::vector<std::string>{"list.txt#1", "list.txt#2", "list.txt#3"}));
  EXPECT_EQ(seen.last.done, seen.last.total);
  EXPECT_TRUE(seen.troubles.empty());
}

TEST(Mailbox, WalksAMaildirWithItsFoldersInOrder) {
  TempFolder folder;
  const std::string mail = "Subject: x\nFrom: a@example.org\n\nbody\n";
  write_file(folder / "m/cur/2:2,S", mail + "2");
  write_file(folder / "m/cur/1:2,S", mail + "1");
  write_file(folder / "m/new/3", "no header at all");
  write_file(folder / "m/tmp/4", mail + "4");
  write_file(folder / "m/.Sent/cur/5:2,", mail + "5");
  write_file(folder / "m/.notmuch/xapian/6", mail + "6");
  write_file(folder / "m/dovecot.index.cache", mail);
  write_file(folder / "m/plain/cur/7", mail + "7");
  const auto seen = read_all(folder / "m/");
  EXPECT_EQ(seen.sources,
            (std::vector<std::string>{".Sent/cur/5:2,", "cur/1:2,S", "cur/2:2,S", "new/3", "plain/cur/7"}));
  EXPECT_EQ(seen.mails[3], "no header at all");
}

TEST(Mailbox, WalksAFolderOfSingleMailsAndPassesOverTheRest) {
  TempFolder folder;
  write_file(folder / "a/one.eml", "From: a@example.org\nSubject: one\n\n1");
  write_file(folder / "a/b/two.eml", "Received: from x\nDate: Tue, 1 Apr 2003 12:00:00 +0000\n\n2");
  write_file(folder / "a/README", "Read this: it is no mail.\n");
  write_file(folder / "a/z.mbox", kMbox);
  const auto seen = read_all(folder / "a");
  EXPECT_EQ(seen.sources, (std::vector<std::string>{"b/two.eml", "one.eml", "z.mbox#1", "z.mbox#2", "z.mbox#3"}));
  EXPECT_EQ(read_all(folder / "a", 2).mails.size(), 2u);
}

TEST(Mailbox, SaysWhatIsNoMailAndWhatIsNotThere) {
  TempFolder folder;
  write_file(folder / "notes.txt", "Just some words.\n");
  MailboxVisitor visitor;
  visitor.mail = [](const std::string&, std::string_view, const MailboxProgress&) { return true; };
  auto notes = for_each_mail(folder / "notes.txt", visitor);
  ASSERT_FALSE(notes);
  EXPECT_EQ(notes.error().kind, Kind::invalid);
  auto absent = for_each_mail(folder / "absent", visitor);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Kind::not_found);
}

TEST(Mailbox, AFileThatCannotBeReadIsToldAndTheWalkGoesOn) {
  TempFolder folder;
  // Opens, and fails to be read even for root.
  std::filesystem::create_symlink("/proc/self/mem", folder / "a.eml");
  write_file(folder / "b.eml", "From: a@example.org\nSubject: two\n\n2");
  const auto seen = read_all(folder.path().string());
  EXPECT_EQ(seen.sources, std::vector<std::string>{"b.eml"});
  EXPECT_EQ(seen.troubles.size(), 1u);
}

}  // namespace
}  // namespace amends::mime
