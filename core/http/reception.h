// The loop's side of one connection: reads and frames requests, refuses what the front refuses, writes what waits,
// feeds event streams. Every call returns without waiting. The loop's thread only.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/http/site.h"
#include "core/http/throttle.h"
#include "core/http/workers.h"

namespace amends::http {

class Reception {
 public:
  Reception(Site& site, Workers& workers);

  // Does all that can be done now. Afterwards the connection waits for its socket, its deadline or a worker, or is
  // `dead` and to be thrown away, or wants another turn (true), for it is others' turn now. REQUIRES: the loop owns it.
  bool advance(Connection& connection, Clock::time_point now);
  // May this newcomer begin? A TLS handshake costs more than a request, and takes one of those its address has.
  bool welcome(const Connection& connection, Clock::time_point now);
  // Its deadline is over. Answers as advance() does.
  bool expire(Connection& connection, Clock::time_point now);
  // Too much is held for clients: is this one to be let go because it is slow? Answers as advance() does.
  bool relieve(Connection& connection, bool of_answers, bool of_bodies, Clock::time_point now);
  // The server is about to end; any number of times.
  void farewell(Connection& connection, Clock::time_point now);
  // Ends it at once. cut() is for those who were too slow.
  void kill(Connection& connection);
  void cut(Connection& connection);

 private:
  struct Verdict {
    enum class Next : std::uint8_t { more, whole, refused };
    Next next = Next::more;
    Refusal refusal = {};
    bool keep_alive = false;
  };
  bool receive(Connection& connection, Clock::time_point now);
  Verdict understand(Connection& connection, std::string_view& bytes, Clock::time_point now);
  Verdict take_head(Connection& connection, bool more_came, Clock::time_point now);
  bool refuse(Connection& connection, const Refusal& refusal, bool keep_alive, Clock::time_point now);
  bool transmit(Connection& connection, Clock::time_point now);
  void begin_events(Connection& connection, Clock::time_point now);
  bool feed_events(Connection& connection, Clock::time_point now);
  void linger(Connection& connection, Clock::time_point now);
  bool drain(Connection& connection);
  bool discard(Connection& connection);

  Site& site_;
  Workers& workers_;
  Throttle throttle_;
  std::unique_ptr<char[]> scratch_;
};

}  // namespace amends::http
