#include "connectors/common/meta/graph.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/crypto/hmac.h"
#include "core/net/http_client.h"

namespace amends::connectors::meta {
namespace {

using channel::Json;

// A whole percentage of what an hour allows is used up.
constexpr std::int64_t kUsedUp = 100;

std::optional<Json> error_in(const channel::ApiAnswer& answer) {
  if (answer.body.find("\"error\"") == answer.body.npos) return {};
  auto json = channel::parse_json(answer.body);
  if (!json) return {};
  const Json& error = channel::at(*json, "error");
  return error.is_object() ? std::optional(error) : std::nullopt;
}

bool is_limit_code(std::int64_t code) {
  static constexpr std::int64_t kCodes[] = {4, 17, 32, 613, 130429, 131048, 131056};
  return (code >= 80000 && code <= 80014) || std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

// {"<business>": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 19}]}: minutes.
std::optional<std::chrono::seconds> regain_time(const channel::ApiAnswer& answer, bool only_used_up) {
  const auto usage = channel::parse_json(answer.header("x-business-use-case-usage"));
  if (!usage || !usage->is_object()) return {};
  std::optional<std::chrono::seconds> out;
  for (const Json& business : *usage) {
    for (const Json& one : channel::list_at(business, "")) {
      bool used_up = !only_used_up;
      for (const char* count : {"call_count", "total_cputime", "total_time"}) {
        used_up = used_up || channel::number_at(one, count).value_or(0) >= kUsedUp;
      }
      const auto minutes = channel::number_at(one, "estimated_time_to_regain_access");
      if (!used_up || !minutes || *minutes <= 0) continue;
      const std::chrono::seconds wait = std::chrono::minutes(std::min<std::int64_t>(*minutes, 24 * 60));
      out = std::max(out.value_or(wait), wait);
    }
  }
  return out;
}

int hex_digit(char c) {
  if (text::is_digit(c)) return c - '0';
  const char lower = text::ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decoded(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
      i += 2;
    } else {
      out += s[i] == '+' ? ' ' : s[i];
    }
  }
  return out;
}

}  // namespace

std::string signature_of(std::string_view body, const Secret& secret) {
  return "sha256=" + text::to_hex(crypto::bytes_of(crypto::hmac_sha256(secret, body)));
}

Result<Done> check_signature(const channel::WebhookRequest& request, const std::vector<Secret>& secrets) {
  const std::string_view given = request.header("X-Hub-Signature-256");
  bool right = false;
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    right = crypto::equal_in_constant_time(given, signature_of(request.body, secret)) || right;
  }
  if (!right) return fail(Kind::unauthorized, "the signature is not right");
  return Done{};
}

std::vector<Secret> secrets_of(const channel::Settings& settings) {
  std::vector<Secret> out;
  for (const char* key : {"app_secret", "old_app_secret"}) {
    if (!settings.get(key).empty()) out.emplace_back(std::string(settings.get(key)));
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view name) {
  if (!query.empty() && query.front() == '?') query.remove_prefix(1);
  for (const std::string_view field : text::split(query, '&')) {
    const std::size_t equals = std::min(field.find('='), field.size());
    if (decoded(field.substr(0, equals)) == name) return decoded(field.substr(std::min(equals + 1, field.size())));
  }
  return "";
}

Result<channel::WebhookReply> handshake(const channel::WebhookRequest& request, const Secret& verify_token) {
  const std::string token = query_value(request.query, "hub.verify_token");
  if (verify_token.empty() || !crypto::equal_in_constant_time(token, verify_token.reveal()) ||
      query_value(request.query, "hub.mode") != "subscribe") {
    return fail(Kind::unauthorized, "the verify token is not right");
  }
  channel::WebhookReply out;
  out.body = query_value(request.query, "hub.challenge");
  const bool plain = !out.body.empty() && out.body.size() <= 200 &&
                     std::all_of(out.body.begin(), out.body.end(),
                                 [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '_' || c == '-'; });
  if (!plain) {
    out.status = 400;
    out.body.clear();
  }
  return out;
}

channel::Fields proof_of(const Secret& token, const Secret& app_secret) {
  if (app_secret.empty() || token.empty()) return {};
  return {{"appsecret_proof", text::to_hex(crypto::bytes_of(crypto::hmac_sha256(app_secret, token.reveal())))}};
}

channel::Profile profile(std::string base, std::function<Result<Secret>()> token) {
  channel::Profile out;
  out.base = std::move(base);
  out.authorization = [token = std::move(token)]() -> Result<net::HttpHeader> {
    TRY(const Secret now, token());
    return net::HttpHeader{"Authorization", "Bearer " + std::string(now.reveal())};
  };
  out.is_limit = read_limit;
  out.read_error = read_error;
  out.exhausted_until = exhausted_until;
  return out;
}

std::optional<std::chrono::seconds> read_limit(const channel::ApiAnswer& answer) {
  const auto error = error_in(answer);
  if (!error || !is_limit_code(channel::number_at(*error, "code").value_or(0))) return {};
  return regain_time(answer, false).value_or(std::chrono::seconds(0));
}

std::optional<Error> read_error(const channel::ApiAnswer& answer) {
  if (answer.status >= 500) return {};  // whether it acted depends on what was asked, which the status decides
  const auto error = error_in(answer);
  if (!error) return {};
  const std::int64_t code = channel::number_at(*error, "code").value_or(0);
  const std::int64_t subcode = channel::number_at(*error, "error_subcode").value_or(0);
  std::string words = channel::text_at(*error, "error_user_msg");
  if (words.empty()) words = channel::text_at(*error, "message");
  words = "error " + std::to_string(code) + (subcode == 0 ? "" : "/" + std::to_string(subcode)) + ": " +
          text::printable(text::excerpt(text::squeeze(words), 300));
  const auto make = [&](Kind kind, std::string hint = {}) { return fail(kind, words, std::move(hint)); };
  if (code == 190 || code == 102 || code == 104) return make(Kind::unauthorized, "connect the account again");
  if (code == 10 && (subcode == 2018278 || subcode == 2534022))
    return make(Kind::rejected, "the time to answer this person is over: they have to write again first");
  if (code == 131047) return make(Kind::rejected, "more than 24 hours since their last message: only a template goes");
  if (code == 551 || subcode == 1545041) return make(Kind::rejected, "this person can't be written to");
  if (code == 10 || (code >= 200 && code <= 299))
    return make(Kind::rejected, "the app lacks a permission for this, or Meta hasn't approved it yet");
  if (code == 803 || (code == 100 && subcode == 33)) return make(Kind::not_found);
  if (code == 506) return make(Kind::conflict);
  if (code == 1 || code == 2 || channel::flag_at(*error, "is_transient")) {
    return make(Kind::unavailable);
  }
  if (code == 100) return make(Kind::invalid);
  return make(Kind::rejected);
}

std::optional<Timestamp> exhausted_until(const channel::ApiAnswer& answer, Timestamp now) {
  if (const auto wait = regain_time(answer, true)) return now + *wait;
  const auto usage = channel::parse_json(answer.header("x-app-usage"));
  if (!usage) return {};
  for (const char* count : {"call_count", "total_cputime", "total_time"}) {
    // A sliding hour: a few minutes free some of it again.
    if (channel::number_at(*usage, count).value_or(0) >= kUsedUp) return now + std::chrono::minutes(5);
  }
  return {};
}

std::string next_page(std::string_view body) {
  const auto json = channel::parse_json(body);
  if (!json || channel::text_at(*json, "paging.next").empty()) return "";
  return channel::text_at(*json, "paging.cursors.after");
}

std::optional<Timestamp> read_time(std::string_view given) {
  std::string text(given);
  // RFC 3339 wants a colon in the offset.
  if (text.size() > 5 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-') &&
      text.find(':') < text.size() - 5) {
    text.insert(text.size() - 2, ":");
  }
  return from_rfc3339(text);
}

std::function<Result<channel::TokenSet>(net::HttpClient&, const channel::TokenSet&, Timestamp)> lengthen(
    std::string base, std::string app_id, const Secret& app_secret, const std::string& page_id) {
  return [=](net::HttpClient& http, const channel::TokenSet& brief, Timestamp now) -> Result<channel::TokenSet> {
    const auto ask = [&](const std::string& path, const channel::Fields& fields) -> Result<Json> {
      net::HttpRequest request;
      // In the body, not in the URL: a token in a URL ends in somebody's log.
      request.method = "POST";
      request.url = base + path;
      request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
      request.body = channel::encode_fields(fields);
      request.repeatable = true;
      TRY(auto heard, http.run(request));
      const channel::ApiAnswer answer{heard.status, std::move(heard.body), std::move(heard.headers)};
      if (auto error = read_error(answer)) return *std::move(error);
      if (answer.status >= 400) return fail(Kind::unauthorized, "the site answered " + std::to_string(answer.status));
      return channel::parse_json(answer.body);
    };
    TRY(const Json longer, ask("oauth/access_token", {{"grant_type", "fb_exchange_token"},
                                                      {"client_id", app_id},
                                                      {"client_secret", std::string(app_secret.reveal())},
                                                      {"fb_exchange_token", std::string(brief.access.reveal())}}));
    channel::TokenSet out = brief;
    out.access = Secret(channel::text_at(longer, "access_token"));
    out.refresh = Secret();
    if (out.access.empty()) return fail(Kind::unauthorized, "the site gave no lasting token");
    out.expires_at.reset();
    if (const auto seconds = channel::number_at(longer, "expires_in"); seconds && *seconds > 0)
      out.expires_at = now + std::chrono::seconds(*seconds);
    if (page_id.empty()) return out;

    net::HttpRequest request;
    const auto proof = proof_of(out.access, app_secret);
    channel::Fields query{{"fields", "access_token,name"}};
    query.insert(query.end(), proof.begin(), proof.end());
    request.url = base + channel::path_of("{}", {page_id}) + "?" + channel::encode_fields(query);
    request.headers = {{"Authorization", "Bearer " + std::string(out.access.reveal())}, {"Accept", "application/json"}};
    TRY(auto heard, http.run(request));
    const channel::ApiAnswer answer{heard.status, std::move(heard.body), std::move(heard.headers)};
    if (auto error = read_error(answer)) return *std::move(error);
    TRY(const Json page, channel::parse_json(answer.body));
    out.access = Secret(channel::text_at(page, "access_token"));
    if (out.access.empty()) {
      return fail(Kind::rejected, "this person gave no access to the page " + page_id,
                  "agree again as somebody who may manage the page, and pick it in the list");
    }
    out.expires_at.reset();  // a page's token lives as long as the person keeps the app
    out.subject = page_id;
    return out;
  };
}

}  // namespace amends::connectors::meta
