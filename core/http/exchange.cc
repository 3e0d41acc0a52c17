#include "core/http/exchange.h"

#include <algorithm>
#include <exception>

#include "core/base/log.h"

namespace amends::http {
namespace {

using Phase = Connection::Phase;
using Owner = Connection::Owner;

constexpr std::size_t kPiece = std::size_t{64} * 1024;       // asked of a source at once
constexpr std::size_t kFirstPiece = std::size_t{16} * 1024;  // of a long body, encrypted together with the head
constexpr std::size_t kCopied = std::size_t{4} * 1024;       // so short a body costs less to copy than to send apart
constexpr int kPiecesInARow = 16;                            // before others get their turn

bool is_status(int status) { return status >= 200 && status <= 599; }

}  // namespace

bool Exchange::run(Connection& connection, Work work) {
  switch (work) {
    case Work::handshake: shake_hands(connection); return false;
    case Work::request: answer(connection); return proceed(connection);
    case Work::pull: return proceed(connection);
  }
  return false;
}

void Exchange::shake_hands(Connection& connection) {
  connection.readable = connection.writable = false;
  switch (connection.tls->handshake()) {
    case Io::ok:
      connection.readable = true;  // the request may have come with the last of the handshake
      give_back(connection, Phase::request);
      return;
    case Io::again: give_back(connection, Phase::handshake); return;
    default: site_.counters.handshakes_failed.add(); give_back(connection, Phase::broken);
  }
}

std::string_view Exchange::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (now != dated_ || date_.empty()) {
    dated_ = now;
    date_ = http_date(now);
  }
  return date_;
}

void Exchange::answer(Connection& connection) {
  Head head = std::move(connection.reader->head());
  AnswerFacts facts{head.method == "HEAD", head.minor, head.keep_alive};
  Response response;
  {
    Request request;
    request.body = std::move(connection.reader->body());
    request.peer = connection.client.text();
    request.secure = connection.secure;
    if (!engine_.read(std::move(head), request)) {
      response = refusal_answer({400, "the header is malformed"}, site_.options.default_headers, {});
    } else {
      try {
        response = site_.handler.handle(request);
        if (!is_status(response.status)) response.status = 500;
      } catch (const std::exception&) {
        log::error("http.handler_threw", {{"method", request.method}});
        response = refusal_answer({500, "this failed here; it is in our log"}, site_.options.default_headers, {});
      } catch (...) {
        log::error("http.handler_threw", {{"method", request.method}});
        response = refusal_answer({500, "this failed here; it is in our log"}, site_.options.default_headers, {});
      }
    }
  }
  connection.drop_request(site_.counters);
  if (site_.stopping.load(std::memory_order_relaxed)) facts.keep_alive = false;
  begin(connection, std::move(response), facts);
}

void Exchange::begin(Connection& connection, Response response, const AnswerFacts& facts) {
  AnswerHead head = write_head(response, facts, date());
  site_.counters.answered(response.status);
  connection.keep_alive = head.keep_alive;
  connection.delimiter = head.delimiter;
  if (connection.has_output()) head.bytes.insert(0, connection.out, connection.out_at);  // of a "100 Continue"
  connection.out_at = 0;
  connection.fresh = false;
  if (head.delimiter == Delimiter::none || response.source != nullptr || response.events != nullptr) {
    connection.out = std::move(head.bytes);
  } else if (const bool plain = connection.tls == nullptr; response.body.size() < (plain ? kCopied : kPiece)) {
    connection.out = std::move(head.bytes.append(response.body));
  } else {
    // Copying it would cost as much again.
    connection.out_next_at = plain ? 0 : kFirstPiece;
    connection.out = std::move(head.bytes.append(response.body, 0, connection.out_next_at));
    connection.out_next = std::move(response.body);
  }
  if (head.delimiter == Delimiter::none) {
    if (response.events != nullptr) response.events->close();
    return;
  }
  connection.source = std::move(response.source);
  connection.source_left = head.length;
  connection.events = std::move(response.events);
  if (connection.events != nullptr) site_.counters.event_streams.add();
}

// The source's next piece into `out`; false when it fails or doesn't give what it promised.
bool Exchange::fill(Connection& connection) {
  auto piece = [&]() -> Result<std::string> {
    try {
      return connection.source->read(kPiece);
    } catch (...) {
      return fail(Kind::internal, "a source threw");
    }
  }();
  if (!piece) {
    log::warning("http.source_failed", {{"kind", row_of(piece.error().kind).name}});
    return false;
  }
  const bool end = piece->empty();
  if (connection.source_left) {
    if (piece->size() > *connection.source_left || (end && *connection.source_left > 0)) return false;
    *connection.source_left -= piece->size();
  }
  if (end) connection.source.reset();
  if (connection.delimiter == Delimiter::chunks) {
    connection.out += chunk_of(*piece);
  } else if (!end) {
    connection.out = *std::move(piece);
  }
  return true;
}

bool Exchange::proceed(Connection& connection) {
  Counters& counters = site_.counters;
  for (int pieces = 0;; ++pieces) {
    const Io io = connection.flush(counters);
    if (connection.whole_at != Clock::time_point()) {
      counters.took(Clock::now() - connection.whole_at);
      connection.whole_at = {};
    }
    connection.account(counters);
    if (io == Io::failed || io == Io::ended) break;
    const bool streams = connection.events != nullptr;
    if (io == Io::again) {
      connection.writable = false;
      if (counters.answers_held.get() > site_.options.limits.answers_held) {
        counters.timed_out.add();
        break;
      }
      give_back(connection, streams ? Phase::events_begin : Phase::sending);
      return false;
    }
    if (streams || connection.source == nullptr) {
      const Phase ended = connection.keep_alive ? Phase::request : Phase::answered;
      give_back(connection, streams ? Phase::events_begin : ended);
      return false;
    }
    if (pieces == kPiecesInARow) return true;
    if (!fill(connection)) break;
  }
  give_back(connection, Phase::broken);
  return false;
}

// After this the connection may be anybody's.
void Exchange::give_back(Connection& connection, Phase phase) {
  const Timeouts& timeouts = site_.options.timeouts;
  const auto now = Clock::now();
  connection.phase = phase;
  if (phase == Phase::broken) {
    // Not to wait for the loop with what may be megabytes.
    connection.drop_output();
    connection.account(site_.counters);
    connection.source.reset();
  }
  bool needs_loop = false;
  switch (phase) {
    case Phase::handshake: break;  // its deadline stays
    case Phase::request:
      connection.deadline = now + (connection.fresh ? timeouts.header : timeouts.idle);
      needs_loop = connection.readable || !connection.in.empty();
      break;
    case Phase::sending: connection.deadline = now + timeouts.reader; break;
    default: needs_loop = true;
  }
  if (!needs_loop) {
    Owner expected = Owner::worker;
    if (connection.owner.compare_exchange_strong(expected, Owner::loop, std::memory_order_acq_rel)) return;
    connection.readable = connection.writable = true;  // something came, and nobody knows what
  }
  site_.inbox.hand_back(connection);
}

}  // namespace amends::http
