#include "core/app/pull.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/placing.h"
#include "core/base/log.h"
#include "core/ingest/connections.h"

namespace amends::app {
namespace {

// Where to go on; from the beginning when somebody asked for it since.
Result<std::string> cursor_of(Hub& hub, const HubAccount& account) {
  struct Found {
    std::string cursor;
    bool start_over = false;
  };
  TRY(Found found, hub.db().read([&](store::Reader& reader) -> Result<Found> {
    auto row = ingest::account(reader, account.id);
    const auto settings = ingest::settings(reader, account.id);
    return Found{row ? std::move(row->cursor) : std::string(), settings && settings->start_over};
  }));
  if (!found.start_over) return std::move(found.cursor);
  return hub.db().write([&](store::Tx& tx) -> Result<std::string> {
    ingest::set_cursor(tx, account.id, "");
    ingest::set_start_over(tx, account.id, false);
    return std::string();
  });
}

void record(Hub& hub, const HubAccount& account, const std::optional<Error>& error) {
  const auto recorded = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    const auto before = ingest::account(tx, account.id);
    if (!error) {
      ingest::record_success(tx, account.id, hub.clock().now());
    } else {
      ingest::record_failure(tx, account.id, *error, hub.clock().now());
      // Trying a wrong password again and again locks the mailbox at many providers.
      if (error->kind == Kind::unauthorized) ingest::set_account_state(tx, account.id, "paused");
    }
    // Told when it begins to fail, when it is well again, and when it is paused; not at every round.
    const auto after = ingest::account(tx, account.id);
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
                        const std::function<void(const channel::Page&, const InReport&)>& progress,
                        const std::function<bool()>& yield, PlacingBeside* placing) {
  Pipeline pipeline(hub);
  PullReport report;
  auto begun = cursor_of(hub, account);
  if (!begun) report.error = begun.error();
  std::string cursor = std::move(begun).value_or({});
  for (bool more = !report.error; more && !stop.stop_requested() && !hub.health().disk_low();) {
    auto page = connector.pull(cursor);
    if (!page) {
      report.error = std::move(page).error();
      break;
    }
    std::vector<RawItemId> fresh;
    if (placing != nullptr) placing->make_way();
    const auto taken = pipeline.take(account, *page, &fresh);
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
    if (placing != nullptr) placing->add(account, std::move(page->items), fresh);
    if (more && yield && yield()) {
      report.yielded = true;
      break;
    }
  }
  if (!report.yielded) record(hub, account, report.error);
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
  constexpr milliseconds kSoonest = seconds(5), kLongest = minutes(15);
  milliseconds wait = kSoonest;
  for (std::int64_t i = 1; i < failures && wait < kLongest; ++i) wait *= 2;
  wait = std::min(wait, kLongest);
  wait += wait * static_cast<std::int64_t>(salt % 200) / 1000;
  return std::max(wait, duration_cast<milliseconds>(std::min(asked, seconds(24h))));
}

}  // namespace amends::app
