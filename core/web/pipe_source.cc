#include "core/web/pipe_source.h"

#include <algorithm>

namespace amends::web {

PipeSource::~PipeSource() {
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<std::string> PipeSource::read(std::size_t most) {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_.empty() || ended_; });
  if (waiting_.empty()) {
    if (!*ended_) return ended_->error();
    return std::string();
  }
  std::string out = waiting_.substr(0, most);
  waiting_.erase(0, out.size());
  lock.unlock();
  changed_.notify_all();
  return out;
}

void PipeSource::run() {
  Result<Done> ended = writer_([this](std::string_view bytes) { return take(bytes); });
  const std::lock_guard lock(mutex_);
  ended_ = std::move(ended);
  changed_.notify_all();
}

Result<Done> PipeSource::take(std::string_view bytes) {
  while (!bytes.empty()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kRoom || gone_; });
    if (gone_) return fail(Kind::unavailable, "the reader went away");
    const std::string_view part = bytes.substr(0, kRoom - waiting_.size());
    waiting_ += part;
    bytes.remove_prefix(part.size());
    lock.unlock();
    changed_.notify_all();
  }
  return Done{};
}

}  // namespace amends::web
