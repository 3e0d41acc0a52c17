// What a charset label means.
#pragma once

#include <string>
#include <string_view>

namespace amends::mime {

// The answers that are compared by pointer.
inline constexpr char kUtf8[] = "UTF-8";
inline constexpr char kWestern[] = "windows-1252";
inline constexpr char kJis[] = "ISO-2022-JP";
inline constexpr char kUtf7[] = "UTF-7";

// The name that ICU's converter has, one of the above, or nullptr when the label says nothing we know. `store` holds
// the answer where it isn't a constant.
const char* charset_name(std::string_view label, std::string& store);

}  // namespace amends::mime
