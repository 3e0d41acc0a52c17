#include "core/channel/scrub.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/api.h"

namespace amends::channel {

std::string scrubbed(std::string words, std::vector<std::string> secrets) {
  constexpr std::size_t kShortest = 4;
  // The longer first: one may begin with another.
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    words = text::replace_all(words, secret, "…");
    words = text::replace_all(words, percent_encode(secret), "…");
  }
  return words;
}

}  // namespace amends::channel
