// Opens a page in the browser of the person at this terminal.
#pragma once

#include <string>

namespace amends::cli {

// False when nobody sits at a desktop here, or there is nothing to open pages with; then the address has to do. The
// browser goes its own way: nothing waits for it.
bool open_in_browser(const std::string& url);

}  // namespace amends::cli
