#include <iostream>

#include <CLI/CLI.hpp>

#include "core/main/cli.h"
#include "core/main/inspect.h"

namespace amends::cli {

void add_inspect(CLI::App& app, Session& session) {
  CLI::App* inspect =
      app.add_subcommand("inspect", "Show what Amends understands of a mail, a mailbox, records or HTML");
  inspect->require_subcommand(1);
  inspect->footer("The inspectors need no database and no configuration, and their output is stable.");

  auto* mail = inspect->add_subcommand("mail", "A raw message on stdin, as one JSON object");
  auto authserv = std::make_shared<std::vector<std::string>>();
  mail->add_option("--trust", *authserv,
                   "Name of a mail server whose Authentication-Results are believed (repeatable)");
  mail->callback([&session, authserv] { session.exit_code = inspect_mail(std::cin, std::cout, std::cerr, *authserv); });

  auto* threads =
      inspect->add_subcommand("threads", "An mbox, Maildir or folder of .eml, as {\"threads\":[[\"message-id\",…],…]}");
  auto path = std::make_shared<std::string>();
  threads->add_option("PATH", *path, "mbox file, Maildir, .eml file or folder of them")->required();
  threads->callback([&session, path] { session.exit_code = inspect_threads(*path, std::cout, std::cerr); });

  auto* links =
      inspect->add_subcommand("links", "Person records (a JSON array on stdin), as {\"clusters\":[[\"id\",…],…]}");
  auto explain = std::make_shared<bool>(false);
  links->add_flag("--explain", *explain, "Add the scored pairs with the reason for each");
  links->callback([&session, explain] { session.exit_code = inspect_links(std::cin, std::cout, std::cerr, *explain); });

  auto* html = inspect->add_subcommand("html", "HTML on stdin, cleaned as it would be shown");
  html->callback([&session] { session.exit_code = inspect_html(std::cin, std::cout, std::cerr); });
}

}  // namespace amends::cli
