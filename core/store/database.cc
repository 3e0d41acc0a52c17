#include "core/store/database.h"

#include <sqlite3.h>

#include "core/store/migrate.h"
#include "core/store/place.h"
#include "core/store/reader_pool.h"
#include "core/store/scrub.h"
#include "core/store/writer.h"

namespace amends::store {
namespace {

// Older ones can lose committed writes when two connections race a checkpoint (sqlite.org/wal.html#walresetbug).
constexpr int kOldestSqlite = 3'051'003;

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(FileLock lock, std::unique_ptr<Connection> writing, const Options& options, int version)
      : lock_(std::move(lock)), version_(version), readers_(options.path, std::max(1, options.readers)) {
    if (writing) writer_ = std::make_unique<Writer>(std::move(writing));
  }

  int schema_version() const override { return version_; }
  bool failed() const override { return writer_ && writer_->failed(); }

  Result<std::vector<std::string>> check() override {
    return read([](Reader& reader) -> Result<std::vector<std::string>> {
      std::vector<std::string> faults;
      for (auto q = reader.query("PRAGMA integrity_check(100)"); q.next();) {
        if (q.row().text(0) != "ok") faults.push_back(q.row().string(0));
      }
      for (auto q = reader.query("PRAGMA foreign_key_check"); q.next();) {
        faults.push_back("row " + std::to_string(q.row().integer(1)) + " of " + q.row().string(0) +
                         " points to nothing in " + q.row().string(2));
      }
      return faults;
    });
  }

  std::int64_t commits() const override { return writer_ ? writer_->commits() : 0; }
  void follow(Follower& follower) override {
    if (writer_) writer_->follow(follower);
  }
  void unfollow(Follower& follower) override {
    if (writer_) writer_->unfollow(follower);
  }

  Result<Done> scrub() override {
    if (!writer_) return fail(Kind::unsupported, "the database was opened for reading only");
    return writer_->alone([](Connection& connection) { return scrub_database(connection); });
  }

  Result<Done> backup_to(const std::string& path, const Progress& progress) override {
    TRY(const Found found, examine_place(path));
    if (found == Found::database) return fail(Kind::conflict, path + " is there already");
    try {
      Connection from(path_of_readers(), Role::reader);
      return copy_database(from, path, progress);
    } catch (const SqlFailure& e) {
      return fail(e.kind, e.what());
    }
  }

 protected:
  Result<Done> submit(const std::function<Result<Done>(Tx&)>& work) override {
    if (!writer_) return fail(Kind::unsupported, "the database was opened for reading only");
    return writer_->submit(work);
  }
  Result<Done> lend(const std::function<void(Reader&)>& work) override { return readers_.lend(work); }

 private:
  const std::string& path_of_readers() const { return readers_.path(); }

  FileLock lock_;
  int version_;
  std::unique_ptr<Writer> writer_;
  ReaderPool readers_;  // closed first: who closes last copies the log back, and only the writer does
};

}  // namespace

bool sqlite_is_new_enough(int version) { return version >= kOldestSqlite; }

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  if (!sqlite_is_new_enough(sqlite3_libversion_number())) {
    return fail(Kind::invalid, std::string("SQLite ") + sqlite3_libversion() + " is too old",
                "Use 3.51.3 or newer: older ones can lose committed writes.");
  }
  FileLock lock;
  TRY(auto found, examine_place(options.path));
  if (found == Found::nothing && (options.read_only || !options.create)) {
    return fail(Kind::not_found, "there is no database at " + options.path);
  }
  if (!options.read_only) {
    TRY(lock, FileLock::take(options.path));
    TRY(found, examine_place(options.path));  // another program may have made it since
  }
  try {
    if (found == Found::nothing) create_database(options.path);
    const bool clean = stopped_in_order(options.path);
    auto connection = std::make_unique<Connection>(options.path, options.read_only ? Role::reader : Role::writer);
    if (!clean && !options.read_only) TRY_DO(check_quickly(*connection, options.check));
    if (options.read_only) {
      TRY(const int version, version_for_reading(*connection, options.migrations));
      return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(std::move(lock), nullptr, options, version));
    }
    TRY(const int version, migrate(*connection, options.path, options.migrations));
    return std::unique_ptr<Database>(
        std::make_unique<SqliteDatabase>(std::move(lock), std::move(connection), options, version));
  } catch (const SqlFailure& e) {
    return fail(e.kind, options.path + ": " + e.what());
  }
}

}  // namespace amends::store
