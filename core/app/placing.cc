#include "core/app/placing.h"

namespace amends::app {
namespace {

constexpr int kEverything = 1'000'000;

}  // namespace

PlacingBeside::PlacingBeside(Hub& hub) : pipeline_(hub), thread_([this](std::stop_token stop) { run(stop); }) {}

void PlacingBeside::run(std::stop_token stop) {
  while (!error_) {
    bell_.wait(std::chrono::hours(1), stop);
    if (stop.stop_requested()) return;
    if (auto placed = pipeline_.place_waiting(kEverything)) {
      sum_ += *placed;
    } else {
      error_ = std::move(placed).error();
    }
  }
}

Result<InReport> PlacingBeside::finish() {
  thread_.request_stop();
  thread_.join();
  if (error_) return std::move(*error_);
  TRY(const InReport rest, pipeline_.place_waiting(kEverything));
  sum_ += rest;
  return sum_;
}

}  // namespace amends::app
