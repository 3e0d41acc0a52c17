#include "core/app/webhooks.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/app/changes.h"
#include "core/webhook/signature.h"
#include "tests/support/http_peer.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;
using webhook::EndpointId;
using webhook::State;

class WebhooksTest : public ::testing::Test {
 protected:
  WebhooksTest() {
    Config config = default_config();
    config.data = folder_.path().string();
    config.brands.resize(2);
    config.brands[0].key = "cafe";
    config.brands[1].key = "shop";
    config.source = "test";
    hub_ = *Hub::open(std::move(config), clock_);
    cafe_ = hub_->brand("cafe")->id;
    shop_ = hub_->brand("shop")->id;
    net::HttpOptions http;
    http.guard.allow_local();
    http_ = *net::HttpClient::make(std::move(http));
    WebhookOptions options;
    options.public_url = "https://help.example";
    options.allow_http = true;
    options.timeout = seconds(5);
    webhooks_ = std::make_unique<Webhooks>(*hub_, *http_, options);
  }
  std::int64_t change(BrandId brand, std::int64_t thread, const char* how = "assigned") {
    return *hub_->db().write([&](store::Tx& tx) -> Result<std::int64_t> {
      tell_thread(tx, {brand, clock_.now(), "ann"}, ThreadId{thread}, CustomerId{4}, {{"how", how}});
      return events::span(tx).newest;
    });
  }
  Webhooks::Created create(const std::string& url, webhook::Settings settings = {}) {
    settings.url = url;
    auto made = webhooks_->create(cafe_, settings, "ann");
    EXPECT_TRUE(made) << made.error().what;
    return *made;
  }
  webhook::Endpoint endpoint(EndpointId id) {
    return *hub_->db().read(
        [&](store::Reader& reader) -> Result<webhook::Endpoint> { return *webhook::find(reader, cafe_, id); });
  }
  std::vector<webhook::Delivery> deliveries(EndpointId id) {
    return *hub_->db().read([&](store::Reader& reader) -> Result<std::vector<webhook::Delivery>> {
      return webhook::deliveries(reader, cafe_, id, {}, 100);
    });
  }
  static std::string signature(const Secret& key, const HeardRequest& heard) {
    const Secret keys[] = {key};
    return webhook::sign(keys, heard.headers.at("webhook-id"),
                         {std::stoll(heard.headers.at("webhook-timestamp")) * 1000}, heard.body);
  }
  Secret key_of(const webhook::Endpoint& e) {
    return *crypto::open_sealed(hub_->seal_keys(), {"webhook_endpoint", "sealed_secret", e.id.value, cafe_},
                                e.sealed_secret);
  }
  std::vector<std::int64_t> threads_heard(const HttpPeer& peer) {
    std::vector<std::int64_t> out;
    for (const HeardRequest& one : peer.heard()) {
      const auto json = nlohmann::json::parse(one.body);
      if (json["type"] == "thread.changed") out.push_back(json["data"]["thread"]);
    }
    return out;
  }

  test::TempFolder folder_;
  test::FakeClock clock_;
  std::unique_ptr<Hub> hub_;
  BrandId cafe_, shop_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<Webhooks> webhooks_;
};

TEST_F(WebhooksTest, AChangeIsToldSignedAndWithLinksButNoWords) {
  HttpPeer peer(http_answer("204 No Content"));
  change(cafe_, 1);  // before the endpoint was
  const auto made = create(peer.url("/hook"), {"", {"thread.changed"}, false});
  EXPECT_EQ(made.secret.rfind("whsec_", 0), 0u);
  change(shop_, 2);
  const std::int64_t id = change(cafe_, 3);
  EXPECT_EQ(webhooks_->deliver_due(), 1);
  ASSERT_EQ(peer.heard().size(), 1u);
  const HeardRequest heard = peer.heard()[0];
  EXPECT_EQ(heard.method, "POST");
  EXPECT_EQ(heard.target, "/hook");
  EXPECT_EQ(heard.headers.at("content-type"), "application/json");
  EXPECT_EQ(heard.headers.at("webhook-timestamp"), std::to_string(clock_.now().ms / 1000));
  EXPECT_EQ(webhook::shown(key_of(endpoint(made.id))), made.secret);
  EXPECT_EQ(heard.headers.at("webhook-signature"), signature(key_of(endpoint(made.id)), heard));
  const auto body = nlohmann::json::parse(heard.body);
  EXPECT_EQ(body["type"], "thread.changed");
  EXPECT_EQ(body["timestamp"], "2026-01-01T09:00:00.000Z");
  EXPECT_EQ(body["data"]["id"], id);
  EXPECT_EQ(body["data"]["brand"], "cafe");
  EXPECT_EQ(body["data"]["thread"], 3);
  EXPECT_EQ(body["data"]["links"]["thread"], "https://help.example/api/v1/brands/cafe/threads/3");
  EXPECT_EQ(body["data"]["links"]["customer"], "https://help.example/api/v1/brands/cafe/customers/4");
  EXPECT_FALSE(body["data"].contains("text"));
  EXPECT_EQ(webhooks_->deliver_due(), 0) << "once";
  EXPECT_EQ(endpoint(made.id).position, id);
  EXPECT_EQ(endpoint(made.id).sealed_secret.find("whsec"), std::string::npos);
}

TEST_F(WebhooksTest, AFailureHoldsBackWhatFollowsAndNothingIsLostOrReordered) {
  std::atomic<int> good = 0;
  HttpPeer peer([&](Peer& p, const HeardRequest&) { p.write(http_answer(good > 0 ? "200 OK" : "500 Oops")); });
  const auto made = create(peer.url(), {"", {"thread.changed"}, false});
  for (int i = 1; i <= 3; ++i) change(cafe_, i);
  EXPECT_EQ(webhooks_->deliver_due(), 1);
  EXPECT_EQ(endpoint(made.id).failures, 1);
  EXPECT_EQ(endpoint(made.id).reason, "the receiver answered 500");
  clock_.advance(seconds(4));
  EXPECT_EQ(webhooks_->deliver_due(), 0) << "not yet";
  clock_.advance(seconds(2));
  EXPECT_EQ(webhooks_->deliver_due(), 1);
  good = 1;
  clock_.advance(minutes(1));
  EXPECT_EQ(webhooks_->deliver_due(), 3);
  EXPECT_EQ(threads_heard(peer), (std::vector<std::int64_t>{1, 1, 1, 2, 3}));
  EXPECT_EQ(peer.heard()[0].headers.at("webhook-id"), peer.heard()[2].headers.at("webhook-id"))
      << "every try of one delivery bears the same id";
  EXPECT_NE(peer.heard()[2].headers.at("webhook-id"), peer.heard()[3].headers.at("webhook-id"));
  const auto all = deliveries(made.id);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.back().attempts, 3);
  EXPECT_EQ(endpoint(made.id).failures, 0);
}

TEST_F(WebhooksTest, AfterThreeDaysWithoutSuccessTheEndpointIsPausedAndSaysSo) {
  HttpPeer peer(http_answer("503 Busy"));
  const auto made = create(peer.url(), {"", {"thread.changed"}, false});
  change(cafe_, 1);
  int attempts = 0;
  for (int hour = 0; hour < 24 * 5 && endpoint(made.id).state == State::active; ++hour) {
    for (int i = 0; i < 4; ++i) {
      attempts += webhooks_->deliver_due();
      clock_.advance(minutes(15));
    }
  }
  EXPECT_EQ(attempts, 13);
  EXPECT_EQ(endpoint(made.id).state, State::paused);
  const auto last = hub_->db().read([&](store::Reader& reader) -> Result<events::Change> {
    return *events::find(reader, events::span(reader).newest);
  });
  EXPECT_EQ(last->what, events::What::webhook_changed);
  EXPECT_EQ(last->detail, R"({"how":"paused"})");
  change(cafe_, 2);
  EXPECT_EQ(webhooks_->deliver_due(), 0);
  ASSERT_TRUE(webhooks_->resume(cafe_, made.id, "ann"));
  EXPECT_EQ(webhooks_->deliver_due(), 1) << "goes on where it stopped";
  EXPECT_EQ(threads_heard(peer).back(), 1);
}

TEST_F(WebhooksTest, GoneMeansNeverAgainAndARetryAfterIsKept) {
  HttpPeer gone(http_answer("410 Gone"));
  HttpPeer busy(http_answer("429 Slow down", "", {"Retry-After: 3600"}));
  const auto one = create(gone.url(), {"", {"thread.changed"}, false});
  const auto two = create(busy.url(), {"", {"thread.changed"}, false});
  change(cafe_, 1);
  webhooks_->deliver_due();
  EXPECT_EQ(endpoint(one.id).state, State::disabled);
  EXPECT_EQ(*endpoint(two.id).next_try_at, clock_.now() + hours(1));
}

TEST_F(WebhooksTest, ReplayOfOneAndFromAPositionRepeatTheirIds) {
  HttpPeer peer(http_answer("200 OK"));
  const auto made = create(peer.url(), {"", {"thread.changed"}, false});
  const std::int64_t first = change(cafe_, 1);
  change(cafe_, 2);
  EXPECT_EQ(webhooks_->deliver_due(), 2);
  ASSERT_TRUE(webhooks_->replay(cafe_, deliveries(made.id).back().id));
  EXPECT_FALSE(webhooks_->replay(shop_, deliveries(made.id).back().id));
  EXPECT_EQ(webhooks_->deliver_due(), 1);
  EXPECT_EQ(threads_heard(peer), (std::vector<std::int64_t>{1, 2, 1}));
  ASSERT_TRUE(webhooks_->replay_from(cafe_, made.id, first - 1, "ann"));
  EXPECT_EQ(webhooks_->deliver_due(), 2);
  EXPECT_EQ(threads_heard(peer), (std::vector<std::int64_t>{1, 2, 1, 1, 2}));
  const auto heard = peer.heard();
  EXPECT_EQ(heard[0].headers.at("webhook-id"), heard[2].headers.at("webhook-id"));
  EXPECT_EQ(heard[1].headers.at("webhook-id"), heard[4].headers.at("webhook-id"));
  EXPECT_EQ(deliveries(made.id).size(), 2u);
  ASSERT_TRUE(webhooks_->replay_from(cafe_, made.id, -7, "ann")) << "as far back as there is";
  EXPECT_EQ(webhooks_->deliver_due(), 2);
}

TEST_F(WebhooksTest, ARotatedSecretSignsBesideTheOldOneForADay) {
  HttpPeer peer(http_answer("200 OK"));
  const auto made = create(peer.url(), {"", {"thread.changed"}, false});
  const Secret old = key_of(endpoint(made.id));
  const auto fresh = webhooks_->rotate(cafe_, made.id, "ann");
  ASSERT_TRUE(fresh);
  EXPECT_NE(*fresh, made.secret);
  change(cafe_, 1);
  webhooks_->deliver_due();
  const Secret now = key_of(endpoint(made.id));
  EXPECT_EQ(peer.heard()[0].headers.at("webhook-signature"),
            signature(now, peer.heard()[0]) + " " + signature(old, peer.heard()[0]));
  clock_.advance(hours(25));
  change(cafe_, 2);
  webhooks_->deliver_due();
  EXPECT_EQ(peer.heard()[1].headers.at("webhook-signature"), signature(now, peer.heard()[1]));
}

TEST_F(WebhooksTest, APingTellsWhatTheReceiverSaid) {
  HttpPeer peer(http_answer("404 Nothing here"));
  const auto made = create(peer.url());
  const auto tried = webhooks_->ping(cafe_, made.id);
  ASSERT_TRUE(tried);
  EXPECT_EQ(tried->status, 404);
  EXPECT_FALSE(tried->error.empty());
  EXPECT_EQ(nlohmann::json::parse(peer.heard()[0].body)["type"], "ping");
  EXPECT_EQ(endpoint(made.id).failures, 0);
  EXPECT_EQ(webhooks_->ping(shop_, made.id).error().kind, Kind::not_found);
}

TEST_F(WebhooksTest, WhatMayNotBeDialledOrMakesNoSenseIsRefusedAtOnce) {
  const auto refused = [&](Webhooks& webhooks, const std::string& url, std::vector<std::string> kinds = {}) {
    const auto made = webhooks.create(cafe_, {url, std::move(kinds), false}, "ann");
    return !made && made.error().kind == Kind::invalid;
  };
  const auto strict = *net::HttpClient::make({});
  Webhooks public_only(*hub_, *strict);
  for (const char* url : {"http://93.184.216.34/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/",
                          "file:///", "https://user@93.184.216.34/", "https://93.184.216.34:25/", "no url", ""}) {
    EXPECT_TRUE(refused(public_only, url)) << url;
  }
  EXPECT_FALSE(refused(public_only, "https://93.184.216.34/"));
  EXPECT_TRUE(refused(public_only, "https://93.184.216.34/", {"thread.exploded"}));
}

TEST_F(WebhooksTest, AnEndpointOfAnotherBrandIsAsAbsentAsNone) {
  HttpPeer peer(http_answer("200 OK"));
  const EndpointId id = create(peer.url()).id;
  EXPECT_EQ(webhooks_->change(shop_, id, {peer.url(), {}, false}, "eve").error().kind, Kind::not_found);
  EXPECT_EQ(webhooks_->remove(shop_, id, "eve").error().kind, Kind::not_found);
  EXPECT_EQ(webhooks_->pause(shop_, id, "eve").error().kind, Kind::not_found);
  EXPECT_EQ(webhooks_->rotate(shop_, id, "eve").error().kind, Kind::not_found);
  EXPECT_EQ(webhooks_->replay_from(shop_, id, 1, "eve").error().kind, Kind::not_found);
  ASSERT_TRUE(webhooks_->remove(cafe_, id, "ann"));
  EXPECT_EQ(webhooks_->resume(cafe_, id, "ann").error().kind, Kind::not_found);
}

TEST_F(WebhooksTest, TheThreadsDeliverAsChangesHappenAndOneDeadReceiverHoldsUpNobody) {
  net::Interrupt let_go;
  HttpPeer dead([&](Peer& p, const HeardRequest&) { p.wait_for_the_end(); });
  HttpPeer peer(http_answer("200 OK"));
  create(dead.url(), {"", {"thread.changed"}, false});
  create(peer.url(), {"", {"thread.changed"}, false});
  webhooks_->start();
  for (int i = 1; i <= 20; ++i) change(cafe_, i);
  for (int i = 0; i < 500 && peer.heard().size() < 20; ++i) std::this_thread::sleep_for(milliseconds(10));
  std::vector<std::int64_t> expected;
  for (int i = 1; i <= 20; ++i) expected.push_back(i);
  EXPECT_EQ(threads_heard(peer), expected);
  webhooks_->stop();
  for (const auto& e : *hub_->db().read(
           [&](store::Reader& reader) -> Result<std::vector<webhook::Endpoint>> { return webhook::active(reader); })) {
    EXPECT_EQ(e.failures, 0) << "a stop is no failure of the receiver's";
  }
}

}  // namespace
}  // namespace amends::app
