// Places what waits while more is being fetched, in a thread of its own: a long first pull waits for the site, placing
// for the processor and the disk.
//
// Threads: one owner.
#pragma once

#include <optional>
#include <thread>

#include "core/app/bell.h"
#include "core/app/pipeline.h"

namespace amends::app {

class PlacingBeside {
 public:
  // Borrows the hub. Nobody else may use the crash guard's first slot meanwhile (Pipeline).
  explicit PlacingBeside(Hub& hub);
  PlacingBeside(const PlacingBeside&) = delete;
  PlacingBeside& operator=(const PlacingBeside&) = delete;

  // Something was stored.
  void ring() { bell_.ring(); }
  // Ends the thread and places what is left. What all of it came to, or the first error; once.
  Result<InReport> finish();

 private:
  void run(std::stop_token stop);

  Pipeline pipeline_;
  Bell bell_;
  InReport sum_;
  std::optional<Error> error_;
  std::jthread thread_;
};

}  // namespace amends::app
