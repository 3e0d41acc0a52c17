#include "core/net/http_transfer.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "core/base/text.h"

namespace amends::net {
namespace {

// Of a name's many addresses; the guard has looked at all of them.
constexpr std::size_t kMostPinned = 16;
// What may cross the wire beyond the body's limit before it ends: a compressed nothing can be endless.
constexpr curl_off_t kWireSlack = 1 << 20;

Address address_of(const sockaddr& raw) {
  if (raw.sa_family == AF_INET) {
    return Address::v4(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(raw).sin_addr));
  }
  return Address::v6(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in6&>(raw).sin6_addr));
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) std::abort();  // this libcurl is not what we were built for
}

}  // namespace

CurlLease::CurlLease() {
  [[maybe_unused]] static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  multi_ = curl_multi_init();
  easy_ = curl_easy_init();
  if (multi_ == nullptr || easy_ == nullptr) std::abort();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4L);
}

CurlLease::~CurlLease() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

Transfer::Transfer(const HttpRequest& request, const HttpUrl& url, const std::vector<HttpHeader>& headers,
                   const HttpOptions& options, const std::vector<Address>& addresses)
    : request_(request), url_(url), options_(options), addresses_(addresses) {
  curl_slist* list = nullptr;
  bool typed = false, named = false;
  for (const HttpHeader& h : headers) {
    typed = typed || text::equals_ignoring_case(h.name, "content-type");
    named = named || text::equals_ignoring_case(h.name, "user-agent");
    list = curl_slist_append(list, (h.value.empty() ? h.name + ";" : h.name + ": " + h.value).c_str());
  }
  // Ours, or none: libcurl has its own ideas of these.
  if (!typed) list = curl_slist_append(list, "Content-Type:");
  if (!named) list = curl_slist_append(list, ("User-Agent: " + options.user_agent).c_str());
  list = curl_slist_append(list, "Expect:");
  headers_.reset(list);
  if (!Address::parse(url.host)) {
    std::string pin = url.host + ":" + std::to_string(url.port) + ":";
    for (std::size_t i = 0; i < std::min(addresses.size(), kMostPinned); ++i) {
      pin += (i == 0 ? "" : ",") + addresses[i].text();
    }
    pins_.reset(curl_slist_append(nullptr, pin.c_str()));
  }
}

bool Transfer::safe() const {
  return request_.repeatable || request_.method == "GET" || request_.method == "HEAD" || request_.method == "OPTIONS";
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* at) {
  auto& t = *static_cast<Transfer*>(self);
  const bool known = (at->family == AF_INET || at->family == AF_INET6) &&
                     std::find(t.addresses_.begin(), t.addresses_.end(), address_of(at->addr)) != t.addresses_.end();
  if (!known) {
    t.refused_ = fail(Kind::invalid, "connecting to another address than the one that was checked");
    return CURL_SOCKET_BAD;
  }
  return ::socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

// The connection stands, perhaps from an earlier request, and nothing of this one was sent.
int Transfer::before_request(void* self, char* peer, char*, int, int) {
  auto& t = *static_cast<Transfer*>(self);
  const auto address = Address::parse(peer == nullptr ? "" : peer);
  const Address checked[] = {address.value_or(Address())};
  if (auto allowed = t.options_.guard.check(t.url_.host, t.url_.port, checked); !address || !allowed) {
    t.refused_ = allowed ? fail(Kind::invalid, "connected to nobody knows where") : std::move(allowed).error();
    return CURL_PREREQFUNC_ABORT;
  }
  t.began_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& t = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  t.header_bytes_ += length;
  if (t.header_bytes_ > t.request_.max_header_bytes) {
    t.too_many_headers_ = true;
    return 0;
  }
  if (t.headers_ended_) return length;  // a trailer
  const std::string_view line = text::trim(std::string_view(bytes, length));
  if (line.empty()) {
    long status = 0;
    curl_easy_getinfo(t.easy_, CURLINFO_RESPONSE_CODE, &status);
    t.headers_ended_ = status >= 200;
    return length;
  }
  if (text::starts_with_ignoring_case(line, "HTTP/") && line.find(':') == line.npos) {
    t.response_.headers.clear();  // what came before was a 1xx
    return length;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) return length;
  t.response_.headers.push_back(
      {text::ascii_lower(line.substr(0, colon)), std::string(text::trim(line.substr(colon + 1)))});
  return length;
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& t = *static_cast<Transfer*>(self);
  const std::size_t length = size * count;
  const std::size_t room = t.request_.max_bytes - t.response_.body.size();
  if (length <= room) {
    t.response_.body.append(bytes, length);
    return length;
  }
  t.too_long_ = true;
  if (t.request_.cut_body) t.response_.body.append(bytes, room);
  return 0;
}

int Transfer::count_bytes(void* self, curl_off_t, curl_off_t now, curl_off_t, curl_off_t) {
  auto& t = *static_cast<Transfer*>(self);
  if (now <= static_cast<curl_off_t>(t.request_.max_bytes) + kWireSlack) return 0;
  t.too_long_ = true;
  return 1;
}

CURLcode Transfer::trust_more(CURL*, void* context, void* self) {
  const auto& t = *static_cast<const Transfer*>(self);
  return SSL_CTX_load_verify_file(static_cast<SSL_CTX*>(context), t.options_.ca_file.c_str()) == 1
             ? CURLE_OK
             : CURLE_SSL_CACERT_BADFILE;
}

void Transfer::set_method(CURL* easy) {
  const bool has_body = !request_.body.empty() || request_.method == "POST";
  if (request_.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDS, request_.body.data());
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
  }
  if (request_.method != "HEAD") set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  // libcurl sends a request again by itself when a kept connection turns out to be dead, whatever the method.
  set(easy, CURLOPT_FRESH_CONNECT, safe() ? 0L : 1L);
  set(easy, CURLOPT_FORBID_REUSE, safe() ? 0L : 1L);
}

void Transfer::set_up(CURL* easy) {
  easy_ = easy;
  curl_easy_reset(easy);
  set(easy, CURLOPT_URL, url_.text.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // "bytes were sent" has a plain meaning
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request_.connect_timeout.count())));
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
  if (pins_) set(easy, CURLOPT_RESOLVE, pins_.get());
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, this);
  set(easy, CURLOPT_PREREQFUNCTION, &Transfer::before_request);
  set(easy, CURLOPT_PREREQDATA, this);
  set(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set(easy, CURLOPT_HEADERDATA, this);
  set(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(easy, CURLOPT_WRITEDATA, this);
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_XFERINFOFUNCTION, &Transfer::count_bytes);
  set(easy, CURLOPT_XFERINFODATA, this);
  set(easy, CURLOPT_ERRORBUFFER, &words_[0]);
  if (!options_.ca_file.empty()) {
    set(easy, CURLOPT_SSL_CTX_FUNCTION, &Transfer::trust_more);
    set(easy, CURLOPT_SSL_CTX_DATA, this);
  }
  set_method(easy);
}

CURLcode Transfer::drive(CurlLease& lease, Deadline deadline) {
  CURLcode code = CURLE_OPERATION_TIMEDOUT;
  curl_waitfd interrupt{request_.interrupt == nullptr ? -1 : request_.interrupt->fd(), CURL_WAIT_POLLIN, 0};
  for (int running = 1; running != 0;) {
    if (request_.interrupt != nullptr && request_.interrupt->raised()) {
      stopped_ = true;
      return CURLE_ABORTED_BY_CALLBACK;
    }
    if (deadline.left().count() == 0) return code;
    if (curl_multi_perform(lease.multi(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    if (running == 0) break;
    const auto wait = std::min<std::int64_t>(deadline.left().count(), 1000);
    curl_multi_poll(lease.multi(), &interrupt, request_.interrupt == nullptr ? 0 : 1, static_cast<int>(wait), nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(lease.multi(), &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  return code;
}

Result<HttpResponse> Transfer::run(CurlLease& lease, Deadline deadline) {
  set_up(lease.easy());
  curl_multi_add_handle(lease.multi(), lease.easy());
  const CURLcode code = drive(lease, deadline);
  curl_multi_remove_handle(lease.multi(), lease.easy());
  return outcome(lease.easy(), code);
}

Error Transfer::broken(Kind kind, const std::string& what, bool sent) const {
  return fail(sent && !safe() ? Kind::uncertain : kind, url_.host + ": " + what);
}

Result<HttpResponse> Transfer::outcome(CURL* easy, CURLcode code) {
  if (refused_) return *std::move(refused_);
  long status = 0, sent_bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
  const bool sent = began_ && sent_bytes > 0;
  response_.cut = too_long_ && request_.cut_body;
  // libcurl takes an answer that ends within its header for a whole one.
  if (code == CURLE_OK && !headers_ended_) code = CURLE_PARTIAL_FILE;
  if (code == CURLE_OK || response_.cut) {
    response_.status = static_cast<int>(status);
    response_.url = url_.text;
    return std::move(response_);
  }
  if (too_long_) return broken(Kind::corrupt, "the answer is longer than allowed", sent);
  // Past its own bound for one line libcurl says that memory ran out.
  if (too_many_headers_ || (code == CURLE_OUT_OF_MEMORY && began_))
    return broken(Kind::corrupt, "the answer has more headers than allowed", sent);
  if (stopped_) return broken(Kind::unavailable, "stopped", sent);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return broken(Kind::unavailable, "no whole answer in time", sent);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return broken(Kind::corrupt, "the answer is no HTTP", sent);
    default: break;
  }
  const std::string words = text::printable(words_[0] != '\0' ? words_ : curl_easy_strerror(code));
  return broken(Kind::unavailable, words, sent);
}

}  // namespace amends::net
