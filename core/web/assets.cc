#include "core/web/assets.h"

#include <string>

#include "core/base/text.h"
#include "core/web/route.h"

namespace amends::web {
namespace {

// Scripts, styles and requests of our own only; nothing inline, nothing framed, and no text becomes script unseen
// (https://www.w3.org/TR/CSP3/, https://www.w3.org/TR/trusted-types/).
constexpr std::string_view kAppPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

// A page of the app, and no file: a browser asks for a page. Files lie at the top ("/robots.txt") or in /assets; deeper
// down a name may bear a dot (a wording is called "any.en").
bool names_a_page(const http::Request& request) {
  const std::string_view path = request.path;
  if (path == "/") return true;
  if (path.substr(0, 5) == "/api/" || path.substr(0, 8) == "/assets/") return false;
  if (path.rfind('/') == 0 && path.find('.') != path.npos) return false;
  for (const std::string_view one : text::split(request.headers.get("Accept"), ',')) {
    if (text::trim(one.substr(0, one.find(';'))) == "text/html") return true;
  }
  return false;
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  for (const std::string_view one : text::split(accept_encoding, ',')) {
    const auto semicolon = one.find(';');
    if (text::ascii_lower(text::trim(one.substr(0, semicolon))) != coding) continue;
    if (semicolon == one.npos) return true;
    const std::string weight = text::ascii_lower(text::trim(one.substr(semicolon + 1)));
    return weight.find_first_of("123456789", weight.find('=')) != weight.npos;
  }
  return false;
}

Assets::Assets(const std::vector<plugin::Asset>& assets) {
  for (const plugin::Asset& asset : assets) assets_.emplace(asset.path, asset);
}

const plugin::Asset* Assets::find(const http::Request& request) const {
  const auto at = [&](std::string_view path) {
    const auto found = assets_.find(path);
    return found == assets_.end() ? nullptr : &found->second;
  };
  if (const plugin::Asset* file = at(request.path)) return file;
  return names_a_page(request) ? at("/index.html") : nullptr;
}

std::optional<http::Response> Assets::answer(const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return {};
  const plugin::Asset* asset = find(request);
  if (asset == nullptr) return {};
  const std::string_view wanted = request.headers.get("Accept-Encoding");
  std::string_view coding;
  std::string_view bytes = asset->plain;
  if (!asset->brotli.empty() && accepts_coding(wanted, "br")) {
    coding = "br";
    bytes = asset->brotli;
  } else if (!asset->gzip.empty() && accepts_coding(wanted, "gzip")) {
    coding = "gzip";
    bytes = asset->gzip;
  }
  const std::string etag = "\"" + std::string(asset->hash) + (coding.empty() ? "" : "-" + std::string(coding)) + "\"";
  http::Response out;
  out.headers.set("Content-Type", asset->type);
  out.headers.set("Content-Security-Policy", kAppPolicy);
  out.headers.set("Cache-Control", asset->named_by_content ? "public, max-age=31536000, immutable" : "no-cache");
  out.headers.set("ETag", etag);
  out.headers.set("Vary", "Accept-Encoding");
  if (etag_matches(request.headers.get("If-None-Match"), etag)) {
    out.status = 304;
    return out;
  }
  if (!coding.empty()) out.headers.set("Content-Encoding", coding);
  out.body = std::string(bytes);
  return out;
}

}  // namespace amends::web
