// Sites repeat in their words what they were given. Credentials never go on into an error.
// Pure. Threads: any.
#pragma once

#include <string>
#include <vector>

namespace amends::channel {

// `words` with each of the secrets, plain or percent-encoded, taken out; what is shorter than four bytes is none.
std::string scrubbed(std::string words, std::vector<std::string> secrets);

}  // namespace amends::channel
