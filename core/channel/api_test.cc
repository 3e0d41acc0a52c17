// Calls to a site: signing in, limits, and what its answers mean.
#include <atomic>
#include <thread>

#include "core/channel/api_for_test.h"

namespace amends::channel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;

TEST(Api, ACallIsSignedInAndItsQueryEncoded) {
  World world(ok());
  ApiRequest request = get(path_of("accounts/{}/reviews/{}", {"a b/../c", "r?1"}));
  request.query = {{"q", "ä&=+"}, {"empty", ""}};
  const auto answer = world.api().call(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body, R"({"ok":true})");
  const auto heard = world.site.heard().at(0);
  EXPECT_EQ(heard.target, "/api/accounts/a%20b%2F..%2Fc/reviews/r%3F1?q=%C3%A4%26%3D%2B&empty=");
  EXPECT_EQ(heard.headers.at("authorization"), "Bearer t1");
  EXPECT_EQ(heard.headers.at("accept"), "application/json");
}

TEST(Api, AnAnonymousCallCarriesNoToken) {
  World world(ok());
  ApiRequest request = get();
  request.anonymous = true;
  ASSERT_TRUE(world.api().call(request));
  EXPECT_FALSE(world.site.heard().at(0).has("authorization"));
}

TEST(Api, PathsThatClimbOrLeadElsewhereAreNotAsked) {
  World world(ok());
  for (const std::string path : {"../admin", "a/../../b", "a/%2e%2E/b", "..", "http://127.0.0.1:1/x",
                                 "https://127.0.0.1/x", "http://user@127.0.0.1/", "http://evil.example/api/"}) {
    const auto answer = world.api().call(get(path));
    ASSERT_FALSE(answer) << path;
    EXPECT_EQ(answer.error().kind, Kind::invalid) << path;
  }
  EXPECT_TRUE(world.site.heard().empty());
  ASSERT_TRUE(world.api().call(get(world.site.url("/api/things?page=2"))));  // a link to the next page
  EXPECT_EQ(world.site.heard().at(0).target, "/api/things?page=2");
}

TEST(Api, AnExpiredTokenIsRenewedOnceAndCommittedBeforeItIsUsed) {
  World* self = nullptr;
  std::atomic<bool> early{false};
  World world([&](const HeardRequest& r) {
    const std::string token = r.headers.at("authorization").substr(7);
    if (token == "t1") return http_answer("401 Unauthorized", R"({"error":"expired"})");
    const auto committed = self->tokens.committed();
    early = early || committed.empty() || committed.back() != token;
    return ok();
  });
  self = &world;
  ASSERT_TRUE(world.api().call(get()));
  EXPECT_EQ(world.tokens.renewals, 1);
  EXPECT_FALSE(early);
  EXPECT_EQ(world.site.heard().size(), 2u);
}

TEST(Api, TwoThatMeetTheSameExpiredTokenRenewItOnce) {
  World world([](const HeardRequest& r) {
    return r.headers.at("authorization") == "Bearer t2" ? ok() : http_answer("401 Unauthorized");
  });
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Api api = world.api();
      good += static_cast<bool>(api.call(get()));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 4);
  EXPECT_EQ(world.tokens.renewals, 1);
  EXPECT_EQ(world.tokens.committed(), (std::vector<std::string>{"t2"}));
}

TEST(Api, ASecond401IsFinalAndAsksForReconnecting) {
  World world(http_answer("401 Unauthorized", R"({"error":{"message":"token t1 or t2 is bad: Bearer t2"}})"));
  const auto answer = world.api().call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unauthorized);
  EXPECT_FALSE(answer.error().hint.empty());
  EXPECT_EQ(world.site.heard().size(), 2u);
  world.locked_out = true;
  const auto refused = world.api().call(get());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unauthorized);
  EXPECT_EQ(world.site.heard().size(), 3u);
}

TEST(Api, ATokenAboutToEndIsRenewedFirstAndAFailedRenewalUsesWhatIsLeft) {
  World world(ok());
  world.connect("t1", world.clock.now() + seconds(30));
  ASSERT_TRUE(world.api().call(get()));
  EXPECT_EQ(world.site.heard().at(0).headers.at("authorization"), "Bearer t2");

  world.connect("t5", world.clock.now() + seconds(30));
  Profile profile = world.profile();
  profile.renew = [](const TokenSet&) -> Result<TokenSet> { return fail(Kind::unavailable, "the site is down"); };
  ASSERT_TRUE(world.api(profile).call(get()));
  EXPECT_EQ(world.site.heard().at(1).headers.at("authorization"), "Bearer t5");
  world.clock.advance(minutes(1));
  const auto late = world.api(profile).call(get());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, Kind::unavailable);
}

TEST(Api, ATokenMadeFromSettingsNeedsNoConnecting) {
  test::ChannelWorld world;
  HttpPeer site([](Peer& peer, const HeardRequest& r) {
    peer.write(r.headers.at("authorization") == "Bearer made-2" ? ok() : http_answer("401 Unauthorized"));
  });
  int made = 0;
  Profile profile;
  profile.base = site.url("/");
  profile.renew = [&](const TokenSet&) -> Result<TokenSet> {
    TokenSet set;
    set.access = Secret("made-" + std::to_string(++made));
    set.expires_at = world.clock.now() + hours(1);
    return set;
  };
  auto api = Api::make(world.environment(), profile);
  ASSERT_TRUE(api);
  ASSERT_TRUE(api->call(get()));
  ASSERT_TRUE(api->call(get()));
  EXPECT_EQ(made, 2);
}

TEST(Api, ALimitOfTheSignInHoldsBackOnlyTheSignIn) {
  World world(ok());
  Profile profile = world.profile();
  int asked = 0;
  profile.renew = [&](const TokenSet&) -> Result<TokenSet> {
    ++asked;
    return fail(Kind::rate_limited, "the site asks us to wait");
  };
  world.connect("t1", world.clock.now() - minutes(1));
  for (int i = 0; i < 3; ++i) {
    const auto answer = world.api(profile).call(get());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::rate_limited);
    EXPECT_EQ(answer.error().retry_after, kUnsaidWait);
  }
  EXPECT_EQ(asked, 1);
  world.connect("t7");
  EXPECT_TRUE(world.api(profile).call(get()));
}

TEST(Api, A401OfASitesOwnSpellingIsRenewedToo) {
  World world([](const HeardRequest& r) {
    return r.headers.at("authorization") == "Bearer t2" ? ok() : http_answer("400 Bad", R"({"error":"ExpiredToken"})");
  });
  Profile profile = world.profile();
  profile.read_error = [](const ApiAnswer& a) -> std::optional<Error> {
    if (a.body.find("ExpiredToken") == a.body.npos) return {};
    return fail(Kind::unauthorized, "the token ended");
  };
  EXPECT_TRUE(world.api(profile).call(get()));
}

struct Limit {
  std::string header;
  seconds waits;
};
class ApiLimits : public testing::TestWithParam<Limit> {};

TEST_P(ApiLimits, HoldBackTheirBucketAlone) {
  World world([](const HeardRequest& r) {
    if (r.target != "/api/limited") return ok();
    return http_answer("429 Too Many", "{}",
                       GetParam().header.empty() ? std::vector<std::string>{} : std::vector{GetParam().header});
  });
  Api api = world.api();
  const auto limited = api.call(get("limited", "reviews"));
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().kind, Kind::rate_limited);
  EXPECT_EQ(limited.error().retry_after, GetParam().waits);
  EXPECT_TRUE(api.call(get("free", "write")));
  EXPECT_TRUE(api.call(get("free", "")));

  const std::size_t heard = world.site.heard().size();
  const auto held = api.call(get("limited", "reviews"));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().kind, Kind::rate_limited);
  EXPECT_EQ(held.error().retry_after, GetParam().waits);
  EXPECT_EQ(world.site.heard().size(), heard) << "nobody was asked while the bucket waits";
  world.clock.advance(GetParam().waits);
  EXPECT_TRUE(api.call(get("free", "reviews")));
}

// The clock of the test begins at 2026-01-01T09:00:00Z, 1767258000.
INSTANTIATE_TEST_SUITE_P(
    Spellings, ApiLimits,
    testing::Values(Limit{"Retry-After: 7", seconds(7)}, Limit{"Retry-After: 0", seconds(1)},
                    Limit{"Retry-After: -1", kUnsaidWait}, Limit{"Retry-After: 1e12", kUnsaidWait},
                    Limit{"Retry-After: 1000000000000", hours(24)},
                    Limit{"Retry-After: 99999999999999999999999", hours(24)},
                    Limit{"Retry-After: Thu, 01 Jan 2026 09:02:00 GMT", seconds(120)},
                    Limit{"Retry-After: Thu, 01 Jan 2015 09:02:00 GMT", seconds(1)},
                    Limit{"Retry-After: Thu, 01 Jan 2099 09:02:00 GMT", hours(24)},
                    Limit{"Retry-After: soon", kUnsaidWait}, Limit{"Retry-After: ", kUnsaidWait},
                    Limit{"", kUnsaidWait}, Limit{"X-RateLimit-Reset: 1767258090", seconds(90)},
                    Limit{"X-RateLimit-Reset: 1767258090000", seconds(90)},
                    Limit{"X-RateLimit-Reset: 2026-01-01T09:01:30.000Z", seconds(90)},
                    Limit{"X-RateLimit-Reset: 42", seconds(42)}, Limit{"X-RateLimit-Reset: 0.2", seconds(1)},
                    Limit{"x-rate-limit-reset: 1767258090", seconds(90)}, Limit{"X-RateLimit-Reset: 1", seconds(1)},
                    Limit{"X-RateLimit-Reset: 1000000001", seconds(1)}, Limit{"X-RateLimit-Reset: 1e300", kUnsaidWait},
                    Limit{"X-RateLimit-Reset: 4102444800", hours(24)}, Limit{"X-RateLimit-Reset: later", kUnsaidWait}));

TEST(Api, ALimitOfASitesOwnSpellingIsOne) {
  World world(http_answer("400 Bad", R"({"error":{"code":17,"message":"User request limit reached"}})"));
  Profile profile = world.profile();
  std::optional<seconds> says = seconds(300);
  profile.is_limit = [&](const ApiAnswer& a) -> std::optional<seconds> {
    return a.body.find("17") == a.body.npos ? std::nullopt : says;
  };
  const auto limited = world.api(profile).call(get("a", "b"));
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().kind, Kind::rate_limited);
  EXPECT_EQ(limited.error().retry_after, seconds(300));
  world.clock.advance(minutes(6));
  says = seconds(0);
  EXPECT_EQ(world.api(profile).call(get("a", "b")).error().retry_after, kUnsaidWait);
  world.clock.advance(minutes(6));
  says = hours(24 * 365);
  EXPECT_EQ(world.api(profile).call(get("a", "b")).error().retry_after, hours(24));
}

TEST(Api, ABucketThatIsToldToBeEmptyWaitsBeforeItIsRefused) {
  World world(http_answer("200 OK", "{}", {"X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 2026-01-01T09:05:00Z"}));
  Profile profile = world.profile();
  profile.exhausted_until = [](const ApiAnswer& a, Timestamp now) -> std::optional<Timestamp> {
    if (a.header("x-ratelimit-remaining") != "0") return {};
    return read_reset(a.header("x-ratelimit-reset"), now);
  };
  Api api = world.api(profile);
  ASSERT_TRUE(api.call(get("a", "b")));
  const auto held = api.call(get("a", "b"));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().retry_after, minutes(5));
  EXPECT_TRUE(api.call(get("a", "other")));
}

TEST(Api, WhatIsNoAnswerOfAnApiIsSaidAsSuch) {
  struct Row {
    std::string answer;
    Kind reading, acting;
    std::string says;
  };
  const Row kRows[] = {
      {http_answer("302 Found", "", {"Location: https://site.example/login?next=/api"}), Kind::unavailable,
       Kind::unavailable, "login"},
      {http_answer("302 Found", "", {"Location: /elsewhere"}), Kind::unavailable, Kind::uncertain, "redirects"},
      {http_answer("200 OK", "<!DOCTYPE html><html>Sign in</html>", {"Content-Type: text/html; charset=utf-8"}),
       Kind::unavailable, Kind::uncertain, "web page"},
      {http_answer("200 OK", "  <html><body>blocked"), Kind::unavailable, Kind::uncertain, "web page"},
      {http_answer("200 OK", R"({"items":[{"id":1},{"id)", {"Content-Type: application/json"}), Kind::unavailable,
       Kind::uncertain, "not whole"},
      {http_answer("403 Forbidden", R"({"error":{"message":"not your shop"}})"), Kind::rejected, Kind::rejected,
       "not your shop"},
      {http_answer("404 Not Found", "{}"), Kind::not_found, Kind::not_found, "404"},
      {http_answer("410 Gone"), Kind::not_found, Kind::not_found, "410"},
      {http_answer("409 Conflict"), Kind::conflict, Kind::conflict, "409"},
      {http_answer("400 Bad", R"({"errors":[{"detail":"text is too long"}]})"), Kind::invalid, Kind::invalid,
       "too long"},
      {http_answer("422 No", R"({"error":"Validation failed"})"), Kind::rejected, Kind::rejected, "Validation failed"},
      {http_answer("500 Oops"), Kind::unavailable, Kind::uncertain, "500"},
      {http_answer("502 Oops", "<html>bad gateway</html>"), Kind::unavailable, Kind::uncertain, "502"},
      {http_answer("503 Busy", "", {"Retry-After: 9"}), Kind::unavailable, Kind::unavailable, "503"},
      {http_answer("501 No"), Kind::unavailable, Kind::uncertain, "501"},
  };
  for (const Row& row : kRows) {
    World world(row.answer);
    const auto read = world.api().call(get());
    ASSERT_FALSE(read) << row.answer;
    EXPECT_EQ(read.error().kind, row.reading) << row.answer;
    EXPECT_NE(read.error().what.find(row.says), std::string::npos) << read.error().what;
    const auto acted = world.api().act({}, post());
    ASSERT_FALSE(acted) << row.answer;
    EXPECT_EQ(acted.error().kind, row.acting) << row.answer;
    ApiRequest again = post();
    again.repeatable = true;
    EXPECT_EQ(world.api().act({}, again).error().kind, row.reading) << row.answer;
  }
}

TEST(Api, AnErrorInsideA200IsOne) {
  World world(ok(R"({"ok":false,"description":"chat not found"})"));
  Profile profile = world.profile();
  profile.read_error = [](const ApiAnswer& a) -> std::optional<Error> {
    if (a.body.find("\"ok\":false") == a.body.npos) return {};
    return fail(Kind::rejected, "the site says: " + site_words(a.body));
  };
  const auto answer = world.api(profile).call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::rejected);
  EXPECT_EQ(answer.error().what, "the site says: chat not found");
}

TEST(Api, NotModifiedIsAnAnswerToWhoAskedForIt) {
  World world(http_answer("304 Not Modified"));
  EXPECT_FALSE(world.api().call(get()));
  ApiRequest conditional = get();
  conditional.headers = {{"If-None-Match", "\"v1\""}};
  const auto answer = world.api().call(conditional);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 304);
}

TEST(Api, WhatIsNoJsonMayBeAskedForByItsName) {
  World world(http_answer("200 OK", "<html><body>a page</body></html>", {"Content-Type: text/html"}));
  ApiRequest page = get();
  page.headers = {{"Accept", "text/html, application/xml"}};
  EXPECT_TRUE(world.api().call(page));
}

TEST(Api, AnEndlessBodyIsCut) {
  test::ChannelWorld world;
  std::atomic<std::int64_t> sent{0};
  HttpPeer site([&](Peer& peer, const HeardRequest&) {
    peer.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n");
    for (const std::string block(64 * 1024, 'x');; sent += 65536) peer.write(block);
  });
  Profile profile;
  profile.base = site.url("/");
  profile.max_bytes = 1 << 20;
  auto api = Api::make(world.environment(), profile);
  const auto read = api->call(get());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Kind::corrupt);
  const auto acted = api->act({}, post());
  ASSERT_FALSE(acted);
  EXPECT_EQ(acted.error().kind, Kind::uncertain);
  EXPECT_LT(sent, 64 << 20);
}

TEST(Api, NoErrorHoldsATokenAQueryOrABody) {
  const std::string echo =
      R"({"error":{"message":"bad: SECRET-TOKEN-1 and key=SECRET-QUERY and SECRET-HEADER, Bearer SECRET-TOKEN-1"}})";
  World world([&](const HeardRequest&) { return http_answer("400 Bad", echo); });
  world.connect("SECRET-TOKEN-1");
  Profile profile = world.profile();
  profile.headers = {{"X-Api-Key", "SECRET-HEADER"}};
  ApiRequest request = post();
  request.query = {{"key", "SECRET-QUERY"}};
  request.body = R"({"text":"SECRET-BODY"})";
  for (const auto& answer : {world.api(profile).call(request), world.api(profile).act({}, request)}) {
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().what.find("bad: "), std::string::npos);
    EXPECT_EQ((answer.error().what + answer.error().hint).find("SECRET"), std::string::npos) << answer.error().what;
  }
}

TEST(Api, AnAppsPasswordIsNotRepeatedEither) {
  World world(http_answer("403 No", R"({"message":"wrong: app pass word and YWRtaW46YXBwIHBhc3Mgd29yZA=="})"));
  Profile profile = world.profile();
  profile.renew = nullptr;
  profile.authorization = []() -> Result<net::HttpHeader> {
    return net::HttpHeader{"Authorization", "Basic YWRtaW46YXBwIHBhc3Mgd29yZA=="};  // admin:app pass word
  };
  const auto answer = world.api(profile).call(get());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what, "the site answered 403: wrong: … and …");
}

}  // namespace
}  // namespace amends::channel
