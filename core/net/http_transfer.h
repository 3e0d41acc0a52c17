// One request to one checked host by libcurl, without redirects. Of this folder alone; see http_client.h.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/http_client.h"

namespace amends::net {

// What libcurl keeps from one request to the next: connections and the certificate authorities it has read. For one
// request at a time.
class CurlLease {
 public:
  CurlLease();
  ~CurlLease();
  CurlLease(const CurlLease&) = delete;
  CurlLease& operator=(const CurlLease&) = delete;

  CURLM* multi() const { return multi_; }
  CURL* easy() const { return easy_; }

 private:
  CURLM* multi_;
  CURL* easy_;
};

class Transfer {
 public:
  // Borrows everything until run() returns. `addresses` were let through by the guard.
  Transfer(const HttpRequest& request, const HttpUrl& url, const std::vector<HttpHeader>& headers,
           const HttpOptions& options, const std::vector<Address>& addresses);

  Result<HttpResponse> run(CurlLease& lease, Deadline deadline);

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int before_request(void* self, char* peer, char* own, int peer_port, int own_port);
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int count_bytes(void* self, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t);
  static CURLcode trust_more(CURL* easy, void* context, void* self);

  bool safe() const;  // to repeat: RFC 9110 section 9.2.1
  void set_up(CURL* easy);
  void set_method(CURL* easy);
  CURLcode drive(CurlLease& lease, Deadline deadline);
  Result<HttpResponse> outcome(CURL* easy, CURLcode code);
  Error broken(Kind kind, const std::string& what, bool sent) const;

  const HttpRequest& request_;
  const HttpUrl& url_;
  const HttpOptions& options_;
  const std::vector<Address>& addresses_;
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, FreeList>;
  List headers_, pins_;
  CURL* easy_ = nullptr;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false, too_long_ = false, too_many_headers_ = false, stopped_ = false, began_ = false;
  std::optional<Error> refused_;
  char words_[CURL_ERROR_SIZE] = {};
};

}  // namespace amends::net
