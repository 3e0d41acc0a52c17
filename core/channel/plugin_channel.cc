#include "core/channel/plugin_channel.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <utility>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/channel/connector.h"
#include "core/channel/environment.h"
#include "core/channel/plugin_row.h"
#include "core/channel/plugin_talk.h"
#include "core/channel/registry.h"

namespace amends::channel {
namespace {

std::array<std::unique_ptr<PluginRow>, kMostPlugins> rows;
std::size_t row_count = 0;

// A descriptor's functions are plain pointers: one of each for every place a plugin may stand at.
template <std::size_t N>
Result<std::unique_ptr<Connector>> open_at(const Settings& settings, const Environment& environment) {
  return open_plugin(*rows[N], settings, environment);
}
template <std::size_t N>
std::vector<std::string> own_handles_at(const Settings& settings) {
  if (rows[N]->own_handle_setting.empty()) return {};
  return settings.list(rows[N]->own_handle_setting);
}

struct Functions {
  decltype(Descriptor::open) open;
  decltype(Descriptor::own_handles) own_handles;
};
template <std::size_t... N>
constexpr std::array<Functions, sizeof...(N)> functions(std::index_sequence<N...>) {
  return {Functions{open_at<N>, own_handles_at<N>}...};
}
constexpr auto kFunctions = functions(std::make_index_sequence<kMostPlugins>());

PluginCommand command_for(const std::string& path, const std::string& amends_program) {
  PluginCommand out;
  std::error_code ignored;
  const std::string whole = std::filesystem::canonical(path, ignored).string();
  out.program = whole.empty() ? path : whole;
  if (std::filesystem::path(path).extension() == ".so") {
    out.readable = {out.program};
    out.arguments = {"plugin-host", out.program};
    out.program = amends_program;
  }
  return out;
}

}  // namespace

Result<const Descriptor*> add_plugin(const std::string& path, const std::string& amends_program) {
  if (row_count == kMostPlugins) return fail(Kind::invalid, "at most " + std::to_string(kMostPlugins) + " plugins");
  auto row = std::make_unique<PluginRow>();
  row->command = command_for(path, amends_program);
  auto greeted = greet(*row);
  if (!greeted) return std::move(greeted).error().within("plugin " + path);
  const std::string_view name = row->descriptor.name;
  if (find_channel(name) != nullptr) {
    return fail(Kind::conflict, "plugin " + path + ": a channel \"" + std::string(name) + "\" is there already");
  }
  row->descriptor.open = kFunctions[row_count].open;
  row->descriptor.own_handles = kFunctions[row_count].own_handles;
  rows[row_count] = std::move(row);
  add_channel(rows[row_count]->descriptor);
  log::info("plugin.added",
            {{"channel", name}, {"confined", confinement() == Confinement::bubblewrap ? "whole" : "network"}});
  return &rows[row_count++]->descriptor;
}

}  // namespace amends::channel
