#include <cstdio>

#include <CLI/CLI.hpp>

#include "core/app/backup.h"
#include "core/app/restore.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"

namespace amends::cli {
namespace {

struct BackupOptions {
  std::string to, file, passphrase_file, key_file, ledger;
  int keep = -1;
  bool replace = false, check_only = false;
};

Result<crypto::FileSecret> secret_of(const BackupOptions& o, const app::BackupConfig& config) {
  const bool said = !o.passphrase_file.empty() || !o.key_file.empty();
  const std::string& passphrase = said ? o.passphrase_file : config.passphrase_file;
  const std::string& key = said ? o.key_file : config.key_file;
  if (!passphrase.empty() && !key.empty()) {
    return fail(Kind::invalid, "a backup has a passphrase or a key, not both");
  }
  if (!passphrase.empty()) return crypto::FileSecret::from_passphrase_file(passphrase);
  if (!key.empty()) return crypto::FileSecret::from_key_file(key);
  return fail(
      Kind::invalid, "a backup holds the keys, so it is always encrypted: with what?",
      "give --passphrase-file or --key-file (made by: openssl rand -hex 32 > FILE; chmod 600 FILE), or say it in "
      "[backup] of the configuration");
}

std::string megabytes(std::int64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB"; }

int back_up(Session& session, const BackupOptions& o) {
  const auto config = session.config();
  if (!config) return report(config.error()) == kUsage ? kConfiguration : row_of(config.error().kind).exit_code;
  app::BackupRequest request;
  request.data = config->data;
  request.to = o.to.empty() ? config->backup.folder : o.to;
  request.keep = o.keep >= 0 ? o.keep : o.to.empty() ? config->backup.keep : 0;
  request.program = AMENDS_VERSION;
  if (request.to.empty()) {
    return report(
        fail(Kind::invalid, "where to?", "name a file or folder, or say it in [backup] of the configuration"));
  }
  auto secret = secret_of(o, config->backup);
  if (!secret) return report(secret.error());
  request.secret = *std::move(secret);
  Progress progress(session, "Backing up");
  request.progress = [&](std::int64_t done, std::int64_t all) { progress.show(done, all, megabytes(done)); };
  const auto done = app::back_up(request, session.clock);
  if (!done) {
    // That there is nothing to back up yet is no slip of the command.
    return done.error().kind == Kind::conflict ? (report(done.error()), kUsage) : report(done.error());
  }
  if (session.json) {
    ordered_json parts = ordered_json::array();
    for (const auto& part : done->parts) {
      parts.push_back({{"name", part.name}, {"size", part.size}, {"sha256", part.sha256}});
    }
    put({{"path", done->path},
         {"bytes", done->bytes},
         {"schema", done->schema},
         {"at", to_rfc3339(done->at)},
         {"parts", std::move(parts)},
         {"removed", done->removed}});
    return kDone;
  }
  std::printf("Wrote %s (%s), encrypted, keys included.\n", done->path.c_str(), megabytes(done->bytes).c_str());
  for (const auto& name : done->removed) std::printf("  removed the older %s\n", name.c_str());
  return kDone;
}

int restore(Session& session, const BackupOptions& o) {
  auto config = session.config();
  if (!config) return report(config.error()) == kUsage ? kConfiguration : row_of(config.error().kind).exit_code;
  auto secret = secret_of(o, config->backup);
  if (!secret) return report(secret.error());
  app::RestoreRequest request;
  request.file = o.file;
  request.secret = *std::move(secret);
  request.replace = o.replace;
  request.check_only = o.check_only;
  request.ledger = o.ledger;
  Progress progress(session, "Restoring");
  request.progress = [&](std::int64_t done, std::int64_t all) { progress.show(done, all, megabytes(done)); };
  const std::string data = config->data;
  const auto done = app::restore(*std::move(config), request, session.clock);
  if (!done) {
    const int code = report(done.error());
    return done.error().kind == Kind::unauthorized ? kUsage : code;
  }
  if (session.json) {
    put({{"made_at", to_rfc3339(done->manifest.at)},
         {"program", done->manifest.program},
         {"schema", done->manifest.schema},
         {"restored", !o.check_only},
         {"kept_as", or_null(done->kept_as)},
         {"held", done->held},
         {"erased", done->erased},
         {"ledger_known", done->ledger_known}});
    return kDone;
  }
  std::printf("The backup of %s is whole and sound (Amends %s, schema %d).\n", show_time(done->manifest.at).c_str(),
              text::printable(done->manifest.program).c_str(), done->manifest.schema);
  if (o.check_only) return kDone;
  std::printf("It is in %s now.\n", data.c_str());
  if (!done->kept_as.empty()) std::printf("The folder that was there is kept as %s.\n", done->kept_as.c_str());
  std::printf("%lld unfinished updates wait for you: `amends outbox` (they may have gone since).\n",
              static_cast<long long>(done->held));
  std::printf("%lld persons who were erased since were erased again.\n", static_cast<long long>(done->erased));
  if (!done->ledger_known) {
    std::puts(
        "No ledger of erasures was found: whoever was erased after this backup is back. With --erasures FILE and\n"
        "the amends.erasures of the lost folder or of the backups, restore again.");
  }
  std::puts("Everybody has to sign in again; passwords and API tokens are those of the backup.");
  return kDone;
}

}  // namespace

void add_backup(CLI::App& app, Session& session) {
  auto o = std::make_shared<BackupOptions>();
  const auto secrets = [&](CLI::App* command) {
    command->add_option("--passphrase-file", o->passphrase_file, "File whose first line is the passphrase");
    command->add_option("--key-file", o->key_file, "File with a key: 64 hexadecimal digits");
  };
  CLI::App* backup_command = app.add_subcommand("backup", "Everything in one encrypted file, while the hub is running");
  backup_command->add_option("TO", o->to, "A file that does not exist, or a folder (default: [backup] folder)");
  backup_command->add_option("--keep", o->keep, "In a folder: keep the newest so many, remove older ones (0: keep all)")
      ->check(CLI::Range(0, 10'000));
  secrets(backup_command);
  backup_command->callback([&session, o] { session.exit_code = back_up(session, *o); });

  CLI::App* restore_command = app.add_subcommand(
      "restore", "Make a backup the data folder: never sends again, never shows who was erased since");
  restore_command->add_option("FILE", o->file, "The backup")->required();
  restore_command->add_flag("--replace", o->replace,
                            "The data folder may hold something; it is kept beside the new one");
  restore_command->add_flag("--check", o->check_only, "Decrypt and check everything, change nothing");
  restore_command->add_option("--erasures", o->ledger, "A ledger of erasures (amends.erasures) to apply as well");
  secrets(restore_command);
  restore_command->callback([&session, o] { session.exit_code = restore(session, *o); });
}

}  // namespace amends::cli
