// One SQLite connection: opened the way Amends wants it, with its prepared statements kept by their text. Not for two
// threads at once. What fails throws SqlFailure.
#pragma once

#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/store/database.h"

struct sqlite3;
struct sqlite3_stmt;
namespace SQLite {
class Database;
}

namespace amends::store {

class Connection;

namespace detail {

class Statement {
 public:
  Statement(Connection& connection, std::string sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // `copied`: the statement keeps its own copy of text and bytes, because it outlives the call.
  void bind(std::span<const Value> values, bool copied);
  bool step();
  void reset();

  sqlite3_stmt* handle() const { return handle_; }
  const std::string& sql() const { return sql_; }

 private:
  friend class store::Connection;
  friend class store::Query;
  Connection& connection_;
  std::string sql_;
  sqlite3_stmt* handle_ = nullptr;
  bool busy_ = false;
  bool done_ = false;  // another step would start it over
};

}  // namespace detail

enum class Role { writer, reader };

// Another program can only be reading (the lock file keeps writers off), so waits are short: for a recovery, for a
// backup tool.
inline constexpr int kBusyMilliseconds = 10'000;

class Connection {
 public:
  // The file must exist.
  Connection(const std::string& path, Role role);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // A prepared statement that nobody uses now; give it back by release().
  detail::Statement& lease(std::string_view sql);
  void release(detail::Statement& statement);

  // Several statements without parameters.
  void exec(const char* sql);
  void exec(const std::string& sql) { exec(sql.c_str()); }
  std::int64_t run(std::string_view sql, std::span<const Value> values);
  Query query(std::string_view sql, std::span<const Value> values);

  bool in_transaction() const;
  // A write failed in a way that trying again would only hide: EIO while writing, or a damaged file.
  bool fatal() const { return fatal_; }
  sqlite3* handle() const { return handle_; }
  // What the last call said, as a SqlFailure.
  [[noreturn]] void raise(int code, std::string_view sql);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Kept = std::list<detail::Statement>;  // most recently used first

  void drop_oldest();

  std::unique_ptr<SQLite::Database> database_;
  sqlite3* handle_ = nullptr;
  std::size_t most_kept_;
  bool fatal_ = false;
  Kept kept_;
  std::unordered_multimap<std::string_view, Kept::iterator, Hash, std::equal_to<>> by_text_;
};

// Begins on construction; undone when it goes without commit().
class Transaction {
 public:
  explicit Transaction(Connection& connection, const char* begin = "BEGIN IMMEDIATE");
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace amends::store
