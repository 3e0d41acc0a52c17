// `amends user …` and `amends setup-link`: the people who may sign in, from the machine that holds the data folder.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "core/app/staff.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"
#include "core/main/serving.h"

namespace amends::cli {
namespace {

using people::LinkKind;
using people::Role;

struct PeopleOptions {
  std::string login, name, email, language, role;
  bool admin = false, remove = false, link = false;
  int hours = 24;
};

// A line that the terminal doesn't show.
std::string ask_hidden(const char* question) {
  std::fputs(question, stderr);
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  return line;
}

// From the terminal twice, from anything else one line, as it stands. Never from the command line, which others can
// see.
Result<Secret> read_password() {
  if (::isatty(STDIN_FILENO) != 1) {
    std::string line;
    std::getline(std::cin, line);
    return Secret(std::move(line));
  }
  Secret first(ask_hidden("Password: "));
  const Secret again(ask_hidden("Once more: "));
  if (first.reveal() != again.reveal()) return fail(Kind::invalid, "the two passwords differ");
  return first;
}

std::string address_of(const app::Hub& hub) {
  const app::HttpConfig& http = hub.config().http;
  return http.public_url.empty() ? local_address(http, http.port) : http.public_url;
}

int print_link(const Session& session, const app::Hub& hub, LinkKind kind, const people::FreshLink& link,
               const std::string& what) {
  const std::string url = address_of(hub) + app::Staff::link_path(kind, link.secret);
  if (session.json) {
    put({{"url", url}, {"expires_at", to_rfc3339(link.expires_at)}});
  } else {
    std::printf("%s\nIt works once, until %s:\n\n  %s\n", what.c_str(), show_time(link.expires_at).c_str(),
                url.c_str());
  }
  return kDone;
}

Result<people::User> user_named(app::Hub& hub, const std::string& login) {
  return hub.db().read([&](store::Reader& reader) -> Result<people::User> {
    auto user = people::find_user(reader, text::ascii_lower(login));
    if (!user) {
      return fail(Kind::not_found, "there is no user \"" + login + "\"", "`amends user list` shows who there is");
    }
    return *std::move(user);
  });
}

Result<Role> role_named(const std::string& word) {
  if (const auto role = model::value_in(people::kRoles, word)) return *role;
  std::vector<std::string> words;
  for (const auto& one : people::kRoles) words.emplace_back(one.name);
  return fail(Kind::invalid, "there is no role \"" + word + "\"", "one of: " + text::join(words, ", "));
}

int done(const Session& session, const std::string& words) {
  if (session.json) {
    put({{"done", true}});
  } else {
    std::puts(words.c_str());
  }
  return kDone;
}

// Everything a command needs: the hub, its staff, and whoever runs the command.
struct Desk {
  Session& session;
  app::Hub& hub;
  app::Staff& staff;
  people::Principal who;
};

// --- the commands

ordered_json json_of_user(const app::Hub& hub, const people::User& user, const std::vector<people::Membership>& roles) {
  ordered_json brands = ordered_json::object();
  for (const auto& one : roles) {
    const app::Brand* brand = hub.find_brand(one.brand);
    if (brand != nullptr) brands[brand->config->key] = people::name_of(one.role);
  }
  return {{"id", user.id.value},
          {"login", user.login},
          {"display_name", user.display_name},
          {"email", or_null(user.email)},
          {"admin", user.admin},
          {"disabled", user.disabled},
          {"second_factor", user.has_totp},
          {"roles", std::move(brands)},
          {"signed_in_at", user.signed_in_at ? ordered_json(to_rfc3339(*user.signed_in_at)) : ordered_json(nullptr)}};
}

std::string words_of(const app::Hub& hub, const people::User& user, const std::vector<people::Membership>& roles) {
  std::vector<std::string> words;
  if (user.disabled) words.emplace_back("disabled");
  if (user.admin) words.emplace_back("admin");
  for (const auto& one : roles) {
    const app::Brand* brand = hub.find_brand(one.brand);
    if (brand != nullptr) words.push_back(std::string(people::name_of(one.role)) + " of " + brand->config->key);
  }
  return words.empty() ? "no role" : text::join(words, ", ");
}

int list_people(Desk& desk, const PeopleOptions&) {
  constexpr int kPage = 200;
  const auto printed = desk.hub.db().read([&](store::Reader& reader) -> Result<std::int64_t> {
    ordered_json out = ordered_json::array();
    std::int64_t count = 0;
    std::string after;
    for (std::size_t found = kPage; found == kPage;) {
      const auto page = people::users(reader, {}, after, kPage);
      found = page.size();
      for (const people::User& user : page) {
        after = user.login;
        ++count;
        const auto roles = people::memberships(reader, user.id);
        if (desk.session.json) {
          out.push_back(json_of_user(desk.hub, user, roles));
        } else {
          const std::string seen = user.signed_in_at
                                       ? "signed in " + show_age(*user.signed_in_at, desk.hub.clock().now())
                                       : "never signed in";
          std::printf("%s  %s  %s  %s\n", cell(user.login, 20).c_str(), cell(user.display_name, 24).c_str(),
                      cell(words_of(desk.hub, user, roles), 34).c_str(), seen.c_str());
        }
      }
    }
    if (desk.session.json) put(out);
    return count;
  });
  if (!printed) return report(printed.error());
  if (*printed == 0 && !desk.session.json) {
    std::puts("Nobody yet. `amends setup-link` makes the first administrator.");
  }
  return kDone;
}

int add(Desk& desk, const PeopleOptions& options) {
  std::optional<Role> role;
  BrandId brand;
  if (!options.role.empty()) {
    const auto named_role = role_named(options.role);
    if (!named_role) return report(named_role.error());
    const auto of = desk.hub.brand(desk.session.brand);
    if (!of) return report(of.error());
    role = *named_role;
    brand = of->id;
  }
  Secret password;
  if (!options.link) {
    auto typed = read_password();
    if (!typed) return report(typed.error());
    if (typed->empty()) {
      return report(fail(Kind::invalid, "no password was given", "type one, pipe one in, or use --link"));
    }
    password = *std::move(typed);
  }
  const std::string name = options.name.empty() ? options.login : options.name;
  const auto id =
      desk.staff.add_user(desk.who, {options.login, name, options.email, options.language, options.admin}, password);
  if (!id) return report(id.error());
  if (role) {
    if (const auto given = desk.staff.set_role(desk.who, *id, brand, *role); !given) return report(given.error());
  }
  if (!options.link) return done(desk.session, "Added " + options.login + ".");
  const auto link = desk.staff.make_reset_link(desk.who, *id);
  if (!link) return report(link.error());
  return print_link(desk.session, desk.hub, LinkKind::reset, *link,
                    "Added " + options.login + ". The password is chosen here.");
}

int set_disabled(Desk& desk, const PeopleOptions& options, bool disabled) {
  const auto user = user_named(desk.hub, options.login);
  if (!user) return report(user.error());
  people::UserChange change;
  change.disabled = disabled;
  if (const auto changed = desk.staff.change_user(desk.who, user->id, change); !changed) return report(changed.error());
  return done(desk.session, user->login + (disabled ? " is disabled: all sessions are over." : " may sign in again."));
}
int disable(Desk& desk, const PeopleOptions& options) { return set_disabled(desk, options, true); }
int enable(Desk& desk, const PeopleOptions& options) { return set_disabled(desk, options, false); }

int set_admin(Desk& desk, const PeopleOptions& options) {
  const auto user = user_named(desk.hub, options.login);
  if (!user) return report(user.error());
  people::UserChange change;
  change.admin = !options.remove;
  if (const auto changed = desk.staff.change_user(desk.who, user->id, change); !changed) return report(changed.error());
  return done(desk.session, user->login + (options.remove ? " is no administrator any more." : " is administrator."));
}

int set_role(Desk& desk, const PeopleOptions& options) {
  const auto user = user_named(desk.hub, options.login);
  if (!user) return report(user.error());
  const auto brand = desk.hub.brand(desk.session.brand);
  if (!brand) return report(brand.error());
  const std::string of = " of " + brand->config->key + ".";
  if (options.role == "none") {
    if (const auto gone = desk.staff.remove_role(desk.who, user->id, brand->id); !gone) return report(gone.error());
    return done(desk.session, user->login + " is nothing" + of);
  }
  const auto role = role_named(options.role);
  if (!role) return report(Error(role.error()).with_hint(role.error().hint + ", none"));
  if (const auto set = desk.staff.set_role(desk.who, user->id, brand->id, *role); !set) return report(set.error());
  return done(desk.session, user->login + " is " + options.role + of);
}

int set_password(Desk& desk, const PeopleOptions& options) {
  const auto user = user_named(desk.hub, options.login);
  if (!user) return report(user.error());
  if (options.link) {
    const auto link = desk.staff.make_reset_link(desk.who, user->id);
    if (!link) return report(link.error());
    return print_link(desk.session, desk.hub, LinkKind::reset, *link, "A new password for " + user->login + ".");
  }
  const auto typed = read_password();
  if (!typed) return report(typed.error());
  if (const auto set = desk.staff.set_password(desk.who, user->id, *typed); !set) return report(set.error());
  return done(desk.session, "The password of " + user->login + " is changed; all sessions are over.");
}

int remove_second_factor(Desk& desk, const PeopleOptions& options) {
  const auto user = user_named(desk.hub, options.login);
  if (!user) return report(user.error());
  if (const auto gone = desk.staff.remove_totp(desk.who, user->id); !gone) return report(gone.error());
  return done(desk.session, user->login + " signs in by the password alone until a second factor is set up again.");
}

int invite(Desk& desk, const PeopleOptions& options) {
  app::Staff::Invitation invitation;
  invitation.email = options.email;
  invitation.admin = options.admin;
  invitation.life = std::chrono::hours(options.hours);
  if (!options.admin) {
    const auto role = role_named(options.role.empty() ? "agent" : options.role);
    if (!role) return report(role.error());
    const auto brand = desk.hub.brand(desk.session.brand);
    if (!brand) return report(brand.error());
    invitation.role = *role;
    invitation.brand = brand->id;
  }
  const auto link = desk.staff.invite(desk.who, invitation);
  if (!link) return report(link.error());
  return print_link(desk.session, desk.hub, LinkKind::invitation, *link, "Send this to " + options.email + ".");
}

int setup_link(Desk& desk, const PeopleOptions&) {
  const auto link = desk.staff.make_setup_link();
  if (!link) return report(link.error());
  return print_link(desk.session, desk.hub, LinkKind::first_admin, *link, "The first administrator is made here.");
}

std::function<void()> run_at_desk(Session& session, const std::shared_ptr<PeopleOptions>& options,
                                  int (*command)(Desk&, const PeopleOptions&)) {
  return [&session, options, command] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) {
      app::Staff staff(hub);
      Desk desk{session, hub, staff, people::console(session.user)};
      return command(desk, *options);
    });
  };
}

}  // namespace

void add_people(CLI::App& app, Session& session) {
  CLI::App* user = app.add_subcommand("user", "Who may sign in, and as what");
  user->require_subcommand(1);
  const auto options = std::make_shared<PeopleOptions>();
  const auto command = [&](const char* name, const char* help, int (*work)(Desk&, const PeopleOptions&)) {
    CLI::App* sub = user->add_subcommand(name, help);
    sub->callback(run_at_desk(session, options, work));
    return sub;
  };
  const auto with_login = [&](CLI::App* sub) {
    sub->add_option("LOGIN", options->login, "Login name")->required();
    return sub;
  };

  command("list", "Everybody, with what they are", list_people);

  CLI::App* sub = with_login(command("add", "A new user; the password is asked for, or read from a pipe", add));
  sub->add_option("--name", options->name, "As others see it (default: the login)");
  sub->add_option("--email", options->email, "E-mail address");
  sub->add_option("--language", options->language, "Two letters, as \"en\"");
  sub->add_option("--role", options->role, "Role in the brand of --brand");
  sub->add_flag("--admin", options->admin, "Administrator: everything everywhere");
  sub->add_flag("--link", options->link, "No password now: print a link where it is chosen");

  with_login(command("disable", "End all sessions; no way in until enabled", disable));
  with_login(command("enable", "Let a disabled user in again", enable));
  with_login(command("admin", "Make administrator", set_admin))
      ->add_flag("--remove", options->remove, "Take it away instead");
  with_login(command("role", "What the user is in the brand of --brand", set_role))
      ->add_option("ROLE", options->role,
                   "agent, senior_agent, support_lead, marketing, curator, manager, director, none")
      ->required();
  with_login(command("password", "A new password: asked for, or read from a pipe", set_password))
      ->add_flag("--link", options->link, "Print a link where it is chosen");
  with_login(command("second-factor-off", "For somebody who lost the device", remove_second_factor));

  sub = command("invite", "A link by which somebody makes their own user", invite);
  sub->add_option("EMAIL", options->email, "Whom it is for")->required();
  sub->add_option("--role", options->role, "Role in the brand of --brand (default: agent)");
  sub->add_flag("--admin", options->admin, "Administrator instead");
  sub->add_option("--hours", options->hours, "How long it is good: up to 72")->check(CLI::Range(1, 72));

  CLI::App* setup = app.add_subcommand("setup-link", "The link that makes the first administrator, 15 minutes");
  setup->callback(run_at_desk(session, options, setup_link));
}

}  // namespace amends::cli
