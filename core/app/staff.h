// The people who work here: signing in and out, invitations and resets, users, roles, tokens, second factors. Each use
// case checks who asks, writes its audit entry in the same commit, and ends the sessions that it should end.
//
// Errors: unauthorized: not signed in, or name, password or code are wrong (never which). forbidden: signed in, but not
// allowed. rate_limited with retry_after: tried too often, or too many are hashing. invalid, conflict and not_found as
// in core/people.
//
// There is one Staff for a Hub. Threads: any. Calls that take a password hash it, a tenth of a second each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/app/hub.h"
#include "core/audit/audit.h"
#include "core/crypto/password.h"
#include "core/people/links.h"
#include "core/people/principal.h"
#include "core/people/second_factor.h"
#include "core/people/sessions.h"
#include "core/people/throttle.h"
#include "core/people/tokens.h"
#include "core/people/users.h"

namespace amends::app {

enum class TotpFor : std::uint8_t { whoever_wants, admins, everybody };
inline constexpr model::Word<TotpFor> kTotpFor[] = {
    {TotpFor::whoever_wants, "optional"}, {TotpFor::admins, "admins"}, {TotpFor::everybody, "everybody"}};

struct StaffRules {
  people::SessionLife session;
  crypto::PasswordCost password;
  TotpFor totp = TotpFor::whoever_wants;  // who must set it up before anything else
  std::chrono::minutes invitation{24 * 60}, reset{30}, setup{15};
  std::chrono::milliseconds tend{2'000};  // how often start() tends
};

// Where a request came from.
struct From {
  std::string peer;   // network address
  std::string agent;  // what the browser calls itself
};

// A door that closed; of the three, what it was. An open event stream that came in by it must end.
struct Ended {
  UserId user;
  people::SessionId session;
  people::TokenId token;
};

class Staff {
 public:
  using Principal = people::Principal;

  explicit Staff(Hub& hub, StaffRules rules = {});
  ~Staff();
  const StaffRules& rules() const { return rules_; }

  // --- coming in

  struct Credentials {
    std::string login;  // or the e-mail address
    Secret password;
    std::string code;  // of the second factor, or a recovery code; "" when not asked for yet
  };
  struct Entered {
    bool code_needed = false;  // the password was right; ask for the code and call again with all three
    Secret secret;             // of the new session, for the cookie
    Timestamp ends_at;
    Principal principal;
  };
  // `earlier`: the secret of a session that the browser still holds; it is ended, so that none outlives signing in.
  Result<Entered> sign_in(const Credentials& credentials, const From& from, std::string_view earlier = {});
  Result<Principal> by_session(std::string_view secret);
  Result<Principal> by_token(std::string_view secret);  // with or without its prefix being there: only whole ones open
  Result<Done> sign_out(const Principal& who);
  // Once more the password, before something that can't be undone; counted like signing in.
  Result<Done> confirm_password(const Principal& who, const Secret& password, const From& from);

  // --- oneself

  // Ends all one's sessions and begins a new one.
  Result<Entered> change_password(const Principal& who, const Secret& current, const Secret& fresh, const From& from);
  Result<people::TotpSetup> begin_totp(const Principal& who, const Secret& password, const From& from);
  struct TotpOn {
    std::vector<std::string> recovery_codes;
    Entered entered;
  };
  Result<TotpOn> confirm_totp(const Principal& who, std::string_view code, const From& from);
  Result<Entered> remove_own_totp(const Principal& who, const Secret& password, std::string_view code,
                                  const From& from);
  std::vector<people::Session> sessions(const Principal& who);
  Result<Done> end_session(const Principal& who, people::SessionId session);
  Result<Done> end_other_sessions(const Principal& who);
  // forbidden: it asks for more than one has. A session is needed: no token makes tokens.
  Result<people::FreshToken> add_token(const Principal& who, const people::NewToken& token);
  Result<std::vector<people::Token>> tokens(const Principal& who);
  Result<Done> revoke_token(const Principal& who, people::TokenId token);

  // --- links; the page that takes one is `link_path()` under the configured address, never under a request's Host

  static std::string link_path(people::LinkKind kind, const Secret& secret);
  // While no admin is there: a link for the first one, 15 minutes. conflict: there is an admin.
  Result<people::FreshLink> make_setup_link();
  struct Invitation {
    std::string email;
    BrandId brand;  // with `role`; or none, with `admin`
    people::Role role = people::Role::agent;
    bool admin = false;
    std::optional<std::chrono::minutes> life;
  };
  Result<people::FreshLink> invite(const Principal& who, const Invitation& invitation);
  Result<std::vector<people::Link>> open_invitations(const Principal& who, BrandId brand);
  Result<Done> revoke_invitation(const Principal& who, BrandId brand, people::LinkId link);
  struct Newcomer {
    std::string login, display_name, email, language;  // `email` for the first admin; an invitation has its own
    Secret password;
  };
  // Takes an invitation or the setup link: the user, signed in. invalid, with one answer for every link that is no
  // good. conflict: a user with that login or address is there; who is signed in as that one takes the invitation by
  // join().
  Result<Entered> accept(people::LinkKind kind, std::string_view secret, const Newcomer& newcomer, const From& from);

  Result<Done> join(const Principal& who, std::string_view secret);

  struct ResetLink {
    std::string email;
    people::FreshLink link;
  };
  // "I forgot". Whoever asks is told the same whether there is such a user or not, and after the same time: the link is
  // made later, by tend(), and handed to who sends it. rate_limited. unsupported: nobody sends, an admin has to help.
  Result<Done> ask_reset(std::string_view login_or_email, const From& from);
  using SendReset = std::function<void(const ResetLink&)>;
  void send_resets_by(SendReset send);  // before anybody asks
  // By an admin, to hand over.
  Result<people::FreshLink> make_reset_link(const Principal& who, UserId user);
  // Sets the password and ends all sessions; nobody is signed in by it, and a second factor stays as it is.
  Result<Done> reset_password(std::string_view secret, const Secret& fresh, const From& from);

  // --- others

  Result<UserId> add_user(const Principal& who, const people::NewUser& user, const Secret& password);
  // `if_version`: conflict unless the user is still at it.
  Result<Done> change_user(const Principal& who, UserId user, const people::UserChange& change,
                           std::optional<std::int64_t> if_version = {});
  Result<Done> set_role(const Principal& who, UserId user, BrandId brand, people::Role role);
  Result<Done> remove_role(const Principal& who, UserId user, BrandId brand);
  Result<Done> set_password(const Principal& who, UserId user, const Secret& fresh);  // the console alone
  Result<Done> remove_totp(const Principal& who, UserId user);  // an admin, after confirm_password
  // A brand's for who may read it, all for an admin.
  Result<std::vector<people::User>> users(const Principal& who, BrandId brand, std::string_view after, int limit);
  // Who may take care of a thread there: its members, and admins.
  Result<std::vector<people::User>> owners(const Principal& who, BrandId brand, std::string_view after, int limit);

  Result<people::TeamId> add_team(const Principal& who, BrandId brand, std::string_view name);
  Result<Done> change_team(const Principal& who, BrandId brand, people::TeamId team,
                           const std::optional<std::string>& name, const std::optional<std::vector<UserId>>& members);
  Result<Done> remove_team(const Principal& who, BrandId brand, people::TeamId team);

  // --- what ends

  // Called after the commit that closed doors, from the thread that did it; quick, and must not call back into Staff.
  using OnEnd = std::function<void(const std::vector<Ended>&)>;
  int on_end(OnEnd listener);  // the number that stop_telling() takes
  void stop_telling(int listener);

  // Ends what is over, writes down who was seen and which tokens were used, notes the audit chain's head. Cheap when
  // there is nothing to do. start() calls it every two seconds on a thread of its own until the end.
  Result<Done> tend();
  void start();

 private:
  using Closed = std::vector<Ended>;
  // One commit; what it closed is told after it.
  template <class Work>
  auto commit(Work&& work) -> std::invoke_result_t<Work&, store::Tx&, Closed&> {
    Closed closed;
    auto answer = hub_.db().write([&](store::Tx& tx) {
      closed.clear();
      return work(tx, closed);
    });
    if (answer) tell(closed);
    return answer;
  }
  void tell(const Closed& closed);

  struct Act;
  void record(store::Tx& tx, const Principal& who, const Act& act);
  void tell_change(store::Tx& tx, const Principal& who, UserId user, const Act& act);
  void close_sessions(store::Tx& tx, UserId user, Closed& closed);
  void close_tokens(store::Tx& tx, UserId user, Closed& closed);

  struct Door;
  Door door_of(std::string_view login_or_email, const From& from);
  Result<Done> try_password(const Door& door, const Secret& password);
  Result<Done> check_code(const Door& door, std::string_view code);
  std::vector<people::Throttle::Key> keys_of(const Door& door, std::string_view what) const;
  Result<Done> take(const std::vector<people::Throttle::Key>& keys);
  Result<Entered> enter(store::Tx& tx, UserId user, const From& from, Closed& closed);
  Principal with_rules(Principal principal) const;
  Result<Done> check_fresh(const Secret& fresh, std::vector<std::string> names) const;
  Result<Done> only_own_session(const Principal& who) const;

  struct Noted {
    Timestamp at;
    bool pending = false;
  };
  using NotedById = std::unordered_map<std::int64_t, Noted>;
  void note(NotedById& noted, std::int64_t id, std::chrono::milliseconds every);
  std::vector<std::int64_t> take_pending(NotedById& noted);
  struct Refusal {
    UserId user;  // none: there is no such user
    Timestamp at;
    std::string peer;
    std::string_view action;
  };
  void refuse(const Door& door, std::string_view action);
  Result<Done> write_notes(const std::vector<std::int64_t>& seen, const std::vector<std::int64_t>& used,
                           const std::vector<Refusal>& refusals);
  void make_asked_resets();
  bool misses_heads();
  Result<Done> note_head();

  Hub& hub_;
  const StaffRules rules_;
  people::Throttle throttle_;

  std::mutex notes_mutex_;  // for what tend() writes down
  NotedById seen_, used_;
  std::vector<Refusal> refusals_;
  struct AskedReset {
    std::string login_or_email, peer;
  };
  std::vector<AskedReset> asked_;
  SendReset send_;

  std::mutex listeners_mutex_;
  std::map<int, OnEnd> listeners_;
  int next_listener_ = 1;

  std::mutex tend_mutex_;  // one tends at a time
  audit::Head noted_head_;
  bool heads_missing_ = false;
  std::mutex wait_mutex_;
  std::condition_variable_any wakes_;
  std::jthread tender_;
};

}  // namespace amends::app
