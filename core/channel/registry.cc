#include "core/channel/registry.h"

namespace amends::channel {

const Descriptor* find_channel(std::string_view name) {
  for (const Descriptor* descriptor : builtin_channels()) {
    if (descriptor->name == name) return descriptor;
  }
  return nullptr;
}

}  // namespace amends::channel
