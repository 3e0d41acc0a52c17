// Where a database may lie: what is checked before SQLite touches the file, and the lock that keeps a second program
// off it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace amends::store {

// The name of a network (or user-space) file system by its statfs(2) f_type, "" for the others. Write-ahead logs need
// memory shared between processes, which these don't give (sqlite.org/wal.html, "does not work over a network
// filesystem").
std::string_view network_file_system(std::int64_t magic);

enum class Found { nothing, database };

// Looks at the folder and the file, and says what stands there; the Error says what is wrong with it.
Result<Found> examine_place(const std::string& path);

// Holds "<path>.lock" until it goes. The lock is the kernel's (flock), so a killed program leaves none behind.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);
  FileLock() = default;
  FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  ~FileLock();

 private:
  int fd_ = -1;
};

// fsync of a file, and of the folder that names it.
Result<Done> sync_file(const std::string& path);
Result<Done> sync_folder_of(const std::string& path);
std::string folder_of(const std::string& path);

}  // namespace amends::store
