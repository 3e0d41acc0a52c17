#include <cstdio>

#include <CLI/CLI.hpp>

#include "core/app/people.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/identity/suggest.h"
#include "core/main/cli.h"
#include "core/main/json.h"

namespace amends::cli {
namespace {

struct CustomersOptions {
  std::string one, other;
  std::int64_t number = 0, second = 0;
  std::string reason;
};

int run_on_people(Session& session, const std::function<Result<std::string>(app::People&)>& work) {
  return with_hub(session, [&](app::Hub& hub) -> int {
    const auto brand = hub.brand(session.brand);
    if (!brand) return report(brand.error());
    app::People people(hub, *brand, session.user.empty() ? "operator" : session.user);
    const auto said = work(people);
    if (!said) return report(said.error());
    std::puts(said->c_str());
    return kDone;
  });
}

int show_suggestions(Session& session, const std::string& who) {
  return with_hub(session, [&](app::Hub& hub) -> int {
    const auto brand = hub.brand(session.brand);
    if (!brand) return report(brand.error());
    struct Shown {
      app::CustomerView customer;
      std::vector<std::pair<identity::Suggestion, app::CustomerView>> others;
    };
    const auto shown = hub.db().read([&](store::Reader& reader) -> Result<Shown> {
      Shown out;
      TRY(out.customer, app::find_customer(reader, brand->id, who));
      for (identity::Suggestion& s : identity::suggest(reader, brand->id, out.customer.id)) {
        TRY(app::CustomerView other, app::read_customer(reader, brand->id, s.other));
        out.others.emplace_back(std::move(s), std::move(other));
      }
      return out;
    });
    if (!shown) return report(shown.error());
    ordered_json all = ordered_json::array();
    for (const auto& [suggestion, other] : shown->others) {
      ordered_json reasons = ordered_json::array();
      std::string words;
      for (const auto& reason : suggestion.reasons) {
        reasons.push_back({{"field", reason.field}, {"level", reason.level}, {"weight", reason.weight}});
        if (reason.weight > 0) words += (words.empty() ? "" : ", ") + reason.field + " " + reason.level;
      }
      all.push_back(
          {{"customer", json_of(other)}, {"confidence", suggestion.confidence}, {"reasons", std::move(reasons)}});
      if (!session.json) {
        std::printf("%3d %%  customer %lld  %s  (%s)\n", static_cast<int>(suggestion.confidence * 100 + 0.5),
                    static_cast<long long>(other.id.value), text::printable(other.name).c_str(), words.c_str());
      }
    }
    if (session.json) put({{"customer", json_of(shown->customer)}, {"suggestions", std::move(all)}});
    if (!session.json && shown->others.empty()) std::puts("Nobody else looks like the same person.");
    return kDone;
  });
}

std::string told(Session& session, const char* what, std::int64_t event) {
  if (session.json) {
    return ordered_json({{"event", event}}).dump();
  }
  return std::string(what) + " Take it back with: amends customer undo " + std::to_string(event);
}

}  // namespace

void add_customers(CLI::App& app, Session& session) {
  auto o = std::make_shared<CustomersOptions>();
  CLI::App* customer = app.add_subcommand(
      "customer", "Who is who: merge, split, take back; hand out and erase what is stored of a person");
  customer->require_subcommand(1);
  add_person(*customer, session);

  CLI::App* merge = customer->add_subcommand("merge", "Two customers are the same person");
  merge->add_option("INTO", o->one, "Who stays: number, address or whole name")->required();
  merge->add_option("FROM", o->other, "Who turns out to be the same")->required();
  merge->add_option("--reason", o->reason, "For the record");
  merge->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY(const auto event, people.merge(o->one, o->other, o->reason));
      return told(session, "One customer now.", event.value);
    });
  });

  CLI::App* split = customer->add_subcommand("split", "An identity is somebody else");
  split->add_option("HANDLE", o->one, "The address or handle that does not belong")->required();
  split->add_option("--reason", o->reason, "For the record");
  split->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY(const auto event, people.split(o->one, o->reason));
      return told(session, "A customer of its own now.", event.value);
    });
  });

  CLI::App* suggestions = customer->add_subcommand("suggestions", "Who may be the same person, and why");
  suggestions->add_option("CUSTOMER", o->one, "Number, address or whole name")->required();
  suggestions->callback([&session, o] { session.exit_code = show_suggestions(session, o->one); });

  CLI::App* dismiss = customer->add_subcommand("dismiss", "These are two people: never suggest them again");
  dismiss->add_option("ONE", o->one, "Number, address or whole name")->required();
  dismiss->add_option("OTHER", o->other, "The other one")->required();
  dismiss->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY_DO(people.dismiss(o->one, o->other));
      return session.json ? std::string("{\"dismissed\":true}") : std::string("Noted: two people.");
    });
  });

  CLI::App* undo = customer->add_subcommand("undo", "Take a merge or split back: everything is as it was");
  undo->add_option("EVENT", o->number, "Number of the merge or split")->required();
  undo->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY_DO(people.undo(o->number));
      return session.json ? std::string("{\"undone\":true}") : std::string("Taken back.");
    });
  });

  CLI::App* rethread = app.add_subcommand("rethread", "Put a message into another thread (or a new one: no THREAD)");
  rethread->add_option("MESSAGE", o->number, "Number of the message")->required();
  rethread->add_option("THREAD", o->second, "Where it belongs");
  rethread->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY(const std::int64_t op, people.rethread(MessageId{o->number}, ThreadId{o->second}));
      return session.json ? ordered_json({{"operation", op}}).dump()
                          : "Moved. Take it back with: amends rethread-undo " + std::to_string(op);
    });
  });

  CLI::App* join = app.add_subcommand("join", "Two threads are one conversation");
  join->add_option("THREAD", o->number, "Which stays")->required();
  join->add_option("OTHER", o->second, "Which goes into it")->required();
  join->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY(const std::int64_t op, people.join(ThreadId{o->number}, ThreadId{o->second}));
      return session.json ? ordered_json({{"operation", op}}).dump()
                          : "Joined. Take it back with: amends rethread-undo " + std::to_string(op);
    });
  });

  CLI::App* back = app.add_subcommand("rethread-undo", "Take a rethread or join back");
  back->add_option("OPERATION", o->number, "Its number")->required();
  back->callback([&session, o] {
    session.exit_code = run_on_people(session, [&](app::People& people) -> Result<std::string> {
      TRY_DO(people.undo_threads(o->number));
      return session.json ? std::string("{\"undone\":true}") : std::string("Taken back.");
    });
  });
}

}  // namespace amends::cli
