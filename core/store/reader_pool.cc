#include "core/store/reader_pool.h"

#include "core/base/log.h"

namespace amends::store {
namespace {

class PoolReader final : public Reader {
 public:
  explicit PoolReader(Connection& connection) : connection_(connection) {}
  void* native() override { return connection_.handle(); }

 protected:
  Query start(std::string_view sql, std::span<const Value> values) override { return connection_.query(sql, values); }

 private:
  Connection& connection_;
};

thread_local int reads_on_this_thread = 0;

}  // namespace

std::unique_ptr<Connection> ReaderPool::take(bool nested) {
  if (!nested) {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty() || open_ < most_; });
    if (!free_.empty()) {
      auto connection = std::move(free_.back());
      free_.pop_back();
      return connection;
    }
    ++open_;
  }
  try {
    return std::make_unique<Connection>(path_, Role::reader);
  } catch (const SqlFailure&) {
    if (!nested) {
      std::lock_guard lock(mutex_);
      --open_;
      returned_.notify_one();
    }
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection, bool nested) {
  if (nested) return;
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(connection));
  returned_.notify_one();
}

Result<Done> ReaderPool::lend(const std::function<void(Reader&)>& work) {
  const bool nested = reads_on_this_thread > 0;
  struct Counted {
    Counted() { ++reads_on_this_thread; }
    ~Counted() { --reads_on_this_thread; }
  } counted;
  std::unique_ptr<Connection> connection;
  struct Back {
    ReaderPool& pool;
    std::unique_ptr<Connection>& connection;
    bool nested;
    ~Back() {
      if (connection) pool.give_back(std::move(connection), nested);
    }
  } back{*this, connection, nested};
  try {
    connection = take(nested);
    Transaction snapshot(*connection, "BEGIN");
    PoolReader reader(*connection);
    work(reader);
    return Done{};
  } catch (const SqlFailure& e) {
    if (e.kind == Kind::corrupt) log::error("store.read", {{"why", e.what()}});
    return fail(e.kind, e.what());
  } catch (const std::exception& e) {
    return fail(Kind::internal, e.what());
  }
}

}  // namespace amends::store
