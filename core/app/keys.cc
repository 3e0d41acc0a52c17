#include "core/app/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"
#include "core/crypto/seal.h"

namespace amends::app {
namespace {

constexpr std::size_t kKeyBytes = crypto::kSealKeyBytes;
constexpr std::size_t kSumDigits = 16;
constexpr off_t kMostBytes = 64 << 10;
constexpr std::string_view kTitle = "amends keys 1";
constexpr std::string_view kInstallation = "installation ", kSeal = "seal ", kEnd = "end ";

struct File {
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

Error trouble(const std::string& path, const char* what) {
  return fail(Kind::unavailable, path + ": " + what + ": " + std::strerror(errno));
}

Error not_ours(const std::string& path) {
  return fail(Kind::corrupt, path + " is not a key file of this program",
              "put amends.key back from the backup that belongs to this database");
}

std::optional<Secret> from_hex(std::string_view digits) {
  if (digits.size() != 2 * kKeyBytes) return {};
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const auto [at, error] = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (error != std::errc() || at != digits.data() + i + 2) return {};
    out += static_cast<char>(byte);
  }
  return Secret(std::move(out));
}

std::string sum_of(std::string_view lines) { return crypto::sha256_hex(lines).substr(0, kSumDigits); }

std::string written(const KeyFile& keys) {
  std::string out(kTitle);
  out += "\n";
  out.append(kInstallation).append(text::to_hex(keys.installation.reveal())).append("\n");
  for (const auto& [version, key] : keys.seal) {
    out.append(kSeal).append(std::to_string(version)).append(" ").append(text::to_hex(key.reveal())).append("\n");
  }
  const std::string sum = sum_of(out);
  return out.append(kEnd).append(sum).append("\n");
}

std::optional<KeyFile> read(std::string_view bytes) {
  KeyFile out;
  if (bytes.size() == kKeyBytes && bytes.rfind(kTitle, 0) != 0) {
    out.installation = Secret(std::string(bytes));
    return out;
  }
  const auto end = bytes.rfind(kEnd);
  if (end == bytes.npos || bytes.substr(end) != std::string(kEnd) + sum_of(bytes.substr(0, end)) + "\n") return {};
  const auto lines = text::lines(bytes.substr(0, end));
  if (lines.size() < 2 || lines[0] != kTitle || lines[1].rfind(kInstallation, 0) != 0) return {};
  auto installation = from_hex(lines[1].substr(kInstallation.size()));
  if (!installation) return {};
  out.installation = *std::move(installation);
  for (std::size_t i = 2; i < lines.size(); ++i) {
    if (lines[i].rfind(kSeal, 0) != 0) return {};
    const std::string_view rest = lines[i].substr(kSeal.size());
    int version = 0;
    const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), version);
    const auto used = static_cast<std::size_t>(at - rest.data());
    auto key = used + 1 < rest.size() ? from_hex(rest.substr(used + 1)) : std::nullopt;
    if (error != std::errc() || version <= 0 || !key || !out.seal.emplace(version, *std::move(key)).second) return {};
  }
  return out;
}

Result<KeyFile> read_file(const std::string& path, int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return trouble(path, "can't be examined");
  if ((info.st_mode & 077) != 0) {
    return fail(Kind::invalid, path + " can be read by other users", "chmod 600 " + path);
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return fail(Kind::invalid, path + " belongs to another user", "chown it to the user Amends runs as");
  }
  if (info.st_size > kMostBytes) return not_ours(path);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  if (::read(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return trouble(path, "can't be read");
  }
  auto keys = read(Secret(std::move(bytes)).reveal());
  if (!keys) return not_ours(path);
  return *std::move(keys);
}

Secret fresh_key() { return Secret(crypto::random_bytes(kKeyBytes)); }

}  // namespace

std::string key_file(const std::string& folder) { return folder + "/amends.key"; }

Result<KeyFile> load_or_make_keys(const std::string& folder) {
  const std::string path = key_file(folder);
  KeyFile keys;
  const File existing{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (existing.fd >= 0) {
    TRY(keys, read_file(path, existing.fd));
    if (!keys.seal.empty()) return keys;
  } else if (errno != ENOENT) {
    return trouble(path, "can't be opened");
  } else {
    keys.installation = fresh_key();
  }
  keys.seal.emplace(1, fresh_key());
  TRY_DO(write_keys(folder, keys));
  return keys;
}

Result<Done> write_keys(const std::string& folder, const KeyFile& keys) {
  const std::string path = key_file(folder);
  // Written whole under another name first: a key cut short by a crash would be refused for ever.
  const std::string fresh = path + ".new";
  {
    const Secret bytes(written(keys));
    const File out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (out.fd < 0) return trouble(fresh, "can't be made");
    const auto size = static_cast<ssize_t>(bytes.reveal().size());
    if (::write(out.fd, bytes.reveal().data(), bytes.reveal().size()) != size || ::fsync(out.fd) != 0) {
      return trouble(fresh, "can't be written");
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return trouble(path, "can't be put in place");
  const File place{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (place.fd < 0 || ::fsync(place.fd) != 0) return trouble(folder, "can't be synced");
  return Done{};
}

}  // namespace amends::app
