// Structured logs, one JSON object a line on stderr: {"at":…,"level":…,"event":…, fields…}. Bodies, addresses and
// secrets never go in: address_tag() gives a short keyed hash to tell people apart in one run. Safe from any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace amends::log {

enum class Level : std::uint8_t { debug, info, warning, error, off };

using Value = std::variant<std::string_view, std::int64_t>;
struct Field {
  std::string_view key;
  Value value;
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  template <class Int>
  requires std::is_integral_v<Int> Field(std::string_view k, Int v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

void set_level(Level level);
Level level();
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

// The same address gives the same tag while this process lives, another one in the next.
std::string address_tag(std::string_view address);

}  // namespace amends::log
