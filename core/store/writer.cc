#include "core/store/writer.h"

#include <sqlite3.h>

#include <chrono>

#include "core/base/log.h"

namespace amends::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Those who came first shouldn't wait long for those who come while their transaction runs.
constexpr milliseconds kLongestGathering{20};
// A log of 4,096 pages (16 MiB) is copied back: pages that change often are then copied once for many commits, and a
// recovery after a crash still reads it in well under a second.
constexpr int kCheckpointPages = 4096;
// Readers keep a checkpoint from starting the log over. Past 12,288 pages (48 MiB) new commits wait for them a moment.
constexpr int kCrowdedPages = 12'288;
constexpr int kCrowdedWaitMilliseconds = 250;
constexpr milliseconds kIdle{5'000};

std::optional<Error> caught(const std::function<Result<Done>()>& work) {
  try {
    if (auto done = work(); !done) return std::move(done).error();
    return {};
  } catch (const SqlFailure& e) {
    return fail(e.kind, e.what());
  } catch (const std::exception& e) {
    return fail(Kind::internal, e.what());
  }
}

}  // namespace

class Writer::WriteTx final : public Tx {
 public:
  explicit WriteTx(Connection& connection) : connection_(connection) {}

  void* native() override { return connection_.handle(); }
  void before_commit(std::function<void(Tx&)> work) override { last_.push_back(std::move(work)); }

  std::size_t noted() const { return last_.size(); }
  void forget_from(std::size_t count) { last_.resize(count); }
  void run_last() {
    // One may note another.
    for (std::size_t i = 0; i < last_.size(); ++i) {
      const auto work = std::move(last_[i]);
      work(*this);
    }
    last_.clear();
  }

 protected:
  Query start(std::string_view sql, std::span<const Value> values) override { return connection_.query(sql, values); }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    return connection_.run(sql, values);
  }
  std::int64_t last_id() override { return sqlite3_last_insert_rowid(connection_.handle()); }

 private:
  Connection& connection_;
  std::vector<std::function<void(Tx&)>> last_;
};

Writer::Writer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), tx_(std::make_unique<WriteTx>(*connection_)) {
  sqlite3_wal_hook(
      connection_->handle(),
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
  thread_ = std::jthread([this] { serve(); });
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  thread_.join();
}

Result<Done> Writer::submit(const Work& work) {
  Job job{&work};
  return wait_for(job);
}

Result<Done> Writer::alone(const std::function<Result<Done>(Connection&)>& work) {
  Job job{nullptr, &work};
  return wait_for(job);
}

Result<Done> Writer::wait_for(Job& job) {
  if (std::this_thread::get_id() == thread_.get_id()) return fail(Kind::internal, "a write inside a write");
  std::unique_lock lock(mutex_);
  if (stopping_) return fail(Kind::unavailable, "the database is being closed");
  queue_.push_back(&job);
  arrived_.notify_one();
  served_.wait(lock, [&] { return job.done; });
  if (job.error) return std::move(*job.error);
  return Done{};
}

// Who wants to be alone begins a turn, and never joins one.
Writer::Job* Writer::take(bool first) {
  std::lock_guard lock(mutex_);
  if (queue_.empty() || (!first && queue_.front()->alone != nullptr)) return nullptr;
  Job* job = queue_.front();
  queue_.pop_front();
  return job;
}

void Writer::serve() {
  std::unique_lock lock(mutex_);
  bool tidied = true;
  for (;;) {
    const auto due = [&] { return stopping_ || !queue_.empty(); };
    if (tidied) {
      arrived_.wait(lock, due);
    } else if (!arrived_.wait_for(lock, kIdle, due)) {
      lock.unlock();
      tidy();
      tidied = true;
      lock.lock();
      continue;
    }
    if (queue_.empty()) return;
    lock.unlock();
    share_a_commit();
    checkpoint_when_due();
    tidied = false;
    lock.lock();
  }
}

// The first function needs no savepoint: undoing it undoes everything so far. That spares the copies which SQLite keeps
// of every page a savepoint sees changed, and a bulk import is such a first function.
void Writer::share_a_commit() {
  std::vector<Job*> together;
  const auto answer = [&](const std::optional<Error>& error) {
    std::lock_guard lock(mutex_);
    for (Job* job : together) {
      if (!job->error) job->error = error;
      job->done = true;
    }
    served_.notify_all();
  };
  if (failed()) {
    while (Job* job = take(true)) together.push_back(job);
    return answer(fail(Kind::unavailable, "the database failed earlier and takes no writes",
                       "Restart Amends; run `amends check` if this comes back."));
  }

  const auto until = steady_clock::now() + kLongestGathering;
  std::optional<Error> lost;  // took the whole transaction with it
  bool any = false;           // something in the transaction is worth a commit
  do {
    Job* job = take(together.empty());
    if (job == nullptr) break;
    together.push_back(job);
    if (job->alone != nullptr) {
      lost = caught([&] { return (*job->alone)(*connection_); });
      break;
    }
    const bool first = !any;
    lost = caught([&]() -> Result<Done> {
      if (!connection_->in_transaction()) connection_->run("BEGIN IMMEDIATE", {});
      if (!first) connection_->run("SAVEPOINT shared", {});
      return Done{};
    });
    if (lost) break;
    const auto noted = tx_->noted();
    job->error = caught([&] { return (*job->work)(*tx_); });
    if (!connection_->in_transaction()) {  // SQLite itself gave the transaction up
      lost = job->error ? job->error : fail(Kind::internal, "the function ended its transaction");
      break;
    }
    if (job->error) tx_->forget_from(noted);
    if (first) {
      if (job->error) lost = caught([&] { return connection_->run("ROLLBACK", {}), Done{}; });
    } else {
      lost = caught([&] {
        if (job->error) connection_->run("ROLLBACK TO shared", {});
        connection_->run("RELEASE shared", {});
        return Done{};
      });
    }
    if (lost) break;
    any = any || !job->error;
  } while (steady_clock::now() < until);

  if (!lost && any) {
    lost = caught([&] {
      tx_->run_last();
      connection_->run("COMMIT", {});
      commits_.fetch_add(1, std::memory_order_relaxed);
      return Done{};
    });
  }
  if (lost) {
    tx_->forget_from(0);
    if (connection_->in_transaction()) sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    note_failure(*lost);
  }
  if (!lost && any) {
    const std::lock_guard lock(followers_mutex_);
    for (Follower* follower : followers_) follower->committed();
  }
  answer(lost);
}

void Writer::follow(Follower& follower) {
  const std::lock_guard lock(followers_mutex_);
  followers_.push_back(&follower);
}

void Writer::unfollow(Follower& follower) {
  const std::lock_guard lock(followers_mutex_);
  std::erase(followers_, &follower);
}

void Writer::note_failure(const Error& error) {
  if (!connection_->fatal() || failed()) return;
  failed_.store(true, std::memory_order_release);
  // Closing would copy the log back and sync again.
  sqlite3_db_config(connection_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  log::error("store.failed", {{"why", error.what}});
}

void Writer::checkpoint_when_due() {
  if (log_pages_ < kCheckpointPages || failed()) return;
  const bool crowded = log_pages_ >= kCrowdedPages;
  if (crowded) sqlite3_busy_timeout(connection_->handle(), kCrowdedWaitMilliseconds);
  const auto problem = caught([&]() -> Result<Done> {
    const int code =
        sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                  crowded ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) connection_->raise(code, "checkpoint");
    return Done{};
  });
  sqlite3_busy_timeout(connection_->handle(), kBusyMilliseconds);
  if (problem) {
    log::warning("store.checkpoint", {{"why", problem->what}});
    note_failure(*problem);
  }
}

// After a while without work the log is emptied and the cache is given back.
void Writer::tidy() {
  if (failed()) return;
  sqlite3_busy_timeout(connection_->handle(), 0);
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection_->handle(), kBusyMilliseconds);
  sqlite3_db_release_memory(connection_->handle());
}

}  // namespace amends::store
