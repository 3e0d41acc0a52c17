#include "core/store/scrub.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <thread>

namespace amends::store {
namespace {

using std::chrono::steady_clock;

// Readers that stand in an old snapshot keep the log; pages of lists are read in milliseconds.
constexpr int kEmptyingTries = 20;
constexpr std::chrono::milliseconds kBetweenTries{100};

struct Deadline {
  steady_clock::time_point at;
  bool passed = false;
};

int stop_when_due(void* deadline) {
  auto& d = *static_cast<Deadline*>(deadline);
  d.passed = steady_clock::now() >= d.at;
  return d.passed ? 1 : 0;
}

}  // namespace

bool stopped_in_order(const std::string& path) {
  struct stat log = {};
  return ::stat((path + "-wal").c_str(), &log) != 0 || log.st_size == 0;
}

Result<Done> check_quickly(Connection& connection, std::chrono::milliseconds budget) {
  if (budget.count() <= 0) return Done{};
  Deadline deadline{steady_clock::now() + budget};
  sqlite3_progress_handler(connection.handle(), 10'000, stop_when_due, &deadline);
  struct Clear {
    Connection& of;
    ~Clear() { sqlite3_progress_handler(of.handle(), 0, nullptr, nullptr); }
  } clear{connection};
  try {
    Query q = connection.query("PRAGMA quick_check(1)", {});
    if (q.next() && q.row().text(0) != "ok") {
      return fail(Kind::corrupt, "the database is damaged: " + q.row().string(0));
    }
  } catch (const SqlFailure& e) {
    if (deadline.passed) return Done{};
    return fail(e.kind, e.what());
  }
  return Done{};
}

Result<Done> scrub_database(Connection& connection) {
  // The new copy is built in a file of the system's temporary folder, which has no name; memory could not hold it.
  connection.exec("PRAGMA temp_store=FILE");
  struct Back {
    Connection& of;
    ~Back() {
      sqlite3_exec(of.handle(), "PRAGMA temp_store=MEMORY", nullptr, nullptr, nullptr);
      sqlite3_busy_timeout(of.handle(), kBusyMilliseconds);
    }
  } back{connection};
  connection.exec("VACUUM");
  sqlite3_busy_timeout(connection.handle(), 0);
  for (int tries = 0; tries < kEmptyingTries; ++tries) {
    const int code =
        sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code == SQLITE_OK) return Done{};
    if ((code & 0xff) != SQLITE_BUSY) connection.raise(code, "checkpoint");
    std::this_thread::sleep_for(kBetweenTries);
  }
  return fail(Kind::busy, "somebody reads an old state of the database for so long that its log can't be emptied",
              "Try again in a minute.");
}

}  // namespace amends::store
