#include "core/outbox/posts.h"

#include "core/outbox/hub_for_test.h"

namespace amends::outbox::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Posts : public Hub {
 protected:
  UpdateId posts(const std::string& name, PostState post, const std::vector<std::string>& to = {}) {
    return *write([&](store::Tx& tx) -> Result<UpdateId> {
      NewUpdate u;
      u.id = reserve(tx, brand, clock.now());
      u.brand = brand;
      u.account = AccountId{1};
      u.thread = ThreadId{1};
      u.mail_id = name;
      u.recipients = to;
      u.payload = "a post";
      u.post = std::move(post);
      TRY_DO(enqueue(tx, u, clock.now()));
      return u.id;
    });
  }
  static PostState post(std::int64_t answers, std::int64_t words, bool by_hand = false) {
    PostState out;
    out.answers = MessageId{answers};
    out.words = words;
    out.visibility = model::Visibility::public_;
    out.by_hand = by_hand;
    return out;
  }
  UpdateId heard(const Unheard& seen) {
    const auto found = *database->read(
        [&](store::Reader& r) -> Result<std::optional<Tracked>> { return find_unheard(r, brand, seen); });
    return found ? found->id : UpdateId{};
  }
  Unheard there(std::int64_t answers, std::int64_t words) {
    return {AccountId{1}, "site/1", words, MessageId{answers}, "", clock.now()};
  }
  SiteNews shown_on_site(UpdateId id, model::Moderation moderation = model::Moderation::none) {
    return *write([&](store::Tx& tx) -> Result<SiteNews> {
      return seen_on_site(tx, id, {AccountId{1}, "site/1", "https://site/1", moderation, ""}, clock.now());
    });
  }
  Result<Done> marks(UpdateId id, bool verifiable = true) {
    return write([&](store::Tx& tx) { return mark_posted(tx, brand, id, "", "Noor", verifiable, clock.now()); });
  }
  std::size_t late() {
    return database
        ->read([&](store::Reader& r) -> Result<std::vector<Tracked>> { return not_seen_in_time(r, clock.now(), 10); })
        ->size();
  }
};

TEST_F(Posts, WhatAPersonPostsIsNeverSentByTheProgram) {
  const UpdateId id = posts("a", post(1, 7, true));
  EXPECT_EQ(state("a"), UState::held);
  EXPECT_FALSE(write([&](store::Tx& tx) { return release(tx, brand, id, "Noor", clock.now()); }));
  EXPECT_TRUE(due_now().empty());
  clock.advance(hours(24 * 30));
  EXPECT_TRUE(due_now().empty());
  ASSERT_TRUE(marks(id));
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(shown("a").recipients.at(0).state, RState::accepted);
  EXPECT_FALSE(marks(id));
  EXPECT_TRUE(peer.payloads.empty());
}

TEST_F(Posts, OnlyWhatAPersonPostsIsMarkedAsPosted) {
  const auto refused = marks(posts("a", post(1, 7)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::conflict);
}

TEST_F(Posts, WhatIsSaidToBePostedIsWaitedForUntilAPullShowsIt) {
  const UpdateId seen = posts("a", post(1, 7, true)), missing = posts("b", post(2, 8, true));
  const UpdateId unseeable = posts("c", post(3, 9, true));
  ASSERT_TRUE(marks(seen));
  ASSERT_TRUE(marks(missing));
  ASSERT_TRUE(marks(unseeable, false));
  EXPECT_TRUE(shown_on_site(seen).verified);
  clock.advance(kVerifyWithin);
  EXPECT_EQ(late(), 1u);
  (void)write([&](store::Tx& tx) -> Result<Done> { return stop_verifying(tx, missing), Done{}; });
  EXPECT_EQ(late(), 0u);
}

TEST_F(Posts, AnUnnamedPostIsKnownByWhatItAnswersAndSays) {
  const UpdateId id = posts("a", post(1, 7));
  EXPECT_EQ(heard(there(1, 7)), UpdateId{}) << "nothing was tried yet";
  peer.cut = Cut::after_return_taken;
  works();
  EXPECT_EQ(state("a"), UState::uncertain);
  EXPECT_EQ(heard(there(1, 7)), id);
  EXPECT_EQ(heard(there(0, 7)), id) << "the post doesn't say what it answers";
  EXPECT_EQ(heard(there(2, 7)), UpdateId{});
  EXPECT_EQ(heard(there(1, 8)), UpdateId{});
  EXPECT_EQ(heard(there(1, 0)), UpdateId{});
  Unheard other = there(1, 7);
  other.account = AccountId{2};
  EXPECT_EQ(heard(other), UpdateId{});
  other = there(1, 7);
  other.made_at = clock.now() - kSiteClockError - minutes(1);
  EXPECT_EQ(heard(other), UpdateId{}) << "older than the try";

  const SiteNews news = shown_on_site(id, model::Moderation::pending);
  EXPECT_TRUE(news.first_seen && news.was_in_doubt && news.moderation_new);
  EXPECT_FALSE(news.verified);
  EXPECT_EQ(state("a"), UState::sent);
  EXPECT_EQ(heard(there(1, 7)), UpdateId{}) << "it has come back";
  EXPECT_FALSE(shown_on_site(id, model::Moderation::pending).moderation_new);
  EXPECT_EQ(peer.payloads.size(), 1u);
}

TEST_F(Posts, APostThatCameBackIsNotSentAgainWhereverTheProgramDied) {
  for (const Cut cut : {Cut::die_after_return_taken, Cut::after_return_taken}) {
    const std::string name = cut == Cut::after_return_taken ? "doubt" : "death";
    const UpdateId id = posts(name, post(1, 7));
    peer.cut = cut;
    try {
      works();
    } catch (const Died&) {
    }
    peer.cut = Cut::nowhere;
    EXPECT_EQ(heard(there(1, 7)), id);
    shown_on_site(id);
    restarts();
    drains();
    EXPECT_EQ(state(name), UState::sent);
    EXPECT_EQ(peer.count(name), 1);
  }
}

TEST_F(Posts, WhoseNameNobodyToldIsAwaitedUntilAReportOrAReceiptTellsIt) {
  const auto awaited = [&](std::int64_t account = 1) {
    return *database->read([&](store::Reader& r) -> Result<bool> { return awaits_name(r, AccountId{account}); });
  };
  const auto by_key = [&](const std::string& key, BrandId of) {
    const auto found = *database->read(
        [&](store::Reader& r) -> Result<std::optional<Tracked>> { return find_by_key(r, of, AccountId{1}, key); });
    return found ? found->id : UpdateId{};
  };
  const auto hears = [&](UpdateId id) {
    (void)write([&](store::Tx& tx) -> Result<Done> { return heard_of(tx, id, "site/9", clock.now()), Done{}; });
  };
  const UpdateId id = posts("a", post(1, 7));
  EXPECT_FALSE(awaited()) << "nothing was tried yet";
  EXPECT_EQ(by_key("a", brand), id);
  EXPECT_EQ(by_key("", brand), UpdateId{});
  EXPECT_EQ(by_key("a", BrandId{77}), UpdateId{});
  peer.cut = Cut::die_after_return_taken;
  EXPECT_THROW(works(), Died);
  EXPECT_TRUE(awaited());
  EXPECT_FALSE(awaited(2));
  hears(id);
  EXPECT_EQ(state("a"), UState::sending) << "the worker may live";
  EXPECT_FALSE(awaited());
  peer.cut = Cut::nowhere;
  restarts();
  drains();
  EXPECT_EQ(state("a"), UState::sent) << "what was told settles the doubt";
  EXPECT_EQ(shown("a").external_id, "site/9");
  EXPECT_EQ(peer.count("a"), 1);

  const UpdateId second = posts("b", post(1, 8));
  peer.cut = Cut::after_return_taken;
  works();
  EXPECT_EQ(state("b"), UState::uncertain);
  EXPECT_TRUE(awaited());
  hears(second);
  EXPECT_EQ(state("b"), UState::sent);
  EXPECT_FALSE(awaited());
}

}  // namespace
}  // namespace amends::outbox::test
