// A channel by somebody else, spoken to in JSON lines (docs: plugins/README.md). The plugin is started once to hear
// what channel it is; from then on its descriptor stands beside the built-in ones and core can't tell them apart. Every
// open account has a process of its own, which is started when it is needed and again after it failed.
//
//   hub -> plugin   {"id": 1, "call": "pull", "cursor": ""}
//   plugin -> hub   {"http": 7, "method": "GET", "url": "https://…"}       any number of times: the only way out
//   hub -> plugin   {"http": 7, "status": 200, "body": "…"}
//   plugin -> hub   {"id": 1, "result": {"items": […], "cursor": "…"}}     or {"id": 1, "error": {"kind": "…", …}}
//
// A plugin reaches the hosts it named in its greeting and the address in a setting of kind url, through the guard; no
// other account's secrets, no database. What it says is checked: a page of at most kMostItems, ids, times, words.
//
// Threads: add_plugin() before anything else runs; the connectors as connector.h says.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/channel/descriptor.h"

namespace amends::channel {

inline constexpr int kPluginProtocol = 1;
inline constexpr std::size_t kMostPlugins = 32;
inline constexpr std::size_t kMostItems = 1000;

// `path`: an executable, or a shared object with plugin_abi.h's entry, which is loaded by a child that runs
// `amends_program plugin-host`. The descriptor lives as long as the program.
// invalid: it speaks another protocol, or its greeting makes no sense; conflict: a channel of that name is there.
Result<const Descriptor*> add_plugin(const std::string& path, const std::string& amends_program);

}  // namespace amends::channel
