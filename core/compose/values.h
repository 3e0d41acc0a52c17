// The values that go into a template, each of a declared kind and written as its reader's language writes it.
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/words.h"

namespace amends::compose {

enum class FieldKind : std::uint8_t { text, name, date, time, money, url, number };
inline constexpr model::Word<FieldKind> kFieldKinds[] = {
    {FieldKind::text, "text"},   {FieldKind::name, "name"}, {FieldKind::date, "date"},     {FieldKind::time, "time"},
    {FieldKind::money, "money"}, {FieldKind::url, "url"},   {FieldKind::number, "number"},
};
constexpr std::string_view name_of(FieldKind k) { return model::name_in(kFieldKinds, k); }

struct Money {
  std::int64_t minor = 0;  // in the currency's smallest unit: 1250 for 12.50 EUR, 1250 for 1250 JPY
  std::string currency;    // ISO 4217
};

// text, name and url are strings; date and time a Timestamp; money a Money; number a double.
using Value = std::variant<std::string, Timestamp, Money, double>;
using Values = std::map<std::string, Value, std::less<>>;

// Whose eyes it is written for.
struct Locale {
  std::string language = "en";  // ISO 639-1
  std::string zone = "UTC";     // IANA name: "Europe/Berlin"
};

// The value as its reader reads it: "Thursday, 12 March 2026", "Donnerstag, 12. März 2026 um 18:00", "12,50 €". invalid
// when it doesn't fit its kind or would break what it is put into; the text says why and never shows the value.
Result<std::string> written(FieldKind kind, const Value& value, const Locale& locale);

// "12.50 EUR" as an amount: as many decimals as the currency has, or fewer. Nothing for anything else.
std::optional<Money> parse_money(std::string_view words);

// What a person typed for a field: dates as 2026-11-21 or RFC 3339, money as "12.50 EUR". invalid: what it takes.
Result<Value> value_of(FieldKind kind, std::string_view words);

// Just the day, or the day and the time, for attribution lines.
std::string written_day(Timestamp at, const Locale& locale);
std::string written_time(Timestamp at, const Locale& locale);

}  // namespace amends::compose
