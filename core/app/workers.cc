#include "core/app/workers.h"

#include <poll.h>

#include <algorithm>
#include <map>

#include "core/app/changes.h"
#include "core/app/erase.h"
#include "core/app/pull.h"
#include "core/app/send.h"
#include "core/app/tidy.h"
#include "core/base/log.h"
#include "core/channel/connector.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long a sleeping thread may oversleep.
constexpr milliseconds kTimerEvery = seconds(10);
// A bell can be missed by a crash between commit and ring; this is how long that may cost.
constexpr milliseconds kIdle = seconds(30);
// A disk fills within seconds when somebody copies onto it.
constexpr milliseconds kLookAtDiskEvery = seconds(2);
// An erasure whose traces could not be removed at once, because somebody read an old state of the database.
constexpr milliseconds kScrubEvery = seconds(60);

std::optional<ingest::Account> row_of_account(Hub& hub, AccountId id) {
  auto rows = hub.db().read(
      [](store::Reader& reader) -> Result<std::vector<ingest::Account>> { return ingest::accounts(reader); });
  if (!rows) return {};
  const auto it = std::find_if(rows->begin(), rows->end(), [&](const ingest::Account& a) { return a.id == id; });
  return it == rows->end() ? std::nullopt : std::optional(std::move(*it));
}

}  // namespace

Workers::Workers(Hub& hub, bool pull) : hub_(hub), watchdog_(hub.guard(), hub.clock()) {
  hub.health().keep_ballast();
  hub.health().look();
  for (const HubAccount* account : hub.accounts()) {
    if (!account->connected) continue;
    auto line = std::make_unique<Line>();
    line->account = account;
    const channel::Descriptor& channel = *account->channel;
    const auto open = [&](bool wanted) -> std::unique_ptr<channel::Connector> {
      if (!wanted) return nullptr;
      auto connector = channel.open(*account->settings, hub_.environment(*account));
      if (connector) return *std::move(connector);
      log::error("account.open_failed", {{"account", account->name}, {"what", connector.error().what}});
      return nullptr;
    };
    line->puller = open(pull && channel.can.pull);
    line->sender = open(channel.can.send);
    line->watcher = open(pull && channel.can.watch);
    lines_.push_back(std::move(line));
  }
  threads_.emplace_back([this](std::stop_token stop) { place_loop(stop); });
  threads_.emplace_back([this](std::stop_token stop) { timer_loop(stop); });
  threads_.emplace_back([this](std::stop_token stop) { watch_loop(stop); });
  for (const auto& line : lines_) {
    Line* const l = line.get();
    if (l->puller) {
      threads_.emplace_back([this, l](std::stop_token stop) { pull_loop(*l, stop); });
    }
    if (l->sender) {
      threads_.emplace_back([this, l](std::stop_token stop) { send_loop(*l, stop); });
    }
  }
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  for (const auto& line : lines_) {
    // A send under way is finished: its outcome is worth the wait.
    for (channel::Connector* connector : {line->puller.get(), line->watcher.get()}) {
      if (connector != nullptr) connector->interrupt();
    }
  }
  threads_.clear();
}

void Workers::wake_senders() {
  for (const auto& line : lines_) line->send.ring();
}

Result<Done> Workers::pull_soon(AccountId account) {
  for (const auto& line : lines_) {
    if (line->account->id != account || !line->puller) continue;
    line->pull.ring();
    return Done{};
  }
  return fail(Kind::unsupported, "nothing can be pulled from this account", "Connect it in the configuration file.");
}

void Workers::pull_loop(Line& line, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto row = row_of_account(hub_, line.account->id);
    if (hub_.health().disk_low()) {
      line.pull.wait(kTimerEvery, stop);
      continue;
    }
    if (row && row->state == "active") {
      const PullReport report =
          pull_account(hub_, *line.account, *line.puller, stop, [&](const channel::Page& page, const InReport&) {
            if (!page.items.empty()) place_.ring();
          });
      if (report.error) {
        const auto failures = row->failures + 1;
        line.pull.wait(
            back_off(failures, report.error->retry_after, static_cast<std::uint64_t>(line.account->id.value)), stop);
        continue;
      }
    }
    line.pull.wait(line.account->poll, stop);
  }
}

void Workers::send_loop(Line& line, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const SendRound round = send_due(hub_, *line.account, *line.sender, stop);
    if (hub_.health().disk_low()) {  // what is due stays due; rung when there is room again
      line.send.wait(kTimerEvery, stop);
      continue;
    }
    line.send.wait(std::min<milliseconds>(round.next_in.value_or(kIdle), kIdle), stop);
  }
}

void Workers::place_loop(std::stop_token stop) {
  Pipeline pipeline(hub_);
  while (!stop.stop_requested()) {
    const auto placed = pipeline.place_waiting(1000);
    if (!placed) log::error("place.failed", {{"what", placed.error().what}});
    if (placed && placed->placed + placed->copies + placed->quarantined >= 1000) continue;
    place_.wait(kIdle, stop);
  }
}

void Workers::watch_loop(std::stop_token stop) {
  struct Watched {
    std::unique_ptr<channel::Watch> watch;
    milliseconds renew_at{0}, again_at{0};
    std::int64_t failures = 0;
  };
  std::map<Line*, Watched> all;
  for (const auto& line : lines_) {
    if (line->watcher) all[line.get()];
  }
  const auto broken = [&](Watched& w) {
    w.watch.reset();
    ++w.failures;
    w.again_at = hub_.clock().ticks() + back_off(w.failures, seconds(0), static_cast<std::uint64_t>(w.failures));
  };
  while (!stop.stop_requested()) {
    std::vector<pollfd> fds;
    std::vector<Line*> lines;
    for (auto& [line, w] : all) {
      const milliseconds now = hub_.clock().ticks();
      if (!w.watch && now >= w.again_at) {
        if (auto watch = line->watcher->watch()) {
          w.watch = *std::move(watch);
          w.renew_at = now + w.watch->every();
          w.failures = 0;
          line->pull.ring();  // what came while nobody watched
        } else {
          broken(w);
        }
      }
      if (w.watch && now >= w.renew_at) {
        if (w.watch->renew()) {
          w.renew_at = now + w.watch->every();
        } else {
          broken(w);
        }
      }
      if (w.watch) {
        fds.push_back({w.watch->fd(), POLLIN, 0});
        lines.push_back(line);
      }
    }
    // A second is how long stopping may take; nothing else waits for it.
    if (::poll(fds.data(), fds.size(), 1000) <= 0) continue;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].revents == 0) continue;
      Watched& w = all[lines[i]];
      const auto pull_now = w.watch->readable();
      if (!pull_now) {
        broken(w);
      } else if (*pull_now) {
        lines[i]->pull.ring();
      }
    }
  }
}

void Workers::timer_loop(std::stop_token stop) {
  Bell tick;
  milliseconds scrub_at{0}, tidy_at{0};
  while (!stop.stop_requested()) {
    const auto freed = hub_.db().write([&](store::Tx& tx) -> Result<std::int64_t> {
      wake_threads(tx, hub_.clock().now());
      return recover_outbox(tx, {hub_.epoch(), hub_.clock().ticks().count()}, hub_.clock().now());
    });
    if (!freed) log::error("timers.failed", {{"what", freed.error().what}});
    if (freed && *freed > 0) wake_senders();
    const milliseconds now = hub_.clock().ticks();
    if (hub_.anybody_erased() && now >= scrub_at) {
      scrub_at = now + kScrubEvery;
      if (const auto done = scrub_erased(hub_); !done) log::warning("scrub.later", {{"what", done.error().what}});
    }
    if (now >= tidy_at) {
      tidy_at = now + kTidyEvery;
      if (const auto done = tidy_logs(hub_); !done) log::warning("tidy.later", {{"what", done.error().what}});
    }
    for (milliseconds waited{0}; waited < kTimerEvery && !stop.stop_requested(); waited += kLookAtDiskEvery) {
      const bool was_low = hub_.health().disk_low();
      if (!hub_.health().look() && was_low) wake_senders();
      tick.wait(kLookAtDiskEvery, stop);
    }
  }
}

}  // namespace amends::app
