#include "core/web/account_shapes.h"

#include "core/web/services.h"

namespace amends::web {
namespace {

constexpr model::Word<app::AccountOrigin> kAccountOrigins[] = {{app::AccountOrigin::file, "file"},
                                                               {app::AccountOrigin::database, "database"},
                                                               {app::AccountOrigin::import, "import"}};
constexpr auto kAccountOriginNames = kNamesOf<kAccountOrigins>;

constexpr Field kBrakeFields[] = {line_field("bucket", "What the site limits together").needed().from(0),
                                  time_field("until", "").needed()};
constexpr Schema kBrake{"AccountBrake", kBrakeFields};

constexpr Field kAccountFields[] = {
    id_field("id", "").needed(),
    line_field("channel", "").needed(),
    line_field("name", "").needed(),
    word_field("origin", kAccountOriginNames,
               "file: stands in amends.toml and is changed there; import: only holds items")
        .needed(),
    flag_field("connected", "It can be pulled from and sent through").needed(),
    flag_field("can_send", "").needed(),
    flag_field("must_connect", "It waits for a person's consent: POST …/connect").needed(),
    line_field("state", "active or paused").needed(),
    time_field("last_success_at", "").or_null().needed(),
    time_field("last_error_at", "").or_null().needed(),
    text_field("last_error", "").or_null().needed(),
    integer_field("failures", 0, kLargestId, "In a row").needed(),
    time_field("next_pull_at", "When it is pulled at the latest").or_null().needed(),
    time_field("connected_at", "When a person agreed").or_null().needed(),
    time_field("access_ends_at", "Of a connection that nobody but a person renews").or_null().needed(),
    time_field("checked_at", "").or_null().needed(),
    text_field("check_error", "").or_null().needed(),
    text_field("facts", "What the last look found").many(1000),
    text_field("warnings", "").many(1000),
    integer_field("remote_count", 0, kLargestId, "What the site counts").or_null().needed(),
    integer_field("held_count", 0, kLargestId, "What we hold of it").or_null().needed(),
    object_field("brakes", kBrake, "What the site told to wait").many(1000),
    line_field("handles", "Ours in it").many(1000)};

constexpr Field kValueFields[] = {line_field("key", "").needed(), flag_field("secret", "").needed(),
                                  flag_field("set", "").needed(),
                                  text_field("value", "Never of a secret").or_null().needed()};
constexpr Schema kValue{"AccountSetting", kValueFields};
constexpr Field kSetupFields[] = {
    id_field("id", "").needed(),
    flag_field("read_only", "It stands in the configuration file").needed(),
    integer_field("poll_seconds", 0, kLargestId, "").needed(),
    object_field("settings", kValue, "").many(1000),
    line_field("hook_path", "What the site calls, below our address").or_null().needed(),
    line_field("hook_url", "The same whole; null while no public address is configured").or_null().needed(),
    line_field("return_url", "What the site must know as the address it sends people back to").or_null().needed()};

constexpr Field kCheckFields[] = {
    text_field("facts", "").many(1000), text_field("warnings", "").many(1000),
    integer_field("remote_count", 0, kLargestId, "What the site counts").or_null().needed()};

}  // namespace

const Schema kAccount{"Account", kAccountFields};
const Schema kAccountSetup{"AccountSetup", kSetupFields};
const Schema kAccountCheck{"AccountCheck", kCheckFields};

Json& add_account(Json& json, app::Hub& hub, store::Reader& reader, const ingest::Account& row) {
  const app::HubAccount* account = hub.find_account(row.id);
  if (account == nullptr) return json;
  const app::AccountStanding standing = app::standing_of(hub, reader, *account, row);
  const auto& probe = standing.probe;
  json.open()
      .put("id", row.id)
      .put("channel", row.channel)
      .put("name", row.name)
      .put("origin", model::name_in(kAccountOrigins, account->origin))
      .put("connected", account->connected)
      .put("can_send", account->connected && account->channel->can.send)
      .put("must_connect", standing.must_connect)
      .put("state", row.state)
      .put("last_success_at", row.last_success)
      .put("last_error_at", row.last_error_at)
      .put_text_or_null("last_error", row.last_error)
      .put("failures", row.failures)
      .put("next_pull_at", standing.next_pull)
      .put("connected_at", standing.connected_at)
      .put("access_ends_at", standing.access_ends)
      .put("checked_at", probe ? std::optional(probe->at) : std::nullopt)
      .put_text_or_null("check_error", probe ? probe->error : std::string())
      .put_list("facts", probe ? probe->facts : std::vector<std::string>{})
      .put_list("warnings", standing.warnings)
      .put("remote_count", probe ? probe->remote_count : std::nullopt)
      .put("held_count", probe ? std::optional(probe->held_count) : std::nullopt);
  json.key("brakes").open_list();
  for (const auto& [bucket, until] : standing.held) json.open().put("bucket", bucket).put("until", until).close();
  return json.close_list().put_list("handles", account->own_handles).close();
}

Json& add(Json& json, const channel::Health& health) {
  return json.open()
      .put_list("facts", health.facts)
      .put_list("warnings", health.warnings)
      .put("remote_count", health.remote_count)
      .close();
}

Result<ingest::Account> account_of(const Call& call, store::Reader& reader) {
  auto row = ingest::account(reader, call.id<AccountId>("account"));
  if (!row || row->brand != call.brand_id() || call.services.hub.find_account(row->id) == nullptr) return absent();
  return *std::move(row);
}

std::string our_address(const Call& call) {
  const PublicUrl& us = call.services.options.us;
  if (!us.url.empty()) return us.url;
  return (call.request.secure ? "https://" : "http://") + call.request.host;
}

}  // namespace amends::web
