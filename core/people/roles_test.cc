#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>
#include <sstream>

#include "core/people/principal.h"

namespace amends::people {
namespace {

constexpr BrandId kHere{1}, kThere{2};

Principal signed_in(std::vector<Membership> memberships, bool admin = false) {
  Principal out;
  out.user = UserId{7};
  out.login = "ada";
  out.entry = Entry::session;
  out.admin = admin;
  out.memberships = std::move(memberships);
  return out;
}

std::string row_of(std::string_view name, const Principal& who) {
  std::string out(name);
  out.resize(14, ' ');
  for (const auto& word : kPermissions) out += may(who, kHere, word.value) ? " x" : " .";
  return out;
}

// The whole table as it is answered, not as it is written.
std::string printed() {
  std::ostringstream out;
  std::size_t longest = 0;
  for (const auto& word : kPermissions) longest = std::max(longest, word.name.size());
  for (std::size_t line = 0; line < longest; ++line) {
    out << std::string(14, ' ');
    for (const auto& word : kPermissions) {
      const std::size_t above = longest - word.name.size();
      out << ' ' << (line < above ? ' ' : word.name[line - above]);
    }
    out << '\n';
  }
  out << row_of("nobody", nobody()) << '\n';
  out << row_of("no role", signed_in({})) << '\n';
  for (const auto& word : kRoles) out << row_of(word.name, signed_in({{kHere, word.value}})) << '\n';
  out << row_of("admin", signed_in({}, true)) << '\n';
  out << row_of("console", console("root")) << '\n';
  return out.str();
}

TEST(Roles, TheTableIsWhatWasAgreed) {
  std::cout << printed();
  // read act answer settle relate bulk templates import export erase quarantine accounts webhooks people settings audit
  // installation self nobody_needed
  const std::string agreed[] = {
      "nobody         . . . . . . . . . . . . . . . . . . x", "no role        . . . . . . . . . . . . . . . . . x x",
      "agent          x x x . x . . . . . . . . . . . . x x", "senior_agent   x x x x x x . . . . x . . . . . . x x",
      "marketing      x x x . . x x . . . . . . . . . . x x", "support_lead   x x x x x x x x x . x . . . . . . x x",
      "curator        x x . . . . . . . . . . . . . . . x x", "manager        x x x x x x x x x x x x x x x x . x x",
      "director       x x x x x x x x x x x x x x x x . x x", "admin          x x x x x x x x x x x x x x x x x x x",
      "console        x x x x x x x x x x x x x x x x x . x"};
  std::istringstream lines(printed());
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line[0] != ' ') rows.push_back(line);
  }
  ASSERT_EQ(rows.size(), std::size(agreed));
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], agreed[i]);
}

TEST(Roles, EveryRoleHasOneRowAndEveryPermissionOneName) {
  for (const auto& word : kRoles) {
    EXPECT_EQ(std::count_if(std::begin(kRoleTable), std::end(kRoleTable),
                            [&](const RoleRow& row) { return row.role == word.value; }),
              1)
        << word.name;
    EXPECT_FALSE(grants_of(word.value).has(Permission::installation)) << word.name;
  }
  EXPECT_EQ(std::size(kRoles), std::size(kRoleTable));
  for (std::size_t i = 0; i < std::size(kPermissions); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kPermissions[i].value), i);
  }
}

TEST(Roles, ANumberThatIsNoRoleGrantsNothing) {
  const Principal who = signed_in({{kHere, static_cast<Role>(99)}});
  for (const auto& word : kPermissions) {
    const bool free = word.value == Permission::self || word.value == Permission::nobody_needed;
    EXPECT_EQ(may(who, kHere, word.value), free) << word.name;
  }
}

TEST(Roles, NobodyHandsOutMoreThanTheyHave) {
  const Principal manager = signed_in({{kHere, Role::manager}});
  for (const auto& word : kRoles) {
    EXPECT_TRUE(may_grant(manager, kHere, word.value)) << word.name;
    EXPECT_FALSE(may_grant(manager, kThere, word.value)) << word.name;
    EXPECT_FALSE(may_grant(manager, {}, word.value)) << word.name;
    EXPECT_FALSE(may_grant(signed_in({{kHere, Role::support_lead}}), kHere, word.value)) << word.name;
    EXPECT_TRUE(may_grant(signed_in({}, true), kHere, word.value)) << word.name;
  }
}

TEST(Roles, WhoMustSetUpTheSecondFactorMayDoThatAlone) {
  Principal who = signed_in({{kHere, Role::manager}}, true);
  who.must_set_up_totp = true;
  for (const auto& word : kPermissions) {
    const bool free = word.value == Permission::self || word.value == Permission::nobody_needed;
    EXPECT_EQ(may(who, kHere, word.value), free) << word.name;
  }
}

TEST(Roles, AListOfBrandsHoldsThoseAlone) {
  const Principal who = signed_in({{kHere, Role::curator}, {kThere, Role::agent}});
  const std::vector<BrandId> all = {kHere, kThere, BrandId{3}};
  EXPECT_EQ(brands_where(who, all, Permission::read), (std::vector<BrandId>{kHere, kThere}));
  EXPECT_EQ(brands_where(who, all, Permission::answer), (std::vector<BrandId>{kThere}));
  EXPECT_EQ(brands_where(signed_in({}, true), all, Permission::read), all);
  EXPECT_TRUE(brands_where(nobody(), all, Permission::read).empty());
}

Principal any_principal() {
  Principal who = signed_in({}, *rc::gen::arbitrary<bool>());
  for (const BrandId brand : {kHere, kThere}) {
    if (*rc::gen::arbitrary<bool>()) {
      who.memberships.push_back({brand, kRoles[*rc::gen::inRange<std::size_t>(0, std::size(kRoles))].value});
    }
  }
  return who;
}

Scope any_scope() {
  Scope scope;
  for (const auto& word : kPermissions) {
    if (*rc::gen::arbitrary<bool>()) scope.grants.add(word.value);
  }
  for (const BrandId brand : {kHere, kThere}) {
    if (*rc::gen::arbitrary<bool>()) scope.brands.push_back(brand);
  }
  return scope;
}

TEST(Roles, ATokenNeverAllowsMoreThanItsUserNorThanItsScope) {
  rc::check([] {
    const Principal user = any_principal();
    Principal token = user;
    token.entry = Entry::token;
    token.scope = any_scope();
    for (const BrandId brand : {kHere, kThere, BrandId{3}, BrandId{}}) {
      for (const auto& word : kPermissions) {
        if (word.value == Permission::nobody_needed || !may(token, brand, word.value)) continue;
        RC_ASSERT(may(user, brand, word.value));
        RC_ASSERT(token.scope.grants.has(word.value));
        const auto& brands = token.scope.brands;
        RC_ASSERT(word.value == Permission::self || brands.empty() ||
                  std::find(brands.begin(), brands.end(), brand) != brands.end());
      }
    }
  });
}

TEST(Roles, WhatOneIsInABrandSaysNothingOfAnother) {
  rc::check([] {
    Principal who = any_principal();
    who.admin = false;
    std::erase_if(who.memberships, [](const Membership& m) { return m.brand == kThere; });
    for (const auto& word : kPermissions) {
      if (word.value == Permission::self || word.value == Permission::nobody_needed) continue;
      RC_ASSERT(!may(who, kThere, word.value));
      RC_ASSERT(!may(who, {}, word.value));
    }
  });
}

}  // namespace
}  // namespace amends::people
