#include "core/app/pull.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/base/log.h"

namespace amends::app {
namespace {

std::optional<ingest::Account> account_row(store::Reader& reader, AccountId id) {
  for (ingest::Account& row : ingest::accounts(reader)) {
    if (row.id == id) return std::move(row);
  }
  return {};
}

std::string cursor_of(Hub& hub, const HubAccount& account) {
  auto cursor = hub.db().read([&](store::Reader& reader) -> Result<std::string> {
    auto row = account_row(reader, account.id);
    return row ? std::move(row->cursor) : std::string();
  });
  return std::move(cursor).value_or({});
}

void record(Hub& hub, const HubAccount& account, const std::optional<Error>& error) {
  const auto recorded = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    const auto before = account_row(tx, account.id);
    if (!error) {
      ingest::record_success(tx, account.id, hub.clock().now());
    } else {
      ingest::record_failure(tx, account.id, *error, hub.clock().now());
      // Trying a wrong password again and again locks the mailbox at many providers.
      if (error->kind == Kind::unauthorized) ingest::set_account_state(tx, account.id, "paused");
    }
    // Told when it begins to fail, when it is well again, and when it is paused; not at every round.
    const auto after = account_row(tx, account.id);
    if (before && after &&
        (before->state != after->state || (before->failures == 0) != (after->failures == 0) ||
         before->last_success.has_value() != after->last_success.has_value())) {
      tell_subject(tx, events::What::account_changed, {account.brand, hub.clock().now()}, {}, account.id.value,
                   {{"state", after->state}, {"failures", after->failures}});
    }
    return Done{};
  });
  if (!recorded) log::error("account.record_failed", {{"account", account.name}});
}

}  // namespace

PullReport pull_account(Hub& hub, const HubAccount& account, channel::Connector& connector, std::stop_token stop,
                        const std::function<void(const channel::Page&, const InReport&)>& progress) {
  Pipeline pipeline(hub);
  PullReport report;
  std::string cursor = cursor_of(hub, account);
  for (bool more = true; more && !stop.stop_requested() && !hub.health().disk_low();) {
    auto page = connector.pull(cursor);
    if (!page) {
      report.error = std::move(page).error();
      break;
    }
    const auto taken = pipeline.take(account, *page);
    if (!taken) {
      report.error = taken.error();
      break;
    }
    report.in += *taken;
    report.notes.insert(report.notes.end(), page->notes.begin(), page->notes.end());
    for (const std::string& note : page->notes) log::warning("pull.note", {{"account", account.name}, {"note", note}});
    // A peer that says "more" without moving on must not keep us here for ever.
    more = page->more && (page->cursor != cursor || !page->items.empty());
    cursor = page->cursor;
    if (progress) progress(*page, report.in);
  }
  record(hub, account, report.error);
  Counters::OfAccount counted;
  counted.delivered = report.in.delivered;
  counted.known = report.in.known;
  counted.pull_failures = report.error ? 1 : 0;
  hub.counters().add(account.id, counted);
  if (report.error) {
    log::warning("pull.failed",
                 {{"account", account.name}, {"kind", row_of(report.error->kind).name}, {"what", report.error->what}});
  } else {
    log::debug("pull.done", {{"account", account.name}, {"delivered", report.in.delivered}});
  }
  return report;
}

std::chrono::milliseconds back_off(std::int64_t failures, std::chrono::seconds asked, std::uint64_t salt) {
  using namespace std::chrono;
  constexpr milliseconds kFirst = seconds(5), kLongest = minutes(15);
  milliseconds wait = kFirst;
  for (std::int64_t i = 1; i < failures && wait < kLongest; ++i) wait *= 2;
  wait = std::min(wait, kLongest);
  wait += wait * static_cast<std::int64_t>(salt % 200) / 1000;
  return std::max(wait, duration_cast<milliseconds>(std::min(asked, seconds(24h))));
}

}  // namespace amends::app
