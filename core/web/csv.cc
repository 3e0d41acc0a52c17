#include "core/web/csv.h"

#include "core/base/text.h"

namespace amends::web {
namespace {

bool starts_formula(std::string_view value) {
  static constexpr std::string_view kStarts = "=+-@\t\r\n";
  if (value.empty()) return false;
  if (kStarts.find(value.front()) != kStarts.npos) return true;
  // Full-width forms of the same signs, which spreadsheets take too.
  for (const std::string_view wide : {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"}) {
    if (value.substr(0, wide.size()) == wide) return true;
  }
  // White space in front is skipped by some.
  const std::string_view trimmed = text::trim_left(value);
  return trimmed.size() != value.size() && starts_formula(trimmed);
}

}  // namespace

std::string csv_cell(std::string_view value) {
  std::string out = "\"";
  if (starts_formula(value)) out += '\'';
  out += text::replace_all(value, "\"", "\"\"");
  out += '"';
  return out;
}

}  // namespace amends::web
