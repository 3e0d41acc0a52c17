// Connections for reading, lent one at a time. A thread that reads inside a read gets one of its own, so that readers
// never wait for each other in a circle.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/store/connection.h"
#include "core/store/database.h"

namespace amends::store {

class ReaderPool {
 public:
  ReaderPool(std::string path, int most) : path_(std::move(path)), most_(most) {}

  // One snapshot for the whole of `work`. From any thread.
  Result<Done> lend(const std::function<void(Reader&)>& work);
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<Connection> take(bool nested);
  void give_back(std::unique_ptr<Connection> connection, bool nested);

  const std::string path_;
  const int most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
  int open_ = 0;  // free or lent, without the nested ones
};

}  // namespace amends::store
