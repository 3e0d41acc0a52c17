#include "core/app/webhooks.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/view.h"
#include "core/app/webhook_body.h"
#include "core/base/log.h"
#include "core/crypto/random.h"
#include "core/timeline/timeline.h"
#include "core/webhook/retry.h"
#include "core/webhook/signature.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using webhook::DeliveryId;
using webhook::Endpoint;
using webhook::EndpointId;
using webhook::Outcome;

constexpr crypto::SealPlace place(const char* column, EndpointId id, BrandId brand) {
  return {"webhook_endpoint", column, id.value, brand};
}

Error no_endpoint() { return fail(Kind::not_found, "there is no such webhook endpoint"); }

}  // namespace

Result<Done> Webhooks::check(const webhook::Settings& settings) {
  for (const std::string& kind : settings.kinds) {
    if (!model::value_in(events::kWhats, kind)) {
      std::string all;
      for (const auto& word : events::kWhats) all += " " + std::string(word.name);
      return fail(Kind::invalid, "there is no kind of change called \"" + kind + "\"", "there are:" + all);
    }
  }
  TRY(const net::HttpUrl url, net::parse_http_url(settings.url));
  if (!url.https && !options_.allow_http) {
    return fail(Kind::invalid, "a webhook's URL begins with https://", "what is told belongs to nobody on the way");
  }
  // A name that can't be looked up now may be there when it is needed.
  if (auto may = http_.check(settings.url); !may && may.error().kind == Kind::invalid) return may;
  return Done{};
}

Result<Webhooks::Created> Webhooks::create(BrandId brand, const webhook::Settings& settings, std::string_view actor) {
  TRY_DO(check(settings));
  const Secret secret = webhook::new_secret();
  return hub_.db().write([&](store::Tx& tx) -> Result<Created> {
    const Timestamp now = hub_.clock().now();
    const EndpointId id = webhook::add(tx, brand, settings, events::span(tx).newest, actor, now);
    TRY(const std::string sealed, crypto::seal(hub_.seal_keys(), place("sealed_secret", id, brand), secret));
    webhook::set_secret(tx, id, sealed, "", {});
    tell_subject(tx, events::What::webhook_changed, {brand, now, actor}, {}, id.value, {{"how", "created"}});
    return Created{id, webhook::shown(secret)};
  });
}

template <class Work>
Result<Done> Webhooks::edit(BrandId brand, EndpointId id, std::string_view actor, std::string_view how, Work work) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    const auto endpoint = webhook::find(tx, brand, id);
    if (!endpoint) return no_endpoint();
    TRY_DO(work(tx, *endpoint));
    tell_subject(tx, events::What::webhook_changed, {brand, hub_.clock().now(), actor}, {}, id.value, {{"how", how}});
    return Done{};
  });
}

Result<Done> Webhooks::change(BrandId brand, EndpointId id, const webhook::Settings& settings, std::string_view actor) {
  TRY_DO(check(settings));
  return edit(brand, id, actor, "changed", [&](store::Tx& tx, const Endpoint&) -> Result<Done> {
    webhook::change(tx, id, settings);
    return Done{};
  });
}

Result<Done> Webhooks::remove(BrandId brand, EndpointId id, std::string_view actor) {
  return edit(brand, id, actor, "removed", [&](store::Tx& tx, const Endpoint&) -> Result<Done> {
    webhook::remove(tx, id);
    return Done{};
  });
}

Result<Done> Webhooks::pause(BrandId brand, EndpointId id, std::string_view actor) {
  return edit(brand, id, actor, "paused", [&](store::Tx& tx, const Endpoint&) -> Result<Done> {
    webhook::set_state(tx, id, webhook::State::paused, "paused by " + std::string(actor));
    return Done{};
  });
}

Result<Done> Webhooks::resume(BrandId brand, EndpointId id, std::string_view actor) {
  return edit(brand, id, actor, "resumed", [&](store::Tx& tx, const Endpoint&) -> Result<Done> {
    webhook::set_state(tx, id, webhook::State::active, "");
    return Done{};
  });
}

Result<std::string> Webhooks::rotate(BrandId brand, EndpointId id, std::string_view actor) {
  const Secret fresh = webhook::new_secret();
  TRY_DO(edit(brand, id, actor, "rotated", [&](store::Tx& tx, const Endpoint& endpoint) -> Result<Done> {
    // A sealed text only opens in its own column.
    TRY(const Secret old,
        crypto::open_sealed(hub_.seal_keys(), place("sealed_secret", id, brand), endpoint.sealed_secret));
    TRY(const std::string previous, crypto::seal(hub_.seal_keys(), place("sealed_previous", id, brand), old));
    TRY(const std::string sealed, crypto::seal(hub_.seal_keys(), place("sealed_secret", id, brand), fresh));
    webhook::set_secret(tx, id, sealed, previous, hub_.clock().now() + options_.old_secret_life);
    return Done{};
  }));
  return webhook::shown(fresh);
}

Result<Done> Webhooks::replay_from(BrandId brand, EndpointId id, std::int64_t change, std::string_view actor) {
  return edit(brand, id, actor, "replayed", [&](store::Tx& tx, const Endpoint&) -> Result<Done> {
    const events::Span span = events::span(tx);
    webhook::move_to(tx, id, std::clamp(change, span.oldest - 1, span.newest));
    webhook::set_state(tx, id, webhook::State::active, "");
    return Done{};
  });
}

Result<Done> Webhooks::replay(BrandId brand, DeliveryId id) {
  return hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    if (!webhook::ask_again(tx, brand, id)) return fail(Kind::not_found, "there is no such webhook delivery");
    return Done{};
  });
}

Result<webhook::Attempt> Webhooks::ping(BrandId brand, EndpointId id) {
  TRY(const Endpoint endpoint, hub_.db().read([&](store::Reader& reader) -> Result<Endpoint> {
    auto found = webhook::find(reader, brand, id);
    if (!found) return no_endpoint();
    return *std::move(found);
  }));
  webhook::Delivery delivery;
  delivery.endpoint = id;
  delivery.brand = brand;
  delivery.webhook_id = "msg_ping_" + crypto::random_token(16);
  delivery.kind = "ping";
  delivery.created_at = hub_.clock().now();
  delivery.body = webhook_ping(delivery.created_at, brand_key(brand));
  seconds ignored{0};
  const webhook::Attempt tried = attempt(endpoint, delivery, ignored);
  const bool good = webhook::verdict_of(tried.status) == webhook::Verdict::delivered;
  return hub_.db().write([&](store::Tx& tx) -> Result<webhook::Attempt> {
    if (webhook::find(tx, brand, id)) webhook::record(tx, delivery, tried, good ? Outcome::delivered : Outcome::failed);
    return tried;
  });
}

std::string Webhooks::brand_key(BrandId id) const {
  const Brand* brand = hub_.find_brand(id);
  return brand == nullptr ? std::string() : brand->config->key;
}

Result<std::vector<Secret>> Webhooks::secrets_of(const Endpoint& endpoint) const {
  std::vector<Secret> out;
  TRY(Secret secret, crypto::open_sealed(hub_.seal_keys(), place("sealed_secret", endpoint.id, endpoint.brand),
                                         endpoint.sealed_secret));
  out.push_back(std::move(secret));
  if (endpoint.sealed_previous.empty() || !endpoint.previous_until || *endpoint.previous_until <= hub_.clock().now()) {
    return out;
  }
  TRY(Secret previous, crypto::open_sealed(hub_.seal_keys(), place("sealed_previous", endpoint.id, endpoint.brand),
                                           endpoint.sealed_previous));
  out.push_back(std::move(previous));
  return out;
}

webhook::Delivery Webhooks::delivery_of(const Endpoint& endpoint, const events::Change& change) const {
  webhook::Delivery d;
  d.endpoint = endpoint.id;
  d.brand = endpoint.brand;
  d.webhook_id = "msg_" + std::to_string(endpoint.id.value) + "_" + std::to_string(change.id);
  d.change = change.id;
  d.kind = events::name_of(change.what);
  d.body = webhook_body(change, brand_key(endpoint.brand), options_.public_url);
  if (change.what == events::What::message_created || change.what == events::What::message_changed) {
    d.message = MessageId{change.subject};
  }
  d.created_at = hub_.clock().now();
  return d;
}

std::string Webhooks::body_of(const Endpoint& endpoint, const webhook::Delivery& delivery) {
  if (!endpoint.settings.include_text || !delivery.message) return delivery.body;
  const auto words = hub_.db().read([&](store::Reader& reader) -> Result<std::string> {
    const auto message = timeline::find(reader, delivery.message);
    if (!message || message->brand != endpoint.brand) return fail(Kind::not_found, "it is gone");
    TRY(const model::Content content, read_content(hub_, reader, *message));
    return content.reply_text;
  });
  return words ? with_text(delivery.body, *words) : delivery.body;
}

webhook::Attempt Webhooks::attempt(const Endpoint& endpoint, const webhook::Delivery& delivery, seconds& retry_after) {
  webhook::Attempt out;
  out.at = hub_.clock().now();
  const auto keys = secrets_of(endpoint);
  if (!keys) {
    out.error = "its secret can't be read";
    log::error("webhook.secret", {{"endpoint", endpoint.id.value}, {"what", keys.error().what}});
    return out;
  }
  net::HttpRequest request;
  request.method = "POST";
  request.url = endpoint.settings.url;
  request.body = body_of(endpoint, delivery);
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", delivery.webhook_id},
                     {"webhook-timestamp", webhook::timestamp_of(out.at)},
                     {"webhook-signature", webhook::sign(*keys, delivery.webhook_id, out.at, request.body)}};
  request.timeout = options_.timeout;
  request.connect_timeout = std::min<milliseconds>(options_.timeout, seconds(10));
  request.max_bytes = 1024;
  request.cut_body = true;
  request.repeatable = true;  // by its webhook-id
  request.interrupt = &stopping_;
  const milliseconds began = hub_.clock().ticks();
  const auto answer = http_.run(request);
  out.took = hub_.clock().ticks() - began;
  if (!answer) {
    out.error = answer.error().what;
    return out;
  }
  out.status = answer->status;
  retry_after = answer->retry_after;
  if (!answer->ok()) out.error = "the receiver answered " + std::to_string(answer->status);
  return out;
}

Result<Done> Webhooks::write_failure(store::Tx& tx, const Endpoint& endpoint, const webhook::Attempt& tried,
                                     seconds asked) {
  const auto now_at = webhook::find(tx, endpoint.id);
  if (!now_at || now_at->state != webhook::State::active) return Done{};
  const auto stop_at = [&](webhook::State state, const std::string& why) {
    webhook::set_state(tx, endpoint.id, state, why);
    tell_subject(tx, events::What::webhook_changed, {endpoint.brand, hub_.clock().now()}, {}, endpoint.id.value,
                 {{"how", webhook::name_of(state)}});
  };
  if (webhook::verdict_of(tried.status) == webhook::Verdict::gone) {
    stop_at(webhook::State::disabled, "the receiver wants no more (410 Gone)");
    return Done{};
  }
  const auto wait = webhook::wait_after(now_at->failures + 1, asked, crypto::random_number());
  if (!wait) {
    stop_at(webhook::State::paused, "paused after " + std::to_string(now_at->failures + 1) + " tries: " + tried.error);
  } else {
    webhook::failed(tx, endpoint.id, hub_.clock().now() + *wait, tried.error);
  }
  return Done{};
}

Webhooks::Step Webhooks::deliver(const Endpoint& endpoint, webhook::Delivery delivery) {
  seconds asked{0};
  const webhook::Attempt tried = attempt(endpoint, delivery, asked);
  if (stopping_.raised() && tried.status == 0) return Step::failed;  // our own doing
  const bool good = webhook::verdict_of(tried.status) == webhook::Verdict::delivered;
  const auto written = hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    if (!webhook::find(tx, endpoint.id)) return Done{};  // removed meanwhile
    webhook::record(tx, delivery, tried, good ? Outcome::delivered : Outcome::waiting);
    if (!good) return write_failure(tx, endpoint, tried, asked);
    webhook::succeeded(tx, endpoint.id, endpoint.position, delivery.change);
    return Done{};
  });
  if (!written) log::error("webhook.not_written", {{"endpoint", endpoint.id.value}, {"what", written.error().what}});
  return good && written ? Step::delivered : Step::failed;
}

Webhooks::Step Webhooks::send_again(const Endpoint& endpoint, const webhook::Delivery& delivery) {
  seconds asked{0};
  const webhook::Attempt tried = attempt(endpoint, delivery, asked);
  if (stopping_.raised() && tried.status == 0) return Step::failed;
  const bool good = webhook::verdict_of(tried.status) == webhook::Verdict::delivered;
  const auto written = hub_.db().write([&](store::Tx& tx) -> Result<Done> {
    if (webhook::find(tx, endpoint.id)) {
      webhook::record(tx, delivery, tried, good ? Outcome::delivered : Outcome::failed);
    }
    return Done{};
  });
  return written ? Step::delivered : Step::failed;
}

}  // namespace amends::app
