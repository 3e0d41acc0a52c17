// Who comes in, and whether the request may be believed to come from where it says: the Host a browser named, the site
// that made it send the request, the session or token it bears.
//
// A browser sends its cookie wherever a page tells it to. So whatever changes something and isn't signed in by a bearer
// token must say by Sec-Fetch-Site or Origin that a page of ours sent it (https://www.w3.org/TR/fetch-metadata/). The
// Host must be our own, or that of this very machine: a name of somebody else's that was pointed at us would make his
// page ours (DNS rebinding).
//
// Pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/http/message.h"

namespace amends::web {

struct PublicUrl {
  std::string url;     // "https://help.example.org", without a slash at its end; "" when none is configured
  std::string scheme;  // "https"
  std::string host;    // "help.example.org", with a port that isn't the scheme's own
};
// invalid: no http or https URL, or one with a path.
Result<PublicUrl> parse_public_url(std::string_view url);

bool is_this_machine(std::string_view peer);
bool host_is_ours(const PublicUrl& us, const http::Request& request);
// From a page of ours, or typed by the user.
bool came_from_us(const PublicUrl& us, const http::Request& request);

std::string_view session_cookie(bool secure);  // its name
std::string set_session_cookie(bool secure, std::string_view secret, std::int64_t seconds);
std::string clear_session_cookie(bool secure);

// The bearer token of a request; nothing when it names none.
std::optional<std::string_view> bearer_of(const http::Request& request);

// Where to go after signing in: a path of ours, else "/".
std::string safe_next(std::string_view next);

}  // namespace amends::web
