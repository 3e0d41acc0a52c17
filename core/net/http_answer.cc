#include <curl/curl.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/net/http_client.h"

namespace amends::net {
namespace {

using std::chrono::seconds;

constexpr seconds kShortest{1}, kLongest{24 * 3600};

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  const auto it = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& h) { return h.name == name; });
  return it == headers.end() ? std::string_view() : std::string_view(it->value);
}

seconds parse_retry_after(std::string_view given, Timestamp now) {
  const std::string value(text::trim(given));
  if (value.empty()) return seconds(0);
  if (std::all_of(value.begin(), value.end(), text::is_digit)) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc()) number = kLongest.count();  // more digits than a number has
    return std::clamp(seconds(std::min(number, std::int64_t{kLongest.count()})), kShortest, kLongest);
  }
  // All forms of an HTTP date begin with the day's name (RFC 9110 section 5.6.7); curl reads much more than those.
  if (!text::is_alpha(value.front()) || value.size() > 64 || value.find(',') == value.npos) {
    if (value.size() != 24) return seconds(0);  // asctime: "Sun Nov  6 08:49:37 1994"
  }
  const time_t date = ::curl_getdate(value.c_str(), nullptr);
  if (date == -1) return seconds(0);
  const std::int64_t wait = static_cast<std::int64_t>(date) - now.ms / 1000;
  return seconds(std::clamp(wait, std::int64_t{kShortest.count()}, std::int64_t{kLongest.count()}));
}

Error error_of(const HttpResponse& response, bool may_have_acted) {
  const auto kind = [&] {
    switch (response.status) {
      case 401:
      case 403: return Kind::unauthorized;
      case 404:
      case 410: return Kind::not_found;
      case 409:
      case 412: return Kind::conflict;
      case 429: return Kind::rate_limited;
      case 408:
      case 425:
      case 503: return Kind::unavailable;
      case 500:
      case 502:
      case 504: return may_have_acted ? Kind::uncertain : Kind::unavailable;
      default: break;
    }
    return response.status >= 500 ? Kind::unavailable : Kind::rejected;
  }();
  Error error = fail(kind, "the server answered " + std::to_string(response.status));
  error.retry_after = response.retry_after;
  return error;
}

}  // namespace amends::net
