// Asking an account how it is, a person's way to a site and back, and the end of a connection.
#include <atomic>

#include "core/app/accounts.h"
#include "core/app/changes.h"
#include "core/app/hooks.h"
#include "core/app/probe.h"
#include "core/app/walk.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/web/account_shapes.h"
#include "core/web/audit_trail.h"
#include "core/web/pages.h"
#include "core/web/problem.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kTryFields[] = {
    line_field("channel", "").needed().up_to(40),
    map_field("settings", "As the channel's form says").of_lines().up_to(20'000),
    id_field("like", "An account whose settings stand for those left out, its secrets too")};
constexpr Schema kTryAccount{"AccountTry", kTryFields};

constexpr Field kWalkFields[] = {
    line_field("url", "What a person opens to agree; null: nobody's consent is needed, it is connected")
        .or_null()
        .needed(),
    line_field("state", "").or_null().needed()};
constexpr Schema kWalk{"AccountConnect", kWalkFields};

constexpr Field kHookFields[] = {line_field("hook_path", "").or_null().needed(),
                                 line_field("hook_url", "").or_null().needed()};
constexpr Schema kHook{"AccountHook", kHookFields};

// Looks wait for sites; they must not take every worker.
constexpr int kMostLooks = 3;
std::atomic<int> looking{0};
class Look {
 public:
  Look() : mine_(++looking <= kMostLooks) {}
  ~Look() { --looking; }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  Result<Done> begun() const {
    if (mine_) return Done{};
    return fail(Kind::busy, "other accounts are being checked", "try again in a moment");
  }

 private:
  bool mine_;
};

app::AccountActor connect_actor_of(const Call& call) {
  return {call.who.user, call.who.login, call.request.peer, false};
}

Result<const app::HubAccount*> found(const Call& call) {
  TRY(const ingest::Account row,
      call.services.hub.db().read([&](store::Reader& reader) { return account_of(call, reader); }));
  return call.services.hub.find_account(row.id);
}

// Somebody else's refusal of an account's login is no refusal of the person who asks us.
Error as_finding(Error error) {
  if (error.kind == Kind::unauthorized || error.kind == Kind::forbidden) error.kind = Kind::rejected;
  if (error.kind == Kind::not_found) error.kind = Kind::rejected;
  return error;
}

Result<Reply> shown(Result<channel::Health> health) {
  if (!health) return as_finding(std::move(health).error());
  Json json;
  add(json, *health);
  return ok(std::move(json));
}

Result<Reply> try_account(Call& call) {
  const channel::Descriptor* channel = channel::find_channel(call.body.text("channel"));
  if (channel == nullptr) {
    return fail(Kind::invalid, "There is no such channel.", "GET /api/v1/channels lists what there is.");
  }
  const Look look;
  TRY_DO(look.begun());
  app::NewAccount draft{channel, "", {}, std::chrono::seconds(0)};
  for (auto& [key, value] : call.body.map("settings")) draft.settings[key] = std::move(value);
  const AccountId like{call.body.integer("like")};
  if (like) {
    TRY_DO(call.services.hub.db().read([&](store::Reader& reader) -> Result<Done> {
      const auto row = ingest::account(reader, like);
      if (!row || row->brand != call.brand_id()) return absent();
      return Done{};
    }));
  }
  return shown(app::Accounts(call.services.hub).try_out(call.brand_id(), draft, like, connect_actor_of(call)));
}

Result<Reply> check_account(Call& call) {
  TRY(const app::HubAccount* account, found(call));
  if (!account->connected) {
    return fail(Kind::unsupported, account->trouble.empty() ? "This account isn't connected." : account->trouble,
                "Connect it first.");
  }
  const Look look;
  TRY_DO(look.begun());
  app::Hub& hub = call.services.hub;
  auto connector = account->channel->open(*account->settings, hub.environment(*account));
  if (!connector) return as_finding(std::move(connector).error());
  return shown(app::probe_account(hub, *account, **connector));
}

Result<Reply> connect_account(Call& call) {
  TRY(const app::HubAccount* account, found(call));
  if (account->origin == app::AccountOrigin::import) {
    return fail(Kind::unsupported, "This account only holds what was imported.", "Make an account of its channel.");
  }
  Json json;
  if (!app::wants_consent(*account->channel, *account->settings)) {
    TRY_DO(app::Accounts(call.services.hub).enable(call.brand_id(), account->id, connect_actor_of(call)));
    json.open().put("url", nullptr).put("state", nullptr).close();
    return ok(std::move(json));
  }
  const Look look;  // a site may be asked to register us
  TRY_DO(look.begun());
  TRY(const app::WalkBegun walk,
      app::begin_walk(call.services.hub, *account, our_address(call) + std::string(app::kReturnPath),
                      connect_actor_of(call)));
  json.open().put("url", walk.url).put("state", walk.state).close();
  return ok(std::move(json));
}

Result<Reply> disconnect_account(Call& call) {
  TRY(const app::HubAccount* account, found(call));
  TRY_DO(app::Accounts(call.services.hub).disconnect(call.brand_id(), account->id, connect_actor_of(call)));
  return changed(true);
}

Result<Reply> renew_hook(Call& call) {
  TRY(const app::HubAccount* account, found(call));
  if (!account->channel->can.webhook) {
    return fail(Kind::unsupported, "This channel's site calls nobody.", "It is pulled.");
  }
  TRY_DO(call.services.hooks->renew(*account));
  TRY_DO(call.services.hub.db().write([&](store::Tx& tx) -> Result<Done> {
    put_on_record(tx, call, "account.hook_renewed", "account", account->id.value);
    app::tell_subject(tx, events::What::account_changed, {call.brand_id(), call.now, call.who.login}, {},
                      account->id.value, {{"how", "hook_renewed"}});
    return Done{};
  }));
  const std::string path = call.services.hooks->path_of(*account);
  const std::string& us = call.services.options.us.url;
  Json json;
  json.open().put("hook_path", path).put_text_or_null("hook_url", us.empty() ? std::string() : us + path).close();
  return ok(std::move(json));
}

// The page a browser lands on. What the site says of a refusal is shown as words, never as a page.
Reply page(int status, std::string_view title, std::string_view words) {
  const auto plain = [](std::string_view s) {
    std::string out = text::replace_all(text::printable(s), "&", "&amp;");
    out = text::replace_all(out, "<", "&lt;");
    out = text::replace_all(out, ">", "&gt;");
    return text::replace_all(out, "\"", "&quot;");
  };
  Reply reply;
  reply.status = status;
  reply.type = "text/html; charset=utf-8";
  reply.body =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
      plain(title) +
      "</title>\n<link rel=\"stylesheet\" href=\"/api/v1/reference/page.css\">\n</head>\n<body "
      "class=\"form\">\n<main>\n"
      "<h1>" +
      plain(title) + "</h1>\n<p>" + plain(words) +
      "</p>\n<p><a href=\"/\">To Amends</a></p>\n</main>\n</body>\n</html>\n";
  reply.headers.set("Content-Security-Policy", kPagePolicy);
  return reply;
}

Result<Reply> come_back(Call& call) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const http::Field& field : call.request.parameters) fields.emplace_back(field.name, field.value);
  auto callback = app::read_callback(fields);
  auto ended = callback ? app::finish_walk(call.services.hub, *callback) : std::move(callback).error();
  if (ended) {
    (void)call.services.options.pull_soon(ended->account);
    call.services.options.wake_senders();
    return page(200, "Connected", "The account " + ended->name + " is connected. You may close this page.");
  }
  const Error& error = ended.error();
  const Problem problem = problem_of(error);
  return page(
      problem.status, "Not connected",
      error.kind == Kind::internal || error.kind == Kind::corrupt
          ? "Something went wrong here. Begin again where the account is connected."
          : error.what + ". " + (error.hint.empty() ? "Begin again where the account is connected" : error.hint) + ".");
}

#define AMENDS_ACCOUNT AMENDS_BRAND "/accounts/{account}"
constexpr Route kConnectRoutes[] = {
    post(AMENDS_BRAND "/accounts/check", "try_account", Permission::accounts, try_account,
         "Looks whether settings would do; nothing is stored")
        .takes(kTryAccount, 256 * 1024)
        .answers(kAccountCheck)
        .marked(kNoKey),
    post(AMENDS_ACCOUNT "/check", "check_account", Permission::accounts, check_account,
         "Asks the account how it is, as happens once a day")
        .answers(kAccountCheck)
        .marked(kNoKey),
    post(AMENDS_ACCOUNT "/connect", "connect_account", Permission::accounts, connect_account,
         "Where a person agrees that we act for them; good for ten minutes and once")
        .answers(kWalk)
        .marked(kSecretAnswer),
    post(AMENDS_ACCOUNT "/disconnect", "disconnect_account", Permission::accounts, disconnect_account,
         "Tokens are given back and forgotten; settings stay")
        .answers(kChanged),
    post(AMENDS_ACCOUNT "/hook", "renew_account_hook", Permission::accounts, renew_hook,
         "Another address for the site to call; the one before ends")
        .answers(kHook),
    get("/oauth/callback", "come_back", Permission::nobody_needed, come_back,
        "Where sites send browsers back to after a person agreed")
        .marked(kHtml | kFromOutside),
};

}  // namespace

std::span<const Route> connect_routes() { return kConnectRoutes; }

}  // namespace amends::web
