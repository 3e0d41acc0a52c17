#include "core/app/probe.h"

#include <algorithm>

#include "core/app/accounts.h"
#include "core/app/changes.h"
#include "core/app/pull.h"
#include "core/app/tokens.h"
#include "core/base/log.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds kEvery = hours(24), kJitter = hours(2), kFirst = std::chrono::seconds(20);

// What customers wrote there and didn't take back; its copies and versions count once.
std::int64_t held_of(store::Reader& reader, AccountId account) {
  return reader.count(
      "SELECT COUNT(*) FROM raw_item JOIN message ON message.raw_id = raw_item.id WHERE raw_item.account_id = ? AND "
      "message.direction = ? AND message.flags & ? = 0",
      account, model::Direction::in, static_cast<std::int64_t>(timeline::kDeleted));
}

std::string days_left(milliseconds left) {
  const auto whole = std::chrono::duration_cast<hours>(left).count() / 24;
  return whole < 1 ? "in less than a day" : whole == 1 ? "in a day" : "in " + std::to_string(whole) + " days";
}

void warn_of_end(const ingest::StoredTokens& tokens, Timestamp now, std::vector<std::string>& warnings) {
  if (tokens.renewable || !tokens.expires_at || *tokens.expires_at - now > kWarnBeforeEnd) return;
  warnings.push_back(*tokens.expires_at <= now ? "The connection has ended: connect the account again."
                                               : "The connection ends " + days_left(*tokens.expires_at - now) +
                                                     ": connect the account again.");
}

}  // namespace

Result<channel::Health> probe_account(Hub& hub, const HubAccount& account, channel::Connector& connector) {
  Result<channel::Health> health = channel::Health{};
  if (account.channel->can.check) health = connector.check();
  TRY(const std::int64_t held,
      hub.db().read([&](store::Reader& reader) -> Result<std::int64_t> { return held_of(reader, account.id); }));
  const auto kept = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    const Timestamp now = hub.clock().now();
    const auto before = ingest::probe(tx, account.id);
    ingest::Probe probe;
    probe.at = now;
    probe.held_count = held;
    if (health) {
      probe.facts = health->facts;
      probe.warnings = health->warnings;
      probe.remote_count = health->remote_count;
    } else {
      probe.error = health.error().what;
    }
    ingest::keep_probe(tx, account.brand, account.id, probe);
    if (!health && health.error().kind == Kind::unauthorized) {
      pause_refused(tx, account.brand, account.id, health.error(), now);
      return Done{};
    }
    const auto tokens = ingest::tokens(tx, account.id);
    std::vector<std::string> ending;
    if (tokens) warn_of_end(*tokens, now, ending);
    const bool news = !before || before->error.empty() != probe.error.empty() || before->warnings != probe.warnings ||
                      before->remote_count != probe.remote_count || !ending.empty();
    if (news) {
      tell_subject(tx, events::What::account_changed, {account.brand, now}, {}, account.id.value,
                   {{"how", "checked"},
                    {"warnings", static_cast<std::int64_t>(probe.warnings.size() + ending.size())},
                    {"well", static_cast<std::int64_t>(probe.error.empty())}});
    }
    return Done{};
  });
  if (!kept) return kept.error();
  if (!health)
    log::warning("account.check_failed", {{"account", account.name}, {"kind", row_of(health.error().kind).name}});
  return health;
}

milliseconds probe_due_in(Hub& hub, const HubAccount& account) {
  const auto last = hub.db().read(
      [&](store::Reader& reader) -> Result<std::optional<ingest::Probe>> { return ingest::probe(reader, account.id); });
  const milliseconds jitter{static_cast<std::int64_t>(static_cast<std::uint64_t>(account.id.value) * 2'654'435'761u %
                                                      static_cast<std::uint64_t>(kJitter.count()))};
  if (!last || !*last) return kFirst + jitter / 60;
  return std::max(kFirst, milliseconds((*last)->at + kEvery + jitter - hub.clock().now()));
}

AccountStanding standing_of(Hub& hub, store::Reader& reader, const HubAccount& account, const ingest::Account& row) {
  AccountStanding out;
  const Timestamp now = hub.clock().now();
  out.row = row;
  out.probe = ingest::probe(reader, row.id);
  if (out.probe) out.warnings = out.probe->warnings;
  const auto tokens = ingest::tokens(reader, row.id);
  if (tokens) {
    out.connected_at = tokens->connected_at;
    if (!tokens->renewable) out.access_ends = tokens->expires_at;
    warn_of_end(*tokens, now, out.warnings);
  }
  out.must_connect = wants_consent(*account.channel, *account.settings) && !tokens;
  if (account.connected && account.channel->can.pull && row.state == "active") {
    const milliseconds wait =
        row.failures > 0 ? back_off(row.failures, std::chrono::seconds(0), static_cast<std::uint64_t>(row.id.value))
                         : milliseconds(account.poll);
    const auto& last = row.failures > 0 ? row.last_error_at : row.last_success;
    out.next_pull = std::max(now, last ? *last + wait : now);
  }
  if (!account.trouble.empty()) out.warnings.push_back(account.trouble);
  out.held = hub.brakes(account).held(now);
  const auto& counted = out.probe;
  if (counted && counted->remote_count && *counted->remote_count > counted->held_count) {
    out.warnings.push_back("The site says " + std::to_string(*counted->remote_count) + ", we hold " +
                           std::to_string(counted->held_count) + ".");
  }
  return out;
}

}  // namespace amends::app
