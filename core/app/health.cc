#include "core/app/health.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "core/base/log.h"

namespace amends::app {

bool disk_is_low(const DiskMarks& marks, std::int64_t free_bytes, bool was_low) {
  return free_bytes < (was_low ? marks.enough() : marks.low);
}

bool Health::look() {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) return disk_low();
  const auto free_bytes = static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  free_.store(free_bytes, std::memory_order_relaxed);
  const bool read_only = (disk.f_flag & ST_RDONLY) != 0;
  const bool was_low = disk_low();
  // The ballast's own room is not room that is free to use: without it the state would swing.
  const bool is_low = read_only || disk_is_low(marks_, free_bytes, was_low);
  if (is_low != was_low) {
    low_.store(is_low, std::memory_order_release);
    if (is_low) {
      log::error("disk.low", {{"free_mib", free_bytes >> 20}, {"read_only", read_only ? 1 : 0}});
    } else {
      log::info("disk.enough", {{"free_mib", free_bytes >> 20}});
    }
  }
  if (is_low && !read_only && drop_ballast()) {
    log::warning("disk.ballast_given_up");
  } else if (!is_low && keep_ballast_ && free_bytes > marks_.enough()) {
    make_ballast();
  }
  return is_low;
}

void Health::no_room() {
  if (!low_.exchange(true, std::memory_order_acq_rel)) log::error("disk.no_room");
  drop_ballast();
}

bool Health::drop_ballast() { return ::unlink((folder_ + "/ballast").c_str()) == 0; }

void Health::make_ballast() {
  const std::string path = folder_ + "/ballast";
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && there.st_size == kBallastBytes) return;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  const bool made = ::posix_fallocate(fd, 0, kBallastBytes) == 0;
  ::close(fd);
  if (!made) ::unlink(path.c_str());
}

void Health::set(const std::string& reason, bool holds) {
  const std::lock_guard lock(mutex_);
  const auto it = std::find(reasons_.begin(), reasons_.end(), reason);
  if (holds && it == reasons_.end()) reasons_.push_back(reason);
  if (!holds && it != reasons_.end()) reasons_.erase(it);
}

Health::Readiness Health::readiness(const store::Database& database) const {
  Readiness out;
  if (database.failed()) out.reasons.emplace_back("the database failed: started again, the hub recovers");
  if (disk_low()) out.reasons.emplace_back("the disk is low: nothing is pulled or newly sent until there is room");
  const std::lock_guard lock(mutex_);
  out.reasons.insert(out.reasons.end(), reasons_.begin(), reasons_.end());
  out.ready = out.reasons.empty();
  return out;
}

}  // namespace amends::app
