// The channels that are there before any plugin: one, so that a plugin may clash with it.
#include "core/channel/registry.h"

namespace amends::channel {
namespace {
constexpr Descriptor kMail = [] {
  Descriptor out;
  out.name = "email";
  out.title = "E-mail";
  return out;
}();
}  // namespace

std::span<const Descriptor* const> builtin_channels() {
  static constexpr const Descriptor* kAll[] = {&kMail};
  return kAll;
}

}  // namespace amends::channel
