// Files of strangers on their way to a browser: always as a download, always as plain bytes unless they are one of four
// kinds of picture, and under a name that can't break out of its header or surprise a file system. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/web/route.h"

namespace amends::web {

// "image/png", "image/jpeg", "image/gif" or "image/webp" by the bytes themselves, else "application/octet-stream". A
// picture is none when its first kilobyte also holds markup, or its header claims more than 50 megapixels.
std::string_view sniffed_type(std::string_view bytes);

// A name that is harmless in every file system and says the same to a person: no path, no control or invisible or
// direction characters, no leading dots, no device names, at most 100 characters with its ending kept.
std::string safe_file_name(std::string_view name, std::string_view fallback);

// RFC 6266 with filename* (RFC 8187) and a plain ASCII name for old programs.
std::string content_disposition(std::string_view name);

// The bytes as a download.
Reply file_reply(std::string bytes, std::string_view name, std::string_view fallback);
// The header fields of one, for bodies that are made while they are sent.
http::Fields file_headers(std::string_view name);

}  // namespace amends::web
