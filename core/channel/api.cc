#include "core/channel/api.h"

#include <poll.h>

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "core/channel/json.h"
#include "core/channel/scrub.h"
#include "core/net/wait.h"

namespace amends::channel {
namespace {

using std::chrono::seconds;

constexpr seconds kShortestWait{1}, kLongestWait{24 * 3600};
// An access token is renewed so long before its end, so that none dies on the way.
constexpr seconds kRenewAhead{30};

// Where tokens come from is asked in a bucket of its own.
constexpr std::string_view kSignInBucket = "sign_in";

bool reads(const std::string& method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

bool is_dots(std::string_view segment) {
  const std::string plain = text::replace_all(text::ascii_lower(segment), "%2e", ".");
  return plain == "." || plain == "..";
}

bool same_origin(const net::HttpUrl& a, const net::HttpUrl& b) {
  return a.https == b.https && a.host == b.host && a.port == b.port;
}

bool looks_like_html(const ApiAnswer& answer) {
  if (text::starts_with_ignoring_case(answer.header("content-type"), "text/html")) return true;
  const std::string_view body = text::trim_left(answer.body);
  return text::starts_with_ignoring_case(body, "<!doctype html") || text::starts_with_ignoring_case(body, "<html");
}

bool ends_in_the_middle(std::string_view json) {
  const std::string_view body = text::trim(json);
  return !body.empty() && ((body.front() == '{' && body.back() != '}') || (body.front() == '[' && body.back() != ']'));
}

bool leads_to_a_login(std::string_view location) {
  for (const char* word : {"login", "log-in", "signin", "sign-in", "sign_in", "sso", "oauth", "/auth", "session"}) {
    if (text::find_ignoring_case(location, word) != location.npos) return true;
  }
  return false;
}

// How long a bucket waits that was told "too much".
seconds wait_said(const ApiAnswer& answer, std::optional<seconds> by_the_site, Timestamp now) {
  if (by_the_site && by_the_site->count() > 0) return std::clamp(*by_the_site, kShortestWait, kLongestWait);
  if (const seconds said = net::parse_retry_after(answer.header("retry-after"), now); said.count() > 0) return said;
  for (const char* name : {"x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"}) {
    const auto reset = read_reset(answer.header(name), now);
    if (!reset) continue;
    return std::clamp(std::chrono::ceil<seconds>(*reset - now), kShortestWait, kLongestWait);
  }
  return kUnsaidWait;
}

Kind kind_of(int status, bool may_have_acted) {
  switch (status) {
    case 400: return Kind::invalid;
    case 401: return Kind::unauthorized;
    case 404:
    case 410: return Kind::not_found;
    case 409:
    case 412: return Kind::conflict;
    case 408:
    case 425:
    case 503: return Kind::unavailable;
    default: break;
  }
  if (status < 500) return Kind::rejected;
  return may_have_acted ? Kind::uncertain : Kind::unavailable;
}

}  // namespace

struct Api::State {
  State(const Environment& e, Profile p, net::HttpUrl o)
      : environment(e), profile(std::move(p)), origin(std::move(o)) {}

  Environment environment;
  Profile profile;
  net::HttpUrl origin;
  net::Interrupt interrupt;
  TokenSet own;  // see renew()

  Timestamp now() const { return environment.clock.now(); }

  Result<std::string> url_of(const ApiRequest& request) const {
    const bool whole = text::starts_with_ignoring_case(request.path, "https://") ||
                       text::starts_with_ignoring_case(request.path, "http://");
    std::string url = whole ? request.path : profile.base + request.path.substr(request.path.find('/') == 0 ? 1 : 0);
    if (!request.query.empty()) {
      url += url.find('?') == url.npos ? "?" : "&";
      url += encode_fields(request.query);
    }
    TRY(const net::HttpUrl parsed, net::parse_http_url(url));
    if (!same_origin(parsed, origin)) return fail(Kind::invalid, "the site sends us to another origin: not followed");
    const std::string_view path = std::string_view(url).substr(0, url.find('?'));
    for (const std::string_view segment : text::split(path, '/')) {
      if (is_dots(segment)) return fail(Kind::invalid, "a path that climbs is not asked for");
    }
    return url;
  }

  // What a call is signed in with, and which access token stood behind it (for the renewal).
  struct SignIn {
    std::optional<net::HttpHeader> header;
    Secret token;
  };

  Result<SignIn> sign_in(bool anonymous) {
    SignIn out;
    if (anonymous) return out;
    if (profile.renew) {
      TRY(out.token, token());
    }
    if (profile.authorization) {
      TRY(out.header, profile.authorization());
    } else if (profile.renew) {
      out.header = net::HttpHeader{"Authorization", "Bearer " + std::string(out.token.reveal())};
    }
    return out;
  }

  // The access token; renewed first when it is about to end.
  Result<Secret> token() {
    auto set = environment.tokens.current();
    if (!set && set.error().kind == Kind::unauthorized) {
      if (own.access.empty() || ends_soon(own)) TRY_DO(renew(own.access));
      return own.access;
    }
    if (!set) return set.error();
    if (!ends_soon(*set)) return set->access;
    auto fresh = renew(set->access);
    if (fresh) return *fresh;
    // The old one is good for a little longer, and its end is only what the site said.
    if (fresh.error().kind != Kind::unauthorized && *set->expires_at > now()) return set->access;
    return fresh.error();
  }

  bool ends_soon(const TokenSet& set) const { return set.expires_at && *set.expires_at <= now() + kRenewAhead; }

  // Where nobody connected anything, a token may still be made from the settings (a service account's key); it needs no
  // keeping. A profile that lives on a refresh token refuses to make one from nothing.
  Result<Secret> renew(const Secret& stale) {
    TRY_DO(environment.brakes.may_go(kSignInBucket, now()));
    const bool connected = static_cast<bool>(environment.tokens.current());
    auto fresh = connected ? environment.tokens.renew(stale, profile.renew) : profile.renew(TokenSet{});
    if (!fresh) {
      Error& error = fresh.error();
      if (error.kind == Kind::rate_limited) {
        const seconds said = error.retry_after.count() > 0 ? error.retry_after : kUnsaidWait;
        error.retry_after = std::clamp(said, kShortestWait, kLongestWait);
        environment.brakes.hold(kSignInBucket, now() + error.retry_after);
      }
      return std::move(error);
    }
    if (!connected) own = *fresh;
    return fresh->access;
  }

  net::HttpRequest http_request(const ApiRequest& request, std::string url, const SignIn& sign) const {
    net::HttpRequest out;
    out.method = request.method;
    out.url = std::move(url);
    out.headers = profile.headers;
    out.headers.insert(out.headers.end(), request.headers.begin(), request.headers.end());
    const auto has = [&](const char* name) {
      return std::any_of(out.headers.begin(), out.headers.end(),
                         [&](const net::HttpHeader& h) { return text::equals_ignoring_case(h.name, name); });
    };
    if (!has("accept")) out.headers.push_back({"Accept", "application/json"});
    if (!request.body.empty() && !has("content-type")) out.headers.push_back({"Content-Type", request.content_type});
    if (sign.header) out.headers.push_back(*sign.header);
    out.body = request.body;
    out.timeout = profile.timeout;
    out.max_bytes = profile.max_bytes;
    out.repeatable = request.repeatable;
    out.follow = reads(request.method) ? profile.follow : 0;
    out.interrupt = &interrupt;
    return out;
  }

  // What must never show in an error about this call.
  std::vector<std::string> secrets_of(const ApiRequest& request, const SignIn& sign) const {
    std::vector<std::string> out;
    if (!sign.token.empty()) out.emplace_back(sign.token.reveal());
    if (sign.header) {
      const std::string& value = sign.header->value;
      out.push_back(value);
      out.push_back(value.substr(value.find(' ') + 1));
      const std::string pair = value.rfind("Basic ", 0) == 0 ? text::from_base64(out.back()).value_or("") : "";
      if (!pair.empty()) out.push_back(pair.substr(pair.find(':') + 1));
    }
    for (const auto* headers : {&profile.headers, &request.headers}) {
      for (const net::HttpHeader& h : *headers) {
        if (!text::equals_ignoring_case(h.name, "accept") && !text::equals_ignoring_case(h.name, "content-type")) {
          out.push_back(h.value);
        }
      }
    }
    for (const auto& [name, value] : request.query) out.push_back(value);
    return out;
  }

  // One exchange, its answer judged. `acts`: heard twice it does harm.
  Result<ApiAnswer> exchange(const ApiRequest& request, const std::string& url, const SignIn& sign) {
    if (interrupt.raised()) return fail(Kind::unavailable, "interrupted");
    const bool acts = !reads(request.method) && !request.repeatable;
    const net::HttpRequest asked = http_request(request, url, sign);
    auto heard = environment.http.run(asked);
    if (!heard) return std::move(heard).error();
    ApiAnswer answer{heard->status, std::move(heard->body), std::move(heard->headers)};

    const auto by_the_site = profile.is_limit ? profile.is_limit(answer) : std::nullopt;
    if (answer.status == 429 || by_the_site) {
      const seconds wait = wait_said(answer, by_the_site, now());
      environment.brakes.hold(request.bucket, now() + wait);
      Error error = fail(Kind::rate_limited, "the site asks us to wait");
      error.retry_after = wait;
      return error;
    }
    const auto secrets = secrets_of(request, sign);
    if (auto error = profile.read_error ? profile.read_error(answer) : std::nullopt) {
      error->what = scrubbed(std::move(error->what), secrets);
      error->hint = scrubbed(std::move(error->hint), secrets);
      return *std::move(error);
    }
    TRY_DO(judge(answer, asked, acts, secrets, now()));
    if (profile.exhausted_until) {
      if (const auto until = profile.exhausted_until(answer, now())) {
        environment.brakes.hold(request.bucket, std::min(*until, now() + kLongestWait));
      }
    }
    return answer;
  }

  static Result<Done> judge(const ApiAnswer& answer, const net::HttpRequest& asked, bool acts,
                            const std::vector<std::string>& secrets, Timestamp now) {
    bool wants_json = false, conditional = false;
    for (const net::HttpHeader& h : asked.headers) {
      const std::string name = text::ascii_lower(h.name);
      wants_json = wants_json || (name == "accept" && h.value.find("json") != h.value.npos);
      conditional = conditional || name == "if-none-match" || name == "if-modified-since";
    }
    const Kind unclear = acts ? Kind::uncertain : Kind::unavailable;
    if (answer.status >= 200 && answer.status < 300) {
      if (!wants_json) return Done{};
      if (looks_like_html(answer)) return fail(unclear, "a web page came where the site's API should answer");
      const bool broken = reads(asked.method) ? ends_in_the_middle(answer.body)
                                              : !text::trim(answer.body).empty() && !parse_json(answer.body);
      if (broken) return fail(unclear, "the answer can't be read: its JSON is not whole");
      return Done{};
    }
    if (answer.status == 304 && conditional) return Done{};
    if (answer.status < 400) {
      if (leads_to_a_login(answer.header("location"))) {
        return fail(Kind::unavailable, "the site redirects to a login", "check the address of the account's API");
      }
      return fail(unclear, "the site redirects elsewhere, which its API should not");
    }
    const std::string words = scrubbed(site_words(answer.body), secrets);
    Error error = fail(kind_of(answer.status, acts),
                       "the site answered " + std::to_string(answer.status) + (words.empty() ? "" : ": " + words));
    error.retry_after = net::parse_retry_after(answer.header("retry-after"), now);
    return error;
  }

  // With one renewal when the site doesn't take the token. `before` runs once, right before the first byte.
  Result<ApiAnswer> run(const ApiRequest& request, const std::function<Result<Done>()>& before) {
    TRY_DO(environment.brakes.may_go(request.bucket, now()));
    TRY(const std::string url, url_of(request));
    TRY(SignIn sign, sign_in(request.anonymous));
    if (interrupt.raised()) return fail(Kind::unavailable, "interrupted");
    if (before) TRY_DO(before());
    auto answer = exchange(request, url, sign);
    if (answer || answer.error().kind != Kind::unauthorized) return answer;
    if (!profile.renew || request.anonymous) return reconnect(std::move(answer).error());
    TRY_DO(renew(sign.token));
    TRY(sign, sign_in(false));
    answer = exchange(request, url, sign);
    if (!answer && answer.error().kind == Kind::unauthorized) return reconnect(std::move(answer).error());
    return answer;
  }

  static Error reconnect(Error error) {
    if (error.hint.empty()) error.hint = "connect the account again";
    return error;
  }
};

std::string_view ApiAnswer::header(std::string_view name) const {
  const auto it = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.name == name; });
  return it == headers.end() ? std::string_view() : std::string_view(it->value);
}

Result<Api> Api::make(const Environment& environment, Profile profile) {
  if (profile.base.empty() || profile.base.back() != '/') profile.base += '/';
  TRY(net::HttpUrl origin, net::parse_http_url(profile.base));
  return Api(std::make_shared<State>(environment, std::move(profile), std::move(origin)));
}

Result<ApiAnswer> Api::call(const ApiRequest& request) { return state_->run(request, {}); }

Result<ApiAnswer> Api::act(const Outbound& outbound, const ApiRequest& request) {
  return state_->run(request, outbound.point_of_no_return);
}

Result<Done> Api::pause(std::chrono::milliseconds span) {
  const auto waited = net::wait_for(state_->interrupt.fd(), POLLIN, net::Deadline::in(span), nullptr);
  if (waited || state_->interrupt.raised()) return fail(Kind::unavailable, "interrupted");
  return Done{};
}

void Api::interrupt() noexcept { state_->interrupt.raise(); }

Result<Receipt> receipt_of(const Outbound& outbound, const Result<ApiAnswer>& answer) {
  if (!answer && answer.error().kind != Kind::uncertain) return answer.error();
  RecipientOutcome outcome;
  outcome.state = answer ? model::RecipientState::accepted : model::RecipientState::in_doubt;
  outcome.code = answer ? answer->status : 0;
  if (!answer) outcome.text = std::string(text::clip(answer.error().what, 500));
  Receipt out;
  for (const std::string& recipient : outbound.recipients) {
    out.recipients.push_back(outcome);
    out.recipients.back().recipient = recipient;
  }
  if (out.recipients.empty()) out.recipients.push_back(std::move(outcome));
  return out;
}

}  // namespace amends::channel
