#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/net/http_client.h"

namespace amends::net {
namespace {

constexpr std::size_t kLongestUrl = 8192;

Error no_url(std::string_view why) { return fail(Kind::invalid, "the URL is no good: " + std::string(why)); }

// What may not stand in a URL as it is, but is written there all the same: UTF-8 and a few ASCII characters.
std::string escaped(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::string_view("\"<>^`{|}").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return no_url("its port is no number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view url) {
  if (url.size() > kLongestUrl) return no_url("it is longer than 8192 bytes");
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || c == '\\')
      return no_url("it holds a space, a backslash or a control character");
  }
  HttpUrl out;
  std::string_view rest = url;
  if (text::starts_with_ignoring_case(rest, "https://")) {
    out.https = true;
    rest.remove_prefix(8);
  } else if (text::starts_with_ignoring_case(rest, "http://")) {
    rest.remove_prefix(7);
  } else {
    return no_url("it doesn't begin with https:// or http://");
  }
  // Programs differ in what they take for the host when there is a '@' before the path ("https://a#@b").
  if (rest.substr(0, rest.find('/')).find('@') != rest.npos)
    return no_url("it holds a user name, or what looks like one");

  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  std::string_view path = rest.substr(authority.size());
  path = path.substr(0, path.find('#'));

  std::string_view host = authority;
  std::string_view port;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  if (colon != authority.npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    if (port.empty()) return no_url("its port is missing");
  }
  // An IPv6 address stands in brackets, and nothing else does.
  if (host.find(':') != host.npos && host.front() != '[') return no_url("its host is none");
  TRY(out.host, normal_host(host));
  if (!std::all_of(out.host.begin(), out.host.end(), [](char c) {
        return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':';
      })) {
    return no_url("its host is none");
  }
  out.port = out.https ? 443 : 80;
  if (!port.empty()) {
    TRY(out.port, parse_port(port));
  }
  const bool v6 = out.host.find(':') != out.host.npos;
  out.text = (out.https ? "https://" : "http://") + (v6 ? "[" + out.host + "]" : out.host);
  if (out.port != (out.https ? 443 : 80)) out.text += ":" + std::to_string(out.port);
  if (path.empty() || path.front() != '/') out.text += '/';
  out.text += escaped(path);
  return out;
}

}  // namespace amends::net
