// Webhooks in, durable before they are acknowledged: `bench_hooks FOLDER [COUNT [CONNECTIONS]]`, in a folder that may
// be thrown away. First the least it can cost: threads that write the same rows in a loop through the same group commit
// at FULL, nothing else. Then the whole way: HTTP, the account's connector, the rows, the commit, the answer; by a
// server in a process of its own, which is killed at the end, and a client of one thread: on the same cores, a client
// of many would be measured too.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/app/accounts.h"
#include "core/app/hooks.h"
#include "core/app/live.h"
#include "core/app/migrations.h"
#include "core/app/staff.h"
#include "core/base/log.h"
#include "core/channel/registry.h"
#include "core/crypto/digest.h"
#include "core/http/server.h"
#include "core/mime/mail.h"
#include "core/web/site.h"
#include "tests/bench/http_peer.h"
#include "tests/bench/usage.h"
#include "tests/flow/crowd_channel.h"

namespace amends::channel {

std::span<const Descriptor* const> builtin_channels() {
  static constexpr const Descriptor* kAll[] = {&test::kCrowdChannel};
  return kAll;
}

}  // namespace amends::channel

namespace {

using namespace amends;
using bench::Steady;

// About what a review's notification weighs.
std::string event_of(int number) {
  return R"({"event":"review.created","id":")" + std::to_string(number) + R"(","text":")" + std::string(600, 'x') +
         R"("})";
}

struct Measured {
  double rate = 0;
  std::vector<double> milliseconds;
};

// `once(thread, number)` COUNT times on so many threads.
Measured measure(int count, int threads, const std::function<void(int, int)>& once) {
  Measured out;
  std::mutex mutex;
  std::atomic<int> next{0};
  const auto begun = Steady::now();
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      std::vector<double> mine;
      for (int n = next++; n < count; n = next++) {
        const auto at = Steady::now();
        once(t, n);
        mine.push_back(std::chrono::duration<double, std::milli>(Steady::now() - at).count());
      }
      const std::lock_guard lock(mutex);
      out.milliseconds.insert(out.milliseconds.end(), mine.begin(), mine.end());
    });
  }
  for (auto& thread : all) thread.join();
  out.rate = count / std::chrono::duration<double>(Steady::now() - begun).count();
  return out;
}

void say(const char* name, Measured& measured) {
  std::printf("%-22s %8.0f/s   p50 %6.2f ms   p99 %6.2f ms\n", name, measured.rate,
              bench::percentile(measured.milliseconds, 0.5), bench::percentile(measured.milliseconds, 0.99));
}

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "bench_hooks: %s\n", error.what.c_str());
  std::exit(2);
}

bool is_whole(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  if (head == answer.npos) return false;
  const auto length = answer.find("Content-Length: ");
  return answer.size() >= head + 4 + (length < head ? std::stoul(answer.substr(length + 16)) : 0);
}

Measured bare(const std::string& folder, int count, int threads) {
  std::filesystem::create_directories(folder);
  auto db = store::Database::open({.path = folder + "/bare.db", .migrations = app::migrations()});
  if (!db) give_up(db.error());
  (void)(*db)->write([](store::Tx& tx) -> Result<Done> {
    tx.run("INSERT INTO brand (id, key, name, created_at) VALUES (1, 'b', 'b', 0)");
    tx.run("INSERT INTO account (id, brand_id, channel, name, created_at) VALUES (1, 1, 'crowd', 'a', 0)");
    return Done{};
  });
  return measure(count, threads, [&](int, int n) {
    const std::string body = event_of(n), id = "hook/" + std::to_string(n);
    const crypto::Sha256 digest = crypto::sha256(body);
    const auto done = (*db)->write([&](store::Tx& tx) -> Result<Done> {
      const std::int64_t raw = tx.insert(
          "INSERT INTO raw_item (brand_id, account_id, external_id, digest, place, own, size, received_at, state) "
          "VALUES "
          "(1, 1, ?, ?, '', 0, ?, 0, 0)",
          id, store::Blob{crypto::bytes_of(digest).substr(0, 16)}, body.size());
      tx.run("INSERT INTO raw_body (raw_id, bytes) VALUES (?, ?)", raw, store::Blob{body});
      return Done{};
    });
    if (!done) give_up(done.error());
  });
}

// Serves until it is killed; where to, in `path_file`, before the port.
void serve(const std::string& folder, const std::string& path_file, const std::function<void(int)>& tell) {
  const SystemClock clock;
  app::Config config = app::default_config();
  config.data = folder + "/data";
  auto opened = app::Hub::open(std::move(config), clock);
  if (!opened) give_up(opened.error());
  app::Hub& hub = **opened;
  const auto account = app::Accounts(hub).create(
      hub.brands()[0].id, {&test::kCrowdChannel, "a", {{"place", "a"}, {"password", "word"}}, std::chrono::seconds(0)},
      {});
  if (!account) give_up(account.error());
  std::ofstream(path_file) << app::Hooks(hub).path_of(*hub.find_account(*account));
  app::Staff staff(hub);
  app::Live live(hub.db(), clock, [](BrandId) { return std::string("b"); });
  web::Site site(hub, live, staff, {});
  http::ServerOptions options;
  options.limits.requests_per_second = 0;
  auto server = http::Server::listen(std::move(options), site);
  if (!server) give_up(server.error());
  tell((*server)->port());
  for (;;) ::pause();
}

// COUNT webhooks over so many kept connections, each the next as soon as the one before is acknowledged.
Measured post(int port, const std::string& path, int count, int connections) {
  struct Peer {
    int fd = -1;
    Steady::time_point asked;
    std::string answer;
  };
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const auto request = [&](int n) {
    const std::string body = event_of(n);
    return "POST " + path + " HTTP/1.1\r\nHost: " + host +
           "\r\nContent-Type: application/json\r\nX-Id: " + std::to_string(n) +
           "\r\nX-Sign: word:" + std::to_string(body.size()) + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  };
  const auto broken = [](std::string_view why) {
    std::fprintf(stderr, "bench_hooks: %.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(2);
  };
  Measured out;
  std::vector<Peer> peers(static_cast<std::size_t>(connections));
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  int next = 0;
  const auto ask = [&](Peer& peer) {
    if (next == count) return;
    peer.answer.clear();
    peer.asked = Steady::now();
    if (!bench::send_all(peer.fd, request(next++))) broken("the server hung up");
  };
  for (Peer& peer : peers) {
    peer.fd = bench::dial(port);
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, peer.fd, &event);
  }
  const auto begun = Steady::now();
  for (Peer& peer : peers) ask(peer);
  std::vector<epoll_event> events(peers.size());
  while (out.milliseconds.size() < static_cast<std::size_t>(count)) {
    const int n = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 10'000);
    if (n <= 0) broken("no answer within ten seconds");
    for (int i = 0; i < n; ++i) {
      Peer& peer = *static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
      char some[4096];
      const ssize_t got = ::recv(peer.fd, some, sizeof some, 0);
      if (got <= 0) broken("the server hung up");
      peer.answer.append(some, static_cast<std::size_t>(got));
      if (!is_whole(peer.answer)) continue;
      if (peer.answer.compare(0, 12, "HTTP/1.1 200") != 0) broken(peer.answer.substr(0, 200));
      out.milliseconds.push_back(std::chrono::duration<double, std::milli>(Steady::now() - peer.asked).count());
      ask(peer);
    }
  }
  out.rate = count / std::chrono::duration<double>(Steady::now() - begun).count();
  for (const Peer& peer : peers) ::close(peer.fd);
  ::close(poll);
  return out;
}

Measured whole(const std::string& folder, int count, int connections) {
  std::filesystem::create_directories(folder);
  Measured out;
  {
    const bench::ServerProcess server([&](const auto& tell) { serve(folder, folder + "/path", tell); });
    std::string path;
    std::ifstream(folder + "/path") >> path;
    out = post(server.port(), path, count, connections);
  }  // killed: what was acknowledged must be there all the same
  const SystemClock clock;
  app::Config config = app::default_config();
  config.data = folder + "/data";
  auto hub = app::Hub::open(std::move(config), clock);
  if (!hub) give_up(hub.error());
  const auto stored = (*hub)->db().read(
      [](store::Reader& reader) -> Result<std::int64_t> { return reader.count("SELECT COUNT(*) FROM raw_item"); });
  if (!stored || *stored != count) give_up(fail(Kind::internal, "not everything that was acknowledged is stored"));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "bench_hooks FOLDER [COUNT [CONNECTIONS]]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const int count = argc > 2 ? std::atoi(argv[2]) : 20'000, threads = argc > 3 ? std::atoi(argv[3]) : 16;
  log::set_level(log::Level::off);
  mime::init();
  std::vector<double> shares;
  for (int round = 0; round < 3; ++round) {
    const std::string here = folder + "/" + std::to_string(round);
    Measured least = bare(here, count, threads), all = whole(here, count, threads);
    say("bare group commit", least);
    say("acknowledged webhooks", all);
    std::printf("%22.0f %%\n", 100 * all.rate / least.rate);
    shares.push_back(all.rate / least.rate);
  }
  return bench::percentile(shares, 0.5) >= 0.5 ? 0 : 1;
}
