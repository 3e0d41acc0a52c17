#include "connectors/mastodon/fake_apps.h"

#include "core/channel/json.h"
#include "core/channel/oauth.h"
#include "tests/support/contract.h"

namespace amends::connectors::mastodon {
namespace {

using channel::Json;
using test::SiteAnswer;
using test::SiteRequest;
using Form = std::multimap<std::string, std::string>;

std::string field(const Form& form, const std::string& name) {
  const auto it = form.find(name);
  return it == form.end() ? "" : it->second;
}

SiteAnswer refusal(int status, const char* error, const char* words) {
  return {status, channel::dump({{"error", error}, {"error_description", words}}), {}};
}

}  // namespace

FakeApps::FakeApps(test::SiteFake& site, const std::string& token) : token_(token) {
  site.on("POST", "/api/v1/apps", [this](const SiteRequest& r) { return make(r); });
  site.on("POST", "/oauth/token", [this](const SiteRequest& r) { return exchange(r); });
  site.on("POST", "/oauth/revoke", [this](const SiteRequest& r) { return revoke(r); });
}

SiteAnswer FakeApps::make(const SiteRequest& request) {
  const Form form = test::decode_form(request.body);
  const std::string name = field(form, "client_name"), redirect = field(form, "redirect_uris");
  if (name.empty() || redirect.find("://") == redirect.npos) {
    return {422, channel::dump({{"error", "Validation failed: Redirect URI must be an absolute URI."}}), {}};
  }
  const std::string number = std::to_string(apps_.size() + 1);
  const std::string client = "client-of-amends-" + number;
  apps_[client] = {"secret-of-amends-" + number, redirect, field(form, "scopes")};
  return {200,
          channel::dump({{"id", number},
                         {"name", name},
                         {"website", nullptr},
                         {"scopes", Json::array({"read"})},
                         {"redirect_uri", redirect},
                         {"redirect_uris", Json::array({redirect})},
                         {"client_id", client},
                         {"client_secret", apps_[client].secret},
                         {"vapid_key", ""}}),
          {}};
}

std::string FakeApps::agrees(const std::string& authorize_url) {
  const auto mark = authorize_url.find('?');
  if (mark == authorize_url.npos || authorize_url.find("/oauth/authorize?") == authorize_url.npos) return "";
  const Form query = test::decode_form(std::string_view(authorize_url).substr(mark + 1));
  const auto app = apps_.find(field(query, "client_id"));
  if (app == apps_.end() || app->second.redirect != field(query, "redirect_uri")) return "";
  if (field(query, "response_type") != "code" || field(query, "scope") != app->second.scopes) return "";
  const std::string code = "code-" + std::to_string(codes_.size() + 1);
  codes_[code] = {app->first, field(query, "code_challenge"), app->second.redirect};
  return app->second.redirect + "?code=" + code + "&state=" + field(query, "state");
}

const FakeApps::App* FakeApps::proven(const Form& form) const {
  const auto app = apps_.find(field(form, "client_id"));
  return app != apps_.end() && app->second.secret == field(form, "client_secret") ? &app->second : nullptr;
}

SiteAnswer FakeApps::exchange(const SiteRequest& request) {
  const Form form = test::decode_form(request.body);
  const App* app = proven(form);
  if (app == nullptr) return refusal(401, "invalid_client", "Client authentication failed");
  const auto grant = codes_.find(field(form, "code"));
  const bool good = grant != codes_.end() && grant->second.client == field(form, "client_id") &&
                    grant->second.redirect == field(form, "redirect_uri") &&
                    grant->second.challenge == channel::pkce_challenge(field(form, "code_verifier"));
  if (field(form, "grant_type") != "authorization_code" || !good) {
    return refusal(400, "invalid_grant", "The provided authorization grant is invalid");
  }
  codes_.erase(grant);
  return {
      200,
      channel::dump(
          {{"access_token", token_}, {"token_type", "Bearer"}, {"scope", app->scopes}, {"created_at", 1'767'258'000}}),
      {}};
}

SiteAnswer FakeApps::revoke(const SiteRequest& request) {
  const Form form = test::decode_form(request.body);
  if (proven(form) == nullptr)
    return refusal(403, "unauthorized_client", "You are not authorized to revoke this token");
  given_back_ = given_back_ || field(form, "token") == token_;
  return {200, "{}", {}};
}

}  // namespace amends::connectors::mastodon
