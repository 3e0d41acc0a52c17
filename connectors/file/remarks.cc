#include "connectors/file/remarks.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::connectors::file {
namespace {
constexpr std::size_t kMostLines = 10;
}  // namespace

void Remarks::add(std::size_t line, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    const std::string_view what = std::string_view(note).substr(0, note.find(": "));
    const auto known =
        std::find_if(remarks_.begin(), remarks_.end(), [&](const Remark& remark) { return remark.what == what; });
    if (known != remarks_.end()) {
      ++known->rows;
    } else {
      remarks_.push_back({std::string(what), note, line, 1});
    }
  }
}

std::vector<std::string> Remarks::lines() const {
  std::vector<Remark> sorted = remarks_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Remark& a, const Remark& b) { return a.rows > b.rows; });
  std::vector<std::string> out;
  for (const Remark& remark : sorted) {
    if (out.size() == kMostLines) {
      out.push_back("  and " + std::to_string(sorted.size() - kMostLines) + " more remarks");
      break;
    }
    out.push_back("  " + std::to_string(remark.rows) + (remark.rows == 1 ? " row: " : " rows: ") +
                  text::printable(remark.first) + (remark.rows == 1 ? " (line " : " (first in line ") +
                  std::to_string(remark.line) + ")");
  }
  return out;
}

}  // namespace amends::connectors::file
