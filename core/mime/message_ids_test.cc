#include "core/mime/message_ids.h"

#include <gtest/gtest.h>

#include "core/base/text.h"

namespace amends::mime {
namespace {

std::string ids_read(std::string_view raw) {
  Notes notes;
  return text::join(read_ids(raw, notes), " ");
}

struct IdRow {
  const char* raw;
  const char* ids;
};

TEST(MessageIds, BrokenFormsStillNameTheirMail) {
  const IdRow rows[] = {
      {"<a@x>", "a@x"},
      {"<a@x> <b@x>\r\n <c@x>", "a@x b@x c@x"},
      {"<a@x><b@x>", "a@x b@x"},
      {"<a@x>,<b@x>, <a@x>", "a@x b@x"},
      {"a@x", "a@x"},
      {"a@x b@x", "a@x b@x"},
      {"< a@x >", "a@x"},
      {"<a\r\n b@x>", "ab@x"},
      {"<a@x", "a@x"},
      {"<a@x <b@x>", "a@x b@x"},
      {"Your message of \"Sat, 21 Nov\" <a@x>", "a@x"},
      {"message from jane@x.example on Monday", ""},
      {"Jane's mail", ""},
      {"ARRAY(0xa11a878)", ""},
      {"<>", ""},
      {"", ""},
      {"<<script>alert(1)@x>", "script"},
      {"<a@x b@x>", "a@x b@x"},
      {"<a\x01@x>", "a@x"},
      {"<caf\xE9@x>", "caf\xEF\xBF\xBD@x"},
  };
  for (const auto& row : rows) EXPECT_EQ(ids_read(row.raw), row.ids) << row.raw;
}

TEST(MessageIds, AMessageIdMayStandWithoutBracketsOrAt) {
  Notes notes;
  EXPECT_EQ(read_message_id("<only-a-name>", notes), "only-a-name");
  EXPECT_EQ(read_message_id("bare@x", notes), "bare@x");
  EXPECT_EQ(read_message_id("a phrase", notes), "aphrase");
  EXPECT_EQ(read_message_id("", notes), "");
  EXPECT_EQ(read_message_id("<" + std::string(10'000, 'x') + "@x>", notes), "") << "the caller names it by its digest";
}

}  // namespace
}  // namespace amends::mime
