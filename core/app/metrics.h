// What an operator watches, gathered from the hub and written as Prometheus text (exposition format 0.0.4). Labels are
// channels, account keys and brand keys; never an address.
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/outbox/tracking.h"

namespace amends::app {

class Hub;

// Counted since the program started.
class Counters {
 public:
  struct OfAccount {
    std::int64_t delivered = 0, known = 0, pull_failures = 0, sent = 0, deferred = 0, failed = 0, uncertain = 0;
    std::int64_t hooks = 0, hooks_refused = 0;  // requests that sites made by themselves
  };
  void add(AccountId account, const OfAccount& more);
  std::map<AccountId, OfAccount> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<AccountId, OfAccount> accounts_;
};

struct AccountFigures {
  std::string channel, key, brand, state;
  bool connected = false;
  std::optional<Timestamp> last_success;
  std::optional<Timestamp> expected_by;  // later than this without a success is worth an alarm
  std::int64_t failures = 0;             // in a row
  Counters::OfAccount counted;
};

struct Figures {
  bool ready = false, disk_low = false, database_failed = false;
  std::vector<AccountFigures> accounts;
  outbox::Figures outbox;
  std::int64_t waiting = 0, quarantined = 0;  // raw items
  std::optional<Timestamp> oldest_waiting;    // when the oldest item that nobody has read yet came in
  std::int64_t unscrubbed_erasures = 0;       // traces of erased persons are still on the disk
  std::int64_t open_threads = 0, awaiting_answer = 0;
  std::int64_t database_bytes = 0, log_bytes = 0, disk_free_bytes = 0;
  std::int64_t commits = 0;  // since the program started
  int schema = 0;
  Timestamp now;
};
Result<Figures> gather(Hub& hub);

// A figure of somebody else's, such as the HTTP server's.
struct Sample {
  std::string name;  // "amends_http_connections"; samples of one name stand side by side
  std::string help;
  bool counter = false;
  std::vector<std::pair<std::string, std::string>> labels = {};
  double value = 0;
};
// `version` is the program's.
std::string prometheus_text(const Figures& figures, const std::string& version, const std::vector<Sample>& more = {});

}  // namespace amends::app
