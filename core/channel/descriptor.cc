#include "core/channel/descriptor.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace amends::channel {
namespace {

std::optional<std::int64_t> to_number(std::string_view s) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc() || end != s.data() + s.size()) return {};
  return n;
}

// What a value of this kind must look like, or "" when it does.
std::string complaint(const Setting& setting, std::string_view value) {
  switch (setting.kind) {
    case SettingKind::port: {
      const auto n = to_number(value);
      return n && *n > 0 && *n < 65536 ? "" : "takes a port from 1 to 65535";
    }
    case SettingKind::number: return to_number(value) ? "" : "takes a whole number";
    case SettingKind::flag: return value == "true" || value == "false" ? "" : "takes true or false";
    case SettingKind::url:
      return text::starts_with_ignoring_case(value, "https://") || text::starts_with_ignoring_case(value, "http://")
                 ? ""
                 : "takes a URL that starts with https://";
    case SettingKind::choice: {
      const auto choices = text::split(setting.choices, '|');
      if (std::find(choices.begin(), choices.end(), value) != choices.end()) return "";
      return "takes one of " + text::replace_all(setting.choices, "|", ", ");
    }
    case SettingKind::host:
      return !value.empty() && value.find_first_of(" \t\r\n/@") == value.npos ? "" : "takes a host name";
    case SettingKind::text:
    case SettingKind::secret:
    case SettingKind::path:
    case SettingKind::list: return value.find('\0') == value.npos ? "" : "must not hold a NUL";
  }
  return "";
}

}  // namespace

std::vector<std::string> Settings::list(std::string_view key) const {
  std::vector<std::string> out;
  const std::string value = text::replace_all(get(key), "\n", ",");
  for (const auto part : text::split(value, ',')) {
    if (const auto one = text::trim(part); !one.empty()) out.emplace_back(one);
  }
  return out;
}

std::int64_t Settings::number(std::string_view key) const { return to_number(get(key)).value_or(0); }

Result<Settings> check_settings(const Descriptor& descriptor, const std::map<std::string, std::string>& given) {
  Settings out;
  for (const auto& [key, value] : given) {
    const auto setting = std::find_if(descriptor.settings.begin(), descriptor.settings.end(),
                                      [&wanted = key](const Setting& s) { return s.key == wanted; });
    if (setting == descriptor.settings.end()) {
      return fail(Kind::invalid, "the channel " + std::string(descriptor.name) + " has no setting \"" + key + "\"",
                  "amends doctor --channel " + std::string(descriptor.name) + " lists the settings it takes");
    }
    if (const auto wrong = complaint(*setting, value); !wrong.empty()) {
      return fail(Kind::invalid, "setting \"" + key + "\" " + wrong);
    }
    out.set(key, value);
  }
  for (const Setting& setting : descriptor.settings) {
    if (out.has(setting.key)) continue;
    if (!setting.fallback.empty()) {
      out.set(std::string(setting.key), std::string(setting.fallback));
    } else if (setting.required) {
      return fail(Kind::invalid,
                  "setting \"" + std::string(setting.key) + "\" is missing: " + std::string(setting.help));
    }
  }
  return out;
}

}  // namespace amends::channel
