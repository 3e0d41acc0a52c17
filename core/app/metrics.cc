#include "core/app/metrics.h"

#include <sys/stat.h>

#include <cmath>
#include <cstdio>

#include "core/app/hub.h"
#include "core/base/text.h"
#include "core/inbox/inbox.h"

namespace amends::app {
namespace {

// A count beyond this costs more than it tells.
constexpr std::int64_t kCountUpTo = 100'000;
// A success is late after three polls and a quarter of an hour, which is as long as a back-off waits at most.
constexpr int kPollsMissed = 3;
constexpr std::chrono::minutes kBackOff{15};

std::int64_t size_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_size : 0;
}

std::string number(double value) {
  char out[32];
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    std::snprintf(out, sizeof out, "%.0f", value);
  } else {
    std::snprintf(out, sizeof out, "%.6g", value);
  }
  return out;
}

// Exposition format 0.0.4: a backslash, a quote and a line feed are escaped in a label's value.
std::string escaped(std::string_view value) {
  std::string out = text::replace_all(value, "\\", "\\\\");
  out = text::replace_all(out, "\"", "\\\"");
  return text::replace_all(out, "\n", "\\n");
}

class Page {
 public:
  void put(const Sample& sample) {
    if (sample.name != last_) {
      out_ += "# HELP " + sample.name + " " + sample.help + "\n# TYPE " + sample.name +
              (sample.counter ? " counter\n" : " gauge\n");
      last_ = sample.name;
    }
    out_ += sample.name;
    std::string labels;
    for (const auto& [name, value] : sample.labels) {
      labels += (labels.empty() ? "" : ",") + name + "=\"" + escaped(value) + "\"";
    }
    if (!labels.empty()) out_ += "{" + labels + "}";
    out_ += " " + number(sample.value) + "\n";
  }
  void gauge(const char* name, const char* help, double value) { put({name, help, false, {}, value}); }
  void counter(const char* name, const char* help, double value) { put({name, help, true, {}, value}); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_, last_;
};

double since_1970(Timestamp at) { return static_cast<double>(at.ms) / 1000; }

// How long ago; 0 for nothing, so that an alarm on "more than" needs no second rule.
double age(const std::optional<Timestamp>& since, Timestamp now) {
  return since && *since < now ? since_1970(now) - since_1970(*since) : 0;
}

using Labels = std::vector<std::pair<std::string, std::string>>;
Labels labels_of(const AccountFigures& account) {
  return {{"brand", account.brand}, {"channel", account.channel}, {"account", account.key}};
}

void put_accounts(Page& page, const Figures& figures) {
  const auto each = [&](const char* name, const char* help, bool counter, auto value) {
    for (const AccountFigures& account : figures.accounts) {
      if (const std::optional<double> v = value(account)) page.put({name, help, counter, labels_of(account), *v});
    }
  };
  const auto connected = [](auto value) {
    return [value](const AccountFigures& a) -> std::optional<double> {
      if (!a.connected) return {};
      return static_cast<double>(value(a));
    };
  };
  each("amends_account_active", "1 unless the account waits for a person to reconnect it.", false,
       connected([](const AccountFigures& a) { return a.state == "active" ? 1 : 0; }));
  each("amends_account_last_success_timestamp_seconds", "When the account was last pulled in full.", false,
       [](const AccountFigures& a) {
         return a.last_success ? std::optional(since_1970(*a.last_success)) : std::nullopt;
       });
  each("amends_account_success_expected_by_timestamp_seconds", "Later than this without a success is worth an alarm.",
       false, [](const AccountFigures& a) {
         return a.expected_by ? std::optional(since_1970(*a.expected_by)) : std::nullopt;
       });
  each("amends_account_failures", "Failed rounds in a row.", false,
       connected([](const AccountFigures& a) { return a.failures; }));
  each("amends_items_delivered_total", "Items the channel handed over.", true,
       connected([](const AccountFigures& a) { return a.counted.delivered; }));
  each("amends_items_known_total", "Items that were here already.", true,
       connected([](const AccountFigures& a) { return a.counted.known; }));
  each("amends_pull_failures_total", "Rounds of pulling that failed.", true,
       connected([](const AccountFigures& a) { return a.counted.pull_failures; }));
  each("amends_updates_sent_total", "Updates the channel accepted.", true,
       connected([](const AccountFigures& a) { return a.counted.sent; }));
  each("amends_updates_deferred_total", "Tries that were refused for now.", true,
       connected([](const AccountFigures& a) { return a.counted.deferred; }));
  each("amends_updates_failed_total", "Updates refused for good.", true,
       connected([](const AccountFigures& a) { return a.counted.failed; }));
  each("amends_updates_uncertain_total", "Tries of which nobody knows whether they went.", true,
       connected([](const AccountFigures& a) { return a.counted.uncertain; }));
  each("amends_hooks_total", "Webhooks that sites sent and we have.", true,
       connected([](const AccountFigures& a) { return a.counted.hooks; }));
  each("amends_hooks_refused_total", "Webhooks that were not signed as they should be, or could not be read.", true,
       connected([](const AccountFigures& a) { return a.counted.hooks_refused; }));
}

void put_outbox(Page& page, const Figures& figures) {
  const outbox::Figures& o = figures.outbox;
  const std::pair<const char*, std::int64_t> states[] = {
      {"scheduled", o.scheduled}, {"held", o.held},     {"queued", o.queued},      {"sending", o.sending},
      {"retry", o.retry},         {"failed", o.failed}, {"uncertain", o.uncertain}};
  for (const auto& [state, count] : states) {
    page.put({"amends_outbox_updates",
              "Updates that have not come to rest, by state.",
              false,
              {{"state", state}},
              static_cast<double>(count)});
  }
  page.gauge("amends_outbox_oldest_unsent_seconds", "Age of the oldest update that may go and hasn't.",
             age(o.oldest_unsent, figures.now));
  page.gauge("amends_outbox_shut_accounts", "Accounts that wait for a person before they send.",
             static_cast<double>(o.shut_accounts));
}

}  // namespace

void Counters::add(AccountId account, const OfAccount& more) {
  const std::lock_guard lock(mutex_);
  OfAccount& sum = accounts_[account];
  sum.delivered += more.delivered;
  sum.known += more.known;
  sum.pull_failures += more.pull_failures;
  sum.sent += more.sent;
  sum.deferred += more.deferred;
  sum.failed += more.failed;
  sum.uncertain += more.uncertain;
  sum.hooks += more.hooks;
  sum.hooks_refused += more.hooks_refused;
}

std::map<AccountId, Counters::OfAccount> Counters::all() const {
  const std::lock_guard lock(mutex_);
  return accounts_;
}

Result<Figures> gather(Hub& hub) {
  Figures out;
  out.now = hub.clock().now();
  out.ready = hub.health().readiness(hub.db()).ready;
  out.disk_low = hub.health().disk_low();
  out.disk_free_bytes = hub.health().disk_free();
  out.database_failed = hub.db().failed();
  out.commits = hub.db().commits();
  out.schema = hub.db().schema_version();
  out.database_bytes = size_of(hub.config().data + "/amends.db");
  out.log_bytes = size_of(hub.config().data + "/amends.db-wal");
  const auto counted = hub.counters().all();
  TRY_DO(hub.db().read([&](store::Reader& reader) -> Result<Done> {
    out.outbox = outbox::figures(reader);
    // The state stands in the text: only so the planner takes the partial index of what is open.
    out.waiting = reader.count("SELECT COUNT(*) FROM raw_item WHERE state = 0");
    out.quarantined = reader.count("SELECT COUNT(*) FROM raw_item WHERE state = 2");
    const auto oldest = reader.first("SELECT MIN(received_at) FROM raw_item WHERE state = 0", [](store::Row row) {
      return row.is_null(0) ? std::nullopt : std::optional(row.time(0));
    });
    if (oldest) out.oldest_waiting = *oldest;
    out.unscrubbed_erasures = erasure::unscrubbed(reader);
    for (const Brand& brand : hub.brands()) {
      out.open_threads += inbox::count(reader, brand.id, inbox::View::open, "", kCountUpTo);
      out.awaiting_answer += inbox::count(reader, brand.id, inbox::View::waiting, "", kCountUpTo);
    }
    for (const ingest::Account& row : ingest::accounts(reader)) {
      const HubAccount* account = hub.find_account(row.id);
      AccountFigures a;
      a.channel = row.channel;
      a.key = row.name;
      const Brand* brand = hub.find_brand(row.brand);
      if (brand != nullptr) a.brand = brand->config->key;
      a.state = row.state;
      a.connected = account != nullptr && account->connected;
      a.last_success = row.last_success;
      a.failures = row.failures;
      if (a.connected && row.state == "active" && account->channel->can.pull && row.last_success) {
        a.expected_by = *row.last_success + account->poll * kPollsMissed + kBackOff;
      }
      if (const auto it = counted.find(row.id); it != counted.end()) a.counted = it->second;
      out.accounts.push_back(std::move(a));
    }
    return Done{};
  }));
  return out;
}

std::string prometheus_text(const Figures& figures, const std::string& version, const std::vector<Sample>& more) {
  Page page;
  page.put({"amends_build_info", "The program that answers.", false, {{"version", version}}, 1});
  page.gauge("amends_ready", "1 when the hub takes part in everything.", figures.ready ? 1 : 0);
  page.gauge("amends_disk_low", "1 while nothing is pulled or newly sent for want of disk.", figures.disk_low ? 1 : 0);
  page.gauge("amends_database_failed", "1 after the disk failed under the database.", figures.database_failed ? 1 : 0);
  page.gauge("amends_schema_version", "The newest migration of the database.", figures.schema);
  page.gauge("amends_database_bytes", "Size of the database file.", static_cast<double>(figures.database_bytes));
  page.gauge("amends_database_log_bytes", "Size of its write-ahead log.", static_cast<double>(figures.log_bytes));
  page.gauge("amends_disk_free_bytes", "Room on the disk of the data folder.",
             static_cast<double>(figures.disk_free_bytes));
  page.counter("amends_commits_total", "Transactions committed since the program started.",
               static_cast<double>(figures.commits));
  page.gauge("amends_items_waiting", "Items stored and not yet read.", static_cast<double>(figures.waiting));
  page.gauge("amends_items_oldest_waiting_seconds", "Age of the oldest item nobody has read.",
             age(figures.oldest_waiting, figures.now));
  page.gauge("amends_items_quarantined", "Items that could not be understood.",
             static_cast<double>(figures.quarantined));
  page.gauge("amends_threads_open", "Open threads.", static_cast<double>(figures.open_threads));
  page.gauge("amends_threads_awaiting_answer", "Open threads in which the customer has the last word.",
             static_cast<double>(figures.awaiting_answer));
  page.gauge("amends_erasures_unscrubbed", "Erasures whose traces are still on the disk.",
             static_cast<double>(figures.unscrubbed_erasures));
  put_outbox(page, figures);
  put_accounts(page, figures);
  for (const Sample& sample : more) page.put(sample);
  return page.take();
}

}  // namespace amends::app
