#include "core/channel/notification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace amends::channel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::string_view kTable = R"json({
"site": "Site", "senders": ["reviews@site.test", "@mail.site.test"],
"rows": [{"language": "en", "seen": "here",
  "subject": ["{author} left a review for {location}", "New: {*}"],
  "body": [{"line": "{rating} stars"}, {"line": "By {author}", "optional": true}, {"take": "title"},
           {"take": "text", "until": ["Reply{*}"]}],
  "link": ["site.test/r/{id}", "site.test"]}]})json";

model::Content mail(const std::string& text, const std::string& subject = "Jo left a review for Shop",
                    const std::string& from = "reviews@site.test") {
  model::Content out;
  out.author.handle = from;
  out.subject = subject;
  out.text = text;
  out.message_id = "m1";
  return out;
}

std::optional<model::Content> understood(std::string_view table, const model::Content& mail) {
  const auto notifications = Notifications::read(table);
  return notifications ? notifications->understand(mail) : std::nullopt;
}

TEST(NotificationTemplates, FitAWholeLineAndNothingElse) {
  const auto fields =
      fit_template("{author} left a {rating}-star review for {location}!", "Jo  LEFT a 4-star review for The Shop!");
  ASSERT_TRUE(fields);
  EXPECT_THAT(*fields, ElementsAre(Pair("author", "Jo"), Pair("location", "The Shop"), Pair("rating", "4")));
  EXPECT_FALSE(fit_template("{author} left a {rating}-star review", "Jo left a 4-star review!"));
  EXPECT_FALSE(fit_template("{author} left", " left")) << "nobody did";
  EXPECT_TRUE(fit_template("{*}left", "left"));
  EXPECT_TRUE(fit_template("plain", "Plain"));
  EXPECT_FALSE(fit_template("plain", "plain and more"));
  EXPECT_TRUE(fit_template("l'avis de \"{author}\"", "l\u2019avis de \u201cJo\u201d"));
}

TEST(NotificationTemplates, ARatingBehindAnythingIsTheWordInFrontOfWhatFollows) {
  for (const char* line : {"Sarah M. gave you 2 stars", "2 stars", "Rated: 2 stars of 5"})
    EXPECT_EQ(fit_template("{*}{rating} star{*}", line).value()["rating"], "2") << line;
  EXPECT_FALSE(fit_template("{*}{rating} star{*}", "star"));
}

TEST(NotificationTemplates, AnUnknownNameAnOpenBraceOrTwoThatTouchAreNone) {
  for (const char* odd : {"{who} left", "{author left", "{author}{rating}", "{*}{author}"})
    EXPECT_FALSE(fit_template(odd, "Jo left")) << odd;
}

TEST(NotificationTemplates, NoLineIsSlow) {
  const std::string line(200'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(fit_template("{*}a{author}a{location}a{title}a{text}a{*}b", line));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(NotificationStars, AreNumbersStarsOrWordsFromOneToFive) {
  for (const char* four : {"4", "4.0", "4,0", "4/5", "4 of 5", "★★★★☆", "⭐⭐⭐⭐", "four", "Vier", "quatre", "CUATRO"})
    EXPECT_EQ(read_stars(four), 4.0) << four;
  EXPECT_EQ(read_stars("4,5"), 4.5);
  EXPECT_EQ(read_stars("fünf"), 5.0);
  for (const char* none : {"", "0", "6", "7", "44", "5.5", "many", "★★★★★★", "☆☆"})
    EXPECT_FALSE(read_stars(none)) << none;
}

TEST(Notifications, AMailThatFitsIsItsReview) {
  const auto table = Notifications::read(kTable);
  ASSERT_TRUE(table) << table.error().what;
  auto given =
      mail("Hello\n\n2 stars\nBy Jo Miller\n<https://site.test/x>\nBroken\n\n\"It broke.\n\nTwice...\"\n\nReply now\n");
  given.html = R"(<a href="https://site.test/r/Ab-9?a=1&amp;b=2">)";
  auto review = table->understand(given);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->author.name, "Jo Miller") << "the body knows better";
  EXPECT_EQ(review->author.handle, "");
  EXPECT_EQ(review->rating, 2.0);
  EXPECT_EQ(review->location, "Shop");
  EXPECT_EQ(review->subject, "Broken");
  EXPECT_EQ(review->text, "It broke.\n\nTwice...");
  EXPECT_THAT(review->notes, ElementsAre(HasSubstr("Site"), HasSubstr("beginning")));
  given.text.erase(given.text.find("<https"), 20);
  given.text.insert(given.text.find("Broken"), "\n");
  review = table->understand(given);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->permalink, "https://site.test/r/Ab-9?a=1&b=2");
  EXPECT_EQ(review->message_id, "Ab-9");
}

TEST(Notifications, WhatDoesNotFitStaysAMail) {
  const auto table = Notifications::read(kTable);
  const std::string good = "2 stars\nTitle\nText\nReply\n";
  EXPECT_TRUE(table->understand(mail(good)));
  EXPECT_TRUE(table->understand(mail(good, "Jo left a review for Shop", "x@eu.mail.site.test")));
  EXPECT_FALSE(table->understand(mail(good, "Jo left a review for Shop", "x@notmail.site.test")));
  EXPECT_FALSE(table->understand(mail(good, "Jo left a review for Shop", "reviews@site.test.evil.test")));
  EXPECT_FALSE(table->understand(mail(good, "Jo left")));
  EXPECT_FALSE(table->understand(mail(good, "New: nobody's"))) << "no author";
  EXPECT_FALSE(table->understand(mail("9 stars\nTitle\nText\nReply\n"))) << "no such rating";
  EXPECT_FALSE(table->understand(mail("2 stars\nTitle\nText without an end\n")));
  EXPECT_FALSE(table->understand(mail("")));
}

TEST(Notifications, ATableThatIsNoneIsNamedAndUnderstandsNothing) {
  for (const char* odd : {"", "{}", R"({"senders":["a@b"]})", R"({"senders":["b"],"rows":[{"subject":["x"]}]})",
                          R"({"senders":["a@b"],"rows":[{"subject":["{who}"]}]})",
                          R"({"senders":["a@b"],"rows":[{"subject":["x"],"body":[{"take":"*"}]}]})"}) {
    EXPECT_FALSE(Notifications::read(odd)) << odd;
    EXPECT_FALSE(understood(odd, mail("x"))) << odd;
  }
  EXPECT_THAT(
      Notifications::read(R"({"senders":["a@b"],"rows":[{"subject":["x"]},{"subject":["{who}"]}]})").error().what,
      HasSubstr("row 2"));
}

TEST(Notifications, ARowMayKnowTheRatingThatTheMailDoesNotSay) {
  const auto review = understood(
      R"({"site":"S","senders":["reviews@site.test"],"rows":[{"rating":"1","subject":["{author} warns of {location}"]}]})",
      mail("", "Jo warns of Shop"));
  ASSERT_TRUE(review);
  EXPECT_EQ(review->rating, 1.0);
  EXPECT_FALSE(Notifications::read(R"({"senders":["a@b"],"rows":[{"rating":"9","subject":["x"]}]})"));
}

TEST(Notifications, AnOperatorsTableIsUsedInsteadOfOurs) {
  const auto review =
      understood(R"({"site":"S","senders":["reviews@site.test"],"rows":[{"subject":["{author} gab {rating}"]}]})",
                 mail("", "Jo gab vier"));
  ASSERT_TRUE(review);
  EXPECT_EQ(review->rating, 4.0);
}

TEST(NotificationCorrections, AreTriedFirstAndTheirSendersCountBesideThoseOfTheTable) {
  const auto built_in = Notifications::read(kTable);
  const auto unknown = mail("It was fine.\nReply", "Jo rated Shop: 4", "news@new.test");
  EXPECT_FALSE(built_in->understand(unknown));
  const auto corrected =
      built_in->corrected(R"({"senders":["@new.test"],"rows":[{"subject":["{author} rated {location}: {rating}"]}]})");
  ASSERT_TRUE(corrected) << corrected.error().what;
  ASSERT_TRUE(corrected->understand(unknown));
  EXPECT_EQ(corrected->understand(unknown)->rating, 4);
  const auto known = mail("4 stars\nGood\nIt was fine.\nReply");
  EXPECT_TRUE(corrected->understand(known)) << "what was understood still is";
  const auto alone =
      built_in->corrected(R"({"alone":true,"rows":[{"subject":["{author} rated {location}: {rating}"]}]})");
  EXPECT_FALSE(alone->understand(known)) << "the new wordings are the only ones";
}

TEST(NotificationCorrections, ARowThatCannotBeReadSaysWhatIsWrongWithIt) {
  EXPECT_TRUE(check_wording(R"({"subject":["{author} rated {location}: {rating}"]})"));
  for (const char* odd : {"{}", R"({"subject":["{who} left"]})", R"({"subject":["x"],"rating":"9"})",
                          R"({"subject":["x"],"body":[{"take":"*"}]})"}) {
    EXPECT_EQ(check_wording(odd).error().kind, Kind::invalid) << odd;
  }
  EXPECT_FALSE(Notifications::read(kTable)->corrected(R"({"rows":[{"subject":["{who} left"]}]})"));
}

}  // namespace
}  // namespace amends::channel
