// Mail that lies in files, as an import: mbox, Maildir, .eml, folders of them.
#pragma once

#include <memory>
#include <string>

#include "core/channel/import.h"

namespace amends::connectors::email {

// Null when nothing at `path` looks like mail.
Result<std::unique_ptr<channel::ImportSource>> open_import(const std::string& path,
                                                           const channel::ImportOptions& options);

}  // namespace amends::connectors::email
