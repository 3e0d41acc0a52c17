// A file that only who knows the secret can read, and in which nobody can change, cut or reorder a byte unnoticed:
// libsodium's secretstream (XChaCha20-Poly1305) in chunks of 64 KiB behind a header of 96 bytes. A passphrase becomes
// the key by Argon2id (RFC 9106, libsodium's "moderate": 256 MiB, three passes); a key file holds the key itself.
//
//   header: 8 bytes magic | 1 version | 1 how the key is made | 6 zero | 16 salt | 24 stream header | 32 proof | 8 zero
//
// The proof (BLAKE2b keyed by a subkey over what stands before it) tells a wrong secret from a damaged file before
// anything is decrypted. The last chunk bears the final tag, so a file that was cut is never whole.
//
// Errors: unauthorized: the secret is another one; corrupt: damaged, cut or tampered with; invalid: no such file
// format, or written by a newer program; unavailable: the disk. Threads: one object, one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace amends::crypto {

// What opens a file. Made from a passphrase or from the 32 bytes of a key file.
class FileSecret {
 public:
  // invalid: shorter than 12 bytes, which a machine guesses.
  static Result<FileSecret> of_passphrase(Secret passphrase);
  // Reads the first line of a file that only its owner may read.
  static Result<FileSecret> from_passphrase_file(const std::string& path);
  // 32 bytes, raw or as 64 hex digits; only its owner may read the file.
  static Result<FileSecret> from_key_file(const std::string& path);

 private:
  friend class SecretWriter;
  friend class SecretReader;
  Secret value_;
  bool is_passphrase_ = false;
};

// Writes `path`, which must not exist. Nothing stands under that name until finish(): a killed program leaves at most
// `path` + ".part", which the next one replaces.
class SecretWriter {
 public:
  static Result<std::unique_ptr<SecretWriter>> create(const std::string& path, const FileSecret& secret);
  ~SecretWriter();
  SecretWriter(const SecretWriter&) = delete;
  SecretWriter& operator=(const SecretWriter&) = delete;
  Result<Done> write(std::string_view bytes);
  // Writes the last chunk, syncs and gives the file its name. Nothing may be written after.
  Result<Done> finish();

 private:
  struct Impl;
  explicit SecretWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class SecretReader {
 public:
  static Result<std::unique_ptr<SecretReader>> open(const std::string& path, const FileSecret& secret);
  ~SecretReader();
  SecretReader(const SecretReader&) = delete;
  SecretReader& operator=(const SecretReader&) = delete;
  // The next bytes, at most `most`; "" when the file has ended as its writer ended it.
  Result<std::string> read(std::size_t most);
  // Exactly so many; corrupt when there are fewer.
  Result<std::string> read_exactly(std::size_t count);

 private:
  struct Impl;
  explicit SecretReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::crypto
