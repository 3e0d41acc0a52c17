#include <gtest/gtest.h>

#include "core/webhook/retry.h"
#include "core/webhook/signature.h"
#include "core/webhook/webhooks.h"
#include "tests/support/schema.h"

namespace amends::webhook {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

// The example that the specification's libraries are tested with.
TEST(Signature, IsTheOneOfTheSpecification) {
  const Secret key(bytes("31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0"));
  EXPECT_EQ(shown(key), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const Secret keys[] = {key};
  EXPECT_EQ(sign(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", {1'614'265'330'000}, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, ChangesWithEveryPartAndCarriesOneForEachSecret) {
  const Secret one("one"), two("two");
  const Secret both[] = {one, two}, first[] = {one}, second[] = {two};
  const Timestamp at{1'614'265'330'000};
  const std::string base = sign(first, "a", at, "b");
  EXPECT_NE(base, sign(first, "c", at, "b"));
  EXPECT_NE(base, sign(first, "a", at + seconds(1), "b"));
  EXPECT_NE(base, sign(first, "a", at, "c"));
  EXPECT_NE(base, sign(second, "a", at, "b"));
  EXPECT_EQ(sign(both, "a", at, "b"), base + " " + sign(second, "a", at, "b"));
  EXPECT_NE(shown(new_secret()), shown(new_secret()));
  EXPECT_EQ(new_secret().reveal().size(), 32u);
}

TEST(Retry, WaitsFromSecondsToHoursOverAboutThreeDaysThenPauses) {
  milliseconds all(0), last(0);
  std::int64_t failures = 0;
  while (const auto wait = wait_after(++failures, seconds(0), 0)) {
    EXPECT_GE(*wait, last);
    last = *wait;
    all += *wait;
  }
  EXPECT_EQ(wait_after(1, seconds(0), 0), milliseconds(5000));
  EXPECT_EQ(last, hours(10));
  EXPECT_GT(all, hours(60));
  EXPECT_LT(all, hours(80));
  EXPECT_FALSE(wait_after(failures, seconds(5), 0));
  EXPECT_EQ(wait_after(1, seconds(120), 0), seconds(120)) << "what the receiver asks for";
  EXPECT_EQ(wait_after(5, seconds(1), 0), hours(2)) << "unless our own wait is longer";
  EXPECT_LE(*wait_after(3, seconds(0), 99), milliseconds(330'000));
}

TEST(Retry, OnlyTwoHundredsAreDelivered) {
  for (const int status : {200, 201, 202, 204, 299}) EXPECT_EQ(verdict_of(status), Verdict::delivered) << status;
  for (const int status : {0, 301, 302, 400, 401, 404, 429, 500, 503}) {
    EXPECT_EQ(verdict_of(status), Verdict::again) << status;
  }
  EXPECT_EQ(verdict_of(410), Verdict::gone);
}

class Rows : public ::testing::Test {
 protected:
  Rows() { db_ = *store::Database::open({folder_ / "amends.db", migrations_, 1, true}); }
  template <class Work>
  void does(Work work) {
    ASSERT_TRUE(db_->write([&](store::Tx& tx) -> Result<Done> {
      work(tx);
      return Done{};
    }));
  }
  Delivery fresh(EndpointId endpoint, std::int64_t change) {
    Delivery d;
    d.endpoint = endpoint;
    d.brand = BrandId{1};
    d.webhook_id = "msg_" + std::to_string(change);
    d.change = change;
    d.kind = "thread.changed";
    d.body = "{}";
    d.created_at = clock_.now();
    return d;
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  const std::vector<store::Migration> migrations_ = test::all_migrations();
  std::unique_ptr<store::Database> db_;
};

TEST_F(Rows, AnEndpointIsKeptAndFoundInItsBrandAlone) {
  does([&](store::Tx& tx) {
    const EndpointId id =
        add(tx, BrandId{1}, {"https://a.example/hook", {"message.created", "thread.changed"}, true}, 7, "ann", {5});
    set_secret(tx, id, "s1.1.x", "", {});
    const auto e = find(tx, BrandId{1}, id);
    ASSERT_TRUE(e);
    EXPECT_EQ(e->settings.url, "https://a.example/hook");
    EXPECT_EQ(e->settings.kinds.size(), 2u);
    EXPECT_TRUE(e->settings.include_text);
    EXPECT_EQ(e->position, 7);
    EXPECT_EQ(e->sealed_secret, "s1.1.x");
    EXPECT_EQ(e->created_by, "ann");
    EXPECT_TRUE(e->wants("message.created"));
    EXPECT_FALSE(e->wants("note.created"));
    EXPECT_FALSE(find(tx, BrandId{2}, id));
    EXPECT_EQ(of_brand(tx, BrandId{2}).size(), 0u);
    change(tx, id, {"https://b.example/", {}, false});
    EXPECT_TRUE(find(tx, id)->wants("note.created"));
    set_state(tx, id, State::paused, "a person");
    EXPECT_TRUE(active(tx).empty());
    set_state(tx, id, State::active, "");
    EXPECT_EQ(active(tx).size(), 1u);
    remove(tx, id);
    EXPECT_TRUE(of_brand(tx, BrandId{1}).empty());
  });
}

TEST_F(Rows, ADeliveryKeepsItsIdOverAllAttempts) {
  does([&](store::Tx& tx) {
    const EndpointId id = add(tx, BrandId{1}, {"https://a.example/", {}, false}, 0, "ann", {5});
    Delivery d = record(tx, fresh(id, 3), {0, {10}, milliseconds(5), 500, "oops"}, Outcome::waiting);
    failed(tx, id, {99}, "oops");
    EXPECT_EQ(find(tx, id)->failures, 1);
    EXPECT_EQ(find(tx, id)->next_try_at, Timestamp{99});
    const Delivery again = record(tx, fresh(id, 3), {0, {20}, milliseconds(5), 200, ""}, Outcome::delivered);
    EXPECT_EQ(again.id, d.id);
    EXPECT_EQ(again.attempts, 2);
    succeeded(tx, id, 0, 3);
    EXPECT_EQ(find(tx, id)->position, 3);
    EXPECT_EQ(find(tx, id)->failures, 0);
    const auto tries = attempts(tx, BrandId{1}, d.id);
    ASSERT_EQ(tries.size(), 2u);
    EXPECT_EQ(tries[0].status, 500);
    EXPECT_EQ(tries[1].status, 200);
    EXPECT_TRUE(attempts(tx, BrandId{2}, d.id).empty());
    // Sent again by hand without success: it was delivered all the same.
    EXPECT_FALSE(ask_again(tx, BrandId{2}, d.id));
    EXPECT_TRUE(ask_again(tx, BrandId{1}, d.id));
    ASSERT_TRUE(asked_again(tx, id));
    EXPECT_EQ(record(tx, *asked_again(tx, id), {0, {30}, {}, 0, "down"}, Outcome::failed).outcome, Outcome::delivered);
    EXPECT_FALSE(asked_again(tx, id));
    EXPECT_EQ(deliveries(tx, BrandId{1}, id, {}, 10).size(), 1u);
    EXPECT_EQ(trim(tx, clock_.now() + seconds(1), 10), 1);
    EXPECT_TRUE(deliveries(tx, BrandId{1}, id, {}, 10).empty());
  });
}

TEST_F(Rows, APositionThatAPersonMovedMeanwhileStays) {
  does([&](store::Tx& tx) {
    const EndpointId id = add(tx, BrandId{1}, {"https://a.example/", {}, false}, 10, "ann", {5});
    move_to(tx, id, 2);
    succeeded(tx, id, 10, 11);
    EXPECT_EQ(find(tx, id)->position, 2);
  });
}

}  // namespace
}  // namespace amends::webhook
