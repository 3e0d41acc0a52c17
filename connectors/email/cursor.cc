#include "connectors/email/cursor.h"

#include <nlohmann/json.hpp>

namespace amends::connectors::email {

using nlohmann::json;

Result<Cursor> read_cursor(std::string_view text) {
  if (text.empty()) return Cursor{};
  const json root = json::parse(text, nullptr, false);
  const auto broken = [] { return fail(Kind::corrupt, "the cursor of this mail account can't be read"); };
  if (!root.is_object() || root.value("v", json()) != 1) return broken();
  const auto folders = root.find("folders");
  if (folders == root.end() || !folders->is_object()) return broken();
  Cursor cursor;
  for (const auto& [name, row] : folders->items()) {
    if (!row.is_object()) return broken();
    const auto number = [&row = row](const char* key) -> std::uint64_t {
      const auto it = row.find(key);
      return it != row.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
    };
    cursor.folders[name] = {number("uidvalidity"), number("uid"), number("modseq"), number("uidnext"),
                            number("restored")};
  }
  return cursor;
}

std::string write_cursor(const Cursor& cursor) {
  json folders = json::object();
  for (const auto& [name, at] : cursor.folders) {
    json row = {{"uidvalidity", at.uid_validity}, {"uid", at.uid}};
    if (at.modseq != 0) row["modseq"] = at.modseq;
    if (at.uid_next != 0) row["uidnext"] = at.uid_next;
    if (at.restored != 0) row["restored"] = at.restored;
    folders[name] = std::move(row);
  }
  return json{{"v", 1}, {"folders", std::move(folders)}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string external_id(std::string_view folder, const FolderCursor& at, std::uint64_t uid) {
  std::string id(folder);
  id += ';' + std::to_string(at.uid_validity);
  if (at.restored != 0) id += '.' + std::to_string(at.restored);
  return id + ';' + std::to_string(uid);
}

}  // namespace amends::connectors::email
