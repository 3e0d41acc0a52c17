// `amends audit …` and `amends rekey`. The audit is read beside a running program: it takes no lock.
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>

#include "core/app/migrations.h"
#include "core/app/rekey.h"
#include "core/audit/anchor.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/people/users.h"

namespace amends::cli {
namespace {

struct AuditOptions {
  std::string action, user;
  int limit = 50;
  std::int64_t before = INT64_MAX;
};

struct Book {
  std::string folder;
  std::unique_ptr<store::Database> db;
};

Result<Book> open_book(const Session& session) {
  TRY(const app::Config config, session.config());
  store::Options options;
  options.path = config.data + "/amends.db";
  options.migrations = app::migrations();
  options.read_only = true;
  options.readers = 1;
  TRY(auto db, store::Database::open(options));
  return Book{config.data, std::move(db)};
}

int on_book(const Session& session, const std::function<int(Book&)>& work) {
  auto book = open_book(session);
  if (!book) {
    const int code = report(book.error());
    return code == kUsage || book.error().kind == Kind::not_found ? kConfiguration : code;
  }
  return work(*book);
}

int verify(const Session& session, Book& book) {
  const auto anchors = audit::anchors(book.folder);
  if (!anchors) {
    report(anchors.error());
    return kAuditBroken;
  }
  const auto verdict =
      book.db->read([&](store::Reader& reader) -> Result<audit::Verdict> { return audit::verify(reader, *anchors); });
  if (!verdict) return report(verdict.error());
  const bool unanchored = verdict->entries > 0 && verdict->anchors == 0 && !verdict->fault;
  if (session.json) {
    const auto& fault = verdict->fault;
    put({{"whole", !fault},
         {"entries", verdict->entries},
         {"heads_compared", verdict->anchors},
         {"head", {{"number", verdict->head.number}, {"digest", or_null(verdict->head.digest)}}},
         {"fault", fault ? ordered_json({{"number", fault->number}, {"what", fault->what}}) : ordered_json(nullptr)}});
  } else if (verdict->fault) {
    std::fprintf(stderr, "amends: the audit chain is broken: %s\n", verdict->fault->what.c_str());
    std::fputs("  Keep this folder as it is. Compare with the heads in the log (event audit.head) and the backups.\n",
               stderr);
  } else {
    std::printf("The audit chain is whole: %lld entries, compared with %d heads noted earlier.\n",
                static_cast<long long>(verdict->entries), verdict->anchors);
    if (unanchored) {
      std::printf("There is no %s: whether its end was cut off can't be told.\n",
                  audit::anchor_file(book.folder).c_str());
    }
  }
  if (verdict->fault) return kAuditBroken;
  return unanchored ? kFindings : kDone;
}

struct AuditPage {
  std::vector<audit::Row> rows;
  std::map<std::int64_t, std::string> logins, brands;
};

Result<AuditPage> read_page(const Session& session, Book& book, const AuditOptions& options) {
  return book.db->read([&](store::Reader& reader) -> Result<AuditPage> {
    AuditPage out;
    for (auto q = reader.query("SELECT id, key FROM brand"); q.next();) {
      out.brands[q.row().integer(0)] = q.row().string(1);
    }
    audit::Asked asked;
    asked.action = options.action;
    asked.before = options.before;
    asked.limit = options.limit;
    for (const auto& [id, key] : out.brands) {
      if (!session.brand.empty() && key == session.brand) asked.brand = BrandId{id};
    }
    if (!session.brand.empty() && !asked.brand) {
      return fail(Kind::invalid, "there is no brand \"" + session.brand + "\"");
    }
    if (!options.user.empty()) {
      const auto user = people::find_user(reader, options.user);
      if (!user) return fail(Kind::not_found, "there is no user \"" + options.user + "\"");
      asked.actor = user->id;
    }
    out.rows = audit::rows(reader, asked);
    for (const audit::Row& row : out.rows) {
      if (!row.actor) continue;
      const auto user = people::find_user(reader, row.actor);
      out.logins[row.actor.value] = user ? user->login : "user " + std::to_string(row.actor.value);
    }
    return out;
  });
}

ordered_json detail_of(const audit::Row& row) {
  auto detail = ordered_json::parse(row.detail, nullptr, false);
  return detail.is_discarded() ? ordered_json(row.detail) : detail;
}

int list_audit(const Session& session, Book& book, const AuditOptions& options) {
  const auto page = read_page(session, book, options);
  if (!page) return report(page.error());
  if (session.json) {
    ordered_json out = ordered_json::array();
    for (const audit::Row& row : page->rows) {
      const auto brand = page->brands.find(row.brand.value);
      out.push_back({{"number", row.number},
                     {"at", to_rfc3339(row.at)},
                     {"actor", row.actor ? ordered_json(page->logins.at(row.actor.value)) : ordered_json(nullptr)},
                     {"action", row.action},
                     {"brand", brand != page->brands.end() ? ordered_json(brand->second) : ordered_json(nullptr)},
                     {"object", or_null(row.object)},
                     {"object_id", row.object.empty() ? ordered_json(nullptr) : ordered_json(row.object_id)},
                     {"detail", detail_of(row)},
                     {"peer", or_null(row.peer)}});
    }
    put(out);
    return kDone;
  }
  if (page->rows.empty()) std::puts("Nothing on record.");
  for (const audit::Row& row : page->rows) {
    const std::string who = row.actor ? page->logins.at(row.actor.value) : "amends";
    std::string what = row.action;
    if (!row.object.empty()) what += "  " + row.object + " " + std::to_string(row.object_id);
    if (const auto brand = page->brands.find(row.brand.value); brand != page->brands.end()) {
      what += "  of " + brand->second;
    }
    if (row.detail != "{}") what += "  " + row.detail;
    if (!row.peer.empty()) what += "  from " + row.peer;
    std::printf("%7lld  %s  %s  %s\n", static_cast<long long>(row.number), cell(show_time(row.at), 18).c_str(),
                cell(who, 14).c_str(), text::printable(what).c_str());
  }
  return kDone;
}

// Long enough for some hundred thousand secrets.
constexpr std::chrono::minutes kRekeyPatience{5};

// By itself, or through the program that holds the folder.
Result<app::Rekeyed> rekey_here_or_there(const Session& session) {
  auto hub = session.open();
  if (hub) return app::rekey(**hub);
  if (hub.error().kind != Kind::busy) return hub.error();
  TRY(const app::Config config, session.config());
  return app::ask_rekey(config.data, kRekeyPatience);
}

int rekey(const Session& session) {
  const auto done = rekey_here_or_there(session);
  if (!done) {
    // Nothing the command itself was given is wrong.
    const int code = report(done.error());
    return code == kUsage || done.error().kind == Kind::not_found ? kConfiguration : code;
  }
  if (session.json) {
    put({{"version", done->version}, {"sealed", done->sealed}, {"resumed", done->resumed}});
  } else {
    std::printf("%s version %d seals the secrets now; %lld were sealed anew and the old key is gone.\n",
                done->resumed ? "Finished what was begun earlier:" : "A fresh key,", done->version,
                static_cast<long long>(done->sealed));
    std::puts("Make a backup: older ones open with the amends.key that lies in them, and not with this one.");
  }
  return kDone;
}

}  // namespace

void add_audit(CLI::App& app, Session& session) {
  CLI::App* audit = app.add_subcommand("audit", "Who did what to people, settings, accounts and personal data");
  audit->require_subcommand(1);

  CLI::App* verify_command =
      audit->add_subcommand("verify", "Check the whole chain; exit code 4 and the first wrong entry when it is broken");
  verify_command->callback(
      [&session] { session.exit_code = on_book(session, [&](Book& book) { return verify(session, book); }); });

  const auto options = std::make_shared<AuditOptions>();
  CLI::App* list_command = audit->add_subcommand("list", "The newest entries");
  list_command->add_option("--action", options->action, "Only this action; \"user.\" for all that begin so");
  list_command->add_option("--user", options->user, "Only what this login did");
  list_command->add_option("--before", options->before, "Only entries with smaller numbers");
  list_command->add_option("--limit", options->limit, "How many")->check(CLI::Range(1, 200));
  list_command->callback([&session, options] {
    session.exit_code = on_book(session, [&](Book& book) { return list_audit(session, book, *options); });
  });

  CLI::App* rekey_command =
      app.add_subcommand("rekey", "Seal all stored secrets with a fresh key; safe to stop and to start again");
  rekey_command->callback([&session] { session.exit_code = rekey(session); });
}

}  // namespace amends::cli
