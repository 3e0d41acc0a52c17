// A queue between threads that holds at most so many things, so that a fast producer waits instead of filling memory.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace amends::app {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False when the queue was closed: nobody will take it.
  bool push(T value) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    if (closed_) return false;
    items_.push_back(std::move(value));
    has_items_.notify_one();
    return true;
  }

  // Nothing once the queue is finished and empty, or closed.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    has_items_.wait(lock, [&] { return closed_ || finished_ || !items_.empty(); });
    if (closed_ || items_.empty()) return {};
    T value = std::move(items_.front());
    items_.pop_front();
    has_room_.notify_one();
    return value;
  }

  // Nothing when there is none at the moment.
  std::optional<T> try_pop() {
    const std::lock_guard lock(mutex_);
    if (closed_ || items_.empty()) return {};
    T value = std::move(items_.front());
    items_.pop_front();
    has_room_.notify_one();
    return value;
  }

  // No more will be pushed; what is in it may still be taken.
  void finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    has_items_.notify_all();
  }
  // Everybody stops at once.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    has_items_.notify_all();
    has_room_.notify_all();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable has_room_, has_items_;
  std::deque<T> items_;
  bool finished_ = false, closed_ = false;
};

}  // namespace amends::app
