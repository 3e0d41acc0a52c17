// Percent-encoding and what is made of it: paths and queries (RFC 3986). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.h"

namespace amends::http {

// A path decoded once. Nothing for what doesn't begin with '/', holds a broken escape, a control character (decoded or
// not), bytes that are no well-formed UTF-8 (overlong forms among them), a backslash, an encoded '/', or a segment "."
// or
// "..". "//" is nothing either: two spellings of one resource are one too many.
std::optional<std::string> decode_path(std::string_view raw);

// "a=1&b=x%20y" as application/x-www-form-urlencoded ('+' is a space). Nothing for a broken escape, a NUL, malformed
// UTF-8 or more than 256 parameters.
std::optional<std::vector<Field>> parse_query(std::string_view raw);

// All but RFC 3986's unreserved characters become %XX: fit for a path segment and for a query's value.
std::string percent_encode(std::string_view s);

}  // namespace amends::http
