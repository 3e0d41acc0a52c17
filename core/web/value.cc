#include "core/web/value.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace amends::web {
namespace {

// Builds the value while the text is read, so that what is too deep or too much ends the reading at once.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Value root;
  std::string trouble;

  bool null() override { return leaf({}); }
  bool boolean(bool v) override { return leaf(Value::of(v)); }
  bool number_integer(number_integer_t v) override { return leaf(Value::of(static_cast<std::int64_t>(v))); }
  bool number_unsigned(number_unsigned_t v) override {
    if (v > static_cast<number_unsigned_t>(INT64_MAX)) return number_float(static_cast<double>(v), {});
    return leaf(Value::of(static_cast<std::int64_t>(v)));
  }
  bool number_float(number_float_t v, const string_t&) override {
    Value value;
    value.kind = Value::Kind::real;
    value.real = v;
    return leaf(std::move(value));
  }
  bool string(string_t& v) override { return leaf(Value::of(std::move(v))); }
  bool binary(binary_t&) override { return refuse("it holds binary data"); }
  bool start_object(std::size_t) override { return open(Value::Kind::object); }
  bool start_array(std::size_t) override { return open(Value::Kind::list); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override {
    std::vector<std::string_view> names;
    names.reserve(open_.back()->members.size());
    for (const auto& [name, value] : open_.back()->members) names.emplace_back(name);
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) return refuse("it names a member twice");
    open_.pop_back();
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("it is no JSON, at byte " + std::to_string(at));
  }

 private:
  bool refuse(std::string why) {
    trouble = std::move(why);
    return false;
  }
  Value* place(Value&& value) {
    if (++values_ > kMostValues) return nullptr;
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    Value& parent = *open_.back();
    if (parent.kind == Value::Kind::list) {
      parent.items.push_back(std::move(value));
      return &parent.items.back();
    }
    parent.members.push_back({std::move(key_), std::move(value)});
    return &parent.members.back().value;
  }
  bool leaf(Value&& value) { return place(std::move(value)) != nullptr || refuse("it holds too many values"); }
  // The parents on the stack don't move while a child is open: only the innermost one grows.
  bool open(Value::Kind kind) {
    if (open_.size() >= static_cast<std::size_t>(kDeepest)) return refuse("it is nested too deeply");
    Value value;
    value.kind = kind;
    Value* placed = place(std::move(value));
    if (placed == nullptr) return refuse("it holds too many values");
    open_.push_back(placed);
    return true;
  }

  std::vector<Value*> open_;
  std::string key_;
  std::size_t values_ = 0;
};

}  // namespace

const Value* Value::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value Value::of(std::string text) {
  Value out;
  out.kind = Kind::text;
  out.text = std::move(text);
  return out;
}

Value Value::of(std::int64_t number) {
  Value out;
  out.kind = Kind::integer;
  out.integer = number;
  out.real = static_cast<double>(number);
  return out;
}

Value Value::of(bool flag) {
  Value out;
  out.kind = Kind::boolean;
  out.boolean = flag;
  return out;
}

Result<Value> parse_json(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return fail(Kind::invalid, "it begins with a byte order mark");
  Builder builder;
  if (!nlohmann::json::sax_parse(text, &builder)) {
    return fail(Kind::invalid, builder.trouble.empty() ? "it is no JSON" : builder.trouble);
  }
  return std::move(builder.root);
}

}  // namespace amends::web
