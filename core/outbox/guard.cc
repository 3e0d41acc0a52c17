#include "core/outbox/guard.h"

#include "core/base/text.h"

namespace amends::outbox {

Result<Done> check_unmoved(std::int64_t seen, std::int64_t current, const std::vector<Newcomer>& newcomers) {
  if (seen == 0 || seen == current) return Done{};
  std::string hint;
  for (const auto& n : newcomers) {
    if (!hint.empty()) hint += '\n';
    hint += to_rfc3339(n.at) + " " + (n.direction == model::Direction::in ? "from " : "sent by ") + n.author + ": " +
            text::excerpt(n.preview, 200);
  }
  if (hint.empty()) hint = "open the thread again and read what changed";
  return fail(Kind::conflict, "the thread has moved on since this was written", std::move(hint));
}

}  // namespace amends::outbox
