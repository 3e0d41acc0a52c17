#include "core/app/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "core/app/keys.h"
#include "core/app/ledger_file.h"
#include "core/app/migrations.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/store/place.h"

namespace amends::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t kPiece = 1 << 20;
constexpr std::string_view kEnding = ".backup";
constexpr int kTriesForSteadyKeys = 3;

struct RemoveAfterwards {
  std::string path;
  ~RemoveAfterwards() {
    for (const char* end : {"", "-wal", "-shm", ".part"}) std::remove((path + end).c_str());
  }
};

// "20261122T023105Z"
std::string stamp(Timestamp at) {
  std::string out;
  for (const char c : to_rfc3339(Timestamp{at.ms / 1000 * 1000})) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

Result<std::string> whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Kind::unavailable, path + ": " + std::strerror(errno));
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

class Backup {
 public:
  Backup(const BackupRequest& request, const Clock& clock)
      : request_(request), clock_(clock), copy_(request.data + "/amends.db.copy") {}

  Result<BackupReport> make() {
    TRY(const store::FileLock lock, store::FileLock::take(request_.data + "/backup"));
    report_.at = clock_.now();
    TRY(report_.path, target());
    const RemoveAfterwards tidy{copy_};
    { const RemoveAfterwards left_behind{copy_}; }
    TRY_DO(copy());
    TRY_DO(examine());
    TRY_DO(pack());
    TRY_DO(keep_ledger_beside());
    if (request_.keep > 0 && into_folder_) rotate();
    return std::move(report_);
  }

 private:
  Result<std::string> target() {
    std::error_code error;
    into_folder_ = fs::is_directory(request_.to, error);
    if (into_folder_) return request_.to + "/amends-" + stamp(report_.at) + std::string(kEnding);
    if (fs::exists(fs::symlink_status(request_.to, error))) {
      return fail(Kind::conflict, request_.to + " is there already", "a backup never overwrites: choose another name");
    }
    return request_.to;
  }

  // The database and the keys of one moment: sealed texts need the keys they were sealed with.
  Result<Done> copy() {
    store::Options options;
    options.path = request_.data + "/amends.db";
    options.migrations = migrations();
    options.read_only = true;
    TRY(const auto database, store::Database::open(options));
    report_.schema = database->schema_version();
    std::error_code ignored;
    const auto size = fs::file_size(options.path, ignored);
    const auto space = fs::space(request_.data, ignored);
    if (!ignored && space.available < size + size / 16) {
      return fail(Kind::unavailable,
                  "a backup copies the database first, and there is no room for it in " + request_.data + " (" +
                      std::to_string(size >> 20) + " MiB)",
                  "free some space; nothing was changed");
    }
    for (int tries = 0; tries < kTriesForSteadyKeys; ++tries) {
      TRY(key_bytes_, whole_file(key_file(request_.data)));
      std::remove(copy_.c_str());
      TRY_DO(database->backup_to(copy_, [&](std::int64_t done, std::int64_t all) -> Result<Done> {
        if (request_.progress) request_.progress(done * 4096, all * 4096 * 2);
        return Done{};
      }));
      TRY(const std::string after, whole_file(key_file(request_.data)));
      if (after == key_bytes_) return Done{};
    }
    return fail(Kind::busy, "the keys are being replaced just now", "try again in a moment");
  }

  // A damaged database must not push a good backup out of the rotation.
  Result<Done> examine() {
    store::Options options;
    options.path = copy_;
    options.migrations = migrations();
    options.read_only = true;
    TRY(const auto database, store::Database::open(options));
    TRY(const auto faults, database->check());
    if (!faults.empty()) {
      return fail(Kind::corrupt, "the database is damaged, so no backup was made: " + faults.front(),
                  "run: amends check; then restore the last good backup");
    }
    return Done{};
  }

  Result<Done> pack() {
    TRY(auto out, crypto::SecretWriter::create(report_.path, request_.secret));
    TRY_DO(pack_database(*out));
    TRY_DO(begin_part(*out, "amends.key", static_cast<std::int64_t>(key_bytes_.size())));
    TRY_DO(out->write(key_bytes_));
    report_.parts.push_back(
        {"amends.key", static_cast<std::int64_t>(key_bytes_.size()), crypto::sha256_hex(key_bytes_)});
    const std::string manifest =
        manifest_json({kBackupFormat, report_.schema, request_.program, report_.at, report_.parts});
    TRY_DO(begin_part(*out, "manifest", static_cast<std::int64_t>(manifest.size())));
    TRY_DO(out->write(manifest));
    TRY_DO(out->finish());
    std::error_code ignored;
    report_.bytes = static_cast<std::int64_t>(fs::file_size(report_.path, ignored));
    return Done{};
  }

  Result<Done> pack_database(crypto::SecretWriter& out) {
    std::error_code error;
    const auto size = static_cast<std::int64_t>(fs::file_size(copy_, error));
    if (error) return fail(Kind::unavailable, copy_ + ": " + error.message());
    TRY_DO(begin_part(out, "amends.db", size));
    std::ifstream in(copy_, std::ios::binary);
    std::string piece(kPiece, '\0');
    crypto::Sha256Stream digest;
    std::int64_t done = 0;
    while (done < size &&
           in.read(piece.data(), static_cast<std::streamsize>(std::min<std::int64_t>(kPiece, size - done)))) {
      const std::string_view bytes(piece.data(), static_cast<std::size_t>(in.gcount()));
      digest.add(bytes);
      TRY_DO(out.write(bytes));
      done += in.gcount();
      if (request_.progress) request_.progress(size + done, size * 2);
    }
    if (done != size) return fail(Kind::unavailable, copy_ + " can't be read");
    report_.parts.push_back({"amends.db", size, text::to_hex(crypto::bytes_of(digest.finish()))});
    return Done{};
  }

  static Result<Done> begin_part(crypto::SecretWriter& out, const std::string& name, std::int64_t size) {
    return out.write(name + " " + std::to_string(size) + "\n");
  }

  Result<Done> keep_ledger_beside() {
    TRY(const auto ledger, read_ledger(request_.data + "/" + kLedgerName));
    if (ledger.empty()) return Done{};
    return add_to_ledger(store::folder_of(report_.path) + "/" + kLedgerName, ledger);
  }

  // Only what bears a name that this program gives.
  void rotate() {
    std::error_code ignored;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(request_.to, ignored)) {
      const std::string name = entry.path().filename().string();
      const bool ours = name.rfind("amends-", 0) == 0 && name.size() == 7 + 16 + kEnding.size() &&
                        name.substr(name.size() - kEnding.size()) == kEnding && entry.is_regular_file(ignored);
      if (ours) names.push_back(name);
    }
    std::sort(names.rbegin(), names.rend());
    for (std::size_t i = static_cast<std::size_t>(request_.keep); i < names.size(); ++i) {
      if (fs::remove(request_.to + "/" + names[i], ignored)) report_.removed.push_back(names[i]);
    }
  }

  const BackupRequest& request_;
  const Clock& clock_;
  const std::string copy_;
  std::string key_bytes_;
  bool into_folder_ = false;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> back_up(const BackupRequest& request, const Clock& clock) { return Backup(request, clock).make(); }

std::string manifest_json(const Manifest& manifest) {
  ordered_json parts = ordered_json::array();
  for (const BackupPart& part : manifest.parts) {
    parts.push_back({{"name", part.name}, {"size", part.size}, {"sha256", part.sha256}});
  }
  const ordered_json json = {{"format", manifest.format},
                             {"program", manifest.program},
                             {"schema", manifest.schema},
                             {"at", to_rfc3339(manifest.at)},
                             {"parts", std::move(parts)}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<Manifest> parse_manifest(std::string_view text) {
  const Error odd = fail(Kind::corrupt, "the manifest can't be read");
  const auto json = ordered_json::parse(text, nullptr, false);
  const auto number = [](const ordered_json& of, const char* key) {
    return of.is_object() && of.contains(key) && of[key].is_number_integer() ? of[key].get<std::int64_t>() : -1;
  };
  const auto words = [](const ordered_json& of, const char* key) {
    return of.is_object() && of.contains(key) && of[key].is_string() ? of[key].get<std::string>() : std::string();
  };
  Manifest out;
  out.format = static_cast<int>(number(json, "format"));
  out.schema = static_cast<int>(number(json, "schema"));
  out.program = words(json, "program");
  const auto at = from_rfc3339(words(json, "at"));
  if (out.format < 1 || out.schema < 0 || !at || !json.contains("parts") || !json["parts"].is_array()) return odd;
  out.at = *at;
  for (const auto& part : json["parts"]) {
    out.parts.push_back({words(part, "name"), number(part, "size"), words(part, "sha256")});
    if (out.parts.back().name.empty() || out.parts.back().size < 0 || out.parts.back().sha256.size() != 64) return odd;
  }
  return out;
}

}  // namespace amends::app
