// What tests of every folder use: a clock that only moves when told, a folder that goes away, files as strings.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/base/clock.h"

namespace amends::test {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp start = {1'767'258'000'000}) : now_(start.ms) {}  // 2026-01-01T09:00:00Z
  Timestamp now() const override { return {now_.load()}; }
  std::chrono::milliseconds ticks() const override { return std::chrono::milliseconds(ticks_.load()); }
  void advance(std::chrono::milliseconds by) {
    now_ += by.count();
    ticks_ += by.count();
  }
  // The wall clock alone steps, as NTP or a person would make it.
  void step(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;  // a test's threads look at it while it is moved
  std::atomic<std::int64_t> ticks_{1000};
};

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "amends-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace amends::test
