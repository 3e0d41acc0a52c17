#include "core/main/demo_post.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "core/base/text.h"

namespace amends::cli {
namespace {

// How often a waiting server looks whether the demo has ended.
constexpr int kLookMs = 100;
constexpr std::size_t kLongest = 32u << 20;

bool readable(int fd, std::stop_token stop) {
  while (!stop.stop_requested()) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, kLookMs) > 0) return true;
  }
  return false;
}

void say(int fd, std::string_view line) {
  const std::string all = std::string(line) + "\r\n";
  [[maybe_unused]] const auto sent = ::send(fd, all.data(), all.size(), MSG_NOSIGNAL);
}

// Lines of one connection.
class Lines {
 public:
  Lines(int fd, std::stop_token stop) : fd_(fd), stop_(std::move(stop)) {}
  std::optional<std::string> next() {
    for (;;) {
      if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      char some[8192];
      if (buffer_.size() > kLongest || !readable(fd_, stop_)) return {};
      const auto got = ::recv(fd_, some, sizeof some, 0);
      if (got <= 0) return {};
      buffer_.append(some, static_cast<std::size_t>(got));
    }
  }

 private:
  const int fd_;
  const std::stop_token stop_;
  std::string buffer_;
};

}  // namespace

Result<std::unique_ptr<DemoPost>> DemoPost::open() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 8) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    const Error error = fail(Kind::unavailable, std::string("the demo's post office: ") + std::strerror(errno));
    if (fd >= 0) ::close(fd);
    return error;
  }
  return std::unique_ptr<DemoPost>(new DemoPost(fd, ntohs(address.sin_port)));
}

DemoPost::DemoPost(int listener, std::uint16_t port) : listener_(listener), port_(port) {
  thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
}

DemoPost::~DemoPost() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> DemoPost::letters() const {
  const std::lock_guard lock(mutex_);
  return letters_;
}

void DemoPost::serve(std::stop_token stop) {
  while (readable(listener_, stop)) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    converse(fd, stop);
    ::close(fd);
  }
}

void DemoPost::converse(int fd, std::stop_token stop) {
  Lines lines(fd, stop);
  say(fd, "220 demo.invalid ESMTP");
  while (const auto line = lines.next()) {
    const std::string verb = text::ascii_lower(std::string_view(*line).substr(0, line->find(' ')));
    if (verb == "ehlo") {
      say(fd, "250-demo.invalid\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SIZE 33554432");
    } else if (verb == "auth") {
      if (line->find(' ') == line->rfind(' ')) {  // no initial response came with it
        say(fd, "334 ");
        if (!lines.next()) return;
      }
      say(fd, "235 2.7.0 come in");
    } else if (verb == "data") {
      say(fd, "354 go on");
      std::string letter;
      for (;;) {
        auto part = lines.next();
        if (!part) return;  // cut before the dot: nothing was handed in
        if (*part == ".") break;
        letter += (part->rfind("..", 0) == 0 ? part->substr(1) : *part) + "\r\n";
      }
      {
        const std::lock_guard lock(mutex_);
        letters_.push_back(std::move(letter));
      }
      say(fd, "250 2.0.0 kept");
    } else if (verb == "quit") {
      say(fd, "221 2.0.0 bye");
      return;
    } else {
      say(fd, verb == "mail" || verb == "rcpt" || verb == "rset" || verb == "noop" ? "250 ok" : "502 5.5.1 not here");
    }
  }
}

}  // namespace amends::cli
