#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <list>
#include <memory>

#include "core/http/client_fixture.h"
#include "tests/support/support.h"

namespace amends::http {
namespace {

// A certificate that signs itself, for the length of a test.
class TlsFront : public FrontTest {
 protected:
  void SetUp() override {
    key_ = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
    X509_set_pubkey(certificate, key_);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key_, EVP_sha256());
    write("certificate.pem", [&](std::FILE* to) { PEM_write_X509(to, certificate); });
    write("key.pem", [&](std::FILE* to) { PEM_write_PrivateKey(to, key_, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    client_ = SSL_CTX_new(TLS_client_method());
  }
  void TearDown() override {
    server_.reset();
    EVP_PKEY_free(key_);
    SSL_CTX_free(client_);
  }
  template <class Writes>
  void write(const std::string& name, Writes writes) {
    std::FILE* file = std::fopen((folder_ / name).c_str(), "w");
    writes(file);
    std::fclose(file);
  }
  ServerOptions tls_options() {
    ServerOptions options = open_options();
    options.certificate_file = folder_ / "certificate.pem";
    options.key_file = folder_ / "key.pem";
    return options;
  }

  test::TempFolder folder_;
  EVP_PKEY* key_ = nullptr;
  SSL_CTX* client_ = nullptr;
};

TEST_F(TlsFront, ServesManyRequestsOverOneConnection) {
  bool secure = false;
  handler_.answer = [&](const Request& request) {
    secure = request.secure;
    return text_of(request.path + request.body);
  };
  start(tls_options());
  Client client(port_, nullptr, client_);
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 50; ++i) {
    const std::string path = "/" + std::to_string(i);
    ASSERT_EQ(client.get(path).body, path);
  }
  EXPECT_TRUE(secure);
  EXPECT_EQ(client.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").body, "/xabc");
  client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.answer().body, "/1");
  EXPECT_EQ(client.answer().body, "/2");
  EXPECT_EQ(client.get("/end", "Connection: close\r\n").body, "/end");
  EXPECT_TRUE(client.ended());
}

TEST_F(TlsFront, CarriesLongBodiesBothWays) {
  handler_.max_body = 4'000'000;
  handler_.answer = [](const Request& request) { return text_of(request.body); };
  start(tls_options());
  Client client(port_, nullptr, client_);
  std::string body(3'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 977) body[i] = static_cast<char>('a' + i % 26);
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + body).body, body);
}

TEST_F(TlsFront, CarriesEvents) {
  auto stream = std::make_shared<EventStream>();
  handler_.answer = [&](const Request&) {
    Response out;
    out.events = stream;
    return out;
  };
  start(tls_options());
  Client client(port_, nullptr, client_);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.until("\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    stream->push(format({"", "", std::to_string(i)}));
    ASSERT_EQ(client.until("\n\n"), "data: " + std::to_string(i) + "\n\n");
  }
}

TEST_F(TlsFront, SpeaksNothingOlderThanTls12AndOnlyHttp11) {
  start(tls_options());
  SSL_CTX* old = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(old, 0);
  SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
  EXPECT_FALSE(Client(port_, nullptr, old).connected());
  SSL_CTX_set_max_proto_version(old, TLS1_2_VERSION);
  Client twelve(port_, nullptr, old);
  EXPECT_TRUE(twelve.connected());
  EXPECT_STREQ(SSL_get_version(twelve.tls()), "TLSv1.2");
  EXPECT_EQ(twelve.get("/").status, 200);
  SSL_CTX_free(old);
  const unsigned char both[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(client_, both, sizeof both);
  Client client(port_, nullptr, client_);
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(client.tls(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_TRUE(comes_true([&] { return server_->figures().handshakes_failed == 1; }));
}

TEST_F(TlsFront, IsNotHeldUpByThoseWhoDoNotShakeHands) {
  ServerOptions options = tls_options();
  options.workers = 1;
  options.timeouts.handshake = milliseconds(150);
  start(options);
  std::list<Client> silent;
  for (int i = 0; i < 20; ++i) silent.emplace_back(port_).send(i % 2 == 0 ? "\x16\x03\x01" : "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(Client(port_, nullptr, client_).get("/").status, 200);
  for (Client& one : silent) one.rest();
  EXPECT_TRUE(comes_true([&] { return server_->figures().connections == 0; }));
}

TEST_F(TlsFront, OneAddressShakesHandsNoOftenerThanItMayAsk) {
  ServerOptions options = tls_options();
  options.limits.requests_per_second = 0.1;
  options.limits.request_burst = 3;
  start(options);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Client(port_, "127.0.0.2", client_).connected());
  EXPECT_FALSE(Client(port_, "127.0.0.2", client_).connected());
  EXPECT_TRUE(Client(port_, "127.0.0.3", client_).connected());
  EXPECT_EQ(server_->figures().rejected_rate, 1u);
}

TEST_F(TlsFront, RefusesALongUploadSoThatTheClientHearsIt) {
  start(tls_options());
  Client client(port_, nullptr, client_);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n");
  client.send(std::string(100'000, 'x'));
  EXPECT_EQ(client.answer().status, 413);
}

TEST_F(TlsFront, RefusesAKeyOfAnotherCertificate) {
  EVP_PKEY* other = EVP_EC_gen("P-256");
  write("key.pem", [&](std::FILE* to) { PEM_write_PrivateKey(to, other, nullptr, nullptr, 0, nullptr, nullptr); });
  EVP_PKEY_free(other);
  auto server = Server::listen(tls_options(), handler_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, Kind::invalid);
}

}  // namespace
}  // namespace amends::http
