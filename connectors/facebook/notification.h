// Facebook's mails about recommendations of a page, read as those. Pure. Threads: any.
#pragma once

#include <optional>

#include "core/model/content.h"

namespace amends::connectors::facebook {

// For Descriptor::from_notification.
std::optional<model::Content> from_notification(const model::Content& mail);

}  // namespace amends::connectors::facebook
