// The pure pieces: JSON in and out, shapes, cursors, file names, table cells, origins.
#include <gtest/gtest.h>

#include <limits>

#include "core/base/secret.h"
#include "core/web/csv.h"
#include "core/web/cursor.h"
#include "core/web/entrance.h"
#include "core/web/files.h"
#include "core/web/json.h"
#include "core/web/pipe_source.h"
#include "core/web/router.h"
#include "core/web/schema.h"
#include "core/web/site.h"
#include "core/web/value.h"

namespace amends::web {
namespace {

TEST(Json, WritesWhatReadersRead) {
  Json json;
  json.open()
      .put("text", "a\"b\\c\n\x01/\xC3\xA4\xFF")
      .put("number", std::int64_t{-7})
      .put("flag", true)
      .put("real", 1.5)
      .put("nothing", nullptr)
      .put("id", ThreadId{})
      .put("not_a_number", std::numeric_limits<double>::quiet_NaN());
  json.key("list").open_list().add(1).add("two").open().close().close_list();
  json.key("given").add_json("{\"x\":[1]}").key("broken").add_json("{").close();
  EXPECT_EQ(json.text(),
            "{\"text\":\"a\\\"b\\\\c\\n\\u0001/\xC3\xA4\xEF\xBF\xBD\",\"number\":-7,\"flag\":true,\"real\":1.5,"
            "\"nothing\":null,\"id\":null,\"not_a_number\":null,\"list\":[1,\"two\",{}],\"given\":{\"x\":[1]},"
            "\"broken\":null}");
  EXPECT_TRUE(parse_json(json.text()));
}

// Texts are escaped eight bytes at a time and in pieces; where a byte stands must not matter.
TEST(Json, EscapesEveryByteAtEveryPlace) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(size, 'x');
        text[place] = static_cast<char>(byte);
        Json json;
        const auto read = parse_json(json.open().put("text", text).close().text());
        ASSERT_TRUE(read) << size << " " << place << " " << byte;
        ASSERT_EQ(read->find("text")->text, text);
      }
    }
  }
  for (const std::size_t size : {1023U, 1024U, 1025U, 5000U}) {
    const std::string text = std::string(size, '\x1f') + "\xC3\xA4" + std::string(size, '"');
    Json json;
    const auto read = parse_json(json.open().put("text", text).put("more", 1).close().text());
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(read->find("text")->text, text);
  }
}

TEST(Json, TimesBearMilliseconds) {
  EXPECT_EQ(api_time(Timestamp{1'767'258'000'000}), "2026-01-01T09:00:00.000Z");
  EXPECT_EQ(api_time(Timestamp{1'767'258'000'007}), "2026-01-01T09:00:00.007Z");
  // The short way and the general one agree, over leap years and both ends.
  for (std::int64_t ms = 0; ms < 253'402'300'800'000; ms += 1'234'567'891'011) {
    EXPECT_EQ(from_rfc3339(api_time(Timestamp{ms})), Timestamp{ms}) << ms;
  }
  for (const char* at : {"1970-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z", "2100-03-01T00:00:00.000Z",
                         "2024-12-31T12:00:00.500Z", "9999-12-31T23:59:59.999Z"}) {
    EXPECT_EQ(api_time(*from_rfc3339(at)), at);
  }
  EXPECT_EQ(api_time(Timestamp{-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Value, ReadsJsonAndRefusesWhatReadersDisagreeAbout) {
  const auto value = parse_json(R"({"a":[1,2.5,"x",null,true,{"b":-9007199254740993}]})");
  ASSERT_TRUE(value);
  const Value& list = *value->find("a");
  EXPECT_EQ(list.items[0].integer, 1);
  EXPECT_EQ(list.items[1].real, 2.5);
  EXPECT_EQ(list.items[2].text, "x");
  EXPECT_EQ(list.items[5].find("b")->integer, -9007199254740993);
  for (const std::string& bad :
       {std::string(""), std::string("{"), std::string("{\"a\":1,\"a\":2}"), std::string("{\"a\":{\"b\":1,\"b\":1}}"),
        std::string("\"\\ud800\""), std::string("NaN"), std::string("1e400"), std::string("\xEF\xBB\xBF{}"),
        std::string("{} {}"), std::string("\"\xC0\xAF\""), std::string("[1,]"), std::string("// x\n{}"),
        std::string(65, '[') + std::string(65, ']'), "[" + std::string(400'002, '0') + "]"}) {
    EXPECT_FALSE(parse_json(bad)) << bad.substr(0, 20);
  }
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
  std::string many = "[0";
  for (int i = 0; i < 200'001; ++i) many += ",0";
  EXPECT_FALSE(parse_json(many + "]"));
}

constexpr Field kInnerFields[] = {line_field("name", "").needed().up_to(5)};
constexpr Schema kInner{"Inner", kInnerFields};
constexpr std::string_view kWordsOf[] = {"one", "two"};
constexpr Field kOuterFields[] = {text_field("text", "").up_to(3),  integer_field("count", 1, 5, ""),
                                  word_field("word", kWordsOf, ""), object_field("inner", kInner, "").many(2),
                                  map_field("map", "").up_to(3),    bytes_field("bytes", 3, ""),
                                  line_field("maybe", "").or_null()};
constexpr Schema kOuter{"Outer", kOuterFields};

std::string wrong(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return "unreadable";
  std::string out;
  for (const FieldError& error : check(*value, kOuter))
    out += (out.empty() ? "" : "; ") + error.field + " " + error.message;
  return out;
}

TEST(Schema, NamesTheFieldAndWhatItTakes) {
  EXPECT_EQ(wrong("{}"), "");
  EXPECT_EQ(
      wrong(
          R"({"text":"äöü","count":5,"word":"two","inner":[{"name":"x"}],"map":{"a":"b"},"bytes":"YWJj","maybe":null})"),
      "");
  EXPECT_EQ(wrong(R"({"text":"äöüx"})"), "text must have at most 3 characters");
  EXPECT_EQ(wrong(R"({"count":6})"), "count must be a whole number from 1 to 5");
  EXPECT_EQ(wrong(R"({"count":1.0})"), "count must be a whole number from 1 to 5");
  EXPECT_EQ(wrong(R"({"word":"three"})"), "word must be one of: one, two");
  EXPECT_EQ(wrong(R"({"inner":[{"name":"x"},{}]})"), "inner[1].name is missing");
  EXPECT_EQ(wrong(R"({"inner":[{"name":"x","age":1}]})"), "inner[0].age is not known here");
  EXPECT_EQ(wrong(R"({"map":{"a":1}})"), "map.a must be a text");
  EXPECT_EQ(wrong(R"({"bytes":"YWJjZA=="})"), "bytes must be at most 3 bytes");
  EXPECT_EQ(wrong(R"({"bytes":"YWJ"})"), "bytes must be base64 text");
  EXPECT_EQ(wrong(R"({"text":null})"), "text must not be null");
  EXPECT_EQ(wrong("7"), "body must be an object");
}

TEST(Schema, Base64IsReadStrictly) {
  EXPECT_EQ(from_base64("aGVsbG8="), "hello");
  EXPECT_EQ(from_base64(""), "");
  for (const char* bad : {"aGVsbG8", "aGVsbG9=", "aGVs\nbG8=", "====", "a===", "aGVsbG8-"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Cursor, ComesBackOnlyWhereItWasMade) {
  const Secret key("k");
  const std::string cursor = mint_cursor(key, "7 /inbox?view=open", {1, -5, INT64_MAX});
  EXPECT_EQ(read_cursor(key, "7 /inbox?view=open", cursor), (std::vector<std::int64_t>{1, -5, INT64_MAX}));
  EXPECT_FALSE(read_cursor(key, "8 /inbox?view=open", cursor));
  EXPECT_FALSE(read_cursor(Secret("other"), "7 /inbox?view=open", cursor));
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string bent = cursor;
    bent[i] = bent[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(read_cursor(key, "7 /inbox?view=open", bent)) << i;
    EXPECT_FALSE(read_cursor(key, "7 /inbox?view=open", cursor.substr(0, i))) << i;
  }
  EXPECT_FALSE(read_cursor(key, "", std::string(10'000, 'a')));
}

TEST(Files, OnlyPicturesAreServedAsWhatTheyAre) {
  const std::string body(40, 'x');
  const std::string png = std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10", 24) + body;
  EXPECT_EQ(sniffed_type(png), "image/png");
  EXPECT_EQ(sniffed_type(std::string("GIF89a\x10\0\x10\0", 10) + body), "image/gif");
  EXPECT_EQ(sniffed_type(std::string("GIF89a\x10\0\x10\0", 10) + "/*<script>alert(1)</script>"),
            "application/octet-stream");
  EXPECT_EQ(sniffed_type(png + "<img src=x onerror=alert(1)>"), "application/octet-stream");
  const std::string bomb = std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\xC3\x50\0\0\xC3\x50", 24) + body;
  EXPECT_EQ(sniffed_type(bomb), "application/octet-stream") << "50,000 x 50,000 pixels";
  for (const char* text : {"<svg/>", "%PDF-1.7", "<html>", "", "PK\x03\x04", "\xFF\xD8\xFF"})
    EXPECT_EQ(sniffed_type(text), "application/octet-stream") << text;
}

TEST(Files, NamesAreHarmlessAndReadable) {
  const struct {
    std::string given, safe;
  } kRows[] = {
      {"report.pdf", "report.pdf"},
      {"../../etc/passwd", "etc_passwd"},
      {".htaccess", "htaccess"},
      {"\u200B.htaccess", "htaccess"},
      {std::string("a.png\0.html", 11), "a.png.html"},
      {"photo\u202Egnp.exe", "photognp.exe"},
      {"con.txt", "file-con.txt"},
      {"LPT1", "file-LPT1"},
      {"a\r\nSet-Cookie: x=1", "aSet-Cookie_ x=1"},
      {"", "fallback"},
      {"...", "fallback"},
      {"Übersicht 2026.pdf", "Übersicht 2026.pdf"},
      {std::string(300, 'x') + ".jpeg", std::string(95, 'x') + ".jpeg"},
  };
  for (const auto& row : kRows) EXPECT_EQ(safe_file_name(row.given, "fallback"), row.safe);
  EXPECT_EQ(content_disposition("Über\"x.pdf"),
            "attachment; filename=\"_ber_x.pdf\"; filename*=UTF-8''%C3%9Cber%22x.pdf");
}

TEST(Csv, FormulasStayText) {
  EXPECT_EQ(csv_cell("plain"), "\"plain\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  for (const char* start : {"=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1"})
    EXPECT_EQ(csv_cell(start).substr(0, 2), "\"'") << start;
}

TEST(Entrance, NextIsAPathOfOursOrHome) {
  EXPECT_EQ(safe_next("/inbox?view=open"), "/inbox?view=open");
  for (const char* evil : {"//evil", "/\\evil", "\\\\evil", "https://evil", "javascript:alert(1)", "/\tevil",
                           "/%09/evil", "/%2f%2fevil", "evil", "", "/a\\b", " /x", "/\nx"})
    EXPECT_EQ(safe_next(evil), "/") << evil;
}

TEST(Entrance, PublicUrlsAreOriginsAlone) {
  EXPECT_EQ(parse_public_url("https://Help.Example.org/")->url, "https://help.example.org");
  EXPECT_EQ(parse_public_url("https://help.example.org:443")->host, "help.example.org");
  EXPECT_EQ(parse_public_url("http://10.0.0.1:8460")->host, "10.0.0.1:8460");
  for (const char* bad : {"help.example.org", "ftp://x", "https://", "https://a/b", "https://a@b", "https://a b"})
    EXPECT_FALSE(parse_public_url(bad)) << bad;
}

TEST(Router, FindsByMethodAndPath) {
  const Router router(all_routes());
  const auto found = router.find("GET", "/api/v1/brands/acme/threads/7");
  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.route->operation, "read_thread");
  EXPECT_EQ(router.find("HEAD", "/api/v1/brands/acme/threads/7").route, found.route);
  EXPECT_EQ(router.find("PUT", "/api/v1/brands/acme/threads/7").route, nullptr);
  EXPECT_EQ(router.find("PUT", "/api/v1/brands/acme/threads/7").allow, "GET, HEAD");
  EXPECT_EQ(router.find("GET", "/api/v1/brands/acme/threads/bulk").allow, "POST");
  for (const char* path :
       {"", "/", "/api", "/api/v1/brands/acme/threads/7/", "/api/v1//brands", "/api/v1/brands/acme/threads/x"})
    EXPECT_EQ(router.find("GET", path).route, nullptr) << path;
}

TEST(PipeSource, BringsEverythingInOrderAndEndsWithItsWriter) {
  PipeSource source([](const PipeSource::Write& write) -> Result<Done> {
    for (int i = 0; i < 3000; ++i) TRY_DO(write(std::string(1000, static_cast<char>('a' + i % 26))));
    return Done{};
  });
  std::string all;
  for (;;) {
    auto part = source.read(70'000);
    ASSERT_TRUE(part);
    if (part->empty()) break;
    all += *part;
  }
  ASSERT_EQ(all.size(), 3'000'000u);
  EXPECT_EQ(all[2'999'999], static_cast<char>('a' + 2999 % 26));
}

TEST(PipeSource, AReaderThatGoesAwayEndsTheWriter) {
  bool ended_early = false;
  {
    PipeSource source([&](const PipeSource::Write& write) -> Result<Done> {
      for (;;) {
        if (const auto done = write(std::string(100'000, 'x')); !done) {
          ended_early = true;
          return done;
        }
      }
    });
    ASSERT_TRUE(source.read(10));
  }
  EXPECT_TRUE(ended_early);
}

TEST(PipeSource, AFailureCutsTheBody) {
  PipeSource source([](const PipeSource::Write& write) -> Result<Done> {
    TRY_DO(write("half"));
    return fail(Kind::corrupt, "the rest can't be read");
  });
  EXPECT_EQ(*source.read(100), "half");
  EXPECT_FALSE(source.read(100));
}

}  // namespace
}  // namespace amends::web
