#include "connectors/bluesky/session.h"

#include <memory>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/net/http_client.h"

namespace amends::connectors::bluesky {
namespace {

using channel::ApiAnswer;
using channel::Json;
using channel::text_at;
using channel::TokenSet;

bool is_stale(std::string_view error) { return error == "ExpiredToken" || error == "InvalidToken"; }

// An error as XRPC says it: {"error": "ExpiredToken", "message": …}, where most sites would answer 401.
std::optional<Error> error_of_xrpc(const ApiAnswer& answer) {
  if (answer.status != 400 && answer.status != 401) return {};
  const auto json = channel::parse_json(answer.body);
  if (!json) return {};
  const std::string name = text_at(*json, "error");
  if (is_stale(name)) return fail(Kind::unauthorized, "the session is over");
  // Names that mean "there is none"; the status alone would say "your request is wrong".
  if (name == "RecordNotFound" || name == "NotFound") return fail(Kind::not_found, "there is no such post");
  return {};
}

Result<TokenSet> open_session(net::HttpClient& http, net::HttpRequest request) {
  request.method = "POST";
  request.repeatable = true;  // a session too many does no harm
  request.headers.push_back({"Accept", "application/json"});
  TRY(const net::HttpResponse answer, http.run(request));
  const auto json = channel::parse_json(answer.body);
  // Not in the server's words: it may repeat the password.
  if (answer.status == 400 || answer.status == 401) {
    return fail(Kind::unauthorized, "the server opens no session", "make a new app password");
  }
  if (answer.status < 400 && !answer.ok()) return fail(Kind::unavailable, "the server redirects instead of signing in");
  if (!answer.ok()) return net::error_of(answer, false);
  TokenSet out;
  if (json) {
    out.access = Secret(text_at(*json, "accessJwt"));
    out.refresh = Secret(text_at(*json, "refreshJwt"));
    out.subject = text_at(*json, "did");
  }
  if (out.access.empty() || out.subject.empty()) return fail(Kind::corrupt, "the server's session has no token");
  return out;
}

}  // namespace

channel::Profile profile_of(const channel::Settings& settings, const channel::Environment& environment) {
  std::string base(settings.get("server"));
  while (!base.empty() && base.back() == '/') base.pop_back();
  base += "/xrpc/";
  std::string identifier(text::trim(settings.get("account")));
  if (!identifier.empty() && identifier.front() == '@') identifier.erase(0, 1);

  channel::Profile out;
  out.base = base;
  out.read_error = error_of_xrpc;
  // Nobody keeps a session that was opened with what the settings hold, so it is kept here as long as the account is
  // open: the server counts logins (300 a day).
  auto kept = std::make_shared<TokenSet>();
  out.renew = [base, identifier, kept, password = Secret(std::string(settings.get("app_password"))),
               &http = environment.http](const TokenSet& set) -> Result<TokenSet> {
    const Secret refresh = set.refresh.empty() ? kept->refresh : set.refresh;
    if (!refresh.empty()) {
      net::HttpRequest request;
      request.url = base + "com.atproto.server.refreshSession";
      request.headers = {{"Authorization", "Bearer " + std::string(refresh.reveal())}};
      auto fresh = open_session(http, std::move(request));
      if (fresh) *kept = *fresh;
      if (fresh || fresh.error().kind != Kind::unauthorized) return fresh;
    }
    net::HttpRequest request;
    request.url = base + "com.atproto.server.createSession";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = channel::dump({{"identifier", identifier}, {"password", password.reveal()}});
    auto fresh = open_session(http, std::move(request));
    if (fresh) *kept = *fresh;
    return fresh;
  };
  out.exhausted_until = [](const ApiAnswer& answer, Timestamp now) -> std::optional<Timestamp> {
    if (answer.header("ratelimit-remaining") != "0") return {};
    return channel::read_reset(answer.header("ratelimit-reset"), now);
  };
  return out;
}

}  // namespace amends::connectors::bluesky
