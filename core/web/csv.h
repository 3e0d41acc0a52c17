// Cells of a table that a person opens in a spreadsheet (RFC 4180): what a spreadsheet would take for a formula gets an
// apostrophe in front (OWASP, CSV injection). Pure.
#pragma once

#include <string>
#include <string_view>

namespace amends::web {

// With its quotes, without a comma.
std::string csv_cell(std::string_view value);

}  // namespace amends::web
