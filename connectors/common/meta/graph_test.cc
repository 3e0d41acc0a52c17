#include "connectors/common/meta/graph.h"

#include <gtest/gtest.h>

namespace amends::connectors::meta {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

channel::WebhookRequest delivery(const std::string& body, const std::string& name, const std::string& value) {
  channel::WebhookRequest out;
  out.method = "POST";
  out.body = body;
  out.headers = {{name, value}};
  return out;
}

channel::ApiAnswer answer(int status, const std::string& body, std::vector<net::HttpHeader> headers = {}) {
  return {status, body, std::move(headers)};
}

TEST(Graph, OnlyTheRightSignatureOfTheVeryBytesLetsIn) {
  const Secret secret("s3cret");
  const std::string body = R"({"object":"page"})";
  const std::string right = signature_of(body, secret);
  EXPECT_EQ(right.size(), 7u + 64u);
  EXPECT_TRUE(check_signature(delivery(body, "x-hub-signature-256", right), {secret}));
  EXPECT_TRUE(check_signature(delivery(body, "X-Hub-Signature-256", right), {Secret("new"), secret})) << "rotation";
  for (std::size_t i = 0; i < right.size(); ++i) {
    std::string wrong = right;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    const auto refused = check_signature(delivery(body, "X-Hub-Signature-256", wrong), {secret});
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error().kind, Kind::unauthorized);
  }
  EXPECT_FALSE(check_signature(delivery(body + " ", "X-Hub-Signature-256", right), {secret}));
  EXPECT_FALSE(check_signature(delivery(body, "X-Hub-Signature", "sha1=5d41402abc4b2a76b9719d911017c592"), {secret}));
  EXPECT_FALSE(check_signature(delivery(body, "X-Other", right), {secret}));
  EXPECT_FALSE(check_signature(delivery(body, "X-Hub-Signature-256", right), {}));
  EXPECT_FALSE(check_signature(delivery(body, "X-Hub-Signature-256", signature_of(body, Secret(""))), {Secret("")}));
}

// HMAC-SHA256, RFC 4231 test case 2.
TEST(Graph, SignatureIsTheOneOfTheStandard) {
  EXPECT_EQ(signature_of("what do ya want for nothing?", Secret("Jefe")),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(proof_of(Secret("what do ya want for nothing?"), Secret("Jefe")).at(0).second,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(proof_of(Secret("token"), Secret()).empty());
}

TEST(Graph, HandshakeEchoesHarmlessChallengesOnly) {
  channel::WebhookRequest request;
  request.method = "GET";
  const auto ask = [&](const std::string& query) {
    request.query = query;
    return handshake(request, Secret("tok en"));
  };
  const auto good = ask("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok%20en");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->status, 200);
  EXPECT_EQ(good->body, "1158201444");
  EXPECT_EQ(good->content_type, "text/plain");
  for (const char* evil : {"%3Cscript%3Ealert(1)%3C/script%3E", "a%0d%0ab", "", "a.b"}) {
    const auto refused = ask("hub.mode=subscribe&hub.verify_token=tok+en&hub.challenge=" + std::string(evil));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 400) << evil;
    EXPECT_EQ(refused->body, "");
  }
  EXPECT_EQ(ask("hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong").error().kind, Kind::unauthorized);
  EXPECT_EQ(ask("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=tok%20en").error().kind, Kind::unauthorized);
  request.query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=";
  EXPECT_EQ(handshake(request, Secret("")).error().kind, Kind::unauthorized) << "no token set lets nobody in";
}

TEST(Graph, ErrorsSayWhatToDo) {
  struct Row {
    int status;
    const char* error;
    Kind kind;
  };
  for (const Row& row : {Row{400, R"({"code":190,"error_subcode":463,"message":"expired"})", Kind::unauthorized},
                         Row{401, R"({"code":104,"message":"token needed"})", Kind::unauthorized},
                         Row{403, R"({"code":200,"message":"no permission"})", Kind::rejected},
                         Row{400, R"({"code":10,"error_subcode":2018278,"message":"outside"})", Kind::rejected},
                         Row{400, R"({"code":100,"error_subcode":33,"message":"no object"})", Kind::not_found},
                         Row{400, R"({"code":100,"message":"bad parameter"})", Kind::invalid},
                         Row{400, R"({"code":506,"message":"duplicate"})", Kind::conflict},
                         Row{400, R"({"code":2,"message":"try again","is_transient":true})", Kind::unavailable},
                         Row{400, R"({"code":368,"message":"blocked"})", Kind::rejected}}) {
    const auto error = read_error(answer(row.status, "{\"error\":" + std::string(row.error) + "}"));
    ASSERT_TRUE(error) << row.error;
    EXPECT_EQ(error->kind, row.kind) << row.error;
  }
  EXPECT_FALSE(read_error(answer(200, R"({"data":[]})")));
  EXPECT_FALSE(read_error(answer(500, R"({"error":{"code":1,"message":"unknown"}})"))) << "the status speaks";
}

TEST(Graph, LimitsAreKnownByCodeAndSayHowLong) {
  for (const int code : {4, 17, 32, 613, 80001, 80004, 130429, 131056}) {
    const auto wait = read_limit(answer(400, R"({"error":{"code":)" + std::to_string(code) + "}}"));
    ASSERT_TRUE(wait) << code;
    EXPECT_EQ(*wait, seconds(0));
  }
  EXPECT_FALSE(read_limit(answer(400, R"({"error":{"code":190}})")));
  const net::HttpHeader usage{
      "x-business-use-case-usage",
      R"({"123":[{"type":"pages","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19}]})"};
  EXPECT_EQ(read_limit(answer(400, R"({"error":{"code":32}})", {usage})), minutes(19));
  EXPECT_EQ(exhausted_until(answer(200, "{}", {usage}), {0}), Timestamp{19 * 60'000});
  const net::HttpHeader fine{"x-business-use-case-usage",
                             R"({"123":[{"call_count":28,"estimated_time_to_regain_access":0}]})"};
  EXPECT_FALSE(exhausted_until(answer(200, "{}", {fine}), {0}));
  EXPECT_TRUE(exhausted_until(answer(200, "{}", {{"x-app-usage", R"({"call_count":100})"}}), {0}));
  EXPECT_FALSE(exhausted_until(answer(200, "{}", {{"x-app-usage", "nonsense"}}), {0}));
}

TEST(Graph, PagesAndTimesAreReadAsMetaWritesThem) {
  EXPECT_EQ(next_page(R"({"data":[],"paging":{"cursors":{"before":"A","after":"B"},"next":"https://x"}})"), "B");
  EXPECT_EQ(next_page(R"({"data":[],"paging":{"cursors":{"before":"A","after":"B"}}})"), "") << "the last page";
  EXPECT_EQ(to_rfc3339(*read_time("2026-11-20T10:11:12+0000")), "2026-11-20T10:11:12Z");
  EXPECT_EQ(to_rfc3339(*read_time("2026-11-20T10:11:12+02:00")), "2026-11-20T08:11:12Z");
  EXPECT_FALSE(read_time("yesterday"));
  EXPECT_EQ(query_value("?a=1&b=x%26y&b=2", "b"), "x&y");
  EXPECT_EQ(query_value("a=1", "b"), "");
}

}  // namespace
}  // namespace amends::connectors::meta
