#include "core/web/assets.h"

#include <gtest/gtest.h>

namespace amends::web {
namespace {

const std::vector<plugin::Asset> kFiles = {
    {"/index.html", "text/html; charset=utf-8", "aa", "<p>plain</p>", "GZIP", "BROTLI"},
    {"/assets/app-1.js", "text/javascript; charset=utf-8", "bb", "let a;", "", "BR", true},
};

http::Request asking(const std::string& path, const std::string& accept = {}, const std::string& codings = {}) {
  http::Request request;
  request.method = "GET";
  request.path = request.raw_path = path;
  if (!accept.empty()) request.headers.set("Accept", accept);
  if (!codings.empty()) request.headers.set("Accept-Encoding", codings);
  return request;
}
constexpr const char* kBrowser = "text/html,application/xhtml+xml,*/*;q=0.8";

TEST(Assets, EveryPageOfTheAppIsTheSameFileAndNothingElseIs) {
  const Assets assets(kFiles);
  EXPECT_EQ(assets.answer(asking("/"))->body, "<p>plain</p>");
  EXPECT_EQ(assets.answer(asking("/inbox/mine", kBrowser))->body, "<p>plain</p>");
  EXPECT_EQ(assets.answer(asking("/settings/templates/apology/any.en", kBrowser))->body, "<p>plain</p>");
  EXPECT_FALSE(assets.answer(asking("/robots.txt", kBrowser)));
  EXPECT_FALSE(assets.answer(asking("/inbox/mine")));
  EXPECT_FALSE(assets.answer(asking("/inbox/mine", "application/json")));
  EXPECT_FALSE(assets.answer(asking("/api/v1/nothing", kBrowser)));
  EXPECT_FALSE(assets.answer(asking("/assets/gone-2.js", kBrowser)));
  auto posted = asking("/");
  posted.method = "POST";
  EXPECT_FALSE(assets.answer(posted));
  EXPECT_FALSE(Assets({}).answer(asking("/", kBrowser)));
}

TEST(Assets, AClientGetsTheSmallestFormItCanRead) {
  const Assets assets(kFiles);
  const auto brotli = assets.answer(asking("/", kBrowser, "gzip, deflate, br"));
  EXPECT_EQ(brotli->body, "BROTLI");
  EXPECT_EQ(brotli->headers.get("Content-Encoding"), "br");
  EXPECT_EQ(brotli->headers.get("Vary"), "Accept-Encoding");
  const auto gzip = assets.answer(asking("/", kBrowser, "GZIP, br;q=0"));
  EXPECT_EQ(gzip->body, "GZIP");
  EXPECT_NE(gzip->headers.get("ETag"), brotli->headers.get("ETag"));
  const auto plain = assets.answer(asking("/assets/app-1.js", "*/*", "gzip"));
  EXPECT_EQ(plain->body, "let a;");
  EXPECT_FALSE(plain->headers.has("Content-Encoding"));
  EXPECT_TRUE(accepts_coding("br;q=0.5", "br"));
  EXPECT_FALSE(accepts_coding("br; q=0.000", "br"));
  EXPECT_FALSE(accepts_coding("", "br"));
}

TEST(Assets, FilesNamedByTheirContentAreKeptForEverAndOthersAreAskedForAgain) {
  const Assets assets(kFiles);
  EXPECT_NE(assets.answer(asking("/assets/app-1.js"))->headers.get("Cache-Control").find("immutable"),
            std::string_view::npos);
  auto again = asking("/");
  const auto first = assets.answer(again);
  EXPECT_EQ(first->headers.get("Cache-Control"), "no-cache");
  again.headers.set("If-None-Match", first->headers.get("ETag"));
  const auto second = assets.answer(again);
  EXPECT_EQ(second->status, 304);
  EXPECT_TRUE(second->body.empty());
}

TEST(Assets, ThePageMayRunNothingButItsOwnFilesAndNobodyMayFrameIt) {
  const auto page = Assets(kFiles).answer(asking("/"));
  const std::string policy(page->headers.get("Content-Security-Policy"));
  for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
                           "require-trusted-types-for 'script'", "base-uri 'none'"}) {
    EXPECT_NE(policy.find(rule), std::string::npos) << rule;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("*"), std::string::npos);
}

}  // namespace
}  // namespace amends::web
