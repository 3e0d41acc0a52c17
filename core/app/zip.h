// A ZIP made while it is read (libarchive; Zip64 where it is needed): entries one after the other, each deflated as it
// comes. Names are ASCII.
// Errors: whatever the sink answers; internal otherwise. Threads: one object, one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace amends::app {

class Zip {
 public:
  using Sink = std::function<Result<Done>(std::string_view)>;
  explicit Zip(Sink sink);
  ~Zip();
  Zip(const Zip&) = delete;
  Zip& operator=(const Zip&) = delete;

  Result<Done> begin(const std::string& name, Timestamp at);
  Result<Done> add(std::string_view bytes);
  Result<Done> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::app
