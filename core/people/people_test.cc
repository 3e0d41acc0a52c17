// Users, roles and teams as they lie in the tables.
#include "core/people/people_for_test.h"

namespace amends::people {
namespace {

TEST_F(People, LoginsAndAddressesAreUniqueAndChecked) {
  EXPECT_EQ(refused({"ada", "Other", "", "", false}).kind, Kind::conflict);
  EXPECT_EQ(refused({"bob", "Bob", "ADA@Cafe.Example", "", false}).kind, Kind::conflict);
  for (const char* login : {"", "a", "Ada", "ada lovelace", "ada@x", "ädä", "a/b", "..//", "ada\n",
                            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"}) {
    EXPECT_EQ(refused({login, "Name", "", "", false}).kind, Kind::invalid) << login;
  }
  for (const char* email : {"ada", "@cafe.example", "ada@", "a b@cafe.example", "ada@cafe.example\r\nBcc: x@y.example",
                            "<ada@cafe.example>", "a@b@c"}) {
    EXPECT_EQ(refused({"bob", "Bob", email, "", false}).kind, Kind::invalid) << email;
  }
  EXPECT_EQ(refused({"bob", "", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", " Bob", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", "Bob\nx", "", "", false}).kind, Kind::invalid);
  EXPECT_EQ(refused({"bob", "Bob", "", "english", false}).kind, Kind::invalid);
  added("bob");
  added("o-._9");
  EXPECT_EQ(sees([](store::Reader& r) { return find_user_by_email(r, " Ada@CAFE.example"); })->login, "ada");
  EXPECT_FALSE(sees([](store::Reader& r) { return find_user_by_email(r, ""); }));
}

TEST_F(People, TheLastAdminStays) {
  const UserId root = added("root", "", true);
  const auto change = [&](UserId user, std::optional<bool> admin, std::optional<bool> disabled) {
    UserChange what;
    what.admin = admin;
    what.disabled = disabled;
    const auto done = write([&](store::Tx& tx) { return change_user(tx, user, what); });
    return done ? std::optional<Kind>() : done.error().kind;
  };
  EXPECT_EQ(change(root, false, {}), Kind::conflict);
  EXPECT_EQ(change(root, {}, true), Kind::conflict);
  EXPECT_TRUE(sees([&](store::Reader& r) { return find_user(r, root); })->admin);
  EXPECT_FALSE(change(ada_, true, {}));
  EXPECT_FALSE(change(root, {}, true));
  EXPECT_EQ(change(ada_, false, {}), Kind::conflict) << "the other admin is disabled";
  EXPECT_EQ(change(UserId{99}, true, {}), Kind::not_found);
}

TEST_F(People, RolesAreOneForABrandAndCountedAsChanges) {
  const auto version = [&] { return sees([&](store::Reader& r) { return find_user(r, ada_); })->version; };
  const auto before = version();
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::agent); }));
  EXPECT_FALSE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::agent); }));
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kCafe, Role::manager); }));
  EXPECT_TRUE(*write([&](store::Tx& tx) { return set_role(tx, ada_, kShop, Role::curator); }));
  EXPECT_EQ(version(), before + 3);
  const auto all = sees([&](store::Reader& r) { return memberships(r, ada_); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].role, Role::manager);
  EXPECT_EQ(all[1].role, Role::curator);
  EXPECT_TRUE(*write([&](store::Tx& tx) { return remove_role(tx, ada_, kCafe); }));
  EXPECT_FALSE(*write([&](store::Tx& tx) { return remove_role(tx, ada_, kCafe); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return set_role(tx, ada_, BrandId{9}, Role::agent); }).error().kind,
            Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return set_role(tx, UserId{9}, kCafe, Role::agent); }).error().kind,
            Kind::not_found);
}

TEST_F(People, ABrandListsItsOwnPeoplePageByPage) {
  for (const char* login : {"carl", "bea", "dora"}) {
    const UserId id = added(login);
    does([&](store::Tx& tx) { (void)set_role(tx, id, kCafe, Role::agent); });
  }
  const auto page = [&](BrandId brand, const std::string& after, int limit) {
    std::string out;
    for (const User& user : sees([&](store::Reader& r) { return users(r, brand, after, limit); })) {
      out += user.login + " ";
    }
    return out;
  };
  EXPECT_EQ(page({}, "", 10), "ada bea carl dora ");
  EXPECT_EQ(page(kCafe, "", 2), "bea carl ");
  EXPECT_EQ(page(kCafe, "carl", 2), "dora ");
  EXPECT_EQ(page(kShop, "", 10), "");
}

TEST_F(People, TeamsAreOfOneBrandAndSoAreTheirMembers) {
  does([&](store::Tx& tx) { (void)set_role(tx, ada_, kCafe, Role::agent); });
  const UserId bob = added("bob");
  const TeamId team = *write([](store::Tx& tx) { return add_team(tx, kCafe, "Front desk"); });
  EXPECT_EQ(write([](store::Tx& tx) { return add_team(tx, kCafe, "Front desk"); }).error().kind, Kind::conflict);
  EXPECT_TRUE(write([](store::Tx& tx) { return add_team(tx, kShop, "Front desk"); }));
  EXPECT_EQ(write([](store::Tx& tx) { return add_team(tx, kCafe, ""); }).error().kind, Kind::invalid);
  EXPECT_TRUE(write([&](store::Tx& tx) { return set_members(tx, kCafe, team, {ada_, ada_}); }));
  EXPECT_EQ(write([&](store::Tx& tx) {
              return set_members(tx, kCafe, team, {ada_, bob});
            })
                .error()
                .kind,
            Kind::invalid);
  EXPECT_EQ(sees([&](store::Reader& r) { return find_team(r, kCafe, team); })->members, std::vector<UserId>{ada_});
  EXPECT_FALSE(sees([&](store::Reader& r) { return find_team(r, kShop, team); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return rename_team(tx, kShop, team, "x"); }).error().kind, Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return remove_team(tx, kShop, team); }).error().kind, Kind::not_found);
  EXPECT_EQ(write([&](store::Tx& tx) { return set_members(tx, kShop, team, {}); }).error().kind, Kind::not_found);
  does([&](store::Tx& tx) { (void)remove_role(tx, ada_, kCafe); });
  EXPECT_TRUE(sees([&](store::Reader& r) { return teams(r, kCafe); })[0].members.empty());
  EXPECT_TRUE(write([&](store::Tx& tx) { return remove_team(tx, kCafe, team); }));
}

}  // namespace
}  // namespace amends::people
