#include "core/store/connection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <cerrno>

#include "core/store/tokenizer.h"

namespace amends::store {
namespace {

Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return Kind::conflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Kind::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Kind::corrupt;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT: return Kind::unavailable;
    case SQLITE_IOERR:
      return code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ ? Kind::corrupt : Kind::unavailable;
    default: return Kind::internal;
  }
}

// A read that failed concerns the row that was read; a write that failed leaves it open what is on the disk, and only a
// fresh start with the write-ahead log settles that (fsync(2): a second fsync after EIO may succeed with the data
// lost).
bool is_fatal(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return true;
    case SQLITE_IOERR:
      return system_error != ENOSPC && system_error != EDQUOT && code != SQLITE_IOERR_NOMEM &&
             kind_of(code) == Kind::unavailable;
    default: return false;
  }
}

}  // namespace

namespace detail {

Statement::Statement(Connection& connection, std::string sql) : connection_(connection), sql_(std::move(sql)) {
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(connection_.handle(), sql_.data(), static_cast<int>(sql_.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, &rest);
  if (code != SQLITE_OK) connection_.raise(code, sql_);
  if (handle_ == nullptr) throw SqlFailure(Kind::internal, "an empty statement");
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::bind(std::span<const Value> values, bool copied) {
  if (sqlite3_bind_parameter_count(handle_) != static_cast<int>(values.size())) {
    throw SqlFailure(Kind::internal, std::to_string(values.size()) + " values for: " + sql_);
  }
  const auto keep = copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
  int at = 0;
  for (const auto& value : values) {
    ++at;
    const auto code = std::visit(
        [&](const auto& held) {
          using Held = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<Held, std::monostate>) {
            return sqlite3_bind_null(handle_, at);
          } else if constexpr (std::is_same_v<Held, std::int64_t>) {
            return sqlite3_bind_int64(handle_, at, held);
          } else if constexpr (std::is_same_v<Held, double>) {
            return sqlite3_bind_double(handle_, at, held);
          } else if constexpr (std::is_same_v<Held, std::string_view>) {
            // An empty view may have no address, which SQLite would take for NULL.
            return sqlite3_bind_text64(handle_, at, held.empty() ? "" : held.data(), held.size(), keep, SQLITE_UTF8);
          } else {
            return sqlite3_bind_blob64(handle_, at, held.bytes.empty() ? "" : held.bytes.data(), held.bytes.size(),
                                       keep);
          }
        },
        value.held());
    if (code != SQLITE_OK) connection_.raise(code, sql_);
  }
}

bool Statement::step() {
  if (done_) return false;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.raise(code, sql_);
  done_ = true;
  return false;
}

void Statement::reset() {
  sqlite3_reset(handle_);
  done_ = false;
}

}  // namespace detail

Connection::Connection(const std::string& path, Role role) : most_kept_(role == Role::writer ? 256 : 96) {
  try {
    database_ = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | SQLite::OPEN_NOFOLLOW, kBusyMilliseconds);
  } catch (const SQLite::Exception& e) {
    throw SqlFailure(kind_of(e.getExtendedErrorCode()), path + ": " + e.what());
  }
  handle_ = database_->getHandle();
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // Plans by the text alone: else a statement with a bare `LIMIT ?` is prepared anew on every run.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
  if (role == Role::reader) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 1);
  if (const int code = register_tokenizer(handle_); code != SQLITE_OK) raise(code, "tokenizer");
  // The writer's cache holds the upper pages of the indexes during an import; the readers share the kernel's page
  // cache below them, so theirs stay small. No memory map: a failing disk would be a SIGBUS instead of an error.
  exec(
      "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
      "PRAGMA wal_autocheckpoint=0;");
  exec(role == Role::writer ? "PRAGMA cache_size=-32768; PRAGMA journal_size_limit=67108864;"
                            : "PRAGMA cache_size=-2048; PRAGMA query_only=ON;");
}

Connection::~Connection() {
  by_text_.clear();
  kept_.clear();
}

detail::Statement& Connection::lease(std::string_view sql) {
  auto [from, to] = by_text_.equal_range(sql);
  for (; from != to; ++from) {
    const auto at = from->second;
    if (at->busy_) continue;
    at->busy_ = true;
    kept_.splice(kept_.begin(), kept_, at);
    return *at;
  }
  if (kept_.size() >= most_kept_) drop_oldest();
  kept_.emplace_front(*this, std::string(sql));
  kept_.front().busy_ = true;
  by_text_.emplace(kept_.front().sql(), kept_.begin());
  return kept_.front();
}

void Connection::drop_oldest() {
  for (auto at = std::prev(kept_.end());; --at) {
    if (!at->busy_) {
      auto [from, to] = by_text_.equal_range(at->sql());
      while (from != to && from->second != at) ++from;
      if (from != to) by_text_.erase(from);
      kept_.erase(at);
      return;
    }
    if (at == kept_.begin()) return;
  }
}

void Connection::release(detail::Statement& statement) {
  statement.reset();
  statement.busy_ = false;
}

void Connection::exec(const char* sql) {
  char* message = nullptr;
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, &message);
  sqlite3_free(message);
  if (code != SQLITE_OK) raise(code, sql);
}

std::int64_t Connection::run(std::string_view sql, std::span<const Value> values) {
  detail::Statement& statement = lease(sql);
  struct Return {
    Connection& connection;
    detail::Statement& statement;
    ~Return() { connection.release(statement); }
  } give_back{*this, statement};
  statement.bind(values, false);
  while (statement.step()) {
  }
  return sqlite3_changes64(handle_);
}

Query Connection::query(std::string_view sql, std::span<const Value> values) {
  detail::Statement& statement = lease(sql);
  Query query(statement);
  statement.bind(values, true);
  return query;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Connection::raise(int code, std::string_view sql) {
  const int extended = sqlite3_extended_errcode(handle_);
  const int exact = (extended & 0xff) == (code & 0xff) ? extended : code;
  const int system_error = sqlite3_system_errno(handle_);
  fatal_ = fatal_ || is_fatal(exact, system_error);
  throw SqlFailure(kind_of(exact), std::string(sqlite3_errmsg(handle_)) + " (SQLite " + std::to_string(exact) +
                                       ") in: " + std::string(sql.substr(0, 200)));
}

Transaction::Transaction(Connection& connection, const char* begin) : connection_(connection) {
  connection_.exec(begin);
}

Transaction::~Transaction() {
  if (open_ && connection_.in_transaction()) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.exec("COMMIT");
  open_ = false;
}

bool Row::is_null(int column) const { return sqlite3_column_type(statement_->handle(), column) == SQLITE_NULL; }

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(statement_->handle(), column); }

double Row::real(int column) const { return sqlite3_column_double(statement_->handle(), column); }

std::string_view Row::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_->handle(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_->handle(), column))};
}

std::string_view Row::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_->handle(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_->handle(), column))};
}

Query::~Query() {
  if (statement_ != nullptr) statement_->connection_.release(*statement_);
}

bool Query::next() { return statement_->step(); }

}  // namespace amends::store
