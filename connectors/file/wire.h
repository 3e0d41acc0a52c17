// An item of this channel is one JSON object: a line of a JSON-lines file as it came, or a CSV row written as one, with
// our names for the mapped columns and the file's own names for the rest. A row that can't be read is wrapped, bytes
// and all, so that it is kept and can be looked at.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/file/csv.h"
#include "connectors/file/fields.h"
#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/model/content.h"

namespace amends::connectors::file {

// A CSV record as JSON. `date_order` ("dmy", "mdy" or "") is written along when the file's dates showed it, `repeat`
// when rows before it, without an id of their own, say exactly the same.
std::string row_json(const CsvRecord& record, const ColumnMap& columns, std::string_view date_order,
                     std::size_t repeat = 0);

// {"unreadable": {"line": …, "reason": …, "bytes": …}}; parse() answers it with the reason.
std::string unreadable_json(std::size_t line, std::string_view reason, std::string_view bytes);

// What names an item for ever: "review:4711", or "google:4711" when the row or the settings say its site; without an id
// "row:" and a digest of what it says; "bad:" and a digest of the bytes for what can't be read.
struct Name {
  std::string external_id;
  bool from_digest = false;
};
Name name_item(std::string_view raw, const channel::Settings& settings);

// Why a line of a JSON-lines file is no item at all; "" when it is one JSON object.
std::string line_problem(std::string_view line);

Result<model::Content> parse_row(std::string_view raw, std::string_view place, const channel::Settings& settings);

}  // namespace amends::connectors::file
