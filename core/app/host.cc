#include "core/app/host.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace amends::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kClockMayDiffer{5};
constexpr std::int64_t kFewFiles = 1000;
constexpr std::chrono::hours kBackupTooOld{48};
constexpr int kSecondsForNames = 2;

Finding warning(std::string about, std::string what, std::string mend) {
  return {Level::warning, std::move(about), std::move(what), std::move(mend)};
}

std::string mib(std::int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

std::vector<Finding> look_at_rights(const std::string& folder) {
  std::vector<Finding> out;
  const auto look = [&](const std::string& path, const char* mode) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return;
    if ((info.st_mode & 077) != 0) {
      out.push_back(warning("data", path + " can be read by other users", std::string("chmod ") + mode + " " + path));
    }
    if (info.st_uid != ::geteuid()) {
      out.push_back(warning("data", path + " belongs to another user",
                            "run this as the user that Amends runs as, or give the file to it"));
    }
  };
  look(folder, "700");
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) look(entry.path().string(), "600");
  }
  return out;
}

ClockFacts clock_of_this_machine() {
  timex asked{};
  const int state = ::adjtimex(&asked);
  return {state >= 0 && state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0, {}};
}

std::vector<Finding> look_at_clock(const ClockFacts& facts, Timestamp now) {
  std::vector<Finding> out;
  if (facts.newest_seen && *facts.newest_seen > now + kClockMayDiffer) {
    const auto minutes = (*facts.newest_seen - now).count() / 60'000;
    out.push_back({Level::failure, "clock",
                   "it stands " + std::to_string(minutes) + " minutes before what this hub wrote down already",
                   "set the clock; until then mail seems to come from the future and sends wait for their time"});
  }
  if (!facts.synchronised) {
    out.push_back(
        warning("clock", "nothing keeps it right: the kernel says that it isn't synchronised",
                "install and start chrony or systemd-timesyncd; signatures and time-outs of others go by it"));
  }
  return out;
}

std::vector<Finding> look_at_disk(const DiskFacts& facts, const std::string& folder) {
  std::vector<Finding> out;
  if (facts.free_bytes < facts.low_mark) {
    out.push_back({Level::failure, "disk", "only " + mib(facts.free_bytes) + " are free in " + folder,
                   "make room: below " + mib(facts.low_mark) + " nothing is pulled or newly sent"});
  } else if (facts.free_bytes < 2 * facts.low_mark) {
    out.push_back(warning("disk", "only " + mib(facts.free_bytes) + " are free in " + folder,
                          "make room: below " + mib(facts.low_mark) + " nothing is pulled or newly sent"));
  } else if (facts.free_bytes < facts.database_bytes + facts.database_bytes / 8) {
    out.push_back(warning("disk", "there is less room in " + folder + " than the database has",
                          "a backup, an update of the schema and an erasure each need that much for a while"));
  }
  if (facts.free_files > 0 && facts.free_files < kFewFiles) {
    out.push_back(warning("disk", "only " + std::to_string(facts.free_files) + " more files fit onto it",
                          "remove small files: without a free inode nothing can be made"));
  }
  return out;
}

std::vector<Finding> look_at_address(const HttpConfig& http) {
  if (!http.enabled) return {};
  const bool here_only = http.address == "::1" || http.address.rfind("127.", 0) == 0;
  if (here_only || !http.certificate_file.empty()) return {};
  return {
      warning("[http]", "it answers on " + http.address + " without TLS: passwords and customers' words go in clear",
              "set certificate_file and key_file, or address = \"127.0.0.1\" behind a proxy that has a certificate")};
}

std::optional<bool> ask_name_servers(const std::string& name) {
  struct __res_state state {};
  if (::res_ninit(&state) != 0) return {};
  state.retrans = kSecondsForNames;
  state.retry = 1;
  unsigned char answer[NS_PACKETSZ];
  const int length = ::res_nquery(&state, name.c_str(), ns_c_in, ns_t_txt, answer, sizeof answer);
  const int error = state.res_h_errno;
  ::res_nclose(&state);
  if (length >= 0 || error == NO_DATA) return true;
  if (error == HOST_NOT_FOUND) return false;
  return {};
}

std::vector<Finding> look_at_names(const std::vector<std::string>& domains, const NameExists& exists) {
  std::vector<Finding> out;
  std::set<std::string> asked;
  for (const std::string& domain : domains) {
    if (domain.empty() || !asked.insert(domain).second) continue;
    // A domain that nobody knows, such as a test's, or name servers that don't answer, say nothing about signatures.
    if (exists(domain) != true) continue;
    if (exists("_domainkey." + domain) == false) {
      out.push_back(warning("mail " + domain, "no DKIM key is published for it: what you send may count as spam",
                            "have your mail provider sign, and publish its key; dkim_selector and dkim_key let Amends "
                            "sign itself"));
    }
    if (exists("_dmarc." + domain) == false) {
      out.push_back(warning("mail " + domain, "no DMARC record is published for it",
                            "publish a TXT record at _dmarc." + domain + ", to begin with: v=DMARC1; p=none"));
    }
  }
  return out;
}

std::vector<Finding> look_at_backups(const BackupConfig& backup, Timestamp now) {
  if (backup.folder.empty()) {
    return {warning("backup", "no place for backups is configured",
                    "set folder and key_file in [backup], and run `amends backup` every night "
                    "(packaging/amends-backup.timer)")};
  }
  std::error_code error;
  std::optional<Timestamp> newest;
  for (const auto& entry : fs::directory_iterator(backup.folder, error)) {
    struct stat info {};
    if (entry.path().extension() != ".backup" || ::stat(entry.path().c_str(), &info) != 0) continue;
    const Timestamp at{static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1000};
    if (!newest || *newest < at) newest = at;
  }
  if (error)
    return {warning("backup", backup.folder + ": " + error.message(), "make the folder, for the user of Amends")};
  if (!newest) return {warning("backup", "there is no backup in " + backup.folder, "run: amends backup")};
  if (now - *newest > kBackupTooOld) {
    return {warning("backup", "the newest backup is of " + to_rfc3339(*newest),
                    "run: amends backup, and see why it stopped")};
  }
  return {{Level::good, "backup", "the newest is of " + to_rfc3339(*newest), ""}};
}

}  // namespace amends::app
