// The embedded database behind an engine-neutral face. Stages write SQL in the subset that SQLite and PostgreSQL share
// (placeholders `?`, upsert by ON CONFLICT, RETURNING, keyset pages); what differs stays in this folder. Knows no noun.
//
// Writing: one writer thread owns the one writing connection, which also checkpoints. write() hands it a function, and
// returns when the transaction that held it is on disk (synchronous=FULL). Functions that wait together share a commit
// (group commit), each in a savepoint of its own: one that fails is undone alone.
// Reading: read() runs on the calling thread with a connection leased from a pool, in one snapshot; writers never block
// it.
//
// Errors: inside such a function a statement that fails throws SqlFailure. Only write() and read() catch it; they undo
// and answer an Error. Nothing else in Amends throws across a header.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace amends::store {

struct SqlFailure : std::runtime_error {
  SqlFailure(Kind k, const std::string& what) : std::runtime_error(what), kind(k) {}
  Kind kind;  // conflict: a constraint; busy; corrupt; unavailable: disk full; internal: the rest
};

// A value bound to `?`. Text and bytes are borrowed until the call returns.
struct Blob {
  std::string_view bytes;
};
class Value {
 public:
  using Held = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;
  Value(std::nullptr_t) {}
  template <std::integral Int>
  Value(Int v) : held_(static_cast<std::int64_t>(v)) {}
  Value(double v) : held_(v) {}
  Value(std::string_view v) : held_(v) {}
  Value(const std::string& v) : held_(std::string_view(v)) {}
  Value(const char* v) : held_(std::string_view(v)) {}
  Value(Blob v) : held_(v) {}
  Value(Timestamp v) : held_(v.ms) {}
  template <class Tag>
  Value(Id<Tag> v) : held_(v.value == 0 ? Held{} : Held{v.value}) {}  // id 0 is NULL
  template <class Enum>
  requires std::is_enum_v<Enum> Value(Enum v) : held_(static_cast<std::int64_t>(v)) {}
  template <class T>
  Value(const std::optional<T>& v) : held_(v ? Value(*v).held_ : Held{}) {}
  const Held& held() const { return held_; }

 private:
  Held held_;
};

namespace detail {
class Statement;  // an engine's prepared statement
}

// The row a query stands on. Text and bytes live until the query moves on. Columns count from 0.
class Row {
 public:
  explicit Row(detail::Statement& statement) : statement_(&statement) {}
  bool is_null(int column) const;
  std::int64_t integer(int column) const;  // 0 for NULL
  double real(int column) const;
  std::string_view text(int column) const;  // "" for NULL
  std::string_view blob(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  bool boolean(int column) const { return integer(column) != 0; }
  Timestamp time(int column) const { return {integer(column)}; }
  template <class IdType>
  IdType id(int column) const {
    return IdType{integer(column)};
  }
  template <class Enum>
  requires std::is_enum_v<Enum> Enum as(int column)
  const { return static_cast<Enum>(integer(column)); }

 private:
  detail::Statement* statement_;
};

// Rows one by one: `for (auto q = tx.query("SELECT …", a, b); q.next();) use(q.row());`. Prepared statements are kept
// and used again; a query gives its statement back when it goes.
class Query {
 public:
  explicit Query(detail::Statement& statement) : statement_(&statement) {}
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();
  bool next();
  Row row() { return Row(*statement_); }

 private:
  detail::Statement* statement_;
};

// What read() lends: a snapshot of the database.
class Reader {
 public:
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  virtual ~Reader() = default;
  template <class... Args>
  Query query(std::string_view sql, const Args&... args) {
    const Value values[] = {Value(args)..., Value(nullptr)};
    return start(sql, std::span(values, sizeof...(args)));
  }
  // For statements whose parameters are only known at run time.
  Query query_with(std::string_view sql, std::span<const Value> values) { return start(sql, values); }
  // The first row through `use`, or nothing.
  template <class Use, class... Args>
  auto first(std::string_view sql, Use use, const Args&... args) -> std::optional<decltype(use(std::declval<Row>()))> {
    Query q = query(sql, args...);
    if (!q.next()) return {};
    return use(q.row());
  }
  template <class... Args>
  std::int64_t count(std::string_view sql, const Args&... args) {
    return first(
               sql, [](Row r) { return r.integer(0); }, args...)
        .value_or(0);
  }

  // The engine's connection, for the full-text index and the backup of this folder.
  virtual void* native() = 0;

 protected:
  virtual Query start(std::string_view sql, std::span<const Value> values) = 0;
};

// What write() lends: a transaction. Needing one is a parameter: `append(Tx&, …)`.
class Tx : public Reader {
 public:
  // Runs a statement to its end; how many rows it changed.
  template <class... Args>
  std::int64_t run(std::string_view sql, const Args&... args) {
    const Value values[] = {Value(args)..., Value(nullptr)};
    return execute(sql, std::span(values, sizeof...(args)));
  }
  // An INSERT without RETURNING: the new row's id.
  template <class... Args>
  std::int64_t insert(std::string_view sql, const Args&... args) {
    run(sql, args...);
    return last_id();
  }
  // Has `work` run in this transaction just before its commit, after every function that shares it; forgotten when this
  // function is undone. The full-text index lives by it: any savepoint in between would make FTS5 write out what it
  // has gathered, which costs several times more than one write for all.
  virtual void before_commit(std::function<void(Tx&)> work) = 0;

 protected:
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> values) = 0;
  virtual std::int64_t last_id() = 0;
};

// One numbered step of the schema, run once in a transaction of its own. `sql` may hold several statements. These words
// stand for what the engines say differently: {id} an integer primary key made by the engine, {blob} a column of bytes,
// {clustered} a table kept in the order of its primary key, {append_only TABLE} statements that have the engine refuse
// every UPDATE and DELETE of its rows, {fulltext} the statement that makes the full-text index of fulltext.h.
struct Migration {
  int version;
  std::string_view name;
  std::string_view sql;
};

// 3.51.3, by sqlite3_libversion_number().
bool sqlite_is_new_enough(int version);

struct Options {
  std::string path;                       // the file; its folder must exist
  std::span<const Migration> migrations;  // ascending; numbers may be left out
  int readers = 4;                        // connections kept for read()
  bool create = true;                     // false: an absent file is not_found
  // Look at a database that another program may hold: takes no lock, writes and migrates nothing; write() answers
  // unsupported. A schema older than `migrations` is invalid.
  bool read_only = false;
  // After a stop that wasn't in order the file's structure is checked for as long as this; damage that is found is
  // corrupt.
  std::chrono::milliseconds check{500};
};

// While it lives, `work` goes along with every write() of the thread that made it: in the same savepoint, after the
// function has succeeded. For what must be on record exactly when a change is. One at a time in a thread; the innermost
// counts.
class Rider {
 public:
  explicit Rider(std::function<void(Tx&)> work) : work_(std::move(work)), outer_(std::exchange(current_, this)) {}
  ~Rider() { current_ = outer_; }
  Rider(const Rider&) = delete;
  Rider& operator=(const Rider&) = delete;
  static const Rider* current() { return current_; }
  void ride(Tx& tx) const { work_(tx); }

 private:
  std::function<void(Tx&)> work_;
  Rider* outer_;
  static inline thread_local Rider* current_ = nullptr;
};

// Who wants to know that something was committed, to look for what it means. Called once its rows can be read and
// before write() returns, on the writer's thread: must be quick and neither read nor write.
class Follower {
 public:
  virtual void committed() = 0;

 protected:
  ~Follower() = default;
};

class Database {
 public:
  // Opens, checks and brings the schema up to date, with a copy of the file beside it before a migration
  // ("amends.db.before-7"). Refuses, with nothing touched: an SQLite older than 3.51.3, a newer schema, a folder or a
  // symbolic link in the file's place, a file everybody may write, a network file system (all invalid), a file that is
  // no database (corrupt), a second program on the same file (busy).
  static Result<std::unique_ptr<Database>> open(const Options& options);
  virtual ~Database() = default;

  // Runs `work(Tx&) -> Result<T>` on the writer thread and waits for the commit. An Error from `work` undoes it.
  // Not to be called from inside a write.
  template <class Work>
  auto write(Work&& work) -> std::invoke_result_t<Work&, Tx&> {
    std::optional<std::invoke_result_t<Work&, Tx&>> answer;
    auto done = submit([&, rider = Rider::current()](Tx& tx) -> Result<Done> {
      answer.emplace(work(tx));
      if (!*answer) return fail(Kind::internal, "undone");  // its own error is handed on below
      if (rider != nullptr) rider->ride(tx);
      return Done{};
    });
    if (answer && !*answer) return std::move(*answer);
    if (!done) return std::move(done).error();
    return std::move(*answer);
  }

  template <class Work>
  auto read(Work&& work) -> std::invoke_result_t<Work&, Reader&> {
    std::optional<std::invoke_result_t<Work&, Reader&>> answer;
    if (auto done = lend([&](Reader& reader) { answer.emplace(work(reader)); }); !done) return std::move(done).error();
    return std::move(*answer);
  }

  virtual int schema_version() const = 0;
  // True after the disk or the file failed a write (EIO, corruption; not a full disk, which mends itself). Every later
  // write is refused; the program should stop, so that a fresh start recovers from the write-ahead log.
  virtual bool failed() const = 0;
  // The whole database checked (integrity_check, foreign keys): a line for every fault, none when it is sound.
  virtual Result<std::vector<std::string>> check() = 0;
  // A consistent copy while running; it appears under `path` only when it is whole. `progress` hears pages done and in
  // all, and may end it by an Error.
  using Progress = std::function<Result<Done>(std::int64_t, std::int64_t)>;
  virtual Result<Done> backup_to(const std::string& path, const Progress& progress = {}) = 0;
  // Rewrites the file without what was deleted and empties the write-ahead log, so that no byte of a deleted row is
  // left in either. Nothing is written meanwhile (about ten seconds a gigabyte), reading goes on; it needs as much free
  // disk again as the file is large. busy: a reader held the log for longer than a few seconds; try again.
  virtual Result<Done> scrub() = 0;
  // Transactions committed since open().
  virtual std::int64_t commits() const = 0;
  // From now on `follower` hears of every commit; after unfollow() it never does. Both borrow it.
  virtual void follow(Follower& follower) = 0;
  virtual void unfollow(Follower& follower) = 0;

 protected:
  virtual Result<Done> submit(const std::function<Result<Done>(Tx&)>& work) = 0;
  virtual Result<Done> lend(const std::function<void(Reader&)>& work) = 0;
};

}  // namespace amends::store
