// cpp-httplib with all that makes it fast, to measure ours against: TCP_NODELAY, 64 threads, no end to keep-alive, and
// a backlog of 1024.
#pragma once

#include <httplib.h>
#include <sys/socket.h>

namespace amends::bench {

class BareServer : public httplib::Server {
 public:
  BareServer() {
    set_tcp_nodelay(true);
    set_keep_alive_max_count(1'000'000'000);
    new_task_queue = [] { return new httplib::ThreadPool(64); };
  }
  // On a free port of this machine, which it answers.
  int open() {
    const int port = bind_to_any_port("127.0.0.1");
    ::listen(svr_sock_, 1024);  // the library's own 5 is compiled in
    return port;
  }
};

}  // namespace amends::bench
