#include "core/compose/values.h"

#include <unicode/curramt.h>
#include <unicode/numfmt.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/ucurr.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>

#include "core/base/text.h"
#include "core/compose/left_overs.h"

namespace amends::compose {
namespace {

constexpr std::size_t kLongestText = 16 * 1024;
constexpr std::size_t kLongestName = 120;
constexpr std::size_t kLongestUrl = 2000;

Error unfit(std::string why) { return fail(Kind::invalid, std::move(why)); }

std::string utf8(const icu::UnicodeString& s) {
  std::string out;
  s.toUTF8String(out);
  return out;
}

// English dates and numbers are written the British way, day before month: it is the one no reader takes for another
// day.
icu::Locale icu_locale(const Locale& locale) {
  if (locale.language.empty() || locale.language == "en") return {"en", "GB"};
  return icu::Locale(locale.language.c_str());
}

std::string formatted(Timestamp at, const Locale& locale, icu::DateFormat::EStyle date, icu::DateFormat::EStyle time) {
  std::unique_ptr<icu::DateFormat> format(icu::DateFormat::createDateTimeInstance(date, time, icu_locale(locale)));
  if (!format) return to_rfc3339(at);
  format->adoptTimeZone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(locale.zone)));
  icu::UnicodeString out;
  format->format(static_cast<UDate>(at.ms), out);
  return utf8(out);
}

Result<std::string> written_text(const std::string& s, bool one_line, std::size_t longest) {
  const auto trimmed = text::trim(s);
  if (trimmed.empty()) return unfit("it is empty");
  if (trimmed.size() > longest) return unfit("it is longer than " + std::to_string(longest) + " bytes");
  if (!text::is_utf8(trimmed)) return unfit("it is not well-formed text");
  for (const char c : trimmed) {
    const auto u = static_cast<unsigned char>(c);
    if ((u < 0x20 && c != '\n' && c != '\t') || u == 0x7f) return unfit("it has control characters in it");
    if (c == '\n' && one_line) return unfit("it has a line break in it");
  }
  if (!left_overs(trimmed).empty()) return unfit("it has gaps of a template in it");
  return std::string(trimmed);
}

// A name is printed where everybody trusts it, so it carries no address of a website and no markup.
Result<std::string> written_name(const std::string& s) {
  TRY(auto name, written_text(s, true, kLongestName));
  if (name.find_first_of("<>{}[]|\\") != std::string::npos || name.find("://") != std::string::npos ||
      text::find_ignoring_case(name, "www.") != std::string::npos || name.find('@') != std::string::npos) {
    return unfit("it is no name: it has an address or markup in it");
  }
  return name;
}

Result<std::string> written_url(const std::string& s) {
  const auto url = text::trim(s);
  if (url.size() > kLongestUrl) return unfit("it is longer than " + std::to_string(kLongestUrl) + " bytes");
  if (!text::starts_with_ignoring_case(url, "https://")) return unfit("it does not begin with https://");
  const auto host = url.substr(8, std::min(url.find_first_of("/?#", 8), url.size()) - 8);
  if (host.empty() || host.find('@') != std::string_view::npos || host.find('.') == std::string_view::npos) {
    return unfit("it names no host");
  }
  for (const char c : url) {
    if (c <= ' ' || c == '<' || c == '>' || c == '"' || c == '{' || c == '}' || c == '|' || c == '\\' || c == '^' ||
        c == '`' || c == 0x7f) {
      return unfit("it has characters in it that a URL may not have");
    }
  }
  return std::string(url);
}

Result<std::string> written_money(const Money& money, const Locale& locale) {
  const bool code = money.currency.size() == 3 && std::all_of(money.currency.begin(), money.currency.end(),
                                                              [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!code) return unfit("its currency is no ISO 4217 code");
  UErrorCode status = U_ZERO_ERROR;
  auto currency = icu::UnicodeString::fromUTF8(money.currency);
  const auto digits = ucurr_getDefaultFractionDigits(currency.getTerminatedBuffer(), &status);
  std::unique_ptr<icu::NumberFormat> format(icu::NumberFormat::createCurrencyInstance(icu_locale(locale), status));
  if (U_FAILURE(status)) return unfit("its currency is not known");
  const double amount = static_cast<double>(money.minor) / std::pow(10.0, digits);
  icu::UnicodeString out;
  icu::FieldPosition nowhere;
  format->format(icu::Formattable(new icu::CurrencyAmount(amount, currency.getTerminatedBuffer(), status)), out,
                 nowhere, status);
  if (U_FAILURE(status)) return unfit("its currency is not known");
  return utf8(out);
}

Result<std::string> written_number(double number, const Locale& locale) {
  if (!std::isfinite(number)) return unfit("it is no number");
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::NumberFormat> format(icu::NumberFormat::createInstance(icu_locale(locale), status));
  if (U_FAILURE(status)) return unfit("it can't be written in that language");
  icu::UnicodeString out;
  format->format(number, out);
  return utf8(out);
}

}  // namespace

std::string written_day(Timestamp at, const Locale& locale) {
  return formatted(at, locale, icu::DateFormat::kFull, icu::DateFormat::kNone);
}

std::string written_time(Timestamp at, const Locale& locale) {
  return formatted(at, locale, icu::DateFormat::kFull, icu::DateFormat::kShort);
}

Result<std::string> written(FieldKind kind, const Value& value, const Locale& locale) {
  const auto* string = std::get_if<std::string>(&value);
  const auto* at = std::get_if<Timestamp>(&value);
  const auto* money = std::get_if<Money>(&value);
  const auto* number = std::get_if<double>(&value);
  switch (kind) {
    case FieldKind::text:
      if (string != nullptr) return written_text(*string, false, kLongestText);
      break;
    case FieldKind::name:
      if (string != nullptr) return written_name(*string);
      break;
    case FieldKind::url:
      if (string != nullptr) return written_url(*string);
      break;
    case FieldKind::date:
      if (at != nullptr) return written_day(*at, locale);
      break;
    case FieldKind::time:
      if (at != nullptr) return written_time(*at, locale);
      break;
    case FieldKind::money:
      if (money != nullptr) return written_money(*money, locale);
      break;
    case FieldKind::number:
      if (number != nullptr) return written_number(*number, locale);
      break;
  }
  return unfit("it is not of the kind " + std::string(name_of(kind)));
}

std::optional<Money> parse_money(std::string_view words) {
  words = text::trim(words);
  const std::size_t space = words.find(' ');
  if (space == words.npos || words.size() - space - 1 != 3) return {};
  const std::string_view amount = words.substr(0, space), code = words.substr(space + 1);
  if (!std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return {};
  UErrorCode status = U_ZERO_ERROR;
  auto currency = icu::UnicodeString::fromUTF8(icu::StringPiece(code.data(), 3));
  const auto digits = static_cast<std::size_t>(ucurr_getDefaultFractionDigits(currency.getTerminatedBuffer(), &status));
  if (U_FAILURE(status)) return {};

  const bool negative = amount.rfind('-', 0) == 0;
  const std::string_view plain = amount.substr(negative ? 1 : 0);
  const std::size_t point = plain.find('.');
  std::string number(plain.substr(0, point));
  std::string decimals(point == plain.npos ? std::string_view{} : plain.substr(point + 1));
  if (number.empty() || decimals.size() > digits || (point != plain.npos && decimals.empty())) return {};
  number += decimals + std::string(digits - decimals.size(), '0');
  if (number.size() > 15 || !std::all_of(number.begin(), number.end(), text::is_digit)) return {};
  const std::int64_t minor = std::stoll(number);
  return Money{negative ? -minor : minor, std::string(code)};
}

Result<Value> value_of(FieldKind kind, std::string_view words) {
  const auto wrong = [](const char* takes) { return fail(Kind::invalid, std::string("takes ") + takes); };
  switch (kind) {
    case FieldKind::text:
    case FieldKind::name:
    case FieldKind::url: return Value(std::string(words));
    case FieldKind::date:
    case FieldKind::time: {
      const auto at = from_rfc3339(words.size() == 10 ? std::string(words) + "T12:00:00Z" : std::string(words));
      if (!at) return wrong("a date such as 2026-11-21 or 2026-11-21T18:00:00Z");
      return Value(*at);
    }
    case FieldKind::number: {
      double number = 0;
      const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), number);
      if (error != std::errc() || end != words.data() + words.size() || !std::isfinite(number))
        return wrong("a number");
      return Value(number);
    }
    case FieldKind::money: {
      auto money = parse_money(words);
      if (!money) return wrong("an amount such as 12.50 EUR");
      return Value(*std::move(money));
    }
  }
  return wrong("something else");
}

}  // namespace amends::compose
