// What goes on behind the use cases: ending what is over, writing down what waits, noting the audit chain's head.
#include "core/app/rekey.h"
#include "core/app/staff_parts.h"
#include "core/audit/anchor.h"
#include "core/base/log.h"

namespace amends::app {
namespace {

constexpr std::size_t kMostAsked = 100;  // resets waiting to be made

}  // namespace

std::vector<std::int64_t> Staff::take_pending(NotedById& noted) {
  std::vector<std::int64_t> out;
  for (auto& [id, one] : noted) {
    if (std::exchange(one.pending, false)) out.push_back(id);
  }
  return out;
}

Result<Done> Staff::write_notes(const std::vector<std::int64_t>& seen, const std::vector<std::int64_t>& used,
                                const std::vector<Refusal>& refusals) {
  const Timestamp now = hub_.clock().now();
  return commit([&](store::Tx& tx, Closed& closed) -> Result<Done> {
    for (const std::int64_t id : seen) people::note_seen(tx, people::SessionId{id}, now);
    for (const std::int64_t id : used) people::note_used(tx, people::TokenId{id}, now);
    for (const auto& one : people::end_expired(tx, now, rules_.session)) closed.push_back({one.user, one.session, {}});
    for (const auto& one : people::remove_expired_tokens(tx, now)) closed.push_back({one.user, {}, one.token});
    std::int64_t strangers = 0;
    for (const Refusal& one : refusals) {
      if (!one.user) {
        ++strangers;
        continue;
      }
      audit::append(tx, {one.at, {}, one.action, {}, "user", one.user.value, {}, one.peer});
    }
    if (strangers > 0) {
      audit::append(
          tx, {now, {}, "session.refused", {}, "", 0, audit::detail({{"strangers", std::to_string(strangers)}}), {}});
    }
    return Done{};
  });
}

Result<Done> Staff::ask_reset(std::string_view login_or_email, const From& from) {
  const Door door = door_of(login_or_email, from);
  TRY_DO(take(keys_of(door, "reset")));
  const std::lock_guard lock(notes_mutex_);
  if (!send_) {
    return fail(Kind::unsupported, "this installation sends no reset links", "ask an admin for one");
  }
  if (asked_.size() < kMostAsked) asked_.push_back({std::string(login_or_email), from.peer});
  return Done{};
}

void Staff::send_resets_by(SendReset send) {
  const std::lock_guard lock(notes_mutex_);
  send_ = std::move(send);
}

void Staff::make_asked_resets() {
  std::vector<AskedReset> asked;
  SendReset send;
  {
    const std::lock_guard lock(notes_mutex_);
    asked.swap(asked_);
    send = send_;
  }
  if (!send) return;
  for (const AskedReset& one : asked) {
    const Door door = door_of(one.login_or_email, {one.peer, ""});
    if (!door.user || door.stored.empty()) continue;
    auto made = hub_.db().write([&](store::Tx& tx) -> Result<ResetLink> {
      const auto user = people::find_user(tx, door.user);
      if (!user || user->email.empty()) return fail(Kind::not_found, "there is nowhere to send it");
      people::NewLink link;
      link.kind = people::LinkKind::reset;
      link.user = door.user;
      link.life = rules_.reset;
      ResetLink out{user->email, people::add_link(tx, link, hub_.clock().now())};
      record(tx, {},
             {.action = "password.reset_asked", .object = "user", .object_id = door.user.value, .peer = one.peer});
      return out;
    });
    if (made) send(*made);
  }
}

// Entries without any head beside them, from the start: the file was taken away.
bool Staff::misses_heads() {
  const auto head = hub_.db().read([](store::Reader& reader) -> Result<audit::Head> { return audit::head(reader); });
  const auto anchors = audit::anchors(hub_.config().data);
  return head && head->number > 0 && anchors && anchors->empty();
}

Result<Done> Staff::note_head() {
  const std::string& folder = hub_.config().data;
  if (heads_missing_) {
    log::warning("audit.heads_missing");
    TRY_DO(hub_.db().write([&](store::Tx& tx) -> Result<Done> {
      record(tx, {}, {.action = "audit.heads_missing"});
      return Done{};
    }));
    heads_missing_ = false;
  }
  TRY(const audit::Head head,
      hub_.db().read([](store::Reader& reader) -> Result<audit::Head> { return audit::head(reader); }));
  if (head == noted_head_) return Done{};
  TRY_DO(audit::anchor(folder, head, hub_.clock().now()));
  noted_head_ = head;
  return Done{};
}

Result<Done> Staff::tend() {
  const std::lock_guard one_at_a_time(tend_mutex_);
  make_asked_resets();
  rekey_when_asked(hub_);
  std::vector<std::int64_t> seen, used;
  std::vector<Refusal> refusals;
  {
    const std::lock_guard lock(notes_mutex_);
    seen = take_pending(seen_);
    used = take_pending(used_);
    refusals.swap(refusals_);
  }
  TRY(const bool over, hub_.db().read([&](store::Reader& reader) -> Result<bool> {
    const Timestamp now = hub_.clock().now();
    return people::any_expired(reader, now, rules_.session) || people::any_expired_token(reader, now);
  }));
  if (over || !seen.empty() || !used.empty() || !refusals.empty()) TRY_DO(write_notes(seen, used, refusals));
  return note_head();
}

void Staff::start() {
  tender_ = std::jthread([this](const std::stop_token& stop) {
    std::string last;
    while (!stop.stop_requested()) {
      const auto done = tend();
      const std::string why = done ? "" : done.error().what;
      if (!why.empty() && why != last) log::error("staff.tend", {{"why", why}});
      last = why;
      std::unique_lock lock(wait_mutex_);
      wakes_.wait_for(lock, stop, rules_.tend, [] { return false; });
    }
  });
}

}  // namespace amends::app
