// The nouns as JSON, the same words for every command (and, with the next issue, the API).
#pragma once

#include <nlohmann/json.hpp>

#include "core/app/view.h"
#include "core/model/content.h"

namespace amends::cli {

using nlohmann::ordered_json;

// One line on stdout; what is no UTF-8 is replaced.
void put(const ordered_json& json);

ordered_json json_of(const timeline::Message& message);
ordered_json json_of(const timeline::Event& event);
ordered_json json_of(const timeline::Entry& entry);
ordered_json json_of(const inbox::Row& row);
ordered_json json_of(const app::CustomerView& customer);

// null for nothing
template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}
inline ordered_json or_null(const std::string& s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }

}  // namespace amends::cli
