// What must hold for any body: it is refused in words that repeat nothing of it, or it is a value no deeper and no
// larger than allowed, and checking it against a shape ends with few errors. Built by clang with
// -fsanitize=fuzzer,address.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/web/json.h"
#include "core/web/route.h"
#include "core/web/schema.h"
#include "core/web/site.h"
#include "core/web/value.h"

namespace {

using amends::web::Value;

int depth_of(const Value& value) {
  int deepest = 0;
  for (const Value& item : value.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& member : value.members) deepest = std::max(deepest, depth_of(member.value));
  return deepest + (value.kind == Value::Kind::list || value.kind == Value::Kind::object ? 1 : 0);
}

void write(amends::web::Json& json, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: json.add(nullptr); break;
    case Value::Kind::boolean: json.add(value.boolean); break;
    case Value::Kind::integer: json.add(value.integer); break;
    case Value::Kind::real: json.add(value.real); break;
    case Value::Kind::text: json.add(value.text); break;
    case Value::Kind::list:
      json.open_list();
      for (const Value& item : value.items) write(json, item);
      json.close_list();
      break;
    case Value::Kind::object:
      json.open();
      for (const auto& member : value.members) write(json.key(member.name), member.value);
      json.close();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = amends::web::parse_json(text);
  if (!value) {
    if (value.error().what.size() > 100) std::abort();
    return 0;
  }
  if (depth_of(*value) > amends::web::kDeepest) std::abort();
  // What is written of it reads as itself.
  amends::web::Json json;
  write(json, *value);
  const auto again = amends::web::parse_json(json.text());
  if (!again) std::abort();
  amends::web::Json second;
  write(second, *again);
  if (second.text() != json.text()) std::abort();
  static const auto rows = amends::web::all_routes();
  for (const amends::web::Route* route : rows) {
    if (route->body == nullptr) continue;
    const auto errors = amends::web::check(*value, *route->body);
    if (errors.size() > amends::web::kMostErrors) std::abort();
    for (const auto& error : errors) {
      if (error.field.empty() || !amends::text::is_utf8(error.field) || error.field.size() > 500) std::abort();
    }
  }
  return 0;
}
