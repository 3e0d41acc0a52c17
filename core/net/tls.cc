#include "core/net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace amends::net {

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> TlsContext::make(const std::string& extra_ca_file) {
  ERR_clear_error();
  SSL_CTX* raw = SSL_CTX_new(TLS_client_method());
  if (raw == nullptr) return fail(Kind::internal, "OpenSSL gives no context");
  TlsContext context(raw);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(raw);
  if (!extra_ca_file.empty() && SSL_CTX_load_verify_locations(raw, extra_ca_file.c_str(), nullptr) != 1) {
    return fail(Kind::invalid, "the CA file " + extra_ca_file + " can't be read as PEM certificates",
                "ca_file takes the path of a file with one or more BEGIN CERTIFICATE blocks");
  }
  return context;
}

}  // namespace amends::net
