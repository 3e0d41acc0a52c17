// What a plugin said of itself, kept for as long as the program runs: the descriptor's views point into it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/channel/plugin_process.h"

namespace amends::channel {

struct PluginRow {
  PluginCommand command;
  std::deque<std::string> words;  // never moves what it holds
  std::vector<Setting> settings;
  std::vector<std::string_view> setup;
  std::vector<std::string> hosts;  // it may reach, in lower case
  std::string own_handle_setting;  // which setting holds our handle there; "" for none
  Descriptor descriptor;

  std::string_view keep(std::string text) { return words.emplace_back(std::move(text)); }
};

// Fills the row from the result of "hello". invalid with what is wrong about it.
Result<Done> read_greeting(std::string_view json, PluginRow& row);

}  // namespace amends::channel
