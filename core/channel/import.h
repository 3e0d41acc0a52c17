// Files as a source: what `amends import PATH` reads. A channel that knows the format of a path offers its items one by
// one, in a fixed order, with bounded memory.
//
// Threads: one at a time per source.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/item.h"

namespace amends::channel {

struct ImportOptions {
  // For tables: our field -> their column ("rating" -> "Stars"). Empty: guessed from the header row.
  std::map<std::string, std::string> mapping;
};

struct ImportProgress {
  std::int64_t done = 0, total = 0;  // bytes; total 0 when not known
};

class ImportSource {
 public:
  virtual ~ImportSource() = default;

  // Calls `visit` for every item until it answers false. An item whose external_id is empty is named by its digest.
  // `trouble` hears of what can't be read at all (a file without permission); the walk goes on.
  virtual Result<Done> each(const std::function<bool(model::Item&&, const ImportProgress&)>& visit,
                            const std::function<void(const Error&)>& trouble) = 0;

  // For a dry run: what was recognised and how it will be read, a line each.
  virtual Result<std::vector<std::string>> describe() = 0;
};

}  // namespace amends::channel
