// Clients that are slow, greedy or gone, against a front with short time-outs.
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

#include "core/base/log.h"
#include "core/http/client_fixture.h"

namespace amends::http {
namespace {

class SlowFront : public FrontTest {
 protected:
  static ServerOptions hasty() {
    ServerOptions options = open_options();
    Timeouts& t = options.timeouts;
    t.handshake = t.header = t.body_grace = t.idle = t.reader = milliseconds(120);
    t.linger = t.farewell = milliseconds(100);
    return options;
  }
  static milliseconds since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  }
};

// Holds handlers until it is opened.
class Gate {
 public:
  void wait() {
    std::unique_lock held(mutex_);
    ++waiting_;
    changed_.wait(held, [&] { return open_; });
  }
  void open() {
    const std::lock_guard held(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int waiting() {
    const std::lock_guard held(mutex_);
    return waiting_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST_F(SlowFront, CutsAHeaderThatDrips) {
  start(hasty());
  Client client(port_);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n"));
  std::atomic<bool> stop{false};
  std::thread drips([&] {
    while (!stop && client.send("X: 1\r\n")) std::this_thread::sleep_for(milliseconds(20));
  });
  const Answer answer = client.answer();
  stop = true;
  drips.join();
  EXPECT_EQ(answer.status, 408) << "each drop must not buy more time";
  EXPECT_GE(since(begun), milliseconds(110));
  EXPECT_LT(since(begun), milliseconds(900));
  EXPECT_EQ(server_->figures().timed_out, 1u);
}

TEST_F(SlowFront, CutsSilentConnectionsWithoutAWord) {
  start(hasty());
  Client silent(port_);
  EXPECT_EQ(silent.rest(), "");
  Client once(port_);
  EXPECT_EQ(once.get("/").status, 200);
  EXPECT_EQ(once.rest(), "");
  EXPECT_TRUE(comes_true([&] { return server_->figures().connections == 0; }));
}

TEST_F(SlowFront, CutsABodyThatStallsAndBearsOneThatMoves) {
  ServerOptions options = hasty();
  options.timeouts.body_bytes_per_second = 100;  // 12 bytes in each span
  start(options);
  handler_.answer = [](const Request& request) { return text_of(std::to_string(request.body.size())); };
  Client stalls(port_);
  stalls.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n" + std::string(800, 'x'));
  Client moves(port_);
  moves.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(moves.send(std::string(30, 'x')));
    std::this_thread::sleep_for(milliseconds(30));
  }
  EXPECT_EQ(moves.answer().body, "300");
  EXPECT_EQ(stalls.answer().status, 408) << "what came at first is no credit for ever";
  EXPECT_EQ(handler_.asked, 1);
  EXPECT_TRUE(comes_true([&] { return server_->figures().bodies_held == 0; }));
}

TEST_F(SlowFront, CutsReadersThatNeverReadAndHoldsNoWorker) {
  ServerOptions options = hasty();
  options.workers = 1;
  start(options);
  handler_.answer = [](const Request& request) {
    return text_of(request.path == "/big" ? std::string(8'000'000, 'x') : "small");
  };
  std::list<Client> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back(port_, nullptr, nullptr, 4'096).send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  ASSERT_TRUE(comes_true([&] { return server_->figures().answers_held > 3'000'000; }));
  EXPECT_EQ(Client(port_).get("/").body, "small") << "the one worker is free";
  EXPECT_TRUE(comes_true([&] { return server_->figures().answers_held == 0; }));
  EXPECT_EQ(server_->figures().timed_out, 3u);
}

TEST_F(SlowFront, BearsAReaderThatIsSlowButReads) {
  ServerOptions options = hasty();
  options.timeouts.reader = milliseconds(300);
  start(options);
  handler_.answer = [](const Request&) { return text_of(std::string(6'000'000, 'x')); };
  Client client(port_, nullptr, nullptr, 65'536);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto begun = std::chrono::steady_clock::now();
  std::size_t read = 0;
  char some[200'000];
  while (read < 6'000'000) {
    const ssize_t n = ::recv(client.fd(), some, sizeof some, 0);
    ASSERT_GT(n, 0);
    read += static_cast<std::size_t>(n);
    if (since(begun) < milliseconds(600)) std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_GT(since(begun), milliseconds(500)) << "longer than one that reads nothing may take";
}

TEST_F(SlowFront, HoldsNoMoreAnswersThanItMay) {
  ServerOptions options = open_options();
  options.limits.answers_held = 10'000'000;
  start(options);
  handler_.answer = [](const Request&) { return text_of(std::string(4'000'000, 'x')); };
  std::list<Client> readers;
  for (int i = 0; i < 12; ++i) {
    readers.emplace_back(port_, nullptr, nullptr, 4'096).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  ASSERT_TRUE(comes_true([&] { return handler_.asked == 12; }));
  EXPECT_TRUE(comes_true([&] { return server_->figures().timed_out >= 8; }));
  EXPECT_TRUE(comes_true([&] { return server_->figures().answers_held <= 10'000'000u; }));
}

TEST_F(SlowFront, HoldsNoMoreBodiesThanItMay) {
  ServerOptions options = open_options();
  options.limits.bodies_held = 1'000'000;
  handler_.max_body = 10'000'000;
  start(options);
  std::list<Client> clients;
  for (int i = 0; i < 8; ++i) {
    Client& client = clients.emplace_back(port_);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + std::string(200'000, 'x'));
  }
  EXPECT_TRUE(comes_true([&] { return server_->figures().rejected_queue >= 2; }));
  EXPECT_TRUE(comes_true([&] { return server_->figures().bodies_held <= 1'000'000u; }));
  int refused = 0;
  for (Client& client : clients) {
    pollfd waiting = {client.fd(), POLLIN, 0};
    if (::poll(&waiting, 1, 0) == 1 && client.answer().status == 503) ++refused;
  }
  EXPECT_GE(refused, 2);
}

TEST_F(SlowFront, BodiesThatCrawlMakeRoomForOthers) {
  ServerOptions options = open_options();
  options.timeouts.body_grace = milliseconds(1'500);
  options.timeouts.idle = milliseconds(80);  // looks around often
  options.limits.bodies_held = 1'000'000;
  handler_.max_body = 10'000'000;
  handler_.answer = [](const Request& request) { return text_of(std::to_string(request.body.size())); };
  start(options);
  std::list<Client> crawl;
  for (int i = 0; i < 5; ++i) {
    crawl.emplace_back(port_).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" +
                                   std::string(100, 'x'));
  }
  for (int i = 0; i < 3; ++i) {
    crawl.emplace_back(port_).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" +
                                   std::string(270'000, 'x'));
  }
  EXPECT_TRUE(comes_true([&] { return server_->figures().timed_out == 5; }));
  EXPECT_GT(server_->figures().bodies_held, 750'000u) << "those that come fast are left alone";
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(crawl.front().answer().status, 408);
    crawl.pop_front();
  }
  EXPECT_EQ(handler_.asked, 0);
}

TEST_F(SlowFront, SaysWhenTooManyRequestsWait) {
  Gate gate;
  ServerOptions options = open_options();
  options.workers = 1;
  options.limits.queue = 2;
  options.retry_after = std::chrono::seconds(9);
  start(options);
  handler_.answer = [&](const Request&) {
    gate.wait();
    return text_of("at last");
  };
  std::list<Client> clients;
  clients.emplace_back(port_).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return gate.waiting() == 1; }));
  for (int i = 0; i < 2; ++i) clients.emplace_back(port_).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(comes_true([&] { return server_->figures().queue_depth == 2; }));
  Client late(port_);
  const Answer refused = late.get("/");
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: 9\r\n"));
  EXPECT_FALSE(refused.has("Connection: close")) << "it may try again here";
  EXPECT_EQ(server_->figures().busy_workers, 1u);
  gate.open();
  for (Client& client : clients) EXPECT_EQ(client.answer().body, "at last");
  EXPECT_EQ(late.get("/").body, "at last");
  EXPECT_EQ(server_->figures().rejected_queue, 1u);
}

TEST_F(SlowFront, RefusesOneAddressThatAsksTooOftenAndNoOther) {
  ServerOptions options;
  options.limits.requests_per_second = 1;
  options.limits.request_burst = 5;
  start(options);
  Client greedy(port_, "127.0.0.2");
  int answered = 0, refused = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 7; ++i) {
    const Answer answer = greedy.get("/");
    ++(answer.status == 429 ? refused : answered);
    EXPECT_EQ(answer.has("Retry-After: 2\r\n"), answer.status == 429);
  }
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(refused, 2);
  EXPECT_GE(since(begun), milliseconds(150)) << "who was refused is not listened to for a while";
  EXPECT_EQ(Client(port_, "127.0.0.3").get("/").status, 200);
  EXPECT_EQ(server_->figures().rejected_rate, 2u);
}

TEST_F(SlowFront, LetsOneAddressHaveSoManyConnections) {
  ServerOptions options;
  options.limits.connections_per_ip = 3;
  options.limits.connections = 5;
  start(options);
  std::list<Client> crowd;
  const auto inside = [&](std::size_t count) {
    return comes_true([&] { return server_->figures().connections == count; });
  };
  for (int i = 0; i < 3; ++i) crowd.emplace_back(port_, "127.0.0.2").send("GET / HT");
  ASSERT_TRUE(inside(3));
  Client one_more(port_, "127.0.0.2");
  EXPECT_EQ(one_more.get("/").status, 503);
  for (int i = 0; i < 2; ++i) crowd.emplace_back(port_, "127.0.0.3").send("GET / HT");
  ASSERT_TRUE(inside(5));
  EXPECT_EQ(Client(port_, "127.0.0.4").get("/").status, 503) << "there is room for five in all";
  EXPECT_EQ(server_->figures().rejected_connections, 2u);
  crowd.clear();
  EXPECT_TRUE(comes_true([&] { return Client(port_, "127.0.0.2").get("/").status == 200; }));
}

TEST_F(SlowFront, IdleConnectionsMakeRoomForNewOnes) {
  ServerOptions options = open_options();
  options.limits.connections = 70;
  start(options);
  std::list<Client> idle;
  for (int i = 0; i < 70; ++i) ASSERT_EQ(idle.emplace_back(port_).get("/").status, 200) << i;
  EXPECT_TRUE(idle.front().ended()) << "the one that was idle for longest";
  EXPECT_EQ(Client(port_).get("/").status, 200);
  EXPECT_EQ(server_->figures().rejected_connections, 0u);
}

TEST_F(SlowFront, NewcomersAreServedWhenDescriptorsRunOut) {
  start(open_options());
  std::list<Client> idle;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(idle.emplace_back(port_).get("/").status, 200);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int lowest_free = ::dup(fd);
  ::close(lowest_free);
  // The undefined-behaviour sanitizer looks at a type it hasn't seen through a pipe, and there is none to be had.
  const log::Level spoke = log::level();
  log::set_level(log::Level::off);
  rlimit before = {};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  ::setrlimit(RLIMIT_NOFILE, &none);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ::send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
  pollfd answered = {fd, POLLIN, 0};
  const int polled = ::poll(&answered, 1, 5'000);
  ::setrlimit(RLIMIT_NOFILE, &before);
  log::set_level(spoke);
  EXPECT_TRUE(connected);
  EXPECT_EQ(polled, 1);
  char first[16] = {};
  EXPECT_GT(::recv(fd, first, sizeof first - 1, 0), 0);
  EXPECT_EQ(std::string(first).substr(0, 12), "HTTP/1.1 200");
  ::close(fd);
}

TEST_F(SlowFront, AStreamThatIsNotReadGetsTheLastWordOrIsCut) {
  auto stream = std::make_shared<EventStream>(format({"", "resync", ""}), 64 * 1024);
  ServerOptions options = hasty();
  options.timeouts.reader = milliseconds(2'000);
  start(options);
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = stream;
    return out;
  };
  Client client(port_, nullptr, nullptr, 4'096);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.until("\r\n\r\n");
  const std::string event = format({"", "", std::string(1'000, 'x')});
  std::size_t pushed = 0;
  while (stream->push(event)) ASSERT_LT(++pushed, 100'000u);
  EXPECT_LT(pushed, 2'000u) << "the kernel keeps little, the ring no more than it may";
  const std::string all = client.rest();
  const std::string last = format({"", "resync", ""});
  ASSERT_GT(all.size(), last.size());
  EXPECT_EQ(all.substr(all.size() - last.size()), last);
  EXPECT_EQ(all.size(), pushed * event.size() + last.size()) << "whole events only";
}

TEST_F(SlowFront, CutsAStreamThatTakesNothing) {
  auto stream = std::make_shared<EventStream>("", 8 * 1024 * 1024);
  start(hasty());
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = stream;
    return out;
  };
  Client client(port_, nullptr, nullptr, 4'096);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.until("\r\n\r\n");
  ASSERT_TRUE(stream->push(std::string(4'000'000, ':') + "\n\n"));
  EXPECT_TRUE(comes_true([&] { return stream->closed(); }));
  EXPECT_TRUE(comes_true([&] { return server_->figures().connections == 0; }));
}

TEST_F(SlowFront, QuietStreamsHearAHeartbeatAndStay) {
  ServerOptions options = hasty();
  options.timeouts.heartbeat = milliseconds(40);
  start(options);
  auto stream = std::make_shared<EventStream>();
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = stream;
    return out;
  };
  Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.until("\r\n\r\n");
  for (int i = 0; i < 8; ++i) ASSERT_EQ(client.until("\n\n"), ":\n\n");
  EXPECT_FALSE(stream->closed()) << "it outlives every other time-out";
}

TEST_F(SlowFront, AThousandStreamsTakeNoThreadEach) {
  std::mutex mutex;
  std::vector<std::shared_ptr<EventStream>> streams;
  ServerOptions options = open_options();
  options.limits.connections_per_ip = 0;
  options.workers = 2;
  start(options);
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = std::make_shared<EventStream>();
    const std::lock_guard held(mutex);
    streams.push_back(out.events);
    return out;
  };
  std::list<Client> clients;
  for (int i = 0; i < 300; ++i) clients.emplace_back(port_).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  for (Client& client : clients) client.until("\r\n\r\n");
  EXPECT_EQ(server_->figures().event_streams, 300u);
  for (const auto& stream : streams) ASSERT_TRUE(stream->push(format({"", "", "all"})));
  for (Client& client : clients) ASSERT_EQ(client.until("\n\n"), "data: all\n\n");
}

TEST_F(SlowFront, EndsWhenAllIsAnswered) {
  Gate gate;
  ServerOptions options = open_options();
  options.timeouts.farewell = milliseconds(100);
  start(options);
  auto stream = std::make_shared<EventStream>();
  handler_.answer = [&](const Request& request) {
    Response out = text_of("whole");
    if (request.path == "/slow") gate.wait();
    if (request.path == "/events") out.events = stream;
    return out;
  };
  Client slow(port_), idle(port_), watching(port_);
  slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  watching.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  watching.until("\r\n\r\n");
  EXPECT_EQ(idle.get("/").status, 200);
  ASSERT_TRUE(comes_true([&] { return gate.waiting() == 1; }));
  std::thread ends([&] { server_->stop(milliseconds(5'000)); });
  EXPECT_EQ(watching.rest(), "retry: 1000\n\n");
  EXPECT_TRUE(stream->closed());
  const Answer last = idle.get("/");
  EXPECT_EQ(last.status, 200) << "one more request of a connection that was kept";
  EXPECT_TRUE(last.has("Connection: close\r\n"));
  EXPECT_TRUE(comes_true([&] { return !Client(port_).connected(); }));
  gate.open();
  const Answer answer = slow.answer();
  EXPECT_EQ(answer.body, "whole");
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  ends.join();
  server_->stop(milliseconds(0));
}

TEST_F(SlowFront, EndsInTimeWhateverClientsDo) {
  ServerOptions options = open_options();
  start(options);
  handler_.answer = [](const Request&) { return text_of(std::string(8'000'000, 'x')); };
  Client reads_nothing(port_, nullptr, nullptr, 4'096), half(port_), silent(port_);
  reads_nothing.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  half.send("GET / HT");
  ASSERT_TRUE(comes_true([&] { return server_->figures().answers_held > 0; }));
  const auto begun = std::chrono::steady_clock::now();
  server_->stop(milliseconds(150));
  EXPECT_LT(since(begun), milliseconds(900));
}

TEST_F(SlowFront, ASuccessorTakesTheSocketOverWithoutARefusedConnection) {
  start(open_options());
  handler_.answer = [](const Request&) { return text_of("ok"); };
  const int handed = ::dup(server_->listen_fd());
  std::atomic<bool> done{false};
  std::atomic<int> failed{0}, answered{0};
  std::thread asks([&] {
    while (!done) {
      Client client(port_);
      if (client.get("/").body == "ok") {
        ++answered;
      } else {
        ++failed;
      }
    }
  });
  ServerOptions options = open_options();
  options.listen_fd = handed;
  auto successor = Server::listen(options, handler_);
  ASSERT_TRUE(successor);
  EXPECT_EQ((*successor)->port(), port_);
  ASSERT_TRUE(comes_true([&] { return answered > 20; }));
  server_->stop(milliseconds(2'000));
  const int before = answered;
  EXPECT_TRUE(comes_true([&] { return answered > before + 20; }));
  done = true;
  asks.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace amends::http
