// A site on a loopback port, and an account of it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "core/channel/api.h"
#include "tests/support/channel_world.h"
#include "tests/support/http_peer.h"

namespace amends::channel {

// A site whose answers the test gives, with an account that renews by counting: "t1" becomes "t2" …
class World : public test::ChannelWorld {
 public:
  using Answer = std::function<std::string(const test::HeardRequest&)>;
  explicit World(Answer answer)
      : site([answer = std::move(answer)](test::Peer& peer, const test::HeardRequest& r) { peer.write(answer(r)); }) {
    connect("t1");
  }
  explicit World(std::string answer)
      : World([answer = std::move(answer)](const test::HeardRequest&) { return answer; }) {}

  void connect(const std::string& token, std::optional<Timestamp> expires = {}) {
    TokenSet set;
    set.access = Secret(token);
    set.refresh = Secret("refresh-me");
    set.expires_at = expires;
    tokens.connect(set);
  }
  Profile profile() {
    Profile p;
    p.base = site.url("/api/");
    p.timeout = std::chrono::seconds(5);
    p.renew = [this](const TokenSet& before) -> Result<TokenSet> {
      if (locked_out) return fail(Kind::unauthorized, "invalid_grant");
      TokenSet next = before;
      next.access = Secret("t" + std::to_string(std::stoi(std::string(before.access.reveal().substr(1))) + 1));
      next.expires_at.reset();
      return next;
    };
    return p;
  }
  Api api() { return api(profile()); }
  Api api(Profile p) {
    auto made = Api::make(environment(), std::move(p));
    EXPECT_TRUE(made);
    return *std::move(made);
  }

  std::atomic<bool> locked_out{false};
  test::HttpPeer site;
};

inline ApiRequest get(std::string path = "things", std::string bucket = {}) {
  ApiRequest out;
  out.path = std::move(path);
  out.bucket = std::move(bucket);
  return out;
}
inline ApiRequest post(std::string path = "things") {
  ApiRequest out = get(std::move(path));
  out.method = "POST";
  out.body = R"({"text":"hello"})";
  return out;
}
inline std::string ok(const std::string& body = R"({"ok":true})") {
  return test::http_answer("200 OK", body, {"Content-Type: application/json"});
}

}  // namespace amends::channel
