#include "core/ingest/ingest.h"

#include <gtest/gtest.h>

#include "core/crypto/digest.h"
#include "core/ingest/content_key.h"
#include "tests/support/schema.h"

namespace amends::ingest {
namespace {

class Ingest : public ::testing::Test {
 protected:
  Ingest() {
    store::Options options{folder_ / "amends.db", migrations_, 1, true};
    db_ = *store::Database::open(options);
    const auto done = db_->write([&](store::Tx& tx) -> Result<Done> {
      brand_ = ensure_brand(tx, "cafe", "Café", clock_.now());
      account_ = ensure_account(tx, brand_, "email", "support", clock_.now());
      return Done{};
    });
    EXPECT_TRUE(done);
  }

  Stored receives(const std::string& external_id, const std::string& bytes) {
    const model::Item item{external_id, bytes, "INBOX", false, clock_.now()};
    return *db_->write([&](store::Tx& tx) -> Result<Stored> {
      return store_item(tx, codec_, brand_, account_.id, item, crypto::bytes_of(crypto::sha256(bytes)));
    });
  }
  std::string bytes_of(RawItemId id) {
    return *db_->read([&](store::Reader& reader) -> Result<std::string> { return codec_.get(reader, id); });
  }
  std::vector<RawItem> all_in(RawState state) {
    return *db_->read(
        [&](store::Reader& reader) -> Result<std::vector<RawItem>> { return items_in(reader, state, {}, 100); });
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
  store::RawCodec codec_;
  BrandId brand_;
  Account account_;
};

TEST_F(Ingest, TheSameDeliveryIsStoredOnceHoweverOftenItComes) {
  const Stored first = receives("INBOX;7;1", "Subject: cold coffee\r\n\r\nagain\r\n");
  EXPECT_TRUE(first.fresh);
  for (int i = 0; i < 50; ++i) {
    const Stored again = receives("INBOX;7;1", "Subject: cold coffee\r\n\r\nagain\r\n");
    EXPECT_FALSE(again.fresh);
    EXPECT_EQ(again.id, first.id);
  }
  EXPECT_EQ(all_in(RawState::waiting).size(), 1u);
}

TEST_F(Ingest, OtherBytesUnderAKnownIdAreKeptBesideTheFirst) {
  const Stored first = receives("review/9", "three stars");
  const Stored edited = receives("review/9", "five stars");
  EXPECT_TRUE(edited.fresh);
  EXPECT_TRUE(edited.version);
  EXPECT_NE(edited.id, first.id);
  EXPECT_EQ(bytes_of(first.id), "three stars");
  EXPECT_EQ(bytes_of(edited.id), "five stars");
  EXPECT_FALSE(receives("review/9", "five stars").fresh);
  EXPECT_FALSE(receives("review/9", "three stars").fresh);
}

TEST_F(Ingest, AQuarantinedItemKeepsItsReasonAndItsBytes) {
  const Stored item = receives("INBOX;7;2", std::string("\0\xFF not a mail", 12));
  const auto done = db_->write([&](store::Tx& tx) -> Result<Done> {
    set_state(tx, item.id, RawState::quarantined, "no header at all");
    return Done{};
  });
  ASSERT_TRUE(done);
  ASSERT_EQ(all_in(RawState::quarantined).size(), 1u);
  EXPECT_EQ(all_in(RawState::quarantined)[0].reason, "no header at all");
  EXPECT_EQ(all_in(RawState::waiting).size(), 0u);
  EXPECT_EQ(bytes_of(item.id), std::string("\0\xFF not a mail", 12));
}

TEST_F(Ingest, ACursorAndFailuresAreRemembered) {
  const auto done = db_->write([&](store::Tx& tx) -> Result<Done> {
    set_cursor(tx, account_.id, "{\"INBOX\":42}");
    record_failure(tx, account_.id, fail(Kind::unavailable, "connection refused"), clock_.now());
    record_failure(tx, account_.id, fail(Kind::unavailable, "connection refused"), clock_.now());
    return Done{};
  });
  ASSERT_TRUE(done);
  const auto read = [&] {
    return (*db_->read([](store::Reader& r) -> Result<std::vector<Account>> { return accounts(r); })).at(0);
  };
  EXPECT_EQ(read().cursor, "{\"INBOX\":42}");
  EXPECT_EQ(read().failures, 2);
  EXPECT_EQ(read().last_error, "connection refused");
  ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
    record_success(tx, account_.id, clock_.now());
    return Done{};
  }));
  EXPECT_EQ(read().failures, 0);
  EXPECT_EQ(read().last_success, clock_.now());
}

TEST(ContentDigest, FolderAndTransportDontCountButWordsDo) {
  model::Content mail;
  mail.message_id = "a@b";
  mail.author.handle = "ada@example.org";
  mail.subject = "Cold coffee";
  mail.text = "It was cold.";
  model::Content other = mail;
  other.notes.push_back("repaired");
  other.auth.from_verified = true;
  EXPECT_EQ(content_digest(mail), content_digest(other));
  other.text += " Again.";
  EXPECT_NE(content_digest(mail), content_digest(other));
}

TEST(ContentDigest, PartsCannotRunIntoEachOther) {
  model::Content a, b;
  a.subject = "ab";
  a.text = "c";
  b.subject = "a";
  b.text = "bc";
  EXPECT_NE(content_digest(a), content_digest(b));
}

TEST(ContentKey, MailWithoutAMessageIdIsNamedByItsBytes) {
  const crypto::SipKey key{1, 2};
  model::Content mail;
  EXPECT_NE(content_key(key, mail, "digest one"), content_key(key, mail, "digest two"));
  mail.message_id = "a@b";
  EXPECT_EQ(content_key(key, mail, "digest one"), content_key(key, mail, "digest two"));
}

TEST(ContentDigest, MailIsDigestedAsItWasBeforeThereWerePosts) {
  model::Content mail;
  const std::string before = content_digest(mail);
  mail.media.push_back({model::MediaKind::image, "https://stars.test/1.jpg", ""});
  EXPECT_NE(content_digest(mail), before);
  mail.media.clear();
  mail.moderation = model::Moderation::pending;
  EXPECT_NE(content_digest(mail), before);
  mail.moderation = model::Moderation::none;
  mail.author_url = "https://stars.test/ada";
  EXPECT_EQ(content_digest(mail), before);
}

class SameReview : public testing::Test {
 protected:
  SameReview() {
    told_.kind = model::MessageKind::review;
    told_.author.name = "Ada L.";
    told_.rating = 2;
    told_.date = Timestamp{1'767'258'000'000};
    told_.location = "Mill Lane";
    told_.text = "The coffee was cold, and the service slower than the lift.";
    site_ = told_;
    site_.author.handle = "users/77";
  }
  bool meet() const {
    const crypto::SipKey key{1, 2};
    for (const std::int64_t a : meeting_keys(key, "stars", told_, true)) {
      for (const std::int64_t b : meeting_keys(key, "stars", site_, true)) {
        if (a == b) return same_review(told_, site_) && same_review(site_, told_);
      }
    }
    return false;
  }
  model::Content told_, site_;
};

TEST_F(SameReview, AuthorStarsDayPlaceAndWordsMakeItOne) {
  EXPECT_TRUE(meet());
  told_.text = "The coffee was cold, and the service slower than…";
  EXPECT_TRUE(meet());  // the mail shows the beginning
  site_.location = "";
  EXPECT_TRUE(meet());
  site_.date = *told_.date + std::chrono::hours(20);
  EXPECT_TRUE(meet());
}

TEST_F(SameReview, OneThatDiffersInAnyOfThemIsAnother) {
  site_.rating = 3;
  EXPECT_FALSE(meet());
  site_.rating = 2;
  site_.location = "Canal Quay";
  EXPECT_FALSE(meet());
  site_.location = "Mill Lane";
  site_.date = *told_.date + std::chrono::hours(24 * 10);
  EXPECT_FALSE(meet());
  site_.date = told_.date;
  site_.author.name = "Ben";
  EXPECT_FALSE(meet());
  site_.author.name = "ADA  L";
  EXPECT_TRUE(meet());
  site_.text = "The tea was fine.";
  EXPECT_FALSE(meet());
}

TEST_F(SameReview, StarsWithoutWordsNeedTheirPlace) {
  told_.text = site_.text = "";
  EXPECT_TRUE(meet());
  told_.location = "";
  EXPECT_FALSE(meet());
}

TEST_F(SameReview, ALinkSpeaksForAnEditedReviewButNotForAPageOfMany) {
  told_.permalink = "https://www.Stars.test/r/1/";
  site_.permalink = "http://stars.test/r/1#top";
  site_.text = "They made it good.";
  site_.rating = 5;
  EXPECT_TRUE(meet());
  site_.author.name = "Ben";
  EXPECT_FALSE(meet());
}

}  // namespace
}  // namespace amends::ingest
