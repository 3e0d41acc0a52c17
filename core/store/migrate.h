// Brings the schema of a database up to date. Which migrations ran stands in the table schema_migration; user_version
// is the highest of them.
//
// There is no way down: a migration that took back what it added would drop what was written since, which the copy
// beside the file ("amends.db.before-7") and a backup do not. Going back is putting that copy in place, or restoring a
// backup.
#pragma once

#include <span>
#include <string>

#include "core/store/connection.h"
#include "core/store/database.h"

namespace amends::store {

// The SQL of a migration as SQLite speaks it: see Migration.
std::string in_sqlite(std::string_view sql);

// Makes an empty database at `path`; it appears there only when it is whole.
void create_database(const std::string& path);

// Runs what is missing, after a copy of a database that holds something. Answers the version reached.
Result<int> migrate(Connection& connection, const std::string& path, std::span<const Migration> migrations);

// The version, checked against `migrations` without touching anything.
Result<int> version_for_reading(Connection& connection, std::span<const Migration> migrations);

// A consistent copy of the whole database; it appears under `to` only when it is whole.
Result<Done> copy_database(Connection& from, const std::string& to, const Database::Progress& progress = {});

}  // namespace amends::store
