#include "core/http/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/log.h"

namespace amends::http {
namespace {

using Owner = Connection::Owner;
using Phase = Connection::Phase;
using ms = std::chrono::milliseconds;

constexpr ms kTick{250};
constexpr int kLastRounds = 16;
constexpr ms kDoorPause{20};
constexpr ms kWarningPause{10'000};

// So many idle connections go at once when newcomers find no room, and so close to the limit it begins.
std::size_t spare(std::size_t limit) { return std::clamp<std::size_t>(limit / 16, 1, 64); }
ms tick_for(const Timeouts& t) {
  const ms shortest =
      std::min({t.handshake, t.header, t.body_grace, t.idle, t.reader, t.heartbeat, t.linger, t.farewell});
  return std::clamp(shortest / 4, ms(5), kTick);
}

}  // namespace

Loop::Loop(Site& site, Workers& workers, Door& door)
    : site_(site),
      door_(door),
      reception_(site, workers),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      tick_(tick_for(site.options.timeouts)) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.ptr = &door_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, door_.fd(), &event);
  event.data.ptr = &site_.inbox;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, site_.inbox.fd(), &event);
}

Loop::~Loop() {
  for (auto& connection : connections_) {
    reception_.kill(*connection);
    site_.counters.connections.sub();
  }
  ::close(epoll_);
}

void Loop::end(Clock::time_point at_the_latest) {
  latest_.store(at_the_latest.time_since_epoch().count());
  site_.inbox.wake();
}

void Loop::run() {
  std::vector<epoll_event> events(512);
  std::vector<Connection*> posted, again;
  auto next_sweep = Clock::now() + tick_;
  for (;;) {
    auto now = Clock::now();
    const auto wait = again_.empty() ? std::max(ms(0), std::chrono::ceil<ms>(next_sweep - now)) : ms(0);
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(wait.count()));
    now = Clock::now();
    for (int i = 0; i < n; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == &site_.inbox) {
        site_.inbox.hush();
        continue;
      }
      if (event.data.ptr == &door_) {
        const std::size_t limit = site_.options.limits.connections;
        if (connections_.size() + spare(limit) > limit) make_room();
        if (!door_.let_in(site_, [this](auto connection) { enter(std::move(connection)); })) {
          if (now >= warns_at_) log::warning("http.no_descriptors");
          warns_at_ = now + kWarningPause;
          make_room();
          ::epoll_ctl(epoll_, EPOLL_CTL_DEL, door_.fd(), nullptr);
          door_watched_ = false;
          door_opens_at_ = now + kDoorPause;
        }
        continue;
      }
      happened(*static_cast<Connection*>(event.data.ptr), event.events, now);
    }
    again.swap(again_);
    for (Connection* connection : again) {
      connection->queued = false;
      step(*connection, now);
    }
    again.clear();
    // Whoever was buried before the inbox is emptied is named nowhere afterwards.
    auto buried = std::exchange(dead_, {});
    site_.inbox.take(posted);
    for (Connection* connection : posted) step(*connection, now);
    buried.clear();
    if (now >= next_sweep) {
      sweep(now);
      next_sweep = now + tick_;
    }
    if (!site_.stopping.load(std::memory_order_acquire)) continue;
    if (!ending_) begin_end(now);
    if (connections_.empty() || now.time_since_epoch().count() >= latest_.load()) return;
  }
}

void Loop::enter(std::unique_ptr<Connection> connection) {
  Connection& it = *connection;
  it.slot = connections_.size();
  const Timeouts& timeouts = site_.options.timeouts;
  it.phase = it.tls != nullptr ? Phase::handshake : Phase::request;
  const auto now = Clock::now();
  it.deadline = now + (it.tls != nullptr ? timeouts.handshake : timeouts.header);
  epoll_event event = {};
  // Edges: a connection is registered once and for all, whatever it waits for.
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &it;
  connections_.push_back(std::move(connection));
  if (!reception_.welcome(it, now) || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, it.fd, &event) != 0) {
    reception_.kill(it);
    bury(it);
  }
}

void Loop::happened(Connection& connection, std::uint32_t events, Clock::time_point now) {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.shut = true;
  Owner expected = Owner::worker;
  if (!owns(connection)) {
    if (connection.owner.compare_exchange_strong(expected, Owner::worker_with_news, std::memory_order_acq_rel)) return;
    if (expected == Owner::worker_with_news) return;
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.readable = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) connection.writable = true;
  step(connection, now);
}

void Loop::step(Connection& connection, Clock::time_point now) {
  if (!owns(connection) || connection.phase == Phase::dead) return;
  settle(connection, reception_.advance(connection, now));
}

void Loop::settle(Connection& connection, bool again) {
  if (!owns(connection)) return;
  if (connection.phase == Phase::dead) return bury(connection);
  if (again && !connection.queued) {
    connection.queued = true;
    again_.push_back(&connection);
  }
}

void Loop::bury(Connection& connection) {
  if (connection.queued) again_.erase(std::find(again_.begin(), again_.end(), &connection));
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.fd, nullptr);
  door_.left(connection);
  site_.counters.connections.sub();
  const std::size_t slot = connection.slot;
  dead_.push_back(std::move(connections_[slot]));
  if (slot + 1 != connections_.size()) {
    connections_[slot] = std::move(connections_.back());
    connections_[slot]->slot = slot;
  }
  connections_.pop_back();
}

// A kept connection that waits for a next request is worth less than a new one: its client will come again.
void Loop::make_room() {
  std::vector<Connection*> idle;
  for (const auto& connection : connections_) {
    if (owns(*connection) && connection->phase == Phase::request && connection->reader == nullptr &&
        !connection->fresh) {
      idle.push_back(connection.get());
    }
  }
  const std::size_t go = std::min(spare(site_.options.limits.connections), idle.size());
  const auto longer = [](const Connection* a, const Connection* b) { return a->deadline < b->deadline; };
  std::partial_sort(idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(go), idle.end(), longer);
  for (std::size_t i = 0; i < go; ++i) {
    reception_.kill(*idle[i]);
    bury(*idle[i]);
  }
}

void Loop::sweep(Clock::time_point now) {
  if (!door_watched_ && !ending_ && now >= door_opens_at_) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = &door_;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, door_.fd(), &event);
    door_watched_ = true;
  }
  const Limits& limits = site_.options.limits;
  const auto is_high = [](const Count& held, std::size_t most) { return held.get() > most / 4 * 3; };
  const bool answers = is_high(site_.counters.answers_held, limits.answers_held);
  const bool bodies = is_high(site_.counters.bodies_held, limits.bodies_held);
  // Backwards, for a burial moves the last one into the gap.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    if (i >= connections_.size()) continue;
    Connection& connection = *connections_[i];
    if (!owns(connection)) continue;
    if (ending_) reception_.farewell(connection, now);
    bool again = (answers || bodies) && reception_.relieve(connection, answers, bodies, now);
    const bool over = owns(connection) && connection.phase != Phase::dead && connection.deadline <= now;
    if (over) again = reception_.expire(connection, now) || again;
    settle(connection, again);
  }
}

void Loop::begin_end(Clock::time_point now) {
  ending_ = true;
  // Whoever has connected is served; what comes later is the successor's, if there is one.
  for (int i = 0; i < kLastRounds && door_.somebody_waits(); ++i) {
    door_.let_in(site_, [this](auto connection) { enter(std::move(connection)); });
  }
  if (door_watched_) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, door_.fd(), nullptr);
  door_.close();
  for (const auto& connection : connections_) {
    if (owns(*connection)) reception_.farewell(*connection, now);
  }
}

}  // namespace amends::http
