// A worker's side of a connection: it does the TLS handshake, has a request answered, and pulls from sources. It writes
// as much as the socket takes and gives the connection back; it never waits for a client.
#pragma once

#include "core/http/engine.h"
#include "core/http/site.h"
#include "core/http/workers.h"

namespace amends::http {

class Exchange {
 public:
  explicit Exchange(Site& site) : site_(site) {}

  // True when the connection is still the worker's and wants another turn (Work::pull), for it is others' turn now.
  bool run(Connection& connection, Work work);

 private:
  void shake_hands(Connection& connection);
  void answer(Connection& connection);
  void begin(Connection& connection, Response response, const AnswerFacts& facts);
  bool proceed(Connection& connection);
  bool fill(Connection& connection);
  void give_back(Connection& connection, Connection::Phase phase);
  std::string_view date();

  Site& site_;
  Engine engine_;
  std::chrono::system_clock::time_point dated_;
  std::string date_;
};

}  // namespace amends::http
