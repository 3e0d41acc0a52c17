// The place in a list where the next page begins, as a word for the caller: numbers and a signature that binds them to
// the user and the list (route, brand, filters), so that a cursor can neither be made up nor taken elsewhere.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"

namespace amends::web {

inline constexpr std::size_t kMostCursorNumbers = 4;

std::string mint_cursor(const Secret& key, std::string_view bound_to, const std::vector<std::int64_t>& numbers);
// Nothing for whatever mint_cursor() did not make under this key and binding.
std::optional<std::vector<std::int64_t>> read_cursor(const Secret& key, std::string_view bound_to,
                                                     std::string_view cursor);

}  // namespace amends::web
