// The smallest pieces of an address (RFC 5322 section 3.2), read where they stand.
#pragma once

#include <string>
#include <string_view>

namespace amends::mime {

// The inside of the comment at s[at] == '(', nested ones included; `at` moves behind it.
std::string read_comment(std::string_view s, std::size_t& at);

// The inside of the quoted string at s[at] == '"', quoted pairs undone; `at` moves behind it.
std::string read_quoted(std::string_view s, std::size_t& at);

// What may stand before an "@" without quotes.
bool is_dot_atom(std::string_view s);

// local@domain from what stood between brackets, or alone: no spaces and comments, no route, no "mailto:", the domain
// in lower case, quotes only where the local part needs them.
std::string tidy_address(std::string_view s);

}  // namespace amends::mime
