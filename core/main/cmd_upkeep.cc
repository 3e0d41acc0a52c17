#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/app/pipeline.h"
#include "core/base/text.h"
#include "core/main/cli.h"

namespace amends::cli {
namespace {

using nlohmann::ordered_json;

void put(const ordered_json& json) {
  std::puts(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

// --- quarantine

int list_quarantine(Session& session, app::Hub& hub) {
  const auto items = hub.db().read([&](store::Reader& reader) -> Result<std::vector<ingest::RawItem>> {
    return ingest::items_in(reader, ingest::RawState::quarantined, {}, 1000);
  });
  if (!items) return report(items.error());
  if (session.json) {
    ordered_json out = ordered_json::array();
    for (const auto& item : *items) {
      out.push_back({{"id", item.id.value},
                     {"external_id", item.external_id},
                     {"place", item.place},
                     {"size", item.size},
                     {"received_at", to_rfc3339(item.received_at)},
                     {"reason", item.reason}});
    }
    put(out);
    return kDone;
  }
  if (items->empty()) {
    std::puts("The quarantine is empty: everything that came in was understood.");
    return kDone;
  }
  for (const auto& item : *items) {
    std::printf("%6lld  %s  %9lld bytes  %s\n", static_cast<long long>(item.id.value),
                show_time(item.received_at).c_str(), static_cast<long long>(item.size),
                text::printable(item.reason).c_str());
  }
  std::puts("\n`amends quarantine show ID` prints the bytes, `run ID` tries again, `dismiss ID` settles it.");
  return kDone;
}

Result<ingest::RawItem> quarantined(app::Hub& hub, std::int64_t id) {
  return hub.db().read([&](store::Reader& reader) -> Result<ingest::RawItem> {
    auto item = ingest::find_item(reader, RawItemId{id});
    if (!item || item->state != ingest::RawState::quarantined) {
      return fail(Kind::not_found, "nothing in quarantine has the number " + std::to_string(id),
                  "`amends quarantine` lists what there is");
    }
    return *std::move(item);
  });
}

int show_raw(app::Hub& hub, std::int64_t id) {
  const auto bytes = hub.db().read(
      [&](store::Reader& reader) -> Result<std::string> { return hub.codec().get(reader, RawItemId{id}); });
  if (!bytes) return report(bytes.error());
  std::fwrite(bytes->data(), 1, bytes->size(), stdout);
  return kDone;
}

int run_again(app::Hub& hub, std::int64_t id) {
  const auto again = app::Pipeline(hub).run_again(RawItemId{id});
  if (!again) return report(again.error());
  if (again->quarantined != 0) {
    std::puts("Still not understood; it stays in quarantine.");
    return kFindings;
  }
  std::puts("Understood this time: it is on its timeline.");
  return kDone;
}

int dismiss(app::Hub& hub, std::int64_t id) {
  if (const auto item = quarantined(hub, id); !item) return report(item.error());
  const auto done = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    ingest::set_state(tx, RawItemId{id}, ingest::RawState::dropped, "dismissed by a person");
    return Done{};
  });
  return done ? kDone : report(done.error());
}

void add_quarantine(CLI::App& app, Session& session) {
  CLI::App* quarantine =
      app.add_subcommand("quarantine", "What could not be understood: kept raw, to look at and run again");
  auto id = std::make_shared<std::int64_t>(0);
  const auto on = [&](const char* name, const char* help, int (*work)(app::Hub&, std::int64_t)) {
    CLI::App* sub = quarantine->add_subcommand(name, help);
    sub->add_option("ID", *id, "Number in the list")->required();
    sub->callback(
        [&session, id, work] { session.exit_code = with_hub(session, [&](app::Hub& hub) { return work(hub, *id); }); });
  };
  on("show", "Print the bytes as they came", show_raw);
  on("run", "Try again, as after an upgrade", run_again);
  on("dismiss", "Settle it; the bytes stay", dismiss);
  quarantine->callback([&session, quarantine] {
    if (quarantine->get_subcommands().empty()) {
      session.exit_code = with_hub(session, [&](app::Hub& hub) { return list_quarantine(session, hub); });
    }
  });
}

// --- the database itself

int check(Session& session, app::Hub& hub) {
  const auto faults = hub.db().check();
  if (!faults) return report(faults.error());
  if (session.json) {
    put({{"schema", hub.db().schema_version()}, {"faults", *faults}});
  } else if (faults->empty()) {
    std::printf("The database is sound (schema %d).\n", hub.db().schema_version());
  } else {
    for (const std::string& fault : *faults) std::fprintf(stderr, "amends: %s\n", fault.c_str());
    std::fputs("  Stop the program, keep this folder, and restore the last backup.\n", stderr);
  }
  return faults->empty() ? kDone : kCorrupt;
}

int backup(app::Hub& hub, const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return report(fail(Kind::invalid, path + " is there already", "a backup never overwrites: choose another name"));
  }
  if (const auto done = hub.db().backup_to(path); !done) return report(done.error());
  std::printf("Wrote %s. Keep %s/amends.key with it: it is not in the database.\n", path.c_str(),
              hub.config().data.c_str());
  return kDone;
}

}  // namespace

void add_upkeep(CLI::App& app, Session& session) {
  add_quarantine(app, session);

  CLI::App* check_command = app.add_subcommand("check", "Check the whole database; exit code 3 when it is damaged");
  check_command->callback(
      [&session] { session.exit_code = with_hub(session, [&](app::Hub& hub) { return check(session, hub); }); });

  auto path = std::make_shared<std::string>();
  CLI::App* backup_command = app.add_subcommand("backup", "A consistent copy of the database, while it is in use");
  backup_command->add_option("FILE", *path, "Where to; must not exist")->required();
  backup_command->callback(
      [&session, path] { session.exit_code = with_hub(session, [&](app::Hub& hub) { return backup(hub, *path); }); });
}

}  // namespace amends::cli
