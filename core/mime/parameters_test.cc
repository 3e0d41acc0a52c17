#include "core/mime/parameters.h"

#include <gtest/gtest.h>

namespace amends::mime {
namespace {

std::string filename(std::string_view raw) {
  Notes notes;
  return std::string(read_parameters(raw, notes)["filename"]);
}

struct ParameterRow {
  const char* raw;
  const char* value;
};

TEST(Parameters, FileNamesAreReadInEverySpelling) {
  const ParameterRow rows[] = {
      {"attachment; filename=a.txt", "a.txt"},
      {"attachment; filename=\"a b.txt\"", "a b.txt"},
      {"attachment; filename=a b.txt", "a b.txt"},
      {"attachment; filename=a b.txt; size=3", "a b.txt"},
      {"attachment; filename=a b.txt size=3", "a b.txt"},
      {"attachment filename=a.txt", "a.txt"},
      {"attachment; filename = a.txt", "a.txt"},
      {"attachment;filename=\"a.txt", "a.txt"},
      {"attachment; filename=\"a \"b\" c.txt\"; size=3", "a \"b\" c.txt"},
      {"attachment; filename=\"a \\\"b\\\" c.txt\"", "a \"b\" c.txt"},
      {"attachment; filename*=utf-8''na%C3%AFve.txt", "naïve.txt"},
      {"attachment; filename*=\"utf-8'en'na%C3%AFve.txt\"", "naïve.txt"},
      {"attachment; filename*=iso-8859-1''na%EFve.txt", "naïve.txt"},
      {"attachment; filename*=na%C3%AFve.txt", "naïve.txt"},
      {"attachment; filename=plain.txt; filename*=utf-8''na%C3%AFve.txt", "naïve.txt"},
      {"attachment; filename*0=\"long\"; filename*1=\".txt\"", "long.txt"},
      {"attachment; filename*1=\".txt\"; filename*0=\"long\"", "long.txt"},
      {"attachment; filename*0*=utf-8''na%C3; filename*1*=%AFve; filename*2=.txt", "naïve.txt"},
      {"attachment; filename*2=.txt; filename*0*=utf-8''na%C3; filename*1*=%AFve", "naïve.txt"},
      {"attachment; filename*0=a; filename*2=c", "ac"},
      {"attachment; filename*10=k; filename*9=j; filename*0=a", "ajk"},
      {"attachment; filename=\"=?utf-8?q?na=C3=AFve.txt?=\"", "naïve.txt"},
      {"attachment; filename==?utf-8?B?bmHDr3ZlLnR4dA==?=", "naïve.txt"},
      {"attachment; filename=\"=?utf-8?q?na=C3?=\r\n =?utf-8?q?=AFve.txt?=\"", "naïve.txt"},
      {"attachment; filename=na\xC3\xAFve.txt", "naïve.txt"},
      {"attachment; filename=\"na\xEFve.txt\"", "naïve.txt"},
      {"attachment; FileName=\"A.TXT\"", "A.TXT"},
      {"attachment; foo; filename=a.txt", "a.txt"},
      {"filename=a.txt", "a.txt"},
      {"attachment; (comment) filename=a.txt", "a.txt"},
      {"attachment; filename=\"C:\\docs\\a.txt\"", "C:\\docs\\a.txt"},
  };
  for (const auto& row : rows) EXPECT_EQ(filename(row.raw), row.value) << row.raw;
}

TEST(Parameters, TheValueIsInLowerCaseWithoutNoise) {
  const ParameterRow rows[] = {
      {"TEXT/Plain; charset=utf-8", "text/plain"},
      {"text/plain charset=utf-8", "text/plain"},
      {"text / plain", "text/plain"},
      {"text/html(comment)", "text/html"},
      {"\"text/html\"", "text/html"},
      {"; charset=utf-8", ""},
      {"charset=utf-8", ""},
      {"text/plain,", "text/plain,"},
  };
  for (const auto& row : rows) {
    Notes notes;
    EXPECT_EQ(read_parameters(row.raw, notes).value, row.value) << row.raw;
  }
}

TEST(Parameters, BoundariesKeepWhatLooksLikeAnEncodedWord) {
  Notes notes;
  EXPECT_EQ(read_parameters("multipart/mixed; boundary=\"=?utf-8?q?x?=\"", notes)["boundary"], "=?utf-8?q?x?=");
}

TEST(Parameters, AMillionPiecesAreCutShort) {
  std::string many = "attachment";
  for (int i = 0; i < 50'000; ++i) many += "; filename*" + std::to_string(i) + "=x";
  EXPECT_LE(filename(many).size(), 2000u);
}

TEST(SafeFilename, IsOnlyAName) {
  const ParameterRow rows[] = {
      {"a.txt", "a.txt"},
      {"/etc/passwd", "passwd"},
      {"..\\..\\boot.ini", "boot.ini"},
      {"C:\\docs\\a.txt", "a.txt"},
      {"dir/", "dir"},
      {"..", "unnamed"},
      {"   ", ""},
      {"", ""},
      {"a\r\nb\x01.txt", "ab.txt"},
      {"invoice\u202Efdp.exe", "invoicefdp.exe"},
      {"<img src=x onerror=1>.png", "<img src=x onerror=1>.png"},
  };
  for (const auto& row : rows) EXPECT_EQ(safe_filename(row.raw), row.value) << row.raw;
  const std::string shortened = safe_filename(std::string(1000, 'n') + ".pdf");
  EXPECT_EQ(shortened.size(), 255u);
  EXPECT_EQ(shortened.substr(251), ".pdf");
}

}  // namespace
}  // namespace amends::mime
