// What the front costs beside bare cpp-httplib: `bench_http [ROUNDS] [SECONDS] [IDENTITY]`, 5 and 2 unless told.
//
// Both answer the same request with the same bytes, from 32 kept connections, in turns; CPU is the server process's
// user and system time. cpp-httplib has one route and all that makes it fast: TCP_NODELAY, a backlog of 1024, 64
// threads, no end to keep-alive. The front looks its handler up among 100 routes. Then 1,000 idle event streams:
// resident memory and threads; over TLS too when IDENTITY is a PEM file with a certificate and its key. Ends with 1
// when a bar is missed.
#include <openssl/ssl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/http/event_stream.h"
#include "core/http/server.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/http_peer.h"

namespace {

using namespace amends;
using bench::BareServer;
using bench::ServerProcess;

constexpr int kConnections = 32;
constexpr int kStreams = 1'000;
constexpr double kMostCpu = 1.3;
constexpr double kMostStreamMegabytes = 20;

const std::string kRequest =
    "GET /api/v1/brands/demo/customers57/42?limit=50 HTTP/1.1\r\nHost: hub.example\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: application/json\r\nAccept-Language: en\r\nCookie: session=0123456789abcdef0123456789abcdef\r\n\r\n";

std::string page(std::size_t size) {
  std::string out = "{\"items\":[";
  while (out.size() + 2 < size) out += 'x';
  return out + "]}";
}

void serve_bare(const std::string& body, const std::function<void(int)>& tell) {
  BareServer server;
  server.Get(R"(/api/v1/brands/([^/]+)/customers57/(\d+))", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "application/json");
  });
  tell(server.open());
  server.listen_after_bind();
}

// Routes as rows of segments, where "{}" takes anything.
class RoutedHandler : public http::Handler {
 public:
  explicit RoutedHandler(std::string body) : body_(std::move(body)) {
    for (int i = 0; i < 100; ++i) {
      names_.push_back("customers" + std::to_string(i));
      routes_.push_back({"api", "v1", "brands", "{}", names_.back(), "{}"});
    }
  }
  http::BodyRule body_rule(std::string_view, std::string_view) noexcept override { return {}; }
  http::Response handle(const http::Request& request) override {
    http::Response out;
    if (request.path == "/events") {
      out.events = std::make_shared<http::EventStream>();
    } else if (routed(request.path)) {
      out.headers.set("Content-Type", "application/json");
      out.body = body_;
    } else {
      out.status = 404;
    }
    return out;
  }

 private:
  bool routed(std::string_view path) const {
    const auto parts = text::split(path.substr(1), '/');
    return std::any_of(routes_.begin(), routes_.end(), [&](const std::vector<std::string>& route) {
      return std::equal(route.begin(), route.end(), parts.begin(), parts.end(),
                        [](const std::string& a, std::string_view b) { return a == "{}" || a == b; });
    });
  }
  std::string body_;
  std::list<std::string> names_;
  std::vector<std::vector<std::string>> routes_;
};

// `identity` is a PEM file with certificate and key; "" for plain HTTP.
void serve_front(const std::string& body, const std::string& identity, const std::function<void(int)>& tell) {
  RoutedHandler handler(body);
  http::ServerOptions options;
  options.certificate_file = options.key_file = identity;
  options.limits.requests_per_second = 0;
  options.limits.connections_per_ip = 0;
  auto server = http::Server::listen(options, handler);
  if (!server) std::abort();
  tell((*server)->port());
  for (;;) ::pause();
}

struct Cost {
  double cpu_us = 0;
  double per_second = 0;
};

Cost cost_of(const ServerProcess& server, double seconds) {
  const double before = server.cpu_seconds();
  const auto done = bench::load(server.port(), kRequest, kConnections, seconds);
  const double cpu = server.cpu_seconds() - before;
  return {cpu / static_cast<double>(done.answered) * 1e6, static_cast<double>(done.answered) / done.seconds};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool compare(std::size_t size, int rounds, double seconds) {
  const std::string body = page(size);
  const ServerProcess bare([&](const auto& tell) { serve_bare(body, tell); });
  const ServerProcess front([&](const auto& tell) { serve_front(body, {}, tell); });
  cost_of(bare, 0.3);
  cost_of(front, 0.3);
  std::vector<double> bare_cpu, front_cpu, bare_rate, front_rate, ratios;
  for (int round = 0; round < rounds; ++round) {
    const Cost a = cost_of(bare, seconds), b = cost_of(front, seconds);
    bare_cpu.push_back(a.cpu_us);
    front_cpu.push_back(b.cpu_us);
    bare_rate.push_back(a.per_second);
    front_rate.push_back(b.per_second);
    ratios.push_back(b.cpu_us / a.cpu_us);
  }
  const double ratio = median(ratios);
  std::printf("%zu byte page, medians of %d rounds of %.0f s, %d connections\n", size, rounds, seconds, kConnections);
  std::printf("  bare cpp-httplib, 1 route   %6.1f us CPU a request  %8.0f requests/s\n", median(bare_cpu),
              median(bare_rate));
  std::printf("  front, 100 routes           %6.1f us CPU a request  %8.0f requests/s\n", median(front_cpu),
              median(front_rate));
  std::printf("  CPU, front / bare           %6.2f   bar <= %.1f   %s\n", ratio, kMostCpu,
              ratio <= kMostCpu ? "met" : "MISSED");
  return ratio <= kMostCpu;
}

class Watcher {
 public:
  Watcher(int port, SSL_CTX* tls) : fd_(bench::dial(port)) {
    constexpr std::string_view kAsk = "GET /events HTTP/1.1\r\nHost: hub.example\r\n\r\n";
    if (tls == nullptr) {
      bench::send_all(fd_, kAsk);
      return;
    }
    session_ = SSL_new(tls);
    SSL_set_fd(session_, fd_);
    if (SSL_connect(session_) == 1) SSL_write(session_, kAsk.data(), static_cast<int>(kAsk.size()));
  }
  ~Watcher() {
    SSL_free(session_);
    ::close(fd_);
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  bool is_served() const {
    char head[1024];
    return session_ != nullptr ? SSL_read(session_, head, sizeof head) > 0 : ::recv(fd_, head, sizeof head, 0) > 0;
  }

 private:
  int fd_;
  SSL* session_ = nullptr;
};

bool idle_streams(const std::string& identity) {
  const ServerProcess server([&](const auto& tell) { serve_front("", identity, tell); });
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls(
      identity.empty() ? nullptr : SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  std::list<Watcher> watchers;
  // What the first ones cost is the server's own: workers' stacks and arenas, OpenSSL's tables.
  for (int i = 0; i < kConnections; ++i) {
    if (!watchers.emplace_back(server.port(), tls.get()).is_served()) return false;
  }
  const long before = server.status("VmRSS"), threads_before = server.status("Threads");
  const auto start = bench::Steady::now();
  for (int i = 0; i < kStreams; ++i) {
    if (!watchers.emplace_back(server.port(), tls.get()).is_served()) return false;
  }
  const double took = bench::seconds_since(start);
  const double megabytes = static_cast<double>(server.status("VmRSS") - before) / 1024;
  const long threads = server.status("Threads") - threads_before;
  const bool met = megabytes < kMostStreamMegabytes && threads == 0;
  std::printf("%d idle event streams%s (%.2f s to connect)\n", kStreams, identity.empty() ? "" : " over TLS", took);
  std::printf("  %.1f MB more (%.1f in all), %ld threads more   bar < %.0f MB, no thread each   %s\n", megabytes,
              static_cast<double>(server.status("VmRSS")) / 1024, threads, kMostStreamMegabytes,
              met ? "met" : "MISSED");
  return met;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  bool met = true;
  for (const std::size_t size : {std::size_t{16}, std::size_t{8192}}) met = compare(size, rounds, seconds) && met;
  met = idle_streams("") && met;
  if (argc > 3) met = idle_streams(argv[3]) && met;
  return met ? 0 : 1;
}
