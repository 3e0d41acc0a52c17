#include "core/app/brand_settings.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/compose/left_overs.h"
#include "core/ingest/brands.h"

namespace amends::app {
namespace {

Result<Done> check_change(const BrandChange& change) {
  if (change.name && text::trim(*change.name).empty()) return fail(Kind::invalid, "a brand has a name");
  if (change.language && !is_language(*change.language)) {
    return fail(Kind::invalid, "a language is two letters (ISO 639-1), such as \"en\"");
  }
  if (change.signature) {
    if (change.signature->size() > kSignatureMax) return fail(Kind::invalid, "a signature takes at most 2000 bytes");
    if (const auto left = compose::left_overs(*change.signature); !left.empty()) {
      return fail(Kind::invalid, "\"" + left.front().text + "\" in the signature would be taken for a gap",
                  "write out what customers read");
    }
  }
  if (!change.domains) return Done{};
  for (const std::string& domain : *change.domains) {
    if (!is_domain(domain)) {
      return fail(Kind::invalid, "a domain is a name such as \"shop.example\", without @ or https://");
    }
  }
  return Done{};
}

}  // namespace

BrandConfig brand_in_force(store::Reader& reader, BrandId brand, const BrandConfig& stated) {
  const ingest::StoredBrand stored = ingest::stored_brand(reader, brand);
  BrandConfig out = stated;
  const auto free = [&](std::string_view key) { return stated.stated.count(key) == 0; };
  if (stored.name && free("name")) out.name = *stored.name;
  if (stored.language && free("language")) out.language = *stored.language;
  if (stored.signature && free("signature")) out.signature = *stored.signature;
  if (stored.domains && free("domains")) out.domains = *stored.domains;
  if (stored.strictness && free("strictness")) {
    for (const auto& word : kStrictness) {
      if (static_cast<std::int64_t>(word.value) == *stored.strictness) out.strictness = word.value;
    }
  }
  return out;
}

Result<std::string> change_brand(store::Tx& tx, BrandId brand, const BrandConfig& stated, const BrandChange& change,
                                 std::string_view by, Timestamp now) {
  TRY_DO(check_change(change));
  const BrandConfig before = brand_in_force(tx, brand, stated);
  ingest::StoredBrand stored = ingest::stored_brand(tx, brand);
  std::string different, in_file;
  // What is sent back as it was changes nothing, wherever it stands.
  const auto set = [&](std::string_view key, const auto& wanted, const auto& held, auto& kept) {
    if (!wanted || *wanted == held) return;
    if (stated.stated.count(key) != 0) {
      in_file = key;
      return;
    }
    kept = *wanted;
    different += (different.empty() ? "" : " ") + std::string(key);
  };
  std::optional<std::string> name = change.name, language = change.language;
  if (name) name = std::string(text::trim(*name));
  if (language) language = text::ascii_lower(*language);
  std::optional<std::vector<std::string>> domains = change.domains;
  if (domains) {
    for (std::string& domain : *domains) domain = text::ascii_lower(domain);
  }
  std::optional<Strictness> strictness;
  set("name", name, before.name, stored.name);
  set("language", language, before.language, stored.language);
  set("signature", change.signature, before.signature, stored.signature);
  set("strictness", change.strictness, before.strictness, strictness);
  set("domains", domains, before.domains, stored.domains);
  if (strictness) stored.strictness = static_cast<std::int64_t>(*strictness);
  if (!in_file.empty()) {
    return fail(Kind::conflict, "the configuration file states the brand's " + in_file,
                "change it in amends.toml, or take it out there to change it here");
  }
  if (!different.empty()) ingest::keep_brand(tx, brand, stored, by, now);
  return different;
}

}  // namespace amends::app
