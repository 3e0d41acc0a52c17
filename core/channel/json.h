// Reading a site's JSON without trusting its shape: what is absent or of another kind gives the empty value. For .cc
// files of connectors only: it brings the whole JSON library.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace amends::channel {

using Json = nlohmann::json;

inline constexpr int kDeepestJson = 64;

// corrupt: no JSON, nested deeper than kDeepestJson, or an object that names a key twice (who reads it elsewhere may
// have seen the other one). Text that is no UTF-8 is corrupt too.
Result<Json> parse_json(std::string_view text);

// The value at "a.b.0.c", or null.
const Json& at(const Json& json, std::string_view path);
// A text as it is, a number or a flag as written; "" for anything else.
std::string text_at(const Json& json, std::string_view path);
std::optional<std::int64_t> number_at(const Json& json, std::string_view path);  // also of a text that is one
std::optional<double> decimal_at(const Json& json, std::string_view path);
bool flag_at(const Json& json, std::string_view path);
// RFC 3339; also with an offset as some sites write it, "+0000".
std::optional<Timestamp> time_at(const Json& json, std::string_view path);
std::optional<Timestamp> seconds_at(const Json& json, std::string_view path);  // Unix time, also as text
const Json& list_at(const Json& json, std::string_view path);                  // an empty list for anything else

std::string dump(const Json& json);  // compact; what is no UTF-8 is replaced

}  // namespace amends::channel
