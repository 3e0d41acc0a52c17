// cpp-httplib as reader of requests: it gets a head that the front has vetted and written anew, from memory, and turns
// it into a Request. It never sees a socket, a body, a Range or a byte that was not checked, and none of its routing
// runs. One engine a worker; the library stays inside the .cc file.
#pragma once

#include <memory>
#include <string>

#include "core/http/framing.h"
#include "core/http/message.h"

namespace amends::http {

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Makes `request` of the head; `body`, `peer` and `secure` are left to the caller. False when the library refuses a
  // head that the front let through.
  bool read(Head&& head, Request& request);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace amends::http
