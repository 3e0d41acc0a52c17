// The other end of a connection, played by a test: a listener on 127.0.0.1 whose every connection runs a function, with
// TLS from a certificate authority of its own, and able to vanish after any number of bytes.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "tests/support/support.h"

namespace amends::test {

// A certificate authority that nobody trusts until told to.
class TestCa {
 public:
  struct Free {
    void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
    void operator()(X509* x) const { X509_free(x); }
    void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;
  using Context = std::unique_ptr<SSL_CTX, Free>;

  TestCa() : key_(EVP_EC_gen("P-256")), certificate_(sign(key_.get(), "test CA", {}, -3600, 86400)) {
    FILE* file = std::fopen((folder_ / "ca.pem").c_str(), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
  }
  std::string file() const { return folder_ / "ca.pem"; }

  // For a server that calls itself `names` ("DNS:localhost,IP:127.0.0.1"), good until `ends` seconds from now.
  Context server(const std::string& names = "DNS:localhost,IP:127.0.0.1", long ends = 86400,
                 int newest_protocol = TLS1_3_VERSION) const {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = sign(key.get(), "test server", names, -86400, ends);
    Context context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), newest_protocol);
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    return context;
  }

 private:
  Certificate sign(EVP_PKEY* key, const std::string& name, const std::string& names, long begins, long ends) const {
    static std::atomic<long> serial{1};
    Certificate x(X509_new());
    X509_set_version(x.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x.get()), begins);
    X509_gmtime_adj(X509_getm_notAfter(x.get()), ends);
    X509_set_pubkey(x.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x.get(), X509_get_subject_name(names.empty() ? x.get() : certificate_.get()));
    add(x.get(), NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) add(x.get(), NID_subject_alt_name, names);
    X509_sign(x.get(), key_.get(), EVP_sha256());
    return x;
  }
  static void add(X509* x, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
  }

  TempFolder folder_;
  Key key_;
  Certificate certificate_;
};

// One accepted connection. Every call throws Gone when the other side left, when it waited 10 s, or at a cut.
class Peer {
 public:
  struct Gone {};

  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // The connection ends once so many plain bytes were read or written; a write stops exactly there.
  void cut_after_reading(std::size_t bytes) { read_left_ = bytes; }
  void cut_after_writing(std::size_t bytes) { write_left_ = bytes; }

  // Without CRLF.
  std::string line() {
    for (;;) {
      if (const std::size_t end = in_.find('\n'); end != in_.npos) {
        std::string out = in_.substr(0, end);
        in_.erase(0, end + 1);
        if (!out.empty() && out.back() == '\r') out.pop_back();
        return out;
      }
      fill();
    }
  }
  std::string bytes(std::size_t count) {
    while (in_.size() < count) fill();
    std::string out = in_.substr(0, count);
    in_.erase(0, count);
    return out;
  }
  void write(std::string_view bytes) {
    const std::size_t allowed = std::min(bytes.size(), write_left_);
    put(bytes.substr(0, allowed));
    write_left_ -= allowed;
    if (allowed < bytes.size()) leave();
  }
  void say(std::string_view line) { write(std::string(line) + "\r\n"); }

  void start_tls(SSL_CTX* context) {
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), fd_);
    ERR_clear_error();
    if (SSL_accept(tls_.get()) != 1) leave();
  }
  bool encrypted() const { return tls_ != nullptr; }

  // True when the other side sent something or left within that time.
  bool hears_within(int ms) {
    pollfd p{fd_, POLLIN, 0};
    return !in_.empty() || ::poll(&p, 1, ms) > 0;
  }
  // Stays silent until the other side goes.
  void wait_for_the_end() {
    for (;;) fill();
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int fd() const { return fd_; }

 private:
  struct FreeTls {
    void operator()(SSL* s) const { SSL_free(s); }
  };

  [[noreturn]] void leave() {
    close();
    throw Gone{};
  }
  void fill() {
    if (fd_ < 0 || read_left_ == 0) leave();
    char room[16384];
    const std::size_t most = std::min(sizeof room, read_left_);
    if (tls_ == nullptr || SSL_pending(tls_.get()) == 0) {
      pollfd p{fd_, POLLIN, 0};
      if (::poll(&p, 1, 10'000) <= 0) leave();
    }
    ERR_clear_error();
    const ssize_t n = tls_ != nullptr ? SSL_read(tls_.get(), room, static_cast<int>(most)) : ::recv(fd_, room, most, 0);
    if (n <= 0) leave();
    read_left_ -= static_cast<std::size_t>(n);
    in_.append(room, static_cast<std::size_t>(n));
  }
  void put(std::string_view bytes) {
    while (!bytes.empty()) {
      if (fd_ < 0) leave();
      ERR_clear_error();
      const ssize_t n = tls_ != nullptr ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) leave();
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  int fd_;
  std::unique_ptr<SSL, FreeTls> tls_;
  std::string in_;
  std::size_t read_left_ = SIZE_MAX, write_left_ = SIZE_MAX;
};

// Listens until it goes; then waits for its connections to end.
class LoopbackServer {
 public:
  // `serve` runs once for each connection, on a thread of its own; `number` counts them from 0.
  explicit LoopbackServer(std::function<void(Peer& peer, int number)> serve) : serve_(std::move(serve)) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL's socket BIO on the server's side
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 64) != 0) std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~LoopbackServer() { stop(); }
  // Takes no more connections and waits until those it has are over.
  void stop() {
    if (listener_ < 0) return;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    listener_ = -1;
    for (auto& thread : threads_) thread.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  int connections() const { return accepted_; }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      const int number = accepted_++;
      threads_.emplace_back([this, fd, number] {
        Peer peer(fd);
        try {
          serve_(peer, number);
        } catch (const Peer::Gone&) {
        }
      });
    }
  }

  std::function<void(Peer&, int)> serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace amends::test
