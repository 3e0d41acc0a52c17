// One connection to a server that speaks lines: plain, TLS from the start, or plain that becomes TLS (STARTTLS). Reads
// go into a buffer that the protocol eats from; every wait has an end, and a budget caps how much a peer may make us
// hold.
//
// Errors: unavailable (closed, silent, stopped, certificate not good: later may be better) and corrupt (over the
// budget). Threads: one at a time; an Interrupt may be raised from any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/net/fd.h"
#include "core/net/tls.h"
#include "core/net/wait.h"

struct ssl_st;

namespace amends::net {

class Stream {
 public:
  // `interrupt` may be null and outlives the stream.
  explicit Stream(Fd connected, const Interrupt* interrupt = nullptr);
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  // Verifies the chain and that the certificate is for `host`. Fails, before a byte of TLS is written, when the peer
  // sent anything in plain text that was not read yet: it would be taken for something said inside TLS (CVE-2011-0411).
  Result<Done> start_tls(const TlsContext& context, const std::string& host, Deadline deadline);

  // What was read and not eaten yet. Valid until the next call that isn't const.
  std::string_view buffered() const { return std::string_view(buffer_).substr(eaten_); }
  void eat(std::size_t bytes);

  // Waits for at least one more byte. The end of the stream is unavailable.
  Result<Done> fill(const Patience& patience);
  // Takes what is there without waiting, all of it, also what TLS holds back. False when there was nothing.
  Result<bool> fill_ready();
  Result<Done> write(std::string_view bytes, const Patience& patience);

  // Of the bytes that crossed the wire (TLS records and all), how many the kernel took from us. Unchanged over a failed
  // write means that the peer can't have seen any of it.
  std::uint64_t bytes_sent() const { return sent_; }
  std::uint64_t bytes_read() const { return read_; }
  // From here on the peer may send this much; more is corrupt.
  void set_budget(std::uint64_t bytes) { budget_end_ = read_ + bytes; }

  bool encrypted() const { return tls_ != nullptr; }
  std::optional<TlsFacts> tls_facts() const;
  // Readable says "call fill_ready()"; REQUIRES that fill_ready() was called before the first wait on it.
  int fd() const { return socket_.get(); }

 private:
  struct FreeTls {
    void operator()(ssl_st* tls) const;
  };
  friend struct WireBio;
  // Bytes read, 0 for "not now".
  Result<std::size_t> read_now(char* into, std::size_t room);
  Result<std::size_t> write_now(std::string_view bytes);
  Result<std::size_t> tls_outcome(int result, const char* doing);

  Fd socket_;
  const Interrupt* interrupt_;
  std::unique_ptr<ssl_st, FreeTls> tls_;
  std::string host_;
  std::string buffer_;
  std::size_t eaten_ = 0;
  std::uint64_t sent_ = 0, read_ = 0, budget_end_ = UINT64_MAX;
  short wanted_ = 0;  // what the operation that said "not now" waits for
};

}  // namespace amends::net
