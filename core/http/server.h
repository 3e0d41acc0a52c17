// The front: one thread holds every connection (accepts, TLS, framing by RFC 9112, limits, time-outs, writing), a fixed
// pool of workers runs the handler. Nothing a client does or leaves undone holds a worker: a request reaches one when
// it is whole, and its answer waits in the loop until the client has read it.
//
// What the front answers by itself, as application/problem+json with `default_headers`: 400 (framing, path, host), 405
// (TRACE, CONNECT), 408, 413, 414, 415 (a body with a Content-Encoding), 417, 429 and 503 with Retry-After, 431, 500 (a
// handler that threw; its words stay here), 501 and 505. Numbers and what they answer: RFC 9110 section 15, RFC 6585.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/http/message.h"

namespace amends::http {

// What a route lets a client send, asked before the body is read.
struct BodyRule {
  std::size_t max_bytes = 0;  // a longer body is refused with 413; 0: no body at all
};

class Handler {
 public:
  virtual ~Handler() = default;
  // `path` is decoded. Called on the loop's thread: must be quick and must not wait.
  virtual BodyRule body_rule(std::string_view method, std::string_view path) noexcept = 0;
  // Called on a worker, by several at once. What it throws becomes a 500 that tells nothing.
  virtual Response handle(const Request& request) = 0;
};

struct Limits {
  std::size_t connections = 12'000;
  std::size_t connections_per_ip = 1'024;  // IPv6: per /64. 0: no limit. Trusted proxies are free of it.
  double requests_per_second = 200;        // per client address, over time. 0: no limit
  double request_burst = 1'000;            // … and at once
  std::size_t header_bytes = 16 * 1024;    // request line and fields (431)
  std::size_t target_bytes = 8 * 1024;     // of the request line (414)
  std::size_t fields = 100;                // (431)
  std::size_t queue = 512;                 // whole requests that wait for a worker (503)
  std::size_t bodies_held = 48 << 20;      // bytes of all request bodies in memory (503); near it slow ones are cut
  std::size_t answers_held = 32 << 20;     // bytes of all answers not yet read; near it the slowest readers are cut
};

struct Timeouts {
  using ms = std::chrono::milliseconds;
  ms handshake{10'000};  // TLS
  ms header{10'000};     // from a request's first byte (or the connection's start) to its last header line
  std::size_t body_bytes_per_second = 1'024;  // a body comes at least this fast …
  ms body_grace{10'000};                      // … on average over each span of this length
  ms idle{60'000};                            // between two requests
  ms reader{60'000};                          // a client that reads nothing of what waits for it
  ms heartbeat{15'000};                       // event streams
  ms linger{5'000};                           // after an answer that closes: how long the client may go on sending
  ms farewell{1'000};  // at the server's end: how long an idle connection may take for one more request
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address, not a name
  int port = 0;                       // 0: any free one
  int listen_fd = -1;                 // a bound and listening socket handed over; then address and port are not used
  std::string certificate_file = {};  // PEM, the chain from the leaf; "" for plain HTTP
  std::string key_file = {};          // PEM
  // Those who wait for a commit together share it: 8 acknowledge a fifth fewer webhooks, 16 read slower.
  unsigned workers = 12;
  Limits limits = {};
  Timeouts timeouts = {};
  // "10.0.0.0/8", "::1", …: their X-Forwarded-For and -Proto are believed.
  std::vector<std::string> trusted_proxies = {};
  std::chrono::seconds retry_after{2};  // in 429 and 503
  Fields default_headers = {};          // put on what the front answers by itself
};

// Counted since the start, but for the first group, which is what is now.
struct Figures {
  std::uint64_t connections = 0;
  std::uint64_t event_streams = 0;
  std::uint64_t queue_depth = 0;  // requests waiting for a worker
  std::uint64_t busy_workers = 0;
  std::uint64_t bodies_held = 0;   // bytes
  std::uint64_t answers_held = 0;  // bytes

  std::uint64_t accepted = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t timed_out = 0;  // connections cut for being slow
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, 6> responses = {};  // [n]: n00…n99; [0] is not used
  std::uint64_t rejected_connections = 0;       // too many, in all or of one address
  std::uint64_t rejected_rate = 0;              // 429
  std::uint64_t rejected_queue = 0;             // 503
  std::uint64_t rejected_framing = 0;           // 4xx and 5xx the front gave before a worker saw the request

  // Time from a whole request to its answer's header handed to the socket. latency[i] counts those of at most
  // kLatencyBounds[i] seconds and more than the bound before; the last is everything above.
  static constexpr std::array<double, 11> kLatencyBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                            0.05,   0.1,   0.25,   0.5,   1.0};
  std::array<std::uint64_t, 12> latency = {};
  double latency_sum = 0;  // seconds
};

class Server {
 public:
  // Listens and serves, the first request perhaps before it returns. Raises the soft limit of descriptors to what
  // Limits::connections takes, and has SIGPIPE ignored. invalid: an address, certificate or proxy range that can't be
  // used; busy: the port is taken. `handler` must outlive the server.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options, Handler& handler);
  virtual ~Server() = default;  // as stop(0)

  virtual int port() const = 0;
  // The listening socket, still the server's own: to hand a copy to a successor before stop(). A connection that nobody
  // has accepted yet stays with it.
  virtual int listen_fd() const = 0;
  // Accepts no more; answers what it has got, with `Connection: close`; event streams get a last `retry:`. Returns when
  // all is done or `grace` is over, the threads ended either way. Any thread but a worker; once is enough.
  virtual void stop(std::chrono::milliseconds grace) = 0;
  virtual Figures figures() const = 0;
};

}  // namespace amends::http
