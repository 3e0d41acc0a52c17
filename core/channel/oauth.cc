#include "core/channel/oauth.h"

#include "core/base/text.h"
#include "core/channel/api.h"
#include "core/channel/json.h"
#include "core/channel/scrub.h"
#include "core/crypto/digest.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"

namespace amends::channel {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kWalkLife{10};
constexpr std::size_t kMostAnswer = 256u << 10;

std::string scope_text(const OAuthProfile& profile) { return text::join(profile.scopes, profile.scope_separator); }

// RFC 6749 appendix B: as a form's value, which is what stands in the Basic header.
std::string form_value(std::string_view value) { return text::replace_all(percent_encode(value), "%20", "+"); }

// Asks a token endpoint. Nobody may have acted in a way that asking again makes worse, so uncertain is unavailable
// here.
Result<net::HttpResponse> ask(const std::string& url, const Fields& fields, std::vector<net::HttpHeader> headers,
                              net::HttpClient& http) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = std::move(headers);
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.headers.push_back({"Accept", "application/json"});
  request.body = encode_fields(fields);
  request.max_bytes = kMostAnswer;
  auto answer = http.run(request);
  if (!answer && answer.error().kind == Kind::uncertain) answer.error().kind = Kind::unavailable;
  return answer;
}

Result<net::HttpResponse> ask_as_client(const OAuthProfile& profile, const std::string& url, Fields fields,
                                        net::HttpClient& http) {
  std::vector<net::HttpHeader> headers;
  if (profile.client_auth == ClientAuth::basic) {
    const std::string pair = form_value(profile.client_id) + ":" + form_value(profile.client_secret.reveal());
    headers.push_back({"Authorization", "Basic " + text::to_base64(pair)});
  } else {
    fields.emplace_back("client_id", profile.client_id);
    if (profile.client_auth == ClientAuth::body && !profile.client_secret.empty()) {
      fields.emplace_back("client_secret", profile.client_secret.reveal());
    }
  }
  return ask(url, fields, std::move(headers), http);
}

Result<TokenSet> tokens_from(const OAuthProfile& profile, Fields fields, std::vector<std::string> secrets,
                             net::HttpClient& http, Timestamp now) {
  TRY(const net::HttpResponse answer, ask_as_client(profile, profile.token_url, std::move(fields), http));
  auto set = read_token_answer(answer.status, answer.body, now);
  if (!set) {
    secrets.emplace_back(profile.client_secret.reveal());
    set.error().what = scrubbed(std::move(set.error().what), std::move(secrets));
    set.error().retry_after = net::parse_retry_after(answer.header("retry-after"), now);
  }
  return set;
}

// The client that the tokens belong to, where the settings name none.
OAuthProfile for_client(OAuthProfile profile, const TokenSet& set) {
  const auto given = [&](const char* key) {
    const auto it = set.client.find(key);
    return it == set.client.end() ? Secret() : it->second;
  };
  if (profile.client_id.empty()) {
    profile.client_id = given("client_id").reveal();
    profile.client_secret = given("client_secret");
  }
  return profile;
}

// RFC 6749 section 5.2; Meta's own way of saying that a token is none any more (code 190).
bool is_bad_grant(const Json& json) {
  return text_at(json, "error") == "invalid_grant" || number_at(json, "error.code") == 190;
}

}  // namespace

std::string pkce_challenge(std::string_view verifier) {
  return text::to_base64url(crypto::bytes_of(crypto::sha256(verifier)));
}

Walk start(const OAuthProfile& profile, std::string_view redirect, Timestamp now) {
  Walk out;
  out.pending.state = crypto::random_token();
  out.pending.redirect = redirect;
  out.pending.expires_at = now + kWalkLife;
  Fields fields = {{"response_type", "code"},
                   {"client_id", profile.client_id},
                   {"redirect_uri", std::string(redirect)},
                   {"state", out.pending.state}};
  if (!profile.scopes.empty()) fields.emplace_back("scope", scope_text(profile));
  if (profile.pkce) {
    out.pending.verifier = Secret(text::to_base64url(crypto::random_bytes(32)));
    fields.emplace_back("code_challenge", pkce_challenge(out.pending.verifier.reveal()));
    fields.emplace_back("code_challenge_method", "S256");
  }
  fields.insert(fields.end(), profile.extra.begin(), profile.extra.end());
  const bool has_query = profile.authorize_url.find('?') != std::string::npos;
  out.url = profile.authorize_url + (has_query ? "&" : "?") + encode_fields(fields);
  return out;
}

Result<TokenSet> finish(const OAuthProfile& profile, const Pending& pending, const Callback& callback,
                        net::HttpClient& http, Timestamp now) {
  if (pending.state.empty() || !crypto::equal_in_constant_time(pending.state, callback.state)) {
    return fail(Kind::conflict, "this answer belongs to another walk", "start connecting again");
  }
  if (now > pending.expires_at) return fail(Kind::conflict, "this took too long", "start connecting again");
  if (!profile.issuer.empty() && !callback.issuer.empty() && callback.issuer != profile.issuer) {
    return fail(Kind::conflict, "another site answered than the one that was asked", "start connecting again");
  }
  if (!callback.error.empty()) {
    const std::string& said = callback.error_description.empty() ? callback.error : callback.error_description;
    return fail(Kind::rejected, "the site says: " + std::string(text::clip(text::printable(text::squeeze(said)), 300)));
  }
  if (callback.code.empty()) return fail(Kind::rejected, "the site sent no code");
  Fields fields = {{"grant_type", "authorization_code"}, {"code", callback.code}, {"redirect_uri", pending.redirect}};
  if (!pending.verifier.empty()) fields.emplace_back("code_verifier", pending.verifier.reveal());
  TRY(TokenSet set,
      tokens_from(profile, std::move(fields), {callback.code, std::string(pending.verifier.reveal())}, http, now));
  if (set.scopes.empty()) set.scopes = profile.scopes;  // RFC 6749 section 5.1: as asked for
  return profile.lengthen ? profile.lengthen(http, set, now) : set;
}

Result<TokenSet> refresh(const OAuthProfile& profile, const TokenSet& set, net::HttpClient& http, Timestamp now) {
  if (set.refresh.empty()) {
    return fail(Kind::unauthorized, "there is nothing to renew the access with", "connect the account again");
  }
  const std::string token(set.refresh.reveal());
  TRY(TokenSet fresh, tokens_from(for_client(profile, set), {{"grant_type", "refresh_token"}, {"refresh_token", token}},
                                  {token}, http, now));
  if (fresh.refresh.empty()) fresh.refresh = set.refresh;
  if (fresh.scopes.empty()) fresh.scopes = set.scopes;
  if (fresh.subject.empty()) fresh.subject = set.subject;
  fresh.client = set.client;
  return fresh;
}

std::function<Result<TokenSet>(const TokenSet&)> renew_by_refresh(OAuthProfile profile,
                                                                  const Environment& environment) {
  return [profile = std::move(profile), &http = environment.http, &clock = environment.clock](const TokenSet& set) {
    return refresh(profile, set, http, clock.now());
  };
}

Result<Done> revoke(const OAuthProfile& profile, const TokenSet& set, net::HttpClient& http) {
  if (profile.revoke_url.empty() || (set.refresh.empty() && set.access.empty())) return Done{};
  const bool lasting = !set.refresh.empty();
  TRY(const net::HttpResponse answer,
      ask_as_client(for_client(profile, set), profile.revoke_url,
                    {{"token", std::string((lasting ? set.refresh : set.access).reveal())},
                     {"token_type_hint", lasting ? "refresh_token" : "access_token"}},
                    http));
  if (answer.ok()) return Done{};
  const auto json = parse_json(answer.body);
  const std::string error = json ? text_at(*json, "error") : "";
  if (error == "invalid_token" || error == "invalid_grant") return Done{};
  return fail(answer.status >= 500 ? Kind::unavailable : Kind::rejected,
              "the site answered " + std::to_string(answer.status) + " when its tokens were given back");
}

Result<TokenSet> read_token_answer(int status, std::string_view body, Timestamp now) {
  const std::string answered = "the site answered " + std::to_string(status);
  if (status == 429) return fail(Kind::rate_limited, "the site asks us to wait");
  if (status >= 500) return fail(Kind::unavailable, answered);
  if (status >= 300 && status < 400) return fail(Kind::unavailable, answered + ", which gives no tokens");
  const auto json = parse_json(body);
  if (!json) {
    return fail(status < 300 ? Kind::corrupt : Kind::rejected, answered + " with something that is no token");
  }
  const std::string words = site_words(body);
  const std::string code = text_at(*json, "error");
  if (status >= 300 || !at(*json, "error").is_null()) {
    return fail(
        is_bad_grant(*json) ? Kind::unauthorized : Kind::rejected,
        answered + (words.empty() ? "" : ": " + words) + (code.empty() || code == words ? "" : " (" + code + ")"));
  }
  TokenSet out;
  out.access = Secret(text_at(*json, "access_token"));
  if (out.access.empty()) return fail(Kind::rejected, answered + " without an access token");
  const std::string type = text_at(*json, "token_type");
  if (!type.empty() && !text::equals_ignoring_case(type, "bearer")) {
    return fail(Kind::rejected, "the site gives tokens of a kind that we can't use");
  }
  out.refresh = Secret(text_at(*json, "refresh_token"));
  constexpr std::int64_t kLongest = 10LL * 366 * 24 * 3600;
  if (const auto life = number_at(*json, "expires_in"); life && *life > 0 && *life < kLongest) {
    out.expires_at = now + seconds(*life);
  }
  const std::string granted = text::replace_all(text_at(*json, "scope"), ",", " ");
  for (const std::string_view scope : text::split(granted, ' ')) {
    if (!scope.empty()) out.scopes.emplace_back(scope);
  }
  for (const char* place : {"sub", "user_id"}) {
    if (out.subject.empty()) out.subject = text_at(*json, place);
  }
  return out;
}

Result<TokenSet> service_account_token(const Secret& key_json, const std::vector<std::string>& scopes,
                                       net::HttpClient& http, Timestamp now) {
  const auto key = parse_json(key_json.reveal());
  const std::string who = key ? text_at(*key, "client_email") : "";
  const Secret pem(key ? text_at(*key, "private_key") : "");
  if (who.empty() || pem.empty()) {
    return fail(Kind::invalid, "this is no service account's key", "paste the whole JSON file that the site gave you");
  }
  std::string token_url = text_at(*key, "token_uri");
  if (token_url.empty()) token_url = "https://oauth2.googleapis.com/token";
  Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (const std::string id = text_at(*key, "private_key_id"); !id.empty()) header["kid"] = id;
  constexpr std::int64_t kLife = 3600;  // the longest that Google takes
  const std::int64_t issued = now.ms / 1000;
  const Json claims = {
      {"iss", who}, {"scope", text::join(scopes, " ")}, {"aud", token_url}, {"iat", issued}, {"exp", issued + kLife}};
  TRY(const std::string assertion, sign_jwt_rs256(dump(header), dump(claims), pem));
  TRY(const net::HttpResponse answer,
      ask(token_url, {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion}}, {},
          http));
  auto set = read_token_answer(answer.status, answer.body, now);
  if (!set) {
    set.error().what = scrubbed(std::move(set.error().what), {assertion});
    return set;
  }
  set->refresh = Secret();
  if (set->scopes.empty()) set->scopes = scopes;
  set->subject = who;
  return set;
}

}  // namespace amends::channel
