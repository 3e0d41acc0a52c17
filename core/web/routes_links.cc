#include "core/app/staff.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kAskFields[] = {line_field("login", "Login, or e-mail address").needed().up_to(254)};
constexpr Schema kAsk{"AskReset", kAskFields};
constexpr Schema kAsked{"ResetAsked", {}};
// An empty token is refused as an unknown one is, by the same words.
constexpr Field kToken = line_field("token", "From the link").needed().from(0).up_to(200);
constexpr Field kPassword =
    text_field("password", "At least 12 characters; kept exactly as typed").needed().up_to(1024);
constexpr Field kTakeFields[] = {kToken, kPassword};
constexpr Schema kTake{"TakeReset", kTakeFields};
constexpr Field kAcceptFields[] = {
    kToken, kPassword, line_field("login", "2 to 40 of a-z 0-9 . _ -").needed().up_to(40),
    line_field("display_name", "").from(0).up_to(100), line_field("language", "ISO 639-1").or_null().up_to(2)};
constexpr Schema kAccept{"AcceptInvitation", kAcceptFields};
constexpr Field kJoinFields[] = {kToken};
constexpr Schema kJoin{"JoinByInvitation", kJoinFields};
constexpr Field kLinksSetupFields[] = {
    kToken, kPassword, line_field("login", "2 to 40 of a-z 0-9 . _ -").needed().up_to(40),
    line_field("display_name", "").from(0).up_to(100), line_field("email", "").from(0).up_to(254)};
constexpr Schema kSetup{"FirstAdmin", kLinksSetupFields};

// Whoever asks is told the same, whether or not there is such a user.
Result<Reply> ask_reset(Call& call) {
  TRY_DO(call.services.staff.ask_reset(call.body.text("login"), from_of(call)));
  return Reply{.status = 202, .body = "{}"};
}

Result<Reply> take_reset(Call& call) {
  TRY_DO(call.services.staff.reset_password(call.body.text("token"), Secret(std::string(call.body.text("password"))),
                                            from_of(call)));
  return no_content();
}

Result<Reply> accept(Call& call, people::LinkKind kind) {
  app::Staff::Newcomer newcomer;
  newcomer.login = std::string(call.body.text("login"));
  newcomer.display_name = std::string(call.body.text("display_name"));
  if (newcomer.display_name.empty()) newcomer.display_name = newcomer.login;
  newcomer.email = std::string(call.body.text("email"));
  newcomer.language = std::string(call.body.text("language"));
  newcomer.password = Secret(std::string(call.body.text("password")));
  TRY(const auto entered, call.services.staff.accept(kind, call.body.text("token"), newcomer, from_of(call)));
  Json json;
  add_me(json, call.services.hub, entered.principal);
  Reply reply = created(std::move(json));
  put_cookie(call, reply, entered);
  return reply;
}

Result<Reply> accept_invitation(Call& call) { return accept(call, people::LinkKind::invitation); }

Result<Reply> join(Call& call) {
  TRY_DO(call.services.staff.join(call.who, call.body.text("token")));
  return no_content();
}
Result<Reply> set_up(Call& call) { return accept(call, people::LinkKind::first_admin); }

constexpr Route kLinksRoutes[] = {
    post(AMENDS_API "/resets", "ask_reset", Permission::nobody_needed, ask_reset,
         "Sends a one-time link for a new password, if there is such a user")
        .takes(kAsk)
        .answers(kAsked, 202)
        .marked(kNoKey),
    post(AMENDS_API "/resets/take", "take_reset", Permission::nobody_needed, take_reset,
         "Sets a new password by a link; every session ends")
        .takes(kTake, 16 * 1024)
        .answers_nothing()
        .marked(kNoKey),
    post(AMENDS_API "/invitations/accept", "accept_invitation", Permission::nobody_needed, accept_invitation,
         "Makes a user by an invitation, signed in")
        .takes(kAccept, 16 * 1024)
        .answers(kMe, 201)
        .marked(kNoKey),
    post(AMENDS_API "/invitations/join", "join_by_invitation", Permission::self, join,
         "Takes an invitation as the user who is signed in")
        .takes(kJoin)
        .answers_nothing(),
    post(AMENDS_API "/setup", "set_up", Permission::nobody_needed, set_up,
         "Makes the first admin by the link the console shows")
        .takes(kSetup, 16 * 1024)
        .answers(kMe, 201)
        .marked(kNoKey | kForm),
};

}  // namespace

std::span<const Route> link_routes() { return kLinksRoutes; }

}  // namespace amends::web
