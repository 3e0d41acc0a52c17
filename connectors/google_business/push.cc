#include "connectors/google_business/push.h"

#include "core/base/text.h"
#include "core/channel/oauth.h"

namespace amends::connectors::google_business {

Result<Done> PushProof::check(const channel::WebhookRequest& request) {
  const std::string audience(settings_.get("push_audience"));
  if (audience.empty())
    return fail(Kind::unauthorized, "no push_audience is set", "enter the audience of the push subscription");
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view token = request.header("authorization");
  if (!text::starts_with_ignoring_case(token, kBearer)) return fail(Kind::unauthorized, "the push is not signed");
  token.remove_prefix(kBearer.size());
  const channel::JwtExpectation expected{
      audience, {"https://accounts.google.com", "accounts.google.com"}, std::string(settings_.get("push_account"))};
  const Timestamp now = environment_.clock.now();
  TRY_DO(fetch_keys(std::chrono::hours(6)));
  if (channel::verify_jwt(token, keys_, expected, now)) return Done{};
  // Google changes its keys; a stranger makes us ask for them at most every five minutes.
  TRY_DO(fetch_keys(std::chrono::minutes(5)));
  TRY_DO(channel::verify_jwt(token, keys_, expected, now));
  return Done{};
}

Result<Done> PushProof::fetch_keys(std::chrono::milliseconds good_for) {
  const auto ticks = environment_.clock.ticks();
  if (!keys_.empty() && ticks - keys_at_ < good_for) return Done{};
  net::HttpRequest request;
  request.url = std::string(settings_.get("push_keys"));
  request.max_bytes = 256u << 10;
  request.interrupt = &interrupt_;
  TRY(auto answer, environment_.http.run(request));
  if (!answer.ok()) return fail(Kind::unavailable, "the keys of the push could not be fetched");
  keys_ = std::move(answer.body);
  keys_at_ = ticks;
  return Done{};
}

}  // namespace amends::connectors::google_business
