// What a charset label means.
#pragma once

#include <string>
#include <string_view>

namespace amends::mime {

// The answers that are compared by pointer.
extern const char* const kUtf8;
extern const char* const kWestern;
extern const char* const kJis;
extern const char* const kUtf7;

// The name that ICU's converter has, one of the above, or nullptr when the label says nothing we know. `store` holds
// the answer where it isn't a constant.
const char* charset_name(std::string_view label, std::string& store);

}  // namespace amends::mime
