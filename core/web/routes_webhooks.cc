#include "core/app/webhooks.h"

#include "core/web/audit_trail.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;
using webhook::DeliveryId;
using webhook::EndpointId;

constexpr auto kWhatNames = kNamesOf<events::kWhats>;
constexpr auto kStateNames = kNamesOf<webhook::kStates>;
constexpr auto kOutcomeNames = kNamesOf<webhook::kOutcomes>;

constexpr Field kWebhooksSettingsFields[] = {
    line_field("url", "https, and no address of a private network").needed().up_to(2000),
    word_field("kinds", kWhatNames, "Which changes; all when left out").many(100),
    flag_field("include_text", "The words of messages too")};
constexpr Schema kWebhooksSettings{"WebhookSettings", kWebhooksSettingsFields};
constexpr Field kReplayFields[] = {
    id_field("from", "The number of a change: everything behind it once more").needed().from(0)};
constexpr Schema kReplay{"WebhookReplay", kReplayFields};

constexpr Field kEndpointFields[] = {
    id_field("id", "").needed(),
    line_field("url", "").needed(),
    word_field("kinds", kWhatNames, "None: all").many(100),
    flag_field("include_text", "").needed(),
    word_field("state", kStateNames, "").needed(),
    text_field("reason", "Why it is not active, or what went wrong last").or_null().needed(),
    integer_field("position", 0, kLargestId, "The change up to which all was told").needed(),
    integer_field("failures", 0, kLargestId, "Of the delivery at hand").needed(),
    time_field("next_try_at", "").or_null().needed(),
    time_field("created_at", "").needed(),
    line_field("created_by", "A login").needed().from(0)};
constexpr Schema kEndpoint{"Webhook", kEndpointFields};
constexpr Field kEndpointsFields[] = {object_field("items", kEndpoint, "").many(10'000)};
constexpr Schema kEndpoints{"Webhooks", kEndpointsFields};
constexpr Field kMadeFields[] = {
    id_field("id", "").needed(),
    line_field("secret", "whsec_…: what the receiver checks signatures with; shown once").needed()};
constexpr Schema kMadeEndpoint{"WebhookMade", kMadeFields};
constexpr Field kRotatedFields[] = {line_field("secret", "The old one signs as well for a day").needed()};
constexpr Schema kRotated{"WebhookSecret", kRotatedFields};

constexpr Field kWebhooksTryFields[] = {
    integer_field("number", 0, kLargestId, "").needed(), time_field("at", "").needed(),
    integer_field("took_ms", 0, kLargestId, "").needed(), integer_field("status", 0, 999, "0: no answer").needed(),
    text_field("error", "").or_null().needed()};
constexpr Schema kTry{"WebhookTry", kWebhooksTryFields};
constexpr Field kDeliveryFields[] = {id_field("id", "").needed(),
                                     id_field("webhook", "").needed(),
                                     line_field("webhook_id", "The same on every try").needed(),
                                     integer_field("change", 0, kLargestId, "0: a test").needed(),
                                     line_field("kind", "").needed().from(0),
                                     word_field("outcome", kOutcomeNames, "").needed(),
                                     integer_field("attempts", 0, kLargestId, "").needed(),
                                     time_field("created_at", "").needed(),
                                     time_field("delivered_at", "").or_null().needed()};
constexpr Schema kDelivery{"WebhookDelivery", kDeliveryFields};
constexpr Schema kDeliveries{"WebhookDeliveries", kListFields<kDelivery>};
constexpr Field kWebhooksWholeFields[] = {object_field("delivery", kDelivery, "").needed(),
                                          object_field("tries", kTry, "").many(10'000)};
constexpr Schema kWebhooksWhole{"WholeWebhookDelivery", kWebhooksWholeFields};

Json& add(Json& json, const webhook::Endpoint& e) {
  return json.open()
      .put("id", e.id)
      .put("url", e.settings.url)
      .put_list("kinds", e.settings.kinds)
      .put("include_text", e.settings.include_text)
      .put("state", webhook::name_of(e.state))
      .put_text_or_null("reason", e.reason)
      .put("position", e.position)
      .put("failures", e.failures)
      .put("next_try_at", e.next_try_at)
      .put("created_at", e.created_at)
      .put("created_by", e.created_by)
      .close();
}

Json& add(Json& json, const webhook::Delivery& d) {
  return json.open()
      .put("id", d.id)
      .put("webhook", d.endpoint)
      .put("webhook_id", d.webhook_id)
      .put("change", d.change)
      .put("kind", d.kind)
      .put("outcome", webhook::name_of(d.outcome))
      .put("attempts", d.attempts)
      .put("created_at", d.created_at)
      .put("delivered_at", d.delivered_at)
      .close();
}

Json& add(Json& json, const webhook::Attempt& a) {
  return json.open()
      .put("number", a.number)
      .put("at", a.at)
      .put("took_ms", a.took.count())
      .put("status", a.status)
      .put_text_or_null("error", a.error)
      .close();
}

EndpointId endpoint_of(const Call& call) { return call.id<EndpointId>("webhook"); }

Result<app::Webhooks*> hooks_of(const Call& call) {
  if (call.services.options.webhooks != nullptr) return call.services.options.webhooks;
  return fail(Kind::unsupported, "No webhooks are sent here.", "Start `amends serve`.");
}

webhook::Settings webhooks_settings_of(const Call& call) {
  return {std::string(call.body.text("url")), call.body.texts("kinds"), call.body.flag("include_text")};
}

void note(const Call& call, std::string_view action, std::int64_t id) {
  (void)call.services.hub.db().write([&](store::Tx& tx) -> Result<Done> {
    put_on_record(tx, call, action, "webhook", id);
    return Done{};
  });
}

Result<Reply> shown(const Call& call, EndpointId id) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto endpoint = webhook::find(reader, call.brand_id(), id);
    if (!endpoint) return absent();
    Json json;
    add(json, *endpoint);
    return ok(std::move(json));
  });
}

Result<Reply> list_webhooks(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const auto& endpoint : webhook::of_brand(reader, call.brand_id())) add(json, endpoint);
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> read_webhook(Call& call) { return shown(call, endpoint_of(call)); }

Result<Reply> make_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY(const auto made, hooks->create(call.brand_id(), webhooks_settings_of(call), call.who.login));
  note(call, "webhook.made", made.id.value);
  Json json;
  json.open().put("id", made.id).put("secret", made.secret).close();
  return created(std::move(json));
}

Result<Reply> change_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->change(call.brand_id(), endpoint_of(call), webhooks_settings_of(call), call.who.login));
  note(call, "webhook.changed", endpoint_of(call).value);
  return shown(call, endpoint_of(call));
}

Result<Reply> remove_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->remove(call.brand_id(), endpoint_of(call), call.who.login));
  note(call, "webhook.removed", endpoint_of(call).value);
  return no_content();
}

Result<Reply> pause_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->pause(call.brand_id(), endpoint_of(call), call.who.login));
  return shown(call, endpoint_of(call));
}

Result<Reply> resume_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->resume(call.brand_id(), endpoint_of(call), call.who.login));
  return shown(call, endpoint_of(call));
}

Result<Reply> rotate_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY(const std::string secret, hooks->rotate(call.brand_id(), endpoint_of(call), call.who.login));
  note(call, "webhook.rotated", endpoint_of(call).value);
  Json json;
  json.open().put("secret", secret).close();
  return ok(std::move(json));
}

Result<Reply> replay_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->replay_from(call.brand_id(), endpoint_of(call), call.body.integer("from"), call.who.login));
  return shown(call, endpoint_of(call));
}

Result<Reply> ping_webhook(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY(const webhook::Attempt tried, hooks->ping(call.brand_id(), endpoint_of(call)));
  Json json;
  add(json, tried);
  return ok(std::move(json));
}

Result<Reply> list_deliveries(Call& call) {
  TRY(const auto from, call.cursor(1));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    if (!webhook::find(reader, call.brand_id(), endpoint_of(call))) return absent();
    const auto found = webhook::deliveries(reader, call.brand_id(), endpoint_of(call),
                                           DeliveryId{from.empty() ? 0 : from[0]}, call.limit());
    Json json;
    json.open().key("items").open_list();
    for (const auto& one : found) add(json, one);
    json.close_list();
    const bool full = found.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{found.back().id.value}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> read_delivery(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto id = call.id<DeliveryId>("delivery");
    const auto delivery = webhook::find_delivery(reader, call.brand_id(), id);
    if (!delivery) return absent();
    Json json;
    add(json.open().key("delivery"), *delivery).key("tries").open_list();
    for (const auto& tried : webhook::attempts(reader, call.brand_id(), id)) add(json, tried);
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> replay_delivery(Call& call) {
  TRY(app::Webhooks * hooks, hooks_of(call));
  TRY_DO(hooks->replay(call.brand_id(), call.id<DeliveryId>("delivery")));
  return changed(true);
}

#define AMENDS_HOOK AMENDS_BRAND "/webhooks/{webhook}"
#define AMENDS_DELIVERY AMENDS_BRAND "/webhook-deliveries/{delivery}"
constexpr Route kWebhooksRoutes[] = {
    get(AMENDS_BRAND "/webhooks", "list_webhooks", Permission::webhooks, list_webhooks,
        "Programs that are told of changes")
        .answers(kEndpoints),
    post(AMENDS_BRAND "/webhooks", "make_webhook", Permission::webhooks, make_webhook,
         "Another one; it hears of what changes from now on")
        .takes(kWebhooksSettings)
        .answers(kMadeEndpoint, 201)
        .marked(kSecretAnswer),
    get(AMENDS_HOOK, "read_webhook", Permission::webhooks, read_webhook, "One of them").answers(kEndpoint),
    put(AMENDS_HOOK, "change_webhook", Permission::webhooks, change_webhook, "Another address or choice")
        .takes(kWebhooksSettings)
        .answers(kEndpoint),
    del(AMENDS_HOOK, "remove_webhook", Permission::webhooks, remove_webhook, "It is told nothing more")
        .answers_nothing(),
    post(AMENDS_HOOK "/pause", "pause_webhook", Permission::webhooks, pause_webhook, "It waits where it is")
        .answers(kEndpoint),
    post(AMENDS_HOOK "/resume", "resume_webhook", Permission::webhooks, resume_webhook, "It goes on where it stopped")
        .answers(kEndpoint),
    post(AMENDS_HOOK "/rotate", "rotate_webhook", Permission::webhooks, rotate_webhook, "A new secret")
        .answers(kRotated)
        .marked(kSecretAnswer),
    post(AMENDS_HOOK "/replay", "replay_webhook", Permission::webhooks, replay_webhook,
         "Everything behind a change once more")
        .takes(kReplay)
        .answers(kEndpoint),
    post(AMENDS_HOOK "/ping", "ping_webhook", Permission::webhooks, ping_webhook, "A test now, and what came of it")
        .answers(kTry)
        .marked(kNoKey),
    get(AMENDS_HOOK "/deliveries", "list_webhook_deliveries", Permission::webhooks, list_deliveries, "Newest first")
        .answers(kDeliveries)
        .marked(kPaged),
    get(AMENDS_DELIVERY, "read_webhook_delivery", Permission::webhooks, read_delivery, "One with every try")
        .answers(kWebhooksWhole),
    post(AMENDS_DELIVERY "/replay", "replay_webhook_delivery", Permission::webhooks, replay_delivery, "Once more, soon")
        .answers(kChanged),
};

}  // namespace

std::span<const Route> webhook_routes() { return kWebhooksRoutes; }

}  // namespace amends::web
