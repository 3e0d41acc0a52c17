#include "core/channel/oauth.h"

#include <gtest/gtest.h>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "tests/support/channel_world.h"
#include "tests/support/contract.h"
#include "tests/support/http_peer.h"

namespace amends::channel {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;
using FormFields = std::multimap<std::string, std::string>;

std::string one(const FormFields& fields, const std::string& name) {
  EXPECT_EQ(fields.count(name), 1u) << name;
  const auto it = fields.find(name);
  return it == fields.end() ? "" : it->second;
}

// A site's token endpoint: answers by a function of the form it was sent.
class Site : public test::ChannelWorld {
 public:
  using Answer = std::function<std::string(const FormFields&, const HeardRequest&)>;
  explicit Site(Answer answer)
      : peer([answer = std::move(answer)](Peer& client, const HeardRequest& r) {
          client.write(answer(test::decode_form(r.body), r));
        }) {}
  explicit Site(std::string answer) : Site([answer = std::move(answer)](const auto&, const auto&) { return answer; }) {}

  OAuthProfile profile() const {
    OAuthProfile out;
    out.authorize_url = "https://site.example/authorize";
    out.token_url = peer.url("/token");
    out.revoke_url = peer.url("/revoke");
    out.client_id = "client 1";
    out.client_secret = Secret("s3cr3t&+ value");
    out.scopes = {"read", "write:posts"};
    return out;
  }
  Callback back(const Walk& walk) const {
    Callback out;
    out.state = walk.pending.state;
    out.code = "code-1";
    return out;
  }

  HttpPeer peer;
};

constexpr const char* kTokens =
    R"({"access_token":"a1","refresh_token":"r1","expires_in":3600,"token_type":"Bearer","scope":"read write","sub":"did:1"})";

TEST(OAuth, PkceIsTheVectorOfRfc7636AppendixB) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(OAuth, TheWalkBeginsWithStateAndChallengeAndNoVerifier) {
  Site site(http_answer("200 OK", kTokens));
  OAuthProfile profile = site.profile();
  profile.authorize_url += "?v=2";
  profile.extra = {{"access_type", "offline"}};
  profile.scope_separator = ",";
  const Walk walk = start(profile, "https://amends.example/back?x=1", site.clock.now());
  EXPECT_EQ(walk.url.rfind("https://site.example/authorize?v=2&", 0), 0u);
  const auto query = test::decode_form(walk.url.substr(walk.url.find('?') + 1));
  EXPECT_EQ(one(query, "response_type"), "code");
  EXPECT_EQ(one(query, "client_id"), "client 1");
  EXPECT_EQ(one(query, "redirect_uri"), "https://amends.example/back?x=1");
  EXPECT_EQ(one(query, "scope"), "read,write:posts");
  EXPECT_EQ(one(query, "state"), walk.pending.state);
  EXPECT_EQ(one(query, "access_type"), "offline");
  EXPECT_EQ(one(query, "code_challenge_method"), "S256");
  EXPECT_EQ(one(query, "code_challenge"), pkce_challenge(walk.pending.verifier.reveal()));
  EXPECT_EQ(walk.pending.verifier.reveal().size(), 43u);
  EXPECT_EQ(walk.url.find(walk.pending.verifier.reveal()), std::string::npos);
  EXPECT_EQ(walk.url.find("s3cr3t"), std::string::npos);
  EXPECT_GE(walk.pending.state.size(), 52u);
  EXPECT_EQ(walk.pending.expires_at, site.clock.now() + minutes(10));
  EXPECT_NE(start(profile, "x", site.clock.now()).pending.state, walk.pending.state);
  profile.pkce = false;
  const Walk plain = start(profile, "https://amends.example/back", site.clock.now());
  EXPECT_EQ(plain.url.find("code_challenge"), std::string::npos);
  EXPECT_TRUE(plain.pending.verifier.empty());
}

TEST(OAuth, TheCodeIsExchangedWithTheVerifierAndTheSecretInTheForm) {
  FormFields heard;
  Site site([&](const FormFields& form, const HeardRequest& r) {
    heard = form;
    EXPECT_FALSE(r.has("authorization"));
    return http_answer("200 OK", kTokens);
  });
  const Walk walk = start(site.profile(), "https://amends.example/back", site.clock.now());
  const auto set = finish(site.profile(), walk.pending, site.back(walk), site.http(), site.clock.now());
  ASSERT_TRUE(set) << set.error().what;
  EXPECT_EQ(set->access.reveal(), "a1");
  EXPECT_EQ(set->refresh.reveal(), "r1");
  EXPECT_EQ(set->expires_at, site.clock.now() + hours(1));
  EXPECT_EQ(set->scopes, (std::vector<std::string>{"read", "write"}));
  EXPECT_EQ(set->subject, "did:1");
  EXPECT_EQ(one(heard, "grant_type"), "authorization_code");
  EXPECT_EQ(one(heard, "code"), "code-1");
  EXPECT_EQ(one(heard, "redirect_uri"), "https://amends.example/back");
  EXPECT_EQ(one(heard, "code_verifier"), walk.pending.verifier.reveal());
  EXPECT_EQ(one(heard, "client_id"), "client 1");
  EXPECT_EQ(one(heard, "client_secret"), "s3cr3t&+ value");
}

TEST(OAuth, TheClientSaysWhoItIsAsTheSiteWants) {
  std::string basic;
  FormFields heard;
  Site site([&](const FormFields& form, const HeardRequest& r) {
    basic = r.has("authorization") ? r.headers.at("authorization") : "";
    heard = form;
    return http_answer("200 OK", kTokens);
  });
  OAuthProfile profile = site.profile();
  profile.client_auth = ClientAuth::basic;
  const Walk walk = start(profile, "https://amends.example/back", site.clock.now());
  ASSERT_TRUE(finish(profile, walk.pending, site.back(walk), site.http(), site.clock.now()));
  EXPECT_EQ(text::from_base64(basic.substr(6)), "client+1:s3cr3t%26%2B+value");
  EXPECT_EQ(heard.count("client_secret") + heard.count("client_id"), 0u);
  profile.client_auth = ClientAuth::none;
  ASSERT_TRUE(finish(profile, walk.pending, site.back(walk), site.http(), site.clock.now()));
  EXPECT_EQ(basic, "");
  EXPECT_EQ(one(heard, "client_id"), "client 1");
  EXPECT_EQ(heard.count("client_secret"), 0u);
}

TEST(OAuth, AnAnswerThatIsNotOursIsNeverExchanged) {
  Site site(http_answer("200 OK", kTokens));
  OAuthProfile profile = site.profile();
  profile.issuer = "https://site.example";
  const Walk walk = start(profile, "https://amends.example/back", site.clock.now());
  const auto kind = [&](const Callback& callback, Timestamp now) {
    const auto set = finish(profile, walk.pending, callback, site.http(), now);
    EXPECT_FALSE(set);
    return set ? Kind::internal : set.error().kind;
  };
  Callback other = site.back(walk);
  other.state = start(profile, "x", site.clock.now()).pending.state;
  EXPECT_EQ(kind(other, site.clock.now()), Kind::conflict);
  other.state = "";
  EXPECT_EQ(kind(other, site.clock.now()), Kind::conflict);
  EXPECT_EQ(kind(site.back(walk), site.clock.now() + minutes(10) + seconds(1)), Kind::conflict);
  Callback mixed = site.back(walk);
  mixed.issuer = "https://evil.example";
  EXPECT_EQ(kind(mixed, site.clock.now()), Kind::conflict);
  Callback empty = site.back(walk);
  empty.code = "";
  EXPECT_EQ(kind(empty, site.clock.now()), Kind::rejected);
  const auto nobody = finish(profile, Pending{}, Callback{}, site.http(), site.clock.now());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, Kind::conflict);
  EXPECT_TRUE(site.peer.heard().empty());
  mixed.issuer = "https://site.example";
  EXPECT_TRUE(finish(profile, walk.pending, mixed, site.http(), site.clock.now()));
}

TEST(OAuth, ANoIsPassedOnInTheSitesWordsMadePlain) {
  Site site(http_answer("200 OK", kTokens));
  const Walk walk = start(site.profile(), "https://amends.example/back", site.clock.now());
  Callback no = site.back(walk);
  no.error = "access_denied";
  no.error_description = "The user\r\ndenied \x1B[31mthis";
  const auto set = finish(site.profile(), walk.pending, no, site.http(), site.clock.now());
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, Kind::rejected);
  EXPECT_NE(set.error().what.find("The user denied"), std::string::npos);
  EXPECT_EQ(set.error().what.find('\x1B'), std::string::npos);
  EXPECT_TRUE(site.peer.heard().empty());
}

TEST(OAuth, ShortTokensAreMadeLastingBeforeAnybodySeesThem) {
  Site site(http_answer("200 OK", R"({"access_token":"short","expires_in":3600})"));
  OAuthProfile profile = site.profile();
  profile.lengthen = [](net::HttpClient&, const TokenSet& before, Timestamp now) -> Result<TokenSet> {
    EXPECT_EQ(before.access.reveal(), "short");
    TokenSet out = before;
    out.access = Secret("lasting");
    out.expires_at = now + hours(24 * 60);
    return out;
  };
  const Walk walk = start(profile, "https://amends.example/back", site.clock.now());
  const auto set = finish(profile, walk.pending, site.back(walk), site.http(), site.clock.now());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->access.reveal(), "lasting");
  EXPECT_EQ(set->scopes, profile.scopes) << "as asked for, when the site doesn't say";
  profile.lengthen = [](net::HttpClient&, const TokenSet&, Timestamp) -> Result<TokenSet> {
    return fail(Kind::unavailable, "later");
  };
  EXPECT_EQ(finish(profile, walk.pending, site.back(walk), site.http(), site.clock.now()).error().kind,
            Kind::unavailable);
}

TokenSet held(const std::string& refresh_token) {
  TokenSet out;
  out.access = Secret("old");
  out.refresh = Secret(refresh_token);
  out.scopes = {"read"};
  out.subject = "did:1";
  return out;
}

TEST(OAuth, ARotatedRefreshTokenReplacesTheOldOneAndAnAbsentOneKeepsIt) {
  Site site([](const FormFields& form, const HeardRequest&) {
    EXPECT_EQ(one(form, "grant_type"), "refresh_token");
    if (one(form, "refresh_token") == "r1")
      return http_answer("200 OK", R"({"access_token":"a2","refresh_token":"r2"})");
    return http_answer("200 OK", R"({"access_token":"a3","expires_in":"60"})");
  });
  const auto second = refresh(site.profile(), held("r1"), site.http(), site.clock.now());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->refresh.reveal(), "r2");
  EXPECT_EQ(second->expires_at, std::nullopt);
  EXPECT_EQ(second->subject, "did:1");
  EXPECT_EQ(second->scopes, (std::vector<std::string>{"read"}));
  const auto third = refresh(site.profile(), *second, site.http(), site.clock.now());
  ASSERT_TRUE(third);
  EXPECT_EQ(third->access.reveal(), "a3");
  EXPECT_EQ(third->refresh.reveal(), "r2");
  EXPECT_EQ(third->expires_at, site.clock.now() + seconds(60));
}

TEST(OAuth, ARefusedGrantIsUnauthorizedAndNothingElseIs) {
  struct Row {
    std::string answer;
    Kind kind;
  };
  const Row kRows[] = {
      {http_answer("400 Bad", R"({"error":"invalid_grant","error_description":"Token r1 has been revoked"})"),
       Kind::unauthorized},
      {http_answer("200 OK", R"({"error":"invalid_grant"})"), Kind::unauthorized},
      {http_answer("400 Bad", R"({"error":{"message":"Session has expired","type":"OAuthException","code":190}})"),
       Kind::unauthorized},
      {http_answer("401 No", R"({"error":"invalid_client","error_description":"s3cr3t&+ value is wrong"})"),
       Kind::rejected},
      {http_answer("400 Bad", "<html>"), Kind::rejected},
      {http_answer("200 OK", "{}"), Kind::rejected},
      {http_answer("200 OK", R"({"access_token":"","token_type":"bearer"})"), Kind::rejected},
      {http_answer("200 OK", R"({"access_token":"x","token_type":"DPoP"})"), Kind::rejected},
      {http_answer("200 OK", R"({"access_token":"x")"), Kind::corrupt},
      {http_answer("429 Slow", "", {"Retry-After: 5"}), Kind::rate_limited},
      {http_answer("500 Oops", "{}"), Kind::unavailable},
      {http_answer("503 Oops", R"({"error":"invalid_grant"})"), Kind::unavailable},
  };
  for (const Row& row : kRows) {
    Site site(row.answer);
    const auto set = refresh(site.profile(), held("r1"), site.http(), site.clock.now());
    ASSERT_FALSE(set) << row.answer;
    EXPECT_EQ(set.error().kind, row.kind) << row.answer;
    EXPECT_EQ(set.error().what.find("s3cr3t"), std::string::npos) << set.error().what;
  }
  Site cut([](const auto&, const auto&) -> std::string { throw Peer::Gone{}; });
  EXPECT_EQ(refresh(cut.profile(), held("r1"), cut.http(), cut.clock.now()).error().kind, Kind::unavailable);
  EXPECT_EQ(refresh(cut.profile(), held(""), cut.http(), cut.clock.now()).error().kind, Kind::unauthorized);
}

TEST(OAuth, NoErrorRepeatsTheTokenTheCodeOrTheSecret) {
  const std::string echo =
      R"({"error":"invalid_request","error_description":"got REFRESH-1, CODE-1, s3cr3t%26%2B%20value"})";
  Site site(http_answer("400 Bad", echo));
  const auto refreshed = refresh(site.profile(), held("REFRESH-1"), site.http(), site.clock.now());
  ASSERT_FALSE(refreshed);
  EXPECT_EQ(refreshed.error().what.find("REFRESH-1"), std::string::npos);
  EXPECT_EQ(refreshed.error().what.find("s3cr3t"), std::string::npos);
  const Walk walk = start(site.profile(), "https://amends.example/back", site.clock.now());
  Callback callback = site.back(walk);
  callback.code = "CODE-1";
  const auto finished = finish(site.profile(), walk.pending, callback, site.http(), site.clock.now());
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().what.find("CODE-1"), std::string::npos) << finished.error().what;
}

TEST(OAuth, TokensAreGivenBack) {
  FormFields heard;
  std::string answer = http_answer("200 OK");
  Site site([&](const FormFields& form, const HeardRequest& r) {
    EXPECT_EQ(r.target, "/revoke");
    heard = form;
    return answer;
  });
  EXPECT_TRUE(revoke(site.profile(), held("r1"), site.http()));
  EXPECT_EQ(one(heard, "token"), "r1");
  EXPECT_EQ(one(heard, "token_type_hint"), "refresh_token");
  EXPECT_TRUE(revoke(site.profile(), held(""), site.http()));
  EXPECT_EQ(one(heard, "token"), "old");
  answer = http_answer("400 Bad", R"({"error":"invalid_token"})");
  EXPECT_TRUE(revoke(site.profile(), held("r1"), site.http()));
  answer = http_answer("500 Oops");
  EXPECT_EQ(revoke(site.profile(), held("r1"), site.http()).error().kind, Kind::unavailable);
  OAuthProfile none = site.profile();
  none.revoke_url = "";
  const std::size_t before = site.peer.heard().size();
  EXPECT_TRUE(revoke(none, held("r1"), site.http()));
  EXPECT_EQ(site.peer.heard().size(), before);
}

TEST(OAuth, AServiceAccountsAssertionIsSignedForItsTokenAddress) {
  FormFields heard;
  Site site([&](const FormFields& form, const HeardRequest&) {
    heard = form;
    return http_answer("200 OK", R"({"access_token":"sa","expires_in":3599,"token_type":"Bearer"})");
  });
  const std::string pem = test::read_file(std::string(AMENDS_TEST_FOLDER) + "/testdata/rfc7515_a2.pem");
  const Json key = {{"type", "service_account"},
                    {"client_email", "reader@project.iam.example"},
                    {"private_key", pem},
                    {"private_key_id", "key-1"},
                    {"token_uri", site.peer.url("/token")}};
  const auto set = service_account_token(Secret(dump(key)), {"scope.a", "scope.b"}, site.http(), site.clock.now());
  ASSERT_TRUE(set) << set.error().what;
  EXPECT_EQ(set->access.reveal(), "sa");
  EXPECT_TRUE(set->refresh.empty());
  EXPECT_EQ(one(heard, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
  const std::string assertion = one(heard, "assertion");
  const auto parts = text::split(assertion, '.');
  ASSERT_EQ(parts.size(), 3u);
  const Json header = *parse_json(*text::from_base64url(parts[0])),
             claims = *parse_json(*text::from_base64url(parts[1]));
  EXPECT_EQ(text_at(header, "alg"), "RS256");
  EXPECT_EQ(text_at(header, "kid"), "key-1");
  EXPECT_EQ(text_at(claims, "iss"), "reader@project.iam.example");
  EXPECT_EQ(text_at(claims, "scope"), "scope.a scope.b");
  EXPECT_EQ(text_at(claims, "aud"), site.peer.url("/token"));
  EXPECT_EQ(number_at(claims, "iat"), site.clock.now().ms / 1000);
  EXPECT_EQ(number_at(claims, "exp"), site.clock.now().ms / 1000 + 3600);
  for (const std::string bad : {"", "{}", "not json", R"({"client_email":"a@b.example","private_key":"none"})"}) {
    const auto refused = service_account_token(Secret(bad), {"s"}, site.http(), site.clock.now());
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().kind, Kind::invalid) << bad;
  }
}

TEST(OAuth, RenewByRefreshTakesTheSetOfTheMomentAndTheClockOfTheHouse) {
  Site site([](const FormFields& form, const HeardRequest&) {
    return http_answer("200 OK", R"({"expires_in":60,"access_token":"after-)" + one(form, "refresh_token") + "\"}");
  });
  const auto renew = renew_by_refresh(site.profile(), site.environment());
  site.clock.advance(hours(5));
  const auto set = renew(held("r9"));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->access.reveal(), "after-r9");
  EXPECT_EQ(set->expires_at, site.clock.now() + seconds(60));
}

}  // namespace
}  // namespace amends::channel
