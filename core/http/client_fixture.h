// For the tests of the front: a handler made of a function, and clients that may be as rude as a test wants.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <functional>
#include <string>
#include <thread>

#include "core/http/event_stream.h"
#include "core/http/server.h"

namespace amends::http {

using std::chrono::milliseconds;

class FunctionHandler : public Handler {
 public:
  std::function<Response(const Request&)> answer = [](const Request&) { return Response{}; };
  std::atomic<std::size_t> max_body{1024};
  std::atomic<int> asked{0};

  BodyRule body_rule(std::string_view, std::string_view) noexcept override { return {max_body}; }
  Response handle(const Request& request) override {
    ++asked;
    return answer(request);
  }
};

inline Response text_of(std::string body) {
  Response out;
  out.headers.set("Content-Type", "text/plain");
  out.body = std::move(body);
  return out;
}

// Waits for what must come soon; false after five seconds.
template <class Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

struct Answer {
  int status = 0;  // 0: none came
  std::string head;
  std::string body;

  bool has(std::string_view line) const { return head.find(line) != head.npos; }
};

class Client {
 public:
  explicit Client(int port, const char* from = nullptr, SSL_CTX* tls = nullptr, int receive_buffer = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    if (from != nullptr) {
      ::inet_pton(AF_INET, from, &address.sin_addr);
      EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    }
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval patience = {5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (tls != nullptr) {
      tls_ = SSL_new(tls);
      SSL_set_fd(tls_, fd_);
      connected_ = connected_ && SSL_connect(tls_) == 1;
    }
  }
  ~Client() {
    if (tls_ != nullptr) SSL_free(tls_);
    if (fd_ >= 0) ::close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  SSL* tls() const { return tls_; }
  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                     : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void shut() { ::shutdown(fd_, SHUT_WR); }

  // More bytes into what was read; false at the end.
  bool more() {
    char some[16 * 1024];
    const auto n =
        tls_ != nullptr ? SSL_read(tls_, some, sizeof some) : static_cast<int>(::recv(fd_, some, sizeof some, 0));
    if (n <= 0) return false;
    read_.append(some, static_cast<std::size_t>(n));
    return true;
  }
  // Until `end`, which is taken too; what there is when the connection ends before.
  std::string until(std::string_view end) {
    std::size_t at;
    while ((at = read_.find(end)) == read_.npos) {
      if (!more()) return std::exchange(read_, {});
    }
    return take(at + end.size());
  }
  std::string rest() {
    while (more()) {
    }
    return std::exchange(read_, {});
  }
  bool ended() { return read_.empty() && !more(); }

  // One answer, by its own framing.
  Answer answer(bool head_only = false) {
    Answer out;
    out.head = until("\r\n\r\n");
    if (out.head.size() < 12) return out;
    out.status = std::stoi(out.head.substr(9, 3));
    if (head_only || out.status == 304 || out.status == 204 || out.status == 100) return out;
    const auto length = out.head.find("Content-Length: ");
    if (length != out.head.npos) {
      out.body = bytes(std::stoull(out.head.substr(length + 16)));
    } else if (out.has("Transfer-Encoding: chunked")) {
      for (;;) {
        const std::string line = until("\r\n");
        std::size_t size = 0;
        std::from_chars(line.data(), line.data() + line.size(), size, 16);
        out.body += bytes(size);
        if (until("\r\n") != "\r\n" || size == 0) break;
      }
    } else {
      out.body = rest();
    }
    return out;
  }
  Answer ask(std::string_view request) {
    send(request);
    return answer(request.substr(0, 4) == "HEAD");
  }
  Answer get(std::string_view path, std::string_view fields = "") {
    return ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
  }

 private:
  std::string bytes(std::size_t count) {
    while (read_.size() < count && more()) {
    }
    return take(std::min(count, read_.size()));
  }
  std::string take(std::size_t count) {
    std::string out = read_.substr(0, count);
    read_.erase(0, count);
    return out;
  }

  int fd_ = -1;
  bool connected_ = false;
  SSL* tls_ = nullptr;
  std::string read_;
};

class FrontTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    auto server = Server::listen(std::move(options), handler_);
    ASSERT_TRUE(server) << server.error().what;
    server_ = *std::move(server);
    port_ = server_->port();
  }
  static ServerOptions open_options() {
    ServerOptions options;
    options.limits.requests_per_second = 0;
    return options;
  }

  FunctionHandler handler_;
  std::unique_ptr<Server> server_;
  int port_ = 0;
};

}  // namespace amends::http
