#include "core/app/plugins.h"

#include <filesystem>
#include <set>

#include "core/channel/plugin_channel.h"

namespace amends::app {

Result<Done> load_plugin(const std::string& path) {
  static std::set<std::string> loaded;
  if (loaded.count(path) != 0) return Done{};
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  TRY_DO(channel::add_plugin(path, program.string()));
  loaded.insert(path);
  return Done{};
}

}  // namespace amends::app
