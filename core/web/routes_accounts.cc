#include "core/app/accounts.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/hooks.h"
#include "core/app/walk.h"
#include "core/channel/registry.h"
#include "core/ingest/ingest.h"
#include "core/outbox/outbox.h"
#include "core/web/account_shapes.h"
#include "core/web/audit_trail.h"
#include "core/web/channel_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kAccountsFields[] = {object_field("items", kAccount, "").many(10'000)};
constexpr Schema kAccounts{"Accounts", kAccountsFields};
constexpr Field kChannelsFields[] = {object_field("items", kChannel, "").many(1000)};
constexpr Schema kChannels{"Channels", kChannelsFields};

constexpr std::int64_t kLongestSetting = 20'000;  // a private key, a service account's file
constexpr Field kSettings =
    map_field("settings", "As the channel's form says; \"\" takes one away").of_lines().up_to(kLongestSetting);
constexpr Field kPoll = integer_field("poll_seconds", 0, 86'400, "5 and more; 0: as the channel says");
constexpr Field kNewFields[] = {line_field("channel", "").needed().up_to(40),
                                line_field("name", "Lower-case letters, digits, - and _").needed().up_to(40), kSettings,
                                kPoll};
constexpr Schema kNew{"NewAccount", kNewFields};
constexpr Field kChangeFields[] = {kSettings, kPoll,
                                   flag_field("start_over", "Pull everything once more: what is here stays once")};
constexpr Schema kChange{"AccountChange", kChangeFields};

app::AccountActor actor_of(const Call& call) { return {call.who.user, call.who.login, call.request.peer, false}; }

Result<Reply> shown(const Call& call, AccountId id, int status = 200) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto row = ingest::account(reader, id);
    if (!row) return absent();
    Json json;
    add_account(json, call.services.hub, reader, *row);
    return status == 201 ? created(std::move(json)) : ok(std::move(json));
  });
}

Result<Reply> list_accounts(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const ingest::Account& row : ingest::accounts(reader)) {
      if (row.brand == call.brand_id()) add_account(json, call.services.hub, reader, row);
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> read_account(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ingest::Account row, account_of(call, reader));
    Json json;
    add_account(json, call.services.hub, reader, row);
    return ok(std::move(json));
  });
}

app::GivenSettings settings_of(const Call& call) {
  app::GivenSettings out;
  for (auto& [key, value] : call.body.map("settings")) out[key] = std::move(value);
  return out;
}

Result<Reply> create_account(Call& call) {
  const channel::Descriptor* channel = channel::find_channel(call.body.text("channel"));
  if (channel == nullptr) {
    return fail(Kind::invalid, "There is no such channel.", "GET /api/v1/channels lists what there is.");
  }
  TRY(const AccountId id, app::Accounts(call.services.hub)
                              .create(call.brand_id(),
                                      {channel, std::string(call.body.text("name")), settings_of(call),
                                       std::chrono::seconds(call.body.integer("poll_seconds"))},
                                      actor_of(call)));
  return shown(call, id, 201);
}

Result<Reply> change_account(Call& call) {
  const AccountId id = call.id<AccountId>("account");
  app::AccountChange change;
  change.settings = settings_of(call);
  if (call.body.has("poll_seconds")) change.poll = std::chrono::seconds(call.body.integer("poll_seconds"));
  change.start_over = call.body.flag("start_over");
  TRY_DO(app::Accounts(call.services.hub).change(call.brand_id(), id, change, actor_of(call)));
  return shown(call, id);
}

Result<Reply> remove_account(Call& call) {
  TRY_DO(app::Accounts(call.services.hub).remove(call.brand_id(), call.id<AccountId>("account"), actor_of(call)));
  return no_content();
}

// What the form of an account begins with. A secret is set or not; its words never leave.
Result<Reply> read_setup(Call& call) {
  app::Hub& hub = call.services.hub;
  TRY(const ingest::Account row, hub.db().read([&](store::Reader& reader) { return account_of(call, reader); }));
  const app::HubAccount& account = *hub.find_account(row.id);
  Json json;
  json.open()
      .put("id", row.id)
      .put("read_only", account.origin != app::AccountOrigin::database)
      .put("poll_seconds", account.poll.count());
  json.key("settings").open_list();
  for (const channel::Setting& setting : account.channel->settings) {
    if (account.origin == app::AccountOrigin::import) break;
    const std::string_view value = account.settings->get(setting.key);
    const bool secret = setting.kind == channel::SettingKind::secret;
    json.open()
        .put("key", setting.key)
        .put("secret", secret)
        .put("set", !value.empty())
        .put_text_or_null("value", secret ? std::string_view() : value)
        .close();
  }
  json.close_list();
  const std::string path = call.services.hooks->path_of(account);
  const std::string& us = call.services.options.us.url;
  json.put_text_or_null("hook_path", path)
      .put_text_or_null("hook_url", us.empty() || path.empty() ? std::string() : us + path)
      .put_text_or_null("return_url", account.channel->oauth == nullptr
                                          ? std::string()
                                          : our_address(call) + std::string(app::kReturnPath))
      .close();
  return ok(std::move(json));
}

Result<Reply> pull_account(Call& call) {
  TRY(const ingest::Account row,
      call.services.hub.db().read([&](store::Reader& reader) { return account_of(call, reader); }));
  TRY_DO(call.services.options.pull_soon(row.id));
  return changed(true);
}

Result<Reply> set_state(Call& call, std::string_view state) {
  auto reply = call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const ingest::Account before, account_of(call, tx));
    const bool differs = before.state != state;
    if (differs) {
      ingest::set_account_state(tx, before.id, state);
      put_on_record(tx, call, state == "active" ? "account.resumed" : "account.paused", "account", before.id.value);
      app::tell_subject(tx, events::What::account_changed, {call.brand_id(), call.now, call.who.login}, {},
                        before.id.value, {{"state", state}});
    }
    if (state == "active") outbox::reopen_account(tx, before.id);
    return changed(differs);
  });
  if (reply && state == "active") {
    (void)call.services.options.pull_soon(call.id<AccountId>("account"));
    call.services.options.wake_senders();
  }
  return reply;
}

Result<Reply> pause_account(Call& call) { return set_state(call, "paused"); }
Result<Reply> resume_account(Call& call) { return set_state(call, "active"); }

Result<Reply> list_channels(Call&) {
  Json json;
  json.open().key("items").open_list();
  for (const channel::Descriptor* one : channel::channels()) add(json, *one);
  json.close_list().close();
  return ok(std::move(json));
}

#define AMENDS_ACCOUNT AMENDS_BRAND "/accounts/{account}"
constexpr Route kRoutes[] = {
    get(AMENDS_BRAND "/accounts", "list_accounts", Permission::read, list_accounts, "Accounts and how they are")
        .answers(kAccounts),
    post(AMENDS_BRAND "/accounts", "create_account", Permission::accounts, create_account,
         "Connects one: its settings are checked, then sealed")
        .takes(kNew, 256 * 1024)
        .answers(kAccount, 201),
    get(AMENDS_ACCOUNT, "read_account", Permission::read, read_account, "One of them").answers(kAccount),
    patch(AMENDS_ACCOUNT, "change_account", Permission::accounts, change_account,
          "Other settings beside those that stay; one that reads another place starts over")
        .takes(kChange, 256 * 1024)
        .answers(kAccount),
    del(AMENDS_ACCOUNT, "remove_account", Permission::accounts, remove_account,
        "Its settings and tokens go; what it delivered stays")
        .answers_nothing(),
    get(AMENDS_ACCOUNT "/setup", "read_account_setup", Permission::accounts, read_setup,
        "Its settings without the secrets, and the addresses its site is told")
        .answers(kAccountSetup),
    post(AMENDS_ACCOUNT "/pull", "pull_account", Permission::act, pull_account, "Fetches what is new, soon")
        .answers(kChanged),
    post(AMENDS_ACCOUNT "/pause", "pause_account", Permission::accounts, pause_account, "Nothing is fetched any more")
        .answers(kChanged),
    post(AMENDS_ACCOUNT "/resume", "resume_account", Permission::accounts, resume_account,
         "Goes on, as after a refused login was mended")
        .answers(kChanged),
    get(AMENDS_API "/channels", "list_channels", Permission::self, list_channels,
        "What can be connected, what it can do, and the form it takes")
        .answers(kChannels),
};

}  // namespace

std::span<const Route> account_routes() { return kRoutes; }

}  // namespace amends::web
