#include "core/app/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/app/erase.h"
#include "core/app/hub.h"
#include "core/app/ledger_file.h"
#include "core/app/migrations.h"
#include "core/audit/anchor.h"
#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/events/events.h"
#include "core/outbox/outbox.h"
#include "core/people/restored.h"
#include "core/store/place.h"

namespace amends::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRestoredPiece = 1 << 20;
constexpr std::size_t kLongestLine = 200;
constexpr const char* kMark = "/unfinished";
constexpr std::int64_t kLargestManifest = 1 << 20;

Error trouble(const std::string& path) { return fail(Kind::unavailable, path + ": " + std::strerror(errno)); }

std::string compact(Timestamp at) {
  std::string out;
  for (const char c : to_rfc3339(Timestamp{at.ms / 1000 * 1000})) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

struct OutFile {
  int fd;
  ~OutFile() {
    if (fd >= 0) ::close(fd);
  }
};

// The parts of a backup into a folder, held against its manifest.
class Unpacking {
 public:
  Unpacking(crypto::SecretReader& in, const RestoreRequest& request, std::string folder)
      : in_(in), request_(request), folder_(std::move(folder)) {}

  Result<Manifest> run() {
    std::error_code ignored;
    total_ = static_cast<std::int64_t>(fs::file_size(request_.file, ignored));
    for (;;) {
      TRY(const Head head, next_head());
      if (head.name == "manifest") return judge(head.size);
      // A name is only ever a file in the folder.
      if (head.name != "amends.db" && head.name != "amends.key")
        return damaged("holds a part that is unknown: " + head.name);
      TRY(BackupPart part, unpack(head));
      parts_.push_back(std::move(part));
    }
  }

 private:
  struct Head {
    std::string name;
    std::int64_t size = 0;
  };
  Error damaged(const std::string& what) const {
    return fail(Kind::corrupt, request_.file + " " + what, "take another backup: this one can't be trusted");
  }

  Result<Head> next_head() {
    std::string line;
    for (;;) {
      TRY(const std::string c, in_.read_exactly(1));
      if (c == "\n") break;
      line += c;
      if (line.size() > kLongestLine) return damaged("has parts that can't be read");
    }
    const auto space = line.rfind(' ');
    const std::string digits = space == line.npos ? "" : line.substr(space + 1);
    if (digits.empty() || digits.size() > 18 || !std::all_of(digits.begin(), digits.end(), text::is_digit)) {
      return damaged("has parts that can't be read");
    }
    return Head{line.substr(0, space), std::stoll(digits)};
  }

  Result<BackupPart> unpack(const Head& head) {
    const std::string path = folder_ + "/" + head.name;
    const OutFile out{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (out.fd < 0) return trouble(path);
    crypto::Sha256Stream digest;
    for (std::int64_t left = head.size; left > 0;) {
      TRY(const std::string piece, in_.read(static_cast<std::size_t>(std::min<std::int64_t>(left, kRestoredPiece))));
      if (piece.empty()) return damaged("ends too early");
      digest.add(piece);
      for (std::size_t at = 0; at < piece.size();) {
        const ssize_t n = ::write(out.fd, piece.data() + at, piece.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return trouble(path);
        at += static_cast<std::size_t>(n);
      }
      left -= static_cast<std::int64_t>(piece.size());
      done_ += static_cast<std::int64_t>(piece.size());
      if (request_.progress) request_.progress(done_, std::max(total_, done_));
    }
    if (::fsync(out.fd) != 0) return trouble(path);
    return BackupPart{head.name, head.size, text::to_hex(crypto::bytes_of(digest.finish()))};
  }

  Result<Manifest> judge(std::int64_t size) {
    if (size > kLargestManifest) return damaged("has a manifest that can't be read");
    TRY(const std::string json, in_.read_exactly(static_cast<std::size_t>(size)));
    TRY(const std::string behind, in_.read(1));
    if (!behind.empty()) return damaged("goes on behind its manifest");
    auto manifest = parse_manifest(json);
    if (!manifest) return std::move(manifest).error().within(request_.file);
    if (manifest->format > kBackupFormat) {
      return fail(Kind::invalid, request_.file + " was written by a newer Amends (" + manifest->program + ")",
                  "restore it with that one");
    }
    const int newest = migrations().back().version;
    if (manifest->schema > newest) {
      return fail(Kind::invalid,
                  request_.file + " has schema " + std::to_string(manifest->schema) + ", this program knows up to " +
                      std::to_string(newest),
                  "restore it with the Amends that wrote it (" + manifest->program + ") or a newer one");
    }
    const bool same = std::equal(parts_.begin(), parts_.end(), manifest->parts.begin(), manifest->parts.end(),
                                 [](const BackupPart& a, const BackupPart& b) {
                                   return a.name == b.name && a.size == b.size && a.sha256 == b.sha256;
                                 });
    if (!same || parts_.size() != 2) return damaged("doesn't hold what its manifest says");
    return manifest;
  }

  crypto::SecretReader& in_;
  const RestoreRequest& request_;
  const std::string folder_;
  std::vector<BackupPart> parts_;
  std::int64_t done_ = 0, total_ = 0;
};

class Restoring {
 public:
  Restoring(Config config, const RestoreRequest& request, const Clock& clock)
      : config_(std::move(config)), request_(request), clock_(clock), target_(config_.data) {
    while (target_.size() > 1 && target_.back() == '/') target_.pop_back();
    staging_ = target_ + ".restoring";
  }
  ~Restoring() {
    std::error_code ignored;
    if (staged_) fs::remove_all(staging_, ignored);
    if (locked_) std::remove((staging_ + ".lock").c_str());
  }

  Result<RestoreReport> run() {
    TRY(auto in, crypto::SecretReader::open(request_.file, request_.secret));
    TRY_DO(look_at_target());
    TRY_DO(make_parent());
    TRY(const store::FileLock one_at_a_time, store::FileLock::take(staging_));
    locked_ = true;
    TRY_DO(make_staging());
    TRY(report_.manifest, Unpacking(*in, request_, staging_).run());
    TRY_DO(open_anew());
    if (!request_.check_only) TRY_DO(change_places());
    return std::move(report_);
  }

 private:
  bool target_has_something() const {
    std::error_code ignored;
    return fs::exists(target_, ignored) && !(fs::is_directory(target_, ignored) && fs::is_empty(target_, ignored));
  }

  Result<Done> look_at_target() {
    if (request_.check_only || !target_has_something()) return Done{};
    std::error_code ignored;
    if (!fs::is_directory(target_, ignored)) return fail(Kind::invalid, target_ + " is not a folder");
    if (!request_.replace) {
      return fail(Kind::invalid, target_ + " is not empty",
                  "choose another --data, or say --replace: the old folder is kept beside it");
    }
    // Held until the folders have changed places, so that no hub starts in between.
    if (fs::exists(target_ + "/amends.db", ignored)) {
      TRY(target_lock_, store::FileLock::take(target_ + "/amends.db"));
    }
    return Done{};
  }

  Result<Done> make_parent() const {
    std::error_code error;
    const auto parent = fs::path(staging_).parent_path();
    if (!parent.empty()) fs::create_directories(parent, error);
    if (error) return fail(Kind::unavailable, parent.string() + ": " + error.message());
    return Done{};
  }

  Result<Done> make_staging() {
    std::error_code error;
    if (fs::exists(staging_, error)) {
      // Left by a restore that was killed: its beginnings bear the mark. Without it, it is the folder that was
      // replaced.
      if (fs::exists(staging_ + kMark, error) || fs::is_empty(staging_, error)) {
        fs::remove_all(staging_, error);
      } else if (std::rename(staging_.c_str(), kept_name().c_str()) != 0) {
        return trouble(staging_);
      }
    }
    if (::mkdir(staging_.c_str(), 0700) != 0) return trouble(staging_);
    staged_ = true;
    const OutFile mark{::open((staging_ + kMark).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    return mark.fd < 0 ? Result<Done>(trouble(staging_)) : Result<Done>(Done{});
  }

  // A name that nothing has, however many restores a second has seen.
  std::string kept_name() const {
    const std::string name = target_ + ".before-restore-" + compact(clock_.now());
    std::error_code ignored;
    for (int n = 1;; ++n) {
      std::string out = n == 1 ? name : name + "-" + std::to_string(n);
      if (!fs::exists(out, ignored)) return out;
    }
  }

  // What any ledger within reach says: the folder's that is replaced, the one beside the backup, the one given.
  Result<std::vector<erasure::Erasure>> ledgers() {
    std::vector<std::string> files = {target_ + "/" + kLedgerName, store::folder_of(request_.file) + "/" + kLedgerName};
    if (!request_.ledger.empty()) files.push_back(request_.ledger);
    std::vector<erasure::Erasure> all;
    std::error_code ignored;
    report_.ledger_known = false;
    for (const std::string& file : files) {
      if (!fs::exists(file, ignored)) continue;
      TRY(const auto ledger, read_ledger(file));
      all = erasure::together(std::move(all), ledger);
      report_.ledger_known = true;
    }
    return all;
  }

  Result<Done> open_anew() {
    TRY(const auto ledger, ledgers());
    Config config = config_;
    config.data = staging_;
    auto opened = Hub::open(std::move(config), clock_);
    if (!opened) return std::move(opened).error().within(request_.file);
    const auto hub = *std::move(opened);
    TRY(const auto faults, hub->db().check());
    if (!faults.empty()) {
      return fail(Kind::corrupt, request_.file + " holds a damaged database: " + faults.front(), "take another backup");
    }
    if (request_.check_only) return Done{};
    TRY(report_.held, hub->db().write([&](store::Tx& tx) -> Result<std::int64_t> {
      const std::int64_t held = outbox::hold_restored(tx, clock_.now());
      events::restart(tx, clock_.now());
      people::end_what_was_open(tx);
      if (request_.also) TRY_DO(request_.also(tx));
      audit::append(tx, {clock_.now(),
                         {},
                         "backup.restored",
                         {},
                         "",
                         0,
                         audit::detail({{"made", to_rfc3339(report_.manifest.at)}}),
                         {}});
      return held;
    }));
    TRY(report_.erased, reapply_ledger(*hub, ledger));
    TRY_DO(scrub_erased(*hub));
    TRY_DO(keep_ledger(*hub));
    TRY(const audit::Head head,
        hub->db().read([](store::Reader& reader) -> Result<audit::Head> { return audit::head(reader); }));
    return audit::anchor_anew(staging_, head, clock_.now());
  }

  Result<Done> change_places() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(staging_, ignored)) {
      if (entry.path().filename().string().rfind("amends.db.before-", 0) == 0) fs::remove(entry.path(), ignored);
    }
    ::unlink((staging_ + kMark).c_str());
    TRY_DO(store::sync_folder_of(staging_ + "/amends.db"));
    if (target_has_something()) {
      report_.kept_as = kept_name();
      // In one step, so that there is a data folder under that name at any moment.
      if (::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
        if (errno != EINVAL) return trouble(target_);
        if (std::rename(target_.c_str(), report_.kept_as.c_str()) != 0) return trouble(target_);
        if (std::rename(staging_.c_str(), target_.c_str()) != 0) return trouble(staging_);
      } else if (std::rename(staging_.c_str(), report_.kept_as.c_str()) != 0) {
        report_.kept_as = staging_;
      }
    } else {
      ::rmdir(target_.c_str());
      if (std::rename(staging_.c_str(), target_.c_str()) != 0) return trouble(target_);
    }
    staged_ = false;
    return store::sync_folder_of(target_);
  }

  Config config_;
  const RestoreRequest& request_;
  const Clock& clock_;
  std::string target_, staging_;
  store::FileLock target_lock_;
  bool staged_ = false, locked_ = false;
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore(Config config, const RestoreRequest& request, const Clock& clock) {
  return Restoring(std::move(config), request, clock).run();
}

}  // namespace amends::app
