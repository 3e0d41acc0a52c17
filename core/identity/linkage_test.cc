#include "core/identity/linkage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "core/identity/people.h"

namespace amends::identity {
namespace {

using Clusters = std::vector<std::vector<std::uint32_t>>;

Clusters clusters_of(const std::vector<Fields>& records) { return link(records, {}).clusters; }

test::Quality measure(const test::Register& r) {
  const auto quality = test::quality_of(link(r.records, {}).clusters, r.who);
  ::testing::Test::RecordProperty("precision", std::to_string(quality.precision));
  ::testing::Test::RecordProperty("recall", std::to_string(quality.recall));
  if (std::getenv("AMENDS_SHOW_QUALITY") != nullptr) {
    std::printf("  %zu records: precision %.4f recall %.4f F1 %.4f\n", r.records.size(), quality.precision,
                quality.recall, quality.f1());
  }
  return quality;
}

TEST(Linkage, NoRecordsNoClustersAndOneIsAlone) {
  EXPECT_TRUE(clusters_of({}).empty());
  EXPECT_EQ(clusters_of({{{"name", "Ada"}}}), (Clusters{{0}}));
}

TEST(Linkage, RecordsThatSayNothingStayApart) { EXPECT_EQ(clusters_of({{}, {}, {}}), (Clusters{{0}, {1}, {2}})); }

TEST(Linkage, ASlipOfThePenIsTheSamePerson) {
  EXPECT_EQ(clusters_of({{{"first_name", "Maria"}, {"last_name", "Schmidt"}, {"date_of_birth", "1980-05-04"}},
                         {{"first_name", "Mria"}, {"last_name", "Schmitt"}, {"date_of_birth", "1980-05-04"}}}),
            (Clusters{{0, 1}}));
}

TEST(Linkage, ANicknameAndAnotherWayToWriteAPhoneAreTheSamePerson) {
  EXPECT_EQ(clusters_of({{{"first_name", "Robert"}, {"last_name", "Brown"}, {"phone", "+1 555 123 4567"}},
                         {{"first_name", "Bob"}, {"last_name", "Brown"}, {"phone", "(555) 123-4567"}},
                         {{"first_name", "Alice"}, {"last_name", "Brown"}, {"phone", "555-123-4567"}}}),
            (Clusters{{0, 1}, {2}}));
}

TEST(Linkage, NamesInEachOthersPlaceAndDayForMonthAreTheSamePerson) {
  EXPECT_EQ(clusters_of({{{"given_name", "Ivan"}, {"surname", "Petrov"}, {"dob", "1970-12-03"}},
                         {{"given_name", "Petrov"}, {"surname", "Ivan"}, {"dob", "1970-03-12"}}}),
            (Clusters{{0, 1}}));
}

TEST(Linkage, UmlautsScriptsAndOrderOfNamesDoNotMatter) {
  EXPECT_EQ(clusters_of({{{"name", "Müller, Jürgen"}, {"dob", "03.04.1961"}},
                         {{"name", "Jurgen Mueller"}, {"dob", "1961-04-03"}},
                         {{"name", "Jürgen Müller"}, {"dob", "1999-01-05"}}}),
            (Clusters{{0, 1}, {2}}));
  EXPECT_EQ(clusters_of({{{"first_name", "Дмитрий"}, {"last_name", "Иванов"}, {"date_of_birth", "1980-01-02"}},
                         {{"first_name", "Dmitrij"}, {"last_name", "Ivanov"}, {"date_of_birth", "1980-01-02"}}}),
            (Clusters{{0, 1}}));
}

TEST(Linkage, AMoveOrAMarriageDoesNotMakeAnotherPerson) {
  EXPECT_EQ(clusters_of({{{"first_name", "Katharina"},
                          {"last_name", "Lindner"},
                          {"date_of_birth", "1985-07-19"},
                          {"street", "Ringstr. 1"},
                          {"city", "Bonn"}},
                         {{"first_name", "Katharina"},
                          {"last_name", "Lindner"},
                          {"date_of_birth", "1985-07-19"},
                          {"street", "Seeweg 99"},
                          {"city", "Kiel"}}}),
            (Clusters{{0, 1}}));
  EXPECT_EQ(clusters_of({{{"first_name", "Katharina"},
                          {"last_name", "Lindner"},
                          {"date_of_birth", "1985-07-19"},
                          {"email", "kathi.l@gmx.de"}},
                         {{"first_name", "Katharina"},
                          {"last_name", "Vogt"},
                          {"date_of_birth", "1985-07-19"},
                          {"email", "kathi.l@gmx.de"}}}),
            (Clusters{{0, 1}}));
}

TEST(Linkage, OneMailboxInTwoSpellingsIsOnePerson) {
  EXPECT_EQ(clusters_of({{{"name", "J. Doe"}, {"email", "Jane.Doe+shop@gmail.com"}},
                         {{"name", "Jane Doe"}, {"email", "janedoe@googlemail.com"}},
                         {{"email", "someone@else.example"}}}),
            (Clusters{{0, 1}, {2}}));
}

Fields of_household(const char* given, const char* birth, const char* email = "") {
  Fields f = {{"first_name", given}, {"last_name", "Keller"}, {"street", "Hauptstr. 5"},
              {"postcode", "50667"}, {"city", "Köln"},        {"phone", "0221 123456"}};
  if (*birth != 0) f.emplace_back("date_of_birth", birth);
  if (*email != 0) f.emplace_back("email", email);
  return f;
}

TEST(Household, TwinsACoupleAndChildrenAreSeveralPeople) {
  EXPECT_EQ(clusters_of({of_household("Anna", "1990-02-03"), of_household("Lisa", "1990-02-03")}),
            (Clusters{{0}, {1}}));
  EXPECT_EQ(clusters_of({of_household("Hannah", "2001-06-06"), of_household("Johanna", "2001-06-06")}),
            (Clusters{{0}, {1}}));
  EXPECT_EQ(clusters_of({of_household("Anna", "1990-02-03", "keller@web.de"),
                         of_household("Peter", "1987-11-23", "keller@web.de")}),
            (Clusters{{0}, {1}}));
  EXPECT_EQ(clusters_of({of_household("Daniel", "1975-03-02"), of_household("Daniela", "2004-10-11")}),
            (Clusters{{0}, {1}}));
  EXPECT_EQ(clusters_of({of_household("Tim", ""), of_household("Tom", ""), of_household("T.", "")}).size(), 2U);
}

TEST(Household, ParentAndChildOfOneNameAreTwoPeople) {
  EXPECT_EQ(clusters_of({of_household("Thomas", "1950-03-01"), of_household("Thomas", "1978-09-17")}),
            (Clusters{{0}, {1}}));
  EXPECT_EQ(clusters_of({{{"name", "John Smith Jr."}, {"street", "12 Oak St"}, {"phone", "5551234567"}},
                         {{"name", "John Smith Sr."}, {"street", "12 Oak Street"}, {"phone", "5551234567"}}}),
            (Clusters{{0}, {1}}));
}

TEST(Household, AMailboxThatSeveralShareDoesNotMakeThemOne) {
  EXPECT_EQ(clusters_of({{{"first_name", "Jane"}, {"last_name", "Doe"}, {"email", "info@acme.example"}},
                         {{"first_name", "Mark"}, {"last_name", "Stone"}, {"email", "info@acme.example"}}}),
            (Clusters{{0}, {1}}));
}

TEST(Household, ARecordBetweenTwoPeopleDoesNotChainThem) {
  EXPECT_EQ(clusters_of(
                {{{"first_name", "Eva"}, {"last_name", "Novak"}, {"dob", "1977-01-20"}, {"email", "eva@novak.example"}},
                 {{"last_name", "Novak"}, {"email", "eva@novak.example"}, {"phone", "777123456"}},
                 {{"first_name", "Jiri"}, {"last_name", "Novak"}, {"dob", "1950-11-02"}, {"phone", "777123456"}}}),
            (Clusters{{0, 1}, {2}}));
}

TEST(Linkage, ACommonNameAloneLinksNobody) {
  EXPECT_EQ(clusters_of({{{"first_name", "Thomas"}, {"last_name", "Müller"}, {"city", "Berlin"}},
                         {{"first_name", "Thomas"}, {"last_name", "Müller"}, {"city", "München"}}}),
            (Clusters{{0}, {1}}));
}

TEST(Linkage, CivilRegisterWithSlipsFamiliesAndMoves) {
  const auto q = measure(test::civil_register({}, 11));
  EXPECT_GE(q.precision, 0.99);
  EXPECT_GE(q.recall, 0.97);
}

TEST(Linkage, CivilRegisterWithManyDoublesOfManySlips) {
  test::Shape shape;
  shape.people = 500;
  shape.doubled = 0.8;
  shape.most_doubles = 6;
  shape.slips = 5;
  shape.missing = 0.1;
  const auto q = measure(test::civil_register(shape, 12));
  EXPECT_GE(q.precision, 0.99);
  EXPECT_GE(q.recall, 0.95);
}

TEST(Linkage, CivilRegisterWithoutNumbersFullOfFamilies) {
  test::Shape shape;
  shape.people = 900;
  shape.families = 0.6;
  shape.numbers = false;
  const auto q = measure(test::civil_register(shape, 13));
  EXPECT_GE(q.precision, 0.98);
  EXPECT_GE(q.recall, 0.95);
}

TEST(Linkage, NamesAndBirthAlone) {
  const auto small = measure(test::bare_register(450, 0.11, 14));
  EXPECT_GE(small.f1(), 0.95);
  const auto large = measure(test::bare_register(3000, 0.11, 15));
  EXPECT_GE(large.f1(), 0.95);
}

TEST(Linkage, ShopsCustomersWithMuchMissing) {
  const auto q = measure(test::shop_register(400, 16));
  EXPECT_GE(q.precision, 0.98);
  EXPECT_GE(q.recall, 0.93);
}

TEST(Linkage, PlacesOfTwoGuides) {
  const auto q = measure(test::guide_register(600, 17));
  EXPECT_GE(q.precision, 0.97);
  EXPECT_GE(q.recall, 0.95);
}

TEST(Linkage, SmallListsOfEverySizeComeOutRight) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    test::Shape shape;
    shape.people = 2 + seed % 12;
    shape.missing = 0.03;
    shape.families = 0.3;
    const auto r = test::civil_register(shape, 1000 + seed);
    const auto q = test::quality_of(link(r.records, {}).clusters, r.who);
    wrong += q.f1() < 1 ? 1 : 0;
  }
  EXPECT_LE(wrong, 3);
}

TEST(Linkage, ClustersPartitionTheInputInOrderAndAnswerTheSameTwice) {
  const auto r = test::civil_register({.people = 400}, 21);
  const auto clusters = clusters_of(r.records);
  std::set<std::uint32_t> seen;
  std::uint32_t first = 0;
  for (const auto& cluster : clusters) {
    ASSERT_FALSE(cluster.empty());
    EXPECT_TRUE(std::is_sorted(cluster.begin(), cluster.end()));
    EXPECT_TRUE(cluster.front() >= first);
    first = cluster.front();
    for (const std::uint32_t i : cluster) EXPECT_TRUE(seen.insert(i).second);
  }
  EXPECT_EQ(seen.size(), r.records.size());
  EXPECT_EQ(clusters, clusters_of(r.records));
}

TEST(Linkage, ReasonsAddUpToTheOdds) {
  Options options;
  options.explain = true;
  options.report = 0;
  const auto r = test::civil_register({.people = 60, .families = 0.5}, 22);
  const Links links = link(r.records, options);
  ASSERT_GT(links.pairs.size(), 100U);
  for (const ScoredPair& pair : links.pairs) {
    double sum = 0;
    bool conflict = false;
    for (const Reason& reason : pair.reasons) {
      sum += reason.weight;
      conflict = conflict || reason.level == "conflict";
    }
    const double odds = std::log2(pair.probability / (1 - pair.probability));
    if (conflict) {
      EXPECT_LE(pair.probability, 0.02);
    } else if (std::abs(sum) < 40) {
      EXPECT_NEAR(sum, odds, 0.01);
    }
  }
}

TEST(Linkage, WhatTheCallerKnowsToBeOneStaysOne) {
  const auto links = link(std::vector<Fields>{{{"name", "Anna Keller"}}, {{"name", "Peter Stone"}}}, {}, {{0, 1}});
  EXPECT_EQ(links.clusters, (Clusters{{0, 1}}));
}

TEST(Linkage, HostileValuesDoNoHarm) {
  std::vector<Fields> records;
  for (const char* bad : {"", "\xff\xfe", "' OR 1=1 --", "\x01\x02", "0", "--------", "@", "@@", "a@", "@b", "null",
                          "999999999999999999999999", "١٩٨٠"}) {
    Fields f;
    for (const char* key : {"first_name", "last_name", "name", "dob", "by", "bm", "bd", "street", "house_number",
                            "city", "postcode", "phone", "email", "gender", "national_id", "x", "", "\xff"}) {
      f.emplace_back(key, bad);
    }
    records.push_back(f);
    f.emplace_back("name", std::string(5000, 'x'));
    records.push_back(std::move(f));
  }
  EXPECT_LE(clusters_of(records).size(), records.size());
}

}  // namespace
}  // namespace amends::identity
