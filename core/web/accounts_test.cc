// Accounts over the API: connected, shown without their secrets, changed, removed; what sites and browsers send back.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/app/hooks.h"
#include "core/app/probe.h"
#include "core/channel/registry.h"
#include "core/ingest/connections.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHere = "/api/v1/brands/acme/accounts";

class Accounts : public ::testing::Test {
 protected:
  json body(const std::string& name, json more = json::object()) {
    json settings = {{"address", name + "@acme.test"}, {"imap_host", "imap.acme.test"}, {"password", "s3cret-word"}};
    settings.update(more);
    return {{"channel", "email"}, {"name", name}, {"settings", settings}};
  }
  std::int64_t make(const std::string& name) {
    const auto response = world_.post(kHere, body(name).dump(), "manager");
    EXPECT_EQ(response.status, 201) << response.body;
    return json::parse(response.body)["id"];
  }
  http::Response ask(const std::string& method, std::int64_t id, const std::string& rest = {},
                     const std::string& what = {}, const std::string& who = "manager") {
    return world_.ask({method, std::string(kHere) + "/" + std::to_string(id) + rest, what, world_.session(who)});
  }
  json setup(std::int64_t id) { return json::parse(ask("GET", id, "/setup").body); }
  static json setting(const json& setup, const std::string& key) {
    for (const auto& one : setup["settings"]) {
      if (one["key"] == key) return one;
    }
    return nullptr;
  }

  World world_;
};

TEST_F(Accounts, ASecretGoesInAndNeverComesOut) {
  const auto made = world_.post(kHere, body("help").dump(), "manager");
  ASSERT_EQ(made.status, 201) << made.body;
  const json account = json::parse(made.body);
  EXPECT_EQ(account["origin"], "database");
  EXPECT_TRUE(account["connected"]);
  const std::int64_t id = account["id"];
  const auto shown = ask("GET", id, "/setup");
  for (const auto& text : {made.body, shown.body, world_.get(kHere, "manager").body, ask("GET", id).body})
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
  EXPECT_EQ(setting(setup(id), "password"),
            (json{{"key", "password"}, {"secret", true}, {"set", true}, {"value", nullptr}}));
  EXPECT_EQ(setting(setup(id), "imap_host")["value"], "imap.acme.test");
  EXPECT_EQ(world_.hub->find_account(AccountId{id})->settings->get("password"), "s3cret-word") << "and counts at once";
}

TEST_F(Accounts, AreChangedAndRemovedAndTheRestStays) {
  const std::int64_t id = make("help");
  const auto changed = ask("PATCH", id, "", R"({"settings":{"folders":"INBOX,Orders"},"poll_seconds":120})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(setting(setup(id), "folders")["value"], "INBOX,Orders");
  EXPECT_TRUE(setting(setup(id), "password")["set"]) << "what isn't said stays";
  EXPECT_EQ(setup(id)["poll_seconds"], 120);
  EXPECT_EQ(ask("PATCH", id, "", R"({"settings":{"folder":"INBOX"}})").status, 422);
  EXPECT_EQ(ask("PATCH", id, "", R"({"poll_seconds":2})").status, 422);
  EXPECT_EQ(ask("PATCH", id, "", R"({"settings":{"imap_host":"imap.thief.test"}})").status, 422)
      << "another host sees no password that wasn't meant for it";
  EXPECT_EQ(ask("DELETE", id).status, 204);
  EXPECT_EQ(ask("DELETE", id).status, 404);
  EXPECT_FALSE(json::parse(ask("GET", id).body)["connected"]);
}

TEST_F(Accounts, WhatReachesIntoThisMachineIsNotSetFromAfar) {
  for (const auto& more : {json{{"ca_file", "/etc/passwd"}}, json{{"allow_private_network", "true"}},
                           json{{"allowed_networks", "10.0.0.0/8"}}}) {
    const auto refused = world_.post(kHere, body("help", more).dump(), "manager");
    EXPECT_EQ(refused.status, 403) << refused.body;
    EXPECT_EQ(world_.post(kHere, body("help", more).dump(), World::kAdmin).status, 403);
  }
  EXPECT_EQ(world_.post(kHere, R"({"channel":"file","name":"f","settings":{"path":"/etc/passwd"}})", "manager").status,
            403);
}

TEST_F(Accounts, OfTheConfigurationFileAreShownAndChangedThere) {
  const std::int64_t id = world_.things["acme"].account;
  EXPECT_EQ(json::parse(ask("GET", id).body)["origin"], "file");
  EXPECT_TRUE(setup(id)["read_only"]);
  EXPECT_EQ(setting(setup(id), "address")["value"], "support@acme.test");
  EXPECT_EQ(setting(setup(id), "password")["value"], nullptr);
  EXPECT_EQ(ask("PATCH", id, "", R"({"settings":{"folders":"x"}})").status, 409);
  EXPECT_EQ(ask("DELETE", id).status, 409);
  EXPECT_EQ(ask("POST", id, "/disconnect").status, 409);
  EXPECT_EQ(world_.post(kHere, body("acme-mail").dump(), "manager").status, 409) << "its name is taken";
}

TEST_F(Accounts, WhoOnlyReadsSeesHowTheyAreAndNotHowTheyAreSetUp) {
  const std::int64_t id = make("help");
  EXPECT_EQ(ask("GET", id, "", "", "agent").status, 200);
  EXPECT_EQ(ask("GET", id, "/setup", "", "agent").status, 403);
  EXPECT_EQ(ask("PATCH", id, "", R"({"settings":{}})", "agent").status, 403);
  EXPECT_EQ(ask("POST", id, "/connect", "", "support_lead").status, 403);
}

TEST_F(Accounts, StandBesideWhatTheSiteCounts) {
  const std::int64_t id = make("help");
  ASSERT_TRUE(world_.write([&](store::Tx& tx) -> Result<Done> {
    ingest::Probe probe;
    probe.at = world_.clock.now();
    probe.facts = {"INBOX: 412 messages"};
    probe.remote_count = 412;
    probe.held_count = 409;
    ingest::keep_probe(tx, world_.acme.id, AccountId{id}, probe);
    ingest::keep_tokens(tx, world_.acme.id, AccountId{id}, "sealed", world_.clock.now() + std::chrono::hours(49), false,
                        true, world_.clock.now());
    return Done{};
  }));
  const json account = json::parse(ask("GET", id).body);
  EXPECT_EQ(account["remote_count"], 412);
  EXPECT_EQ(account["held_count"], 409);
  EXPECT_EQ(account["facts"], json::array({"INBOX: 412 messages"}));
  EXPECT_THAT(account["warnings"].dump(), HasSubstr("The site says 412, we hold 409."));
  EXPECT_THAT(account["warnings"].dump(), HasSubstr("ends in 2 days"));
  EXPECT_NE(account["access_ends_at"], nullptr);
  EXPECT_NE(account["next_pull_at"], nullptr);
}

TEST_F(Accounts, EveryChannelShowsItsWholeForm) {
  const json channels = json::parse(world_.get("/api/v1/channels", "agent").body)["items"];
  EXPECT_EQ(channels.size(), channel::builtin_channels().size());
  for (const auto& one : channels) {
    for (const auto& setting : one["settings"]) {
      EXPECT_FALSE(setting["key"].get<std::string>().empty()) << one["name"];
      if (setting["kind"] == "choice") {
        EXPECT_FALSE(setting["choices"].empty()) << one["name"] << setting["key"];
      }
      if (setting["kind"] == "path") {
        EXPECT_TRUE(setting["console_only"]) << setting["key"];
      }
    }
  }
}

TEST_F(Accounts, ABrowserThatComesBackFromNowhereConnectsNothing) {
  for (const std::string query :
       {"", "?state=x&code=y", "?state=x&error=access_denied", "?code=y", "?state=%3Cscript%3E&code=1"}) {
    const auto response = world_.ask({"GET", "/oauth/callback" + query, {}, {}, {}, {}, false});
    EXPECT_GE(response.status, 400) << query;
    EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(response.body, Not(HasSubstr("<script")));
    EXPECT_THAT(response.body, HasSubstr("Not connected"));
  }
}

TEST_F(Accounts, AHooksAddressTakesWhatASiteSendsAndNothingElse) {  // rows 12 and 17
  const auto send = [&](const std::string& method, const std::string& path) {
    Asked asked{method, path, method == "GET" ? "" : "{}"};
    asked.from_us = false;
    asked.type = "application/x-site";
    asked.headers = {{"Authorization", "Bearer eyJhbGciOi"}, {"X-HTTP-Method-Override", "DELETE"}};
    return world_.ask(asked);
  };
  EXPECT_EQ(send("POST", "/hooks/1-x").status, 404);
  EXPECT_EQ(send("GET", "/hooks/1-x?hub.mode=subscribe").status, 404);
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const auto refused = send(method, "/hooks/1-x");
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_THAT(std::string(refused.headers.get("Allow")), HasSubstr("POST"));
  }
  EXPECT_EQ(world_.site->body_rule("POST", "/hooks/1-x").max_bytes, app::kLargestHook)
      << "the front says 413 beyond it";
}

}  // namespace
}  // namespace amends::web::test
