#include "connectors/reddit/sign_in.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::connectors::reddit {
namespace {

using channel::ApiAnswer;
using channel::Json;
using channel::text_at;

std::string without_slash(std::string_view url) {
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  return std::string(url);
}

// The errors of {"json": {"errors": [["RATELIMIT", "words", "field"], …]}}.
std::string error_name(const ApiAnswer& answer, Json& json) {
  if (answer.status != 200 || answer.body.find("\"errors\"") == answer.body.npos) return {};
  auto parsed = channel::parse_json(answer.body);
  if (!parsed) return {};
  json = *std::move(parsed);
  return text_at(json, "json.errors.0.0");
}

std::optional<std::chrono::seconds> limit_of(const ApiAnswer& answer) {
  Json json;
  if (error_name(answer, json) != "RATELIMIT") return {};
  if (const auto said = channel::decimal_at(json, "json.ratelimit"); said && *said > 0 && *said < 1e6) {
    return std::chrono::seconds(static_cast<std::int64_t>(*said) + 1);
  }
  // "Take a break for 5 minutes before trying again."
  const std::string words = text_at(json, "json.errors.0.1");
  const auto digit = words.find_first_of("0123456789");
  int number = 0;
  if (digit != words.npos) std::from_chars(words.data() + digit, words.data() + words.size(), number);
  const auto unit = words.find("minute") != words.npos ? std::chrono::seconds(60) : std::chrono::seconds(1);
  return number > 0 ? unit * (number + 1) : channel::kUnsaidWait;
}

std::optional<Error> error_of(const ApiAnswer& answer) {
  Json json;
  const std::string name = error_name(answer, json);
  if (name.empty()) return {};
  const std::string words = text_at(json, "json.errors.0.1");
  if (name == "DELETED_COMMENT" || name == "DELETED_LINK" || name == "NOT_FOUND") {
    return fail(Kind::not_found, "what this answers is no longer there", "its author took it back");
  }
  if (name == "TOO_LONG" || name == "NO_TEXT") return fail(Kind::invalid, "Reddit says " + name + ": " + words);
  return fail(Kind::rejected, "Reddit says " + name + ": " + words);
}

}  // namespace

Result<channel::OAuthProfile> oauth_of(const channel::Settings& settings) {
  if (settings.get("client_id").empty()) {
    return fail(Kind::invalid, "client_id is missing", "make an app at reddit.com/prefs/apps");
  }
  const std::string base = without_slash(settings.get("login_base"));
  channel::OAuthProfile out;
  out.authorize_url = base + "/api/v1/authorize";
  out.token_url = base + "/api/v1/access_token";
  out.revoke_url = base + "/api/v1/revoke_token";
  out.client_id = settings.get("client_id");
  out.client_secret = Secret(std::string(settings.get("client_secret")));
  out.client_auth = channel::ClientAuth::basic;
  out.scopes = {"identity", "read", "privatemessages", "submit", "history"};
  out.pkce = false;  // Reddit knows none; the app's secret stands for it
  out.extra = {{"duration", "permanent"}};
  return out;
}

Result<channel::Profile> profile_of(const channel::Settings& settings, const channel::Environment& environment) {
  TRY(channel::OAuthProfile oauth, oauth_of(settings));
  channel::Profile out;
  out.base = without_slash(settings.get("api_base")) + "/";
  // Reddit refuses programs that don't say who they are, and for whom.
  out.headers = {{"User-Agent", "server:amends:1 (by /u/" + std::string(settings.get("username")) + ")"}};
  out.renew = channel::renew_by_refresh(std::move(oauth), environment);
  out.is_limit = limit_of;
  out.read_error = error_of;
  out.exhausted_until = [](const ApiAnswer& answer, Timestamp now) -> std::optional<Timestamp> {
    const std::string_view left = answer.header("x-ratelimit-remaining");
    if (left.empty() || (left != "0" && left.substr(0, 2) != "0.")) return {};
    return channel::read_reset(answer.header("x-ratelimit-reset"), now);
  };
  return out;
}

}  // namespace amends::connectors::reddit
