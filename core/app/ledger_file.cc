#include "core/app/ledger_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/store/place.h"

namespace amends::app {

Result<std::vector<erasure::Erasure>> read_ledger(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return std::vector<erasure::Erasure>{};
    return fail(Kind::unavailable, path + ": " + std::strerror(errno));
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto read = erasure::from_lines(text);
  if (!read) return std::move(read).error().within(path);
  return read;
}

Result<Done> add_to_ledger(const std::string& path, const std::vector<erasure::Erasure>& ledger) {
  TRY(std::vector<erasure::Erasure> known, read_ledger(path));
  const std::string text = erasure::to_lines(erasure::together(std::move(known), ledger));
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(Kind::unavailable, fresh + ": " + std::strerror(errno));
  bool written = true;
  for (std::size_t at = 0; written && at < text.size();) {
    const ssize_t n = ::write(fd, text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    written = n > 0;
    at += static_cast<std::size_t>(written ? n : 0);
  }
  written = ::fsync(fd) == 0 && written;
  ::close(fd);
  if (!written || std::rename(fresh.c_str(), path.c_str()) != 0) {
    return fail(Kind::unavailable, path + " can't be written: " + std::strerror(errno));
  }
  return store::sync_folder_of(path);
}

Result<Done> keep_ledger(Hub& hub) {
  TRY(const auto ledger, hub.db().read([](store::Reader& reader) -> Result<std::vector<erasure::Erasure>> {
    return erasure::all(reader);
  }));
  return add_to_ledger(hub.config().data + "/" + kLedgerName, ledger);
}

}  // namespace amends::app
