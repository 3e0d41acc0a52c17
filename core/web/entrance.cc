#include "core/web/entrance.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::web {
namespace {

std::string_view without_port(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  return colon != host.npos && (bracket == host.npos || colon > bracket) ? host.substr(0, colon) : host;
}

bool names_this_machine(std::string_view host) {
  const std::string_view name = without_port(host);
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

std::string without_usual_port(std::string_view scheme, std::string host) {
  const std::string usual = scheme == "https" ? ":443" : ":80";
  if (host.size() > usual.size() && host.compare(host.size() - usual.size(), usual.size(), usual) == 0)
    host.resize(host.size() - usual.size());
  return host;
}

// The origin under which the browser sees us.
std::string origin_of(const PublicUrl& us, const http::Request& request) {
  if (!us.url.empty() && !names_this_machine(request.host)) return us.url;
  const std::string scheme = request.secure ? "https" : "http";
  return scheme + "://" + without_usual_port(scheme, request.host);
}

}  // namespace

Result<PublicUrl> parse_public_url(std::string_view url) {
  PublicUrl out;
  if (url.empty()) return out;
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  const auto colon = url.find("://");
  out.scheme = text::ascii_lower(url.substr(0, colon == url.npos ? 0 : colon));
  const std::string_view rest = colon == url.npos ? std::string_view{} : url.substr(colon + 3);
  const bool plain = !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
    return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
  if ((out.scheme != "http" && out.scheme != "https") || !plain)
    return fail(Kind::invalid, "the public URL must look like https://help.example.org");
  out.host = without_usual_port(out.scheme, text::ascii_lower(rest));
  out.url = out.scheme + "://" + out.host;
  return out;
}

bool is_this_machine(std::string_view peer) {
  return peer == "::1" || peer.substr(0, 4) == "127." || peer.substr(0, 11) == "::ffff:127.";
}

bool host_is_ours(const PublicUrl& us, const http::Request& request) {
  if (!us.host.empty() && without_usual_port(us.scheme, request.host) == us.host) return true;
  return names_this_machine(request.host) && is_this_machine(request.peer);
}

bool came_from_us(const PublicUrl& us, const http::Request& request) {
  const std::string* site = request.headers.find("Sec-Fetch-Site");
  const std::string* origin = request.headers.find("Origin");
  if (site != nullptr && *site != "same-origin" && *site != "none") return false;
  const std::string own = origin_of(us, request);
  // A form under a no-referrer policy says "null" although it is ours; then Sec-Fetch-Site has to speak for it.
  if (origin != nullptr && *origin != own && !(*origin == "null" && site != nullptr)) return false;
  return site != nullptr || origin != nullptr;
}

std::string_view session_cookie(bool secure) { return secure ? "__Host-amends" : "amends"; }

std::string set_session_cookie(bool secure, std::string_view secret, std::int64_t seconds) {
  return std::string(session_cookie(secure)) + "=" + std::string(secret) +
         "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) + (secure ? "; Secure" : "");
}

std::string clear_session_cookie(bool secure) { return set_session_cookie(secure, "", 0); }

std::optional<std::string_view> bearer_of(const http::Request& request) {
  const std::string_view field = request.headers.get("Authorization");
  if (!text::starts_with_ignoring_case(field, "bearer ")) {
    return field.empty() ? std::nullopt : std::optional<std::string_view>("");
  }
  return text::trim(field.substr(7));
}

std::string safe_next(std::string_view next) {
  // One slash, then no second one and no backslash, which browsers take for one; nothing that they would skip over.
  const bool local = !next.empty() && next.front() == '/' &&
                     (next.size() == 1 || (next[1] != '/' && next[1] != '\\')) && next.size() <= 500 &&
                     std::all_of(next.begin(), next.end(), [](char c) {
                       return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '\\' && c != '%';
                     });
  return local ? std::string(next) : "/";
}

}  // namespace amends::web
