#include "connectors/common/google/sign_in.h"

#include <string>

namespace amends::connectors::google {

channel::OAuthProfile oauth_of(const channel::Settings& settings, std::string_view scope) {
  channel::OAuthProfile out;
  const std::string base(settings.get("oauth_base"));
  out.authorize_url = (base.empty() ? "https://accounts.google.com" : base) + "/o/oauth2/v2/auth";
  out.token_url = (base.empty() ? "https://oauth2.googleapis.com" : base) + "/token";
  out.revoke_url = (base.empty() ? "https://oauth2.googleapis.com" : base) + "/revoke";
  out.client_id = std::string(settings.get("client_id"));
  out.client_secret = Secret(std::string(settings.get("client_secret")));
  out.scopes = {std::string(scope)};
  // Without both Google gives a refresh token only the very first time somebody agrees.
  out.extra = {{"access_type", "offline"}, {"prompt", "consent"}};
  if (base.empty()) out.issuer = "https://accounts.google.com";
  return out;
}

}  // namespace amends::connectors::google
