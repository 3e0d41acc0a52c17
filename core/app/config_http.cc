#include "core/app/config_http.h"

#include <arpa/inet.h>

#include <charconv>

namespace amends::app {
namespace {

bool is_loopback(const std::string& address) { return address == "::1" || address.rfind("127.", 0) == 0; }

bool is_ip(const std::string& address) {
  in6_addr any = {};
  return inet_pton(AF_INET, address.c_str(), &any) == 1 || inet_pton(AF_INET6, address.c_str(), &any) == 1;
}

// "127.0.0.1:8460", "[::1]:8460".
bool read_listen(const std::string& listen, HttpConfig& http) {
  const std::size_t colon = listen.rfind(':');
  if (colon == listen.npos) return false;
  std::string address = listen.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != address.npos) {
    return false;
  }
  const char* const first = listen.data() + colon + 1;
  const char* const last = listen.data() + listen.size();
  int port = -1;
  const auto [end, error] = std::from_chars(first, last, port);
  if (error != std::errc() || end != last || port < 0 || port > 65535 || !is_ip(address)) return false;
  http.address = address;
  http.port = port;
  return true;
}

}  // namespace

Result<HttpConfig> read_http(const toml::table& source, std::string_view file, const std::string& folder) {
  TableReader table(source, file, "[http]");
  HttpConfig http;
  TRY(const std::string listen, table.text("listen", "127.0.0.1:8460"));
  http.enabled = listen != "off";
  if (http.enabled && !read_listen(listen, http)) {
    return table.error_at("listen",
                          "[http] listen takes an IP address and a port, such as \"127.0.0.1:8460\", or \"off\"");
  }
  TRY(http.public_url, table.text("public_url", ""));
  while (!http.public_url.empty() && http.public_url.back() == '/') http.public_url.pop_back();
  if (!http.public_url.empty() && http.public_url.rfind("https://", 0) != 0 &&
      http.public_url.rfind("http://", 0) != 0) {
    return table.error_at("public_url", "[http] public_url starts with https://");
  }
  TRY(http.certificate_file, table.text("certificate_file", ""));
  TRY(http.key_file, table.text("key_file", ""));
  if (http.certificate_file.empty() != http.key_file.empty()) {
    return table.error_here("[http] certificate_file and key_file go together");
  }
  if (!http.certificate_file.empty()) {
    http.certificate_file = absolute(http.certificate_file, folder);
    http.key_file = absolute(http.key_file, folder);
  }
  TRY(http.trusted_proxies, table.list("trusted_proxies"));
  TRY(http.second_factor, choose(table, "second_factor", kSecondFactor, SecondFactor::optional));
  TRY(const std::int64_t idle, table.number("session_idle_hours", http.session_idle.count(), 1, 24 * 31));
  TRY(const std::int64_t days, table.number("session_days", http.session_life.count() / 24, 1, 31));
  http.session_idle = std::chrono::hours(idle);
  http.session_life = std::chrono::hours(24 * days);
  TRY_DO(table.finish());

  if (http.enabled && !is_loopback(http.address)) {
    if (http.certificate_file.empty() && http.trusted_proxies.empty()) {
      return table.error_at("listen", "[http] listen is reachable from other machines, and nothing encrypts",
                            "give certificate_file and key_file, or trusted_proxies for the proxy that does TLS, or "
                            "listen on 127.0.0.1");
    }
    if (http.public_url.rfind("https://", 0) != 0) {
      return table.error_at(
          http.public_url.empty() ? "listen" : "public_url",
          "[http] what other machines reach needs a public_url that starts with https://",
          "say the address people type: links in invitations and the check against foreign sites use it");
    }
  }
  return http;
}

}  // namespace amends::app
