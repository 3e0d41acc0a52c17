// `amends plugin-host FILE.so`: a C plugin (core/channel/plugin_abi.h) as a process that speaks JSON lines, so that a
// plugin that crashes takes only its own process along.
#pragma once

#include <iosfwd>
#include <string>

namespace amends::cli {

// Until `in` ends. The exit code.
int plugin_host(const std::string& path, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace amends::cli
