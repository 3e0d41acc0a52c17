// How much processor time a test took.
#pragma once

#include <ctime>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AMENDS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define AMENDS_SANITIZED
#endif
#endif

namespace amends::test {

// Processor time since it was made. Limits on it only tell linear from quadratic, so they are generous, and more so
// under the sanitizers; how fast something is gets measured in tests/bench.
class CpuTime {
 public:
  double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }
#ifdef AMENDS_SANITIZED
  static constexpr double kLimit = 120;
#else
  static constexpr double kLimit = 3;
#endif

 private:
  const std::clock_t start_ = std::clock();
};

}  // namespace amends::test
