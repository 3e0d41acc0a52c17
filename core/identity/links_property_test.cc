// Any order of merges, splits and undos, checked against a model that knows nothing but which events are in force.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "core/identity/links.h"
#include "tests/support/schema.h"

namespace amends::identity {
namespace {

constexpr BrandId kPlayBrand{1};
const Timestamp kNow{1'767'258'000'000};

struct Event {
  LinkEventId id;
  LinkKind kind;
  CustomerId from, into;
  IdentityId identity;
  bool in_force = true;
};

struct Model {
  std::map<IdentityId, CustomerId> origin;
  std::vector<Event> events;

  CustomerId speaker(CustomerId c) const {
    for (bool moved = true; moved;) {
      moved = false;
      for (const Event& e : events) {
        if (!e.in_force || e.kind != LinkKind::merge || e.from != c) continue;
        c = e.into;
        moved = true;
        break;
      }
    }
    return c;
  }
  std::map<IdentityId, CustomerId> owners() const {
    std::map<IdentityId, CustomerId> out;
    for (const auto& [identity, customer] : origin) {
      CustomerId home = customer;
      for (const Event& e : events) {
        if (e.in_force && e.kind == LinkKind::split && e.identity == identity) home = e.into;
      }
      out[identity] = speaker(home);
    }
    return out;
  }
};

std::map<IdentityId, CustomerId> stored(store::Reader& reader) {
  std::map<IdentityId, CustomerId> out;
  for (auto q = reader.query("SELECT id, customer_id FROM identity"); q.next();) {
    out[q.row().id<IdentityId>(0)] = q.row().id<CustomerId>(1);
  }
  return out;
}

TEST(Links, AnyOrderOfMergesSplitsAndUndosComesOutAsTheEventsInForceSay) {
  amends::test::TempFolder folder;
  const auto migrations = amends::test::all_migrations();
  auto db = *store::Database::open({folder / "t.db", migrations});
  // Every case runs in a transaction that is undone, so that all start from nothing.
  const bool held = rc::check([&] {
    const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
        rc::gen::tuple(rc::gen::inRange(0, 10), rc::gen::inRange(0, 1000), rc::gen::inRange(0, 1000)));
    std::string wrong;
    auto ignored = db->write([&](store::Tx& tx) -> Result<Done> {
      Model model;
      int made = 0;
      const auto make = [&] {
        const std::string handle = "p" + std::to_string(++made) + "@x.example";
        const Resolved r = resolve(tx, {kPlayBrand, "email", handle, "", true, kNow, false});
        model.origin[r.identity] = r.customer;
      };
      const auto compare = [&](const std::map<IdentityId, CustomerId>& before, const LinkChange& change,
                               const char* what) {
        const auto now = stored(tx);
        if (now != model.owners()) wrong = std::string(what) + ": other owners than the events say";
        std::vector<IdentityId> moved;
        for (const auto& [identity, customer] : now) {
          if (before.at(identity) != customer) moved.push_back(identity);
        }
        if (moved != change.moved) wrong = std::string(what) + ": other identities moved than reported";
      };
      const auto take_back = [&](Event& e) {
        const auto before = stored(tx);
        const auto change = undo(tx, kPlayBrand, e.id, "test", kNow);
        e.in_force = false;
        if (!change) {
          wrong = "undo refused: " + change.error().what;
        } else {
          compare(before, *change, "undo");
        }
      };
      for (int i = 0; i < 4; ++i) make();
      for (const auto& [action, x, y] : steps) {
        const auto pick = [&](int n) {
          return std::next(model.origin.begin(), n % static_cast<int>(model.origin.size()));
        };
        const auto before = stored(tx);
        if (action == 0) {
          make();
        } else if (action <= 5) {
          const auto done = merge(tx, kPlayBrand, pick(x)->second, pick(y)->second, "test", "", kNow);
          const bool same = model.speaker(pick(x)->second) == model.speaker(pick(y)->second);
          if (static_cast<bool>(done) == same) wrong = "merge of one with itself, or refusal of two";
          if (!done) continue;
          model.events.push_back({done->event, LinkKind::merge, done->from, done->into, {}});
          compare(before, *done, "merge");
        } else if (action == 6) {
          const auto done = split(tx, kPlayBrand, pick(x)->first, "test", "", kNow);
          if (!done) continue;
          model.events.push_back({done->event, LinkKind::split, done->from, done->into, pick(x)->first});
          compare(before, *done, "split");
        } else if (!model.events.empty()) {
          Event& e = model.events[static_cast<std::size_t>(x) % model.events.size()];
          if (e.in_force) take_back(e);
        }
        if (!wrong.empty()) break;
      }
      // Everything undone, in an order of no meaning: everybody is back where they began.
      for (std::size_t i = 0; wrong.empty() && i < model.events.size(); ++i) {
        Event& e = model.events[(i * 7 + 3) % model.events.size()];
        if (e.in_force) take_back(e);
      }
      for (Event& e : model.events) {
        if (wrong.empty() && e.in_force) take_back(e);
      }
      if (wrong.empty() && stored(tx) != model.origin) wrong = "not back at the beginning";
      return fail(Kind::rejected, "every case is undone");
    });
    RC_ASSERT(!ignored);
    RC_ASSERT(ignored.error().what == "every case is undone");
    if (!wrong.empty()) RC_FAIL(wrong);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace amends::identity
