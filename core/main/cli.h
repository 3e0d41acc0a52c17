// What the commands of the command line share: global options, opening the hub, errors as exit codes, progress, JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/app/hub.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace CLI {
class App;
}

namespace amends::cli {

// Exit codes, as `amends --help` lists them.
enum Exit : int {
  kDone = 0,
  kFindings = 1,
  kUsage = 2,
  kCorrupt = 3,
  kAuditBroken = 4,
  kBusy = 75,
  kConfiguration = 78
};

struct Session {
  std::string config_file, data_folder, brand, user;
  bool json = false;
  bool quiet = false;
  int exit_code = kDone;
  SystemClock clock;

  // The configuration, with the command line's say over it. Loaded once.
  Result<app::Config> config() const;
  Result<std::unique_ptr<app::Hub>> open() const;
};

// Says what went wrong and what to do next on stderr; the exit code for it.
int report(const Error& error);

// Runs `work(hub) -> int` on the opened hub, or reports why it can't be opened.
int with_hub(Session& session, const std::function<int(app::Hub&)>& work);

// A line on stderr that rewrites itself, when stderr is a terminal and --quiet isn't given; nothing otherwise.
class Progress {
 public:
  Progress(const Session& session, std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // At most ten times a second reaches the screen. `total` 0: not known.
  void show(std::int64_t done, std::int64_t total, std::string_view words);

 private:
  bool on_;
  bool shown_ = false;
  std::string label_;
  std::chrono::milliseconds last_{-1000};
};

// "12 Nov 2026, 09:30" in the reader's time zone; "" for nothing.
std::string show_time(Timestamp at);
// "3 minutes ago", "in 2 hours".
std::string show_age(Timestamp at, Timestamp now);
// Escape sequences only when stdout is a terminal and NO_COLOR is not set.
std::string bold(std::string_view s);
std::string dim(std::string_view s);
std::string mark(std::string_view s);  // for hits in search results
// A short text on one line, safe for a terminal, padded or cut to `columns` display cells.
std::string cell(std::string_view s, std::size_t columns);
// "2d", "3h", "45m", "2026-11-21T09:00:00Z" -> a time after now. invalid otherwise.
Result<Timestamp> parse_when(std::string_view words, Timestamp now);

// One function a file of commands; each adds its subcommands.
void add_inspect(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_accounts(CLI::App& app, Session& session);     // pull, send, serve, accounts, doctor
void add_connect(CLI::App& app, Session& session);      // connect, and accounts disconnect, remove
void add_timeline(CLI::App& app, Session& session);     // timeline, search, message
void add_inbox(CLI::App& app, Session& session);        // inbox, thread, assign, note, tag, snooze, close …
void add_answer(CLI::App& app, Session& session);       // answer, outbox
void add_customers(CLI::App& app, Session& session);    // customer merge, undo, suggestions
void add_upkeep(CLI::App& app, Session& session);       // quarantine, check
void add_backup(CLI::App& app, Session& session);       // backup, restore
void add_person(CLI::App& customer, Session& session);  // customer export, customer erase
void add_people(CLI::App& app, Session& session);       // user, setup-link
void add_audit(CLI::App& app, Session& session);        // audit, rekey
void add_plugin(CLI::App& app, Session& session);
void add_demo(CLI::App& app, Session& session);

}  // namespace amends::cli
