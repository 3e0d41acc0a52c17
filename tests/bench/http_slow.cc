// What slow and greedy clients do to an honest one: `bench_http_slow [SECONDS]`, 12 an attack unless told.
//
// A client asks 50 times a second from an address of its own while others attack the same front: 1,000 connections
// whose headers drip, 100 that ask for a long page and never read it, and 20 times as many requests as one address may
// send. The front has its default limits and time-outs, but for the connections of one address, so that the thousand
// get in. Prints the honest client's percentiles, the server's memory at its highest and what it refused. Ends with 1
// when a bar is missed.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/http/server.h"
#include "tests/bench/http_peer.h"
#include "tests/bench/usage.h"

namespace {

using namespace amends;
using bench::ServerProcess;
using bench::Steady;

constexpr double kMostP99 = 0.2;           // seconds
constexpr double kMostMegabytes = 150;     // resident
constexpr double kFloodPerSecond = 4'000;  // 20 times what one address may send
constexpr std::size_t kLongPage = std::size_t{2} << 20;

class Pages : public http::Handler {
 public:
  http::BodyRule body_rule(std::string_view, std::string_view) noexcept override { return {64 * 1024}; }
  http::Response handle(const http::Request& request) override {
    http::Response out;
    out.body.assign(request.path == "/long" ? kLongPage : 8'192, 'x');
    return out;
  }
};

void serve(const std::function<void(int)>& tell) {
  Pages pages;
  http::ServerOptions options;
  options.limits.connections_per_ip = 2'000;
  auto server = http::Server::listen(options, pages);
  if (!server) std::abort();
  tell((*server)->port());
  for (;;) ::pause();
}

using Attack = std::function<void(int port, const std::atomic<bool>& stop)>;

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

// Each sends a line of its header now and then, and comes again when it is cut.
void drip(int port, const std::atomic<bool>& stop) {
  std::vector<int> drops(1'000, -1);
  while (!stop) {
    for (int& fd : drops) {
      if (stop) break;
      if (fd < 0) {
        fd = bench::dial(port, "127.0.0.66");
        if (fd >= 0) bench::send_all(fd, "GET / HTTP/1.1\r\nHost: a\r\n");
      }
      pollfd hung_up = {fd, POLLIN | POLLRDHUP, 0};
      const bool cut = fd >= 0 && ::poll(&hung_up, 1, 0) == 1;
      if (cut || (fd >= 0 && !bench::send_all(fd, "X-Drop: 1\r\n"))) {
        ::close(fd);
        fd = -1;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(120));  // below 100 lines until the front's time-out
  }
  for (const int fd : drops) ::close(fd);
}

void never_read(int port, const std::atomic<bool>& stop) {
  std::vector<int> readers;
  for (int i = 0; i < 100; ++i) {
    readers.push_back(bench::dial(port, "127.0.0.67", 4'096));
    bench::send_all(readers.back(), "GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  while (!stop) {
    for (int& fd : readers) {
      pollfd hung_up = {fd, POLLRDHUP, 0};
      if (::poll(&hung_up, 1, 0) != 1) continue;
      ::close(fd);  // it was cut: it comes again
      fd = bench::dial(port, "127.0.0.67", 4'096);
      bench::send_all(fd, "GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    nap();
  }
  for (const int fd : readers) ::close(fd);
}

// Over 200 connections, without waiting for answers; what comes back is thrown away.
void flood(int port, const std::atomic<bool>& stop) {
  std::vector<int> pipes;
  for (int i = 0; i < 200; ++i) pipes.push_back(bench::dial(port, "127.0.0.68"));
  const auto start = Steady::now();
  double sent = 0;
  std::vector<char> answers(64 * 1024);
  while (!stop) {
    for (int& fd : pipes) {
      if (stop || sent > bench::seconds_since(start) * kFloodPerSecond) break;
      static constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
      while (::recv(fd, answers.data(), answers.size(), MSG_DONTWAIT) > 0) {
      }
      ::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      ++sent;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (const int fd : pipes) ::close(fd);
}

// As many requests, each over a connection of its own.
void knock(int port, const std::atomic<bool>& stop) {
  const auto start = Steady::now();
  for (double sent = 0; !stop; ++sent) {
    if (sent > bench::seconds_since(start) * kFloodPerSecond) nap();
    const int fd = bench::dial(port, "127.0.0.69");
    if (fd < 0) continue;
    bench::send_all(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const struct linger reset = {1, 0};  // no ports kept in TIME-WAIT
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(fd);
  }
}

struct Honest {
  std::vector<double> seconds;
  int failed = 0;
};

// Half of its requests over a kept connection, half over new ones.
Honest ask_for(int port, double seconds) {
  Honest out;
  std::string answer;
  static constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  int kept = bench::dial(port);
  const auto start = Steady::now();
  for (int i = 0; bench::seconds_since(start) < seconds; ++i) {
    std::this_thread::sleep_until(start + i * std::chrono::milliseconds(20));
    const auto begun = Steady::now();
    const int fd = i % 2 == 0 ? kept : bench::dial(port);
    const bool fine = fd >= 0 && bench::send_all(fd, kRequest) && bench::read_answer(fd, answer) == 200;
    out.seconds.push_back(bench::seconds_since(begun));
    if (!fine) ++out.failed;
    if (fd != kept) {
      ::close(fd);
    } else if (!fine) {
      ::close(kept);
      kept = bench::dial(port);
    }
  }
  ::close(kept);
  return out;
}

bool run(const char* name, const std::vector<Attack>& attacks, double seconds) {
  const ServerProcess server(serve);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (const Attack& attack : attacks) threads.emplace_back([&] { attack(server.port(), stop); });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  Honest honest = ask_for(server.port(), seconds);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const double p99 = bench::percentile(honest.seconds, 0.99);
  const double megabytes = static_cast<double>(server.status("VmHWM")) / 1024;
  const bool met = p99 < kMostP99 && megabytes < kMostMegabytes && honest.failed == 0;
  std::printf("%-42s p50 %6.2f ms  p99 %7.2f ms  max %7.2f ms  failed %d of %zu  memory %5.1f MB  CPU %3.0f %%  %s\n",
              name, bench::percentile(honest.seconds, 0.5) * 1e3, p99 * 1e3, bench::percentile(honest.seconds, 1) * 1e3,
              honest.failed, honest.seconds.size(), megabytes, server.cpu_seconds() / (seconds + 0.5) * 100,
              met ? "met" : "MISSED");
  return met;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 12;
  rlimit files = {};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  std::signal(SIGPIPE, SIG_IGN);
  std::printf("bars: p99 < %.0f ms, memory < %.0f MB, no failed request\n", kMostP99 * 1e3, kMostMegabytes);
  bool met = run("nobody else", {}, seconds / 3);
  met = run("1,000 headers that drip", {drip}, seconds) && met;
  met = run("100 readers that never read 2 MB", {never_read}, seconds) && met;
  met = run("20 times the requests one may send", {flood}, seconds) && met;
  met = run("the same over new connections", {knock}, seconds) && met;
  met = run("all of them at once", {drip, never_read, flood, knock}, seconds) && met;
  return met ? 0 : 1;
}
