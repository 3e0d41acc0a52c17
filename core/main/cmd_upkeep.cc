#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/app/check.h"
#include "core/app/migrations.h"
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

// Beside a hub that is running the database is only looked at.
Result<std::vector<std::string>> find_faults(Session& session, const app::CheckOptions& options, int& schema) {
  auto hub = session.open();
  if (hub) {
    schema = (*hub)->db().schema_version();
    return app::check_everything((*hub)->db(), options);
  }
  if (hub.error().kind != Kind::busy) return std::move(hub).error();
  TRY(const app::Config config, session.config());
  store::Options open;
  open.path = config.data + "/amends.db";
  open.migrations = app::migrations();
  open.read_only = true;
  TRY(const auto database, store::Database::open(open));
  schema = database->schema_version();
  return app::check_everything(*database, options);
}

int check(Session& session, bool quick) {
  int schema = 0;
  Progress progress(session, "Checking");
  app::CheckOptions options;
  options.bodies = !quick;
  options.progress = [&](std::int64_t done, std::int64_t all) {
    progress.show(done, all, std::to_string(done) + " items");
  };
  const auto faults = find_faults(session, options, schema);
  if (!faults) {
    const int code = report(faults.error());
    return code == kUsage || faults.error().kind == Kind::not_found ? kConfiguration : code;
  }
  if (session.json) {
    put({{"schema", schema}, {"faults", *faults}});
  } else if (faults->empty()) {
    std::printf("The database is sound (schema %d).\n", schema);
  } else {
    for (const std::string& fault : *faults) std::fprintf(stderr, "amends: %s\n", text::printable(fault).c_str());
    const auto config = session.config();
    std::fprintf(stderr,
                 "  Stop the hub, keep this folder as it is, and run: amends restore BACKUP --replace --data %s\n",
                 config ? config->data.c_str() : "FOLDER");
  }
  return faults->empty() ? kDone : kCorrupt;
}

}  // namespace

void add_upkeep(CLI::App& app, Session& session) {
  add_quarantine(app, session);

  auto quick = std::make_shared<bool>(false);
  CLI::App* check_command = app.add_subcommand(
      "check", "Check the whole database, also beside a running hub; exit code 3 when it is damaged");
  check_command->add_flag("--quick", *quick, "Without unpacking every stored item");
  check_command->callback([&session, quick] { session.exit_code = check(session, *quick); });
}

}  // namespace amends::cli
