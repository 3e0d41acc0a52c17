// What comes in by asking: everything, once, the same each time, and what became of it later.
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/timeline/version.h"
#include "tests/conformance/channel_test.h"

namespace amends::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

EVERY_CHANNEL(Calls);
EVERY_CHANNEL(Pull);
EVERY_CHANNEL(Versions);

TEST_P(Calls, WhatIsNotClaimedIsUnsupportedAndWhatIsClaimedWorks) {
  const auto connector = open();
  const auto& can = d().can;
  const auto agrees = [&](bool claimed, const auto& result, const char* call) {
    if (!result) note(result.error());
    const bool offered = result || result.error().kind != Kind::unsupported;
    EXPECT_EQ(claimed, offered) << call;
  };
  agrees(can.pull, connector->pull(""), "pull");
  agrees(can.webhook, connector->webhook({}), "webhook");
  agrees(can.check, connector->check(), "check");
  agrees(can.watch, connector->watch(), "watch");
  if (can.pull) {
    EXPECT_TRUE(connector->pull(""));
  }
  if (can.check) {
    const auto health = seen(connector->check());
    ASSERT_TRUE(health) << health.error().what;
    EXPECT_FALSE(health->facts.empty());
  }
  if (!can.send) agrees(false, connector->send({}), "send");
  if (!can.find) agrees(false, connector->find({}, world.clock.now()), "find");
}

TEST_P(Calls, AnInterruptEndsThemAll) {
  if (rig->site() == nullptr || !d().can.pull) GTEST_SKIP() << "nothing here waits for a site";
  const auto connector = open();
  connector->interrupt();
  const auto page = seen(connector->pull(""));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Kind::unavailable);
}

TEST_P(Pull, TheSameItemsGiveTheSameIdsAndBytes) {
  std::vector<std::string> ids;
  for (const char* text : {"It never came.", "Lovely, thank you! \xF0\x9F\x92\x9A", "Where is my order 4711?"}) {
    ids.push_back(rig->customer_writes(text));
  }
  const auto first = hear_all(ids);
  world.clock.advance(minutes(1));
  const auto second = hear_all(ids);
  ASSERT_EQ(ids_of(first), ids_of(second));
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].item.raw, second[i].item.raw);
    EXPECT_EQ(first[i].content.message_id, second[i].content.message_id);
    EXPECT_EQ(first[i].content.text, second[i].content.text);
    EXPECT_EQ(first[i].item.place, second[i].item.place);
  }
  for (const std::string& id : ids) {
    const auto count =
        std::count_if(first.begin(), first.end(), [&](const Heard& h) { return h.item.external_id == id; });
    EXPECT_EQ(count, 1) << id;
  }
}

TEST_P(Pull, ACustomersWordsComeAsTheyWereWritten) {
  const std::string text = "Zo\xC3\xAB says: <b>not bold</b> & 5 < 6 \"quoted\" \xF0\x9F\x92\x9A";
  const Heard heard = customer_says(text);
  EXPECT_NE(heard.content.text.find(text), std::string::npos) << heard.content.text;
  EXPECT_FALSE(heard.item.own);
  EXPECT_FALSE(heard.content.deleted);
  EXPECT_NE(heard.content.message_id, "");
  EXPECT_EQ(heard.content.origin, model::Origin::personal);
  EXPECT_TRUE(heard.content.date.has_value());
}

TEST_P(Pull, EveryPageIsFollowedByWhoeverGoesOn) {
  if (!d().can.pull) GTEST_SKIP() << "nothing is pulled";
  constexpr int kItems = 250;
  std::set<std::string> written;
  for (int i = 0; i < kItems; ++i) written.insert(rig->customer_writes("Words number " + std::to_string(i)));
  ASSERT_EQ(written.size(), static_cast<std::size_t>(kItems));
  // Each page by a session of its own: all there is to know is in the cursor.
  std::set<std::string> heard;
  std::string cursor;
  int pages = 0;
  for (bool more = true; more && pages < 400; ++pages) {
    const auto page = seen(open()->pull(cursor));
    ASSERT_TRUE(page) << page.error().what;
    for (const model::Item& item : page->items) heard.insert(item.external_id);
    cursor = page->cursor;
    more = page->more;
  }
  for (const std::string& id : written) EXPECT_EQ(heard.count(id), 1u) << id << " was lost on the way";
  EXPECT_LT(pages, 400);

  world.clock.advance(minutes(10));
  const std::string late = rig->customer_writes("One more");
  const auto after = pull_all(*open(), cursor);
  EXPECT_TRUE(std::any_of(after.begin(), after.end(), [&](const Heard& h) { return h.item.external_id == late; }));
  EXPECT_LT(after.size(), 200u) << "what was heard is asked for again as a whole";
}

TEST_P(Pull, ACursorThatIsNoneBeginsAnew) {
  if (!d().can.pull) GTEST_SKIP() << "nothing is pulled";
  const std::string id = rig->customer_writes("Still here");
  for (const std::string odd : {"{}", "null", "[]", "not json", "{\"a\":", "\"x\"", "{\"next\":7,\"until\":{}}"}) {
    std::string cursor = odd;
    const auto heard = pull_all(*open(), cursor);
    EXPECT_TRUE(std::any_of(heard.begin(), heard.end(), [&](const Heard& h) { return h.item.external_id == id; }))
        << odd;
  }
}

TEST_P(Pull, WhatCantBeReadIsAnErrorOrNotesAndNeverTheEnd) {
  const Heard heard = customer_says("Some words to spoil");
  const std::string& raw = heard.item.raw;
  for (std::size_t cut = 0; cut < raw.size(); cut += 1 + raw.size() / 100) {
    model::Item spoilt = heard.item;
    spoilt.raw = raw.substr(0, cut);
    if (const auto content = parse(spoilt); !content) note(content.error());
    spoilt.raw = raw;
    spoilt.raw[cut] = static_cast<char>(spoilt.raw[cut] ^ 0x55);
    if (const auto content = parse(spoilt); !content) note(content.error());
  }
  for (const std::string odd : {"null", "[]", "{}", "{\"kind\":7}", "{\"a\":{\"a\":{}}}", "7", "\"x\"", "\xFF\xFE"}) {
    model::Item spoilt = heard.item;
    spoilt.raw = odd;
    if (const auto content = parse(spoilt); !content) note(content.error());
  }
}

// What is shown in the end when these came in this order, by the rule of the timeline.
const Heard& shown_of(const std::vector<const Heard*>& order) {
  const Heard* shown = order.front();
  for (const Heard* news : order) {
    if (timeline::replaces({news->content.version, news->content.deleted},
                           {shown->content.version, shown->content.deleted})) {
      shown = news;
    }
  }
  return *shown;
}

// Whatever order they come in, the same is shown in the end.
void expect_same_in_every_order(const std::vector<const Heard*>& in_order, const std::string& text, bool deleted) {
  std::vector<const Heard*> order = in_order;
  std::sort(order.begin(), order.end());
  do {
    const Heard& shown = shown_of(order);
    EXPECT_EQ(shown.content.deleted, deleted) << "versions \"" << shown.content.version << "\"";
    if (!deleted) {
      EXPECT_NE(shown.content.text.find(text), std::string::npos)
          << shown.content.text << " of version \"" << shown.content.version << "\"";
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_P(Versions, AnEditIsAYoungerVersionOfTheSameMessage) {
  const std::string id = rig->customer_writes("It is bad.");
  std::vector<Heard> before, after;
  std::unique_ptr<channel::Connector> connector = open();
  std::string cursor;
  const auto is_edit = [](const Heard& h) { return h.content.text.find("It is good now.") != std::string::npos; };
  const auto edit = [&] { return rig->customer_edits(id, "It is good now."); };
  if (d().can.pull) {
    before = pull_all(*connector, cursor);
    world.clock.advance(minutes(5));
    if (!edit()) GTEST_SKIP() << "no edits here";
    after = pull_until(*open(), cursor, is_edit);
  } else {
    before = hear_all({id});
    world.clock.advance(minutes(5));
    if (!edit()) GTEST_SKIP() << "no edits here";
    after = hear_all({id});
  }
  const auto old = std::find_if(before.begin(), before.end(), [&](const Heard& h) { return h.item.external_id == id; });
  const auto news = std::find_if(after.begin(), after.end(), is_edit);
  ASSERT_NE(old, before.end());
  ASSERT_NE(news, after.end()) << "nobody told of the edit";
  EXPECT_EQ(news->content.message_id, old->content.message_id);
  // A site that dates no edit is only read in order.
  if (news->content.version.empty() && old->content.version.empty() && !d().can.webhook) return;
  EXPECT_NE(news->content.version, old->content.version);
  EXPECT_NE(news->item.raw, old->item.raw);
  expect_same_in_every_order({&*old, &*news}, "It is good now.", false);
}

TEST_P(Versions, ADeletionIsATombstoneThatWinsOverWhateverComesLate) {
  const std::string id = rig->customer_writes("I take this back.");
  std::unique_ptr<channel::Connector> connector = open();
  std::string cursor;
  std::vector<Heard> before = d().can.pull ? pull_all(*connector, cursor) : hear_all({id});
  world.clock.advance(minutes(5));
  std::vector<Heard> edited;
  const bool edits = rig->customer_edits(id, "I take this back soon.");
  if (edits && d().can.pull) {
    edited = pull_until(*open(), cursor,
                        [](const Heard& h) { return h.content.text.find("back soon") != std::string::npos; });
  } else if (edits) {
    edited = hear_all({id});
  }
  world.clock.advance(minutes(5));
  if (!rig->customer_deletes(id)) GTEST_SKIP() << "no deletions here";
  const auto is_gone = [](const Heard& h) { return h.content.deleted; };
  const std::vector<Heard> after = d().can.pull ? pull_until(*open(), cursor, is_gone) : hear_all({id});

  const auto old = std::find_if(before.begin(), before.end(), [&](const Heard& h) { return h.item.external_id == id; });
  const auto gone = std::find_if(after.begin(), after.end(), is_gone);
  ASSERT_NE(old, before.end());
  ASSERT_NE(gone, after.end()) << "nobody told of the deletion";
  EXPECT_EQ(gone->content.message_id, old->content.message_id);
  EXPECT_EQ(gone->content.text, "") << "a tombstone holds no words";
  std::vector<const Heard*> all{&*old, &*gone};
  if (edits) {
    const auto edit = std::find_if(edited.begin(), edited.end(), [](const Heard& h) {
      return h.content.text.find("back soon") != std::string::npos;
    });
    if (edit != edited.end()) all.push_back(&*edit);
  }
  expect_same_in_every_order(all, "", true);
  expect_same_in_every_order({&*gone}, "", true);  // never preceded by anything
}

}  // namespace
}  // namespace amends::test
