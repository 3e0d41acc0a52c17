// The file by which whoever runs Amends corrects how the mails of review sites look ([mail] notification_wordings;
// packaging/wordings.toml describes every key): rows of channel::Notifications for channels that have such mails,
// tried before the built-in ones or in their place.
//
// Errors are invalid, with file, line and column: what can't be read, an unknown key with the nearest that exists, a
// channel that has no such mails, a wording that could never be understood. Pure. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/app/notice.h"
#include "core/base/result.h"

namespace amends::app {

// `file_name` is how errors call it.
Result<std::vector<WordingCorrection>> read_wordings(std::string_view text, std::string_view file_name);

}  // namespace amends::app
