#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/app/doctor.h"
#include "core/app/handover.h"
#include "core/app/placing.h"
#include "core/app/pull.h"
#include "core/app/send.h"
#include "core/app/supervise.h"
#include "core/app/watchdog.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/main/serving.h"
#include "core/outbox/outbox.h"

namespace amends::cli {
namespace {

using Connected = std::vector<const app::HubAccount*>;

// The configured accounts that can do it; an empty answer has been explained to the person.
Connected connected(app::Hub& hub, const std::string& only, bool channel::Capabilities::*can) {
  Connected out;
  for (const app::HubAccount* account : hub.accounts()) {
    if (account->connected && account->channel->can.*can && (only.empty() || only == account->name))
      out.push_back(account);
  }
  if (out.empty()) {
    std::fprintf(stderr,
                 "amends: no account%s%s is connected\n  `amends connect CHANNEL` connects one, or an [[account]] in "
                 "amends.toml; `amends doctor` helps.\n",
                 only.empty() ? "" : " named ", only.c_str());
  }
  return out;
}

// --- pull

ordered_json json_of_report(const app::InReport& in) {
  return {{"delivered", in.delivered}, {"known", in.known},     {"placed", in.placed},          {"copies", in.copies},
          {"versions", in.versions},   {"flagged", in.flagged}, {"quarantined", in.quarantined}};
}

int pull(Session& session, app::Hub& hub, const std::string& only) {
  const Connected accounts = connected(hub, only, &channel::Capabilities::pull);
  if (accounts.empty()) return kConfiguration;
  const app::Watchdog watchdog(hub.guard(), hub.clock());
  ordered_json all = ordered_json::array();
  int code = kDone;
  for (const app::HubAccount* account : accounts) {
    Progress progress(session, "Pulling " + account->name);
    auto connector = account->channel->open(*account->settings, hub.environment(*account));
    if (!connector) {
      code = report(std::move(connector).error().within(account->name));
      continue;
    }
    app::PlacingBeside placing(hub);
    const auto show = [&](const channel::Page& page, const app::InReport& so_far) {
      progress.show(so_far.delivered, so_far.delivered + page.remaining, std::to_string(so_far.delivered) + " items");
    };
    const app::PullReport done = app::pull_account(hub, *account, **connector, {}, show, {}, &placing);
    const auto placed = placing.finish();
    if (!placed) return report(placed.error());
    app::InReport sum = done.in;
    sum += *placed;
    if (done.error) code = report(Error(*done.error).within(account->name));
    if (sum.quarantined > 0 && code == kDone) code = kFindings;
    if (session.json) {
      ordered_json one = {{"account", account->name}};
      one.update(json_of_report(sum));
      one["notes"] = done.notes;
      one["error"] = done.error ? ordered_json(done.error->what) : ordered_json(nullptr);
      all.push_back(std::move(one));
      continue;
    }
    std::printf("%s: %lld delivered, %lld new on timelines", account->name.c_str(),
                static_cast<long long>(sum.delivered), static_cast<long long>(sum.placed));
    if (sum.copies > 0) std::printf(", %lld copies", static_cast<long long>(sum.copies));
    if (sum.quarantined > 0) std::printf(", %lld in quarantine", static_cast<long long>(sum.quarantined));
    std::puts(".");
    for (const std::string& note : done.notes) std::printf("  %s\n", text::printable(note).c_str());
  }
  if (session.json) put(all);
  return code;
}

// --- send

int send(Session& session, app::Hub& hub, const std::string& only) {
  const Connected accounts = connected(hub, only, &channel::Capabilities::send);
  if (accounts.empty()) return kConfiguration;
  app::SendRound sum;
  int code = kDone;
  for (const app::HubAccount* account : accounts) {
    auto connector = account->channel->open(*account->settings, hub.environment(*account));
    if (!connector) {
      code = report(std::move(connector).error().within(account->name));
      continue;
    }
    const app::SendRound round = app::send_due(hub, *account, **connector, {});
    sum.sent += round.sent;
    sum.deferred += round.deferred;
    sum.failed += round.failed;
    sum.uncertain += round.uncertain;
    if (round.next_in && (!sum.next_in || *round.next_in < *sum.next_in)) sum.next_in = round.next_in;
    if (round.error) code = report(Error(*round.error).within(account->name));
  }
  if (code == kDone && sum.failed + sum.uncertain > 0) code = kFindings;
  if (session.json) {
    put({{"sent", sum.sent},
         {"deferred", sum.deferred},
         {"failed", sum.failed},
         {"uncertain", sum.uncertain},
         {"next_in_ms", sum.next_in ? ordered_json(sum.next_in->count()) : ordered_json(nullptr)}});
    return code;
  }
  std::printf("%lld sent, %lld deferred, %lld failed, %lld uncertain.\n", static_cast<long long>(sum.sent),
              static_cast<long long>(sum.deferred), static_cast<long long>(sum.failed),
              static_cast<long long>(sum.uncertain));
  if (sum.next_in) std::printf("The next one is due in %lld s.\n", static_cast<long long>(sum.next_in->count() / 1000));
  if (sum.uncertain > 0) std::puts("`amends outbox` shows what may have gone; settle each with one command.");
  return code;
}

// --- serve

// The command line as it was given, so that a restart begins the same way.
std::vector<std::string> own_arguments() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> out;
  for (std::string one; std::getline(in, one, '\0');) out.push_back(one);
  return out;
}

int serve_supervised(Session& session) {
  // A hub is not ended by what somebody sent it by mistake; both the parent and its child inherit this.
  for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
  const auto work = [&](int listen_fd) {
    block_ending_signals();
    return with_hub(session, [&](app::Hub& hub) { return serve(hub, {listen_fd}); });
  };
  if (const auto handed = app::handed_socket()) return work(*handed);
  const auto config = session.config();
  if (!config) return report(config.error());
  app::Handover handover;
  if (config->http.enabled) {
    auto socket = app::listening_socket(config->http.address, config->http.port);
    if (!socket)
      return report(
          std::move(socket).error().with_hint("[http] listen in amends.toml takes another address, or \"off\""));
    handover.listen_fd = *socket;
  }
  std::error_code ignored;
  handover.program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
  handover.arguments = own_arguments();
  return app::supervise_serving(handover, work);
}

// --- accounts and doctor

int list_accounts(Session& session, app::Hub& hub) {
  const auto rows = hub.db().read(
      [](store::Reader& reader) -> Result<std::vector<ingest::Account>> { return ingest::accounts(reader); });
  if (!rows) return report(rows.error());
  ordered_json all = ordered_json::array();
  for (const ingest::Account& row : *rows) {
    const app::HubAccount* account = hub.find_account(row.id);
    const bool is_connected = account != nullptr && account->connected;
    if (session.json) {
      all.push_back(
          {{"id", row.id.value},
           {"channel", row.channel},
           {"name", row.name},
           {"connected", is_connected},
           {"state", row.state},
           {"last_success_at", row.last_success ? ordered_json(to_rfc3339(*row.last_success)) : ordered_json(nullptr)},
           {"failures", row.failures},
           {"last_error", or_null(row.last_error)}});
      continue;
    }
    std::string health = row.name == "import" || !is_connected ? "not connected" : row.state;
    if (row.last_success) health += ", last pulled " + show_age(*row.last_success, hub.clock().now());
    if (row.failures > 0) health += ", failed " + std::to_string(row.failures) + "x: " + row.last_error;
    std::printf("%s %s %s\n", cell(row.channel, 12).c_str(), cell(row.name, 20).c_str(),
                text::printable(health).c_str());
  }
  if (session.json) put(all);
  if (rows->empty()) std::puts("No account yet. `amends connect email` connects a mailbox.");
  return kDone;
}

int resume(app::Hub& hub, const std::string& name) {
  for (const app::HubAccount* account : hub.accounts()) {
    if (account->name != name || !account->connected) continue;
    const auto done = hub.db().write([&](store::Tx& tx) -> Result<Done> {
      ingest::set_account_state(tx, account->id, "active");
      outbox::reopen_account(tx, account->id);
      return Done{};
    });
    return done ? kDone : report(done.error());
  }
  return report(
      fail(Kind::not_found, "no connected account is named \"" + name + "\"", "`amends accounts` lists them"));
}

int run_doctor(Session& session) {
  const app::Diagnosis diagnosis = app::diagnose(session.config_file, session.data_folder, session.clock);
  if (session.json) {
    ordered_json findings = ordered_json::array();
    for (const auto& f : diagnosis.findings) {
      findings.push_back(
          {{"level", name_of(f.level)}, {"about", f.about}, {"what", f.what}, {"mend", or_null(f.mend)}});
    }
    put({{"findings", std::move(findings)}});
  } else {
    for (const auto& f : diagnosis.findings) {
      std::printf("%s  %s: %s\n",
                  f.level == app::Level::good      ? " ok "
                  : f.level == app::Level::warning ? "WARN"
                                                   : "FAIL",
                  f.about.c_str(), text::printable(f.what).c_str());
      if (!f.mend.empty()) std::printf("      -> %s\n", text::printable(f.mend).c_str());
    }
  }
  return diagnosis.exit_code();
}

int describe_channel(const std::string& name) {
  const channel::Descriptor* channel = channel::find_channel(name);
  if (channel == nullptr) {
    std::string all;
    for (const channel::Descriptor* one : channel::channels()) all += " " + std::string(one->name);
    return report(fail(Kind::invalid, "there is no channel \"" + name + "\"", "there are:" + all));
  }
  std::printf("%s: the settings of an [[account]] with channel = \"%s\"\n\n", std::string(channel->title).c_str(),
              name.c_str());
  for (const channel::Setting& s : channel->settings) {
    std::string note = s.required ? "required" : s.fallback.empty() ? "optional" : "default " + std::string(s.fallback);
    if (!s.choices.empty()) note += "; " + text::replace_all(s.choices, "|", ", ");
    std::printf("  %-24s %s\n  %-24s %s (%s)\n", std::string(s.key).c_str(), std::string(s.label).c_str(), "",
                std::string(s.help).c_str(), note.c_str());
  }
  return kDone;
}

}  // namespace

void add_accounts(CLI::App& app, Session& session) {
  auto name = std::make_shared<std::string>();
  auto channel = std::make_shared<std::string>();

  CLI::App* pull_command = app.add_subcommand("pull", "One round: fetch what is new from every account, then exit");
  pull_command->add_option("--account", *name, "Only this one");
  pull_command->callback([&session, name] {
    session.exit_code =
        app::supervise([&] { return with_hub(session, [&](app::Hub& hub) { return pull(session, hub, *name); }); }, 20);
  });

  CLI::App* send_command = app.add_subcommand("send", "One round: send what is due, then exit");
  send_command->add_option("--account", *name, "Only through this one");
  send_command->callback([&session, name] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return send(session, hub, *name); });
  });

  CLI::App* serve_command =
      app.add_subcommand("serve", "The hub at work: pulls, watches and sends until it is stopped");
  serve_command->callback([&session] { session.exit_code = serve_supervised(session); });

  CLI::App* accounts_command = app.add_subcommand("accounts", "Connected accounts and how they are");
  CLI::App* resume_command = accounts_command->add_subcommand("resume", "Go on with an account that was paused");
  resume_command->add_option("NAME", *name, "Name of the account")->required();
  resume_command->callback(
      [&session, name] { session.exit_code = with_hub(session, [&](app::Hub& hub) { return resume(hub, *name); }); });
  accounts_command->callback([&session, accounts_command] {
    if (accounts_command->get_subcommands().empty()) {
      session.exit_code = with_hub(session, [&](app::Hub& hub) { return list_accounts(session, hub); });
    }
  });

  CLI::App* doctor_command =
      app.add_subcommand("doctor", "What is wrong, and how to mend it: configuration, data, accounts");
  doctor_command->add_option("--channel", *channel, "List the settings this channel takes");
  doctor_command->callback(
      [&session, channel] { session.exit_code = channel->empty() ? run_doctor(session) : describe_channel(*channel); });
}

}  // namespace amends::cli
