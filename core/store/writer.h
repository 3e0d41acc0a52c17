// The thread that writes. Functions that wait together share one transaction and one fsync, each undone alone.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/store/connection.h"
#include "core/store/database.h"

namespace amends::store {

class Writer {
 public:
  using Work = std::function<Result<Done>(Tx&)>;

  explicit Writer(std::unique_ptr<Connection> connection);
  // Finishes what is queued.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Returns when the transaction with `work` is on disk, or undone.
  Result<Done> submit(const Work& work);
  // Runs `work` on the writing connection between two transactions, with none of its own: for what SQLite only does so.
  Result<Done> alone(const std::function<Result<Done>(Connection&)>& work);
  // Transactions committed since the start.
  std::int64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  // See Database.
  void follow(Follower& follower);
  void unfollow(Follower& follower);
  bool failed() const { return failed_.load(std::memory_order_acquire); }

 private:
  struct Job {
    const Work* work;
    const std::function<Result<Done>(Connection&)>* alone = nullptr;  // instead of `work`
    std::optional<Error> error = {};
    bool done = false;
  };
  class WriteTx;

  void serve();
  Result<Done> wait_for(Job& job);
  Job* take(bool first);
  void share_a_commit();
  void checkpoint_when_due();
  void tidy();
  void note_failure(const Error& error);

  std::unique_ptr<Connection> connection_;
  std::unique_ptr<WriteTx> tx_;
  std::atomic<bool> failed_ = false;
  std::atomic<std::int64_t> commits_ = 0;
  std::mutex followers_mutex_;
  std::vector<Follower*> followers_;
  int log_pages_ = 0;  // in the write-ahead log after the last commit

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable served_;
  std::deque<Job*> queue_;
  bool stopping_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace amends::store
