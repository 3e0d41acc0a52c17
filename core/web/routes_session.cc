#include "core/app/staff.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kSignInFields[] = {line_field("login", "Login, or e-mail address").needed().up_to(254),
                                   text_field("password", "Kept exactly as typed").needed().up_to(1024),
                                   line_field("code", "Of the second factor, or a recovery code").from(0).up_to(40)};
constexpr Schema kSignIn{"SignIn", kSignInFields};
constexpr Field kSignedInFields[] = {
    flag_field("code_needed", "The password was right: ask for the code and send all three").needed(),
    object_field("me", kMe, "").or_null().needed(), time_field("ends_at", "").or_null().needed()};
constexpr Schema kSignedIn{"SignedIn", kSignedInFields};

std::string held_session(const Call& call) {
  return std::string(call.request.cookie(session_cookie(call.request.secure)).value_or(""));
}

Reply entered_reply(const Call& call, const app::Staff::Entered& entered, int status) {
  Json json;
  json.open().put("code_needed", entered.code_needed).key("me");
  if (entered.code_needed) {
    json.add(nullptr).put("ends_at", nullptr).close();
  } else {
    add_me(json, call.services.hub, entered.principal).put("ends_at", entered.ends_at).close();
  }
  Reply reply{.status = status, .body = json.take()};
  if (!entered.code_needed) put_cookie(call, reply, entered);
  return reply;
}

Result<Reply> sign_in(Call& call) {
  app::Staff::Credentials credentials;
  credentials.login = std::string(call.body.text("login"));
  credentials.password = Secret(std::string(call.body.text("password")));
  credentials.code = std::string(call.body.text("code"));
  TRY(const auto entered, call.services.staff.sign_in(credentials, from_of(call), held_session(call)));
  return entered_reply(call, entered, 200);
}

Result<Reply> sign_out(Call& call) {
  TRY_DO(call.services.staff.sign_out(call.who));
  Reply reply = no_content();
  reply.headers.add("Set-Cookie", clear_session_cookie(call.request.secure));
  return reply;
}

constexpr Route kSessionRoutes[] = {
    post(AMENDS_API "/session", "sign_in", Permission::nobody_needed, sign_in, "Signs in: the answer bears the cookie")
        .takes(kSignIn, 16 * 1024)
        .answers(kSignedIn)
        .marked(kNoKey),
    del(AMENDS_API "/session", "sign_out", Permission::self, sign_out, "Ends this session").answers_nothing(),
};

}  // namespace

std::span<const Route> session_routes() { return kSessionRoutes; }

}  // namespace amends::web
