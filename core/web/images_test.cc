// Remote pictures of a message through the API, against a real server on this machine.
#include <gtest/gtest.h>

#include "core/web/site_for_test.h"
#include "tests/support/http_peer.h"

namespace amends::web::test {
namespace {

using amends::test::http_answer;
using amends::test::HttpPeer;

const std::string kPng = std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2", 24) + std::string(40, 'x');

// The number of a message whose HTML names `picture`.
std::int64_t with_picture(World& world, const std::string& picture) {
  world.deliver(world.acme,
                "From: Fay <fay@guest.test>\r\nTo: support@acme.test\r\nSubject: Look\r\nMessage-ID: <p@fay>\r\n"
                "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Look: <img src=\"" +
                    picture + "\"></p>\r\n");
  return world.read([&](store::Reader& reader) { return reader.count("SELECT max(id) FROM message"); });
}

std::string image_path(std::int64_t message, const std::string& url) {
  std::string encoded;
  for (const char c : url) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return "/api/v1/brands/acme/messages/" + std::to_string(message) + "/remote-image?url=" + encoded;
}

TEST(RemoteImage, IsFetchedByUsWhenTheMessageNamesIt) {
  World world;
  HttpPeer peer(http_answer("200 OK", kPng, {"Content-Type: text/html"}));
  const std::string url = peer.url("/p?a=1&b=2");
  const auto message = with_picture(world, "http" + url.substr(4));
  const auto answer = world.ask({.path = image_path(message, url), .session = world.session("agent")});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, kPng);
  EXPECT_EQ(answer.headers.get("Content-Type"), "image/png") << "by its bytes, not by what its server says";
  EXPECT_EQ(peer.heard().size(), 1u);
}

TEST(RemoteImage, NothingElseIsFetchedNorForOtherPeople) {
  World world;
  HttpPeer peer(http_answer("200 OK", kPng, {}));
  const auto message = with_picture(world, peer.url("/p"));
  const std::string named = image_path(message, peer.url("/p"));
  EXPECT_EQ(world.ask({.path = image_path(message, peer.url("/other")), .session = world.session("agent")}).status,
            404);
  EXPECT_EQ(world.ask({.path = image_path(message - 1, peer.url("/p")), .session = world.session("agent")}).status,
            404);
  EXPECT_EQ(world.ask({.path = named}).status, 401);
  EXPECT_TRUE(peer.heard().empty());
}

}  // namespace
}  // namespace amends::web::test
