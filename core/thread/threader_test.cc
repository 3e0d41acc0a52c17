#include "core/thread/threader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace amends::thread {
namespace {

// Letters by number; they come a day apart.
class Folder {
 public:
  Letter& letter(int number, const std::string& from, const std::string& subject, std::vector<int> references = {}) {
    Letter l;
    l.message_id = l.name = id(number);
    l.sender = from + "@example.org";
    l.recipients = {"us@example.org"};
    l.subject = subject;
    for (const int r : references) l.references.push_back('<' + id(r) + '>');
    l.at = Timestamp{number * 86'400'000LL};
    letters_.push_back(std::move(l));
    return letters_.back();
  }

  // "1 2 | 3": the threads, letters by their numbers.
  std::string threads() const {
    std::string out;
    for (const auto& thread : thread_archive(letters_)) {
      if (!out.empty()) out += " |";
      for (const auto i : thread)
        out += (out.empty() ? "" : " ") + letters_[i].name.substr(1, letters_[i].name.find('@') - 1);
    }
    return out;
  }

 private:
  static std::string id(int number) { return "m" + std::to_string(number) + "@example.org"; }
  std::vector<Letter> letters_;
};

TEST(ThreadArchive, LettersJoinWhatTheyNameWhereverItStands) {
  Folder f;
  f.letter(3, "cid", "unrelated words here", {2});
  f.letter(1, "ann", "lamp");
  f.letter(2, "bob", "Re: lamp", {1});
  f.letter(4, "dan", "lamp");
  EXPECT_EQ(f.threads(), "1 2 3 | 4");
}

TEST(ThreadArchive, LettersThatNameTheSameUnseenMailBelongTogether) {
  Folder f;
  f.letter(2, "ann", "Re: something", {1});
  f.letter(3, "bob", "Re: something else", {1});
  EXPECT_EQ(f.threads(), "2 3");
}

TEST(ThreadArchive, CyclesSelfReferencesAndCopiesDoNoHarm) {
  Folder f;
  f.letter(1, "ann", "lamp", {2});
  f.letter(2, "bob", "lamp", {1, 2});
  f.letter(2, "bob", "lamp", {1, 2});
  f.letter(3, "cid", "lamp", {3});
  EXPECT_EQ(f.threads(), "1 2 2 | 3");
}

TEST(ThreadArchive, AddressInPlaceOfAnIdJoinsNobody) {
  Folder f;
  f.letter(1, "ann", "one matter");
  f.letter(2, "bob", "another matter").in_reply_to = {"<ann@example.org>"};
  f.letter(3, "cid", "a third matter").in_reply_to = {"<ann@example.org>"};
  EXPECT_EQ(f.threads(), "1 | 2 | 3");
}

TEST(ThreadArchive, AnswerWithoutReferencesFindsItsSubjectAmongItsPeople) {
  Folder f;
  f.letter(1, "ann", "The lamp switch is broken").recipients = {"us@example.org", "bob@example.org"};
  f.letter(2, "bob", "AW: The lamp switch is broken");
  f.letter(3, "eve", "Re: The lamp switch is broken");
  f.letter(4, "ann", "The lamp switch is broken");
  f.letter(5, "ann", "Fwd: The lamp switch is broken");
  EXPECT_EQ(f.threads(), "1 2 | 3 | 4 | 5");
}

TEST(ThreadArchive, OldSubjectsAndEverydayWordsJoinOnlyNearOnes) {
  Folder f;
  f.letter(1, "ann", "The lamp switch is broken");
  f.letter(40, "ann", "Re: The lamp switch is broken");
  f.letter(50, "ann", "Hello");
  f.letter(57, "ann", "Re: Hello");
  f.letter(58, "ann", "Re: Hello");
  EXPECT_EQ(f.threads(), "1 | 40 | 50 | 57 58");
}

TEST(ThreadArchive, OnAListEverybodyMayAnswer) {
  Folder f;
  for (int i = 0; i < 4; ++i) {
    f.letter(10 * i + 1, "p" + std::to_string(i), "matter number " + std::to_string(i)).recipients = {
        "list@example.org"};
    f.letter(10 * i + 2, "q" + std::to_string(i), "Re: matter number " + std::to_string(i), {10 * i + 1}).recipients = {
        "list@example.org"};
  }
  f.letter(33, "eve", "Re: matter number 3").recipients = {"list@example.org"};
  f.letter(34, "eve", "Re: number four matter").recipients = {"list@example.org"};
  EXPECT_EQ(f.threads(), "1 2 | 11 12 | 21 22 | 31 32 33 | 34");
}

TEST(ThreadArchive, AnswerThatNamesAMailNobodyHasLooksForItsSubjectWhereItsThreadBegins) {
  Folder f;
  f.letter(1, "ann", "The lamp switch is broken");
  f.letter(3, "ann", "Re: The lamp switch is broken", {2});
  f.letter(4, "ann", "Re: The lamp switch is broken", {2, 3});
  EXPECT_EQ(f.threads(), "1 3 4");
}

TEST(ThreadArchive, SubjectThatWasLeadsBack) {
  Folder f;
  f.letter(1, "ann", "The lamp switch is broken");
  f.letter(2, "ann", "Re: New lamps wanted (was: The lamp switch is broken)");
  EXPECT_EQ(f.threads(), "1 2");
}

TEST(ThreadArchive, LettersWithoutADateStandFirstAndJoinByReferencesAlone) {
  Folder f;
  f.letter(1, "ann", "The lamp switch is broken");
  f.letter(2, "ann", "Re: The lamp switch is broken").at.reset();
  f.letter(3, "ann", "whatever", {1}).at.reset();
  EXPECT_EQ(f.threads(), "2 | 3 1");
}

TEST(ThreadArchive, AnyOrderGivesTheSameThreads) {
  EXPECT_TRUE(rc::check([] {
    const int count = *rc::gen::inRange(2, 25);
    std::vector<Letter> letters;
    for (int i = 0; i < count; ++i) {
      Letter l;
      l.name = l.message_id = "m" + std::to_string(i) + "@example.org";
      l.sender = "p" + std::to_string(*rc::gen::inRange(0, 5)) + "@example.org";
      l.recipients = {*rc::gen::inRange(0, 2) == 0 ? "list@example.org" : "p1@example.org"};
      l.subject = std::string(*rc::gen::inRange(0, 3) == 0 ? "" : "Re: ") + "matter number " +
                  std::to_string(*rc::gen::inRange(0, 3));
      if (*rc::gen::inRange(0, 2) == 0) {
        l.references.push_back("m" + std::to_string(*rc::gen::inRange(0, count + 5)) + "@example.org");
      }
      l.at = Timestamp{*rc::gen::inRange(0, 40) * 86'400'000LL};
      letters.push_back(std::move(l));
    }
    const auto names_of = [](const std::vector<Letter>& all) {
      std::vector<std::vector<std::string>> out;
      for (const auto& thread : thread_archive(all)) {
        out.emplace_back();
        for (const auto i : thread) out.back().push_back(all[i].name);
      }
      return out;
    };
    const auto expected = names_of(letters);
    for (std::size_t i = letters.size(); i > 1; --i) {
      std::swap(letters[i - 1], letters[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
    }
    RC_ASSERT(names_of(letters) == expected);
  }));
}

}  // namespace
}  // namespace amends::thread
