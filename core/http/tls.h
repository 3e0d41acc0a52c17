// TLS on the server's side (OpenSSL): TLS 1.2 at least, HTTP/1.1 by ALPN, no renegotiation, no compression, no early
// data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace amends::http {

// What an operation on a socket that never waits came to.
enum class Io : std::uint8_t { ok, again, ended, failed };

// Certificate and key. Made once, used by any number of connections and threads.
class TlsIdentity {
 public:
  // PEM files; invalid when they can't be read or don't belong together.
  static Result<TlsIdentity> load(const std::string& certificate_file, const std::string& key_file);
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

// One connection over a socket that doesn't block; the socket stays the caller's. One thread at a time. SIGPIPE must be
// ignored.
class TlsSession {
 public:
  TlsSession(const TlsIdentity& identity, int fd);

  Io handshake();
  // `done` is set when the answer is ok.
  Io read(char* to, std::size_t most, std::size_t& done);
  Io write(const char* from, std::size_t size, std::size_t& done);
  void say_goodbye();

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  Io outcome(int returned);
  std::unique_ptr<ssl_st, Free> session_;
};

}  // namespace amends::http
