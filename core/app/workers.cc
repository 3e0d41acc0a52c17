#include "core/app/workers.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "core/app/changes.h"
#include "core/app/erase.h"
#include "core/app/probe.h"
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
  auto row = hub.db().read(
      [&](store::Reader& reader) -> Result<std::optional<ingest::Account>> { return ingest::account(reader, id); });
  return row ? *std::move(row) : std::nullopt;
}

std::uint64_t salt_of(AccountId id) { return static_cast<std::uint64_t>(id.value); }

// Jobs of an account that must not be done side by side share a key.
enum class Part : std::int64_t { pull, send, watch, probe };
std::int64_t key_of(AccountId id, Part part) { return id.value * 4 + static_cast<std::int64_t>(part); }

}  // namespace

// One account at work. Its jobs share it, so it goes when the last of them has ended.
struct Workers::Line {
  Line(Hub& h, const HubAccount& a) : hub(h), account(&a) {}

  // A connector of ours, to be interrupted by another thread while it is used.
  struct Way {
    std::mutex mutex;
    std::shared_ptr<channel::Connector> connector;
    std::optional<Rounds::JobId> job;

    void interrupt() {
      const std::lock_guard lock(mutex);
      if (connector) connector->interrupt();
    }
  };
  // Null when it can't be opened; a way that was interrupted is opened anew.
  std::shared_ptr<channel::Connector> open(Way& way, bool anew) {
    {
      const std::lock_guard lock(way.mutex);
      if (way.connector && !anew) return way.connector;
    }
    auto opened = account->channel->open(*account->settings, hub.environment(*account));
    if (!opened) {
      log::error("account.open_failed", {{"account", account->name}, {"what", opened.error().what}});
      return nullptr;
    }
    std::shared_ptr<channel::Connector> fresh = *std::move(opened);
    const std::lock_guard lock(way.mutex);
    return way.connector = fresh;
  }

  // What the watch thread has in hand.
  struct Watched {
    std::unique_ptr<channel::Watch> watch;
    milliseconds renew_at{0};
  };

  Hub& hub;
  const HubAccount* const account;
  Way pull, send, watch, probe;
  std::mutex watch_mutex;
  Watched watched;                      // under watch_mutex
  std::atomic<std::int64_t> misses{0};  // of watching, in a row
};

Workers::Workers(Hub& hub, bool pull, RoundRules rules)
    : hub_(hub),
      pull_(pull),
      watchdog_(hub.guard(), hub.clock()),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      rounds_(rules) {
  hub.health().keep_ballast();
  hub.health().look();
  listener_ = hub.account_list().on_change([this] { look_again(); });
  reconcile();
  threads_.emplace_back([this](std::stop_token stop) { place_loop(stop); });
  threads_.emplace_back([this](std::stop_token stop) { timer_loop(stop); });
  threads_.emplace_back([this](std::stop_token stop) { watch_loop(stop); });
}

Workers::~Workers() {
  stop();
  ::close(wake_fd_);
}

void Workers::stop() {
  hub_.account_list().stop_telling(listener_);
  for (std::jthread& thread : threads_) thread.request_stop();
  look_again();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, line] : lines_) {
      if (line) line->watch.interrupt();
    }
  }
  rounds_.stop();
  threads_.clear();
  const std::lock_guard lock(mutex_);
  lines_.clear();
}

void Workers::look_again() {
  const std::uint64_t one = 1;
  (void)!::write(wake_fd_, &one, sizeof one);
}

std::shared_ptr<Workers::Line> Workers::begin(const HubAccount& account) {
  auto line = std::make_shared<Line>(hub_, account);
  const channel::Capabilities& can = account.channel->can;
  const auto add = [&](Line::Way& way, Lane lane, Part part, auto round, milliseconds first) {
    Rounds::Job job;
    job.lane = lane;
    job.key = key_of(account.id, part);
    job.work = [this, line, round](Rounds::Turn& turn) { return (this->*round)(*line, turn); };
    job.interrupt = [line, &way] { way.interrupt(); };
    job.first = first;
    way.job = rounds_.add(std::move(job));
  };
  if (pull_ && can.pull) add(line->pull, Lane::in, Part::pull, &Workers::pull_round, milliseconds(0));
  if (can.send) add(line->send, Lane::out, Part::send, &Workers::send_round, milliseconds(0));
  if (pull_ && can.watch) add(line->watch, Lane::in, Part::watch, &Workers::watch_round, milliseconds(0));
  if (pull_) add(line->probe, Lane::in, Part::probe, &Workers::probe_round, probe_due_in(hub_, account));
  return line;
}

void Workers::end(Line& line) {
  for (Line::Way* way : {&line.pull, &line.send, &line.watch, &line.probe}) {
    if (way->job) rounds_.retire(*way->job);
  }
  const std::lock_guard lock(line.watch_mutex);
  line.watched.watch.reset();
}

// The accounts we work for become those that are connected now, as they are now.
void Workers::reconcile() {
  std::vector<std::shared_ptr<Line>> gone;
  {
    const std::lock_guard lock(mutex_);
    for (const HubAccount* account : hub_.accounts()) {
      std::shared_ptr<Line>& line = lines_[account->id];
      if (line && line->account == account) continue;
      if (line) gone.push_back(std::move(line));
      line = account->connected ? begin(*account) : nullptr;
    }
  }
  for (const auto& line : gone) end(*line);
}

void Workers::wake_senders() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, line] : lines_) {
    if (line && line->send.job) rounds_.ring(*line->send.job);
  }
}

Result<Done> Workers::pull_soon(AccountId account) {
  reconcile();
  const std::lock_guard lock(mutex_);
  const auto it = lines_.find(account);
  if (it == lines_.end() || !it->second || !it->second->pull.job) {
    return fail(Kind::unsupported, "nothing can be pulled from this account", "connect it first");
  }
  rounds_.ring(*it->second->pull.job);
  return Done{};
}

milliseconds Workers::pull_round(Line& line, Rounds::Turn& turn) {
  const auto row = row_of_account(hub_, line.account->id);
  if (hub_.health().disk_low()) return kTimerEvery;
  if (!row || row->state != "active") return line.account->poll;
  const auto connector = line.open(line.pull, turn.after_interrupt());
  if (!connector) return back_off(row->failures + 1, seconds(0), salt_of(line.account->id));
  const PullReport report = pull_account(
      hub_, *line.account, *connector, turn.stop(),
      [&](const channel::Page& page, const InReport&) {
        turn.moved();
        if (!page.items.empty()) place_.ring();
      },
      [&] { return turn.should_yield(); });
  if (report.error) return back_off(row->failures + 1, report.error->retry_after, salt_of(line.account->id));
  return report.yielded ? milliseconds(0) : milliseconds(line.account->poll);
}

milliseconds Workers::send_round(Line& line, Rounds::Turn& turn) {
  const auto connector = line.open(line.send, turn.after_interrupt());
  if (!connector) return kIdle;
  const SendRound round = send_due(hub_, *line.account, *connector, turn.stop());
  // What came before the receipts of these (early.h).
  if (round.sent + round.failed + round.uncertain > 0) place_.ring();
  if (hub_.health().disk_low()) return kTimerEvery;  // what is due stays due; rung when there is room again
  return std::min<milliseconds>(round.next_in.value_or(kIdle), kIdle);
}

// Opens the watch; the watch thread polls it.
milliseconds Workers::watch_round(Line& line, Rounds::Turn& turn) {
  {
    const std::lock_guard lock(line.watch_mutex);
    if (line.watched.watch) return kIdle;
  }
  const auto row = row_of_account(hub_, line.account->id);
  if (!row || row->state != "active") return kIdle;
  const auto connector = line.open(line.watch, turn.after_interrupt());
  auto watch = connector ? connector->watch() : fail(Kind::unavailable, "can't be opened");
  if (!watch) return back_off(++line.misses, seconds(0), salt_of(line.account->id));
  line.misses = 0;
  {
    const std::lock_guard lock(line.watch_mutex);
    line.watched = {*std::move(watch), hub_.clock().ticks()};
    line.watched.renew_at += line.watched.watch->every();
  }
  if (line.pull.job) rounds_.ring(*line.pull.job);  // what came while nobody watched
  look_again();
  return kIdle;
}

milliseconds Workers::probe_round(Line& line, Rounds::Turn& turn) {
  const auto row = row_of_account(hub_, line.account->id);
  if (row && row->state == "active") {
    const auto connector = line.open(line.probe, turn.after_interrupt());
    if (connector) (void)probe_account(hub_, *line.account, *connector);
  }
  return std::max<milliseconds>(probe_due_in(hub_, *line.account), kTimerEvery);
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
  while (!stop.stop_requested()) {
    std::vector<pollfd> fds{{wake_fd_, POLLIN, 0}};
    std::vector<std::shared_ptr<Line>> all, polled;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [id, line] : lines_) {
        if (line && line->watch.job) all.push_back(line);
      }
    }
    const auto broken = [&](Line& line) {
      line.watched.watch.reset();
      ++line.misses;
      rounds_.ring(*line.watch.job);
    };
    for (const auto& line : all) {
      const std::lock_guard lock(line->watch_mutex);
      Line::Watched& w = line->watched;
      if (w.watch && hub_.clock().ticks() >= w.renew_at) {
        if (w.watch->renew()) {
          w.renew_at = hub_.clock().ticks() + w.watch->every();
        } else {
          broken(*line);
        }
      }
      if (w.watch) {
        fds.push_back({w.watch->fd(), POLLIN, 0});
        polled.push_back(line);
      }
    }
    all.clear();
    // A second is how long a silent round waits for relief.
    const int ready = ::poll(fds.data(), fds.size(), 1000);
    rounds_.relieve();
    if (ready <= 0 || stop.stop_requested()) continue;
    if (fds[0].revents != 0) {
      std::uint64_t rung = 0;
      (void)!::read(wake_fd_, &rung, sizeof rung);
      reconcile();
    }
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (fds[i + 1].revents == 0) continue;
      Line& line = *polled[i];
      const std::lock_guard lock(line.watch_mutex);
      if (!line.watched.watch || line.watched.watch->fd() != fds[i + 1].fd) continue;
      const auto pull_now = line.watched.watch->readable();
      if (!pull_now) {
        broken(line);
      } else if (*pull_now && line.pull.job) {
        rounds_.ring(*line.pull.job);
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
