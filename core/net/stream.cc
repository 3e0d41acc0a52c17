#include "core/net/stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "core/net/guard.h"

namespace amends::net {
namespace {

constexpr std::size_t kChunk = 32 * 1024;

Error closed() { return fail(Kind::unavailable, "the server closed the connection"); }
Error broken(int error) { return fail(Kind::unavailable, std::string("connection lost: ") + std::strerror(error)); }

}  // namespace

// OpenSSL's own socket BIO uses write(2), which raises SIGPIPE when the peer is gone; this one doesn't, and it counts.
struct WireBio {
  static int write(BIO* bio, const char* bytes, int size) {
    auto* stream = static_cast<Stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t n = ::send(stream->socket_.get(), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (n > 0) {
      stream->sent_ += static_cast<std::uint64_t>(n);
    } else if (errno == EAGAIN || errno == EINTR) {
      BIO_set_retry_write(bio);
    }
    return static_cast<int>(n);
  }
  static int read(BIO* bio, char* into, int room) {
    auto* stream = static_cast<Stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t n = ::recv(stream->socket_.get(), into, static_cast<std::size_t>(room), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return static_cast<int>(n);
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "amends stream");
      BIO_meth_set_write(m, write);
      BIO_meth_set_read(m, read);
      BIO_meth_set_ctrl(m, control);
      return m;
    }();
    return made;
  }
};

void Stream::FreeTls::operator()(ssl_st* tls) const { SSL_free(tls); }

Stream::Stream(Fd connected, const Interrupt* interrupt) : socket_(std::move(connected)), interrupt_(interrupt) {}

Stream::~Stream() = default;

Stream::Stream(Stream&& other) noexcept { *this = std::move(other); }

Stream& Stream::operator=(Stream&& other) noexcept {
  socket_ = std::move(other.socket_);
  interrupt_ = other.interrupt_;
  tls_ = std::move(other.tls_);
  host_ = std::move(other.host_);
  buffer_ = std::move(other.buffer_);
  eaten_ = std::exchange(other.eaten_, 0);
  sent_ = other.sent_;
  read_ = other.read_;
  budget_end_ = other.budget_end_;
  if (tls_ != nullptr) BIO_set_data(SSL_get_rbio(tls_.get()), this);
  return *this;
}

Result<Done> Stream::start_tls(const TlsContext& context, const std::string& host, Deadline deadline) {
  TRY_DO(fill_ready());
  if (!buffered().empty()) {
    if (read_ == buffer_.size() && eaten_ == 0) {
      return fail(Kind::unavailable, "the server speaks plain text on this port", "set the security to starttls");
    }
    return fail(Kind::unavailable, "the server, or somebody in between, sent data before TLS began",
                "somebody may be tampering with the connection; nothing secret was sent");
  }
  TRY(host_, normal_host(host));
  ERR_clear_error();
  tls_.reset(SSL_new(context.get()));
  BIO* bio = BIO_new(WireBio::method());
  if (tls_ == nullptr || bio == nullptr) return fail(Kind::internal, "OpenSSL gives no connection");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_.get(), bio, bio);
  if (Address::parse(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host_.c_str());
  } else {
    SSL_set_hostflags(tls_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls_.get(), host_.c_str());
    SSL_set_tlsext_host_name(tls_.get(), host_.c_str());
  }
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(tls_.get());
    if (result == 1) return Done{};
    auto later = tls_outcome(result, "TLS");
    if (!later) {
      tls_.reset();
      return std::move(later).error();
    }
    TRY_DO(wait_for(socket_.get(), wanted_, deadline, interrupt_));
  }
}

// 0 when OpenSSL wants to be called again once `wanted_` is there; an error when it's over.
Result<std::size_t> Stream::tls_outcome(int result, const char* doing) {
  const int saved = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ: wanted_ = POLLIN; return std::size_t{0};
    case SSL_ERROR_WANT_WRITE: wanted_ = POLLOUT; return std::size_t{0};
    case SSL_ERROR_ZERO_RETURN: return closed();
    case SSL_ERROR_SYSCALL: return result < 0 && saved != 0 ? broken(saved) : closed();
    default: break;
  }
  const unsigned long code = ERR_peek_last_error();
  if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return closed();
  if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const long verdict = SSL_get_verify_result(tls_.get());
    std::string hint = "if this server has a certificate authority of its own, put its certificate into ca_file";
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      hint = "set the host to a name that the certificate was made for";
    } else if (verdict == X509_V_ERR_CERT_HAS_EXPIRED) {
      hint = "whoever runs the server has to renew its certificate";
    }
    return fail(Kind::unavailable,
                "the certificate of " + host_ + " is not good: " + X509_verify_cert_error_string(verdict), hint);
  }
  const char* reason = ERR_reason_error_string(code);
  std::string hint;
  if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER)
    hint = "this port may want STARTTLS instead of TLS from the start";
  return fail(Kind::unavailable, std::string(doing) + " failed: " + (reason != nullptr ? reason : "unknown"), hint);
}

Result<std::size_t> Stream::read_now(char* into, std::size_t room) {
  if (tls_ == nullptr) {
    const ssize_t n = ::recv(socket_.get(), into, room, 0);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0) return closed();
    wanted_ = POLLIN;
    if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
    return broken(errno);
  }
  ERR_clear_error();
  errno = 0;
  const int n = SSL_read(tls_.get(), into, static_cast<int>(room));
  if (n > 0) return static_cast<std::size_t>(n);
  return tls_outcome(n, "reading");
}

Result<std::size_t> Stream::write_now(std::string_view bytes) {
  if (tls_ == nullptr) {
    const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) sent_ += static_cast<std::uint64_t>(n);
    if (n >= 0) return static_cast<std::size_t>(n);
    wanted_ = POLLOUT;
    if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
    return broken(errno);
  }
  ERR_clear_error();
  errno = 0;
  const int n = SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
  if (n > 0) return static_cast<std::size_t>(n);
  return tls_outcome(n, "writing");
}

void Stream::eat(std::size_t bytes) {
  eaten_ += bytes;
  if (eaten_ == buffer_.size()) {
    buffer_.clear();
    eaten_ = 0;
    if (buffer_.capacity() > 4 * kChunk) buffer_.shrink_to_fit();
  } else if (eaten_ > kChunk && eaten_ > buffer_.size() / 2) {
    buffer_.erase(0, eaten_);
    eaten_ = 0;
  }
}

Result<Done> Stream::fill(const Patience& patience) {
  const Deadline deadline = patience.next();
  for (;;) {
    if (deadline.left().count() == 0) return fail(Kind::unavailable, "no answer in time");
    if (interrupt_ != nullptr && interrupt_->raised()) return fail(Kind::unavailable, "stopped");
    TRY(const bool any, fill_ready());
    if (any) return Done{};
    TRY_DO(wait_for(socket_.get(), wanted_, deadline, interrupt_));
  }
}

Result<bool> Stream::fill_ready() {
  bool any = false;
  for (int rounds = 0; rounds < 32; ++rounds) {
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kChunk);
    auto got = read_now(buffer_.data() + before, kChunk);
    buffer_.resize(before + (got ? *got : 0));
    if (!got) {
      // What came before the end is still worth reading; the end will be met again.
      if (any) return true;
      return std::move(got).error();
    }
    if (*got == 0) return any;
    any = true;
    read_ += *got;
    if (read_ > budget_end_) return fail(Kind::corrupt, "the server sent far more than was asked for");
  }
  return any;
}

Result<Done> Stream::write(std::string_view bytes, const Patience& patience) {
  Deadline deadline = patience.next();
  while (!bytes.empty()) {
    TRY(const std::size_t taken, write_now(bytes));
    if (taken == 0) {
      TRY_DO(wait_for(socket_.get(), wanted_, deadline, interrupt_));
      if (deadline.left().count() == 0) return fail(Kind::unavailable, "the server takes no data");
    } else {
      deadline = patience.next();
      bytes.remove_prefix(taken);
    }
  }
  return Done{};
}

std::optional<TlsFacts> Stream::tls_facts() const {
  if (tls_ == nullptr) return {};
  TlsFacts facts{SSL_get_version(tls_.get()), {}};
  if (const X509* certificate = SSL_get0_peer_certificate(tls_.get()); certificate != nullptr) {
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) facts.not_after = {::timegm(&end) * 1000LL};
  }
  return facts;
}

}  // namespace amends::net
