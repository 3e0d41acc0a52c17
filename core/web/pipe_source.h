// A body that somebody pushes, for a reader that pulls: what is written waits, at most kRoom bytes of it, until it is
// read. The writer runs on a thread of its own, from the first read on; when the reader goes away its next write fails.
//
// Threads: read() as http::Source says; the writer on the thread inside.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "core/base/result.h"
#include "core/http/message.h"

namespace amends::web {

class PipeSource final : public http::Source {
 public:
  static constexpr std::size_t kRoom = 512 * 1024;
  using Write = std::function<Result<Done>(std::string_view)>;
  using Writer = std::function<Result<Done>(const Write&)>;

  explicit PipeSource(Writer writer) : writer_(std::move(writer)) {}
  ~PipeSource() override;
  Result<std::string> read(std::size_t most) override;

 private:
  void run();
  Result<Done> take(std::string_view bytes);

  const Writer writer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool gone_ = false;                  // the reader
  std::optional<Result<Done>> ended_;  // the writer
  std::thread thread_;
};

}  // namespace amends::web
