// What a row of any site's export may say, under which names sites say it, and which column of a file is which. A field
// of ours is a row of one table: its name in our JSON and the names others give it, folded (letters and digits only,
// lower case).
//
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::connectors::file {

enum class Field : std::uint8_t {
  id,
  kind,    // review, mention, comment, direct_message, call, form, mail
  source,  // the site it came from; ids and handles are unique within it
  author,  // name as shown
  handle,  // what tells authors apart on that site
  at,
  updated,
  rating,
  rating_max,  // 5 when absent
  title,
  text,
  permalink,
  location,
  language,
  reply_to,  // id of what it answers
  deleted,
  visibility,  // public or private
  date_order,  // written by the CSV reader when the column shows it: "dmy" or "mdy"
};
inline constexpr std::size_t kFields = 18;

std::string_view name_of(Field field);
// By our own name only.
std::optional<Field> field_named(std::string_view name);
// By any of the names in the table, however it is spelt: "Review Text", "review_text", "reviewText".
std::optional<Field> field_known_as(std::string_view name);
// Letters and digits in lower case; everything beyond ASCII stays as it is, folded.
std::string fold_name(std::string_view name);

// Which column holds which field.
struct ColumnMap {
  std::map<Field, std::size_t> column_of;
  std::vector<std::string> headers;  // of every column; "column 3" where the file has none
  bool has_header = true;
  // Columns that hold no field.
  std::vector<std::size_t> unused() const;
};

// One wish of `map`: a field and the column's header or number ("#3", from 1). "rating=" leaves the field out.
struct Wish {
  Field field;
  std::string column;
};
// "rating=Stars" lines, or one line with commas between them; a name with a comma in it needs lines.
Result<std::vector<Wish>> parse_wishes(std::string_view map);

// Wishes first, then what the headers say by themselves. Without a header row every wish is a number. invalid when a
// wish names no column, or when no column with words or stars in it was recognised at all.
Result<ColumnMap> map_columns(const std::vector<std::string>& first_record, const std::vector<Wish>& wishes);

}  // namespace amends::connectors::file
