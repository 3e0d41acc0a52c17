// `amends import PATH`: files into the hub, as fast as the machine goes. One thread reads, the others parse, the writer
// commits in batches. Running it again is safe: what is there already is passed over; a run that was cut short goes on.
//
// Threads: blocks the caller; starts its own and joins them.
#pragma once

#include <functional>
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
};

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
