#include "connectors/common/meta/sign_in.h"

#include "connectors/common/meta/graph.h"

namespace amends::connectors::meta {

channel::OAuthProfile oauth_of(const channel::Settings& settings, std::vector<std::string> scopes) {
  channel::OAuthProfile out;
  const std::string base(settings.get("api_base"));
  out.authorize_url = "https://www.facebook.com/v23.0/dialog/oauth";
  out.token_url = base + "oauth/access_token";
  out.client_id = settings.get("app_id");
  out.client_secret = Secret(std::string(settings.get("app_secret")));
  out.scopes = std::move(scopes);
  out.scope_separator = ",";
  out.pkce = false;
  out.lengthen = lengthen(base, out.client_id, out.client_secret, std::string(settings.get("page_id")));
  return out;
}

std::function<Result<Secret>()> token_of(const channel::Settings& settings, const channel::Environment& environment) {
  return [fixed = Secret(std::string(settings.get("access_token"))), &tokens = environment.tokens]() -> Result<Secret> {
    if (!fixed.empty()) return fixed;
    TRY(const channel::TokenSet set, tokens.current());
    return set.access;
  };
}

}  // namespace amends::connectors::meta
