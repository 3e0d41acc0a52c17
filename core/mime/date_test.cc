#include "core/mime/date.h"

#include <gtest/gtest.h>

#include <string>

namespace amends::mime {
namespace {

std::string date_read(std::string_view raw) {
  Notes notes;
  const auto at = read_date(raw, notes);
  return at ? to_rfc3339(*at) : "none";
}

struct DateRow {
  const char* raw;
  const char* date;
};

TEST(Date, EveryFormThatClientsWriteIsRead) {
  const DateRow rows[] = {
      {"Sat, 21 Nov 2026 09:30:00 +0000", "2026-11-21T09:30:00Z"},
      {"21 Nov 2026 09:30 +0100", "2026-11-21T08:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 -0000", "2026-11-21T09:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 -0330 (NST)", "2026-11-21T13:00:00Z"},
      {"Sat, 21 Nov 26 09:30:00 GMT", "2026-11-21T09:30:00Z"},
      {"21 Nov 99 09:30:00 EST", "1999-11-21T14:30:00Z"},
      {"21 Nov 103 09:30:00 UT", "2003-11-21T09:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 CEST", "2026-11-21T07:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 PDT", "2026-11-21T16:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 Z", "2026-11-21T09:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 GMT+0200", "2026-11-21T07:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 +02:00", "2026-11-21T07:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 GMT +0200", "2026-11-21T07:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:00 (EDT) -0400", "2026-11-21T13:30:00Z"},
      {"Sat Nov 21 09:30:00 2026", "2026-11-21T09:30:00Z"},
      {"Sat Nov  1 09:30:00 PST 2025", "2025-11-01T17:30:00Z"},
      {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"},
      {"2026-11-21T09:30:00.123+01:00", "2026-11-21T08:30:00Z"},
      {"2026-11-21 09:30:00 +0100", "2026-11-21T08:30:00Z"},
      {"November 21, 2026 9:30 PM", "2026-11-21T21:30:00Z"},
      {"21 Nov 2026 12:05:00 AM +0000", "2026-11-21T00:05:00Z"},
      {"Sat, 21 Nov 2026 09.30.00 +0000", "2026-11-21T09:30:00Z"},
      {"Sa, 21 Okt 2026 09:30:00 +0200", "2026-10-21T07:30:00Z"},
      {"Mo, 21 Dez 2026 09:30:00 +0100", "2026-12-21T08:30:00Z"},
      {"Sat,21 Nov 2026 09:30:00 +0000", "2026-11-21T09:30:00Z"},
      {"Fri, 21 Nov 2026 09:30:00 +0000", "2026-11-21T09:30:00Z"},
      {"Sat, 21 Nov 2026 09:30:60 +0000", "2026-11-21T09:30:59Z"},
      {"Sat, 29 Feb 2028 23:59:59 +0000", "2028-02-29T23:59:59Z"},
      {"Sat, 21\r\n Nov 2026\r\n\t09:30:00 +0000", "2026-11-21T09:30:00Z"},
      {"Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
      {"Fri, 31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z"},
  };
  for (const auto& row : rows) EXPECT_EQ(date_read(row.raw), row.date) << row.raw;
}

TEST(Date, WhatCannotBeADateIsNone) {
  for (const char* raw : {"Tue, 99 Foo", "Sat, 31 Feb 2026 09:30:00 +0000", "Sat, 21 Nov 2026 25:30:00 +0000",
                          "yesterday", "Wed, 15 Dec 2010    59:10 -0500", "<HR>", "0", "Sat, 0 Nov 2026 09:30:00 +0000",
                          "04-14-2026", "Sat, 21 Nov 2026 09:61:00 +0000", "Sat, 21 Nov 99999 09:30:00 +0000"}) {
    Notes notes;
    EXPECT_FALSE(read_date(raw, notes)) << raw;
    EXPECT_EQ(notes.size(), 1u) << raw;
  }
}

TEST(Date, AnUnknownZoneIsReadAsUtcAndNoted) {
  Notes notes;
  const auto at = read_date("Sat, 21 Nov 2026 09:30:00 XYZT", notes);
  ASSERT_TRUE(at);
  EXPECT_EQ(to_rfc3339(*at), "2026-11-21T09:30:00Z");
  EXPECT_EQ(notes.size(), 1u);
}

}  // namespace
}  // namespace amends::mime
