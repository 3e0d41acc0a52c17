// Calls that act, what became of them, and how waiting ends.
#include <atomic>
#include <thread>

#include "core/channel/api_for_test.h"

namespace amends::channel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;

// The point of no return of a send, counted.
struct Sending : Outbound {
  Sending() {
    recipients = {"zoe"};
    point_of_no_return = [this]() -> Result<Done> {
      ++points;
      if (refuses) return fail(Kind::unavailable, "the disk is full");
      return Done{};
    };
  }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;
  int points = 0;
  bool refuses = false;
};

TEST(Api, ThePointOfNoReturnComesBeforeTheFirstByteAndOnce) {
  std::atomic<int> heard{0};
  World world([&](const HeardRequest& r) {
    ++heard;
    return r.headers.at("authorization") == "Bearer t2" ? ok() : http_answer("401 Unauthorized");
  });
  Sending sending;
  const auto before = sending.point_of_no_return;
  sending.point_of_no_return = [&] {
    EXPECT_EQ(heard, 0);
    return before();
  };
  ASSERT_TRUE(world.api().act(sending, post()));
  EXPECT_EQ(sending.points, 1);
  EXPECT_EQ(heard, 2) << "refused, renewed, said again";
}

TEST(Api, NothingIsSentWhenThePointOfNoReturnCantBeCommitted) {
  World world(ok());
  Sending sending;
  sending.refuses = true;
  const auto answer = world.api().act(sending, post());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unavailable);
  EXPECT_TRUE(world.site.heard().empty());
}

TEST(Api, NoPointOfNoReturnWhenTheBrakeTheSignInOrThePathRefuses) {
  World world(ok());
  Sending sending;
  world.brakes.hold("", world.clock.now() + minutes(1));
  EXPECT_EQ(world.api().act(sending, post()).error().kind, Kind::rate_limited);
  world.clock.advance(minutes(2));
  world.locked_out = true;
  world.connect("t1", world.clock.now() - minutes(1));
  EXPECT_EQ(world.api().act(sending, post()).error().kind, Kind::unauthorized);
  world.locked_out = false;
  EXPECT_EQ(world.api().act(sending, post("../x")).error().kind, Kind::invalid);
  Api interrupted = world.api();
  interrupted.interrupt();
  EXPECT_EQ(interrupted.act(sending, post()).error().kind, Kind::unavailable);
  EXPECT_EQ(sending.points, 0);
  EXPECT_TRUE(world.site.heard().empty());
}

TEST(Api, ACutAnswerToASendIsUncertainAndToAReadUnavailable) {
  test::ChannelWorld world;
  for (const std::size_t bytes : {0u, 10u, 60u, 90u}) {
    HttpPeer site([&](Peer& peer, const HeardRequest&) {
      peer.cut_after_writing(bytes);
      peer.write(ok(std::string(200, ' ') + "{}"));
    });
    Profile profile;
    profile.base = site.url("/");
    auto api = Api::make(world.environment(), profile);
    Sending sending;
    const auto acted = api->act(sending, post());
    ASSERT_FALSE(acted);
    EXPECT_EQ(acted.error().kind, Kind::uncertain) << bytes;
    EXPECT_EQ(sending.points, 1);
    const auto receipt = receipt_of(sending, acted);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->recipients.at(0).state, model::RecipientState::in_doubt);
    EXPECT_EQ(receipt->recipients.at(0).recipient, "zoe");
    EXPECT_EQ(api->call(get()).error().kind, Kind::unavailable) << bytes;
  }
}

TEST(Api, AReceiptSaysWhatBecameOfEveryRecipient) {
  Outbound outbound;
  outbound.recipients = {"a", "b"};
  const auto accepted = receipt_of(outbound, ApiAnswer{201, "{}", {}});
  ASSERT_TRUE(accepted);
  ASSERT_EQ(accepted->recipients.size(), 2u);
  EXPECT_EQ(accepted->recipients[1].state, model::RecipientState::accepted);
  EXPECT_EQ(accepted->recipients[1].code, 201);
  EXPECT_EQ(receipt_of(outbound, fail(Kind::rejected, "no")).error().kind, Kind::rejected);
  EXPECT_EQ(receipt_of({}, ApiAnswer{200, "", {}})->recipients.size(), 1u);
}

TEST(Api, AnInterruptEndsWhatWaits) {
  std::atomic<bool> waiting{false};
  test::ChannelWorld world;
  HttpPeer site([&](Peer& peer, const HeardRequest&) {
    waiting = true;
    peer.wait_for_the_end();
  });
  Profile profile;
  profile.base = site.url("/");
  auto api = Api::make(world.environment(), profile);
  std::thread stopper([&] {
    while (!waiting) std::this_thread::yield();
    api->interrupt();
  });
  EXPECT_EQ(api->call(get()).error().kind, Kind::unavailable);
  stopper.join();
  EXPECT_EQ(api->call(get()).error().kind, Kind::unavailable);
}

TEST(Api, APauseLastsAsLongAsAskedAndEndsAtAnInterrupt) {
  test::ChannelWorld world;
  Profile profile;
  profile.base = "https://site.test/";
  auto api = Api::make(world.environment(), profile);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(api->pause(std::chrono::milliseconds(20)));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(20));
  std::thread stopper([&] { api->interrupt(); });
  EXPECT_EQ(api->pause(hours(1)).error().kind, Kind::unavailable);
  stopper.join();
  EXPECT_EQ(api->pause(hours(1)).error().kind, Kind::unavailable);
}

}  // namespace
}  // namespace amends::channel
