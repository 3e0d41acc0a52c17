#include "core/app/rounds.h"

#include <algorithm>

namespace amends::app {

struct Rounds::Turn::Entry {
  Job job;
  JobId id = 0;
  Steady::time_point due;
  Steady::time_point moved;  // of the round under way
  bool running = false, rung = false, retired = false, interrupted = false;
};

namespace {

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

}  // namespace

void Rounds::Turn::moved() {
  const std::lock_guard lock(rounds_.mutex_);
  entry_.moved = Steady::now();
}

bool Rounds::Turn::should_yield() const {
  const std::lock_guard lock(rounds_.mutex_);
  return entry_.retired || rounds_.waits_somebody(entry_.job.lane, Steady::now());
}

Rounds::Rounds(RoundRules rules) : rules_(rules) {
  for (int i = 0; i < rules_.threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { run(stop); });
  }
}

Rounds::~Rounds() { stop(); }

Rounds::JobId Rounds::add(Job job) {
  auto entry = std::make_shared<Entry>();
  entry->due = Steady::now() + job.first;
  entry->job = std::move(job);
  const std::lock_guard lock(mutex_);
  entry->id = ++last_;
  entries_.emplace(entry->id, entry);
  changed();
  return entry->id;
}

void Rounds::ring(JobId id) {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  it->second->rung = true;
  // Who rings again and again keeps the place of the first time.
  if (!it->second->running) it->second->due = std::min(it->second->due, Steady::now());
  changed();
}

void Rounds::retire(JobId id) {
  std::shared_ptr<Entry> gone;  // what the job holds is let go without the lock
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  it->second->retired = true;
  if (!it->second->running) {
    gone = std::move(it->second);
    entries_.erase(it);
  } else if (it->second->job.lane == Lane::in) {
    interrupt(*it->second);
  }
}

// Under the lock: the round must not end in between, or the next one would be meant.
void Rounds::interrupt(Entry& entry) {
  if (entry.interrupted) return;
  entry.interrupted = true;
  if (entry.job.interrupt) entry.job.interrupt();
}

void Rounds::changed() {
  ++version_;
  changed_.notify_all();
}

bool Rounds::waits_somebody(Lane lane, Steady::time_point now) const {
  // A thread that is idle takes whoever is due; only a full house or a full lane makes anybody wait.
  if (running_[index_of(lane)] < rules_.most_in_a_lane && running_[0] + running_[1] < rules_.threads) return false;
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& one) {
    const Entry& entry = *one.second;
    return entry.job.lane == lane && !entry.running && !entry.retired && entry.due <= now;
  });
}

void Rounds::relieve() {
  const std::lock_guard lock(mutex_);
  const auto now = Steady::now();
  for (const Lane lane : {Lane::in, Lane::out}) {
    const auto patience = waits_somebody(lane, now) ? rules_.patience[index_of(lane)] : rules_.limit[index_of(lane)];
    for (const auto& [id, entry] : entries_) {
      if (entry->running && entry->job.lane == lane && now - entry->moved > patience) interrupt(*entry);
    }
  }
}

void Rounds::stop() {
  {
    const std::lock_guard lock(mutex_);
    for (std::jthread& thread : threads_) thread.request_stop();
    for (const auto& [id, entry] : entries_) {
      if (entry->running && entry->job.lane == Lane::in) interrupt(*entry);
    }
  }
  threads_.clear();
  std::map<JobId, std::shared_ptr<Entry>> gone;  // let go without the lock
  const std::lock_guard lock(mutex_);
  gone.swap(entries_);
}

// Who may be done now and is due longest; else `wake` is when to look again.
Rounds::Entry* Rounds::next(Steady::time_point now, Steady::time_point& wake) {
  Entry* best = nullptr;
  for (const auto& [id, entry] : entries_) {
    if (entry->running || entry->retired || running_[index_of(entry->job.lane)] >= rules_.most_in_a_lane) continue;
    if (entry->due > now) {
      wake = std::min(wake, entry->due);
      continue;
    }
    if (best != nullptr && best->due <= entry->due) continue;
    const auto same_key = [key = entry->job.key](const auto& other) {
      return other.second->running && other.second->job.key == key;
    };
    if (std::none_of(entries_.begin(), entries_.end(), same_key)) best = entry.get();
  }
  return best;
}

void Rounds::run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Steady::time_point wake = Steady::now() + std::chrono::hours(1);
    Entry* const found = next(Steady::now(), wake);
    if (found == nullptr) {
      const std::uint64_t seen = version_;
      changed_.wait_until(lock, stop, wake, [&] { return version_ != seen; });
      continue;
    }
    std::shared_ptr<Entry> entry = entries_.at(found->id);
    Turn turn(*this, *entry, stop);
    turn.after_interrupt_ = entry->interrupted;
    entry->running = true;
    entry->rung = entry->interrupted = false;
    entry->moved = Steady::now();
    ++running_[index_of(entry->job.lane)];
    lock.unlock();

    const std::chrono::milliseconds wait = entry->job.work(turn);

    lock.lock();
    entry->running = false;
    --running_[index_of(entry->job.lane)];
    entry->due = Steady::now() + (entry->rung ? std::chrono::milliseconds(0) : wait);
    if (entry->retired) entries_.erase(entry->id);
    // Somebody may have waited for this key or lane.
    changed();
    // The last of a job that was retired is let go without the lock.
    lock.unlock();
    entry.reset();
    lock.lock();
  }
}

}  // namespace amends::app
