// One client's connection: its socket, what was read and not yet understood, what waits to be written. It is owned by
// the loop or by one worker at a time; the owner alone touches it, but for `owner` itself and what is constant.
//
// The loop gives a connection to a worker with a request, a handshake or a source to pull from. The worker gives it
// back without a word when there is nothing to do but wait, which is why answering a request costs no wake-up of the
// loop. Events of the socket that come in the meantime are noted in `owner` and make the worker hand the connection
// back through the inbox.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/http/address.h"
#include "core/http/answer.h"
#include "core/http/counters.h"
#include "core/http/event_stream.h"
#include "core/http/framing.h"
#include "core/http/tls.h"

namespace amends::http {

using Clock = std::chrono::steady_clock;

struct Connection {
  enum class Owner : std::uint8_t { loop, worker, worker_with_news };
  enum class Phase : std::uint8_t {
    handshake,
    request,       // waiting for one, or reading it
    working,       // a worker has it
    sending,       // an answer waits for the client
    answered,      // all is sent, and the connection ends
    events_begin,  // the header of an event stream is sent or waits in `out`
    events,
    lingering,  // our side is shut; the client may finish what it is sending
    resting,    // a client that asks too often is not read for a while
    broken,
    dead,
  };

  Connection(int socket, const Address& from, bool is_proxy) : fd(socket), peer(from), proxy(is_proxy) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads what is there. `drained`: the socket has no more for now.
  Io read(char* to, std::size_t most, std::size_t& done, bool& drained);
  // Writes `out`; ok when all of it went.
  Io flush(Counters& counters);
  bool has_output() const { return out_at < out.size(); }
  void drop_output();
  // Keeps Counters::answers_held true; after `out` has changed.
  void account(Counters& counters);
  // The same for a request's body.
  void account_body(Counters& counters, std::size_t held);
  void drop_request(Counters& counters);

  const int fd;
  const Address peer;
  const bool proxy;  // a trusted one
  std::atomic<Owner> owner{Owner::loop};

  Phase phase = Phase::request;
  std::size_t slot = 0;  // in the loop's list
  Clock::time_point deadline = Clock::time_point::max();
  std::unique_ptr<TlsSession> tls;

  bool readable = false, writable = true;
  bool shut = false;    // the client's side; only the loop looks at it, whoever owns the rest
  bool fresh = true;    // nothing has been answered yet
  bool rests = false;   // after the answer that waits
  bool queued = false;  // in the loop's list of those to go on with
  std::string in;       // read and not yet fed to a reader
  std::unique_ptr<RequestReader> reader;
  bool head_read = false;
  std::size_t window_bytes = 0;  // of a body, since the deadline was set
  Clock::time_point body_at;     // when it began
  Address client;                // of the request that is read
  bool secure = false;
  Clock::time_point whole_at;  // when its last byte came

  std::string out;
  std::size_t out_at = 0;
  std::string out_next;  // a body that goes behind `out`, but for its first `out_next_at` bytes, which are in it
  std::size_t out_next_at = 0;
  bool keep_alive = true;
  std::shared_ptr<Source> source;
  Delimiter delimiter = Delimiter::none;
  std::optional<std::uint64_t> source_left;
  std::shared_ptr<EventStream> events;

 private:
  std::size_t held_out_ = 0, held_body_ = 0;
};

}  // namespace amends::http
