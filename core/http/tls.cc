#include "core/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace amends::http {
namespace {

constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr unsigned char kSessionContext[] = "amends";

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, sizeof kAlpn, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void TlsIdentity::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void TlsSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

Result<TlsIdentity> TlsIdentity::load(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  TlsIdentity out;
  out.context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = out.context_.get();
  if (context == nullptr) return fail(Kind::internal, "OpenSSL gives no context");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // TLS 1.2: forward secret and authenticated
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);      // tickets are enough and cost no memory
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext - 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return fail(Kind::invalid, "the certificate file " + certificate_file + " can't be read",
                "it holds BEGIN CERTIFICATE blocks, the server's own first");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return fail(Kind::invalid, "the key file " + key_file + " can't be read or is another certificate's",
                "it holds the certificate's private key as PEM, without a passphrase");
  }
  return out;
}

TlsSession::TlsSession(const TlsIdentity& identity, int fd) : session_(SSL_new(identity.get())) {
  if (session_ == nullptr) return;
  SSL_set_fd(session_.get(), fd);
  SSL_set_accept_state(session_.get());
}

Io TlsSession::outcome(int returned) {
  switch (SSL_get_error(session_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return Io::again;
    case SSL_ERROR_ZERO_RETURN: return Io::ended;
    default: return Io::failed;
  }
}

Io TlsSession::handshake() {
  if (session_ == nullptr) return Io::failed;
  ERR_clear_error();
  const int returned = SSL_do_handshake(session_.get());
  return returned == 1 ? Io::ok : outcome(returned);
}

Io TlsSession::read(char* to, std::size_t most, std::size_t& done) {
  ERR_clear_error();
  const int returned = SSL_read_ex(session_.get(), to, most, &done);
  return returned == 1 ? Io::ok : outcome(returned);
}

Io TlsSession::write(const char* from, std::size_t size, std::size_t& done) {
  ERR_clear_error();
  const int returned = SSL_write_ex(session_.get(), from, size, &done);
  return returned == 1 ? Io::ok : outcome(returned);
}

void TlsSession::say_goodbye() {
  ERR_clear_error();
  SSL_shutdown(session_.get());
}

}  // namespace amends::http
