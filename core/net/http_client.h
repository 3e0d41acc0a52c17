// HTTP to hosts that others name: an API's address in an account, a webhook's URL, a picture in a mail. Everything goes
// past the guard (guard.h): the name is resolved once, every answer is checked, only a checked address is dialled, and
// the address of the connection is looked at again before the first byte of the request. https and http only, TLS
// always verified, no proxy from the environment, no cookies, nothing remembered between requests but connections.
//
// Limits: bytes (after decompression), bytes of headers, time to connect, time for all of it. Redirects are off unless
// asked for, then followed for GET and HEAD only, each one checked like the first.
//
// Errors by what the caller does about them:
//   invalid       the URL or a header is no good, or the guard refuses it: nothing was sent
//   unavailable   no answer, and the peer can't have acted, or acting twice does no harm (GET, HEAD, OPTIONS)
//   uncertain     bytes of the request were sent and no whole answer came: the peer may have acted
//   corrupt       more bytes or headers than allowed, or no HTTP (after GET, HEAD, OPTIONS; else uncertain)
// A status of 4xx or 5xx is an answer, not an error; error_of() says what it means.
//
// Threads: any; run() blocks its caller. No error or log holds a query string, a header or a body.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/net/dialer.h"
#include "core/net/guard.h"
#include "core/net/wait.h"

namespace amends::net {

struct HttpHeader {
  std::string name, value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<HttpHeader> headers;  // but for Host, Content-Length, Transfer-Encoding, Connection: those are ours
  std::string body;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{30'000};  // for everything, redirects and name look-ups included
  std::size_t max_bytes = 10u << 20;          // of the body, decompressed
  std::size_t max_header_bytes = 64u << 10;   // of all header lines of one answer
  bool cut_body = false;                      // a longer body is cut there instead of failing
  bool repeatable = false;                    // heard twice it does no harm, as with GET: never uncertain
  int follow = 0;                             // redirects, 0 to 3; same scheme only
  bool follow_to_https = false;               // http may also be redirected to https
  const Interrupt* interrupt = nullptr;
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;  // of the last hop; names in lower case
  std::string body;
  bool cut = false;                     // see cut_body
  std::string url;                      // where it came from in the end
  std::chrono::seconds retry_after{0};  // 0: not said

  // The first one of this name (lower case), "" when there is none.
  std::string_view header(std::string_view name) const;
  bool ok() const { return status >= 200 && status < 300; }
};

struct HttpOptions {
  Guard guard;
  std::vector<std::uint16_t> ports{80, 443};  // of public hosts; those the guard allows by name take any
  // Our own public names and addresses: a request to ourselves is a loop, or somebody's way around a login.
  std::vector<std::string> own_hosts;
  std::string ca_file;  // PEM, trusted beside the system's; "" for none
  std::string user_agent = "Amends";
  Resolve resolve = system_resolve;
};

class HttpClient {
 public:
  // invalid when ca_file can't be read or an own host is none.
  static Result<std::unique_ptr<HttpClient>> make(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpResponse> run(const HttpRequest& request);
  // Whether run() would connect to it now: looks the name up, dials nothing. For a form in which somebody types a URL.
  Result<Done> check(std::string_view url, std::chrono::milliseconds timeout = std::chrono::seconds(5));

 private:
  class Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A URL as far as it decides where a connection goes. `text` is what is dialled: normalised host, no fragment.
struct HttpUrl {
  bool https = false;
  std::string host;  // normal_host's; an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string text;
};
// invalid: another scheme, user info, a backslash, control characters or spaces, a host that is none (guard.h), a '@'
// anywhere before the path.
Result<HttpUrl> parse_http_url(std::string_view url);

// RFC 9110 section 10.2.3: seconds or a date, believed between a second and a day; 0 when there is none or it makes no
// sense.
std::chrono::seconds parse_retry_after(std::string_view value, Timestamp now);

// What a status that is not ok() means, for a caller that needed it to be. `may_have_acted`: for a request that is not
// safe to repeat 500, 502 and 504 are uncertain.
Error error_of(const HttpResponse& response, bool may_have_acted);

}  // namespace amends::net
