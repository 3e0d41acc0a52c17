// The other end of a backfill: a server on a free loopback port that holds COUNT mentions as Mastodon gives them, and
// the same mentions as a file for `amends import`.
//   bench_backfill_site COUNT FILE.jsonl      prints its port, serves until its standard input ends
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "tests/support/http_peer.h"

namespace {

using namespace amends;

constexpr std::size_t kFirstId = 110'000'000'000'000'000;  // an id of 2026 has as many digits

std::string words_of(std::size_t n) {
  static constexpr const char* kWords[] = {"order",  "parcel",  "coffee",  "late",    "broken",  "again",
                                           "thanks", "lovely",  "refund",  "waiting", "Tuesday", "shop",
                                           "nobody", "answers", "perfect", "grinder"};
  std::string out;
  std::size_t seed = n * 2654435761u + 17;
  for (std::size_t i = 0; i < 12 + n % 30; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    out += (i == 0 ? "" : " ") + std::string(kWords[(seed >> 33) % std::size(kWords)]);
  }
  return out + " " + std::to_string(n) + ".";
}

std::string when(std::size_t n) { return to_rfc3339({1'735'689'600'000 + static_cast<std::int64_t>(n) * 61'000}); }
std::string who(std::size_t n) { return "guest" + std::to_string(n % 3000); }

std::string account_of(const std::string& name, std::size_t id) {
  return R"({"id":")" + std::to_string(id) + R"(","username":")" + name + R"(","acct":")" + name +
         R"(","display_name":"The )" + name + R"(","url":"https://social.example/@)" + name +
         R"(","uri":"https://social.example/users/)" + name +
         R"(","bot":false,"locked":false,"note":"<p>Coffee and cats.</p>","avatar":"https://social.example/a.png",)"
         R"("followers_count":12,"statuses_count":345,"emojis":[],"fields":[]})";
}

std::string status_of(std::size_t n) {
  const std::string id = std::to_string(kFirstId + n), url = "https://social.example/@" + who(n) + "/" + id;
  return R"({"id":")" + id + R"(","uri":")" + url + R"(","url":")" + url + R"(","created_at":")" + when(n) +
         R"(","edited_at":null,"visibility":"public","sensitive":false,"spoiler_text":"","language":"en",)"
         R"("in_reply_to_id":null,"in_reply_to_account_id":null,"content":"<p><span class=\"h-card\"><a )"
         R"(href=\"https://social.example/@shop\" class=\"u-url mention\">@<span>shop</span></a></span> )" +
         words_of(n) + R"(</p>","account":)" + account_of(who(n), 200 + n % 3000) +
         R"(,"media_attachments":[],"mentions":[{"id":"100","username":"shop","acct":"shop",)"
         R"("url":"https://social.example/@shop"}],"tags":[],"emojis":[],"card":null,"poll":null,)"
         R"("favourites_count":3,"reblogs_count":1,"replies_count":0})";
}

std::string list_of(std::size_t from, std::size_t to, bool notifications) {  // newest first
  std::string out = "[";
  for (std::size_t n = to; n-- > from;) {
    if (out.size() > 1) out += ",";
    out += notifications
               ? R"({"id":")" + std::to_string(kFirstId + n) + R"(","type":"mention","created_at":")" + when(n) +
                     R"(","account":)" + account_of(who(n), 200 + n % 3000) + R"(,"status":)" + status_of(n) + "}"
               : status_of(n);
  }
  return out + "]";
}

std::string answer(const std::string& target, std::size_t count) {
  const auto number = [&](const std::string& name) -> std::size_t {
    const std::size_t at = target.find(name + "=");
    return at == target.npos ? 0 : std::strtoull(target.c_str() + at + name.size() + 1, nullptr, 10);
  };
  if (target.find("/verify_credentials") != target.npos) return account_of("shop", 100);
  if (target.find("/api/v1/notifications") != target.npos) {
    const std::size_t after = number("min_id"), from = after < kFirstId ? 0 : after - kFirstId + 1;
    return list_of(std::min(from, count), std::min(count, from + std::max<std::size_t>(1, number("limit"))), true);
  }
  if (target.find("/api/v1/accounts/") != target.npos) return "[]";
  std::string out = "[";  // by ids
  for (std::size_t at = target.find("id%5B%5D="); at != target.npos; at = target.find("id%5B%5D=", at + 1)) {
    out += (out.size() > 1 ? "," : "") + status_of(std::strtoull(target.c_str() + at + 9, nullptr, 10) - kFirstId);
  }
  return out + "]";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_backfill_site COUNT FILE.jsonl\n");
    return 2;
  }
  const std::size_t count = std::strtoull(argv[1], nullptr, 10);
  std::ofstream file(argv[2]);
  for (std::size_t n = 0; n < count; ++n) {
    const std::string id = std::to_string(kFirstId + n);
    file << R"({"id":")" << id << R"(","kind":"mention","source":"mastodon","author":"The )" << who(n)
         << R"(","handle":")" << who(n) << R"(@social.example","at":")" << when(n) << R"(","text":"@shop )"
         << words_of(n) << R"(","permalink":"https://social.example/@)" << who(n) << "/" << id
         << R"(","language":"en","visibility":"public"})"
         << "\n";
  }
  file.close();
  const test::HttpPeer site([count](test::Peer& client, const test::HeardRequest& request) {
    client.write(test::http_answer("200 OK", answer(request.target, count), {"Content-Type: application/json"}));
  });
  std::printf("%d\n", site.port());
  std::fflush(stdout);
  while (std::cin.get() != EOF) {
  }
  return 0;
}
