// What can be wrong around a hub rather than in it: rights of files, the clock, the disk, an address open to everybody,
// mail that nobody can tell is ours, backups that nobody makes. For `amends doctor`; each is a few findings and changes
// nothing.
// Threads: any. look_at_names() asks the name servers, a few seconds at most each; without an answer it says nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/app/config.h"
#include "core/app/doctor.h"
#include "core/base/clock.h"

namespace amends::app {

std::vector<Finding> look_at_rights(const std::string& folder);

struct ClockFacts {
  bool synchronised = true;              // as the kernel believes (adjtimex(2))
  std::optional<Timestamp> newest_seen;  // what this hub itself last wrote down
};
ClockFacts clock_of_this_machine();
std::vector<Finding> look_at_clock(const ClockFacts& facts, Timestamp now);

struct DiskFacts {
  std::int64_t free_bytes = 0, database_bytes = 0, low_mark = 0, free_files = 0;
};
std::vector<Finding> look_at_disk(const DiskFacts& facts, const std::string& folder);

std::vector<Finding> look_at_address(const HttpConfig& http);

// Whether a name is known to the name servers, with or without records; nothing when they don't answer.
using NameExists = std::function<std::optional<bool>(const std::string& name)>;
std::optional<bool> ask_name_servers(const std::string& name);
// A domain below which no "_domainkey" exists signs no mail (RFC 6376 section 3.6.2.1; an empty name that has names
// below it is known all the same, RFC 8020).
std::vector<Finding> look_at_names(const std::vector<std::string>& domains, const NameExists& exists);

std::vector<Finding> look_at_backups(const BackupConfig& backup, Timestamp now);

}  // namespace amends::app
