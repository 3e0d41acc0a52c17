#include "core/base/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <random>

#include "core/base/clock.h"
#include "core/base/text.h"

namespace amends::log {
namespace {

std::atomic<Level> g_level{Level::info};

void append_json(std::string& out, std::string_view s) {
  out += '"';
  for (const char c : text::repair_utf8(s)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string_view name_of(Level level) {
  static constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace

void set_level(Level level) { g_level = level; }
Level level() { return g_level; }

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < g_level.load(std::memory_order_relaxed)) return;
  std::string line = "{\"at\":";
  append_json(line, to_rfc3339(SystemClock().now()));
  line += ",\"level\":";
  append_json(line, name_of(level));
  line += ",\"event\":";
  append_json(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_json(line, field.key);
    line += ':';
    if (const auto* s = std::get_if<std::string_view>(&field.value)) {
      append_json(line, *s);
    } else {
      line += std::to_string(std::get<std::int64_t>(field.value));
    }
  }
  line += "}\n";
  // One write a line: lines of several threads never mix, and a full pipe loses a line rather than blocking for ever.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

std::string address_tag(std::string_view address) {
  static const std::uint64_t key = [] {
    std::random_device random;
    return (static_cast<std::uint64_t>(random()) << 32) | random();
  }();
  std::uint64_t h = 0xcbf29ce484222325ULL ^ key;  // FNV-1a, keyed: a label, not a protection
  for (const char c : address) h = (h ^ static_cast<unsigned char>(text::ascii_lower(c))) * 0x100000001b3ULL;
  char out[16];
  std::snprintf(out, sizeof out, "~%08x", static_cast<unsigned>(h ^ (h >> 32)));
  return out;
}

}  // namespace amends::log
