#include "core/http/workers.h"

#include <pthread.h>

#include "core/http/exchange.h"

namespace amends::http {

Workers::Workers(Site& site) : site_(site) {
  for (unsigned i = 0; i < std::max(1u, site.options.workers); ++i) {
    threads_.emplace_back([this] {
      pthread_setname_np(pthread_self(), "http-worker");
      run();
    });
  }
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  {
    const std::lock_guard held(mutex_);
    stopping_ = true;
  }
  something_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool Workers::offer(Connection& connection, Work work) {
  bool wake = false;
  {
    const std::lock_guard held(mutex_);
    const std::size_t limit = site_.options.limits.queue;
    if (work == Work::request && requests_ >= limit) return false;
    if (work == Work::handshake && queue_.size() >= 4 * limit) return false;
    connection.owner.store(Connection::Owner::worker, std::memory_order_relaxed);
    queue_.push_back({&connection, work});
    if (work == Work::request) ++requests_;
    wake = idle_ > 0;
  }
  if (wake) something_.notify_one();
  return true;
}

std::size_t Workers::waiting() const {
  const std::lock_guard held(mutex_);
  return requests_;
}

void Workers::run() {
  Exchange exchange(site_);
  std::unique_lock held(mutex_);
  for (;;) {
    while (queue_.empty() && !stopping_) {
      ++idle_;
      something_.wait(held);
      --idle_;
    }
    if (stopping_) return;
    const Job job = queue_.front();
    queue_.pop_front();
    if (job.work == Work::request) --requests_;
    held.unlock();
    site_.counters.busy_workers.add();
    const bool again = exchange.run(*job.connection, job.work);
    site_.counters.busy_workers.sub();
    held.lock();
    if (again) queue_.push_back({job.connection, Work::pull});
  }
}

}  // namespace amends::http
