#include "core/crypto/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/text.h"

namespace amends::crypto {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

constexpr std::string_view kMagic("AMENDSSF", 8);
constexpr unsigned char kVersion = 1;
constexpr unsigned char kFromPassphrase = 1, kFromKey = 2;
constexpr std::size_t kChunk = 64 * 1024;
constexpr std::size_t kAdded = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kSaltAt = 16, kStreamAt = 32, kProofAt = 56, kProofBytes = 32, kHeaderBytes = 96;
constexpr std::size_t kLeastPassphrase = 12;
constexpr std::size_t kKeyBytes = 32;
constexpr char kContext[] = "amendsSF";
static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == kProofAt - kStreamAt);
static_assert(crypto_pwhash_SALTBYTES == kStreamAt - kSaltAt);

using Header = std::array<unsigned char, kHeaderBytes>;
using Key = std::array<unsigned char, kKeyBytes>;

struct Keys {
  Key stream{}, proof{};
  ~Keys() {
    sodium_memzero(stream.data(), stream.size());
    sodium_memzero(proof.data(), proof.size());
  }
};

Error trouble(const std::string& path) { return fail(Kind::unavailable, path + ": " + std::strerror(errno)); }

Result<Done> derive(Keys& keys, std::string_view secret, bool passphrase, const Header& header) {
  if (sodium_init() < 0) return fail(Kind::internal, "libsodium can't be started");
  Key master{};
  if (passphrase) {
    if (crypto_pwhash(master.data(), master.size(), secret.data(), secret.size(), header.data() + kSaltAt,
                      crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
      return fail(Kind::unavailable, "making a key of a passphrase takes 256 MiB of memory, which aren't free");
    }
  } else {
    crypto_generichash(master.data(), master.size(), header.data() + kSaltAt, kStreamAt - kSaltAt,
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  }
  crypto_kdf_derive_from_key(keys.stream.data(), keys.stream.size(), 1, kContext, master.data());
  crypto_kdf_derive_from_key(keys.proof.data(), keys.proof.size(), 2, kContext, master.data());
  sodium_memzero(master.data(), master.size());
  return Done{};
}

std::array<unsigned char, kProofBytes> proof_of(const Keys& keys, const Header& header) {
  std::array<unsigned char, kProofBytes> out{};
  crypto_generichash(out.data(), out.size(), header.data(), kProofAt, keys.proof.data(), keys.proof.size());
  return out;
}

// The bytes of a small file that nobody but its owner may read.
Result<Secret> private_file(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(errno == ENOENT ? Kind::not_found : Kind::unavailable, path + ": " + std::strerror(errno),
                "name the file that holds the passphrase or key");
  }
  struct stat info {};
  std::string bytes(most + 1, '\0');
  ssize_t got = -1;
  if (::fstat(fd, &info) == 0) got = ::read(fd, bytes.data(), bytes.size());
  const int error = errno;
  ::close(fd);
  if (got < 0) return fail(Kind::unavailable, path + ": " + std::strerror(error));
  bytes.resize(static_cast<std::size_t>(got));
  Secret secret(std::move(bytes));
  if ((info.st_mode & 077) != 0) return fail(Kind::invalid, path + " can be read by other users", "chmod 600 " + path);
  if (secret.reveal().size() > most) return fail(Kind::invalid, path + " is too long to be a passphrase or key");
  return secret;
}

Result<Done> write_all(int fd, const std::string& path, const void* bytes, std::size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t n = ::write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return trouble(path);
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return Done{};
}

}  // namespace

Result<FileSecret> FileSecret::of_passphrase(Secret passphrase) {
  if (passphrase.reveal().size() < kLeastPassphrase) {
    return fail(Kind::invalid, "a passphrase of less than 12 characters is guessed by a machine",
                "take five words that have nothing to do with each other");
  }
  FileSecret out;
  out.value_ = std::move(passphrase);
  out.is_passphrase_ = true;
  return out;
}

Result<FileSecret> FileSecret::from_passphrase_file(const std::string& path) {
  TRY(const Secret all, private_file(path, 4096));
  const std::string_view line = all.reveal().substr(0, all.reveal().find_first_of("\r\n"));
  auto out = of_passphrase(Secret(std::string(line)));
  if (!out) return std::move(out).error().within(path);
  return out;
}

Result<FileSecret> FileSecret::from_key_file(const std::string& path) {
  TRY(const Secret all, private_file(path, 4096));
  FileSecret out;
  if (all.reveal().size() == kKeyBytes) {
    out.value_ = all;
    return out;
  }
  const std::string_view digits = text::trim(all.reveal());
  std::string key(kKeyBytes, '\0');
  std::size_t made = 0;
  if (digits.size() != 2 * kKeyBytes ||
      sodium_hex2bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), digits.data(), digits.size(), nullptr,
                     &made, nullptr) != 0 ||
      made != kKeyBytes) {
    return fail(Kind::invalid, path + " holds no key: it takes 32 bytes, or 64 hexadecimal digits",
                "make one: openssl rand -hex 32");
  }
  out.value_ = Secret(std::move(key));
  return out;
}

// --- writing

struct SecretWriter::Impl {
  std::string path, part;
  int fd = -1;
  State state{};
  std::string plain;
  std::array<unsigned char, kChunk + kAdded> boxed{};

  ~Impl() {
    if (fd >= 0) {
      ::close(fd);
      ::unlink(part.c_str());
    }
    sodium_memzero(&state, sizeof state);
    sodium_memzero(plain.data(), plain.size());
  }

  Result<Done> put(std::string_view bytes, unsigned char tag) {
    unsigned long long size = 0;
    crypto_secretstream_xchacha20poly1305_push(&state, boxed.data(), &size,
                                               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                               nullptr, 0, tag);
    return write_all(fd, part, boxed.data(), static_cast<std::size_t>(size));
  }
};

SecretWriter::SecretWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SecretWriter::~SecretWriter() = default;

Result<std::unique_ptr<SecretWriter>> SecretWriter::create(const std::string& path, const FileSecret& secret) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) {
    return fail(Kind::conflict, path + " is there already", "choose another name: nothing is overwritten");
  }
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->part = path + ".part";
  ::unlink(impl->part.c_str());
  Keys keys;
  Header header{};
  std::memcpy(header.data(), kMagic.data(), kMagic.size());
  header[8] = kVersion;
  header[9] = secret.is_passphrase_ ? kFromPassphrase : kFromKey;
  if (sodium_init() < 0) return fail(Kind::internal, "libsodium can't be started");
  randombytes_buf(header.data() + kSaltAt, kStreamAt - kSaltAt);
  TRY_DO(derive(keys, secret.value_.reveal(), secret.is_passphrase_, header));
  crypto_secretstream_xchacha20poly1305_init_push(&impl->state, header.data() + kStreamAt, keys.stream.data());
  const auto proof = proof_of(keys, header);
  std::memcpy(header.data() + kProofAt, proof.data(), proof.size());
  impl->fd = ::open(impl->part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (impl->fd < 0) return trouble(impl->part);
  TRY_DO(write_all(impl->fd, impl->part, header.data(), header.size()));
  return std::unique_ptr<SecretWriter>(new SecretWriter(std::move(impl)));
}

Result<Done> SecretWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t take = std::min(bytes.size(), kChunk - impl_->plain.size());
    impl_->plain.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (impl_->plain.size() < kChunk) break;
    TRY_DO(impl_->put(impl_->plain, 0));
    impl_->plain.clear();
  }
  return Done{};
}

Result<Done> SecretWriter::finish() {
  TRY_DO(impl_->put(impl_->plain, crypto_secretstream_xchacha20poly1305_TAG_FINAL));
  if (::fsync(impl_->fd) != 0) return trouble(impl_->part);
  // Nothing is replaced, even if somebody else made such a file meanwhile.
  if (::renameat2(AT_FDCWD, impl_->part.c_str(), AT_FDCWD, impl_->path.c_str(), RENAME_NOREPLACE) != 0 &&
      (errno != EINVAL || std::rename(impl_->part.c_str(), impl_->path.c_str()) != 0)) {
    return trouble(impl_->path);
  }
  ::close(std::exchange(impl_->fd, -1));
  const auto slash = impl_->path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : impl_->path.substr(0, std::max<std::size_t>(slash, 1));
  const int place = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = place >= 0 && ::fsync(place) == 0;
  if (place >= 0) ::close(place);
  return synced ? Result<Done>(Done{}) : Result<Done>(trouble(folder));
}

// --- reading

struct SecretReader::Impl {
  std::string path;
  int fd = -1;
  State state{};
  std::array<unsigned char, kChunk + kAdded> boxed{};
  std::string plain;
  std::size_t at = 0;
  bool ended = false;

  ~Impl() {
    if (fd >= 0) ::close(fd);
    sodium_memzero(&state, sizeof state);
    sodium_memzero(plain.data(), plain.size());
  }
  Error damaged(const char* what) const {
    return fail(Kind::corrupt, path + " " + what, "take another backup: this one can't be trusted");
  }
  Result<std::size_t> fill(void* into, std::size_t most) const {
    std::size_t got = 0;
    while (got < most) {
      const ssize_t n = ::read(fd, static_cast<char*>(into) + got, most - got);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return trouble(path);
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    return got;
  }
  Result<Done> next() {
    TRY(const std::size_t got, fill(boxed.data(), boxed.size()));
    if (got < kAdded) return damaged("ends too early");
    plain.resize(got - kAdded);
    at = 0;
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state, reinterpret_cast<unsigned char*>(plain.data()), nullptr,
                                                   &tag, boxed.data(), got, nullptr, 0) != 0) {
      plain.clear();
      return damaged(got < boxed.size() ? "was cut or changed" : "was changed");
    }
    ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (!ended && got < boxed.size()) return damaged("ends too early");
    if (ended) {
      char more = 0;
      TRY(const std::size_t behind, fill(&more, 1));
      if (behind != 0) return damaged("goes on behind its end");
    }
    return Done{};
  }
};

SecretReader::SecretReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SecretReader::~SecretReader() = default;

Result<std::unique_ptr<SecretReader>> SecretReader::open(const std::string& path, const FileSecret& secret) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (impl->fd < 0) {
    return fail(errno == ENOENT ? Kind::not_found : Kind::unavailable, path + ": " + std::strerror(errno));
  }
  Header header{};
  TRY(const std::size_t got, impl->fill(header.data(), header.size()));
  if (got < kMagic.size() || std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) {
    return fail(Kind::invalid, path + " is no backup of Amends");
  }
  if (got < header.size()) return impl->damaged("ends too early");
  if (header[8] != kVersion || (header[9] != kFromPassphrase && header[9] != kFromKey)) {
    return fail(Kind::invalid, path + " was written by a newer Amends", "restore it with that one");
  }
  const bool passphrase = header[9] == kFromPassphrase;
  if (passphrase != secret.is_passphrase_) {
    return fail(Kind::unauthorized,
                path + (passphrase ? " was encrypted with a passphrase" : " was encrypted with a key file"),
                passphrase ? "give --passphrase-file" : "give --key-file");
  }
  Keys keys;
  TRY_DO(derive(keys, secret.value_.reveal(), passphrase, header));
  const auto proof = proof_of(keys, header);
  if (sodium_memcmp(proof.data(), header.data() + kProofAt, proof.size()) != 0) {
    return fail(Kind::unauthorized, path + " was encrypted with another " + (passphrase ? "passphrase" : "key") +
                                        ", or its beginning was changed");
  }
  static constexpr unsigned char kZeros[kHeaderBytes - kProofAt - kProofBytes] = {};
  if (std::memcmp(header.data() + kProofAt + kProofBytes, kZeros, sizeof kZeros) != 0 ||
      crypto_secretstream_xchacha20poly1305_init_pull(&impl->state, header.data() + kStreamAt, keys.stream.data()) !=
          0) {
    return impl->damaged("was changed");
  }
  return std::unique_ptr<SecretReader>(new SecretReader(std::move(impl)));
}

Result<std::string> SecretReader::read(std::size_t most) {
  while (impl_->at == impl_->plain.size()) {
    if (impl_->ended) return std::string();
    TRY_DO(impl_->next());
  }
  std::string out = impl_->plain.substr(impl_->at, most);
  impl_->at += out.size();
  return out;
}

Result<std::string> SecretReader::read_exactly(std::size_t count) {
  std::string out;
  while (out.size() < count) {
    TRY(const std::string more, read(count - out.size()));
    if (more.empty()) return impl_->damaged("ends too early");
    out += more;
  }
  return out;
}

}  // namespace amends::crypto
