// Shapes of JSON as tables: what a body may hold and what an answer holds. One table checks bodies and parameters, is
// written into the OpenAPI document, and tells the tests what to send.
//
//   constexpr Field kNoteBody[] = {text_field("text", "What the note says").needed().up_to(20'000)};
//   inline constexpr Schema kNote{"NewNote", kNoteBody};
//
// Pure. Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/model/words.h"
#include "core/web/value.h"

namespace amends::web {

enum class Type : std::uint8_t {
  text,     // lines of text: no control characters but tab and line breaks
  line,     // one line of text
  word,     // one of `words`
  integer,  // least … most
  number,
  boolean,
  time,    // RFC 3339 with an offset
  bytes,   // base64 (RFC 4648 section 4)
  object,  // of the shape `of`
  map,     // names to lines of text
  any,     // answers only: JSON that a stage wrote
};

struct Schema;

struct Field {
  std::string_view name;
  Type type = Type::text;
  std::string_view about;
  bool required = false;
  bool nullable = false;          // null says the same as leaving it out; in an answer: may be null
  bool list = false;              // a list of these
  bool lines = false;             // map: its texts may have several lines
  std::int64_t least = 0;         // integer: smallest; text: fewest characters
  std::int64_t most = 200;        // integer: largest; text: most characters; bytes: most bytes decoded
  std::int64_t most_items = 100;  // of a list or a map
  std::span<const std::string_view> words = {};
  const Schema* of = nullptr;

  constexpr Field needed() const {
    Field f = *this;
    f.required = true;
    if ((type == Type::text || type == Type::line) && f.least == 0) f.least = 1;
    return f;
  }
  constexpr Field or_null() const {
    Field f = *this;
    f.nullable = true;
    return f;
  }
  constexpr Field up_to(std::int64_t limit) const {
    Field f = *this;
    f.most = limit;
    return f;
  }
  constexpr Field from(std::int64_t limit) const {
    Field f = *this;
    f.least = limit;
    return f;
  }
  constexpr Field of_lines() const {
    Field f = *this;
    f.lines = true;
    return f;
  }
  constexpr Field many(std::int64_t limit) const {
    Field f = *this;
    f.list = true;
    f.most_items = limit;
    return f;
  }
};

struct Schema {
  std::string_view name;
  std::span<const Field> fields;
};

inline constexpr std::int64_t kLargestId = (std::int64_t{1} << 53) - 1;  // what every JSON reader holds exactly

constexpr Field text_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::text, .about = about};
}
constexpr Field line_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::line, .about = about};
}
constexpr Field word_field(std::string_view name, std::span<const std::string_view> words, std::string_view about) {
  return {.name = name, .type = Type::word, .about = about, .words = words};
}
constexpr Field id_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::integer, .about = about, .least = 1, .most = kLargestId};
}
constexpr Field integer_field(std::string_view name, std::int64_t least, std::int64_t most, std::string_view about) {
  return {.name = name, .type = Type::integer, .about = about, .least = least, .most = most};
}
constexpr Field number_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::number, .about = about, .least = -1'000'000'000, .most = 1'000'000'000};
}
constexpr Field flag_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::boolean, .about = about};
}
constexpr Field time_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::time, .about = about};
}
constexpr Field bytes_field(std::string_view name, std::int64_t most, std::string_view about) {
  return {.name = name, .type = Type::bytes, .about = about, .most = most};
}
constexpr Field object_field(std::string_view name, const Schema& of, std::string_view about) {
  return {.name = name, .type = Type::object, .about = about, .of = &of};
}
constexpr Field map_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::map, .about = about};
}
constexpr Field any_field(std::string_view name, std::string_view about) {
  return {.name = name, .type = Type::any, .about = about};
}

// The names of a table of words (core/model/words.h), for word_field().
template <const auto& table>
inline constexpr auto kNamesOf = [] {
  std::array<std::string_view, std::size(table)> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = table[i].name;
  return names;
}();

struct FieldError {
  std::string field;  // "files[0].name"
  std::string message;
};
inline constexpr std::size_t kMostErrors = 20;

// What is wrong with `value`; nothing when it fits. An unknown member is wrong.
std::vector<FieldError> check(const Value& value, const Schema& schema);

// What a parameter says, as the value of its field; one error when it doesn't fit.
struct Read {
  Value value;
  std::vector<FieldError> errors;
};
Read read_parameter(const Field& field, std::string_view text);

// A body or the parameters, known to fit their schema. What was left out, or is null, reads as the empty value.
class Arguments {
 public:
  Arguments() = default;
  explicit Arguments(Value value) : value_(std::move(value)) {}
  explicit Arguments(const Value* borrowed) : borrowed_(borrowed) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string_view text(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
  std::optional<double> number(std::string_view name) const;
  bool flag(std::string_view name, bool fallback = false) const;
  std::optional<Timestamp> time(std::string_view name) const;
  std::string bytes(std::string_view name) const;  // decoded
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> map(std::string_view name) const;
  std::vector<Arguments> objects(std::string_view name) const;  // borrow from this one
  template <class Enum, std::size_t N>
  std::optional<Enum> word(std::string_view name, const model::Word<Enum> (&words)[N]) const {
    return model::value_in(words, text(name));
  }
  // Not null, or null.
  const Value* find(std::string_view name) const;
  void set(std::string name, Value value) { value_.members.push_back({std::move(name), std::move(value)}); }
  const Value& value() const { return borrowed_ != nullptr ? *borrowed_ : value_; }

 private:
  Value value_;
  const Value* borrowed_ = nullptr;
};

// RFC 4648 section 4 with padding; nothing for anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace amends::web
