// amends connect CHANNEL: walks a person through what they do on the site, asks for the account's settings, checks and
// stores them, and where the site wants a person's consent waits until they come back from it.
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/app/accounts.h"
#include "core/app/hooks.h"
#include "core/app/probe.h"
#include "core/app/walk.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/http/server.h"
#include "core/main/cli.h"
#include "core/main/json.h"

namespace amends::cli {
namespace {

using channel::SettingKind;

struct Asked {
  std::string channel, name;
  std::vector<std::string> set, set_file;  // KEY=VALUE, KEY=PATH
  int poll_seconds = 0;
  bool check = false;
};

constexpr std::size_t kLargestSecretFile = 64 * 1024;
constexpr std::chrono::minutes kWalkPatience{10};

app::AccountActor actor_of(const Session& session) {
  app::AccountActor by;
  if (!session.user.empty()) by.login = session.user;
  by.at_console = true;
  return by;
}

Result<std::pair<std::string, std::string>> pair_of(const std::string& words) {
  const auto equals = words.find('=');
  if (equals == words.npos || equals == 0) {
    return fail(Kind::invalid, "\"" + words.substr(0, 20) + "\" is no setting", "write KEY=VALUE");
  }
  return std::pair(words.substr(0, equals), words.substr(equals + 1));
}

Result<app::GivenSettings> given(const Asked& asked) {
  app::GivenSettings out;
  for (const std::string& words : asked.set) {
    TRY(auto pair, pair_of(words));
    out.insert_or_assign(std::move(pair.first), std::move(pair.second));
  }
  for (const std::string& words : asked.set_file) {
    TRY(auto pair, pair_of(words));
    std::ifstream in(pair.second, std::ios::binary);
    if (!in) return fail(Kind::not_found, pair.second + " can't be read");
    std::string value(kLargestSecretFile + 1, '\0');
    in.read(value.data(), static_cast<std::streamsize>(value.size()));
    value.resize(static_cast<std::size_t>(in.gcount()));
    if (value.size() > kLargestSecretFile) return fail(Kind::invalid, pair.second + " is too large for a setting");
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    out.insert_or_assign(std::move(pair.first), std::move(value));
  }
  return out;
}

// One line from the terminal; a secret is not shown.
Result<std::string> ask(const std::string& prompt, bool secret) {
  std::fprintf(stderr, "%s", prompt.c_str());
  termios before{};
  const bool hide = secret && ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (hide) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (hide) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputc('\n', stderr);
  }
  if (!read) return fail(Kind::invalid, "nothing more was typed", "give settings by --set KEY=VALUE");
  return line;
}

Result<Done> ask_for_settings(const channel::Descriptor& channel, app::GivenSettings& settings, bool all) {
  if (!channel.setup.empty()) {
    std::fprintf(stderr, "%s, step by step:\n", std::string(channel.title).c_str());
    int number = 0;
    for (const std::string_view step : channel.setup) {
      std::fprintf(stderr, "  %d. %s\n", ++number, std::string(step).c_str());
    }
    std::fputc('\n', stderr);
  }
  for (const channel::Setting& setting : channel.settings) {
    const std::string key(setting.key);
    if (settings.contains(key) || (setting.advanced && !setting.required) || (!all && !setting.required)) continue;
    std::string prompt = std::string(setting.label.empty() ? setting.key : setting.label);
    if (!setting.help.empty()) prompt += " (" + std::string(setting.help) + ")";
    if (!setting.choices.empty()) prompt += " " + text::replace_all(setting.choices, "|", ", ");
    if (!setting.fallback.empty()) prompt += " [" + std::string(setting.fallback) + "]";
    prompt += ": ";
    for (bool again = true; again;) {
      TRY(std::string line, ask(prompt, setting.kind == SettingKind::secret));
      line = std::string(text::trim(line));
      again = line.empty() && setting.required && setting.fallback.empty();
      if (!line.empty()) settings[key] = std::move(line);
    }
  }
  return Done{};
}

bool lacks_settings(const channel::Descriptor& channel, const app::GivenSettings& settings) {
  return std::any_of(channel.settings.begin(), channel.settings.end(), [&](const channel::Setting& setting) {
    return setting.required && setting.fallback.empty() && !settings.contains(std::string(setting.key));
  });
}

// Where the browser comes back to while no hub serves: one path, one answer, then we are done.
class Doorway final : public http::Handler {
 public:
  explicit Doorway(app::Hub& hub) : hub_(hub) {}

  http::BodyRule body_rule(std::string_view, std::string_view) noexcept override { return {0}; }
  http::Response handle(const http::Request& request) override {
    http::Response response;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("Cache-Control", "no-store");
    if (request.path != app::kReturnPath || request.method != "GET") {
      response.status = 404;
      response.body = "There is nothing here.\n";
      return response;
    }
    std::vector<std::pair<std::string, std::string>> fields;
    for (const http::Field& field : request.parameters) fields.emplace_back(field.name, field.value);
    auto callback = app::read_callback(fields);
    auto ended = callback ? app::finish_walk(hub_, *callback) : std::move(callback).error();
    response.status = ended ? 200 : 400;
    response.body = ended ? "Connected. You may close this page and go back to the terminal.\n"
                          : "Not connected. The terminal says why.\n";
    // What isn't from the site (a stale page, a stranger's guess) ends nothing.
    const bool ours = ended || ended.error().kind != Kind::conflict;
    const std::lock_guard lock(mutex_);
    if (ours && callback) outcome_.emplace(std::move(ended));
    changed_.notify_all();
    return response;
  }
  Result<app::WalkEnded> wait() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kWalkPatience, [&] { return outcome_.has_value(); })) {
      return fail(Kind::unavailable, "nobody came back from the site within ten minutes", "run the command again");
    }
    return *std::move(outcome_);
  }

 private:
  app::Hub& hub_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Result<app::WalkEnded>> outcome_;
};

// With a public address the site sends people there, and we stand at the door of the hub, which isn't serving now.
Result<Done> walk(app::Hub& hub, const app::HubAccount& account, const app::AccountActor& by) {
  const app::HttpConfig& http = hub.config().http;
  Doorway doorway(hub);
  http::ServerOptions options;
  options.workers = 2;
  if (!http.public_url.empty()) {
    options.address = http.address;
    options.port = http.port;
    options.certificate_file = http.certificate_file;
    options.key_file = http.key_file;
    options.trusted_proxies = http.trusted_proxies;
  }
  TRY(const auto server, http::Server::listen(std::move(options), doorway));
  const std::string us =
      http.public_url.empty() ? "http://127.0.0.1:" + std::to_string(server->port()) : http.public_url;
  TRY(const app::WalkBegun begun, app::begin_walk(hub, account, us + std::string(app::kReturnPath), by));
  std::fprintf(stderr, "Open this page, and agree there:\n\n  %s\n\nWaiting for you to come back from it …\n",
               begun.url.c_str());
  TRY_DO(doorway.wait());
  server->stop(std::chrono::seconds(1));
  return Done{};
}

const app::HubAccount* account_named(app::Hub& hub, BrandId brand, const channel::Descriptor& channel,
                                     const std::string& name) {
  for (const app::HubAccount* account : hub.accounts()) {
    if (account->brand == brand && account->channel == &channel && account->name == name &&
        account->origin != app::AccountOrigin::import)
      return account;
  }
  return nullptr;
}

void show_health(const channel::Health& health) {
  for (const std::string& fact : health.facts) std::printf("  ok    %s\n", text::printable(fact).c_str());
  for (const std::string& warning : health.warnings) std::printf("  WARN  %s\n", text::printable(warning).c_str());
  if (health.remote_count) std::printf("  the site counts %lld\n", static_cast<long long>(*health.remote_count));
}

ordered_json json_of_health(const channel::Health& health) {
  return {{"facts", health.facts},
          {"warnings", health.warnings},
          {"remote_count", health.remote_count ? ordered_json(*health.remote_count) : ordered_json(nullptr)}};
}

// What may stand for CHANNEL.
int list_channels(const Session& session) {
  ordered_json all = ordered_json::array();
  for (const channel::Descriptor* one : channel::channels()) {
    const char* const asks = one->oauth != nullptr ? "consent" : "settings";
    if (session.json) {
      all.push_back({{"channel", one->name}, {"title", one->title}, {"asks_for", asks}, {"answers", one->can.send}});
    } else {
      std::printf("%-16s %-28s asks for %-9s %s\n", std::string(one->name).c_str(), std::string(one->title).c_str(),
                  asks, one->can.send ? "answers in place" : "");
    }
  }
  if (session.json) put(all);
  return kDone;
}

Result<int> connect(Session& session, app::Hub& hub, const Asked& asked) {
  if (asked.channel.empty()) return list_channels(session);
  const channel::Descriptor* channel = channel::find_channel(asked.channel);
  if (channel == nullptr) {
    std::string all;
    for (const channel::Descriptor* one : channel::channels()) all += " " + std::string(one->name);
    return fail(Kind::invalid, "there is no channel \"" + asked.channel + "\"", "there are:" + all);
  }
  TRY(const app::Brand brand, hub.brand(session.brand));
  TRY(app::GivenSettings settings, given(asked));
  const std::string name = asked.name.empty() ? asked.channel : asked.name;
  app::Accounts accounts(hub);
  const app::AccountActor by = actor_of(session);
  const app::HubAccount* known = account_named(hub, brand.id, *channel, name);
  const bool in_file = known != nullptr && known->origin == app::AccountOrigin::file;
  if (in_file && !settings.empty()) {
    return fail(Kind::conflict, "the account " + name + " stands in the configuration file",
                "change it in amends.toml");
  }
  if (known == nullptr && lacks_settings(*channel, settings)) {
    if (::isatty(STDIN_FILENO) == 0) {
      return fail(Kind::invalid, "settings are missing",
                  "amends doctor --channel " + asked.channel + " lists them; give each by --set KEY=VALUE");
    }
    TRY_DO(ask_for_settings(*channel, settings, asked.set.empty() && asked.set_file.empty()));
  }

  if (asked.check) {
    TRY(const channel::Health health, accounts.try_out(brand.id, {channel, name, settings, std::chrono::seconds(0)},
                                                       known != nullptr && !in_file ? known->id : AccountId{}, by));
    session.json ? put(json_of_health(health)) : show_health(health);
    return health.warnings.empty() ? kDone : kFindings;
  }
  AccountId id = known != nullptr ? known->id : AccountId{};
  if (known == nullptr) {
    TRY(id, accounts.create(brand.id, {channel, name, settings, std::chrono::seconds(asked.poll_seconds)}, by));
  } else if (!settings.empty() || asked.poll_seconds > 0) {
    app::AccountChange change;
    change.settings = settings;
    if (asked.poll_seconds > 0) change.poll = std::chrono::seconds(asked.poll_seconds);
    TRY_DO(accounts.change(brand.id, id, change, by));
  }
  if (app::wants_consent(*channel, *hub.find_account(id)->settings)) {
    TRY_DO(walk(hub, *hub.find_account(id), by));
  } else if (!in_file) {
    TRY_DO(accounts.enable(brand.id, id, by));
  }

  const app::HubAccount& account = *hub.find_account(id);
  TRY(const auto connector, channel->open(*account.settings, hub.environment(account)));
  const auto health = app::probe_account(hub, account, *connector);
  const std::string path = app::Hooks(hub).path_of(account);
  const std::string& us = hub.config().http.public_url;
  if (session.json) {
    put({{"account", id.value},
         {"name", name},
         {"health", health ? json_of_health(*health) : ordered_json(nullptr)},
         {"error", health ? ordered_json(nullptr) : ordered_json(health.error().what)},
         {"hook_path", or_null(path)},
         {"hook_url", or_null(us.empty() || path.empty() ? std::string() : us + path)}});
  } else {
    std::printf("The account %s is connected.\n", name.c_str());
    if (health) show_health(*health);
    if (!path.empty()) {
      std::printf("Tell the site to call: %s%s\n", us.empty() ? "<your public address>" : us.c_str(), path.c_str());
      if (us.empty()) std::puts("  [http] public_url in amends.toml says what that address is.");
    }
    std::puts("`amends serve` pulls from it from now on.");
  }
  if (!health) return report(Error(health.error()).within(name));
  return kDone;
}

// --- accounts disconnect, accounts remove

int end_account(Session& session, app::Hub& hub, const std::string& name, bool remove) {
  for (const app::HubAccount* account : hub.accounts()) {
    if (account->name != name || account->origin == app::AccountOrigin::import) continue;
    if (!session.brand.empty() && hub.find_brand(account->brand)->config->key != session.brand) continue;
    app::Accounts accounts(hub);
    const auto done = remove ? accounts.remove(account->brand, account->id, actor_of(session))
                             : accounts.disconnect(account->brand, account->id, actor_of(session));
    return done ? kDone : report(done.error());
  }
  return report(fail(Kind::not_found, "no account is named \"" + name + "\"", "`amends accounts` lists them"));
}

}  // namespace

void add_connect(CLI::App& app, Session& session) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command =
      app.add_subcommand("connect", "Connect an account of a channel, step by step; once more to connect it anew");
  command->add_option("CHANNEL", asked->channel,
                      "A channel's name, left out: lists them; `amends doctor --channel NAME` lists its settings");
  command->add_option("--name", asked->name, "The account's name; else the channel's");
  command->add_option("--set", asked->set, "A setting, KEY=VALUE; others see it in the list of processes");
  command->add_option("--set-file", asked->set_file, "A setting that stands in a file, KEY=PATH: for secrets");
  command->add_option("--poll", asked->poll_seconds, "Seconds between two pulls")->check(CLI::Range(5, 86'400));
  command->add_flag("--check", asked->check, "Look whether the settings would do, and store nothing");
  command->callback([&session, asked] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) {
      const auto code = connect(session, hub, *asked);
      return code ? *code : report(code.error());
    });
  });

  CLI::App* accounts = app.get_subcommand("accounts");
  auto name = std::make_shared<std::string>();
  for (const bool remove : {false, true}) {
    CLI::App* ending = accounts->add_subcommand(
        remove ? "remove" : "disconnect",
        remove ? "Forget an account's settings and tokens; what it delivered stays" : "End an account's connection");
    ending->add_option("NAME", *name, "Name of the account")->required();
    ending->callback([&session, name, remove] {
      session.exit_code = with_hub(session, [&](app::Hub& hub) { return end_account(session, hub, *name, remove); });
    });
  }
}

}  // namespace amends::cli
