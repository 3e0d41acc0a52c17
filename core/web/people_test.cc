// Coming in and going out, over the API.
#include <nlohmann/json.hpp>

#include <set>

#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;

constexpr const char* kPassword = "kettle marzipan oblong seven";

class PeopleTest : public ::testing::Test {
 protected:
  World world_;

  static std::string cookie_of(const http::Response& response) {
    const std::string field(response.headers.get("Set-Cookie"));
    const auto from = field.find('=') + 1;
    return field.substr(from, field.find(';') - from);
  }
  void give_password(const std::string& login, const std::string& password) {
    const auto done = world_.staff->set_password(people::console("test"), world_.users[login], Secret(password));
    ASSERT_TRUE(done) << done.error().what;
  }
  http::Response sign_in(const std::string& login, const std::string& password, const std::string& session = {}) {
    return world_.ask({"POST", "/api/v1/session", json{{"login", login}, {"password", password}}.dump(), session});
  }
  http::Response with(const std::string& session, const std::string& method, const std::string& path,
                      const std::string& body = {}) {
    return world_.ask({method, path, body, session});
  }
};

TEST_F(PeopleTest, SigningInGivesACookieThatOnlyOurPagesSee) {
  give_password("agent", kPassword);
  const auto in = sign_in("agent", kPassword);
  ASSERT_EQ(in.status, 200) << in.body;
  const std::string field(in.headers.get("Set-Cookie"));
  EXPECT_EQ(field.rfind("__Host-amends=", 0), 0u);
  for (const char* mark : {"; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"})
    EXPECT_NE(field.find(mark), std::string::npos) << mark;
  EXPECT_EQ(field.find("Domain"), std::string::npos);
  EXPECT_EQ(json::parse(in.body)["me"]["login"], "agent");
  EXPECT_EQ(in.body.find(cookie_of(in)), std::string::npos) << "the secret is in the cookie alone";
  const auto me = with(cookie_of(in), "GET", "/api/v1/me");
  EXPECT_EQ(me.status, 200);
  EXPECT_EQ(json::parse(me.body)["memberships"][0]["role"], "agent");
}

TEST_F(PeopleTest, AWrongPasswordAndAnUnknownUserAreToldAlike) {
  give_password("agent", kPassword);
  auto wrong = json::parse(sign_in("agent", "not the password").body),
       unknown = json::parse(sign_in("who-is-this", kPassword).body);
  wrong.erase("instance");
  unknown.erase("instance");
  EXPECT_EQ(wrong, unknown);
  EXPECT_EQ(wrong["status"], 401);
}

TEST_F(PeopleTest, ASessionFromBeforeSigningInIsWorthNothingAfter) {
  give_password("agent", kPassword);
  const std::string before = world_.session("agent", true);
  const auto in = sign_in("agent", kPassword, before);
  ASSERT_EQ(in.status, 200);
  EXPECT_NE(cookie_of(in), before);
  EXPECT_EQ(with(before, "GET", "/api/v1/me").status, 401);
  EXPECT_EQ(with(cookie_of(in), "GET", "/api/v1/me").status, 200);
}

TEST_F(PeopleTest, SigningOutEndsItAndClearsTheCookie) {
  const std::string session = world_.session("agent", true);
  const auto out = with(session, "DELETE", "/api/v1/session");
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.headers.get("Set-Cookie").find("Max-Age=0"), std::string_view::npos);
  EXPECT_EQ(with(session, "GET", "/api/v1/me").status, 401);
}

TEST_F(PeopleTest, OddPasswords) {
  give_password("agent", kPassword);
  EXPECT_EQ(sign_in("agent", std::string(1 << 20, 'x')).status, 422) << "not by this route's size; the front says 413";
  EXPECT_EQ(sign_in("agent", std::string("correct horse\0x", 15)).status, 422);
  std::string emoji;
  for (int i = 0; i < 64; ++i) emoji += "\U0001F600";
  give_password("curator", emoji);
  EXPECT_EQ(sign_in("curator", emoji).status, 200);
  give_password("manager", "  kept exactly as typed");
  EXPECT_EQ(sign_in("manager", "kept exactly as typed").status, 401);
  EXPECT_EQ(sign_in("manager", "  kept exactly as typed").status, 200);
}

TEST_F(PeopleTest, AnotherPasswordEndsEveryOtherSession) {
  give_password("agent", kPassword);
  const std::string other = world_.session("agent", true), own = world_.session("agent", true);
  const auto stream = world_.ask({"GET", "/api/v1/events", {}, other});
  ASSERT_NE(stream.events, nullptr);
  const auto done =
      with(own, "PUT", "/api/v1/me/password", json{{"current", kPassword}, {"fresh", "a quite different one"}}.dump());
  ASSERT_EQ(done.status, 204) << done.body;
  EXPECT_EQ(with(other, "GET", "/api/v1/me").status, 401);
  EXPECT_EQ(with(own, "GET", "/api/v1/me").status, 401) << "this one got a new name too";
  EXPECT_EQ(with(cookie_of(done), "GET", "/api/v1/me").status, 200);
  EXPECT_TRUE(stream.events->closed());
}

TEST_F(PeopleTest, DisablingEndsSessionsAndStreamsAtOnce) {
  const std::string session = world_.session("agent", true);
  const auto stream = world_.ask({"GET", "/api/v1/events", {}, session});
  ASSERT_NE(stream.events, nullptr);
  const auto done = world_.ask({"PATCH", "/api/v1/users/" + std::to_string(world_.users["agent"].value),
                                R"({"disabled":true})", world_.session(World::kAdmin)});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(with(session, "GET", "/api/v1/me").status, 401);
  EXPECT_TRUE(stream.events->closed());
}

TEST_F(PeopleTest, AnInvitationMakesOneUserOnceUnderTheConfiguredAddress) {
  Asked ask{"POST", "/api/v1/brands/acme/invitations", R"({"email":"new@staff.test","role":"agent"})",
            world_.session("manager")};
  ask.headers = {{"X-Forwarded-Host", "evil.test"}};
  const auto made = world_.ask(ask);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url = json::parse(made.body)["url"];
  EXPECT_EQ(url.rfind("https://help.acme.test/", 0), 0u) << url;
  const std::string token = url.substr(url.find('#') + 1);
  const json body = {{"token", token}, {"login", "new.one"}, {"password", kPassword}};
  const auto joined = world_.ask({"POST", "/api/v1/invitations/accept", body.dump()});
  ASSERT_EQ(joined.status, 201) << joined.body;
  EXPECT_EQ(with(cookie_of(joined), "GET", "/api/v1/brands/acme/inbox").status, 200);
  EXPECT_EQ(with(cookie_of(joined), "GET", "/api/v1/brands/globex/inbox").status, 404);
  // Used, unknown, empty: the same words.
  std::set<std::string> words;
  for (const std::string& bad : {token, std::string("madeup"), std::string()}) {
    json again = body;
    again["token"] = bad;
    again["login"] = "someone.else";
    const auto response = world_.ask({"POST", "/api/v1/invitations/accept", again.dump()});
    json told = json::parse(response.body);
    told.erase("instance");
    words.insert(std::to_string(response.status) + told.dump());
  }
  EXPECT_EQ(words.size(), 1u);
  for (const json& bad : {json(nullptr), json::array(), json(7)}) {
    json again = body;
    again["token"] = bad;
    EXPECT_EQ(world_.ask({"POST", "/api/v1/invitations/accept", again.dump()}).status, 422);
  }
}

TEST_F(PeopleTest, NobodyInvitesAboveThemselves) {
  EXPECT_EQ(world_.post("/api/v1/brands/acme/invitations", R"({"email":"x@staff.test","role":"agent"})", "support_lead")
                .status,
            403);
  EXPECT_EQ(world_.post("/api/v1/invitations", R"({"email":"x@staff.test"})", "manager").status, 403);
  EXPECT_EQ(world_.post("/api/v1/tokens", R"({"name":"t","permissions":["installation"]})", "agent").status, 403);
}

TEST_F(PeopleTest, ATokenEndsWhenItIsRevokedAndItsStreamWithIt) {
  const auto made = world_.post("/api/v1/tokens", R"({"name":"ci","permissions":["read","self"]})", "agent");
  ASSERT_EQ(made.status, 201) << made.body;
  Asked ask{"GET", "/api/v1/events"};
  ask.token = json::parse(made.body)["secret"];
  const auto stream = world_.ask(ask);
  ASSERT_NE(stream.events, nullptr) << stream.body;
  const auto gone = world_.ask({"DELETE",
                                "/api/v1/tokens/" + std::to_string(json::parse(made.body)["id"].get<int>()),
                                {},
                                world_.session("agent")});
  EXPECT_EQ(gone.status, 204);
  EXPECT_TRUE(stream.events->closed());
  EXPECT_EQ(world_.ask(ask).status, 401);
}

TEST_F(PeopleTest, ASecretIsNeverKeptUnderAnIdempotencyKey) {
  Asked ask{"POST", "/api/v1/tokens", R"({"name":"ci","permissions":["read"]})", world_.session("agent")};
  ask.headers = {{"Idempotency-Key", "t1"}};
  const auto made = world_.ask(ask);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string secret = json::parse(made.body)["secret"];
  EXPECT_EQ(world_.ask(ask).status, 409);
  const auto kept = world_.read([&](store::Reader& reader) {
    return reader.count("SELECT COUNT(*) FROM request_key WHERE answer LIKE ?", "%" + secret + "%");
  });
  EXPECT_EQ(kept, 0);
}

TEST_F(PeopleTest, WhatWasDoneIsOnRecord) {
  ASSERT_EQ(world_
                .post("/api/v1/brands/acme/accounts/" + std::to_string(world_.things["acme"].account) + "/pause", "",
                      "manager")
                .status,
            200);
  const auto rows = world_.get("/api/v1/brands/acme/audit?action=account.", "manager");
  ASSERT_EQ(rows.status, 200) << rows.body;
  const json first = json::parse(rows.body)["items"][0];
  EXPECT_EQ(first["action"], "account.paused");
  EXPECT_EQ(first["login"], "manager");
  EXPECT_EQ(first["peer"], "203.0.113.7");
}

TEST_F(PeopleTest, WhoMayActInABrandMayOwnItsThreadsAndAdminsWithoutARoleToo) {
  const std::string thread = "/api/v1/brands/acme/threads/" + std::to_string(world_.things["acme"].thread);
  const auto assign = [&](const std::string& owner) {
    return with(world_.session("agent"), "PUT", thread + "/owner", json{{"owner", owner}}.dump());
  };
  EXPECT_EQ(assign(World::kAdmin).status, 200);
  EXPECT_EQ(json::parse(world_.get(thread, "agent").body)["thread"]["owner"], World::kAdmin);
  // Somebody of another brand is told as nobody is.
  const auto outsider = assign(World::kOutsider), nobody = assign("no.such.one");
  EXPECT_EQ(outsider.status, 422);
  EXPECT_EQ(json::parse(outsider.body)["detail"], "Nobody of that login works for this brand.");
  EXPECT_EQ(json::parse(outsider.body)["detail"], json::parse(nobody.body)["detail"]);

  const auto logins = [&](const std::string& query) {
    std::set<std::string> out;
    const json list = json::parse(world_.get("/api/v1/brands/acme/members" + query, "agent").body);
    for (const json& one : list["items"]) out.insert(one["login"].get<std::string>());
    return out;
  };
  const auto members = logins(""), owners = logins("?owners=true");
  EXPECT_EQ(members.count(World::kAdmin), 0u);
  EXPECT_EQ(owners.count(World::kAdmin), 1u);
  EXPECT_EQ(owners.count("curator"), 1u);
  EXPECT_EQ(owners.count(World::kOutsider), 0u);
  EXPECT_EQ(owners.size(), members.size() + 1);

  const auto off = world_.ask({"PATCH", "/api/v1/users/" + std::to_string(world_.users["curator"].value),
                               json{{"disabled", true}}.dump(), world_.session(World::kAdmin)});
  ASSERT_EQ(off.status, 200) << off.body;
  EXPECT_EQ(logins("?owners=true").count("curator"), 0u);
  const auto gone = assign("curator");
  EXPECT_EQ(gone.status, 422);
  EXPECT_NE(gone.body.find("can't sign in any more"), std::string::npos) << gone.body;
}

}  // namespace
}  // namespace amends::web::test
