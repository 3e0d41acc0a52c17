#include "core/main/usage.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <utility>

#include <CLI/CLI.hpp>

#include "core/base/text.h"
#include "core/main/cli.h"

namespace amends::cli {
namespace {

constexpr std::size_t kMostSlips = 2;

// Letters left out, put in or changed until one word is the other.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t before = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = before + (a[i] == b[j] ? 0 : 1);
      before = std::exchange(row[j + 1], std::min({row[j + 1] + 1, row[j] + 1, changed}));
    }
  }
  return row.back();
}

// The command that was understood, as deep as it goes.
const CLI::App& reached(const CLI::App& app) {
  const auto inner = app.get_subcommands();
  return inner.empty() ? app : reached(*inner.front());
}

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

// The first word that none of its commands knows; "" when there is none.
std::string unknown_command(const CLI::App& app, const CLI::App& root) {
  if (app.get_subcommands({}).empty() || !app.get_subcommands().empty()) return {};
  for (const std::string& word : root.remaining(true)) {
    if (!word.empty() && word.front() != '-') return word;
  }
  return {};
}

}  // namespace

void one_value_each(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->nonpositional() && option->get_items_expected_max() > 1) option->allow_extra_args(false);
  }
  for (CLI::App* inner : app.get_subcommands({})) one_value_each(*inner);
}

std::string likely(std::string_view typed, const std::vector<std::string>& known) {
  std::string best;
  std::size_t fewest = kMostSlips + 1;
  for (const std::string& word : known) {
    if (typed.size() >= 2 && word.starts_with(typed)) return word;
    const std::size_t count = slips(typed, word);
    // Of a short word little is left after two slips.
    if (count < fewest && count * 2 < word.size()) {
      best = word;
      fewest = count;
    }
  }
  return best;
}

int explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const CLI::App& command = reached(app);
  const std::string path = path_of(command);
  if (const std::string word = unknown_command(command, app); !word.empty()) {
    std::vector<std::string> known;
    for (const CLI::App* inner : command.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(inner->get_name());
    }
    const std::string meant = likely(word, known);
    std::fprintf(stderr, "amends: there is no command \"%s\"%s\n  `%s --help` lists them\n",
                 text::printable(path + " " + word).c_str(),
                 meant.empty() ? "" : ("; did you mean \"" + path + " " + meant + "\"?").c_str(), path.c_str());
  } else {
    std::fprintf(stderr, "amends: %s\n  `%s --help` says how it is used\n", text::printable(error.what()).c_str(),
                 path.c_str());
  }
  return kUsage;
}

}  // namespace amends::cli
