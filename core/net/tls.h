// What is trusted when a TLS connection is made: the system's certificate authorities, and one file more for a server
// that has its own. TLS 1.2 at least; the chain and the host name are always verified. There is no switch to turn that
// off.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"

struct ssl_ctx_st;

namespace amends::net {

// Made once, used by any number of connections. Threads: any.
class TlsContext {
 public:
  // `extra_ca_file` is PEM; "" for none. invalid when it can't be read.
  static Result<TlsContext> make(const std::string& extra_ca_file);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

// What a connection ended up with; for people.
struct TlsFacts {
  std::string version;  // "TLSv1.3"
  Timestamp not_after;  // when the server's certificate ends
};

}  // namespace amends::net
