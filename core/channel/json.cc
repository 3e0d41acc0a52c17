#include "core/channel/json.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace amends::channel {
namespace {

// Builds the value as it is read; ends at what parse_json refuses.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    auto& object = stack_.back()->get_ref<Json::object_t&>();
    const auto [at, fresh] = object.emplace(std::move(name), nullptr);
    if (!fresh) return stop("an object names a key twice");
    member_ = &at->second;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return stop("this is no JSON");
  }

  Json take() { return std::move(root_); }
  std::string reason = "this is no JSON";

 private:
  bool stop(const char* why) {
    reason = why;
    return false;
  }
  bool put(Json value) {
    place() = std::move(value);
    return true;
  }
  bool open(Json empty) {
    if (stack_.size() >= kDeepestJson) return stop("JSON nested too deep");
    Json& here = place();
    here = std::move(empty);
    stack_.push_back(&here);
    return true;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }
  // Where the next value goes. An array grows only while nothing inside it is open, so the pointers stay good.
  Json& place() {
    if (stack_.empty()) return root_;
    if (stack_.back()->is_object()) return *member_;
    auto& array = stack_.back()->get_ref<Json::array_t&>();
    array.emplace_back();
    return array.back();
  }

  Json root_;
  std::vector<Json*> stack_;
  Json* member_ = nullptr;
};

template <class Number>
std::optional<Number> number_in(std::string_view s) {
  Number n{};
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc() || end != s.data() + s.size()) return {};
  return n;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  Builder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return fail(Kind::corrupt, builder.reason);
  return builder.take();
}

const Json& at(const Json& json, std::string_view path) {
  static const Json kNothing;
  const Json* here = &json;
  if (path.empty()) return *here;
  for (std::size_t from = 0; from <= path.size();) {
    const std::string_view step = path.substr(from, path.find('.', from) - from);
    from += step.size() + 1;
    if (here->is_object()) {
      const auto& members = here->get_ref<const Json::object_t&>();
      const auto found = members.find(step);
      if (found == members.end()) return kNothing;
      here = &found->second;
    } else if (here->is_array()) {
      const auto index = number_in<std::size_t>(step);
      if (!index || *index >= here->size()) return kNothing;
      here = &(*here)[*index];
    } else {
      return kNothing;
    }
  }
  return *here;
}

std::string text_at(const Json& json, std::string_view path) {
  const Json& value = at(json, path);
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

std::optional<std::int64_t> number_at(const Json& json, std::string_view path) {
  const Json& value = at(json, path);
  if (value.is_number_unsigned()) {
    const auto n = value.get<std::uint64_t>();
    if (n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(n);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const double d = value.get<double>();
    if (d != std::floor(d) || std::abs(d) > 9e15) return {};  // past 2^53 a double names no integer
    return static_cast<std::int64_t>(d);
  }
  return value.is_string() ? number_in<std::int64_t>(value.get_ref<const std::string&>()) : std::nullopt;
}

std::optional<double> decimal_at(const Json& json, std::string_view path) {
  const Json& value = at(json, path);
  std::optional<double> out;
  if (value.is_number()) out = value.get<double>();
  if (value.is_string()) out = number_in<double>(value.get_ref<const std::string&>());
  return out && std::isfinite(*out) ? out : std::nullopt;
}

bool flag_at(const Json& json, std::string_view path) {
  const Json& value = at(json, path);
  return value.is_boolean() && value.get<bool>();
}

std::optional<Timestamp> time_at(const Json& json, std::string_view path) {
  const Json& value = at(json, path);
  if (!value.is_string()) return {};
  std::string s = value.get<std::string>();
  const std::size_t sign = s.size() < 20 ? s.npos : s.size() - 5;
  if (sign != s.npos && (s[sign] == '+' || s[sign] == '-') && s.find(':', sign) == s.npos) s.insert(sign + 3, ":");
  return from_rfc3339(s);
}

std::optional<Timestamp> seconds_at(const Json& json, std::string_view path) {
  constexpr double kYear9999 = 253'402'300'799.0;
  const auto seconds = decimal_at(json, path);
  if (!seconds || std::abs(*seconds) > kYear9999) return {};
  return Timestamp{static_cast<std::int64_t>(std::llround(*seconds * 1000))};
}

const Json& list_at(const Json& json, std::string_view path) {
  static const Json kEmpty = Json::array();
  const Json& value = at(json, path);
  return value.is_array() ? value : kEmpty;
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace amends::channel
