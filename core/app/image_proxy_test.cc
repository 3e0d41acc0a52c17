#include "core/app/image_proxy.h"

#include <gtest/gtest.h>

#include "core/app/picture.h"
#include "tests/support/http_peer.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::HeardRequest;
using test::http_answer;
using test::HttpPeer;
using test::Peer;

std::string be(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string le(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string png(std::uint32_t width, std::uint32_t height, const std::string& more = std::string(40, 'x')) {
  return "\x89PNG\r\n\x1A\n" + be(13, 4) + "IHDR" + be(width, 4) + be(height, 4) + more;
}
std::string gif(std::uint32_t width, std::uint32_t height) {
  return "GIF89a" + le(width, 2) + le(height, 2) + std::string(40, 'x');
}
std::string jpeg(std::uint32_t width, std::uint32_t height) {
  const std::string exif = "\xFF\xE1" + be(20, 2) + std::string(18, 'e');
  return "\xFF\xD8" + exif + "\xFF\xFF\xC4" + be(4, 2) + "hh" + "\xFF\xC2" + be(11, 2) + "\x08" + be(height, 2) +
         be(width, 2) + std::string(40, 'x');
}
std::string webp(const std::string& chunk, const std::string& payload) {
  return "RIFF" + le(100, 4) + "WEBP" + chunk + le(50, 4) + payload + std::string(40, 'x');
}
std::string webp_extended(std::uint32_t width, std::uint32_t height) {
  return webp("VP8X", le(0, 4) + le(width - 1, 3) + le(height - 1, 3));
}
std::string webp_lossless(std::uint32_t width, std::uint32_t height) {
  return webp("VP8L", "\x2F" + le((width - 1) | (height - 1) << 14, 4));
}
std::string webp_lossy(std::uint32_t width, std::uint32_t height) {
  return webp("VP8 ", "abc\x9D\x01\x2A" + le(width, 2) + le(height, 2));
}

TEST(Picture, IsKnownByItsBytesWithItsSize) {
  const struct {
    std::string bytes;
    const char* type;
  } rows[] = {{png(640, 480), "image/png"},
              {gif(640, 480), "image/gif"},
              {jpeg(640, 480), "image/jpeg"},
              {webp_extended(640, 480), "image/webp"},
              {webp_lossless(640, 480), "image/webp"},
              {webp_lossy(640, 480), "image/webp"}};
  for (const auto& row : rows) {
    const auto picture = picture_of(row.bytes);
    ASSERT_TRUE(picture) << row.type;
    EXPECT_EQ(picture->type, row.type);
    EXPECT_EQ(picture->width, 640) << row.type;
    EXPECT_EQ(picture->height, 480) << row.type;
  }
}

TEST(Picture, WhatIsNoneOrTooLargeIsRefused) {
  const std::string rows[] = {
      "",
      "GIF",
      "GIF89a",
      gif(0, 10),
      png(0, 0),
      png(50'000, 1001),
      png(0xFFFFFFFF, 0xFFFFFFFF),
      jpeg(60'000, 60'000),
      webp_extended(16'000'000, 16'000'000),
      "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"></svg>",
      "<html><body>" + png(1, 1),
      png(1, 1, "<script>alert(1)</script>" + std::string(40, 'x')),
      "GIF89a" + le(1, 2) + le(1, 2) + "/*<html><script>*/" + std::string(40, 'x'),
      "BM" + std::string(60, 'x'),
      std::string("\0\0\1\0", 4) + std::string(60, 'x'),
      "II*" + std::string(60, '\0'),
      "%PDF-1.7" + std::string(60, 'x'),
      std::string("\xFF\xD8\xFF", 3) + std::string(60, '\0'),
      webp("VP8 ", std::string(20, 'x')),
      std::string(100, '\xFF'),
  };
  for (const auto& row : rows) EXPECT_FALSE(picture_of(row)) << row.substr(0, 30);
  EXPECT_TRUE(picture_of(png(50'000, 1000))) << "exactly the most";
}

TEST(Picture, NoPrefixOfOneReadsPastItsEnd) {
  for (const std::string& whole : {png(6, 4), gif(6, 4), jpeg(6, 4), webp_extended(6, 4), webp_lossy(6, 4)}) {
    for (std::size_t n = 0; n < whole.size(); ++n) (void)picture_of(std::string(whole.data(), n));
  }
}

class ImageProxyTest : public ::testing::Test {
 protected:
  ImageProxyTest() {
    net::HttpOptions options;
    options.guard.allow_local();
    http_ = *net::HttpClient::make(std::move(options));
    limits_.timeout = seconds(5);
    limits_.max_bytes = 100'000;
    limits_.cache_bytes = 250'000;
  }
  ImageProxy& proxy() {
    if (!proxy_) proxy_ = std::make_unique<ImageProxy>(*http_, clock_, Secret("key"), limits_);
    return *proxy_;
  }
  Result<ImageProxy::Image> fetch(const std::string& url, UserId user = UserId{1}) {
    return proxy().fetch(url, proxy().sign(url, user), user);
  }

  test::FakeClock clock_;
  std::unique_ptr<net::HttpClient> http_;
  ImageProxyOptions limits_;
  std::unique_ptr<ImageProxy> proxy_;
};

TEST_F(ImageProxyTest, GivesThePictureByItsOwnTypeAndTellsNothingOfTheReader) {
  HttpPeer peer(http_answer("200 OK", png(3, 2), {"Content-Type: text/html", "Set-Cookie: id=1"}));
  const auto image = fetch(peer.url("/pixel?u=1"));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->type, "image/png");
  EXPECT_EQ(*image->bytes, png(3, 2));
  clock_.advance(hours(2));
  ASSERT_TRUE(fetch(peer.url("/pixel?u=1")));
  ASSERT_EQ(peer.heard().size(), 2u);
  for (const HeardRequest& heard : peer.heard()) {
    EXPECT_FALSE(heard.has("cookie"));
    EXPECT_FALSE(heard.has("referer"));
    EXPECT_FALSE(heard.has("authorization"));
    EXPECT_FALSE(heard.has("accept-language"));
  }
}

TEST_F(ImageProxyTest, OnlyFetchesWhatWasSignedForThisUser) {
  HttpPeer peer(http_answer("200 OK", png(3, 2)));
  const std::string url = peer.url();
  const std::string good = proxy().sign(url, UserId{1});
  std::string flipped = good;
  flipped[0] = flipped[0] == 'A' ? 'B' : 'A';
  for (const std::string& signature : {std::string(), std::string("x"), flipped, good + "A",
                                       proxy().sign(url, UserId{2}), proxy().sign(peer.url("/other"), UserId{1})}) {
    const auto image = proxy().fetch(url, signature, UserId{1});
    ASSERT_FALSE(image) << signature;
    EXPECT_EQ(image.error().kind, Kind::not_found);
  }
  EXPECT_FALSE(ImageProxy(*http_, clock_, Secret("another key")).fetch(url, good, UserId{1}));
  EXPECT_EQ(peer.connections(), 0);
  EXPECT_TRUE(proxy().fetch(url, good, UserId{1}));
}

TEST_F(ImageProxyTest, EveryFailureReadsAlike) {
  HttpPeer missing(http_answer("404 Not Found", png(1, 1)));
  HttpPeer page(http_answer("200 OK", "<html>no picture</html>", {"Content-Type: image/png"}));
  HttpPeer large(http_answer("200 OK", png(1, 1, std::string(200'000, 'x'))));
  HttpPeer vast(http_answer("200 OK", png(100'000, 100'000)));
  const auto strict = *net::HttpClient::make({});
  ImageProxy guarded(*strict, clock_, Secret("key"));
  std::vector<Error> errors;
  for (const HttpPeer* peer : {&missing, &page, &large, &vast}) {
    const auto image = fetch(peer->url());
    ASSERT_FALSE(image);
    errors.push_back(image.error());
  }
  for (const std::string& url : {missing.url(), std::string("http://169.254.169.254/"), std::string("file:///x"),
                                 std::string("https://user@a.example/"), std::string("javascript:alert(1)")}) {
    const auto image = guarded.fetch(url, guarded.sign(url, UserId{1}), UserId{1});
    ASSERT_FALSE(image) << url;
    errors.push_back(image.error());
  }
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, errors.front().kind);
    EXPECT_EQ(error.what, errors.front().what);
  }
  EXPECT_EQ(missing.heard().size(), 1u) << "the guarded one never came";
}

TEST_F(ImageProxyTest, KeepsPicturesAndFailuresForAWhileInBoundedMemory) {
  std::atomic<int> fails = 1;
  HttpPeer peer([&](Peer& p, const HeardRequest& r) {
    p.write(r.target == "/flaky" && fails-- > 0 ? http_answer("500 Oops")
                                                : http_answer("200 OK", png(1, 1, std::string(90'000, 'x'))));
  });
  ASSERT_TRUE(fetch(peer.url("/a")));
  ASSERT_TRUE(fetch(peer.url("/a"), UserId{2}));
  EXPECT_EQ(peer.heard().size(), 1u) << "whoever looks";
  clock_.advance(hours(1));
  ASSERT_TRUE(fetch(peer.url("/a")));
  EXPECT_EQ(peer.heard().size(), 2u) << "not for ever";
  EXPECT_FALSE(fetch(peer.url("/flaky")));
  EXPECT_FALSE(fetch(peer.url("/flaky")));
  EXPECT_EQ(peer.heard().size(), 3u);
  clock_.advance(minutes(1));
  EXPECT_TRUE(fetch(peer.url("/flaky")));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(fetch(peer.url("/many" + std::to_string(i))));
  EXPECT_LE(proxy().figures().kept_bytes, 250'000u);
  EXPECT_EQ(proxy().figures().kept, 2u);
  EXPECT_EQ(proxy().figures().served_from_memory, 2u);
}

}  // namespace
}  // namespace amends::app
