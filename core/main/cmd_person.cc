#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <CLI/CLI.hpp>

#include "core/app/erase.h"
#include "core/app/export_person.h"
#include "core/app/view.h"
#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/web/request_keys.h"

namespace amends::cli {
namespace {

struct PersonOptions {
  std::string who, to;
  bool dry_run = false, yes = false;
};

struct FoundPerson {
  app::Brand brand;
  app::CustomerView customer;
};

Result<FoundPerson> find(Session& session, app::Hub& hub, const std::string& who) {
  TRY(const app::Brand brand, hub.brand(session.brand));
  TRY(app::CustomerView customer, hub.db().read([&](store::Reader& reader) -> Result<app::CustomerView> {
    return app::find_customer(reader, brand.id, who);
  }));
  return FoundPerson{brand, std::move(customer)};
}

Result<Done> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(Kind::unavailable, std::string("writing the export: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return Done{};
}

int export_person(Session& session, app::Hub& hub, const PersonOptions& o) {
  const auto found = find(session, hub, o.who);
  if (!found) return report(found.error());
  const std::string path = o.to.empty() ? "customer-" + std::to_string(found->customer.id.value) + ".zip" : o.to;
  const bool to_stdout = path == "-";
  const std::string part = path + ".part";
  const int fd =
      to_stdout ? STDOUT_FILENO : ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return report(fail(Kind::invalid, path + ": " + std::strerror(errno)));
  const auto done = app::export_person(hub, found->brand.id, found->customer.id,
                                       [&](std::string_view bytes) { return write_all(fd, bytes); });
  if (!to_stdout) {
    ::fsync(fd);
    ::close(fd);
  }
  if (!done) {
    if (!to_stdout) ::unlink(part.c_str());
    return report(done.error());
  }
  if (!to_stdout && std::rename(part.c_str(), path.c_str()) != 0) {
    return report(fail(Kind::unavailable, path + ": " + std::strerror(errno)));
  }
  const auto noted = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    audit::append(tx, {session.clock.now(),
                       {},
                       "person.exported",
                       found->brand.id,
                       "customer",
                       found->customer.id.value,
                       audit::detail({{"by", "console"}}),
                       {}});
    return Done{};
  });
  if (!noted) return report(noted.error());
  if (to_stdout) return kDone;
  if (session.json) {
    put({{"path", path}, {"messages", done->messages}, {"items", done->items}, {"withheld", done->withheld}});
    return kDone;
  }
  std::printf("Wrote %s: %lld messages, %lld items as they came.\n", path.c_str(),
              static_cast<long long>(done->messages), static_cast<long long>(done->items));
  if (done->withheld > 0) {
    std::printf("%lld mails name others in secret (Bcc); they are told without their bytes.\n",
                static_cast<long long>(done->withheld));
  }
  return kDone;
}

ordered_json json_of_plan(const app::ErasePlan& plan) {
  return {{"customers", plan.customers.size()},
          {"identities", plan.handles},
          {"messages", plan.messages.size()},
          {"messages_shared_with_others", plan.shared.size()},
          {"items", plan.items.size()},
          {"bytes", plan.bytes},
          {"attachments", plan.attachments},
          {"threads", plan.threads.size()},
          {"threads_shared_with_others", plan.shared_threads.size()},
          {"updates", plan.updates.size()},
          {"notes", plan.notes},
          {"notes_kept", plan.notes_kept},
          {"drafts", plan.drafts},
          {"events", plan.events},
          {"suggestions", plan.suggestions}};
}

void tell(const app::ErasePlan& plan, bool done) {
  const auto line = [](std::size_t count, const char* what) {
    if (count > 0) std::printf("  %6zu %s\n", count, what);
  };
  std::puts(done ? "Erased:" : "Would go:");
  for (const std::string& handle : plan.handles) {
    if (!done) std::printf("         %s\n", text::printable(handle).c_str());
  }
  line(plan.messages.size(), "messages");
  line(plan.items.size(), "items as they came");
  line(static_cast<std::size_t>(plan.attachments), "attachments");
  line(plan.threads.size(), "whole threads");
  line(plan.updates.size(), "updates of ours (their numbers stay, empty)");
  line(static_cast<std::size_t>(plan.notes), "notes");
  line(static_cast<std::size_t>(plan.drafts), "drafts");
  line(static_cast<std::size_t>(plan.events), "events");
  line(static_cast<std::size_t>(plan.suggestions), "suggestions");
  if (!plan.shared.empty()) {
    std::printf("%zu messages also went to others and stay with them.\n", plan.shared.size());
  }
  for (const ThreadId thread : plan.shared_threads) {
    if (plan.notes_kept == 0) break;
    std::printf("Others take part in thread %lld: look through its notes yourself.\n",
                static_cast<long long>(thread.value));
  }
}

int erase_person(Session& session, app::Hub& hub, const PersonOptions& o) {
  const auto found = find(session, hub, o.who);
  if (!found) return report(found.error());
  if (o.dry_run || !o.yes) {
    const auto plan = hub.db().read(
        [&](store::Reader& reader) { return app::plan_erasure(hub, reader, found->brand.id, found->customer.id); });
    if (!plan) return report(plan.error());
    if (session.json) {
      put({{"erased", false}, {"plan", json_of_plan(*plan)}});
    } else {
      tell(*plan, false);
      std::puts("Nothing was changed. There is no way back: with --yes it is done.");
    }
    return o.dry_run ? kDone : kUsage;
  }
  app::EraseRequest request;
  request.brand = found->brand.id;
  request.customer = found->customer.id;
  request.actor = session.user.empty() ? "operator" : session.user;
  request.also = [&](store::Tx& tx, const app::ErasePlan& plan, const std::string& pseudonym) -> Result<Done> {
    audit::append(tx, {session.clock.now(),
                       {},
                       "person.erased",
                       plan.brand,
                       "customer",
                       plan.customer.value,
                       audit::detail({{"name", pseudonym}, {"by", "console"}}),
                       {}});
    return Done{};
  };
  const auto done = app::erase_person(hub, request);
  if (!done) return report(done.error());
  if (session.json) {
    put({{"erased", true},
         {"name", done->pseudonym},
         {"scrubbed", done->scrubbed},
         {"plan", json_of_plan(done->plan)}});
    return kDone;
  }
  tell(done->plan, true);
  std::printf("What stays is a name that says nothing, %s, and hashes by which old mail is known.\n",
              done->pseudonym.c_str());
  if (!done->scrubbed)
    std::puts("Traces are still on the disk; they go at the next chance (`amends check` and metrics say).");
  std::puts("Backups made before now still hold them: a restore erases again, and they end with your rotation.");
  return kDone;
}

}  // namespace

void add_person(CLI::App& customer, Session& session) {
  auto o = std::make_shared<PersonOptions>();
  CLI::App* out = customer.add_subcommand("export", "Everything stored of a person, as a ZIP");
  out->add_option("CUSTOMER", o->who, "Number, address or whole name")->required();
  out->add_option("--to", o->to, "File, or - for the standard output (default: customer-NUMBER.zip)");
  out->callback([&session, o] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return export_person(session, hub, *o); });
  });

  CLI::App* erase = customer.add_subcommand("erase", "Erase a person for good, from every copy");
  erase->add_option("CUSTOMER", o->who, "Number, address or whole name")->required();
  erase->add_flag("--dry-run", o->dry_run, "Only say what would go");
  erase->add_flag("--yes", o->yes, "Do it");
  erase->callback([&session, o] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return erase_person(session, hub, *o); });
  });
}

}  // namespace amends::cli
