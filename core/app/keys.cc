#include "core/app/keys.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace amends::app {
namespace {

constexpr std::size_t kKeyBytes = 32;

struct File {
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

Error trouble(const std::string& path, const char* what) {
  return fail(Kind::unavailable, path + ": " + what + ": " + std::strerror(errno));
}

Result<Secret> read_key(const std::string& path, int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return trouble(path, "can't be examined");
  if ((info.st_mode & 077) != 0) {
    return fail(Kind::invalid, path + " can be read by other users", "chmod 600 " + path);
  }
  std::string bytes(kKeyBytes, '\0');
  if (info.st_size != static_cast<off_t>(kKeyBytes) ||
      ::read(fd, bytes.data(), kKeyBytes) != static_cast<ssize_t>(kKeyBytes)) {
    return fail(
        Kind::corrupt, path + " is not a key of this program",
        "restore it from the backup, or move it away: a new one is made and old reply addresses lose their signature");
  }
  return Secret(std::move(bytes));
}

}  // namespace

Result<Secret> load_or_make_key(const std::string& folder) {
  const std::string path = folder + "/amends.key";
  File existing{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (existing.fd >= 0) return read_key(path, existing.fd);
  if (errno != ENOENT) return trouble(path, "can't be opened");

  std::string bytes(kKeyBytes, '\0');
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return trouble(path, "no random bytes");
  // Written whole under another name first: a key cut short by a crash would be refused for ever.
  const std::string fresh = path + ".new";
  {
    File out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (out.fd < 0) return trouble(fresh, "can't be made");
    if (::write(out.fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fsync(out.fd) != 0) {
      return trouble(fresh, "can't be written");
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return trouble(path, "can't be put in place");
  return Secret(std::move(bytes));
}

}  // namespace amends::app
