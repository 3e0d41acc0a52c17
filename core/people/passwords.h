// Which passwords are taken: at least 12 characters and at most 1,024 bytes, kept exactly as typed; no NUL; nothing
// that everybody tries first, and nothing made of the user's own names (NIST SP 800-63B section 5.1.1.2, OWASP
// ASVS 5.0, 6.2). No rules about kinds of characters. Pure; threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::people {

inline constexpr std::size_t kFewestCharacters = 12;
inline constexpr std::size_t kMostBytes = 1'024;

// invalid: why, in words for the person. `names`: login, e-mail, display name, brands.
Result<Done> check_new_password(const Secret& password, const std::vector<std::string>& names);

// Whether a word of the embedded list, in lower case.
bool is_common_password(std::string_view word);

}  // namespace amends::people
