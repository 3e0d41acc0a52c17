#include "connectors/mastodon/sign_in.h"

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::mastodon {
namespace {

constexpr const char* kScopes[] = {"read:accounts", "read:notifications", "read:statuses", "write:statuses",
                                   "write:media"};

std::string base_of(const channel::Settings& settings) {
  std::string out(settings.get("server"));
  while (!out.empty() && out.back() == '/') out.pop_back();
  return out + "/";
}

}  // namespace

channel::Profile profile_of(const channel::Settings& settings, const channel::Environment& environment) {
  channel::Profile out;
  out.base = base_of(settings);
  const Secret pasted{std::string(settings.get("access_token"))};
  out.authorization = [pasted, &tokens = environment.tokens]() -> Result<net::HttpHeader> {
    if (!pasted.empty()) return net::HttpHeader{"Authorization", "Bearer " + std::string(pasted.reveal())};
    TRY(const channel::TokenSet set, tokens.current());
    return net::HttpHeader{"Authorization", "Bearer " + std::string(set.access.reveal())};
  };
  out.exhausted_until = [](const channel::ApiAnswer& answer, Timestamp now) -> std::optional<Timestamp> {
    if (answer.header("x-ratelimit-remaining") != "0") return {};
    return channel::read_reset(answer.header("x-ratelimit-reset"), now);
  };
  return out;
}

Result<channel::OAuthProfile> oauth_of(const channel::Settings& settings) {
  channel::OAuthProfile out;
  // A pasted token needs nobody's consent any more, and so no client.
  if (settings.get("client_id").empty() && settings.get("access_token").empty()) {
    return fail(Kind::invalid, "this server doesn't know Amends yet",
                "give client_id and client_secret of an application made there, or its access_token");
  }
  const std::string base = base_of(settings);
  out.authorize_url = base + "oauth/authorize";
  out.token_url = base + "oauth/token";
  out.revoke_url = base + "oauth/revoke";
  out.client_id = settings.get("client_id");
  out.client_secret = Secret(std::string(settings.get("client_secret")));
  out.scopes.assign(std::begin(kScopes), std::end(kScopes));
  return out;
}

Result<std::map<std::string, std::string>> register_client(const channel::Settings& settings, std::string_view redirect,
                                                           net::HttpClient& http) {
  std::string scopes;
  for (const char* scope : kScopes) scopes += (scopes.empty() ? "" : " ") + std::string(scope);
  net::HttpRequest request;
  request.method = "POST";
  request.url = base_of(settings) + "api/v1/apps";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body =
      channel::encode_fields({{"client_name", "Amends"}, {"redirect_uris", std::string(redirect)}, {"scopes", scopes}});
  request.repeatable = true;  // an application too many does no harm
  TRY(const net::HttpResponse answer, http.run(request));
  if (!answer.ok()) return net::error_of(answer, false);
  TRY(const channel::Json app, channel::parse_json(answer.body));
  const std::string id = channel::text_at(app, "client_id");
  const std::string secret = channel::text_at(app, "client_secret");
  if (id.empty() || secret.empty()) return fail(Kind::corrupt, "the server registered no application");
  return std::map<std::string, std::string>{{"client_id", id}, {"client_secret", secret}};
}

}  // namespace amends::connectors::mastodon
