#include "core/http/server.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <thread>

#include "core/http/loop.h"

namespace amends::http {
namespace {

class Front final : public Server {
 public:
  Front(std::unique_ptr<Site> site, std::unique_ptr<Door> door)
      : site_(std::move(site)),
        door_(std::move(door)),
        port_(door_->port()),
        workers_(*site_),
        loop_(*site_, workers_, *door_) {
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "http-loop");
      loop_.run();
    });
  }
  ~Front() override { stop(std::chrono::milliseconds(0)); }

  int port() const override { return port_; }
  int listen_fd() const override { return door_->fd(); }

  void stop(std::chrono::milliseconds grace) override {
    const std::lock_guard held(stop_);
    if (!thread_.joinable()) return;
    site_->stopping.store(true);
    loop_.end(Clock::now() + grace);
    thread_.join();
    workers_.stop();
  }

  Figures figures() const override {
    Figures out = site_->counters.figures();
    out.queue_depth = workers_.waiting();
    return out;
  }

 private:
  std::mutex stop_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<Door> door_;
  int port_;
  Workers workers_;
  Loop loop_;
  std::thread thread_;
};

// A connection is a descriptor; what else the process opens fits into a thousand.
void allow_descriptors(std::size_t connections) {
  rlimit files = {};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(files.rlim_max, connections + 1'000);
  if (files.rlim_cur >= wanted) return;
  files.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Handler& handler) {
  // OpenSSL writes with write(2), which has no MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  auto site = std::make_unique<Site>(std::move(options), handler);
  const ServerOptions& given = site->options;
  if (given.certificate_file.empty() != given.key_file.empty()) {
    return fail(Kind::invalid, "TLS takes both a certificate and its key");
  }
  if (!given.certificate_file.empty()) {
    TRY(auto identity, TlsIdentity::load(given.certificate_file, given.key_file));
    site->tls.emplace(std::move(identity));
  }
  TRY(Ranges trusted, Ranges::read(given.trusted_proxies));
  site->trusted = std::move(trusted);
  allow_descriptors(given.limits.connections);
  TRY(auto door, Door::open(given));
  return std::unique_ptr<Server>(std::make_unique<Front>(std::move(site), std::move(door)));
}

}  // namespace amends::http
