// An HTTP/1.1 server played by a test, on LoopbackServer: reads requests, answers what the test says, byte for byte.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/support/mail_peer.h"

namespace amends::test {

struct HeardRequest {
  std::string method, target, body;
  std::map<std::string, std::string> headers;  // names in lower case

  bool has(const std::string& name) const { return headers.count(name) != 0; }
};

// Waits for a whole request; throws Peer::Gone when the client leaves.
inline HeardRequest hear_request(Peer& peer) {
  HeardRequest out;
  const std::string first = peer.line();
  const std::size_t space = first.find(' ');
  out.method = first.substr(0, space);
  out.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  for (std::string line = peer.line(); !line.empty(); line = peer.line()) {
    const std::size_t colon = line.find(':');
    out.headers[text::ascii_lower(line.substr(0, colon))] = std::string(text::trim(line.substr(colon + 1)));
  }
  if (out.has("content-length")) out.body = peer.bytes(std::stoul(out.headers["content-length"]));
  return out;
}

inline std::string http_answer(const std::string& status, const std::string& body = {},
                               const std::vector<std::string>& headers = {}) {
  std::string out = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const std::string& header : headers) out += header + "\r\n";
  return out + "\r\n" + body;
}

// Answers every request by a function, on kept connections; remembers what it heard.
class HttpPeer {
 public:
  using Handle = std::function<void(Peer&, const HeardRequest&)>;
  explicit HttpPeer(Handle handle, SSL_CTX* tls = nullptr)
      : handle_(std::move(handle)), server_([this, tls](Peer& peer, int) {
          if (tls != nullptr) peer.start_tls(tls);
          while (!stopping_) {
            if (!peer.hears_within(20)) continue;
            HeardRequest request = hear_request(peer);
            {
              const std::lock_guard lock(mutex_);
              heard_.push_back(request);
            }
            handle_(peer, request);
          }
        }) {}
  // Answers all alike.
  explicit HttpPeer(std::string bytes, SSL_CTX* tls = nullptr)
      : HttpPeer([bytes = std::move(bytes)](Peer& peer, const HeardRequest&) { peer.write(bytes); }, tls) {}

  // Doesn't wait for clients that only keep their connection.
  ~HttpPeer() { stopping_ = true; }

  std::uint16_t port() const { return server_.port(); }
  int connections() const { return server_.connections(); }
  std::vector<HeardRequest> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1",
                  const std::string& scheme = "http") const {
    return scheme + "://" + host + ":" + std::to_string(port()) + path;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<HeardRequest> heard_;
  Handle handle_;
  std::atomic<bool> stopping_ = false;
  LoopbackServer server_;  // last: its threads use the rest
};

}  // namespace amends::test
