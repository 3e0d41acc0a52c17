// Dates, stars, yes and no as people and programs write them, to values. Pure; nothing is guessed that isn't said to
// be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/model/words.h"

namespace amends::connectors::file {

enum class DateOrder { day_first, month_first };

struct When {
  Timestamp at;
  bool ambiguous = false;  // "03/04/2026": read by `order`, could be the other way round
  bool no_time = false;    // only a day was given: taken as 12:00 UTC, so that no time zone moves it to another day
};

// RFC 3339, RFC 5322, "2026-03-10 08:05", "10.03.2026, 8:05", "3/10/26 8:05 PM", "March 10, 2026", "10 mars 2026",
// "Tue Mar 10 08:05:00 +0000 2026", 20260310, Unix time in seconds, milli- or microseconds. Without a zone it is UTC.
// Nothing outside 1990 to 2100.
std::optional<When> parse_when(std::string_view text, DateOrder order);

// +1: only day-first fits this text, -1: only month-first, 0: it doesn't tell.
int date_order_evidence(std::string_view text);

struct Stars {
  double value = 0;      // 1 to 5
  std::string repaired;  // what had to be done to get there; "" for a plain number from 1 to 5
};
// "4", "4,5", "4/5", "8 out of 10", "80%", "★★★★☆", "FOUR". `max` is what the row itself calls the best; 0: not said.
// Nothing when it is no rating.
std::optional<Stars> parse_stars(std::string_view text, double max);

std::optional<bool> parse_flag(std::string_view text);
std::optional<model::MessageKind> parse_kind(std::string_view text);
// "en", "en-GB", "English", "Deutsch" to ISO 639-1; "" for what is none.
std::string parse_language(std::string_view text);

}  // namespace amends::connectors::file
