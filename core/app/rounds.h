// Jobs that come round again and again, done by a few threads: who is due longest goes first, a job is done by one
// thread at a time, and jobs that share a key never at the same time.
//
// Nobody is starved. There are two lanes, and neither gets all threads, so what leaves never waits for what comes in. A
// round is asked between its steps to let others go first. One that moves nothing is interrupted: after a while when
// others wait for its thread, after a longer while in any case; relieve() looks, and somebody calls it every second.
//
// Threads: any. Times are of the steady clock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace amends::app {

enum class Lane : std::uint8_t { in, out };

struct RoundRules {
  int threads = 8;
  int most_in_a_lane = 5;
  // How long a round may move nothing while others wait for its thread, by lane: a send that is cut short may have to
  // be looked for.
  std::array<std::chrono::milliseconds, 2> patience{std::chrono::seconds(15), std::chrono::minutes(2)};
  std::array<std::chrono::milliseconds, 2> limit{std::chrono::minutes(5), std::chrono::minutes(30)};
};

class Rounds {
 public:
  using Steady = std::chrono::steady_clock;

  // A round, as who does it sees it.
  class Turn {
   public:
    std::stop_token stop() const { return stop_; }
    void moved();               // something was achieved
    bool should_yield() const;  // others wait: come again
    // The round before this one was interrupted: what it used can't be used again.
    bool after_interrupt() const { return after_interrupt_; }

   private:
    friend class Rounds;
    struct Entry;
    Turn(Rounds& rounds, Entry& entry, std::stop_token stop) : rounds_(rounds), entry_(entry), stop_(std::move(stop)) {}
    Rounds& rounds_;
    Entry& entry_;
    std::stop_token stop_;
    bool after_interrupt_ = false;
  };

  struct Job {
    Lane lane = Lane::in;
    std::int64_t key = 0;
    // One round; how long until the next one is due.
    std::function<std::chrono::milliseconds(Turn&)> work;
    // Ends the round that is being done soon; another thread calls it, at most once a round. May be empty.
    std::function<void()> interrupt;
    std::chrono::milliseconds first{0};  // when the first round is due
  };
  using JobId = std::uint64_t;

  explicit Rounds(RoundRules rules = {});
  ~Rounds();

  JobId add(Job job);
  // Due now; while it is being done: once more right after. Nothing when it is gone.
  void ring(JobId id);
  // No further round. One that is being done is interrupted in the lane `in`, and finished in any case; the job is
  // forgotten after it.
  void retire(JobId id);
  void relieve();
  // Rounds under way in lane `in` are interrupted, those in `out` are finished: their outcome is worth the wait.
  void stop();

  int threads() const { return rules_.threads; }

 private:
  using Entry = Turn::Entry;
  void run(std::stop_token stop);
  Entry* next(Steady::time_point now, Steady::time_point& wake);
  void changed();
  bool waits_somebody(Lane lane, Steady::time_point now) const;
  static void interrupt(Entry& entry);

  const RoundRules rules_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<JobId, std::shared_ptr<Entry>> entries_;
  std::array<int, 2> running_{};
  JobId last_ = 0;
  std::uint64_t version_ = 0;  // of what next() reads
  std::vector<std::jthread> threads_;
};

}  // namespace amends::app
