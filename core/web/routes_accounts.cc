#include "core/app/changes.h"
#include "core/channel/registry.h"
#include "core/ingest/ingest.h"
#include "core/outbox/outbox.h"
#include "core/web/audit_trail.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kAccountFields[] = {id_field("id", "").needed(),
                                    line_field("channel", "").needed(),
                                    line_field("name", "Its key in the configuration").needed(),
                                    flag_field("connected", "It can be pulled from and sent through").needed(),
                                    flag_field("can_send", "").needed(),
                                    line_field("state", "active or paused").needed(),
                                    time_field("last_success_at", "").or_null().needed(),
                                    time_field("last_error_at", "").or_null().needed(),
                                    text_field("last_error", "").or_null().needed(),
                                    integer_field("failures", 0, kLargestId, "In a row").needed(),
                                    line_field("handles", "Ours in it").many(1000)};
constexpr Schema kAccount{"Account", kAccountFields};
constexpr Field kAccountsFields[] = {object_field("items", kAccount, "").many(10'000)};
constexpr Schema kAccounts{"Accounts", kAccountsFields};

constexpr Field kChannelFields[] = {
    line_field("name", "").needed(),         line_field("title", "").needed(),
    flag_field("pull", "").needed(),         flag_field("send", "").needed(),
    flag_field("html", "").needed(),         flag_field("attachments", "").needed(),
    flag_field("public_reply", "").needed(), integer_field("text_limit", 0, kLargestId, "0: none").needed()};
constexpr Schema kChannel{"Channel", kChannelFields};
constexpr Field kChannelsFields[] = {object_field("items", kChannel, "").many(1000)};
constexpr Schema kChannels{"Channels", kChannelsFields};

Json& add(Json& json, const app::Hub& hub, const ingest::Account& row) {
  const app::HubAccount* account = hub.find_account(row.id);
  const bool connected = account != nullptr && account->connected;
  json.open()
      .put("id", row.id)
      .put("channel", row.channel)
      .put("name", row.name)
      .put("connected", connected)
      .put("can_send", connected && account->channel->can.send)
      .put("state", row.state)
      .put("last_success_at", row.last_success)
      .put("last_error_at", row.last_error_at)
      .put_text_or_null("last_error", row.last_error)
      .put("failures", row.failures)
      .put_list("handles", account != nullptr ? account->own_handles : std::vector<std::string>{});
  return json.close();
}

Result<ingest::Account> found(const Call& call, store::Reader& reader) {
  for (ingest::Account& row : ingest::accounts(reader)) {
    if (row.id == call.id<AccountId>("account") && row.brand == call.brand_id()) return std::move(row);
  }
  return absent();
}

Result<Reply> list_accounts(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const ingest::Account& row : ingest::accounts(reader)) {
      if (row.brand == call.brand_id()) add(json, call.services.hub, row);
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> read_account(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ingest::Account row, found(call, reader));
    Json json;
    add(json, call.services.hub, row);
    return ok(std::move(json));
  });
}

Result<Reply> pull_account(Call& call) {
  TRY(const ingest::Account row,
      call.services.hub.db().read([&](store::Reader& reader) { return found(call, reader); }));
  TRY_DO(call.services.options.pull_soon(row.id));
  return changed(true);
}

Result<Reply> set_state(Call& call, std::string_view state) {
  auto reply = call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const ingest::Account before, found(call, tx));
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
  for (const channel::Descriptor* one : channel::builtin_channels()) {
    json.open()
        .put("name", one->name)
        .put("title", one->title)
        .put("pull", one->can.pull)
        .put("send", one->can.send)
        .put("html", one->can.html)
        .put("attachments", one->can.attachments)
        .put("public_reply", one->can.public_reply)
        .put("text_limit", one->limits.text)
        .close();
  }
  json.close_list().close();
  return ok(std::move(json));
}

#define AMENDS_ACCOUNT AMENDS_BRAND "/accounts/{account}"
constexpr Route kRoutes[] = {
    get(AMENDS_BRAND "/accounts", "list_accounts", Permission::read, list_accounts, "Accounts and how they are")
        .answers(kAccounts),
    get(AMENDS_ACCOUNT, "read_account", Permission::read, read_account, "One of them").answers(kAccount),
    post(AMENDS_ACCOUNT "/pull", "pull_account", Permission::act, pull_account, "Fetches what is new, soon")
        .answers(kChanged),
    post(AMENDS_ACCOUNT "/pause", "pause_account", Permission::accounts, pause_account, "Nothing is fetched any more")
        .answers(kChanged),
    post(AMENDS_ACCOUNT "/resume", "resume_account", Permission::accounts, resume_account,
         "Goes on, as after a refused login was mended")
        .answers(kChanged),
    get(AMENDS_API "/channels", "list_channels", Permission::self, list_channels,
        "What can be connected, and what it can do")
        .answers(kChannels),
};

}  // namespace

std::span<const Route> account_routes() { return kRoutes; }

}  // namespace amends::web
