#include "core/compose/own_templates.h"

#include <nlohmann/json.hpp>

namespace amends::compose {
namespace {

using nlohmann::json;

std::string written_fields(const std::vector<Field>& fields) {
  json out = json::array();
  for (const Field& field : fields) {
    json one = {{"name", field.name}, {"kind", name_of(field.kind)}, {"about", field.about}};
    if (field.fallback) one["fallback"] = *field.fallback;
    out.push_back(std::move(one));
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

// A field that can't be read is left out, and the template that uses it is found wanting when it is used.
std::vector<Field> read_fields(std::string_view text) {
  std::vector<Field> out;
  const json list = json::parse(text, nullptr, false);
  if (!list.is_array()) return out;
  for (const json& one : list) {
    const auto word = [&](const char* key) -> std::string {
      const auto it = one.is_object() ? one.find(key) : one.end();
      return it != one.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    const auto kind = model::value_in(kFieldKinds, word("kind"));
    if (!kind) continue;
    Field field{word("name"), *kind, word("about"), {}};
    if (one.contains("fallback")) field.fallback = word("fallback");
    out.push_back(std::move(field));
  }
  return out;
}

constexpr std::string_view kOwnColumns =
    "SELECT id, name, fields, subject, body, changed_at, changed_by FROM brand_template ";

OwnTemplate own_from(store::Row row) {
  OwnTemplate out;
  out.id = row.integer(0);
  out.wording = named_template(row.string(1)).value_or(Template{});
  out.wording.id = row.string(1);
  out.wording.fields = read_fields(row.string(2));
  out.wording.subject = row.string(3);
  out.wording.body = row.string(4);
  out.changed_at = row.time(5);
  out.changed_by = row.string(6);
  return out;
}

}  // namespace

std::vector<OwnTemplate> own_templates(store::Reader& reader, BrandId brand) {
  static const std::string sql = std::string(kOwnColumns) + "WHERE brand_id = ? ORDER BY name";
  std::vector<OwnTemplate> out;
  for (auto q = reader.query(sql, brand); q.next();) out.push_back(own_from(q.row()));
  return out;
}

std::optional<OwnTemplate> own_template(store::Reader& reader, BrandId brand, std::string_view name) {
  static const std::string sql = std::string(kOwnColumns) + "WHERE brand_id = ? AND name = ?";
  return reader.first(sql, own_from, brand, name);
}

Result<std::int64_t> keep_template(store::Tx& tx, BrandId brand, const Template& wording, std::string_view by,
                                   Timestamp now) {
  const std::string fields = written_fields(wording.fields);
  if (const auto known = own_template(tx, brand, wording.id)) {
    tx.run("UPDATE brand_template SET fields = ?, subject = ?, body = ?, changed_at = ?, changed_by = ? WHERE id = ?",
           fields, wording.subject, wording.body, now, by, known->id);
    return known->id;
  }
  if (tx.count("SELECT COUNT(*) FROM brand_template WHERE brand_id = ?", brand) >= kMostOwnTemplates) {
    return fail(Kind::rejected, "a brand has at most " + std::to_string(kMostOwnTemplates) + " templates of its own",
                "remove one that nobody uses");
  }
  return tx.insert(
      "INSERT INTO brand_template (brand_id, name, fields, subject, body, changed_at, changed_by) VALUES (?, ?, ?, ?, "
      "?, ?, ?)",
      brand, wording.id, fields, wording.subject, wording.body, now, by);
}

void drop_template(store::Tx& tx, BrandId brand, std::string_view name) {
  tx.run("DELETE FROM brand_template WHERE brand_id = ? AND name = ?", brand, name);
}

TemplateSet templates_of(store::Reader& reader, BrandId brand) {
  TemplateSet out = builtin_templates();
  for (OwnTemplate& own : own_templates(reader, brand)) out.add(std::move(own.wording));
  return out;
}

}  // namespace amends::compose
