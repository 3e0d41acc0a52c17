#include "core/web/site.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "core/app/hooks.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/base32.h"
#include "core/crypto/digest.h"
#include "core/crypto/hmac.h"
#include "core/crypto/random.h"
#include "core/web/imports.h"
#include "core/web/openapi.h"
#include "core/web/problem.h"
#include "core/web/request.h"
#include "core/web/request_keys.h"

namespace amends::web {
namespace {

using people::Permission;

// Signs what only has to be known again by this installation, such as cursors.
Secret signing_key(const app::Hub& hub) {
  const crypto::SipKey sip = hub.content_sip();
  std::string bytes(reinterpret_cast<const char*>(&sip.k0), sizeof sip.k0);
  bytes.append(reinterpret_cast<const char*>(&sip.k1), sizeof sip.k1);
  return crypto::derive_key(Secret(std::move(bytes)), "web cursors");
}

// Unlike any other, and nothing to guess another by.
std::string request_id() {
  static const crypto::SipKey key = crypto::random_sip_key();
  static std::atomic<std::uint64_t> asked{0};
  const std::uint64_t id = crypto::siphash(key, std::to_string(asked.fetch_add(1, std::memory_order_relaxed)));
  return crypto::to_base32({reinterpret_cast<const char*>(&id), sizeof id});
}

// What the log says of a file of the page: nothing.
constexpr Route kFileRoute = get("", "file", Permission::nobody_needed, nullptr, "").marked(kQuiet);

http::Response response_of(Reply&& reply) {
  http::Response out;
  out.status = reply.status;
  out.headers = std::move(reply.headers);
  out.body = std::move(reply.body);
  out.source = std::move(reply.source);
  out.events = std::move(reply.events);
  if (!reply.type.empty() && !out.events) out.headers.set("Content-Type", reply.type);
  return out;
}

// What may be asked without signing in, or by anybody who is, or by whoever the table of roles allows.
std::optional<Problem> refusal(const Route& route, const http::Request& request, const people::Principal& who,
                               const app::Brand* brand) {
  if (route.permission == Permission::nobody_needed) return {};
  if (who.entry == people::Entry::none) {
    return problem("unauthorized", "Nobody is signed in.", "Sign in, or send a token: Authorization: Bearer amends_…");
  }
  const BrandId where = brand != nullptr ? brand->id : BrandId{};
  if (may(who, where, route.permission)) return {};
  if (who.must_set_up_totp) {
    return problem("forbidden", "Signing in with a second factor is required here.",
                   "Set it up: POST /api/v1/me/totp.");
  }
  if (brand != nullptr && !knows_brand(who, brand->id)) return problem("not_found");
  (void)request;
  return problem("forbidden", "Your role doesn't allow that (" + std::string(name_of(route.permission)) + ").",
                 "Ask a manager of the brand.");
}

}  // namespace

Site::Site(app::Hub& hub, app::Live& live, app::Staff& staff, SiteOptions options)
    : hub_(hub),
      options_(std::move(options)),
      router_(all_routes()),
      assets_(options_.assets),
      imports_(std::make_unique<Imports>(hub)),
      hooks_(std::make_unique<app::Hooks>(hub)),
      services_{hub, live, staff, options_, signing_key(hub)} {
  services_.router = &router_;
  services_.imports = imports_.get();
  services_.hooks = hooks_.get();
  services_.openapi = openapi_document(router_);
  // A door that closes takes its open streams along.
  listener_ = staff.on_end([&live](const std::vector<app::Ended>& ended) {
    for (const app::Ended& one : ended) {
      if (one.session) live.cut("session:" + std::to_string(one.session.value));
      if (one.token) live.cut("token:" + std::to_string(one.token.value));
      if (!one.session && !one.token) live.cut("user:" + std::to_string(one.user.value));
    }
  });
  house_ = std::jthread([this](std::stop_token stop) { keep_house(stop); });
}

Site::~Site() { stop(); }

void Site::stop() {
  services_.staff.stop_telling(listener_);
  house_.request_stop();
  if (house_.joinable()) house_.join();
  imports_->stop();
}

http::Fields Site::default_headers(bool secure) { return standing_headers(secure); }

http::BodyRule Site::body_rule(std::string_view method, std::string_view path) noexcept {
  try {
    const Router::Match match = router_.find(method, path);
    if (match.route == nullptr) return {4096};
    return {match.route->body != nullptr || match.route->is(kUpload) ? match.route->body_cap : 4096};
  } catch (const std::exception&) {
    return {0};
  }
}

http::Response Site::handle(const http::Request& request) {
  const auto started = hub_.clock().ticks();
  const std::string id = request_id();
  const Route* route = nullptr;
  http::Response response;
  try {
    response = answer(request, id, route);
  } catch (const std::exception&) {
    Problem fault = problem_of(fail(Kind::internal, ""));
    fault.instance = id;
    response = web::response_of(fault);
    log::error("request.fault", {{"id", id}, {"operation", route != nullptr ? route->operation : "?"}});
  }
  put_standing_headers(response, request.secure || options_.us.scheme == "https");
  response.headers.set("X-Request-Id", id);
  if (route == nullptr || !route->is(kQuiet)) {
    log::info("request", {{"id", id},
                          {"operation", route != nullptr ? route->operation : "?"},
                          {"status", response.status},
                          {"ms", (hub_.clock().ticks() - started).count()}});
  }
  return response;
}

http::Response Site::answer(const http::Request& request, const std::string& id, const Route*& route) {
  const auto refuse = [&](Problem p) {
    if (p.status != 404) p.instance = id;
    return web::response_of(p);
  };
  Router::Match match = router_.find(request.method, request.path);
  route = match.route;
  const bool probe = route != nullptr && route->is(kQuiet) && route->permission == Permission::nobody_needed;
  if (!probe && !host_is_ours(options_.us, request)) {
    return refuse(problem("misdirected", "This server doesn't answer under that name.",
                          "Use the address in [http] public_url, or 127.0.0.1 on the machine itself."));
  }
  if (route == nullptr) {
    if (match.allow.empty()) {
      if (auto file = assets_.answer(request)) {
        route = &kFileRoute;
        return *std::move(file);
      }
      return refuse(
          problem("not_found", "There is nothing at this address.", "/api/v1/reference lists what there is."));
    }
    http::Response response = refuse(problem("method_not_allowed", "This address takes: " + match.allow + "."));
    response.headers.set("Allow", match.allow);
    return response;
  }

  Call call{services_, request, *route, people::nobody()};
  call.now = hub_.clock().now();
  if (route->is(kFromOutside)) {
    call.path = std::move(match.values);
    return run(call, id);
  }
  const auto bearer = bearer_of(request);
  if (route->changes() && !bearer && !came_from_us(options_.us, request)) {
    return refuse(problem("forbidden", "The request doesn't come from a page of this server.",
                          "Browsers say where a request comes from by themselves; programs sign in with a token."));
  }
  auto who = identify(call, bearer);
  if (!who) {
    if (route->permission != Permission::nobody_needed || bearer) {
      http::Response response = refuse(problem("unauthorized", "The session or token is over.", "Sign in again."));
      response.headers.set("WWW-Authenticate", "Bearer");
      return response;
    }
    who = people::nobody();
  }
  call.who = *std::move(who);
  call.path = std::move(match.values);
  if (const std::string_view key = call.word("brand"); !key.empty()) {
    for (const app::Brand& brand : hub_.brands()) {
      if (brand.config->key == key) call.brand = &brand;
    }
    if (call.brand == nullptr && call.who.entry != people::Entry::none) return refuse(absence());
  }
  if (auto no = refusal(*route, request, call.who, call.brand)) {
    http::Response response = refuse(no->status == 404 ? absence() : *std::move(no));
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }
  if (auto wrong = read_arguments(call)) return refuse(*std::move(wrong));
  return run(call, id);
}

Reply Site::perform(Call& call, const std::string& id) {
  Result<Reply> reply = call.route.handle(call);
  if (reply) return *std::move(reply);
  Problem p = call.stale ? problem("changed", "It was changed since you read it.", "Read it again, then decide.")
                         : problem_of(reply.error());
  if (p.status == 404) p = absence();
  if (p.status >= 500)
    log::error("request.failed", {{"id", id},
                                  {"operation", call.route.operation},
                                  {"kind", row_of(reply.error().kind).name},
                                  {"what", text::printable(reply.error().what)}});
  if (p.status != 404) p.instance = id;
  return reply_of(p);
}

// A read, or a change that bears no idempotency key.
http::Response Site::run(Call& call, const std::string& id) {
  const Route& route = call.route;
  if (route.method == Method::post && !route.is(kNoKey) && call.request.headers.has("Idempotency-Key"))
    return run_once(call, id);
  Reply reply = perform(call, id);
  if (route.method == Method::get && route.is(kVersioned) && reply.status == 200) {
    const std::string etag = etag_of(reply.body);
    reply.headers.set("ETag", etag);
    if (etag_matches(call.request.headers.get("If-None-Match"), etag)) {
      reply.status = 304;
      reply.body.clear();
    }
  }
  return response_of(std::move(reply));
}

http::Response Site::run_once(Call& call, const std::string& id) {
  const auto refuse = [&](Problem p) {
    p.instance = id;
    return web::response_of(p);
  };
  RequestKey key;
  key.user = call.who.user;
  key.brand = call.brand != nullptr ? call.brand->id : BrandId{};
  key.route = call.request.method + " " + call.request.path;
  key.key = std::string(call.request.headers.get("Idempotency-Key"));
  key.epoch = hub_.epoch();
  const crypto::Sha256 digest = crypto::sha256(call.request.query + "\n" + call.request.body);
  key.body_digest.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  if (key.key.empty() || key.key.size() > kLongestRequestKey || text::printable(key.key) != key.key) {
    Problem p = problem("invalid", "The idempotency key can't be used.", "Take a random word of up to 255 characters.");
    p.errors.push_back({"Idempotency-Key", "must have 1 to 255 printable characters"});
    return refuse(std::move(p));
  }
  const auto reserved = hub_.db().write([&](store::Tx& tx) -> Result<Reserved> { return reserve(tx, key, call.now); });
  if (!reserved) return refuse(problem_of(reserved.error()));
  switch (reserved->standing) {
    case Standing::other:
      return refuse(problem("key_reused", "This key was used with another body.", "Take a new key for a new request."));
    case Standing::in_flight: {
      Problem p =
          problem("in_flight", "The same request is under way.", "Wait a moment and ask again with the same key.");
      p.retry_after = std::chrono::seconds(1);
      return refuse(std::move(p));
    }
    case Standing::lost:
      return refuse(problem("conflict", "It was done, but the answer was lost when the program stopped.",
                            "Read the list to see what came of it; don't send it again."));
    case Standing::answered: {
      if (call.route.is(kSecretAnswer)) {
        return refuse(problem("conflict", "It was done; the secret in its answer was shown once.",
                              "Revoke it and make another one."));
      }
      Reply reply;
      reply.status = reserved->answer.status;
      reply.body = reserved->answer.body;
      if (reply.status == 204) reply.type = {};
      if (reply.status >= 400) reply.type = "application/problem+json";
      reply.headers.set("Idempotency-Replayed", "true");
      return response_of(std::move(reply));
    }
    case Standing::fresh: break;
  }
  Reply reply;
  try {
    const store::Rider rider([&](store::Tx& tx) { mark_made(tx, key); });
    reply = perform(call, id);
  } catch (const std::exception&) {
    (void)hub_.db().write([&](store::Tx& tx) -> Result<Done> {
      Problem fault = problem_of(fail(Kind::internal, ""));
      fault.instance = id;
      if (!release(tx, key)) keep(tx, key, {fault.status, reply_of(fault).body});
      return Done{};
    });
    throw;
  }
  // What may succeed later, and what the caller may mend by waiting, is not kept.
  const bool passing = reply.status >= 500 || reply.status == 429 || reply.status == 401 || reply.status == 403;
  const auto written = hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    if (!passing || !release(tx, key))
      keep(tx, key, {reply.status, call.route.is(kSecretAnswer) ? std::string() : reply.body});
    return Done{};
  });
  if (!written) log::error("request.answer_not_kept", {{"id", id}});
  return response_of(std::move(reply));
}

void Site::keep_house(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    (void)hub_.db().write([&](store::Tx& tx) -> Result<Done> {
      forget_old(tx, hub_.clock().now());
      return Done{};
    });
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::hours(1), [] { return false; });
  }
}

}  // namespace amends::web
