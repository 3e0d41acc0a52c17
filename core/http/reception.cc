#include "core/http/reception.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace amends::http {
namespace {

using Phase = Connection::Phase;
using ms = std::chrono::milliseconds;

constexpr std::size_t kScratch = std::size_t{64} * 1024;
constexpr std::size_t kInARow = std::size_t{256} * 1024;  // from or to one connection, before it is others' turn
constexpr std::size_t kEventPiece = std::size_t{16} * 1024;
// What the kernel keeps for a client of an event stream that doesn't read; by itself it would grow to megabytes.
constexpr int kEventSendBuffer = 64 * 1024;
// A client that was refused for asking too often isn't read for so long: it can't make us answer faster than this.
constexpr ms kRest{200};
// When memory runs out: readers that took nothing for this part of Timeouts::reader are cut, and bodies that came less
// than so many times as fast as they must, looked at after this part of Timeouts::body_grace.
constexpr int kPatience = 30;
constexpr std::size_t kHaste = 32;
constexpr std::string_view kHeartbeat = ":\n\n";
constexpr std::uint32_t kRetryAfterEnd = 1'000;  // milliseconds
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Reception::Reception(Site& site, Workers& workers)
    : site_(site),
      workers_(workers),
      throttle_(site.options.limits.requests_per_second, site.options.limits.request_burst),
      scratch_(new char[kScratch]) {}

bool Reception::advance(Connection& connection, Clock::time_point now) {
  switch (connection.phase) {
    case Phase::handshake:
      if (connection.readable && !workers_.offer(connection, Work::handshake)) kill(connection);
      return false;
    case Phase::request: return receive(connection, now);
    case Phase::sending: return connection.writable && transmit(connection, now);
    case Phase::answered: linger(connection, now); return connection.phase == Phase::lingering && drain(connection);
    case Phase::events_begin: begin_events(connection, now); return false;
    case Phase::events: return feed_events(connection, now);
    case Phase::lingering: return drain(connection);
    case Phase::broken: kill(connection); return false;
    case Phase::working:
    case Phase::resting:
    case Phase::dead: return false;
  }
  return false;
}

bool Reception::welcome(const Connection& connection, Clock::time_point now) {
  if (connection.tls == nullptr || connection.proxy || throttle_.allow(connection.peer.group(), now)) return true;
  site_.counters.rejected_rate.add();
  return false;
}

void Reception::kill(Connection& connection) {
  if (connection.phase == Phase::dead) return;
  connection.phase = Phase::dead;
  connection.drop_request(site_.counters);
  connection.drop_output();
  connection.account(site_.counters);
  connection.source.reset();
  if (connection.events != nullptr) {
    site_.counters.event_streams.sub();
    connection.events->detach();
    connection.events.reset();
  }
  // The descriptor lives until the connection is thrown away, so that no other gets its number before.
  ::shutdown(connection.fd, SHUT_RDWR);
}

bool Reception::receive(Connection& connection, Clock::time_point now) {
  std::size_t budget = kInARow;
  for (;;) {
    std::string kept;
    std::string_view bytes;
    if (!connection.in.empty()) {
      kept.swap(connection.in);
      bytes = kept;
    } else if (!connection.readable) {
      return false;
    } else if (budget == 0) {
      return true;
    } else {
      std::size_t done = 0;
      bool drained = false;
      const Io io = connection.read(scratch_.get(), kScratch, done, drained);
      // The end of what a client sends makes no second edge when it came with the last bytes.
      if (drained && (io == Io::again || !connection.shut)) connection.readable = false;
      if (io == Io::again) return false;
      if (io != Io::ok) return kill(connection), false;
      site_.counters.bytes_in.add(done);
      budget -= std::min(budget, done);
      if (connection.head_read) connection.window_bytes += done;
      bytes = {scratch_.get(), done};
    }
    const Verdict verdict = understand(connection, bytes, now);
    if (verdict.next == Verdict::Next::more) continue;
    // From the moment a worker is offered it, the connection is not ours to write to.
    connection.in = bytes;
    if (verdict.next == Verdict::Next::refused) return refuse(connection, verdict.refusal, verdict.keep_alive, now);
    const bool keep_alive = connection.reader->head().keep_alive;
    connection.phase = Phase::working;
    connection.deadline = Clock::time_point::max();
    connection.whole_at = Clock::now();
    if (workers_.offer(connection, Work::request)) return false;
    site_.counters.rejected_queue.add();
    return refuse(connection, {503, "too much is asked of us at the moment"}, keep_alive, now);
  }
}

// `bytes` loses what belongs to the request that is read. `more` only when nothing is left of them.
Reception::Verdict Reception::understand(Connection& connection, std::string_view& bytes, Clock::time_point now) {
  const Limits& limits = site_.options.limits;
  if (connection.reader == nullptr) {
    connection.reader =
        std::make_unique<RequestReader>(HeadLimits{limits.header_bytes, limits.target_bytes, limits.fields});
    if (!connection.fresh) connection.deadline = now + site_.options.timeouts.header;
  }
  RequestReader& reader = *connection.reader;
  for (;;) {
    switch (reader.feed(bytes)) {
      case RequestReader::Step::more:
        connection.account_body(site_.counters, reader.held());
        if (site_.counters.bodies_held.get() > limits.bodies_held) {
          site_.counters.rejected_queue.add();
          return {Verdict::Next::refused, {503, "too much is being sent to us at the moment"}, false};
        }
        return {};
      case RequestReader::Step::head: {
        const Verdict verdict = take_head(connection, !bytes.empty(), now);
        if (verdict.next != Verdict::Next::more) return verdict;
        break;
      }
      case RequestReader::Step::done:
        if (!reader.body().empty()) connection.account_body(site_.counters, reader.held());
        return {Verdict::Next::whole, {}, false};
      case RequestReader::Step::refused:
        site_.counters.rejected_framing.add();
        return {Verdict::Next::refused, reader.refusal(), false};
    }
  }
}

Reception::Verdict Reception::take_head(Connection& connection, bool more_came, Clock::time_point now) {
  RequestReader& reader = *connection.reader;
  const Head& head = reader.head();
  connection.head_read = true;
  connection.client =
      connection.proxy ? client_behind(connection.peer, head.forwarded_for, site_.trusted) : connection.peer;
  connection.secure = connection.tls != nullptr || (connection.proxy && head.forwarded_proto == "https");
  if (!throttle_.allow(connection.client.group(), now)) {
    site_.counters.rejected_rate.add();
    connection.rests = true;
    return {Verdict::Next::refused, {429, "you ask too often"}, head.keep_alive && !head.has_body()};
  }
  if (reader.allow_body(site_.handler.body_rule(head.method, head.path).max_bytes) != RequestReader::Step::more) {
    return {};  // what it came to, the next feed says
  }
  connection.deadline = now + site_.options.timeouts.body_grace;
  connection.window_bytes = 0;
  connection.body_at = now;
  if (head.expects_continue && !more_came) {
    connection.out += kContinue;
    connection.flush(site_.counters);  // what doesn't fit goes with the answer
  }
  return {};
}

bool Reception::refuse(Connection& connection, const Refusal& refusal, bool keep_alive, Clock::time_point now) {
  AnswerFacts facts;
  facts.keep_alive = keep_alive && !site_.stopping.load(std::memory_order_relaxed);
  if (connection.head_read && connection.reader != nullptr) {
    facts.head_only = connection.reader->head().method == "HEAD";
    facts.minor = connection.reader->head().minor;
  }
  const Response response = refusal_answer(refusal, site_.options.default_headers, site_.options.retry_after);
  const AnswerHead head = write_head(response, facts, http_date(std::chrono::system_clock::now()));
  site_.counters.answered(refusal.status);
  connection.out += head.bytes;
  if (!facts.head_only) connection.out += response.body;
  connection.keep_alive = head.keep_alive;
  connection.fresh = false;
  connection.drop_request(site_.counters);
  connection.phase = Phase::sending;
  connection.deadline = now + site_.options.timeouts.reader;
  return transmit(connection, now);
}

bool Reception::transmit(Connection& connection, Clock::time_point now) {
  const std::size_t before = connection.out_at;
  const Io io = connection.flush(site_.counters);
  connection.account(site_.counters);
  if (io == Io::failed || io == Io::ended) return kill(connection), false;
  if (io == Io::again) {
    connection.writable = false;
    if (connection.out_at != before) connection.deadline = now + site_.options.timeouts.reader;
    return false;
  }
  if (connection.source != nullptr) {
    connection.phase = Phase::working;
    connection.deadline = Clock::time_point::max();
    workers_.offer(connection, Work::pull);
    return false;
  }
  if (!connection.keep_alive) {
    linger(connection, now);
    return drain(connection);
  }
  connection.phase = connection.rests ? Phase::resting : Phase::request;
  connection.deadline = now + (connection.rests ? kRest : site_.options.timeouts.idle);
  connection.rests = false;
  return connection.phase == Phase::request && (connection.readable || !connection.in.empty());
}

void Reception::begin_events(Connection& connection, Clock::time_point now) {
  ::setsockopt(connection.fd, SOL_SOCKET, SO_SNDBUF, &kEventSendBuffer, sizeof kEventSendBuffer);
  connection.phase = Phase::events;
  const Timeouts& timeouts = site_.options.timeouts;
  connection.deadline = now + (connection.has_output() ? timeouts.reader : timeouts.heartbeat);
  Inbox& inbox = site_.inbox;
  connection.events->attach([&inbox, &connection] { inbox.post(connection); });
}

bool Reception::feed_events(Connection& connection, Clock::time_point now) {
  if (connection.readable && !discard(connection)) return false;
  for (std::size_t sent = 0; connection.phase == Phase::events;) {
    if (sent >= kInARow) return true;
    if (connection.has_output()) {
      if (!connection.writable) break;
      const std::size_t before = connection.out_at;
      const Io io = connection.flush(site_.counters);
      connection.account(site_.counters);
      if (io == Io::failed || io == Io::ended) return kill(connection), false;
      if (io == Io::again) {
        connection.writable = false;
        if (connection.out_at != before) connection.deadline = now + site_.options.timeouts.reader;
        break;
      }
      connection.deadline = now + site_.options.timeouts.heartbeat;
    }
    bool last = false;
    connection.out = connection.events->take(kEventPiece, last);
    connection.out_at = 0;
    sent += connection.out.size();
    if (!connection.out.empty()) {
      connection.deadline = now + site_.options.timeouts.reader;
    } else if (last) {
      linger(connection, now);
    } else {
      break;
    }
  }
  return connection.readable;
}

void Reception::linger(Connection& connection, Clock::time_point now) {
  if (connection.tls != nullptr) connection.tls->say_goodbye();
  ::shutdown(connection.fd, SHUT_WR);
  std::string().swap(connection.in);
  connection.phase = Phase::lingering;
  connection.deadline = now + site_.options.timeouts.linger;
  connection.readable = true;
}

bool Reception::drain(Connection& connection) {
  for (std::size_t budget = kInARow; budget > 0;) {
    const ssize_t n = ::recv(connection.fd, scratch_.get(), kScratch, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      connection.readable = false;
      return false;
    }
    if (n <= 0) return kill(connection), false;
    budget -= std::min(budget, static_cast<std::size_t>(n));
  }
  return true;
}

// What the client of an event stream says is of no interest; that it is gone is. False when it is.
bool Reception::discard(Connection& connection) {
  for (std::size_t budget = kInARow; budget > 0;) {
    std::size_t done = 0;
    bool drained = false;
    const Io io = connection.read(scratch_.get(), kScratch, done, drained);
    if (io == Io::ended || io == Io::failed) return kill(connection), false;
    if (drained && (io == Io::again || !connection.shut)) {
      connection.readable = false;
      return true;
    }
    budget -= std::min(budget, done);
  }
  return true;
}

bool Reception::expire(Connection& connection, Clock::time_point now) {
  const Timeouts& timeouts = site_.options.timeouts;
  switch (connection.phase) {
    case Phase::request: break;
    case Phase::resting:
      connection.phase = Phase::request;
      connection.deadline = now + timeouts.idle;
      return true;
    case Phase::events:
      if (connection.has_output()) return cut(connection), false;
      connection.out = kHeartbeat;
      connection.deadline = now + timeouts.reader;
      return feed_events(connection, now);
    case Phase::handshake:
    case Phase::sending: return cut(connection), false;
    default: return kill(connection), false;
  }
  if (connection.reader == nullptr) {
    if (connection.fresh) site_.counters.timed_out.add();
    return kill(connection), false;
  }
  if (connection.head_read) {
    const auto wanted = timeouts.body_bytes_per_second * static_cast<std::size_t>(timeouts.body_grace.count()) / 1000;
    if (connection.window_bytes >= wanted) {
      connection.window_bytes = 0;
      connection.deadline = now + timeouts.body_grace;
      return false;
    }
  }
  site_.counters.timed_out.add();
  return refuse(connection, {408, "the request took too long"}, false, now);
}

bool Reception::relieve(Connection& connection, bool of_answers, bool of_bodies, Clock::time_point now) {
  const Timeouts& timeouts = site_.options.timeouts;
  if (of_answers && connection.phase == Phase::sending) {
    if (connection.deadline - now < timeouts.reader - timeouts.reader / kPatience) cut(connection);
    return false;
  }
  if (!of_bodies || connection.phase != Phase::request || !connection.head_read) return false;
  const auto age = now - connection.body_at;
  const double wanted =
      static_cast<double>(timeouts.body_bytes_per_second * kHaste) * std::chrono::duration<double>(age).count();
  if (age < timeouts.body_grace / kPatience || static_cast<double>(connection.reader->body().size()) >= wanted)
    return false;
  site_.counters.timed_out.add();
  return refuse(connection, {408, "the request took too long"}, false, now);
}

// What the kernel still holds for this client is dropped with it.
void Reception::cut(Connection& connection) {
  site_.counters.timed_out.add();
  const struct linger reset = {1, 0};
  ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  kill(connection);
}

void Reception::farewell(Connection& connection, Clock::time_point now) {
  const auto soon = std::min(connection.deadline, now + site_.options.timeouts.farewell);
  switch (connection.phase) {
    case Phase::request:
      if (connection.reader == nullptr) connection.deadline = soon;
      break;
    case Phase::handshake:
    case Phase::resting:
    case Phase::lingering: connection.deadline = soon; break;
    case Phase::events:
      if (!connection.events->closed()) {
        connection.events->push(format_retry(kRetryAfterEnd));
        connection.events->close();
      }
      break;
    default: break;
  }
}

}  // namespace amends::http
