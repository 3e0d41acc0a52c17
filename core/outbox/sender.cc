#include "core/outbox/sender.h"

#include "core/base/log.h"
#include "core/outbox/tracking.h"

#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace amends::outbox {
namespace {

using channel::SendClass;
using model::Purpose;

constexpr int kWriteTries = 3;

std::uint64_t seed_of(const Claimed& claimed) {
  return static_cast<std::uint64_t>(claimed.id.value) * 1'000'003 + static_cast<std::uint64_t>(claimed.fence);
}

Settled told(store::Reader& reader, const Claimed& claimed, model::UpdateState state) {
  Settled out{claimed.id, claimed.brand, claimed.account, claimed.thread, claimed.outbound.purpose, state, {}};
  if (const auto tracked = find(reader, claimed.brand, claimed.id)) out.reason = tracked->reason;
  return out;
}

// The outcome is a fact of the world outside: it is written even when what else hangs on it can't be.
template <class Work>
Result<Settled> write_down(store::Database& database, const Claimed& claimed, const OnSettled& on_settled, Work work) {
  Result<Settled> written = fail(Kind::internal, "not written");
  for (int tries = 0; tries < kWriteTries; ++tries) {
    written = database.write([&](store::Tx& tx) -> Result<Settled> {
      TRY(const auto state, work(tx));
      Settled settled = told(tx, claimed, state);
      if (on_settled && tries == 0) on_settled(tx, settled);
      return settled;
    });
    if (written || written.error().kind == Kind::conflict || written.error().kind == Kind::not_found) break;
    log::error("outbox.outcome_not_written", {{"update", claimed.id.value}, {"why", written.error().what}});
  }
  return written;
}

}  // namespace

SendPolicy policy_of(const channel::Descriptor& descriptor, Purpose purpose) {
  if (purpose == Purpose::file_copy) return {descriptor.can.find ? SendClass::lookable : SendClass::named, {}};
  return {descriptor.send_class, descriptor.key_window};
}

Result<Settled> send_one(store::Database& database, channel::Connector& connector,
                         const channel::Descriptor& descriptor, std::int64_t epoch, UpdateId id, const Clock& clock,
                         const OnSettled& on_settled, const OnClaimed& on_claimed) {
  const Holder holder{epoch, (clock.ticks() + kLease).count()};
  TRY(auto claimed, database.write([&](store::Tx& tx) -> Result<Claimed> {
    TRY(auto taken, claim(tx, id, holder, clock.now()));
    if (on_claimed) on_claimed(tx, told(tx, taken, model::UpdateState::sending));
    return taken;
  }));

  std::vector<channel::RecipientOutcome> heard;
  bool claim_lost = false;
  auto& outbound = claimed.outbound;
  outbound.heard = [&](const channel::RecipientOutcome& outcome) { heard.push_back(outcome); };
  outbound.point_of_no_return = [&]() -> Result<Done> {
    auto marked =
        database.write([&](store::Tx& tx) { return mark_point_of_no_return(tx, claimed, heard, clock.now()); });
    claim_lost = !marked && marked.error().kind == Kind::conflict;
    return marked;
  };

  Result<channel::Receipt> outcome = fail(Kind::internal, "not sent");
  if (claimed.asked.empty()) {
    outcome = channel::Receipt{};
  } else {
    try {
      outcome = connector.send(outbound);
    } catch (const std::exception& e) {
      outcome = fail(Kind::internal, std::string("the connector failed: ") + e.what());
    }
  }
  if (claim_lost && !outcome) return fail(Kind::conflict, "somebody else has taken the update over");

  const auto policy = policy_of(descriptor, outbound.purpose);
  return write_down(database, claimed, on_settled,
                    [&](store::Tx& tx) { return settle(tx, claimed, outcome, policy, clock.now(), seed_of(claimed)); });
}

Result<Settled> look_one(store::Database& database, channel::Connector& connector,
                         const channel::Descriptor& descriptor, UpdateId id, const Clock& clock,
                         const OnSettled& on_settled) {
  std::optional<Delivery> delivery;
  TRY(const auto claimed, database.read([&](store::Reader& reader) -> Result<Claimed> {
    delivery = delivery_of(reader, id);
    return in_doubt(reader, id);
  }));
  const auto policy = policy_of(descriptor, claimed.outbound.purpose);

  Look look = Look::none;
  if (after_doubt(policy, *delivery, Look::none, clock.now()).remedy == Remedy::look) {
    Result<channel::Found> found = fail(Kind::internal, "not looked");
    try {
      found = connector.find(claimed.outbound, claimed.first_try);
    } catch (const std::exception& e) {
      found = fail(Kind::internal, e.what());
    }
    if (found) {
      look = *found == channel::Found::yes ? Look::yes : *found == channel::Found::no ? Look::no : Look::unknown;
    } else {
      look = found.error().kind == Kind::unsupported ? Look::unsupported : Look::unreachable;
    }
  }
  return write_down(database, claimed, on_settled,
                    [&](store::Tx& tx) { return looked(tx, id, policy, look, clock.now()); });
}

}  // namespace amends::outbox
