#include "core/app/live.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <thread>

#include "core/app/bell.h"
#include "core/app/live_passing.h"
#include "core/app/live_streams.h"
#include "core/base/log.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;

constexpr int kLiveRows = 1000;
// A full sink tells nobody when it has room again.
constexpr milliseconds kLookAgain{50};
constexpr std::int64_t kLargestPosition = std::int64_t{1} << 53;

// A change made ready for any number of streams; its JSON is made when the first one wants it.
struct Ready {
  events::Change change;
  std::string json = {};
};

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::optional<std::int64_t> position_of(std::string_view id) {
  std::int64_t position = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), position);
  if (id.empty() || !text::is_digit(id.front()) || error != std::errc() || end != id.data() + id.size() ||
      position > kLargestPosition) {
    return {};
  }
  return position;
}

class Live::Worker final : public store::Follower {
 public:
  Worker(store::Database& database, const Clock& clock, BrandKey brand_key, LiveOptions options)
      : database_(database), clock_(clock), brand_key_(std::move(brand_key)), options_(options) {
    position_ = span().newest;
    database_.follow(*this);
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  ~Worker() { stop(); }

  void committed() override { bell_.ring(); }

  void stop() {
    database_.unfollow(*this);
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    streams_.close_all();
  }

  void show(const Passing& passing, milliseconds life) {
    const milliseconds now = clock_.ticks();
    if (passing_.show(passing, now + life, now, options_.most_passing)) bell_.ring();
  }

  Figures figures() const {
    Figures f;
    f.streams = streams_.size();
    f.behind = behind_;
    f.passing = passing_.size();
    f.pushed = pushed_;
    f.resyncs = resyncs_;
    f.lagging_closed = lagging_;
    f.position = position_;
    return f;
  }

  LiveStreams streams_;
  LivePassing passing_;
  Bell bell_;
  const LiveOptions& options() const { return options_; }

 private:
  using Stream = LiveStream;

  events::Span span() const {
    return database_.read([](store::Reader& reader) -> Result<events::Span> { return events::span(reader); })
        .value_or({});
  }

  std::vector<Ready> read_after(std::int64_t position, const events::Filter& filter, int limit, std::int64_t* scanned) {
    auto found = database_.read([&](store::Reader& reader) -> Result<std::vector<events::Change>> {
      return events::after(reader, position, filter, limit, scanned);
    });
    std::vector<Ready> out;
    if (!found) {
      log::error("live.read_failed", {{"what", found.error().what}});
      return out;
    }
    out.reserve(found->size());
    for (events::Change& change : *found) out.push_back({std::move(change)});
    return out;
  }

  // False: the stream has ended.
  bool push(Stream& stream, const LiveEvent& event) {
    if (stream.gone) return false;
    ++pushed_;
    if (stream.sink->push(event)) return true;
    streams_.remove(stream.ticket);
    return false;
  }

  bool push(Stream& stream, Ready& ready) {
    if (ready.json.empty()) {
      ready.json = events::json_of(ready.change, ready.change.brand ? brand_key_(ready.change.brand) : std::string());
    }
    return push(stream, {ready.change.id, events::name_of(ready.change.what), ready.json});
  }

  // Of these what the stream wishes and does not have. False: it ended, or is full and has the rest when there is room.
  bool push_all(Stream& stream, std::vector<Ready>& batch) {
    for (Ready& ready : batch) {
      if (ready.change.id <= stream.position || !stream.wish.filter.lets(ready.change)) continue;
      if (!push(stream, ready)) return false;
      stream.position = ready.change.id;
      if (stream.sink->pending() > options_.most_pending) return false;
    }
    return true;
  }

  // It takes what it was given too slowly; ends it when it takes nothing at all.
  bool is_full(Stream& stream) {
    const std::size_t pending = stream.sink->pending();
    if (pending <= options_.most_pending) {
      stream.full_since.reset();
      return false;
    }
    const milliseconds now = clock_.ticks();
    if (!stream.full_since || pending < stream.least_pending) {
      stream.full_since = now;
      stream.least_pending = pending;
    } else if (now - *stream.full_since >= options_.patience) {
      streams_.remove(stream.ticket);
      stream.close();
      ++lagging_;
    }
    return true;
  }

  void resync(Stream& stream, std::string_view reason) {
    ++resyncs_;
    stream.position = position_;
    push(stream, {position_, "resync", dump({{"reason", reason}, {"position", stream.position}})});
  }

  void greet(Stream& stream) {
    const Pushing held(stream);
    stream.greeted = true;
    stream.position = position_;
    const std::string& last = stream.wish.last_event_id;
    if (const auto wanted = position_of(last); last.empty() || (wanted && events::holds(span(), *wanted))) {
      if (wanted) stream.position = *wanted;
      push(stream, {stream.position, "hello", dump({{"position", stream.position}})});
    } else {
      resync(stream, wanted && *wanted < position_ ? "too_old" : "unknown");
    }
    for (const Passing& one : passing_.all()) push_passing(stream, one);
  }

  void push_passing(Stream& stream, const Passing& one) {
    events::Change as_change;
    as_change.brand = one.brand;
    if (!stream.wish.filter.lets(as_change)) return;
    push(stream, {0, one.kind,
                  dump({{"kind", one.kind},
                        {"brand", brand_key_(one.brand)},
                        {"thread", one.thread.value},
                        {"who", one.who},
                        {"state", one.state}})});
  }

  // What was committed since the last look, to all streams that are not behind. True when there may be more.
  bool look(const LiveStreams::All& streams) {
    const std::int64_t before = position_;
    if (streams.empty()) {
      position_ = std::max(before, span().newest);
      return false;
    }
    std::int64_t scanned = before;
    std::vector<Ready> batch = read_after(before, {true, {}, true}, kLiveRows, &scanned);
    if (scanned == before) return false;
    for (const auto& stream : streams) {
      if (!stream->greeted || stream->position < before || is_full(*stream)) continue;
      const Pushing held(*stream);
      if (push_all(*stream, batch)) stream->position = std::max(stream->position, scanned);
    }
    position_ = scanned;
    return batch.size() == static_cast<std::size_t>(kLiveRows);
  }

  // One step for a stream that is behind. True when it can go on at once.
  bool catch_up(Stream& stream) {
    if (is_full(stream)) return false;
    if (!events::holds(span(), stream.position)) {
      const Pushing held(stream);
      resync(stream, "too_old");
      return false;
    }
    std::int64_t scanned = stream.position;
    std::vector<Ready> page = read_after(stream.position, stream.wish.filter, options_.page, &scanned);
    const Pushing held(stream);
    if (!push_all(stream, page)) return false;
    const bool moved = scanned > stream.position || !page.empty();
    stream.position = std::max(stream.position, scanned);
    return moved;
  }

  void tell_passing(const LiveStreams::All& streams) {
    for (const Passing& one : passing_.due(clock_.ticks(), options_.gather)) {
      for (const auto& stream : streams) {
        if (!stream->greeted || stream->gone || stream->sink->pending() > options_.most_pending) continue;
        const Pushing held(*stream);
        push_passing(*stream, one);
      }
    }
  }

  // How long nothing has to be done.
  milliseconds round() {
    const LiveStreams::All streams = streams_.all();
    for (const auto& stream : streams) {
      if (!stream->greeted && !stream->gone) greet(*stream);
    }
    bool at_once = look(streams);
    std::size_t behind = 0;
    for (const auto& stream : streams) {
      if (stream->gone || stream->position >= position_) continue;
      ++behind;
      at_once = catch_up(*stream) || at_once;
    }
    behind_ = behind;
    tell_passing(streams);
    if (at_once) return milliseconds(0);
    milliseconds wait = behind > 0 ? kLookAgain : options_.poll;
    if (const auto next = passing_.next(options_.gather)) {
      wait = std::clamp(*next - clock_.ticks(), milliseconds(1), wait);
    }
    return std::min(wait, options_.poll);
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const milliseconds wait = round();
      if (wait.count() > 0) bell_.wait(wait, stop);
    }
  }

  store::Database& database_;
  const Clock& clock_;
  const BrandKey brand_key_;
  const LiveOptions options_;
  std::atomic<std::int64_t> position_ = 0;  // read by everybody, moved by the thread
  std::atomic<std::size_t> behind_ = 0;
  std::atomic<std::uint64_t> pushed_ = 0, resyncs_ = 0, lagging_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

Live::Live(store::Database& database, const Clock& clock, BrandKey brand_key, LiveOptions options)
    : worker_(std::make_unique<Worker>(database, clock, std::move(brand_key), options)) {}
Live::~Live() = default;

void Live::wake() { worker_->bell_.ring(); }

Result<Live::Ticket> Live::subscribe(Wish wish, std::shared_ptr<Sink> sink) {
  TRY(const Ticket ticket,
      worker_->streams_.add(std::move(wish), std::move(sink), worker_->options().most_subscribers));
  worker_->bell_.ring();
  return ticket;
}

void Live::unsubscribe(Ticket ticket) { worker_->streams_.remove(ticket); }
std::size_t Live::cut(std::string_view key) { return worker_->streams_.cut(key); }
void Live::show(const Passing& passing, std::chrono::milliseconds life) { worker_->show(passing, life); }
std::vector<Passing> Live::shown(BrandId brand, ThreadId thread) const {
  return worker_->passing_.of_thread(brand, thread);
}
void Live::stop() { worker_->stop(); }
Live::Figures Live::figures() const { return worker_->figures(); }

}  // namespace amends::app
