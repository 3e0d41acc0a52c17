// A channel as the API shows it: what it can do, its limits, and the whole form of an account's settings, read from its
// descriptor. Pure. Threads: any.
#pragma once

#include "core/channel/descriptor.h"
#include "core/web/json.h"
#include "core/web/schema.h"

namespace amends::web {

extern const Schema kChannel;

Json& add(Json& json, const channel::Descriptor& channel);

}  // namespace amends::web
