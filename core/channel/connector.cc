#include "core/channel/connector.h"

#include "core/base/text.h"

namespace amends::channel {

std::string_view WebhookRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (text::equals_ignoring_case(key, name)) return value;
  }
  return {};
}

}  // namespace amends::channel
