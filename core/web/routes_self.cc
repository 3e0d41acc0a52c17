#include "core/app/staff.h"
#include "core/base/text.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kSessionFields[] = {id_field("id", "").needed(),
                                    flag_field("this_one", "The one this request came by").needed(),
                                    line_field("peer", "Where it began").needed().from(0),
                                    text_field("agent", "What the browser calls itself").needed().from(0),
                                    time_field("created_at", "").needed(),
                                    time_field("seen_at", "").needed(),
                                    time_field("ends_at", "").needed()};
constexpr Schema kSession{"Session", kSessionFields};
constexpr Field kSessionsFields[] = {object_field("items", kSession, "").many(10'000)};
constexpr Schema kSessions{"Sessions", kSessionsFields};

constexpr Field kPasswordFields[] = {text_field("current", "").needed().up_to(1024),
                                     text_field("fresh", "At least 12 characters").needed().up_to(1024)};
constexpr Schema kSelfPassword{"PasswordChange", kPasswordFields};

constexpr Field kConfirmFields[] = {text_field("password", "Once more").needed().up_to(1024)};
constexpr Schema kConfirm{"Confirm", kConfirmFields};
constexpr Field kTotpFields[] = {
    line_field("uri", "otpauth://…, what a QR code holds; as secret as a password").needed()};
constexpr Schema kTotp{"TotpSetup", kTotpFields};
constexpr Field kCodeFields[] = {line_field("code", "What the device shows").needed().up_to(40)};
constexpr Schema kCode{"Code", kCodeFields};
constexpr Field kRecoveryFields[] = {line_field("recovery_codes", "Each works once; shown once").many(100)};
constexpr Schema kRecovery{"RecoveryCodes", kRecoveryFields};
constexpr Field kRemoveFields[] = {text_field("password", "").needed().up_to(1024),
                                   line_field("code", "").needed().up_to(40)};
constexpr Schema kRemove{"RemoveTotp", kRemoveFields};

constexpr Field kNewTokenFields[] = {
    line_field("name", "What it is for").needed().up_to(100),
    word_field("permissions", kPermissionNames, "What it may at most").needed().many(40),
    line_field("brands", "Keys; all of yours when left out").up_to(40).many(100),
    time_field("expires_at", "Never when left out").or_null()};
constexpr Schema kNewToken{"NewToken", kNewTokenFields};
constexpr Field kTokenMadeFields[] = {id_field("id", "").needed(),
                                      line_field("secret", "Shown once: Authorization: Bearer …").needed()};
constexpr Schema kTokenMade{"TokenMade", kTokenMadeFields};
constexpr Field kTokenFields[] = {id_field("id", "").needed(),
                                  line_field("name", "").needed(),
                                  line_field("start", "Its first characters").needed(),
                                  word_field("permissions", kPermissionNames, "").many(40),
                                  line_field("brands", "None: all of yours").many(10'000),
                                  time_field("created_at", "").needed(),
                                  time_field("expires_at", "").or_null().needed(),
                                  time_field("used_at", "").or_null().needed()};
constexpr Schema kSelfToken{"Token", kTokenFields};
constexpr Field kTokensFields[] = {object_field("items", kSelfToken, "").many(10'000)};
constexpr Schema kTokens{"Tokens", kTokensFields};

Result<Reply> read_me(Call& call) {
  Json json;
  add_me(json, call.services.hub, call.who);
  return ok(std::move(json));
}

Result<Reply> list_sessions(Call& call) {
  Json json;
  json.open().key("items").open_list();
  for (const people::Session& one : call.services.staff.sessions(call.who)) {
    json.open()
        .put("id", one.id)
        .put("this_one", one.id == call.who.session)
        .put("peer", one.peer)
        .put("agent", one.agent)
        .put("created_at", one.created_at)
        .put("seen_at", one.seen_at)
        .put("ends_at", one.ends_at)
        .close();
  }
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> end_session(Call& call) {
  TRY_DO(call.services.staff.end_session(call.who, call.id<people::SessionId>("session_number")));
  return no_content();
}

Result<Reply> end_others(Call& call) {
  TRY_DO(call.services.staff.end_other_sessions(call.who));
  return no_content();
}

Result<Reply> change_password(Call& call) {
  TRY(const auto entered,
      call.services.staff.change_password(call.who, Secret(std::string(call.body.text("current"))),
                                          Secret(std::string(call.body.text("fresh"))), from_of(call)));
  Reply reply = no_content();
  put_cookie(call, reply, entered);
  return reply;
}

Result<Reply> begin_totp(Call& call) {
  TRY(const auto setup,
      call.services.staff.begin_totp(call.who, Secret(std::string(call.body.text("password"))), from_of(call)));
  Json json;
  json.open().put("uri", setup.uri).close();
  return created(std::move(json));
}

Result<Reply> confirm_totp(Call& call) {
  TRY(const auto on, call.services.staff.confirm_totp(call.who, call.body.text("code"), from_of(call)));
  Json json;
  json.open().put_list("recovery_codes", on.recovery_codes).close();
  Reply reply = ok(std::move(json));
  put_cookie(call, reply, on.entered);
  return reply;
}

Result<Reply> remove_totp(Call& call) {
  TRY(const auto entered, call.services.staff.remove_own_totp(call.who, Secret(std::string(call.body.text("password"))),
                                                              call.body.text("code"), from_of(call)));
  Reply reply = no_content();
  put_cookie(call, reply, entered);
  return reply;
}

Result<Reply> list_tokens(Call& call) {
  TRY(const auto tokens, call.services.staff.tokens(call.who));
  Json json;
  json.open().key("items").open_list();
  for (const people::Token& token : tokens) {
    json.open().put("id", token.id).put("name", token.name).put("start", token.start).key("permissions").open_list();
    for (const auto& word : people::kPermissions) {
      if (token.scope.grants.has(word.value)) json.add(word.name);
    }
    json.close_list().key("brands").open_list();
    for (const BrandId brand : token.scope.brands) json.add(brand_key(call.services.hub, brand));
    json.close_list()
        .put("created_at", token.created_at)
        .put("expires_at", token.expires_at)
        .put("used_at", token.used_at)
        .close();
  }
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> make_token(Call& call) {
  people::NewToken token;
  token.name = std::string(call.body.text("name"));
  for (const std::string& name : call.body.texts("permissions"))
    token.scope.grants.add(*model::value_in(people::kPermissions, name));
  for (const std::string& key : call.body.texts("brands")) {
    const auto brand = call.services.hub.brand(key);
    // One that isn't theirs is as absent as one that isn't.
    if (!brand || people::brands_where(call.who, {brand->id}, Permission::read).empty())
      return fail(Kind::invalid, "There is no brand \"" + text::printable(key) + "\".", "See the brands you work for.");
    token.scope.brands.push_back(brand->id);
  }
  token.expires_at = call.body.time("expires_at");
  TRY(const auto fresh, call.services.staff.add_token(call.who, token));
  Json json;
  json.open().put("id", fresh.id).put("secret", fresh.secret.reveal()).close();
  return created(std::move(json));
}

Result<Reply> revoke_token(Call& call) {
  TRY_DO(call.services.staff.revoke_token(call.who, call.id<people::TokenId>("token")));
  return no_content();
}

constexpr Route kSelfRoutes[] = {
    get(AMENDS_API "/me", "read_me", Permission::self, read_me, "Who you are, and what you may where").answers(kMe),
    get(AMENDS_API "/me/sessions", "list_sessions", Permission::self, list_sessions, "Where you are signed in")
        .answers(kSessions),
    del(AMENDS_API "/me/sessions/{session_number}", "end_session", Permission::self, end_session,
        "Signs one of them out")
        .answers_nothing(),
    post(AMENDS_API "/me/sessions/end-others", "end_other_sessions", Permission::self, end_others,
         "Signs you out everywhere but here")
        .answers_nothing(),
    put(AMENDS_API "/me/password", "change_password", Permission::self, change_password,
        "Another password; every other session ends")
        .takes(kSelfPassword, 16 * 1024)
        .answers_nothing(),
    post(AMENDS_API "/me/totp", "begin_totp", Permission::self, begin_totp, "Begins to set a second factor up")
        .takes(kConfirm, 16 * 1024)
        .answers(kTotp, 201)
        .marked(kSecretAnswer),
    post(AMENDS_API "/me/totp/confirm", "confirm_totp", Permission::self, confirm_totp, "Turns it on with a first code")
        .takes(kCode)
        .answers(kRecovery)
        .marked(kSecretAnswer),
    post(AMENDS_API "/me/totp/remove", "remove_totp", Permission::self, remove_totp, "Turns it off")
        .takes(kRemove, 16 * 1024)
        .answers_nothing(),
    get(AMENDS_API "/tokens", "list_tokens", Permission::self, list_tokens, "Your API tokens").answers(kTokens),
    post(AMENDS_API "/tokens", "make_token", Permission::self, make_token, "A token for a program")
        .takes(kNewToken)
        .answers(kTokenMade, 201)
        .marked(kSecretAnswer),
    del(AMENDS_API "/tokens/{token}", "revoke_token", Permission::self, revoke_token, "Ends one at once")
        .answers_nothing(),
};

}  // namespace

std::span<const Route> self_routes() { return kSelfRoutes; }

}  // namespace amends::web
