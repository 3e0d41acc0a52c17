// The command line. Each command lives in a cmd_*.cc of this folder; this file only names the words all of them share.
#include <clocale>
#include <iostream>

#include <CLI/CLI.hpp>

#include "core/main/cli.h"
#include "core/main/usage.h"
#include "core/mime/mail.h"

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::ios::sync_with_stdio(false);
  amends::mime::init();

  CLI::App app{"Amends pulls what customers say about you into one timeline per customer, and helps you answer."};
  app.name("amends");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "amends " AMENDS_VERSION);
  app.footer(
      "Exit codes: 0 done; 1 done, with findings or failures listed; 2 usage; 3 data corrupt; 4 audit chain broken;\n"
      "            75 busy or unreachable, try again; 78 configuration.\n"
      "Start with `amends demo`, or `amends import PATH --data FOLDER` and then `amends inbox --data FOLDER`.");

  amends::cli::Session session;
  app.add_option("--config", session.config_file, "Configuration file (default: ./amends.toml, then the system's)");
  app.add_option("--data", session.data_folder, "Folder of the database; wins over the configuration");
  app.add_option("--brand", session.brand, "Brand to act in, when there are several");
  app.add_option("--as", session.user, "Who is acting, for the record")->envname("USER");
  app.add_flag("--json", session.json, "Answer in JSON");
  app.add_flag("-q,--quiet", session.quiet, "No progress, only errors in the log");

  amends::cli::add_import(app, session);
  amends::cli::add_inbox(app, session);
  amends::cli::add_timeline(app, session);
  amends::cli::add_answer(app, session);
  amends::cli::add_customers(app, session);
  amends::cli::add_accounts(app, session);
  amends::cli::add_connect(app, session);
  amends::cli::add_upkeep(app, session);
  amends::cli::add_backup(app, session);
  amends::cli::add_people(app, session);
  amends::cli::add_audit(app, session);
  amends::cli::add_inspect(app, session);
  amends::cli::add_plugin(app, session);
  amends::cli::add_demo(app, session);
  amends::cli::one_value_each(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return amends::cli::explain(app, error);
  }
  return session.exit_code;
}
