// What a site does on a bad day while it is read: nothing is lost, nobody is asked too often, no credential shows.
#include <algorithm>
#include <set>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/api.h"
#include "tests/conformance/channel_test.h"
#include "tests/support/contract.h"

namespace amends::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using What = SiteFault::What;

class Trouble : public ChannelTest {
 protected:
  void SetUp() override {
    ChannelTest::SetUp();
    if (!d().can.pull || rig->site() == nullptr) GTEST_SKIP() << "no played site is read here";
    for (int i = 0; i < 3; ++i) ids.insert(rig->customer_writes("Words number " + std::to_string(i)));
  }
  void expect_all_heard(std::string cursor) {
    std::set<std::string> heard;
    for (const Heard& one : pull_all(*open(), cursor)) heard.insert(one.item.external_id);
    for (const std::string& id : ids) EXPECT_EQ(heard.count(id), 1u) << id << " is lost";
  }
  std::string limit_name(const SiteAnswer& limit) {
    return limit.headers.empty() ? limit.body : limit.headers.front().first + ": " + limit.headers.front().second;
  }

  std::set<std::string> ids;
};
INSTANTIATE_TEST_SUITE_P(Every, Trouble, testing::ValuesIn(rigs()), [](const testing::TestParamInfo<RigRow>& row) {
  return std::string(row.param.descriptor->name);
});

TEST_P(Trouble, ALimitIsUnderstoodInAllItsSpellingsAndHoldsOneBucket) {
  std::vector<SiteAnswer> all = SiteFault::limits();
  for (SiteAnswer& own : rig->own_limits()) all.push_back(std::move(own));
  for (const SiteAnswer& limit : all) {
    SCOPED_TRACE(limit_name(limit));
    const auto connector = open();
    ASSERT_TRUE(connector->pull(""));  // signed in
    rig->site()->fail_next({What::answer, limit, {}, {}, 1});
    const auto page = seen(connector->pull(""));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, Kind::rate_limited) << page.error().what;
    EXPECT_GE(page.error().retry_after, seconds(1));
    EXPECT_LE(page.error().retry_after, hours(24));
    ASSERT_EQ(world.brakes.held(world.clock.now()).size(), 1u);
    const std::size_t heard = rig->site()->heard().size();
    const auto held = seen(connector->pull(""));
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().kind, Kind::rate_limited);
    EXPECT_EQ(rig->site()->heard().size(), heard) << "the site was asked although it wants to be left alone";
    world.clock.advance(page.error().retry_after);
    EXPECT_TRUE(world.brakes.held(world.clock.now()).empty());
  }
  expect_all_heard("");
}

TEST_P(Trouble, WhatBreaksWhileReadingIsTriedAgainAndNothingIsLost) {
  const std::vector<SiteFault> kFaults = {
      {What::cut_before, {}, {}, {}, 1},
      {What::cut_after, {}, {}, {}, 1},
      {What::cut_answer, {}, {}, {}, 1},
      {What::answer, {500, R"({"error":"oops"})"}, {}, {}, 1},
      {What::answer, {502, "<html>bad gateway</html>", {{"Content-Type", "text/html"}}}, {}, {}, 1},
      {What::answer, {503, ""}, {}, {}, 1},
      {What::answer, {302, "", {{"Location", "https://site.example/login?next=api"}}}, {}, {}, 1},
      {What::answer, {302, "", {{"Location", "http://169.254.169.254/latest/meta-data"}}}, {}, {}, 1},
      {What::answer, {200, "<!DOCTYPE html><html>Please sign in</html>", {{"Content-Type", "text/html"}}}, {}, {}, 1},
      {What::answer, {200, R"({"items":[{"id":"1"},{"i)"}, {}, {}, 1},
      {What::answer, {200, "[{\"id\":1"}, {}, {}, 1},
      {What::answer, {200, std::string("{\"a\":\"\xFF\xFE\"}")}, {}, {}, 1},
      {What::answer, {200, std::string(100'000, '[') + std::string(100'000, ']')}, {}, {}, 1},
  };
  // A site may forget what a cursor has passed, so each time there is something new.
  std::string cursor;
  pull_all(*open(), cursor);
  int number = 100;
  for (const SiteFault& fault : kFaults) {
    SCOPED_TRACE(fault.answer.body.substr(0, 40) + " " + std::to_string(static_cast<int>(fault.what)) + " " +
                 std::to_string(fault.answer.status));
    world.clock.advance(std::chrono::minutes(1));
    const std::string id = rig->customer_writes("Words number " + std::to_string(++number));
    rig->site()->fail_next(fault);
    const auto page = seen(open()->pull(cursor));
    std::set<std::string> heard;
    if (page) {  // a read may be repeated at once
      for (const model::Item& item : page->items) heard.insert(item.external_id);
      cursor = page->cursor;
    } else if (fault.answer.status == 302) {
      EXPECT_FALSE(is_one_of(page.error().kind, {Kind::unauthorized, Kind::not_found})) << page.error().what;
    } else {
      EXPECT_TRUE(is_one_of(page.error().kind, {Kind::unavailable, Kind::corrupt})) << page.error().what;
    }
    EXPECT_TRUE(world.brakes.held(world.clock.now()).empty());
    for (const Heard& one : pull_all(*open(), cursor)) heard.insert(one.item.external_id);
    EXPECT_EQ(heard.count(id), 1u) << id << " is lost";
  }
}

TEST_P(Trouble, EveryRequestOfAPullMayBreakAndTheNextOneGoesOn) {
  std::string cursor;
  const std::size_t first = rig->site()->heard().size();
  pull_all(*open(), cursor);
  const std::size_t asked = rig->site()->heard().size() - first;
  ASSERT_GT(asked, 0u);
  for (std::size_t broken = 0; broken < std::min<std::size_t>(asked, 12); ++broken) {
    SCOPED_TRACE("request " + std::to_string(broken));
    rig->site()->fail_next({What::answer, {503, "{}"}, {}, {}, 1, static_cast<int>(broken)});
    std::string place;
    std::set<std::string> heard;
    for (int tries = 0; tries < 40; ++tries) {
      const auto page = seen(open()->pull(place));
      if (!page) {
        EXPECT_TRUE(is_one_of(page.error().kind, {Kind::unavailable, Kind::corrupt})) << page.error().what;
        continue;
      }
      for (const model::Item& item : page->items) heard.insert(item.external_id);
      place = page->cursor;
      if (!page->more) break;
    }
    for (const std::string& id : ids) EXPECT_EQ(heard.count(id), 1u) << id << " is lost";
  }
}

// Nothing in an answer of a foreign shape is taken for news that something is gone.
TEST_P(Trouble, AnAnswerOfAnotherShapeTakesNothingBack) {
  std::string cursor;
  pull_all(*open(), cursor);
  for (const std::string body : {"{}", "null", "7", "\"x\"", "{\"error\":null}", "{\"data\":{}}"}) {
    SCOPED_TRACE(body);
    world.clock.advance(hours(3));
    rig->site()->fail_next({What::answer, {200, body}, {}, {}, 1});
    const auto page = seen(open()->pull(cursor));
    if (page) {
      for (const model::Item& item : page->items) {
        const auto content = parse(item);
        EXPECT_FALSE(content && content->deleted) << item.external_id;
      }
      cursor = page->cursor;
    }
  }
  world.clock.advance(hours(3));
  const std::string late = rig->customer_writes("After all that");
  const auto heard = pull_until(*open(), cursor, [&](const Heard& h) { return h.item.external_id == late; });
  EXPECT_TRUE(std::any_of(heard.begin(), heard.end(), [&](const Heard& h) { return h.item.external_id == late; }));
  for (const Heard& one : heard) EXPECT_FALSE(one.content.deleted) << one.item.external_id;
}

TEST_P(Trouble, ATokenThatEndsMidRunIsRenewedOnceAndCommittedBeforeUse) {
  std::string cursor;
  pull_all(*open(), cursor);
  if (!rig->expire_token()) GTEST_SKIP() << "nothing to renew here";
  const int before = world.tokens.renewals;
  const bool stored = static_cast<bool>(world.tokens.current());
  const std::string late = rig->customer_writes("Written meanwhile");
  const auto heard = pull_all(*open(), cursor);
  EXPECT_TRUE(std::any_of(heard.begin(), heard.end(), [&](const Heard& h) { return h.item.external_id == late; }));
  if (!stored) return;  // a token made from the settings is kept by nobody
  EXPECT_EQ(world.tokens.renewals, before + 1);
  ASSERT_FALSE(world.tokens.committed().empty());
  EXPECT_EQ(world.tokens.committed().back(), world.tokens.current()->access.reveal());
}

TEST_P(Trouble, WhoIsLockedOutIsToldSoOnceAndAsksForReconnecting) {
  std::string cursor;
  pull_all(*open(), cursor);
  if (d().sign_in == channel::SignIn::none) GTEST_SKIP() << "nobody signs in";
  rig->lock_out();
  const std::size_t before = rig->site()->heard().size();
  const auto page = seen(open()->pull(cursor));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unauthorized) << page.error().what;
  EXPECT_LE(rig->site()->heard().size() - before, 6u) << "it knocks again and again";
}

// Everything a request carries, as a site could read it.
std::string carried(const SiteRequest& request) {
  std::string out = request.path + "\n" + decode_percent(request.path, false) + "\n" + request.body + "\n" +
                    decode_percent(request.body, true);
  for (const auto& [name, value] : request.query) out += "\n" + value;
  for (const auto& [name, value] : request.headers) {
    out += "\n" + value;
    if (value.rfind("Basic ", 0) == 0) out += "\n" + text::from_base64(value.substr(6)).value_or("");
  }
  return out;
}

// A site's error as JSON, with these words in every place that sites put them into.
std::string error_saying(const std::string& words) {
  std::string quoted;
  for (const char c : words) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return R"({"ok":false,"error":{"message":")" + quoted + R"("},"message":")" + quoted + R"(","error_description":")" +
         quoted + R"(","description":")" + quoted + "\"}";
}

TEST_P(Trouble, NoErrorRepeatsWhatTheSiteWasGiven) {
  const std::size_t first = rig->site()->heard().size();
  (void)seen(open()->pull(""));
  const std::size_t asked = std::min<std::size_t>(rig->site()->heard().size() - first, 6);
  for (std::size_t n = 0; n < asked; ++n) {
    for (const int status : {200, 400, 401, 403, 404, 409, 422, 500}) {
      SiteFault echo;
      echo.skip = static_cast<int>(n);
      echo.make = [this, status](const SiteRequest& request) -> SiteAnswer {
        const std::string given = carried(request);
        std::string words = "you said";
        for (const std::string& secret : secrets()) {
          if (given.find(secret) != given.npos) words += " " + secret;
        }
        return {status, error_saying(words)};
      };
      rig->site()->fail_next(echo);
      (void)seen(open()->pull(""));
      (void)seen(open()->pull(""));  // what the fault still holds
    }
  }
}

}  // namespace
}  // namespace amends::test
