#include "core/identity/identities.h"

#include <gtest/gtest.h>

#include <array>

#include "core/identity/links.h"
#include "core/identity/suggest.h"
#include "tests/support/schema.h"

namespace amends::identity {
namespace {

constexpr BrandId kBrand{1};
constexpr BrandId kOther{2};
const Timestamp kStart{1'767'258'000'000};
constexpr std::chrono::hours kDay{24};

class Identities : public ::testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    auto done = db_->write([&](store::Tx& tx) -> Result<decltype(work(tx))> { return work(tx); });
    EXPECT_TRUE(done) << (done ? "" : done.error().what);
    return *std::move(done);
  }
  void SetUp() override {
    auto opened = store::Database::open({folder_ / "t.db", migrations_});
    ASSERT_TRUE(opened) << (opened ? "" : opened.error().what);
    db_ = *std::move(opened);
    write([](store::Tx& tx) {
      for (const char* key : {"a", "b"}) tx.run("INSERT INTO brand (key, name, created_at) VALUES (?, ?, 0)", key, key);
      return 0;
    });
  }
  Resolved see(std::string_view handle, std::string_view name = "", Timestamp at = kStart, bool verified = true,
               BrandId brand = kBrand, std::string_view kind = "email") {
    return write([&](store::Tx& tx) { return resolve(tx, {brand, kind, handle, name, verified, at, false}); });
  }
  Identity identity(IdentityId id) {
    return write([&](store::Tx& tx) { return *find_identity(tx, kBrand, id); });
  }
  LinkChange merged(CustomerId into, CustomerId from) {
    return *write([&](store::Tx& tx) { return merge(tx, kBrand, into, from, "dana", "same person", kStart); });
  }
  LinkChange undone(LinkEventId id) {
    return *write([&](store::Tx& tx) { return undo(tx, kBrand, id, "dana", kStart); });
  }
  CustomerId owner(IdentityId id) {
    return write([&](store::Tx& tx) { return customer_of(tx, id); });
  }

  test::TempFolder folder_;
  std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
};

TEST_F(Identities, AHandleIsOneIdentityHoweverItIsWritten) {
  const Resolved first = see("Maya@Mail.Example", "Maya");
  EXPECT_TRUE(first.created);
  const Resolved again = see(" maya@mail.example ");
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.identity, first.identity);
  EXPECT_EQ(again.customer, first.customer);
  EXPECT_EQ(see("kontakt@bücher.example").identity, see("kontakt@xn--bcher-kva.example").identity);
}

TEST_F(Identities, PlusTagsDotsAndKindsAreIdentitiesOfTheirOwn) {
  const auto plain = see("maya@gmail.com").identity;
  EXPECT_NE(see("maya+shop@gmail.com").identity, plain);
  EXPECT_NE(see("m.aya@gmail.com").identity, plain);
  EXPECT_NE(see("maya@gmail.com", "", kStart, true, kBrand, "other").identity, plain);
}

TEST_F(Identities, NothingCrossesFromOneBrandToAnother) {
  const Resolved here = see("maya@mail.example", "Maya");
  const Resolved there = see("maya@mail.example", "Canary", kStart, true, kOther);
  EXPECT_NE(here.identity, there.identity);
  EXPECT_NE(here.customer, there.customer);
  write([&](store::Tx& tx) {
    EXPECT_FALSE(find_identity(tx, kBrand, there.identity));
    EXPECT_FALSE(find_customer(tx, kBrand, there.customer));
    EXPECT_FALSE(current_customer(tx, kBrand, there.customer));
    EXPECT_TRUE(family_of(tx, kBrand, there.customer).empty());
    EXPECT_TRUE(identities_of(tx, kBrand, there.customer).empty());
    EXPECT_TRUE(find_by_name(tx, kBrand, "Canary", 10).empty());
    EXPECT_EQ(find_handle(tx, kBrand, "maya@mail.example").size(), 1U);
    EXPECT_FALSE(rename_customer(tx, kBrand, there.customer, "x"));
    auto merging = merge(tx, kBrand, here.customer, there.customer, "x", "", kStart);
    EXPECT_FALSE(merging);
    EXPECT_EQ(merging.error().kind, Kind::not_found);
    EXPECT_FALSE(split(tx, kBrand, there.identity, "x", "", kStart));
    EXPECT_FALSE(dismiss(tx, kBrand, here.customer, there.customer, "x", kStart));
    return 0;
  });
}

TEST_F(Identities, OurOwnHandlesAreNobodysCustomer) {
  const auto ours = write([&](store::Tx& tx) {
    return resolve(tx, {kBrand, "email", "help@shop.example", "", true, kStart, true});
  });
  EXPECT_FALSE(ours.identity);
  EXPECT_FALSE(see("  ").identity);
}

TEST_F(Identities, RobotsAndSharedMailboxesAreToldFromPeople) {
  EXPECT_EQ(see("no-reply@shop.example").nature, Nature::robot);
  EXPECT_EQ(see("MAILER-DAEMON@mx.example").nature, Nature::robot);
  EXPECT_EQ(see("list-bounces+maya=mail.example@lists.example").nature, Nature::robot);
  EXPECT_EQ(see("dev-request@lists.example").nature, Nature::robot);
  EXPECT_EQ(see("info@firm.example").nature, Nature::shared);
  EXPECT_EQ(see("maya@firm.example").nature, Nature::person);
  EXPECT_EQ(see("norepl@firm.example").nature, Nature::person);
  EXPECT_EQ(see("information.desk@firm.example").nature, Nature::person);
}

TEST_F(Identities, AKnownHandleIsWrittenOnlyWhenThereIsNews) {
  const auto id = see("maya@mail.example", "Maya L.", kStart, false).identity;
  see("maya@mail.example", "M. L.", kStart + std::chrono::hours(5), false);
  EXPECT_EQ(identity(id).last_seen, kStart);
  EXPECT_EQ(identity(id).name, "Maya L.");
  see("maya@mail.example", "Maya Lind", kStart + kDay, false);
  EXPECT_EQ(identity(id).last_seen, kStart + kDay);
  EXPECT_EQ(identity(id).name, "Maya Lind");
  EXPECT_FALSE(identity(id).verified);
  see("maya@mail.example", "", kStart + kDay, true);
  EXPECT_TRUE(identity(id).verified);
  see("maya@mail.example", "Old Name", kStart - 30 * kDay, false);
  EXPECT_EQ(identity(id).first_seen, kStart - 30 * kDay);
  EXPECT_EQ(identity(id).name, "Maya Lind");
  EXPECT_TRUE(identity(id).verified);
}

TEST_F(Identities, ACustomerIsCalledByTheFirstNameThatIsSaid) {
  const auto seen = see("maya@mail.example");
  const auto name = [&] {
    return write([&](store::Tx& tx) { return find_customer(tx, kBrand, seen.customer)->name; });
  };
  EXPECT_EQ(name(), "maya@mail.example");
  see("maya@mail.example", "Maya Lind", kStart);
  EXPECT_EQ(name(), "Maya Lind");
  EXPECT_TRUE(write([&](store::Tx& tx) { return rename_customer(tx, kBrand, seen.customer, "Maja Lindt"); }));
  const auto by_name = [&](const char* who) {
    return write([&](store::Tx& tx) { return find_by_name(tx, kBrand, who, 5); });
  };
  EXPECT_EQ(by_name("LIND, maya"), std::vector{seen.customer});
  EXPECT_EQ(by_name("maja lindt"), std::vector{seen.customer});
}

TEST_F(Identities, TheCacheAnswersAsTheTableAndForgetsWhatLinksChange) {
  ResolveCache cache(2);
  const auto seen = [&](const char* handle, Timestamp at = kStart) {
    return write([&](store::Tx& tx) { return cache.resolve(tx, {kBrand, "email", handle, "", true, at, false}); });
  };
  const auto a = seen("a@x.example");
  EXPECT_TRUE(a.created);
  const auto again = seen("A@x.example");
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.identity, a.identity);
  const auto b = seen("b@x.example");
  merged(b.customer, a.customer);
  EXPECT_EQ(seen("a@x.example").customer, b.customer);
  seen("a@x.example", kStart + kDay);
  EXPECT_EQ(identity(a.identity).last_seen, kStart + kDay);
  seen("c@x.example");
  seen("d@x.example");
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(seen("b@x.example").identity, b.identity);
}

TEST_F(Identities, AClearedCacheKnowsNothingOfAnUndoneTransaction) {
  ResolveCache cache;
  auto undone_write = db_->write([&](store::Tx& tx) -> Result<Done> {
    cache.resolve(tx, {kBrand, "email", "gone@x.example", "", true, kStart, false});
    return fail(Kind::rejected, "no");
  });
  ASSERT_FALSE(undone_write);
  cache.clear();
  const auto seen = write([&](store::Tx& tx) {
    return cache.resolve(tx, {kBrand, "email", "gone@x.example", "", true, kStart, false});
  });
  EXPECT_TRUE(seen.created);
  EXPECT_EQ(identity(seen.identity).handle, "gone@x.example");
}

TEST_F(Identities, AMergeMovesIdentitiesAndItsUndoBringsThemBack) {
  const auto a = see("a@x.example", "Ann");
  const auto b = see("b@x.example", "Ann B.");
  const LinkChange change = merged(a.customer, b.customer);
  EXPECT_EQ(change.moved, std::vector{b.identity});
  EXPECT_EQ(owner(b.identity), a.customer);
  write([&](store::Tx& tx) {
    EXPECT_EQ(current_customer(tx, kBrand, b.customer), a.customer);
    EXPECT_EQ(family_of(tx, kBrand, a.customer), (std::vector{a.customer, b.customer}));
    EXPECT_EQ(identities_of(tx, kBrand, a.customer).size(), 2U);
    EXPECT_EQ(merge(tx, kBrand, b.customer, a.customer, "x", "", kStart).error().kind, Kind::conflict);
    return 0;
  });
  EXPECT_EQ(undone(change.event).moved, std::vector{b.identity});
  EXPECT_EQ(owner(b.identity), b.customer);
  write([&](store::Tx& tx) {
    EXPECT_EQ(undo(tx, kBrand, change.event, "x", kStart).error().kind, Kind::conflict);
    const auto history = history_of(tx, kBrand, a.customer);
    EXPECT_EQ(history.size(), 1U);
    EXPECT_EQ(history[0].reason, "same person");
    EXPECT_TRUE(history[0].undone_at.has_value());
    return 0;
  });
}

TEST_F(Identities, UndoingTheFirstOfTwoMergesLeavesTheSecondInForce) {
  const auto a = see("a@x.example");
  const auto b = see("b@x.example");
  const auto c = see("c@x.example");
  const auto first = merged(b.customer, a.customer);
  merged(c.customer, b.customer);
  EXPECT_EQ(owner(a.identity), c.customer);
  undone(first.event);
  EXPECT_EQ(owner(a.identity), a.customer);
  EXPECT_EQ(owner(b.identity), c.customer);
}

TEST_F(Identities, WhoJoinedLaterGoesAlongWhenAMergeIsUndone) {
  const auto a = see("a@x.example");
  const auto b = see("b@x.example");
  const auto change = merged(a.customer, b.customer);
  const auto late = see("late@x.example");
  merged(a.customer, late.customer);
  undone(change.event);
  EXPECT_EQ(owner(late.identity), a.customer);
  EXPECT_EQ(owner(b.identity), b.customer);
}

TEST_F(Identities, AnIdentityIsSplitOutAndBroughtBack) {
  const auto a = see("a@x.example");
  const auto b = see("b@x.example");
  merged(a.customer, b.customer);
  const auto change = *write([&](store::Tx& tx) { return split(tx, kBrand, b.identity, "dana", "no", kStart); });
  EXPECT_EQ(change.moved, std::vector{b.identity});
  EXPECT_NE(owner(b.identity), a.customer);
  EXPECT_NE(owner(b.identity), b.customer);
  EXPECT_EQ(write([&](store::Tx& tx) { return split(tx, kBrand, b.identity, "x", "", kStart); }).error().kind,
            Kind::conflict);
  undone(change.event);
  EXPECT_EQ(owner(b.identity), a.customer);
}

TEST_F(Identities, LooksAlikeIsSuggestedWithReasonsAndNeverLinked) {
  const auto a = see("katharina.brennwald@gmail.com", "Katharina Brennwald");
  const auto b = see("k.brennwald@firm.example", "Kathi Brennwald");
  const auto c = see("katharina.brenwald@gmail.com", "");
  see("someone@else.example", "Peter Stone");
  const auto found = write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer, 0.1); });
  ASSERT_GE(found.size(), 1U);
  EXPECT_GT(found[0].confidence, 0.2);
  EXPECT_FALSE(found[0].reasons.empty());
  std::vector<CustomerId> others;
  for (const auto& s : found) others.push_back(s.other);
  EXPECT_NE(std::find(others.begin(), others.end(), c.customer), others.end());
  EXPECT_NE(owner(a.identity), owner(b.identity));
}

TEST_F(Identities, ANameAloneSaysLessTheMoreBearItHere) {
  const auto with = [&](const std::string& name, const std::string& tag) {
    const auto a = see("1" + tag, name, kStart, true, kBrand, "review");
    const auto b = see("2" + tag, name, kStart, true, kBrand, "comment");
    return std::pair(a, b);
  };
  const auto confidence = [&](const Resolved& a, const Resolved& b) {
    const auto found = write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer, 0); });
    for (const auto& s : found) {
      if (s.other == b.customer) return s.confidence;
    }
    return -1.0;
  };
  const auto [anna, other_anna] = with("Anna Müller", "m");
  const auto [rare, other_rare] = with("Katharina Brennwald", "b");
  const double common = confidence(anna, other_anna), seldom = confidence(rare, other_rare);
  EXPECT_GT(common, 0.05);
  EXPECT_LT(common, 0.4);
  EXPECT_GT(seldom, 0.7);
  EXPECT_LE(seldom, 0.81) << "a name alone is never sure";

  // A third handle of a rare name is rather the same person's; five more of a common one are other people.
  const auto third = see("3b", "Katharina Brennwald", kStart, true, kBrand, "forum");
  EXPECT_GT(confidence(rare, third), 0.6);
  for (int i = 0; i < 5; ++i) see("9" + std::to_string(i), "Anna Müller", kStart, true, kBrand, "review");
  EXPECT_LT(confidence(anna, other_anna), common / 3);

  // Their phone says more than any name.
  write([&, both = std::array{anna, other_anna}](store::Tx& tx) {
    for (const auto& one : both) {
      add_hints(tx, kBrand, one.identity, std::vector<Hint>{{KeyKind::phone, "+49 171 2345678"}});
    }
    return 0;
  });
  EXPECT_GT(confidence(anna, other_anna), 0.8);
}

TEST_F(Identities, APhoneInTheSignatureAndAnOrderNumberAreReasons) {
  const auto a = see("maya@mail.example", "Maya Lind");
  const auto b = see("42", "Maya L.", kStart, true, kBrand, "review");
  const auto orders = order_numbers_in("Hello, my order KC-48213 came cold.");
  ASSERT_EQ(orders, std::vector<std::string>{"KC-48213"});
  const auto phones = phones_in("Maya Lind\nTel. +49 171 2345678\nFax 0171 999999\nsince 12.03.2024");
  ASSERT_EQ(phones, std::vector<std::string>{"+49 171 2345678"});
  write([&](store::Tx& tx) {
    add_hints(tx, kBrand, a.identity, std::vector<Hint>{{KeyKind::order, orders[0]}, {KeyKind::phone, phones[0]}});
    add_hints(tx, kBrand, a.identity, std::vector<Hint>{{KeyKind::order, "kc 48213"}});
    add_hints(tx, kBrand, b.identity, std::vector<Hint>{{KeyKind::order, "KC48213"}});
    return 0;
  });
  const auto found = write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].other, b.customer);
  EXPECT_EQ(found[0].reasons.back().field, "order number");
  EXPECT_EQ(found[0].reasons.back().level, "KC-48213");
}

TEST_F(Identities, AVerifiedLinkIsTheStrongestReasonAndStillLinksNothing) {
  const auto a = see("https://social.example/@maya", "coffeefan", kStart, true, kBrand, "mastodon");
  const auto b = see("77", "Maya Lind", kStart, true, kBrand, "comment");
  const auto c = see("78", "Somebody", kStart, true, kBrand, "comment");
  write([&](store::Tx& tx) {
    add_hints(tx, kBrand, a.identity, std::vector<Hint>{{KeyKind::verified_link, "maya.example/about"}});
    add_hints(tx, kBrand, b.identity, std::vector<Hint>{{KeyKind::profile, "maya.example/about"}});
    add_hints(tx, kBrand, c.identity, std::vector<Hint>{{KeyKind::profile, "other.example"}});
    return 0;
  });
  const auto found = write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].other, b.customer);
  EXPECT_GT(found[0].confidence, 0.8);
  EXPECT_EQ(found[0].reasons.back().field, "verified link");
  EXPECT_EQ(found[0].reasons.back().level, "maya.example/about");
  EXPECT_NE(owner(a.identity), owner(b.identity));
}

TEST_F(Identities, TheSameWordsWithinDaysAreAReasonAndYearsApartAreNone) {
  const std::string words(kTellingWords, 'x');
  const auto mail = see("maya@mail.example", "Maya Lind");
  const auto soon = see("1", "Maya L.", kStart, true, kBrand, "review");
  const auto late = see("2", "Maya L.", kStart, true, kBrand, "review");
  const auto said = [&](const Resolved& who, Timestamp at) {
    write([&](store::Tx& tx) {
      const std::string kept = std::to_string(at.ms);
      add_hints(tx, kBrand, who.identity,
                std::vector<Hint>{{KeyKind::words, words, kept}, {KeyKind::words, "too short", kept}});
      return 0;
    });
  };
  said(mail, kStart);
  said(soon, kStart + std::chrono::hours(24 * 3));
  said(late, kStart + std::chrono::hours(24 * 400));
  const auto found = write([&](store::Tx& tx) { return suggest(tx, kBrand, mail.customer); });
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].other, soon.customer);
  EXPECT_EQ(found[0].reasons.back().field, "same words");
  for (const auto& s : found) {
    const bool twice = std::any_of(s.reasons.begin(), s.reasons.end(),
                                   [](const SuggestionReason& r) { return r.field == "same words"; });
    EXPECT_EQ(twice, s.other == soon.customer);
  }
}

TEST_F(Identities, ADismissedSuggestionNeverComesBack) {
  const auto a = see("katharina.brennwald@gmail.com", "Katharina Brennwald");
  const auto b = see("katharina.brennwald@web.de", "Katharina Brennwald");
  const auto c = see("kb@other.example", "Someone Else");
  const auto others = [&](CustomerId of) {
    std::vector<CustomerId> out;
    for (const auto& s : write([&](store::Tx& tx) { return suggest(tx, kBrand, of); })) out.push_back(s.other);
    return out;
  };
  ASSERT_EQ(others(a.customer), std::vector{b.customer});
  write([&](store::Tx& tx) {
    remember(tx, kBrand, a.customer, suggest(tx, kBrand, a.customer), kStart);
    EXPECT_EQ(open_suggestions(tx, kBrand, 10).size(), 1U);
    EXPECT_TRUE(dismiss(tx, kBrand, b.customer, a.customer, "dana", kStart));
    remember(tx, kBrand, a.customer, {{b.customer, 0.9, {}}}, kStart);
    EXPECT_TRUE(open_suggestions(tx, kBrand, 10).empty());
    return 0;
  });
  EXPECT_TRUE(others(a.customer).empty());
  EXPECT_TRUE(others(b.customer).empty());
  // Not for whoever either of them has become.
  merged(c.customer, b.customer);
  EXPECT_TRUE(others(a.customer).empty());
  EXPECT_TRUE(others(c.customer).empty());
}

TEST_F(Identities, AnUndoneMergeIsNotSuggestedAgain) {
  const auto a = see("katharina.brennwald@gmail.com", "Katharina Brennwald");
  const auto b = see("katharina.brennwald@web.de", "Katharina Brennwald");
  undone(merged(a.customer, b.customer).event);
  EXPECT_TRUE(write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer); }).empty());
}

TEST_F(Identities, RobotsAreSuggestedToNobody) {
  const auto a = see("noreply@shop.example", "Katharina Brennwald");
  see("katharina@brennwald.example", "Katharina Brennwald");
  EXPECT_TRUE(write([&](store::Tx& tx) { return suggest(tx, kBrand, a.customer, 0); }).empty());
}

TEST(Handle, OrganisationIsTheRegistrableDomainUnlessAnybodyCanHaveAnAddressThere) {
  EXPECT_EQ(organisation_of("a@shop.example.co.uk"), "example.co.uk");
  EXPECT_EQ(organisation_of("a@firm.de"), "firm.de");
  EXPECT_EQ(organisation_of("a@gmail.com"), "");
  EXPECT_EQ(organisation_of("a@yahoo.co.jp"), "");
  EXPECT_EQ(organisation_of("https://a.example/@b"), "");
  EXPECT_EQ(organisation_of("@maya@server.example"), "");
}

}  // namespace
}  // namespace amends::identity
