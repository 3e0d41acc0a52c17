// A JSON text that came from outside, as plain values. Reading is strict where strangers differ: UTF-8 without a byte
// order mark, no duplicate keys (RFC 8259 section 4 leaves their meaning open), no lone surrogates, numbers that fit,
// at most kDeepest levels and kMostValues values. Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::web {

inline constexpr int kDeepest = 64;
inline constexpr std::size_t kMostValues = 200'000;

struct Member;

struct Value {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };
  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;  // of an integer too
  std::string text;
  std::vector<Value> items;     // of a list
  std::vector<Member> members;  // of an object, as they came

  // Null when there is no such member.
  const Value* find(std::string_view name) const;

  static Value of(std::string text);
  static Value of(std::int64_t number);
  static Value of(bool flag);
};

struct Member {
  std::string name;
  Value value;
};

// invalid, with a sentence that repeats nothing of the text.
Result<Value> parse_json(std::string_view text);

}  // namespace amends::web
