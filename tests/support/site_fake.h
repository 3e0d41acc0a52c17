// A site's HTTP API played by a test: stateful, on a free loopback port, and held honest by a contract table that lies
// in the connector's folder. A request the table doesn't know, or an answer of ours that it doesn't describe, is a
// violation, and the test that asks for violations() fails.
//
//   contract.json   {"site": "Google Business Profile", "rows": [
//     {"method": "GET", "path": "/v4/accounts/{}/locations/{}/reviews",
//      "query": {"pageSize": "integer?", "pageToken": "string?"},     every parameter that may be sent
//      "headers": {"Idempotency-Key": "string?"},                     those that the site asks for, if any
//      "auth": "bearer",                                              see below
//      "body": null,                                                  see below
//      "answers": {"200": {"reviews": [{"name": "string", "starRating": "=ONE|TWO|THREE|FOUR|FIVE"}],
//                          "nextPageToken": "string?"}, "4xx": {"error": {"code": "integer", "message": "string"}}},
//      "source": "official",                                          official | community | unofficial
//      "link": "https://developers.google.com/…", "date": "2026-11-21"}]}
//
// path     a {} stands for one or more characters of one segment: "/v4/{}/locations/{}:batchGetReviews"; of two rows
// that
//          fit the one with fewer {} is meant
// shape    a word, a list [shape] of them, or an object of shapes; "?" behind a word, or behind a key ("reply?": {…}),
//          says that it may be absent or null. Keys an object's shape doesn't name are violations; {"*": shape} is a
//          map with any further keys
// word     string, integer, number, boolean, object, null, any, or =ONE|TWO for one of these texts
// auth     bearer, basic, header:NAME, query:NAME, path (a token in the path), none; "bearer?" for both with and
// without body     null for none, a shape of JSON, "any", "bytes" (a file), {"form": {"name": word}}, {"multipart":
// {"file": "file"}} answers  by status or "4xx": a shape of JSON, "text" for anything else, null for an empty body
//
// Threads: handlers run one at a time, under the fake's lock; everything may be called from the test's thread.
//          What a handler reads is changed under held(), or before it is first asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace amends::test {

struct SiteRequest {
  std::string method, path, body;
  std::vector<std::string> parts;                 // what stood for the {} of the row's path, decoded
  std::multimap<std::string, std::string> query;  // decoded
  std::map<std::string, std::string> headers;     // names in lower case
  std::string q(const std::string& name) const;   // the first one of this name; "" when absent
  std::string header(const std::string& name) const;
};

struct SiteAnswer {
  int status = 200;
  std::string body;  // JSON unless the headers say otherwise
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// What goes wrong with requests to come. `after`: the handler ran first, so the site has acted.
struct SiteFault {
  using Make = std::function<SiteAnswer(const SiteRequest&)>;
  enum class What {
    answer,       // this answer instead of the handler's
    cut_before,   // the connection is cut, nothing happened
    cut_after,    // it happened, and nobody heard the answer
    cut_answer,   // it happened, and the answer's second half is missing
    answer_after  // it happened, and this answer comes instead: a 500 though done
  } what = What::answer;
  SiteAnswer answer = {};
  std::string path_begins = {};  // only requests whose path begins so
  std::string method = {};       // only these
  int times = 1;
  int skip = 0;    // so many of such requests pass first
  Make make = {};  // gives the answer, where it hangs on the request
  // 429 in all its spellings, for every site.
  static std::vector<SiteAnswer> limits();
};

class SiteFake {
 public:
  using Handler = std::function<SiteAnswer(const SiteRequest&)>;

  // `contract_file` as JSON; a table that can't be read is a violation.
  explicit SiteFake(const std::string& contract_file);
  ~SiteFake();

  // The path as in the contract, "{}" for one segment. A contract row without a handler answers 501 and is a violation
  // when asked for.
  void on(const std::string& method, const std::string& path, Handler handler);
  // Which Authorization is let in: answers whether it is; else the fake says 401. Rows with auth "none" skip it.
  void lets_in(std::function<bool(const SiteRequest&)> check);
  void unauthorized_answer(SiteAnswer answer);  // how this site says 401

  void fail_next(SiteFault fault);
  std::string base() const;  // "http://127.0.0.1:43117", without a slash at its end
  std::vector<SiteRequest> heard() const;
  std::size_t count(const std::string& method, const std::string& path_begins) const;
  std::vector<std::string> violations() const;
  // Keeps handlers out while the test's thread changes what they read.
  std::unique_lock<std::mutex> held() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amends::test
