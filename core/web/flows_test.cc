// Whole stories over the API: imports, exports, erasure, quarantine, drafts, presence, repeated requests.
#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <set>
#include <thread>

#include "core/web/request_keys.h"
#include "core/web/site_for_test.h"

namespace amends::web::test {
namespace {

using nlohmann::json;

class Flows : public ::testing::Test {
 protected:
  World world_;
  const World::Things& here() { return world_.things["acme"]; }
  std::string acme(const std::string& rest) { return "/api/v1/brands/acme" + rest; }
  std::string thread() { return acme("/threads/" + std::to_string(here().thread)); }

  std::string whole(const http::Response& response) {
    std::string out = response.body;
    while (response.source) {
      const auto part = response.source->read(64 * 1024);
      EXPECT_TRUE(part) << (part ? "" : part.error().what);
      if (!part || part->empty()) break;
      out += *part;
    }
    return out;
  }
  json import_ended(std::int64_t id) {
    for (;;) {
      const json job = json::parse(world_.get(acme("/imports/" + std::to_string(id)), "manager").body);
      if (!job["ended_at"].is_null()) return job;
      std::this_thread::yield();
    }
  }
};

TEST_F(Flows, AnUploadedMailboxComesIn) {
  std::string mbox;
  for (int i = 0; i < 20; ++i) {
    mbox += "From x Thu Jan  1 08:00:00 2026\n" +
            World::mail("acme.test", "kim@guest.test", "up" + std::to_string(i) + "@acme", "Order " + std::to_string(i),
                        "Hello") +
            "\n";
  }
  Asked ask{"POST", acme("/imports?name=old.mbox&own=support@acme.test"), mbox, world_.session("manager")};
  ask.type = "application/octet-stream";
  const auto begun = world_.ask(ask);
  ASSERT_EQ(begun.status, 202) << begun.body;
  const json job = import_ended(json::parse(begun.body)["id"]);
  EXPECT_EQ(job["state"], "done") << job;
  EXPECT_EQ(job["placed"], 20);
  EXPECT_EQ(job["name"], "old.mbox");
  EXPECT_EQ(
      world_.get("/api/v1/brands/globex/imports/" + std::to_string(job["id"].get<int>()), World::kOutsider).status,
      404);
  ask.body = std::string(
      "\x7F"
      "ELF nothing to import",
      22);
  ask.path = acme("/imports?name=virus.bin");
  EXPECT_EQ(world_.ask(ask).status, 422);
  ask.path = acme("/imports?name=../../etc/passwd.eml");
  ask.body = World::mail("acme.test", "kim@guest.test", "up-x@acme", "Order x", "Hello");
  EXPECT_EQ(world_.ask(ask).status, 202);
}

TEST_F(Flows, ExportsAreStreamedAndTheirCellsAreSafe) {
  world_.deliver(world_.acme,
                 World::mail("acme.test", "kim@guest.test", "f1@acme", "=HYPERLINK(\"http://evil\")", "+1"));
  const auto lines = whole(world_.get(acme("/export/messages?words=true"), "manager"));
  std::istringstream in(lines);
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) EXPECT_TRUE(json::accept(line)) << line;
  EXPECT_EQ(count, 6u);
  EXPECT_EQ(lines.find(kCanary), std::string::npos);
  const auto table = world_.get(acme("/export/messages?format=csv"), "manager");
  EXPECT_EQ(table.headers.get("Content-Type"), "text/csv; charset=utf-8");
  const std::string cells = whole(table);
  EXPECT_NE(cells.find("\"'=HYPERLINK(\"\"http://evil\"\")\""), std::string::npos) << cells;
  EXPECT_EQ(world_.get(acme("/export/messages"), "agent").status, 403);
}

TEST_F(Flows, APersonIsExportedAndThenErased) {
  const std::string customer = acme("/customers/" + std::to_string(here().customer));
  const auto zip = world_.get(customer + "/export", "manager");
  ASSERT_EQ(zip.status, 200) << zip.body;
  EXPECT_EQ(zip.headers.get("Content-Type"), "application/zip");
  EXPECT_EQ(whole(zip).substr(0, 2), "PK");
  EXPECT_EQ(world_.get("/api/v1/brands/acme/customers/987654321/export", "manager").status, 404);

  EXPECT_EQ(world_.post(customer + "/erase", "{}", "manager").status, 409);
  const auto plan = world_.post(customer + "/erase", R"({"dry_run":true})", "manager");
  ASSERT_EQ(plan.status, 200) << plan.body;
  EXPECT_GT(json::parse(plan.body)["messages"], 1);
  const json confirmed = {{"confirmation", json::parse(plan.body)["confirmation"]}};
  EXPECT_EQ(
      world_.post(acme("/customers/" + std::to_string(here().other_customer) + "/erase"), confirmed.dump(), "manager")
          .status,
      409);
  const auto done = world_.post(customer + "/erase", confirmed.dump(), "manager");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(json::parse(done.body)["pseudonym"].get<std::string>().rfind("erased-", 0), 0u);
  EXPECT_EQ(world_.get(customer, "manager").status, 404);
  EXPECT_EQ(world_.get(acme("/search?q=cold"), "manager").body.find("It was cold"), std::string::npos);
}

TEST_F(Flows, QuarantineIsLookedThroughAndSettled) {
  const json list = json::parse(world_.get(acme("/quarantine"), "manager").body);
  ASSERT_EQ(list["items"].size(), 1u);
  const std::string item = acme("/quarantine/" + std::to_string(list["items"][0]["id"].get<int>()));
  const auto raw = world_.get(item + "/raw", "manager");
  EXPECT_EQ(raw.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(json::parse(world_.post(item + "/rerun", "", "manager").body)["understood"], false);
  EXPECT_EQ(world_.post(item + "/drop", "", "manager").status, 200);
  EXPECT_EQ(json::parse(world_.get(acme("/quarantine"), "manager").body)["items"].size(), 0u);
  EXPECT_EQ(world_.post(item + "/drop", "", "manager").status, 404);
}

TEST_F(Flows, DraftsAreOnesOwnAndNobodyOverwritesAnotherScreen) {
  EXPECT_EQ(world_.get(thread() + "/draft", "agent").status, 404);
  Asked save{"PUT", thread() + "/draft", R"({"text":"Dear Ada","thread_version":2})", world_.session("agent")};
  const auto saved = world_.ask(save);
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(world_.get(thread() + "/draft", "manager").status, 404);
  const auto read = world_.get(thread() + "/draft", "agent");
  save.headers = {{"If-Match", std::string(read.headers.get("ETag"))}};
  world_.clock.advance(std::chrono::seconds(1));
  save.body = R"({"text":"Dear Ada, we","thread_version":2})";
  EXPECT_EQ(world_.ask(save).status, 200);
  save.body = R"({"text":"Dear Ada, from another screen","thread_version":2})";
  EXPECT_EQ(world_.ask(save).status, 412);
  EXPECT_EQ(world_.ask({"DELETE", thread() + "/draft", {}, world_.session("agent")}).status, 204);
  EXPECT_EQ(world_.get(thread() + "/draft", "agent").status, 404);
}

TEST_F(Flows, WhoLooksAtAThreadIsSeenByColleagues) {
  EXPECT_EQ(world_.ask({"PUT", thread() + "/presence", R"({"state":"writing"})", world_.session("agent")}).status, 204);
  const json seen = json::parse(world_.get(thread() + "/presence", "manager").body);
  ASSERT_EQ(seen["items"].size(), 1u) << seen;
  EXPECT_EQ(seen["items"][0]["login"], "agent");
  EXPECT_EQ(seen["items"][0]["state"], "writing");
  EXPECT_EQ(world_.ask({"PUT", thread() + "/presence", R"({"state":"gone"})", world_.session("agent")}).status, 204);
  EXPECT_EQ(json::parse(world_.get(thread() + "/presence", "manager").body)["items"].size(), 0u);
}

TEST_F(Flows, AnUncertainUpdateIsSettledByWhoMay) {
  const std::string update = acme("/updates/" + std::to_string(here().update));
  EXPECT_EQ(world_.post(update + "/settle", R"({"as":"sent"})", "agent").status, 403);
  EXPECT_EQ(world_.post(update + "/settle", R"({"as":"sent"})", "senior_agent").status, 409) << "it only waits";
  EXPECT_EQ(world_.post(update + "/settle", R"({"as":"cancel"})", "senior_agent").status, 200);
  const json list = json::parse(world_.get(acme("/updates?state=cancelled"), "agent").body);
  ASSERT_EQ(list["items"].size(), 1u);
  EXPECT_EQ(list["items"][0]["id"], here().update);
}

// --- repeated requests

TEST_F(Flows, ManyAtOnceUnderOneKeyAreDoneOnce) {
  Asked ask{"POST", thread() + "/notes", R"({"text":"only once"})", world_.session("agent")};
  ask.headers = {{"Idempotency-Key", "once"}};
  std::vector<std::thread> clients;
  std::atomic<int> done{0}, told_to_wait{0}, other{0};
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back([&] {
      for (;;) {
        const int status = world_.ask(ask).status;
        if (status == 409) {
          ++told_to_wait;
          std::this_thread::yield();
          continue;
        }
        ++(status == 200 ? done : other);
        return;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(other, 0);
  const json notes = json::parse(world_.get(thread() + "/notes", "agent").body);
  EXPECT_EQ(notes["items"].size(), 1u);
}

TEST_F(Flows, ACrashBetweenTheDeedAndItsAnswerIsSaidSo) {
  RequestKey key;
  key.user = world_.users["agent"];
  key.brand = world_.acme.id;
  key.route = "POST " + thread() + "/notes";
  key.key = "before-the-crash";
  key.epoch = world_.hub->epoch() - 1;
  const std::string body = R"({"text":"hello"})";
  const crypto::Sha256 digest = crypto::sha256("\n" + body);
  key.body_digest.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  Asked ask{"POST", thread() + "/notes", body, world_.session("agent")};
  ask.headers = {{"Idempotency-Key", key.key}};
  const auto reserves = [&](bool made) {
    ASSERT_TRUE(world_.write([&](store::Tx& tx) -> Result<Done> {
      reserve(tx, key, world_.clock.now());
      if (made) mark_made(tx, key);
      return Done{};
    }));
  };
  reserves(true);
  const auto lost = world_.ask(ask);
  EXPECT_EQ(lost.status, 409);
  EXPECT_NE(lost.body.find("answer was lost"), std::string::npos);
  // Died before anything came of it: the repeat does it.
  key.key = "before-the-deed";
  ask.headers = {{"Idempotency-Key", key.key}};
  reserves(false);
  EXPECT_EQ(world_.ask(ask).status, 200);
  EXPECT_EQ(json::parse(world_.get(thread() + "/notes", "agent").body)["items"].size(), 1u);
}

TEST_F(Flows, TheMarkIsInTheCommitOfTheDeed) {
  RequestKey key;
  key.user = world_.users["agent"];
  key.route = "POST /x";
  key.key = "k";
  key.epoch = 7;
  const auto standing = [&] {
    key.epoch = 8;
    return world_.write([&](store::Tx& tx) -> Result<Reserved> { return reserve(tx, key, world_.clock.now()); })
        ->standing;
  };
  ASSERT_TRUE(world_.write([&](store::Tx& tx) -> Result<Reserved> { return reserve(tx, key, world_.clock.now()); }));
  {
    const store::Rider rider([&](store::Tx& tx) { mark_made(tx, key); });
    EXPECT_FALSE(world_.write([&](store::Tx&) -> Result<Done> { return fail(Kind::conflict, "no"); }));
  }
  EXPECT_EQ(standing(), Standing::fresh) << "undone with what it rode on";
  key.epoch = 8;
  {
    const store::Rider rider([&](store::Tx& tx) { mark_made(tx, key); });
    EXPECT_TRUE(world_.write([&](store::Tx&) -> Result<Done> { return Done{}; }));
  }
  key.epoch = 9;
  const auto after =
      world_.write([&](store::Tx& tx) -> Result<Reserved> { return reserve(tx, key, world_.clock.now()); });
  EXPECT_EQ(after->standing, Standing::lost);
}

TEST_F(Flows, KeptAnswersGoWhenTheyAreOld) {
  Asked ask{"POST", thread() + "/notes", R"({"text":"hello"})", world_.session("agent")};
  ask.headers = {{"Idempotency-Key", "old"}};
  ASSERT_EQ(world_.ask(ask).status, 200);
  const auto gone = [&] {
    return *world_.write([&](store::Tx& tx) -> Result<std::int64_t> { return forget_old(tx, world_.clock.now()); });
  };
  world_.clock.advance(std::chrono::hours(7 * 24) - std::chrono::seconds(1));
  EXPECT_EQ(gone(), 0);
  world_.clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(gone(), 1);
}

}  // namespace
}  // namespace amends::web::test
