#include "connectors/file/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace amends::connectors::file {
namespace {

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error system_error(const std::string& path) {
  const int number = errno;
  const Kind kind = number == ENOENT || number == ENOTDIR ? Kind::not_found
                    : number == EACCES                    ? Kind::invalid
                                                          : Kind::unavailable;
  return fail(kind, path + ": " + std::strerror(number));
}

}  // namespace

Result<FileState> state_of(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return system_error(path);
  if (!S_ISREG(about.st_mode)) return fail(Kind::invalid, path + ": is no ordinary file");
  return FileState{about.st_size, about.st_mtim.tv_sec * 1'000'000'000LL + about.st_mtim.tv_nsec};
}

Result<std::string> read_bytes(const std::string& path, std::int64_t offset, std::int64_t max) {
  const Descriptor file(path);
  if (file.fd() < 0) return system_error(path);
  std::string out;
  while (static_cast<std::int64_t>(out.size()) < max) {
    const std::size_t had = out.size();
    const std::size_t want =
        static_cast<std::size_t>(std::min<std::int64_t>(max - static_cast<std::int64_t>(had), 1 << 20));
    out.resize(had + want);
    const ssize_t got = pread(file.fd(), out.data() + had, want, offset + static_cast<std::int64_t>(had));
    if (got < 0 && errno == EINTR) {
      out.resize(had);
      continue;
    }
    if (got < 0) return system_error(path);
    out.resize(had + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  return out;
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace amends::connectors::file
