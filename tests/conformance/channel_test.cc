#include "tests/conformance/channel_test.h"

#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/channel/api.h"

namespace amends::test {

using std::chrono::hours;
using std::chrono::minutes;

void ChannelTest::SetUp() {
  log::set_level(log::Level::debug);
  testing::internal::CaptureStderr();
  rig = GetParam().make();
  if (const auto tokens = rig->tokens()) world.tokens.connect(*tokens);
  first_secrets_ = secrets();
}

void ChannelTest::TearDown() {
  const std::string logs = testing::internal::GetCapturedStderr();
  log::set_level(log::Level::info);
  if (SiteFake* site = rig->site()) {
    EXPECT_EQ(text::join(site->violations(), "\n"), "");
  }
  std::vector<std::string> all = secrets();
  all.insert(all.end(), first_secrets_.begin(), first_secrets_.end());
  for (const std::string& secret : all) {
    EXPECT_EQ(logs.find(secret), logs.npos) << "a secret is in the log";
    for (const std::string& error : errors_) EXPECT_EQ(error.find(secret), error.npos) << "a secret is in: " << error;
  }
}

std::vector<std::string> ChannelTest::secrets() {
  std::vector<std::string> out;
  const auto keep = [&](std::string_view secret) {
    constexpr std::size_t kTooShortToSearch = 4;
    if (secret.size() < kTooShortToSearch) return;
    out.emplace_back(secret);
    out.push_back(channel::percent_encode(secret));
    out.push_back(text::to_base64(secret));
  };
  const auto given = rig->settings();
  for (const channel::Setting& setting : d().settings) {
    const auto it = given.find(std::string(setting.key));
    if (setting.kind == channel::SettingKind::secret && it != given.end()) keep(it->second);
  }
  if (const auto tokens = world.tokens.current()) {
    keep(tokens->access.reveal());
    keep(tokens->refresh.reveal());
  }
  for (const std::string& token : world.tokens.committed()) keep(token);
  return out;
}

std::unique_ptr<channel::Connector> ChannelTest::open_with(std::map<std::string, std::string> settings) {
  auto opened = seen(world.open(d(), settings));
  return opened ? *std::move(opened) : nullptr;
}

std::unique_ptr<channel::Connector> ChannelTest::open() {
  auto opened = world.open(d(), rig->settings());
  if (!opened) {
    ADD_FAILURE() << "can't be opened: " << opened.error().what;
    std::abort();
  }
  return *std::move(opened);
}

Result<model::Content> ChannelTest::parse(const model::Item& item) {
  const auto settings = channel::check_settings(d(), rig->settings());
  if (!settings) return settings.error();
  return d().parse(item, {*settings, "the account"});
}

Heard ChannelTest::read(const model::Item& item) {
  Heard out{item, {}};
  EXPECT_NE(item.external_id, "");
  EXPECT_TRUE(text::is_utf8(item.external_id)) << item.external_id;
  EXPECT_NE(item.raw, "") << item.external_id;
  EXPECT_GT(item.received_at.ms, 0) << item.external_id;
  auto content = parse(item);
  if (content) {
    out.content = *std::move(content);
  } else {
    ADD_FAILURE() << item.external_id << ": " << content.error().what;
  }
  for (const std::string* text : {&out.content.text, &out.content.author.name, &out.content.author.handle,
                                  &out.content.permalink, &out.content.location}) {
    EXPECT_TRUE(text::is_utf8(*text)) << item.external_id;
  }
  if (out.content.rating) {
    EXPECT_GE(*out.content.rating, 1) << item.external_id;
    EXPECT_LE(*out.content.rating, 5) << item.external_id;
  }
  return out;
}

std::vector<Heard> ChannelTest::pull_all(channel::Connector& connector, std::string& cursor) {
  constexpr int kMostPages = 400;
  constexpr std::size_t kMostItems = 250;  // "at most about 100": a page is one transaction
  std::vector<Heard> out;
  for (int pages = 0;; ++pages) {
    if (pages == kMostPages) {
      ADD_FAILURE() << "there is always another page";
      return out;
    }
    auto page = connector.pull(cursor);
    if (!page) {
      note(page.error());
      ADD_FAILURE() << "pull: " << page.error().what;
      return out;
    }
    EXPECT_LE(page->items.size(), kMostItems);
    for (const model::Item& item : page->items) out.push_back(read(item));
    cursor = page->cursor;
    EXPECT_NE(cursor, "");
    if (!page->more) return out;
  }
}

std::vector<Heard> ChannelTest::hear_all(const std::vector<std::string>& external_ids) {
  std::vector<Heard> out;
  auto connector = open();
  if (d().can.pull) {
    std::string cursor;
    return pull_all(*connector, cursor);
  }
  for (const std::string& id : external_ids) {
    const auto request = rig->webhook_about(id);
    if (!request) {
      ADD_FAILURE() << "there is no way to hear of " << id;
      return out;
    }
    auto reply = seen(connector->webhook(*request));
    if (!reply) {
      ADD_FAILURE() << "webhook: " << reply.error().what;
      return out;
    }
    for (const model::Item& item : reply->items) out.push_back(read(item));
  }
  return out;
}

std::vector<Heard> ChannelTest::pull_until(channel::Connector& connector, std::string& cursor,
                                           const std::function<bool(const Heard&)>& enough) {
  std::vector<Heard> out;
  for (const auto wait : {minutes(0), minutes(2), minutes(70), minutes(7 * 60), minutes(20 * 60), minutes(30 * 60)}) {
    world.clock.advance(wait);
    for (Heard& one : pull_all(connector, cursor)) out.push_back(std::move(one));
    if (std::any_of(out.begin(), out.end(), enough)) break;
  }
  return out;
}

Heard ChannelTest::customer_says(const std::string& text) { return hear(rig->customer_writes(text)); }

Heard ChannelTest::hear(const std::string& id) {
  for (Heard& one : hear_all({id})) {
    if (one.item.external_id == id) return std::move(one);
  }
  ADD_FAILURE() << "nothing was heard of " << id;
  return {};
}

channel::Outbound ChannelTest::answer_to(const Heard& what, const std::string& text, const std::string& key) {
  channel::Post post;
  post.text = text;
  post.visibility = what.content.visibility;
  post.to = what.content.author;
  post.in_reply_to = what.item.external_id;
  post.answers_id = what.content.message_id;
  post.root_id = what.content.references.empty() ? what.content.message_id : what.content.references.front();
  post.place = what.item.place;
  post.language = what.content.language;
  channel::Outbound out;
  out.key = "o." + key + ".abcdefgh.0123456789abcdefghijklmn@shop.example";  // as crypto::mint_message_id makes them
  out.message_id = out.key;
  out.payload = channel::write_post(post);
  out.in_reply_to = post.in_reply_to;
  out.recipients = {post.to.handle.empty() ? "them" : post.to.handle};
  out.point_of_no_return = [this]() -> Result<Done> {
    ++points;
    if (at_the_point) at_the_point();
    return Done{};
  };
  return out;
}

std::string ids_of(const std::vector<Heard>& heard) {
  std::string out;
  for (const Heard& one : heard) out += one.item.external_id + "\n";
  return out;
}

bool is_one_of(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace amends::test
