#include "core/channel/registry.h"

#include <algorithm>
#include <vector>

namespace amends::channel {
namespace {

std::vector<const Descriptor*>& all() {
  static std::vector<const Descriptor*> list(builtin_channels().begin(), builtin_channels().end());
  return list;
}

}  // namespace

std::span<const Descriptor* const> channels() { return all(); }

void add_channel(const Descriptor& descriptor) { all().push_back(&descriptor); }

const Descriptor* find_channel(std::string_view name) {
  const auto found = std::find_if(all().begin(), all().end(), [&](const Descriptor* d) { return d->name == name; });
  return found == all().end() ? nullptr : *found;
}

}  // namespace amends::channel
