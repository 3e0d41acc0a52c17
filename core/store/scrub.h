// A database file looked over quickly, and rid of what was deleted. Private to this folder.
#pragma once

#include <chrono>
#include <string>

#include "core/base/result.h"
#include "core/store/connection.h"

namespace amends::store {

// Whether the last program closed the database at `path` in order: then its write-ahead log is gone or empty.
bool stopped_in_order(const std::string& path);

// The structure of the file, for as long as `budget`: what isn't reached by then isn't looked at. corrupt names the
// first fault.
Result<Done> check_quickly(Connection& connection, std::chrono::milliseconds budget);

// See Database::scrub. REQUIRES: no transaction is open.
Result<Done> scrub_database(Connection& connection);

}  // namespace amends::store
