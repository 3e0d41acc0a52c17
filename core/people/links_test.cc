// Links that open once, and second factors.
#include <atomic>
#include <latch>
#include <thread>

#include "core/crypto/totp.h"
#include "core/people/links.h"
#include "core/people/people_for_test.h"
#include "core/people/second_factor.h"

namespace amends::people {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// --- links

class Links : public People {
 protected:
  FreshLink made(const NewLink& link) {
    FreshLink out;
    does([&](store::Tx& tx) { out = add_link(tx, link, clock_.now()); });
    return out;
  }
  NewLink invitation(const std::string& email = "new@cafe.example", BrandId brand = kCafe) {
    NewLink link;
    link.email = email;
    link.brand = brand;
    link.role = Role::agent;
    return link;
  }
  bool opens(LinkKind kind, std::string_view secret) {
    return sees([&](store::Reader& r) { return find_link(r, kind, secret, clock_.now()); }).has_value();
  }
};

TEST_F(Links, OfTwentyWhoUseOneAtTheSameMomentOneWins) {
  const FreshLink link = made(invitation());
  constexpr int kRacing = 20;
  std::latch start(kRacing);
  std::atomic<int> won{0}, lost{0};
  std::vector<std::jthread> racers;
  for (int i = 0; i < kRacing; ++i) {
    racers.emplace_back([&] {
      start.arrive_and_wait();
      const auto taken = db_->write([&](store::Tx& tx) -> Result<bool> {
        return take_link(tx, LinkKind::invitation, link.secret.reveal(), clock_.now()).has_value();
      });
      ++(taken && *taken ? won : lost);
    });
  }
  racers.clear();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kRacing - 1);
}

TEST_F(Links, NothingButTheSecretOfTheRightKindInTimeOpens) {
  const FreshLink link = made(invitation());
  EXPECT_TRUE(opens(LinkKind::invitation, link.secret.reveal()));
  EXPECT_FALSE(opens(LinkKind::reset, link.secret.reveal()));
  EXPECT_FALSE(opens(LinkKind::first_admin, link.secret.reveal()));
  for (const std::string_view wrong : {"", "null", "[]", "0", "' OR 1=1 --"}) {
    EXPECT_FALSE(opens(LinkKind::invitation, wrong)) << wrong;
  }
  clock_.advance(hours(24));
  EXPECT_FALSE(opens(LinkKind::invitation, link.secret.reveal()));
}

TEST_F(Links, LiveBetweenAQuarterOfAnHourAndThreeDays) {
  NewLink link = invitation();
  link.life = minutes(1);
  EXPECT_EQ(made(link).expires_at - clock_.now(), minutes(15));
  link.life = hours(1'000);
  EXPECT_EQ(made(link).expires_at - clock_.now(), hours(72));
}

TEST_F(Links, ANewOneEndsTheOlderOneOfItsKind) {
  const FreshLink first = made(invitation("New@cafe.example")), again = made(invitation("new@CAFE.example"));
  EXPECT_FALSE(opens(LinkKind::invitation, first.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::invitation, again.secret.reveal()));
  const FreshLink elsewhere = made(invitation("new@cafe.example", kShop));
  EXPECT_TRUE(opens(LinkKind::invitation, again.secret.reveal())) << "another brand's invitation is another";
  NewLink reset;
  reset.kind = LinkKind::reset;
  reset.user = ada_;
  const FreshLink old_reset = made(reset), new_reset = made(reset);
  EXPECT_FALSE(opens(LinkKind::reset, old_reset.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::reset, new_reset.secret.reveal()));
  does([&](store::Tx& tx) { end_links_of(tx, ada_); });
  EXPECT_FALSE(opens(LinkKind::reset, new_reset.secret.reveal()));
  EXPECT_TRUE(opens(LinkKind::invitation, elsewhere.secret.reveal()));
}

TEST_F(Links, InvitationsAreListedAndTakenBackByTheirBrand) {
  const FreshLink link = made(invitation());
  made(invitation("other@shop.example", kShop));
  EXPECT_EQ(sees([&](store::Reader& r) { return open_invitations(r, kCafe, clock_.now()); }).size(), 1u);
  EXPECT_EQ(sees([&](store::Reader& r) { return open_invitations(r, {}, clock_.now()); }).size(), 2u);
  EXPECT_EQ(write([&](store::Tx& tx) { return revoke_invitation(tx, kShop, link.id); }).error().kind, Kind::not_found);
  EXPECT_TRUE(write([&](store::Tx& tx) { return revoke_invitation(tx, kCafe, link.id); }));
  EXPECT_FALSE(opens(LinkKind::invitation, link.secret.reveal()));
}

// --- the second factor

class SecondFactor : public People {
 protected:
  Secret set_up() {
    Secret secret;
    does([&](store::Tx& tx) {
      auto begun_setup = begin_totp(tx, keys_, ada_, "ada", clock_.now());
      ASSERT_TRUE(begun_setup);
      secret = begun_setup->secret;
      auto codes = confirm_totp(tx, keys_, ada_, code(secret, 0), clock_.now());
      ASSERT_TRUE(codes);
      recovery_ = *codes;
    });
    clock_.advance(minutes(5));
    return secret;
  }
  std::string code(const Secret& secret, int steps) const {
    return crypto::totp_code(secret, crypto::totp_step(clock_.now()) + steps);
  }
  bool use(std::string_view typed) {
    return *write([&](store::Tx& tx) { return use_code(tx, keys_, ada_, typed, clock_.now()); });
  }
  std::vector<std::string> recovery_;
};

TEST_F(SecondFactor, IsOffUntilAFirstCodeProvesIt) {
  const auto begun_setup = write([&](store::Tx& tx) { return begin_totp(tx, keys_, ada_, "ada", clock_.now()); });
  ASSERT_TRUE(begun_setup);
  EXPECT_EQ(begun_setup->uri.rfind("otpauth://totp/Amends:ada?secret=", 0), 0u);
  EXPECT_NE(begun_setup->uri.find("&issuer=Amends"), std::string::npos);
  EXPECT_FALSE(sees([&](store::Reader& r) { return has_totp(r, ada_); }));
  EXPECT_FALSE(use(code(begun_setup->secret, 0)));
  EXPECT_EQ(write([&](store::Tx& tx) { return confirm_totp(tx, keys_, ada_, "000000", clock_.now()); }).error().kind,
            Kind::invalid);
  ASSERT_TRUE(
      write([&](store::Tx& tx) { return confirm_totp(tx, keys_, ada_, code(begun_setup->secret, 0), clock_.now()); }));
  EXPECT_TRUE(sees([&](store::Reader& r) { return has_totp(r, ada_); }));
  EXPECT_EQ(write([&](store::Tx& tx) { return begin_totp(tx, keys_, ada_, "ada", clock_.now()); }).error().kind,
            Kind::conflict);
}

TEST_F(SecondFactor, ACodeWorksOnceAndOneStepAside) {
  const Secret secret = set_up();
  EXPECT_FALSE(use(code(secret, -2)));
  EXPECT_FALSE(use(code(secret, 2)));
  EXPECT_TRUE(use(code(secret, 0)));
  EXPECT_FALSE(use(code(secret, 0)));
  EXPECT_FALSE(use(code(secret, -1))) << "older than the one used last";
  EXPECT_TRUE(use(code(secret, 1)));
}

TEST_F(SecondFactor, TheCodeThatTurnedItOnDoesNotOpen) {
  Secret secret;
  does([&](store::Tx& tx) {
    secret = begin_totp(tx, keys_, ada_, "ada", clock_.now())->secret;
    ASSERT_TRUE(confirm_totp(tx, keys_, ada_, code(secret, 0), clock_.now()));
  });
  EXPECT_FALSE(use(code(secret, 0)));
}

TEST_F(SecondFactor, EachRecoveryCodeWorksOnceHoweverItIsTyped) {
  set_up();
  ASSERT_EQ(recovery_.size(), 10u);
  EXPECT_EQ(recovery_[0].size(), 19u);
  EXPECT_TRUE(use(recovery_[0]));
  EXPECT_FALSE(use(recovery_[0]));
  std::string typed;
  for (const char c : recovery_[1]) {
    if (c != '-') typed += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  EXPECT_TRUE(use(" " + typed + " "));
  EXPECT_EQ(sees([&](store::Reader& r) { return recovery_codes_left(r, ada_); }), 8);
  EXPECT_FALSE(use(""));
  EXPECT_FALSE(use(std::string(16, 'a')));
}

TEST_F(SecondFactor, TheSecretIsSealedAndBoundToItsUser) {
  const Secret secret = set_up();
  const UserId bob = added("bob");
  does([&](store::Tx& tx) {
    tx.run(
        "INSERT INTO second_factor (user_id, sealed_totp, begun_at, confirmed_at) "
        "SELECT ?, sealed_totp, 0, 0 FROM second_factor WHERE user_id = ?",
        bob, ada_);
  });
  EXPECT_EQ(write([&](store::Tx& tx) { return use_code(tx, keys_, bob, code(secret, 0), clock_.now()); }).error().kind,
            Kind::corrupt);
  db_.reset();
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(test::read_file(file).find(secret.reveal()), std::string::npos) << file;
  }
}

}  // namespace
}  // namespace amends::people
