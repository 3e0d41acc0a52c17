// What a webhook says. Pure. Of Webhooks alone.
#pragma once

#include <string>
#include <string_view>

#include "core/events/events.h"

namespace amends::app {

// `base` is what stands before the paths of links.
std::string webhook_body(const events::Change& change, std::string_view brand_key, std::string_view base);
std::string webhook_ping(Timestamp at, std::string_view brand_key);
// The body with the words of its message in data.text.
std::string with_text(std::string_view body, std::string_view words);

}  // namespace amends::app
