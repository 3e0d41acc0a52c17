// The steps that every request goes through.
#include "core/web/site.h"

#include <nlohmann/json.hpp>

#include <set>

#include "core/base/text.h"
#include "core/http/url.h"
#include "core/web/problem.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;

class SiteTest : public ::testing::Test {
 protected:
  World world_;
  std::string acme(const std::string& rest) { return "/api/v1/brands/acme" + rest; }
  const World::Things& here() { return world_.things["acme"]; }
  const World::Things& there() { return world_.things["globex"]; }
};

TEST_F(SiteTest, InboxShowsWhatWaits) {
  const auto response = world_.get(acme("/inbox"), "agent");
  ASSERT_EQ(response.status, 200) << response.body;
  const json body = json::parse(response.body);
  EXPECT_GE(body["items"].size(), 2u);
  EXPECT_TRUE(body["next"].is_null());
  EXPECT_EQ(response.body.find(kCanary), std::string::npos);
}

TEST_F(SiteTest, ThreadComesWholeAndItsHtmlIsCleaned) {
  const auto response = world_.get(acme("/messages/" + std::to_string(here().letter)), "agent");
  ASSERT_EQ(response.status, 200) << response.body;
  const json words = json::parse(response.body)["words"];
  EXPECT_EQ(words["html"].get<std::string>().find("<script"), std::string::npos);
  EXPECT_EQ(words["html"].get<std::string>().find(" src=\"https"), std::string::npos);
  EXPECT_EQ(words["remote_images"], 1);
  ASSERT_EQ(words["attachments"].size(), 1u);
  const auto thread = world_.get(acme("/threads/" + std::to_string(here().thread)), "agent");
  ASSERT_EQ(thread.status, 200) << thread.body;
  EXPECT_EQ(json::parse(thread.body)["messages"].size(), 3u);
}

TEST_F(SiteTest, AttachmentsAreOpaqueDownloads) {
  const auto file = world_.get(
      acme("/messages/" + std::to_string(here().letter) + "/attachments/" + std::to_string(here().part)), "agent");
  ASSERT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(file.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(file.headers.get("Content-Disposition"), "attachment; filename=\"evil.svg\"; filename*=UTF-8''evil.svg");
  EXPECT_EQ(file.headers.get("Content-Security-Policy"), "sandbox; default-src 'none'");
  EXPECT_EQ(file.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(file.body.find("<svg"), std::string::npos);
}

TEST_F(SiteTest, AForeignThingAndAnAbsentOneGiveTheSameBytes) {
  const struct {
    const char* path;
    std::int64_t foreign;
  } kRows[] = {
      {"/threads/", there().thread}, {"/messages/", there().message}, {"/customers/", there().customer},
      {"/updates/", there().update}, {"/accounts/", there().account},
  };
  for (const auto& row : kRows) {
    const auto foreign = world_.get(acme(row.path + std::to_string(row.foreign)), "manager");
    const auto absent = world_.get(acme(row.path + std::string("987654321")), "manager");
    EXPECT_EQ(foreign.status, 404) << row.path;
    EXPECT_EQ(absent.status, 404) << row.path;
    EXPECT_EQ(foreign.body, absent.body) << row.path;
    EXPECT_EQ(foreign.body.find(kCanary), std::string::npos);
  }
  // A brand that isn't theirs is as absent as one that isn't.
  const auto foreign = world_.get("/api/v1/brands/globex/inbox", "manager");
  const auto absent = world_.get("/api/v1/brands/nowhere/inbox", "manager");
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(foreign.body, absent.body);
}

TEST_F(SiteTest, NumbersThatAreNoneAreNotThere) {
  for (const char* id : {"0", "-1", "18446744073709551616", "9007199254740992", "1 OR 1=1", "01", "+1", "1e3", "[1]"})
    EXPECT_EQ(world_.get(acme("/threads/") + id, "manager").status, 404) << id;
}

// --- where a request comes from

TEST_F(SiteTest, ChangesOnlyFromPagesOfOurs) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/close");
  const struct {
    const char* about;
    std::vector<http::Field> headers;
    int status;
  } kRows[] = {
      {"nothing said", {}, 403},
      {"another site", {{"Sec-Fetch-Site", "cross-site"}}, 403},
      {"a sibling", {{"Sec-Fetch-Site", "same-site"}}, 403},
      {"typed", {{"Sec-Fetch-Site", "none"}}, 200},
      {"a page of ours", {{"Sec-Fetch-Site", "same-origin"}}, 200},
      {"an old browser", {{"Origin", "https://help.acme.test"}}, 200},
      {"an evil origin", {{"Origin", "https://evil.test"}}, 403},
      {"no origin's origin", {{"Origin", "null"}}, 403},
      {"our name, not our scheme", {{"Origin", "http://help.acme.test"}}, 403},
      {"ours, but another origin", {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://evil.test"}}, 403},
  };
  for (const auto& row : kRows) {
    Asked asked{"POST", path, {}, world_.session("agent")};
    asked.from_us = false;
    asked.headers = row.headers;
    EXPECT_EQ(world_.ask(asked).status, row.status) << row.about;
  }
}

TEST_F(SiteTest, FormsAreNoJson) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/notes");
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""}) {
    Asked asked{"POST", path, R"({"text":"hello"})", world_.session("agent")};
    asked.type = type;
    EXPECT_EQ(world_.ask(asked).status, 415) << type;
  }
  Asked asked{"POST", path, R"({"text":"hello"})", world_.session("agent")};
  asked.type = "application/json; charset=utf-8";
  EXPECT_EQ(world_.ask(asked).status, 200);
}

TEST_F(SiteTest, OnlyOurOwnNames) {
  const struct {
    const char* host;
    int status;
  } kRows[] = {
      {"help.acme.test", 200},      {"help.acme.test:443", 200}, {"evil.test", 421}, {"help.acme.test.evil.test", 421},
      {"help.acme.test:8080", 421}, {"localhost", 421},          {"", 421}};
  for (const auto& row : kRows) {
    Asked asked{"GET", acme("/inbox"), {}, world_.session("agent")};
    asked.headers = {{"Host", row.host}};
    EXPECT_EQ(world_.ask(asked).status, row.status) << row.host;
  }
}

// --- who

TEST_F(SiteTest, NobodyIsToldToSignIn) {
  const auto response = world_.get(acme("/inbox"), "");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.get("WWW-Authenticate"), "Bearer");
  Asked wrong{"GET", acme("/inbox"), {}, "madeup"};
  EXPECT_EQ(world_.ask(wrong).status, 401);
  Asked token{"GET", acme("/inbox")};
  token.token = "amends_madeup";
  EXPECT_EQ(world_.ask(token).status, 401);
}

TEST_F(SiteTest, HeadersOfProxiesMakeNobodySomebody) {
  Asked asked{"GET", acme("/inbox")};
  asked.headers = {{"X-Remote-User", "root"}, {"X-Forwarded-User", "root"}, {"X-Forwarded-For", "127.0.0.1"}};
  EXPECT_EQ(world_.ask(asked).status, 401);
}

TEST_F(SiteTest, TokensNarrowToTheirScope) {
  const auto made =
      world_.post("/api/v1/tokens", R"({"name":"ci","permissions":["read"],"brands":["acme"]})", "manager");
  ASSERT_EQ(made.status, 201) << made.body;
  Asked asked{"GET", acme("/inbox")};
  asked.token = json::parse(made.body)["secret"];
  EXPECT_EQ(world_.ask(asked).status, 200);
  asked.method = "POST";
  asked.path = acme("/threads/" + std::to_string(here().thread) + "/close");
  EXPECT_EQ(world_.ask(asked).status, 403) << "the token may only read";
}

TEST_F(SiteTest, ALoweredRoleHoldsAtOnce) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/close");
  EXPECT_EQ(world_.post(path, "", "agent").status, 200);
  ASSERT_TRUE(world_.write([&](store::Tx& tx) {
    return people::set_role(tx, world_.users["agent"], world_.globex.id, people::Role::agent);
  }));
  ASSERT_TRUE(
      world_.write([&](store::Tx& tx) { return people::remove_role(tx, world_.users["agent"], world_.acme.id); }));
  EXPECT_EQ(world_.post(path, "", "agent").status, 404);
}

// --- what a body may hold

TEST_F(SiteTest, WhatIsNotNamedIsRefused) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/notes");
  for (const char* extra : {"role", "brand_id", "sent_at", "is_internal", "author"}) {
    const auto response = world_.post(path, std::string(R"({"text":"hello",")") + extra + R"(":1})", "agent");
    EXPECT_EQ(response.status, 422) << extra;
    EXPECT_EQ(json::parse(response.body)["errors"][0]["field"], extra);
  }
}

TEST_F(SiteTest, OddBodiesAreRefusedAndNothingFalls) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/notes");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  std::string many = "{";
  for (int i = 0; i < 250'000; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  for (const std::string& body :
       {deep, many + "}", std::string(R"({"text":"a","text":"b"})"), std::string(R"({"text":"\ud800"})"),
        std::string(R"({"text":NaN})"), std::string(R"({"text":1e400})"), std::string("\xEF\xBB\xBF{\"text\":\"a\"}"),
        std::string("\xFE\xFF\0{\0}", 6), std::string("[]"), std::string("null"), std::string("\"x\""),
        std::string(R"({"text":["a"]})"), std::string(R"({"text":"a)"), std::string("{\"text\":\"\xFF\"}"),
        std::string(R"({"text":"a\u0000b"})")}) {
    const int status = world_.post(path, body, "agent").status;
    EXPECT_TRUE(status == 400 || status == 422) << status << " for " << body.substr(0, 40);
  }
}

TEST_F(SiteTest, ParametersAreNamedOnceAndKnown) {
  for (const char* query : {"sort=id;DROP", "limit=1e9", "limit=0", "limit=-1", "limit=201", "offset=-1", "view=x",
                            "view=open&view=open", "cursor=abc", "cursor="}) {
    const int status = world_.get(acme("/inbox?") + query, "agent").status;
    if (std::string_view(query) == "cursor=") {
      EXPECT_EQ(status, 200);
    } else {
      EXPECT_EQ(status, 422) << query;
    }
  }
}

// --- pages

TEST_F(SiteTest, PagesGoOnWhereTheLastOneEndedAndForNobodyElse) {
  const auto first = world_.get(acme("/inbox?view=everything&limit=1"), "agent");
  ASSERT_EQ(first.status, 200) << first.body;
  const std::string next = json::parse(first.body)["next"];
  std::set<std::int64_t> seen{json::parse(first.body)["items"][0]["thread"].get<std::int64_t>()};
  std::string cursor = next;
  for (int i = 0; i < 10 && !cursor.empty(); ++i) {
    const auto page = world_.get(acme("/inbox?view=everything&limit=1&cursor=") + cursor, "agent");
    ASSERT_EQ(page.status, 200) << page.body;
    const json body = json::parse(page.body);
    for (const auto& item : body["items"]) EXPECT_TRUE(seen.insert(item["thread"].get<std::int64_t>()).second);
    cursor = body["next"].is_null() ? "" : body["next"].get<std::string>();
  }
  EXPECT_GE(seen.size(), 3u);
  EXPECT_EQ(world_.get(acme("/inbox?view=everything&limit=1&cursor=") + next, "manager").status, 422);
  EXPECT_EQ(world_.get(acme("/inbox?view=open&limit=1&cursor=") + next, "agent").status, 422);
  EXPECT_EQ(world_.get(acme("/customers?limit=1&cursor=") + next, "agent").status, 422);
  for (std::size_t i = 0; i < next.size(); i += 7) {
    std::string bent = next;
    bent[i] = bent[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(world_.get(acme("/inbox?view=everything&limit=1&cursor=") + bent, "agent").status, 422) << i;
  }
}

TEST_F(SiteTest, AnAnswerCarriesTwentyMegabytesOfFiles) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/answers");
  const auto body = [](std::size_t bytes) {
    return R"({"text":"Here are the pictures.","files":[{"name":"pictures.zip","data":")" +
           text::to_base64(std::string(bytes, 'x')) + R"("}]})";
  };
  const std::string fits = body(20 << 20);
  EXPECT_LE(fits.size(), world_.site->body_rule("POST", path).max_bytes);
  const auto sent = world_.post(path, fits, "agent");
  EXPECT_EQ(sent.status, 201) << sent.body;
  EXPECT_EQ(world_.post(path, body((20 << 20) + 1), "agent").status, 422);
}

// --- once and unchanged

TEST_F(SiteTest, TheSameKeyIsDoneOnce) {
  const std::string path = acme("/threads/" + std::to_string(here().thread) + "/answers");
  Asked asked{"POST", path, R"({"text":"We are sorry."})", world_.session("agent")};
  asked.headers = {{"Idempotency-Key", "k1"}};
  const auto first = world_.ask(asked);
  ASSERT_EQ(first.status, 201) << first.body;
  const auto again = world_.ask(asked);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.get("Idempotency-Replayed"), "true");
  asked.body = R"({"text":"Something else."})";
  EXPECT_EQ(world_.ask(asked).status, 422);
  asked.session = world_.session("manager");
  EXPECT_EQ(world_.ask(asked).status, 201) << "another user's key is another key";
  asked.headers = {{"Idempotency-Key", std::string(256, 'k')}};
  EXPECT_EQ(world_.ask(asked).status, 422);
  const auto count = world_.read([&](store::Reader& reader) {
    return reader.count("SELECT COUNT(*) FROM outbox_update WHERE brand_id = ? AND purpose = 0", world_.acme.id);
  });
  EXPECT_EQ(count, 3);  // the world's own, the first, the manager's
}

TEST_F(SiteTest, EtagsSpareReadsAndGuardChanges) {
  const std::string path = acme("/customers/" + std::to_string(here().customer));
  const auto read = world_.get(path, "agent");
  const std::string etag(read.headers.get("ETag"));
  ASSERT_FALSE(etag.empty());
  Asked again{"GET", path, {}, world_.session("agent")};
  again.headers = {{"If-None-Match", etag}};
  const auto spared = world_.ask(again);
  EXPECT_EQ(spared.status, 304);
  EXPECT_TRUE(spared.body.empty());
  Asked change{"PATCH", path, R"({"name":"Ada L."})", world_.session("agent")};
  change.headers = {{"If-Match", etag}};
  EXPECT_EQ(world_.ask(change).status, 200);
  EXPECT_EQ(world_.ask(change).status, 412);
  change.headers = {};
  EXPECT_EQ(world_.ask(change).status, 200);
}

TEST_F(SiteTest, AnAnswerToAThreadThatMovedIsRefusedWithWhatIsNew) {
  const std::string thread = acme("/threads/" + std::to_string(here().thread));
  const json seen = json::parse(world_.get(thread, "agent").body);
  world_.deliver(world_.acme,
                 World::mail("acme.test", "ada@guest.test", "a9@acme", "Re: Cold coffee", "And now?", "a2@acme"));
  const std::string body = R"({"text":"Sorry.","seen_version":)" + std::to_string(seen["version"].get<int>()) + "}";
  const auto refused = world_.post(thread + "/answers", body, "agent");
  ASSERT_EQ(refused.status, 409) << refused.body;
  const json told = json::parse(refused.body);
  ASSERT_EQ(told["new_messages"].size(), 1u);
  EXPECT_EQ(told["new_messages"][0]["preview"], "And now?");
  const std::string fresh = R"({"text":"Sorry.","seen_version":)" + std::to_string(told["version"].get<int>()) + "}";
  EXPECT_EQ(world_.post(thread + "/answers", fresh, "agent").status, 201);
  EXPECT_EQ(world_.woken, 1);
}

TEST_F(SiteTest, AnAnswerCanBeTakenBackWhileItWaits) {
  const std::string thread = acme("/threads/" + std::to_string(here().thread));
  const json made = json::parse(world_.post(thread + "/answers", R"({"text":"Sorry."})", "agent").body);
  const std::string update = acme("/updates/" + std::to_string(made["update"].get<std::int64_t>()));
  const auto back = world_.post(update + "/undo", "", "agent");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(json::parse(back.body)["state"], "cancelled");
  EXPECT_EQ(world_.post(update + "/undo", "", "agent").status, 409);
}

TEST_F(SiteTest, BulkChangesOnlyWhatWasConfirmed) {
  const std::string path = acme("/threads/bulk");
  const std::string what = R"("action":"close","threads":[)" + std::to_string(here().thread) + "," +
                           std::to_string(there().thread) + ",987654321]";
  EXPECT_EQ(world_.post(path, "{" + what + "}", "manager").status, 409);
  const auto preview = world_.post(path, "{" + what + R"(,"dry_run":true})", "manager");
  ASSERT_EQ(preview.status, 200) << preview.body;
  const json told = json::parse(preview.body);
  EXPECT_EQ(told["changed"], 1);
  EXPECT_EQ(told["items"][1]["problem"], told["items"][2]["problem"]) << "foreign and absent are told alike";
  const std::string confirmation = R"(,"confirmation":")" + told["confirmation"].get<std::string>() + "\"}";
  const std::string other = R"({"action":"close","threads":[)" + std::to_string(here().other_thread) + "]";
  EXPECT_EQ(world_.post(path, other + confirmation, "manager").status, 409) << "another change";
  EXPECT_EQ(world_.post(path, "{" + what + confirmation, "director").status, 409) << "another user";
  const auto done = world_.post(path, "{" + what + confirmation, "manager");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(json::parse(done.body)["changed"], 1);
}

// --- header fields and faults

TEST_F(SiteTest, EveryAnswerBearsTheStandingHeaders) {
  std::vector<http::Response> responses;
  for (const char* path : {"/nowhere", "/api/v1/reference", "/api/v1/openapi.json", "/setup", "/livez", "/api/v1/me"})
    responses.push_back(world_.get(path, ""));
  responses.push_back(world_.get(acme("/inbox"), "agent"));
  responses.push_back(world_.ask({"PUT", "/api/v1/me", {}, world_.session("agent")}));
  responses.push_back(world_.get(acme("/messages/" + std::to_string(here().message) + "/raw"), "agent"));
  for (const http::Response& response : responses) {
    for (const http::Field& field : standing_headers(true).all()) {
      if (field.name != "Content-Security-Policy") {
        EXPECT_EQ(response.headers.get(field.name), field.value) << response.status;
      } else {
        EXPECT_NE(response.headers.get(field.name).find("default-src 'none'"), std::string_view::npos);
      }
    }
  }
}

TEST_F(SiteTest, AWrongMethodIsToldWhichAreRight) {
  const auto response = world_.ask({"DELETE", acme("/inbox"), {}, world_.session("agent")});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "GET, HEAD");
}

TEST_F(SiteTest, EventsAreForThoseWhoMayReadTheBrand) {
  const auto own = world_.get("/api/v1/events?brand=acme", "agent");
  EXPECT_EQ(own.status, 200);
  ASSERT_NE(own.events, nullptr);
  own.events->close();
  EXPECT_EQ(world_.get("/api/v1/events?brand=globex", "agent").status, 404);
  EXPECT_EQ(world_.get("/api/v1/events", World::kNobody).status, 404);
  EXPECT_EQ(world_.get("/api/v1/events", "").status, 401);
}

TEST_F(SiteTest, AStreamEndsWithItsSession) {
  const auto own = world_.get("/api/v1/events", "agent");
  ASSERT_NE(own.events, nullptr);
  EXPECT_FALSE(own.events->closed());
  EXPECT_EQ(world_.ask({"DELETE", "/api/v1/session", {}, world_.session("agent")}).status, 204);
  EXPECT_TRUE(own.events->closed());
}

}  // namespace
}  // namespace amends::web::test
