#include "core/app/staff.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/staff_parts.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/people/passwords.h"

namespace amends::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNoteEvery{60'000};
constexpr int kMostSessions = 50;             // of a user; the oldest goes
constexpr std::size_t kMostRefusals = 1'000;  // waiting to be written down
constexpr std::size_t kLongestTyped = 254;
constexpr people::ThrottleRule kCodeRule{10};

}  // namespace

Staff::Staff(Hub& hub, StaffRules rules) : hub_(hub), rules_(rules) { heads_missing_ = misses_heads(); }

Staff::~Staff() {
  tender_.request_stop();
  wakes_.notify_all();
  if (tender_.joinable()) tender_.join();
  send_resets_by({});  // who sends may be gone already
  const auto done = tend();
  if (!done) log::warning("staff.tend", {{"why", done.error().what}});
}

// --- what all share

void Staff::tell(const Closed& closed) {
  if (closed.empty()) return;
  {
    const std::lock_guard lock(notes_mutex_);
    for (const Ended& one : closed) {
      if (one.session) seen_.erase(one.session.value);
      if (one.token) used_.erase(one.token.value);
    }
  }
  const std::lock_guard lock(listeners_mutex_);
  for (const auto& [number, listener] : listeners_) listener(closed);
}

int Staff::on_end(OnEnd listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.emplace(next_listener_, std::move(listener));
  return next_listener_++;
}

void Staff::stop_telling(int listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.erase(listener);
}

void Staff::record(store::Tx& tx, const Principal& who, const Act& act) {
  const bool console = who.entry == people::Entry::console && act.peer.empty();
  audit::append(tx, {hub_.clock().now(), who.user, act.action, act.brand, act.object, act.object_id, act.detail,
                     console ? "console" : act.peer});
  if (act.object == "user" && (act.action.rfind("user.", 0) == 0 || act.action.rfind("role.", 0) == 0)) {
    tell_change(tx, who, UserId{act.object_id}, act);
  }
}

// Lists of people on screens: those of the user's brands, and the installation's.
void Staff::tell_change(store::Tx& tx, const Principal& who, UserId user, const Act& act) {
  std::vector<BrandId> brands = {{}};
  for (const auto& one : people::memberships(tx, user)) brands.push_back(one.brand);
  if (act.brand && std::find(brands.begin(), brands.end(), act.brand) == brands.end()) brands.push_back(act.brand);
  const std::string actor = who.login.empty() ? "amends" : who.login;
  for (const BrandId brand : brands) {
    tell_subject(tx, events::What::user_changed, {brand, hub_.clock().now(), actor}, {}, user.value,
                 {{"how", act.action.substr(act.action.find('.') + 1)}});
  }
}

void Staff::close_sessions(store::Tx& tx, UserId user, Closed& closed) {
  for (const auto& one : people::end_sessions(tx, user)) closed.push_back({one.user, one.session, {}});
}

// The tokens stay; what they are allowed has changed, so what came in by them begins anew.
void Staff::close_tokens(store::Tx& tx, UserId user, Closed& closed) {
  for (const auto& one : people::tokens(tx, user)) closed.push_back({user, {}, one.id});
}

Staff::Principal Staff::with_rules(Principal principal) const {
  const bool due = rules_.totp == TotpFor::everybody || (rules_.totp == TotpFor::admins && principal.admin);
  principal.must_set_up_totp = due && !principal.has_totp;
  return principal;
}

Result<Done> Staff::check_fresh(const Secret& fresh, std::vector<std::string> names) const {
  for (const Brand& brand : hub_.brands()) {
    names.push_back(brand.config->key);
    names.push_back(brand.config->name);
  }
  return people::check_new_password(fresh, names);
}

Result<Done> Staff::only_own_session(const Principal& who) const {
  if (who.entry == people::Entry::session) return Done{};
  return fail(Kind::forbidden, "this needs a signed-in user, not a token", "sign in");
}

// --- the doors

Staff::Door Staff::door_of(std::string_view login_or_email, const From& from) {
  Door door;
  door.peer = from.peer;
  door.network = people::network_of(from.peer);
  const std::string typed = text::fold(text::clip(text::trim(login_or_email), kLongestTyped));
  door.name = "?" + typed;
  const auto read = hub_.db().read([&](store::Reader& reader) -> Result<Done> {
    const auto user =
        typed.find('@') == typed.npos ? people::find_user(reader, typed) : people::find_user_by_email(reader, typed);
    if (!user) return Done{};
    door.user = user->id;
    door.name = std::to_string(user->id.value);
    door.has_totp = user->has_totp;
    if (!user->disabled) door.stored = people::password_hash(reader, user->id);
    door.known_network = people::knows_network(reader, user->id, door.network, hub_.clock().now());
    return Done{};
  });
  if (!read) log::warning("staff.read", {{"why", read.error().what}});
  return door;
}

std::vector<people::Throttle::Key> Staff::keys_of(const Door& door, std::string_view what) const {
  std::string account = std::string(what) + ":" + door.name;
  if (door.known_network) account += "@" + door.network;
  return {{std::move(account), what == "code" ? kCodeRule : people::kAccountRule},
          {"network:" + door.network, people::kNetworkRule}};
}

Result<Done> Staff::take(const std::vector<people::Throttle::Key>& keys) {
  const milliseconds wait = throttle_.take(keys, hub_.clock().ticks());
  if (wait.count() == 0) return Done{};
  Error error = fail(Kind::rate_limited, "too many tries", "wait, then try again");
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return error;
}

// Written down by tend(), so that whether somebody is there can't be told from the time an answer takes.
void Staff::refuse(const Door& door, std::string_view action) {
  log::warning("session.refused", {{"network", door.network}, {"why", action}});
  const std::lock_guard lock(notes_mutex_);
  if (refusals_.size() < kMostRefusals) refusals_.push_back({door.user, hub_.clock().now(), door.peer, action});
}

Result<Done> Staff::try_password(const Door& door, const Secret& password) {
  if (password.reveal().size() > people::kMostBytes) {
    return fail(Kind::invalid, "password: longer than 1,024 bytes");
  }
  const auto keys = keys_of(door, "account");
  TRY_DO(take(keys));
  const auto right = crypto::verify_password(door.stored, password, rules_.password);
  if (!right) {
    throttle_.give_back(keys);
    return right.error();
  }
  if (!*right) {
    refuse(door, "session.refused");
    return wrong_credentials();
  }
  throttle_.give_back(keys);
  return Done{};
}

Result<Done> Staff::check_code(const Door& door, std::string_view code) {
  const auto keys = keys_of(door, "code");
  TRY_DO(take(keys));
  const auto right = hub_.db().write(
      [&](store::Tx& tx) { return people::use_code(tx, hub_.seal_keys(), door.user, code, hub_.clock().now()); });
  if (!right) {
    throttle_.give_back(keys);
    return right.error();
  }
  if (!*right) {
    refuse(door, "session.code_refused");
    return wrong_credentials();
  }
  throttle_.give_back(keys);
  throttle_.forgive(keys.front().name);
  return Done{};
}

Result<Staff::Entered> Staff::enter(store::Tx& tx, UserId user, const From& from, Closed& closed) {
  const Timestamp now = hub_.clock().now();
  Entered out;
  auto session = people::begin_session(tx, user, from.peer, from.agent, now, rules_.session);
  for (const auto& one : people::end_oldest_sessions(tx, user, kMostSessions)) {
    closed.push_back({one.user, one.session, {}});
  }
  auto principal = people::session_principal(tx, session.secret.reveal(), now, rules_.session);
  if (!principal) return wrong_credentials();  // disabled in the meantime
  out.principal = with_rules(*std::move(principal));
  out.secret = std::move(session.secret);
  out.ends_at = session.ends_at;
  people::note_sign_in(tx, user, now);
  people::know_network(tx, user, people::network_of(from.peer), now);
  return out;
}

Result<Staff::Entered> Staff::sign_in(const Credentials& credentials, const From& from, std::string_view earlier) {
  const Door door = door_of(credentials.login, from);
  TRY_DO(try_password(door, credentials.password));
  if (door.has_totp) {
    if (credentials.code.empty()) {
      Entered out;
      out.code_needed = true;
      return out;
    }
    TRY_DO(check_code(door, credentials.code));
  }
  std::string better;
  if (crypto::is_outdated(door.stored, rules_.password)) {
    better = crypto::hash_password(credentials.password, rules_.password).value_or("");
  }
  auto entered = commit([&](store::Tx& tx, Closed& closed) -> Result<Entered> {
    // What was checked must still hold: the password may have been changed while it was hashed.
    if (people::password_hash(tx, door.user) != door.stored || people::has_totp(tx, door.user) != door.has_totp) {
      return wrong_credentials();
    }
    if (!better.empty()) people::set_password_hash(tx, door.user, better);
    if (!earlier.empty()) {
      for (const auto& one : people::end_session(tx, earlier)) closed.push_back({one.user, one.session, {}});
    }
    TRY(Entered out, enter(tx, door.user, from, closed));
    record(
        tx, out.principal,
        {.action = "session.begun", .object = "session", .object_id = out.principal.session.value, .peer = from.peer});
    return out;
  });
  if (entered) throttle_.forgive(keys_of(door, "account").front().name);
  return entered;
}

void Staff::note(NotedById& noted, std::int64_t id, milliseconds every) {
  const Timestamp now = hub_.clock().now();
  const std::lock_guard lock(notes_mutex_);
  const auto [it, fresh] = noted.try_emplace(id, Noted{now, true});
  if (fresh || now - it->second.at < every) return;
  it->second = {now, true};
}

Result<Staff::Principal> Staff::by_session(std::string_view secret) {
  auto principal = hub_.db().read([&](store::Reader& reader) -> Result<Principal> {
    auto found = people::session_principal(reader, secret, hub_.clock().now(), rules_.session);
    if (!found) return fail(Kind::unauthorized, "not signed in", "sign in");
    return *std::move(found);
  });
  if (!principal) return principal;
  note(seen_, principal->session.value,
       std::min<milliseconds>(kNoteEvery, std::chrono::duration_cast<milliseconds>(rules_.session.idle) / 4));
  return with_rules(*std::move(principal));
}

Result<Staff::Principal> Staff::by_token(std::string_view secret) {
  auto principal = hub_.db().read([&](store::Reader& reader) -> Result<Principal> {
    auto found = people::token_principal(reader, secret, hub_.clock().now());
    if (!found) return fail(Kind::unauthorized, "this token opens nothing", "make a new one");
    return *std::move(found);
  });
  if (!principal) return principal;
  note(used_, principal->token.value, kNoteEvery);
  return with_rules(*std::move(principal));
}

Result<Done> Staff::sign_out(const Principal& who) { return end_session(who, who.session); }

Result<Done> Staff::confirm_password(const Principal& who, const Secret& password, const From& from) {
  TRY_DO(only_own_session(who));
  return try_password(door_of(who.login, from), password);
}

}  // namespace amends::app
