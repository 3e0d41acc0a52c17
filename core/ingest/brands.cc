#include "core/ingest/brands.h"

#include "core/base/text.h"

namespace amends::ingest {
namespace {

std::optional<std::string> maybe_text(store::Row row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.string(column));
}

}  // namespace

StoredBrand stored_brand(store::Reader& reader, BrandId brand) {
  const auto found = reader.first(
      "SELECT name, language, signature, strictness, domains FROM brand_settings WHERE brand_id = ?",
      [](store::Row row) {
        StoredBrand out{maybe_text(row, 0), maybe_text(row, 1), maybe_text(row, 2), {}, {}};
        if (!row.is_null(3)) out.strictness = row.integer(3);
        if (row.is_null(4)) return out;
        out.domains.emplace();
        for (const auto line : text::lines(row.text(4))) {
          if (!line.empty()) out.domains->emplace_back(line);
        }
        return out;
      },
      brand);
  return found.value_or(StoredBrand{});
}

void keep_brand(store::Tx& tx, BrandId brand, const StoredBrand& settings, std::string_view by, Timestamp now) {
  const auto domains =
      settings.domains ? std::optional(text::join(*settings.domains, "\n")) : std::optional<std::string>();
  tx.run(
      "INSERT INTO brand_settings (brand_id, name, language, signature, strictness, domains, changed_at, changed_by) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (brand_id) DO UPDATE SET name = excluded.name, language = "
      "excluded.language, signature = excluded.signature, strictness = excluded.strictness, domains = "
      "excluded.domains, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
      brand, settings.name, settings.language, settings.signature, settings.strictness, domains, now, by);
}

}  // namespace amends::ingest
