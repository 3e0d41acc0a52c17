// Everything keyed to a person, as one ZIP that is made while it is read: person.json (who they are, their identities,
// merges and suggestions), timeline.json (every message with its words, every event, note, draft, and what we sent them
// with its fate) and items/… (the bytes as they came: mail as .eml). A mail that also went to others in secret (Bcc) is
// told without its bytes, because those name the others.
//
// Threads: any; reads one snapshot, a message at a time, so its memory does not grow with the person.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/app/hub.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace amends::app {

struct ExportReport {
  std::int64_t messages = 0, items = 0, withheld = 0, bytes = 0;  // bytes of the ZIP
};

// `sink` takes the bytes in order; an Error from it (a reader that went away) ends the export with that Error.
// not_found: no such customer in the brand.
Result<ExportReport> export_person(Hub& hub, BrandId brand, CustomerId customer,
                                   const std::function<Result<Done>(std::string_view)>& sink);

}  // namespace amends::app
