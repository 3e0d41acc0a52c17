#include "core/store/migrate.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/fulltext.h"
#include "core/store/place.h"

namespace amends::store {
namespace {

constexpr int kApplicationId = 0x414d4e44;  // "AMND"
// 8 KiB make the file of 10,000 mails 1 % smaller and their import no cheaper, and every small commit would write twice
// as much (tests/bench).
constexpr int kPageSize = 4096;

// Empty, for the owner alone; SQLite gives the files beside it the same mode.
void make_private_file(const std::string& path) {
  std::remove(path.c_str());
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) throw SqlFailure(Kind::unavailable, path + ": " + std::strerror(errno));
  close(fd);
}

std::int64_t pragma(Connection& connection, const char* sql) {
  Query q = connection.query(sql, {});
  return q.next() ? q.row().integer(0) : 0;
}

std::set<int> applied(Connection& connection) {
  std::set<int> versions;
  Query table = connection.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'", {});
  if (!table.next()) return versions;
  for (Query q = connection.query("SELECT version FROM schema_migration", {}); q.next();) {
    versions.insert(static_cast<int>(q.row().integer(0)));
  }
  return versions;
}

// The versions that ran, or why this program can't use them.
Result<std::set<int>> examine(Connection& connection, std::span<const Migration> migrations) {
  if (const auto id = pragma(connection, "PRAGMA application_id"); id != kApplicationId) {
    return fail(Kind::invalid, "the database belongs to another program (application id " + std::to_string(id) + ")");
  }
  auto versions = applied(connection);
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  if (!versions.empty() && *versions.rbegin() > newest) {
    return fail(Kind::invalid,
                "the database has schema " + std::to_string(*versions.rbegin()) + ", this program knows up to " +
                    std::to_string(newest),
                "Use the newer Amends that wrote it, or restore the copy made before its update.");
  }
  return versions;
}

Result<Done> keep_a_copy(Connection& connection, const std::string& path, int before) {
  const auto pages = pragma(connection, "PRAGMA page_count");
  const auto needed = static_cast<std::uintmax_t>(pages * pragma(connection, "PRAGMA page_size"));
  std::error_code ignored;
  const auto space = std::filesystem::space(folder_of(path), ignored);
  if (!ignored && space.available < needed + needed / 8) {
    return fail(Kind::unavailable,
                "the update keeps a copy of the database first, and the disk has no room for it (" +
                    std::to_string(needed >> 20) + " MiB needed)",
                "Free some space and start again; nothing was changed.");
  }
  return copy_database(connection, path + ".before-" + std::to_string(before));
}

}  // namespace

namespace {

// {append_only TABLE} as triggers that refuse to change or remove a row.
std::string with_append_only(std::string sql) {
  constexpr std::string_view kMark = "{append_only ";
  for (auto at = sql.find(kMark); at != sql.npos; at = sql.find(kMark, at)) {
    const auto end = sql.find('}', at);
    if (end == sql.npos) return sql;
    const std::string table = sql.substr(at + kMark.size(), end - at - kMark.size());
    std::string triggers;
    for (const std::string verb : {"UPDATE", "DELETE"}) {
      triggers += "CREATE TRIGGER " + table + "_refuses_" + verb + " BEFORE " + verb + " ON " + table +
                  " BEGIN SELECT RAISE(ABORT, '" + table + " is only ever added to'); END;\n";
    }
    sql.replace(at, end - at + 1, triggers);
  }
  return sql;
}

}  // namespace

std::string in_sqlite(std::string_view sql) {
  std::string out = text::replace_all(sql, "{id}", "INTEGER PRIMARY KEY");
  out = text::replace_all(out, "{clustered}", "WITHOUT ROWID");
  out = text::replace_all(out, "{fulltext}", Fulltext::definition());
  out = text::replace_all(out, "{blob}", "BLOB");
  return with_append_only(std::move(out));
}

void create_database(const std::string& path) {
  const std::string fresh = path + ".new";
  std::remove((fresh + "-wal").c_str());
  std::remove((fresh + "-shm").c_str());
  try {
    make_private_file(fresh);
    SQLite::Database database(fresh, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA page_size=" + std::to_string(kPageSize));
    database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    sqlite3_exec(database.getHandle(), "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
  } catch (const SQLite::Exception& e) {
    throw SqlFailure(Kind::unavailable, path + ": " + e.what());
  }
  for (const auto& done : {sync_file(fresh), std::rename(fresh.c_str(), path.c_str()) == 0
                                                 ? sync_folder_of(path)
                                                 : Result<Done>(fail(Kind::unavailable, path + ": can't be made"))}) {
    if (!done) throw SqlFailure(done.error().kind, done.error().what);
  }
}

Result<int> migrate(Connection& connection, const std::string& path, std::span<const Migration> migrations) {
  TRY(auto versions, examine(connection, migrations));
  const bool fresh = versions.empty();
  bool copied = fresh;
  for (const auto& migration : migrations) {
    if (versions.contains(migration.version)) continue;
    if (!copied) TRY_DO(keep_a_copy(connection, path, migration.version));
    copied = true;
    Transaction transaction(connection);
    if (versions.empty()) {
      connection.exec(
          "CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
          "at INTEGER NOT NULL) STRICT");
    }
    connection.exec(in_sqlite(migration.sql));
    const Value row[] = {migration.version, migration.name, SystemClock().now()};
    connection.run("INSERT INTO schema_migration (version, name, at) VALUES (?, ?, ?)", row);
    versions.insert(migration.version);
    connection.exec("PRAGMA user_version=" + std::to_string(*versions.rbegin()));
    transaction.commit();
    if (!fresh) log::info("store.migrated", {{"version", migration.version}, {"name", migration.name}});
  }
  if (fresh && !versions.empty()) log::info("store.created", {{"version", *versions.rbegin()}});
  return versions.empty() ? 0 : *versions.rbegin();
}

Result<int> version_for_reading(Connection& connection, std::span<const Migration> migrations) {
  TRY(auto versions, examine(connection, migrations));
  for (const auto& migration : migrations) {
    if (!versions.contains(migration.version)) {
      return fail(Kind::invalid, "the database lacks schema " + std::to_string(migration.version),
                  "Start the hub once; it brings the database up to date.");
    }
  }
  return versions.empty() ? 0 : *versions.rbegin();
}

Result<Done> copy_database(Connection& from, const std::string& to, const Database::Progress& progress) {
  constexpr int kPagesAtOnce = 4096;  // 16 MiB
  const std::string part = to + ".part";
  struct Remove {
    std::string path;
    ~Remove() { std::remove(path.c_str()); }
  } on_failure{part};
  try {
    make_private_file(part);
    SQLite::Database copy(part, SQLite::OPEN_READWRITE);
    // One snapshot from the first page to the last, whatever is written meanwhile.
    Transaction snapshot(from, "BEGIN");
    pragma(from, "SELECT COUNT(*) FROM sqlite_schema");
    sqlite3_backup* backup = sqlite3_backup_init(copy.getHandle(), "main", from.handle(), "main");
    if (backup == nullptr) return fail(Kind::unavailable, to + ": " + copy.getErrorMsg());
    std::optional<Error> stopped;
    int step = SQLITE_OK;
    while (!stopped && (step = sqlite3_backup_step(backup, kPagesAtOnce)) == SQLITE_OK) {
      if (!progress) continue;
      const std::int64_t all = sqlite3_backup_pagecount(backup);
      if (auto go_on = progress(all - sqlite3_backup_remaining(backup), all); !go_on) stopped = go_on.error();
    }
    // What it answers of a copy that somebody held up is no error, and the copy isn't whole.
    const int finished = sqlite3_backup_finish(backup);
    const int code = finished == SQLITE_OK && step != SQLITE_DONE ? step : finished;
    if (stopped) return *std::move(stopped);
    if (code != SQLITE_OK) {
      return fail((code & 0xff) == SQLITE_CORRUPT ? Kind::corrupt : Kind::unavailable,
                  to + ": " + sqlite3_errstr(code));
    }
  } catch (const SQLite::Exception& e) {
    return fail(Kind::unavailable, to + ": " + e.what());
  } catch (const SqlFailure& e) {
    return fail(e.kind, e.what());
  }
  TRY_DO(sync_file(part));
  if (std::rename(part.c_str(), to.c_str()) != 0) return fail(Kind::unavailable, to + ": can't be made");
  return sync_folder_of(to);
}

}  // namespace amends::store
