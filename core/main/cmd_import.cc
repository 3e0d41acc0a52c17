#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/app/import.h"
#include "core/app/supervise.h"
#include "core/app/watchdog.h"
#include "core/main/cli.h"

namespace amends::cli {
namespace {

struct ImportOptions {
  app::ImportRequest request;
  std::vector<std::string> mapping;
  bool dry_run = false;
};

Result<Done> read_mapping(ImportOptions& options) {
  for (const std::string& pair : options.mapping) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Kind::invalid, "--map \"" + pair + "\" is no mapping", "say --map rating=Stars");
    }
    options.request.options.mapping[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return Done{};
}

std::string size_of(std::int64_t bytes) {
  char out[32];
  std::snprintf(out, sizeof out, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return out;
}

void print(const Session& session, const app::ImportReport& report) {
  if (session.json) {
    const nlohmann::ordered_json json = {
        {"delivered", report.in.delivered}, {"placed", report.in.placed},     {"known", report.in.known},
        {"copies", report.in.copies},       {"versions", report.in.versions}, {"quarantined", report.in.quarantined},
        {"flagged", report.in.flagged},     {"bytes", report.bytes},          {"troubles", report.troubles}};
    std::puts(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return;
  }
  const auto line = [](std::int64_t n, const char* words) {
    if (n > 0) std::printf("  %8lld  %s\n", static_cast<long long>(n), words);
  };
  std::printf("Read %lld %s, %s.\n", static_cast<long long>(report.in.delivered),
              report.in.delivered == 1 ? "item" : "items", size_of(report.bytes).c_str());
  line(report.in.placed, "new messages on timelines");
  line(report.in.known, "were here already");
  line(report.in.copies, "further copies of a message, kept with it");
  line(report.in.versions, "edits of a message we had");
  line(report.in.flagged, "share a Message-ID with other words: both kept, flagged");
  line(report.in.quarantined, "could not be understood: kept raw, see `amends quarantine`");
  for (const std::string& trouble : report.troubles) std::fprintf(stderr, "amends: %s\n", trouble.c_str());
}

int run_import(Session& session, const ImportOptions& options) {
  return with_hub(session, [&](app::Hub& hub) -> int {
    const auto brand = hub.brand(session.brand);
    if (!brand) return report(brand.error());
    const app::Watchdog watchdog(hub.guard(), hub.clock());
    Progress progress(session, "Importing");
    const auto done = app::import_path(
        hub, *brand, options.request, [&](const channel::ImportProgress& at, const app::InReport& so_far) {
          progress.show(
              at.done, at.total,
              std::to_string(so_far.delivered) + " items, " + std::to_string(so_far.placed) + " new messages");
        });
    if (!done) return report(done.error());
    print(session, *done);
    return done->troubles.empty() && done->in.quarantined == 0 ? kDone : kFindings;
  });
}

int describe(const ImportOptions& options) {
  const auto lines = app::describe_import(options.request);
  if (!lines) return report(lines.error());
  for (const std::string& line : *lines) std::puts(line.c_str());
  return kDone;
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* import =
      app.add_subcommand("import", "Bring in mail (mbox, Maildir, .eml) or reviews and mentions (.csv, .jsonl)");
  import->add_option("PATH", options->request.path, "File or folder")->required();
  import->add_option("--own", options->request.own_handles,
                     "An address of ours: what it wrote was sent, not received (repeatable)");
  import->add_flag("--open", options->request.open, "Put unanswered threads into the inbox instead of the archive");
  import->add_option("--map", options->mapping,
                     "Our field = their column, for tables (repeatable): --map rating=Stars");
  import->add_flag("--dry-run", options->dry_run, "Say what was recognised and how it would be read; change nothing");
  import->footer("Running it again is safe: what is here already is passed over, and a run cut short goes on.");
  import->callback([&session, options] {
    if (const auto mapped = read_mapping(*options); !mapped) {
      session.exit_code = report(mapped.error());
    }
  else if (options->dry_run) {
    session.exit_code = describe(*options);
  }
  else {
    // A mail that takes the parser down twice is left in quarantine; everything behind it still comes in.
    session.exit_code = app::supervise([&] { return run_import(session, *options); }, 20);
  }
});
}  // namespace amends::cli

}  // namespace amends::cli
