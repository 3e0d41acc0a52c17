#include "core/app/live_streams.h"

#include <algorithm>

namespace amends::app {
namespace {

// Whose push is under way on this thread: a sink that cuts itself must not wait for itself.
thread_local const LiveStream* t_pushing = nullptr;

}  // namespace

Pushing::Pushing(LiveStream& stream) : lock_(stream.pushing), outer_(t_pushing) { t_pushing = &stream; }
Pushing::~Pushing() { t_pushing = outer_; }

Result<Live::Ticket> LiveStreams::add(Live::Wish wish, std::shared_ptr<Sink> sink, std::size_t most) {
  auto stream = std::make_shared<LiveStream>();
  stream->wish = std::move(wish);
  stream->sink = std::move(sink);
  const std::lock_guard lock(mutex_);
  if (closed_) return fail(Kind::unavailable, "the program is stopping");
  if (streams_.size() >= most) return fail(Kind::busy, "too many event streams are open", "try again in a minute");
  stream->ticket = ++last_;
  streams_.emplace(stream->ticket, stream);
  return stream->ticket;
}

void LiveStreams::remove(Live::Ticket ticket) {
  const std::lock_guard lock(mutex_);
  const auto it = streams_.find(ticket);
  if (it == streams_.end()) return;
  it->second->gone = true;
  streams_.erase(it);
}

std::size_t LiveStreams::end(const All& streams) {
  for (const auto& stream : streams) {
    stream->gone = true;
    if (t_pushing != stream.get()) const std::lock_guard wait(stream->pushing);
    stream->close();
  }
  return streams.size();
}

std::size_t LiveStreams::cut(std::string_view key) {
  All bearers;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = streams_.begin(); it != streams_.end();) {
      const auto& keys = it->second->wish.keys;
      const bool bears = std::find(keys.begin(), keys.end(), key) != keys.end();
      if (bears) bearers.push_back(std::move(it->second));
      it = bears ? streams_.erase(it) : std::next(it);
    }
  }
  return end(bearers);
}

void LiveStreams::close_all() {
  All streams;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& [ticket, stream] : streams_) streams.push_back(std::move(stream));
    streams_.clear();
  }
  end(streams);
}

LiveStreams::All LiveStreams::all() const {
  const std::lock_guard lock(mutex_);
  All out;
  out.reserve(streams_.size());
  for (const auto& [ticket, stream] : streams_) out.push_back(stream);
  return out;
}

std::size_t LiveStreams::size() const {
  const std::lock_guard lock(mutex_);
  return streams_.size();
}

}  // namespace amends::app
