// `amends plugin try`: what somebody who writes a channel wants to see. `amends plugin-host` is for the hub alone.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/channel/connector.h"
#include "core/channel/environment.h"
#include "core/channel/plugin_channel.h"
#include "core/main/cli.h"
#include "core/main/plugin_host.h"
#include "core/net/http_client.h"

namespace amends::cli {
namespace {

struct PluginOptions {
  std::string path;
  std::vector<std::string> settings;
  bool local = false;
};

// A plugin that is being tried has no account, so it has no tokens either.
class NoTokens final : public channel::Tokens {
 public:
  Result<channel::TokenSet> current() override { return none(); }
  Result<channel::TokenSet> renew(const Secret&,
                                  const std::function<Result<channel::TokenSet>(const channel::TokenSet&)>&) override {
    return none();
  }

 private:
  static Error none() { return fail(Kind::unauthorized, "a plugin that is tried has no tokens"); }
};

Result<std::map<std::string, std::string>> pairs(const std::vector<std::string>& words) {
  std::map<std::string, std::string> out;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos) return fail(Kind::invalid, "--set takes KEY=VALUE");
    out[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return out;
}

Result<Done> try_plugin(const PluginOptions& options, const Clock& clock) {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
  TRY(const channel::Descriptor* found, channel::add_plugin(std::filesystem::absolute(options.path).string(), self));
  std::cout << found->name << ": " << found->title << "\n";
  for (const channel::Setting& setting : found->settings) {
    std::cout << "  " << setting.key << (setting.required ? " (required)" : "") << ": " << setting.label << "\n";
  }
  TRY(const auto given, pairs(options.settings));
  TRY(const channel::Settings settings, channel::check_settings(*found, given));

  net::HttpOptions outward;
  if (options.local) outward.guard.allow_local();
  TRY(const auto http, net::HttpClient::make(std::move(outward)));
  NoTokens tokens;
  channel::Brakes brakes;
  TRY(const auto account, found->open(settings, {*http, clock, tokens, brakes}));
  if (found->can.check) {
    TRY(const channel::Health health, account->check());
    for (const std::string& fact : health.facts) std::cout << "fact: " << fact << "\n";
    for (const std::string& warning : health.warnings) std::cout << "warning: " << warning << "\n";
  }
  if (!found->can.pull) return Done{};
  TRY(const channel::Page page, account->pull(""));
  for (const model::Item& item : page.items) std::cout << text::printable(item.raw) << "\n";
  std::cout << page.items.size() << (page.more ? " items, and more wait" : " items") << "\n";
  return Done{};
}

}  // namespace

void add_plugin(CLI::App& app, Session& session) {
  auto options = std::make_shared<PluginOptions>();
  CLI::App* plugin = app.add_subcommand("plugin", "Channels by others: try one that you write");
  plugin->require_subcommand(1);
  CLI::App* attempt = plugin->add_subcommand("try", "Start it, show what it says of itself, and pull a first page");
  attempt->add_option("PATH", options->path, "A program, or a shared object (.so)")->required();
  attempt->add_option("--set", options->settings, "KEY=VALUE of its settings (repeatable)");
  attempt->add_flag("--local", options->local, "It may reach this machine and private networks");
  attempt->callback([&session, options] {
    const auto done = try_plugin(*options, session.clock);
    session.exit_code = done ? kDone : report(done.error());
  });

  CLI::App* host = app.add_subcommand("plugin-host", "A shared object as a process; the hub starts it")->group("");
  host->add_option("FILE", options->path)->required();
  host->callback(
      [&session, options] { session.exit_code = plugin_host(options->path, std::cin, std::cout, std::cerr); });
}

}  // namespace amends::cli
