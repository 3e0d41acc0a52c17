// One channel against its rig, as every test here sees it: opens the account, reads and answers, and watches over what
// no test may ever see: a request or an answer outside the site's contract, a secret in an error or a log.
//
// A test is written once and runs for every rig:
//   EVERY_CHANNEL(Pull);
//   TEST_P(Pull, FollowsEveryPage) { … }
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/channel/post.h"
#include "core/model/content.h"
#include "tests/support/channel_world.h"
#include "tests/support/rig.h"

namespace amends::test {

// Items as core would take them in, and what they mean.
struct Heard {
  model::Item item;
  model::Content content;
};

class ChannelTest : public testing::TestWithParam<RigRow> {
 protected:
  void SetUp() override;
  void TearDown() override;

  const channel::Descriptor& d() const { return *GetParam().descriptor; }

  // A session of the account; a new one knows only what a cursor tells it.
  std::unique_ptr<channel::Connector> open();
  std::unique_ptr<channel::Connector> open_with(std::map<std::string, std::string> settings);  // null when it refuses

  // All pages from `cursor` on, which moves along. Errors fail the test.
  std::vector<Heard> pull_all(channel::Connector& connector, std::string& cursor);
  // What the hub would have of these customers' items: by pulling, or by webhooks where a channel has nothing else.
  std::vector<Heard> hear_all(const std::vector<std::string>& external_ids);
  // Pulls at growing intervals, up to two days on, until `enough`; everything heard on the way.
  std::vector<Heard> pull_until(channel::Connector& connector, std::string& cursor,
                                const std::function<bool(const Heard&)>& enough);

  Heard read(const model::Item& item);
  Result<model::Content> parse(const model::Item& item);

  // An answer to a customer's item as core would send it. The point of no return counts into `points`, and runs
  // `at_the_point`.
  channel::Outbound answer_to(const Heard& what, const std::string& text, const std::string& key = "1");
  // A customer's item that takes an answer.
  Heard customer_says(const std::string& text);
  // The same item, by the name that the site gives it.
  Heard hear(const std::string& external_id);

  // What went wrong, kept for the search for secrets.
  template <class T>
  Result<T> seen(Result<T> result) {
    if (!result) note(result.error());
    return result;
  }
  void note(const Error& error) { errors_.push_back(error.what + "\n" + error.hint); }
  // Everything of this account that must never show.
  std::vector<std::string> secrets();

  std::unique_ptr<Rig> rig;
  ChannelWorld world;
  int points = 0;
  std::function<void()> at_the_point;

 private:
  std::vector<std::string> errors_;
  std::vector<std::string> first_secrets_;
};

std::string ids_of(const std::vector<Heard>& heard);  // a line each, for comparing and for reading
bool is_one_of(Kind kind, std::initializer_list<Kind> kinds);

inline void PrintTo(const RigRow& row, std::ostream* out) { *out << row.descriptor->name; }

#define EVERY_CHANNEL(suite)                                                                                        \
  class suite : public ChannelTest {};                                                                              \
  INSTANTIATE_TEST_SUITE_P(Every, suite, testing::ValuesIn(rigs()), [](const testing::TestParamInfo<RigRow>& row) { \
    return std::string(row.param.descriptor->name);                                                                 \
  })

}  // namespace amends::test
