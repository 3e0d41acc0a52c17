// Consent as a person gives it to a real OpenID provider, and what becomes of its tokens.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/json.h"
#include "core/channel/oauth.h"
#include "tests/support/channel_world.h"
#include "tests/support/contract.h"

namespace amends::channel {
namespace {

using std::chrono::minutes;

constexpr const char* kBack = "http://127.0.0.1:9/back";

class Provider : public testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("AMENDS_OIDC_ISSUER");
    ASSERT_NE(given, nullptr) << "run by tests/peers/oidc/with-peer";
    issuer = given;
    profile.authorize_url = issuer + "/auth";
    profile.token_url = issuer + "/token";
    profile.revoke_url = issuer + "/token/revocation";
    profile.client_id = "amends";
    profile.client_secret = Secret("peer secret & more");
    profile.client_auth = ClientAuth::basic;
    profile.scopes = {"openid", "offline_access", "email"};
    profile.extra = {{"prompt", "consent"}};
    profile.issuer = issuer;
  }

  net::HttpResponse visit(const std::string& url, const std::string& form = {}) {
    net::HttpRequest request;
    request.url = url.rfind("http", 0) == 0 ? url : issuer + url;
    if (!form.empty()) {
      request.method = "POST";
      request.body = form;
      request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    }
    std::string sent;
    for (const auto& [name, value] : cookies_) sent += (sent.empty() ? "" : "; ") + name + "=" + value;
    if (!sent.empty()) request.headers.push_back({"Cookie", sent});
    auto answer = world.http().run(request);
    EXPECT_TRUE(answer) << answer.error().what;
    if (!answer) return {};
    for (const net::HttpHeader& h : answer->headers) {
      if (h.name != "set-cookie") continue;
      const std::size_t equals = h.value.find('='), end = std::min(h.value.find(';'), h.value.size());
      cookies_[h.value.substr(0, equals)] = h.value.substr(equals + 1, end - equals - 1);
    }
    return *std::move(answer);
  }

  // What a person does in a browser: signs in as `user`, agrees, and is sent back to us.
  Callback agree(const Walk& walk, const std::string& user = "zoe") {
    cookies_.clear();
    std::string at = walk.url;
    for (int steps = 0; steps < 12 && at.rfind(kBack, 0) != 0; ++steps) {
      net::HttpResponse page = visit(at);
      if (page.status == 200) {
        const bool login = page.body.find("name=\"login\"") != std::string::npos;
        page = visit(at, login ? "prompt=login&login=" + user + "&password=x" : "prompt=consent");
      }
      EXPECT_GE(page.status, 300) << at << ": " << page.body.substr(0, 500);
      EXPECT_LT(page.status, 400) << at;
      at = page.header("location");
      if (at.empty()) break;
    }
    const auto query = test::decode_form(at.substr(std::min(at.find('?'), at.size() - 1) + 1));
    const auto one = [&](const char* name) {
      const auto it = query.find(name);
      return it == query.end() ? std::string() : it->second;
    };
    return {one("state"), one("code"), one("error"), one("error_description"), one("iss")};
  }

  Timestamp now() const { return SystemClock().now(); }
  Result<TokenSet> connect() {
    const Walk walk = start(profile, kBack, now());
    return finish(profile, walk.pending, agree(walk), world.http(), now());
  }
  Kind refused(const Result<TokenSet>& set) {
    EXPECT_FALSE(set);
    return set ? Kind::internal : set.error().kind;
  }

  std::string issuer;
  OAuthProfile profile;
  test::ChannelWorld world;

 private:
  std::map<std::string, std::string> cookies_;
};

TEST_F(Provider, GivesTokensForACodeWithItsVerifier) {
  const Walk walk = start(profile, kBack, now());
  const Callback callback = agree(walk);
  EXPECT_EQ(callback.state, walk.pending.state);
  EXPECT_EQ(callback.issuer, issuer) << "RFC 9207";
  const auto set = finish(profile, walk.pending, callback, world.http(), now());
  ASSERT_TRUE(set) << set.error().what;
  EXPECT_FALSE(set->access.empty());
  EXPECT_FALSE(set->refresh.empty());
  ASSERT_TRUE(set->expires_at);
  EXPECT_LE(*set->expires_at, now() + minutes(2));
  EXPECT_EQ(refused(finish(profile, walk.pending, callback, world.http(), now())), Kind::unauthorized)
      << "a code is good once";
}

TEST_F(Provider, TakesTheSecretInTheFormWhereTheClientSaysSo) {
  profile.client_id = "amends-post";
  profile.client_secret = Secret("peer-secret-2");
  profile.client_auth = ClientAuth::body;
  const auto set = connect();
  ASSERT_TRUE(set) << set.error().what;
  profile.client_secret = Secret("another");
  EXPECT_EQ(refused(refresh(profile, *set, world.http(), now())), Kind::rejected) << "invalid_client is no lost grant";
}

TEST_F(Provider, RefusesACodeWithoutItsVerifier) {
  Walk walk = start(profile, kBack, now());
  const Callback callback = agree(walk);
  walk.pending.verifier = start(profile, kBack, now()).pending.verifier;
  EXPECT_EQ(refused(finish(profile, walk.pending, callback, world.http(), now())), Kind::unauthorized);
}

TEST_F(Provider, IsNotEvenAskedWithAnotherWalksState) {
  const Walk walk = start(profile, kBack, now()), other = start(profile, kBack, now());
  EXPECT_EQ(refused(finish(profile, other.pending, agree(walk), world.http(), now())), Kind::conflict);
}

TEST_F(Provider, SaysNoInItsOwnWords) {
  profile.extra = {{"prompt", "none"}};
  const Walk walk = start(profile, kBack, now());
  const auto set = finish(profile, walk.pending, agree(walk), world.http(), now());
  EXPECT_EQ(refused(set), Kind::rejected);
}

TEST_F(Provider, RotatesTheRefreshTokenAndRefusesTheOldOneAndThenTheGrant) {
  const auto first = connect();
  ASSERT_TRUE(first) << first.error().what;
  const auto second = refresh(profile, *first, world.http(), now());
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_NE(second->refresh.reveal(), first->refresh.reveal());
  EXPECT_NE(second->access.reveal(), first->access.reveal());
  EXPECT_EQ(refused(refresh(profile, *first, world.http(), now())), Kind::unauthorized);
  EXPECT_EQ(refused(refresh(profile, *second, world.http(), now())), Kind::unauthorized) << "a thief may hold it";
}

TEST_F(Provider, AnAccountGoesOnWhenItsAccessEndsMidRun) {
  auto set = connect();
  ASSERT_TRUE(set) << set.error().what;
  const std::string refresh_before(set->refresh.reveal());
  set->access = Secret("of-yesterday");
  set->expires_at.reset();
  world.tokens.connect(*set);
  Profile api_profile;
  api_profile.base = issuer + "/";
  api_profile.renew = renew_by_refresh(profile, world.environment());
  auto api = Api::make(world.environment(), api_profile);
  ASSERT_TRUE(api);
  ApiRequest me;
  me.path = "me";
  const auto answer = api->call(me);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(text_at(*parse_json(answer->body), "email"), "zoe@guest.example");
  EXPECT_EQ(world.tokens.renewals, 1);
  EXPECT_NE(world.tokens.current()->refresh.reveal(), refresh_before);
  ASSERT_TRUE(api->call(me));
  EXPECT_EQ(world.tokens.renewals, 1);
}

TEST_F(Provider, TokensGivenBackOpenNothing) {
  const auto set = connect();
  ASSERT_TRUE(set) << set.error().what;
  EXPECT_TRUE(revoke(profile, *set, world.http()));
  EXPECT_EQ(refused(refresh(profile, *set, world.http(), now())), Kind::unauthorized);
  EXPECT_TRUE(revoke(profile, *set, world.http())) << "twice is fine";
}

TEST_F(Provider, ItsSignedTokenIsCheckedAgainstItsPublishedKeys) {
  const Walk walk = start(profile, kBack, now());
  const Callback callback = agree(walk);
  net::HttpRequest exchange;
  exchange.method = "POST";
  exchange.url = profile.token_url;
  exchange.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                      {"Authorization", "Basic " + text::to_base64("amends:peer+secret+%26+more")}};
  exchange.body = encode_fields({{"grant_type", "authorization_code"},
                                 {"code", callback.code},
                                 {"redirect_uri", kBack},
                                 {"code_verifier", std::string(walk.pending.verifier.reveal())}});
  const auto answer = world.http().run(exchange);
  ASSERT_TRUE(answer);
  const std::string jwt = text_at(*parse_json(answer->body), "id_token");
  ASSERT_NE(jwt, "") << answer->body;
  const std::string jwks = visit("/jwks").body;
  const JwtExpectation expected{"amends", {issuer}, ""};
  const auto claims = verify_jwt(jwt, jwks, expected, now());
  ASSERT_TRUE(claims) << claims.error().what;
  EXPECT_EQ(text_at(*parse_json(*claims), "sub"), "zoe");
  EXPECT_FALSE(verify_jwt(jwt, jwks, {"somebody else", {issuer}, ""}, now()));
  EXPECT_FALSE(verify_jwt(jwt, jwks, expected, now() + minutes(60)));
  std::string spoilt = jwt;
  spoilt[spoilt.size() / 2] = spoilt[spoilt.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verify_jwt(spoilt, jwks, expected, now()));
}

}  // namespace
}  // namespace amends::channel
