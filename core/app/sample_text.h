// The texts of packaging/sample, embedded when the program is built.
#pragma once

#include <string_view>

namespace amends::app {

// The file packaging/sample/<name>.txt; "" when there is none. Lives as long as the program.
std::string_view sample_text(std::string_view name);

}  // namespace amends::app
