// `amends import PATH`: files into the hub, as fast as the machine goes. One thread reads, the others parse, the writer
// commits in batches. Running it again is safe: what is there already is passed over; a run that was cut short goes on.
//
// Threads: blocks the caller; starts its own and joins them.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/app/pipeline.h"
#include "core/channel/import.h"

namespace amends::app {

struct ImportRequest {
  std::string path;
  std::vector<std::string> own_handles;  // addresses that are ours: what they wrote is `out`
  bool open = false;                     // threads awaiting an answer go to the inbox instead of the archive
  channel::ImportOptions options;
  // Asked for a stop it ends with conflict; what was committed stays, and running it again goes on.
  std::stop_token stop = {};
  // Parsing threads take the crash guard's slots from here on; one beside a serving hub leaves the hub its own.
  std::size_t first_slot = 0;
};
// For imports beside a serving hub: slot 0 places, the last two are for answers and second tries.
inline constexpr std::size_t kImportSlot = 1;
inline constexpr std::size_t kSecondTrySlot = CrashGuard::kSlots - 2;

struct ImportReport {
  InReport in;
  std::vector<std::string> troubles;  // at most 100: files that could not be read
  std::int64_t bytes = 0;
};

// `progress(done bytes, total bytes, report so far)` is called from one thread, a few times a second.
Result<ImportReport> import_path(Hub& hub, const Brand& brand, const ImportRequest& request,
                                 const std::function<void(const channel::ImportProgress&, const InReport&)>& progress);

// Which channel reads this path, and how: for a dry run.
Result<std::vector<std::string>> describe_import(const ImportRequest& request);

}  // namespace amends::app
