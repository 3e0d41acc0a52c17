#include "core/web/schema.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace amends::web {
namespace {

struct Checker {
  std::vector<FieldError> errors;

  bool full() const { return errors.size() >= kMostErrors; }
  void wrong(const std::string& path, std::string message) {
    if (!full()) errors.push_back({path, std::move(message)});
  }
  void object(const Value& value, const Schema& schema, const std::string& path);
  void field(const Value& value, const Field& field, const std::string& path);
  void one(const Value& value, const Field& field, const std::string& path);
  void words(std::string_view s, const Field& field, const std::string& path);
  void map(const Value& value, const Field& field, const std::string& path);
};

std::int64_t characters_in(std::string_view s) {
  return std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

bool has_control(std::string_view s, bool lines_allowed) {
  return std::any_of(s.begin(), s.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (lines_allowed && (c == '\n' || c == '\r' || c == '\t')) return false;
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

std::string between(const Field& field) {
  return "must be a whole number from " + std::to_string(field.least) + " to " + std::to_string(field.most);
}

void Checker::words(std::string_view s, const Field& field, const std::string& path) {
  const std::int64_t length = characters_in(s);
  if (length < field.least)
    return wrong(path, field.least == 1 ? "must not be empty"
                                        : "must have at least " + std::to_string(field.least) + " characters");
  if (length > field.most) return wrong(path, "must have at most " + std::to_string(field.most) + " characters");
  if (has_control(s, field.type == Type::text || field.lines)) {
    wrong(path, field.type == Type::text || field.lines ? "must not hold control characters"
                                                        : "must be one line without control characters");
  }
}

void Checker::map(const Value& value, const Field& field, const std::string& path) {
  if (value.kind != Value::Kind::object) return wrong(path, "must be an object of texts");
  if (static_cast<std::int64_t>(value.members.size()) > field.most_items)
    return wrong(path, "must have at most " + std::to_string(field.most_items) + " members");
  for (const auto& [name, member] : value.members) {
    const std::string at = path + "." + text::excerpt(text::printable(name), 40);
    if (name.empty() || name.size() > 100 || has_control(name, false)) {
      wrong(at, "is no name");
    } else if (member.kind != Value::Kind::text) {
      wrong(at, "must be a text");
    } else {
      words(member.text, field, at);
    }
  }
}

void Checker::one(const Value& value, const Field& field, const std::string& path) {
  using K = Value::Kind;
  switch (field.type) {
    case Type::text:
    case Type::line:
      if (value.kind != K::text) return wrong(path, "must be a text");
      return words(value.text, field, path);
    case Type::word:
      if (value.kind != K::text || std::find(field.words.begin(), field.words.end(), value.text) == field.words.end())
        wrong(path, "must be one of: " + listed(field.words));
      return;
    case Type::integer:
      if (value.kind != K::integer || value.integer < field.least || value.integer > field.most)
        wrong(path, between(field));
      return;
    case Type::number:
      if ((value.kind != K::integer && value.kind != K::real) || value.real < static_cast<double>(field.least) ||
          value.real > static_cast<double>(field.most))
        wrong(path, "must be a number from " + std::to_string(field.least) + " to " + std::to_string(field.most));
      return;
    case Type::boolean:
      if (value.kind != K::boolean) wrong(path, "must be true or false");
      return;
    case Type::time:
      if (value.kind != K::text || !from_rfc3339(value.text))
        wrong(path, "must be a time such as 2026-11-21T09:00:00Z");
      return;
    case Type::bytes: {
      if (value.kind != K::text) return wrong(path, "must be base64 text");
      const auto decoded = from_base64(value.text);
      if (!decoded) return wrong(path, "must be base64 text");
      if (static_cast<std::int64_t>(decoded->size()) > field.most)
        wrong(path, "must be at most " + std::to_string(field.most) + " bytes");
      return;
    }
    case Type::object: return object(value, *field.of, path);
    case Type::map: return map(value, field, path);
    case Type::any: return;
  }
}

void Checker::field(const Value& value, const Field& field, const std::string& path) {
  if (!field.list) return one(value, field, path);
  if (value.kind != Value::Kind::list) return wrong(path, "must be a list");
  if (static_cast<std::int64_t>(value.items.size()) > field.most_items)
    return wrong(path, "must have at most " + std::to_string(field.most_items) + " items");
  if (field.required && value.items.empty()) return wrong(path, "must not be empty");
  for (std::size_t i = 0; i < value.items.size() && !full(); ++i)
    one(value.items[i], field, path + "[" + std::to_string(i) + "]");
}

void Checker::object(const Value& value, const Schema& schema, const std::string& path) {
  if (value.kind != Value::Kind::object) return wrong(path, "must be an object");
  const auto at = [&](std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  };
  for (const auto& [name, member] : value.members) {
    if (full()) return;
    const std::string_view wanted = name;
    const auto known =
        std::find_if(schema.fields.begin(), schema.fields.end(), [wanted](const Field& f) { return f.name == wanted; });
    if (known == schema.fields.end()) {
      wrong(at(text::excerpt(text::printable(name), 40)), "is not known here");
    } else if (member.kind != Value::Kind::null) {
      field(member, *known, at(name));
    } else if (!known->nullable) {
      wrong(at(name), "must not be null");
    }
  }
  for (const Field& one : schema.fields) {
    if (!one.required) continue;
    const Value* found = value.find(one.name);
    if (found == nullptr) wrong(at(one.name), "is missing");
  }
}

}  // namespace

std::vector<FieldError> check(const Value& value, const Schema& schema) {
  Checker checker;
  checker.object(value, schema, "");
  for (FieldError& error : checker.errors) {
    if (error.field.empty()) error.field = "body";
  }
  return std::move(checker.errors);
}

Read read_parameter(const Field& field, std::string_view text) {
  Read out;
  const std::string name(field.name);
  const auto refuse = [&](std::string why) -> Read { return {{}, {{name, std::move(why)}}}; };
  switch (field.type) {
    case Type::integer: {
      std::int64_t number = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
      if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return refuse(between(field));
      out.value = Value::of(number);
      break;
    }
    case Type::number: {
      double number = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
      if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return refuse("must be a number");
      out.value.kind = Value::Kind::real;
      out.value.real = number;
      break;
    }
    case Type::boolean:
      if (text != "true" && text != "false") return refuse("must be true or false");
      out.value = Value::of(text == "true");
      break;
    case Type::time:
      // A day is its first moment in UTC.
      out.value = Value::of(std::string(text) + (text.size() == 10 ? "T00:00:00Z" : ""));
      break;
    default: out.value = Value::of(std::string(text));
  }
  Checker checker;
  checker.one(out.value, field, name);
  out.errors = std::move(checker.errors);
  return out;
}

const Value* Arguments::find(std::string_view name) const {
  const Value* found = value().find(name);
  return found != nullptr && found->kind != Value::Kind::null ? found : nullptr;
}

std::string_view Arguments::text(std::string_view name) const {
  const Value* found = find(name);
  return found != nullptr ? std::string_view(found->text) : std::string_view{};
}

std::int64_t Arguments::integer(std::string_view name, std::int64_t fallback) const {
  const Value* found = find(name);
  return found != nullptr ? found->integer : fallback;
}

std::optional<double> Arguments::number(std::string_view name) const {
  const Value* found = find(name);
  return found != nullptr ? std::optional(found->real) : std::nullopt;
}

bool Arguments::flag(std::string_view name, bool fallback) const {
  const Value* found = find(name);
  return found != nullptr ? found->boolean : fallback;
}

std::optional<Timestamp> Arguments::time(std::string_view name) const {
  const Value* found = find(name);
  return found != nullptr ? from_rfc3339(found->text) : std::nullopt;
}

std::string Arguments::bytes(std::string_view name) const { return from_base64(text(name)).value_or(""); }

std::vector<std::string> Arguments::texts(std::string_view name) const {
  std::vector<std::string> out;
  if (const Value* found = find(name)) {
    for (const Value& item : found->items) out.push_back(item.text);
  }
  return out;
}

std::vector<std::int64_t> Arguments::integers(std::string_view name) const {
  std::vector<std::int64_t> out;
  if (const Value* found = find(name)) {
    for (const Value& item : found->items) out.push_back(item.integer);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Arguments::map(std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> out;
  if (const Value* found = find(name)) {
    for (const auto& [key, value] : found->members) out.emplace_back(key, value.text);
  }
  return out;
}

std::vector<Arguments> Arguments::objects(std::string_view name) const {
  std::vector<Arguments> out;
  if (const Value* found = find(name)) {
    for (const Value& item : found->items) out.emplace_back(&item);
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  static constexpr auto kDigits = [] {
    std::array<std::int8_t, 256> digits{};
    digits.fill(-1);
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
      digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return digits;
  }();
  if (text.size() % 4 != 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::int8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit < 0) return {};
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFF);
  }
  if ((bits & ((1u << held) - 1)) != 0) return {};
  return out;
}

}  // namespace amends::web
