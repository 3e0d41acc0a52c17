// What reading a file's rows would leave open, gathered for who looks before importing: each remark once, with how many
// rows it is said of and the first of them.
//
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace amends::connectors::file {

// Rows that a preview reads whole; of later ones it says only which can't be read at all.
inline constexpr std::size_t kRowsForRemarks = 20'000;

class Remarks {
 public:
  // What parse_row noted of the row that begins in this line.
  void add(std::size_t line, const std::vector<std::string>& notes);
  // "  3 rows: date not understood: "soon" (first in line 4)", those of the most rows first, at most ten.
  std::vector<std::string> lines() const;

 private:
  struct Remark {
    std::string what;  // up to its own words
    std::string first;
    std::size_t line = 0, rows = 0;
  };
  std::vector<Remark> remarks_;
};

}  // namespace amends::connectors::file
