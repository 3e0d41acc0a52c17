#include "core/app/doctor.h"

#include <sys/statvfs.h>

#include <filesystem>

#include "core/app/host.h"
#include "core/app/hub.h"
#include "core/base/text.h"
#include "core/channel/connector.h"
#include "core/outbox/tracking.h"

namespace amends::app {
namespace {

class Doctor {
 public:
  Doctor(std::string config_file, std::string data_folder, const Clock& clock)
      : config_file_(std::move(config_file)), data_folder_(std::move(data_folder)), clock_(clock) {}

  Diagnosis run() {
    auto config = look_at_config();
    if (!config) return std::move(diagnosis_);
    if (!data_folder_.empty()) config->data = data_folder_;
    look_at_host(*config);
    auto hub = Hub::open(*std::move(config), clock_);
    if (!hub) {
      failure("data", hub.error());
      return std::move(diagnosis_);
    }
    look_at_data(**hub);
    for (const HubAccount* account : (*hub)->accounts()) {
      if (account->connected) look_at_account(**hub, *account);
    }
    return std::move(diagnosis_);
  }

 private:
  void add(Level level, std::string about, std::string what, std::string mend = {}) {
    diagnosis_.findings.push_back({level, std::move(about), std::move(what), std::move(mend)});
  }
  void failure(std::string about, const Error& error) {
    add(Level::failure, std::move(about), error.what, error.hint);
    const int code = row_of(error.kind).exit_code;
    diagnosis_.exit_code_ = std::max(diagnosis_.exit_code_, code == 2 ? 78 : code);
  }

  Result<Config> look_at_config() {
    auto file = find_config(config_file_);
    if (!file) {
      failure("configuration", file.error());
      return std::move(file).error();
    }
    if (file->empty()) {
      add(Level::warning, "configuration", "there is none: nothing can be pulled or sent",
          "copy packaging/amends.toml to ./amends.toml and fill in one [[account]]");
      return default_config();
    }
    auto config = load_config(*file);
    if (!config) {
      failure("configuration", config.error());
      return config;
    }
    add(Level::good, "configuration",
        *file + ": " + std::to_string(config->brands.size()) + " brands, " + std::to_string(config->accounts.size()) +
            " accounts");
    if (config->accounts.empty()) {
      add(Level::warning, "configuration", "no account is configured",
          "add an [[account]], or connect one: amends connect CHANNEL");
    }
    return config;
  }

  void take(std::vector<Finding> findings) {
    for (Finding& finding : findings) {
      if (finding.level == Level::failure) diagnosis_.exit_code_ = std::max(diagnosis_.exit_code_, 75);
      diagnosis_.findings.push_back(std::move(finding));
    }
  }

  void look_at_host(const Config& config) {
    take(look_at_rights(config.data));
    struct statvfs disk {};
    if (::statvfs(config.data.c_str(), &disk) == 0) {
      std::error_code ignored;
      const auto database = std::filesystem::file_size(config.data + "/amends.db", ignored);
      take(look_at_disk({static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize),
                         ignored ? 0 : static_cast<std::int64_t>(database), config.low_disk,
                         static_cast<std::int64_t>(disk.f_favail)},
                        config.data));
    }
    take(look_at_address(config.http));
    if (config.source.empty()) return;  // nothing is connected that could suffer
    take(look_at_backups(config.backup, clock_.now()));
    std::vector<std::string> domains;
    for (const BrandConfig& brand : config.brands) {
      domains.insert(domains.end(), brand.domains.begin(), brand.domains.end());
    }
    take(look_at_names(domains, ask_name_servers));
  }

  void look_at_data(Hub& hub) {
    const auto faults = hub.db().check();
    if (!faults) return failure("data", faults.error());
    for (const std::string& fault : *faults) {
      failure("data",
              fail(Kind::corrupt, fault, "keep this folder as it is, and run: amends restore BACKUP --replace"));
    }
    if (faults->empty()) add(Level::good, "data", hub.config().data + " is sound");
    struct Facts {
      std::int64_t quarantined = 0, unscrubbed = 0;
      std::optional<Timestamp> newest;
      outbox::Figures outbox;
      std::vector<ingest::Account> accounts;
    };
    const auto facts = hub.db().read([&](store::Reader& reader) -> Result<Facts> {
      Facts f;
      f.quarantined =
          static_cast<std::int64_t>(ingest::items_in(reader, ingest::RawState::quarantined, {}, 1000).size());
      f.outbox = outbox::figures(reader);
      f.accounts = ingest::accounts(reader);
      // What this hub wrote down by its own clock, and by nobody else's.
      f.newest = reader.first(
          "SELECT MAX(started_at) FROM outbox_epoch WHERE id < ?", [](store::Row row) { return row.time(0); },
          hub.epoch());
      f.unscrubbed = erasure::unscrubbed(reader);
      return f;
    });
    if (!facts) return failure("data", facts.error());
    ClockFacts clock = clock_of_this_machine();
    clock.newest_seen = facts->newest;
    take(look_at_clock(clock, clock_.now()));
    if (facts->unscrubbed > 0) {
      add(Level::warning, "erasure",
          "traces of " + std::to_string(facts->unscrubbed) + " erased persons are on the disk",
          "they go while `amends serve` runs, when there is as much room as the database is large");
    }
    if (facts->quarantined > 0) {
      add(Level::warning, "quarantine", std::to_string(facts->quarantined) + " items could not be understood",
          "amends quarantine");
    }
    if (facts->outbox.uncertain > 0) {
      add(Level::warning, "outbox", std::to_string(facts->outbox.uncertain) + " updates may have gone, nobody knows",
          "amends outbox, then settle each");
    }
    if (facts->outbox.failed > 0) {
      add(Level::warning, "outbox", std::to_string(facts->outbox.failed) + " updates failed", "amends outbox");
    }
    for (const ingest::Account& account : facts->accounts) {
      if (account.state != "active") {
        add(Level::failure, "account " + account.name, "is paused: " + account.last_error,
            "mend the cause, then: amends accounts resume " + account.name);
      }
    }
  }

  void look_at_account(Hub& hub, const HubAccount& account) {
    const std::string about = "account " + account.name;
    auto connector = account.channel->open(*account.settings, hub.environment(account));
    if (!connector) return failure(about, connector.error());
    if (!account.channel->can.check) return;
    const auto health = (*connector)->check();
    if (!health) return failure(about, health.error());
    for (const std::string& fact : health->facts) add(Level::good, about, fact);
    for (const std::string& warning : health->warnings) add(Level::warning, about, warning);
  }

  const std::string config_file_, data_folder_;
  const Clock& clock_;
  Diagnosis diagnosis_;
};

}  // namespace

Diagnosis diagnose(const std::string& config_file, const std::string& data_folder, const Clock& clock) {
  return Doctor(config_file, data_folder, clock).run();
}

}  // namespace amends::app
