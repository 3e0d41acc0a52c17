#include "tests/flow/fake_channel.h"

#include <algorithm>
#include <csignal>
#include <thread>

#include "core/channel/registry.h"
#include "core/mime/mail.h"
#include "tests/flow/crowd_channel.h"
#include "tests/flow/fake_sites.h"

namespace amends::test {

Remote& Remote::the() {
  static Remote remote;
  return remote;
}

void Remote::reset() {
  const std::lock_guard lock(mutex_);
  mailbox_.clear();
  delivered_.clear();
  mood = Mood::serves;
  files_sent = false;
}

void Remote::puts(std::string raw, bool own, Timestamp received_at) {
  const std::lock_guard lock(mutex_);
  if (received_at.ms == 0) received_at.ms = 1'767'258'000'000 + static_cast<std::int64_t>(mailbox_.size()) * 60'000;
  mailbox_.push_back({std::move(raw), own, received_at});
}

std::size_t Remote::mailbox_size() const {
  const std::lock_guard lock(mutex_);
  return mailbox_.size();
}

std::string Remote::last_delivered() const {
  const std::lock_guard lock(mutex_);
  return delivered_.empty() ? "" : delivered_.back().second;
}

std::map<std::string, int> Remote::deliveries() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, int> out;
  for (const auto& [id, bytes] : delivered_) ++out[id];
  return out;
}

class FakeConnector final : public channel::Connector {
 public:
  // The cursor is how many items were handed over; a page has three.
  Result<channel::Page> pull(std::string_view cursor) override {
    Remote& remote = Remote::the();
    if (remote.mood == Remote::Mood::is_down) return fail(Kind::unavailable, "connection refused");
    if (remote.mood == Remote::Mood::wrong_password) return fail(Kind::unauthorized, "wrong password");
    const std::lock_guard lock(remote.mutex_);
    const std::size_t from = cursor.empty() ? 0 : std::stoul(std::string(cursor));
    const std::size_t to = std::min(from + 3, remote.mailbox_.size());
    channel::Page page;
    for (std::size_t i = from; i < to; ++i) {
      const auto& lying = remote.mailbox_[i];
      page.items.push_back(
          {"INBOX;1;" + std::to_string(i + 1), lying.raw, lying.own ? "Sent" : "INBOX", lying.own, lying.received_at});
    }
    page.cursor = std::to_string(to);
    page.more = to < remote.mailbox_.size();
    return page;
  }

  Result<channel::Receipt> send(const channel::Outbound& outbound) override {
    using enum Remote::Mood;
    Remote& remote = Remote::the();
    switch (remote.mood) {
      case is_down:
      case hangs_up: return fail(Kind::unavailable, "connection reset before the final dot");
      case wrong_password: return fail(Kind::unauthorized, "535 wrong password");
      case refuses: return everybody(outbound, model::RecipientState::refused, 550, "no such user");
      case defers: return everybody(outbound, model::RecipientState::deferred, 451, "try again later");
      case serves:
      case forgets: break;
    }
    if (outbound.point_of_no_return) TRY_DO(outbound.point_of_no_return());
    {
      const std::lock_guard lock(remote.mutex_);
      remote.delivered_.emplace_back(outbound.message_id, outbound.payload);
    }
    if (remote.mood == forgets) return everybody(outbound, model::RecipientState::in_doubt, 0, "connection lost");
    return everybody(outbound, model::RecipientState::accepted, 250, "queued");
  }

  Result<channel::Found> find(const channel::Outbound& outbound, Timestamp) override {
    Remote& remote = Remote::the();
    if (!remote.files_sent) return channel::Found::unknown;
    return remote.deliveries().contains(outbound.message_id) ? channel::Found::yes : channel::Found::no;
  }

 private:
  static channel::Receipt everybody(const channel::Outbound& outbound, model::RecipientState state, int code,
                                    const char* words) {
    channel::Receipt receipt;
    for (const std::string& recipient : outbound.recipients)
      receipt.recipients.push_back({recipient, state, code, words});
    return receipt;
  }
};

namespace {

// A parser with the faults that mail can wake in a parser: a header of the mail says which.
Result<model::Content> parse(const model::Item& item, const channel::ParseContext&) {
  if (item.raw.find("X-Poison: crash") != std::string::npos) {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's own handler would turn the crash into an exit
    raise(SIGSEGV);
  }
  if (item.raw.find("X-Poison: hang") != std::string::npos) {
    for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  if (item.raw.find("X-Poison: refuse") != std::string::npos) return fail(Kind::corrupt, "not a mail at all");
  return mime::parse(item.raw, {{"mx.cafe.test"}, true});
}

constexpr channel::Setting kFakeSettings[] = {
    {"address", channel::SettingKind::text, true, "Address", "The mailbox's address"},
};

}  // namespace

const channel::Descriptor kFakeChannel = [] {
  channel::Descriptor d;
  d.name = "fake";
  d.title = "Fake mail";
  d.handle_kind = "email";
  d.settings = kFakeSettings;
  d.can.mail = d.can.pull = d.can.send = d.can.find = true;
  d.can.html = d.can.attachments = d.can.subject = d.can.chosen_recipients = d.can.signed_reply_address = true;
  d.send_class = channel::SendClass::lookable;
  d.parse = parse;
  d.own_handles = [](const channel::Settings& settings) {
    return std::vector<std::string>{std::string(settings.get("address"))};
  };
  d.open = [](const channel::Settings&, const channel::Environment&) -> Result<std::unique_ptr<channel::Connector>> {
    return std::unique_ptr<channel::Connector>(std::make_unique<FakeConnector>());
  };
  return d;
}();

}  // namespace amends::test

namespace amends::channel {

std::span<const Descriptor* const> builtin_channels() {
  static constexpr const Descriptor* kAll[] = {&test::kFakeChannel,   &test::kStars, &test::kPosts,
                                               &test::kChat,          &test::kGuide, &test::kCrowdChannel,
                                               &test::kConsentChannel};
  return kAll;
}

}  // namespace amends::channel
