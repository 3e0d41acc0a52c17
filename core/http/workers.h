// The fixed pool of threads that runs handlers, and what waits for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/http/site.h"

namespace amends::http {

enum class Work : std::uint8_t { handshake, request, pull };

class Workers {
 public:
  explicit Workers(Site& site);
  ~Workers();  // waits for what runs; what waits is not run
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // The connection is the pool's from here on, unless it answers false because too many wait. A source is always pulled
  // from: there are no more of them than connections.
  bool offer(Connection& connection, Work work);
  std::size_t waiting() const;
  void stop();

 private:
  struct Job {
    Connection* connection;
    Work work;
  };
  void run();

  Site& site_;
  mutable std::mutex mutex_;
  std::condition_variable something_;
  std::deque<Job> queue_;
  std::size_t requests_ = 0;  // of them
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace amends::http
