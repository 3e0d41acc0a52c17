#include "core/net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "core/base/text.h"
#include "core/net/http_transfer.h"
#include "core/net/tls.h"

namespace amends::net {
namespace {

constexpr int kMostRedirects = 3;
constexpr std::size_t kMostIdle = 8;

bool is_token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return text::is_alpha(c) || text::is_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_ours(std::string_view name) {
  constexpr std::string_view kOurs[] = {"host",       "content-length", "transfer-encoding", "connection",
                                        "keep-alive", "expect",         "upgrade",           "te"};
  return std::any_of(std::begin(kOurs), std::end(kOurs),
                     [&](std::string_view ours) { return text::equals_ignoring_case(name, ours); });
}

Result<Done> check_request(const HttpRequest& request) {
  if (!is_token(request.method) || request.method == "CONNECT" || request.method == "TRACE") {
    return fail(Kind::invalid, "the method is none that can be sent");
  }
  for (const HttpHeader& h : request.headers) {
    if (!is_token(h.name) || is_ours(h.name)) return fail(Kind::invalid, "a header's name can't be sent");
    if (std::any_of(h.value.begin(), h.value.end(), [](char c) {
          const auto byte = static_cast<unsigned char>(c);
          return (byte < 0x20 && c != '\t') || byte == 0x7F;
        })) {
      return fail(Kind::invalid, "the value of header " + h.name + " can't be sent");
    }
  }
  return Done{};
}

// What another site may see: nothing that could be a credential.
bool may_cross(std::string_view name) {
  const std::string lower = text::ascii_lower(name);
  return lower == "accept" || lower == "accept-language" || lower == "user-agent" || lower.rfind("if-", 0) == 0;
}

// Where a redirect leads, by RFC 3986 section 5; what its parts are parse_http_url() decides.
Result<HttpUrl> redirected(const HttpUrl& from, std::string_view location) {
  const auto nowhere = [] { return fail(Kind::invalid, "the server redirects to what is no URL"); };
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || c == '\\') return nowhere();
  }
  struct Free {
    void operator()(CURLU* u) const { curl_url_cleanup(u); }
  };
  const std::unique_ptr<CURLU, Free> url(curl_url());
  char* text = nullptr;
  const unsigned flags = CURLU_DISALLOW_USER | CURLU_URLENCODE;
  if (curl_url_set(url.get(), CURLUPART_URL, from.text.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, std::string(location).c_str(), flags) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    return nowhere();
  }
  const std::string whole(text);
  curl_free(text);
  return parse_http_url(whole);
}

}  // namespace

class HttpClient::Impl {
 public:
  HttpOptions options;
  std::vector<std::string> own_names;
  std::vector<Address> own_addresses;

  // What was checked about a host before a byte leaves.
  Result<std::vector<Address>> addresses_of(const HttpUrl& url, Deadline deadline, const Interrupt* interrupt) const {
    const auto refused = [&] {
      // Own hosts are refused in the words that the guard has for private ones.
      return fail(Kind::invalid, "connecting to " + url.host + " port " + std::to_string(url.port) + " is not allowed");
    };
    if (std::find(own_names.begin(), own_names.end(), url.host) != own_names.end()) return refused();
    if (!options.guard.may_be_dialled(url.host, url.port)) return refused();
    std::vector<Address> addresses;
    if (const auto literal = Address::parse(url.host)) {
      addresses.push_back(*literal);
    } else {
      TRY(addresses, options.resolve(url.host, deadline, interrupt));
    }
    TRY_DO(options.guard.check(url.host, url.port, addresses));
    for (const Address& address : addresses) {
      if (std::find(own_addresses.begin(), own_addresses.end(), address) != own_addresses.end()) return refused();
    }
    return addresses;
  }

  Result<HttpResponse> hop(const HttpRequest& request, const HttpUrl& url, const std::vector<HttpHeader>& headers,
                           Deadline deadline) {
    TRY(const std::vector<Address> addresses, addresses_of(url, deadline, request.interrupt));
    std::unique_ptr<CurlLease> lease = take();
    auto answer = Transfer(request, url, headers, options, addresses).run(*lease, deadline);
    if (!answer) return answer;
    answer->retry_after = parse_retry_after(answer->header("retry-after"), SystemClock().now());
    give_back(std::move(lease));
    return answer;
  }

 private:
  std::unique_ptr<CurlLease> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<CurlLease>();
    auto lease = std::move(idle_.back());
    idle_.pop_back();
    return lease;
  }
  void give_back(std::unique_ptr<CurlLease> lease) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(lease));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlLease>> idle_;
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::make(HttpOptions options) {
  if (!options.ca_file.empty()) TRY_DO(TlsContext::make(options.ca_file));
  auto impl = std::make_unique<Impl>();
  for (const std::string& own : options.own_hosts) {
    TRY(const std::string host, normal_host(own));
    if (const auto address = Address::parse(host)) {
      impl->own_addresses.push_back(*address);
    } else {
      impl->own_names.push_back(host);
    }
  }
  options.guard.only_ports(options.ports);
  impl->options = std::move(options);
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(impl)));
}

Result<Done> HttpClient::check(std::string_view url, std::chrono::milliseconds timeout) {
  TRY(const HttpUrl parsed, parse_http_url(url));
  TRY_DO(impl_->addresses_of(parsed, Deadline::in(timeout), nullptr));
  return Done{};
}

Result<HttpResponse> HttpClient::run(const HttpRequest& request) {
  const Deadline deadline = Deadline::in(request.timeout);
  TRY_DO(check_request(request));
  TRY(HttpUrl url, parse_http_url(request.url));
  std::vector<HttpHeader> headers = request.headers;
  const bool may_follow = request.method == "GET" || request.method == "HEAD";
  for (int hops = 0;; ++hops) {
    TRY(HttpResponse answer, impl_->hop(request, url, headers, deadline));
    const bool redirects = answer.status == 301 || answer.status == 302 || answer.status == 303 ||
                           answer.status == 307 || answer.status == 308;
    const std::string_view location = answer.header("location");
    if (!redirects || request.follow <= 0 || !may_follow || location.empty()) return answer;
    if (hops >= std::min(request.follow, kMostRedirects))
      return fail(Kind::rejected, url.host + ": too many redirects");
    TRY(HttpUrl next, redirected(url, location));
    if (next.https != url.https && !(next.https && request.follow_to_https)) {
      return fail(Kind::invalid, "the server redirects to another scheme");
    }
    if (next.host != url.host || next.port != url.port || next.https != url.https) {
      headers.erase(
          std::remove_if(headers.begin(), headers.end(), [](const HttpHeader& h) { return !may_cross(h.name); }),
          headers.end());
    }
    url = std::move(next);
  }
}

}  // namespace amends::net
