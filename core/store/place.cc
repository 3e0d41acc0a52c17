#include "core/store/place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace amends::store {
namespace {

// linux/magic.h and the file systems' own sources.
struct Network {
  std::uint32_t magic;
  std::string_view name;
};
constexpr Network kNetworks[] = {
    {0x6969, "NFS"},        {0x517b, "SMB"},        {0xff534d42, "CIFS"}, {0xfe534d42, "SMB2"},   {0x01021997, "9p"},
    {0x65735546, "FUSE"},   {0x00c36400, "Ceph"},   {0x5346414f, "AFS"},  {0x73757245, "Coda"},   {0x01161970, "GFS2"},
    {0x7461636f, "OCFS2"},  {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"}, {0x786f4256, "vboxsf"}, {0x564c, "NCP"},
    {0x19830326, "BeeGFS"}, {0xaad7aaea, "PanFS"},  {0x6b414653, "AFS"},  {0xbacbacbc, "vmhgfs"}, {0x013111a8, "IBRIX"},
};

std::string reason(int error) { return std::strerror(error); }

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<Done> sync_at(const std::string& path, int flags) {
  Fd fd(open(path.c_str(), flags | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return fail(Kind::unavailable, path + ": " + reason(errno));
  return Done{};
}

Result<Done> examine_folder(const std::string& folder) {
  struct stat at = {};
  if (stat(folder.c_str(), &at) != 0) {
    return fail(Kind::not_found, "the folder " + folder + " can't be used: " + reason(errno), "Create it first.");
  }
  if (!S_ISDIR(at.st_mode)) return fail(Kind::invalid, folder + " is not a folder");
  if ((at.st_mode & S_IWOTH) != 0 && (at.st_mode & S_ISVTX) == 0) {
    return fail(Kind::invalid, "everybody may write in the folder " + folder, "Run: chmod o-w " + folder);
  }
  struct statfs fs = {};
  if (statfs(folder.c_str(), &fs) != 0) return fail(Kind::unavailable, folder + ": " + reason(errno));
  const auto network = network_file_system(fs.f_type);
  if (!network.empty()) {
    return fail(Kind::invalid, folder + " lies on a network file system (" + std::string(network) + ")",
                "The database must lie on a disk of this machine: a write-ahead log loses data on others.");
  }
  return Done{};
}

}  // namespace

std::string_view network_file_system(std::int64_t magic) {
  for (const auto& network : kNetworks) {
    if (static_cast<std::uint32_t>(magic) == network.magic) return network.name;
  }
  return {};
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<Done> sync_file(const std::string& path) { return sync_at(path, O_RDWR); }
Result<Done> sync_folder_of(const std::string& path) { return sync_at(folder_of(path), O_RDONLY | O_DIRECTORY); }

Result<Found> examine_place(const std::string& path) {
  TRY_DO(examine_folder(folder_of(path)));
  struct stat at = {};
  if (lstat(path.c_str(), &at) != 0) {
    if (errno != ENOENT) return fail(Kind::unavailable, path + ": " + reason(errno));
    struct stat log = {};
    if (lstat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
      return fail(Kind::corrupt, path + " is gone, but its write-ahead log is there",
                  "Put the database back beside " + path + "-wal, or restore a backup.");
    }
    return Found::nothing;
  }
  if (S_ISDIR(at.st_mode)) return fail(Kind::invalid, path + " is a folder, not a database");
  if (S_ISLNK(at.st_mode)) {
    return fail(Kind::invalid, path + " is a symbolic link", "Name the file itself: its log must lie beside it.");
  }
  if (!S_ISREG(at.st_mode)) return fail(Kind::invalid, path + " is not a file");
  if ((at.st_mode & S_IWOTH) != 0) {
    return fail(Kind::invalid, "everybody may write to " + path, "Run: chmod o-w " + path);
  }
  if (at.st_size == 0) {
    return fail(Kind::corrupt, path + " is empty (0 bytes), so it is no database",
                "Restore a backup; to start anew, remove the file.");
  }
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0) return fail(Kind::unavailable, path + ": " + reason(errno));
  constexpr std::string_view kHeader("SQLite format 3\0", 16);
  char head[16] = {};
  if (pread(fd.get(), head, sizeof head, 0) != sizeof head || std::string_view(head, sizeof head) != kHeader) {
    return fail(Kind::corrupt, path + " is no database", "Restore a backup; to start anew, move the file away.");
  }
  return Found::database;
}

Result<FileLock> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  FileLock lock;
  lock.fd_ = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock.fd_ < 0) return fail(Kind::unavailable, name + ": " + reason(errno));
  while (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fail(Kind::unavailable, name + ": " + reason(errno));
    return fail(Kind::busy, "another program holds " + path, "Stop the running Amends first, or wait for it to end.");
  }
  return lock;
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace amends::store
