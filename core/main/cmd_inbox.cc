#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "core/app/desk.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/main/cli.h"
#include "core/main/json.h"

namespace amends::cli {
namespace {

using model::value_in;

struct ListOptions {
  std::string view = "waiting", tag;
  int limit = 25;
};

std::string row_line(const inbox::Row& row, Timestamp now) {
  const std::string rating = row.rating ? std::to_string(static_cast<int>(*row.rating + 0.5)) + "★" : "  ";
  const std::string line = cell(std::to_string(row.thread.value), 6) + " " + cell(show_age(row.last_at, now), 15) +
                           cell(row.channel, 8) + rating + " " + cell(row.author, 20) + " " + cell(row.subject, 34) +
                           " " + cell(row.preview, 40) + (row.owner.empty() ? "" : " @" + row.owner);
  return row.unread ? bold(line) : line;
}

int list_inbox(Session& session, app::Hub& hub, const ListOptions& options) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto view = value_in(inbox::kViews, options.view);
  if (!view)
    return report(fail(Kind::invalid, "there is no view \"" + options.view + "\"", "see `amends inbox --help`"));

  struct Listing {
    inbox::Page page;
    std::vector<std::pair<std::string_view, std::int64_t>> counts;
  };
  const auto listing = hub.db().read([&](store::Reader& reader) -> Result<Listing> {
    Listing out;
    out.page = inbox::page(reader, brand->id, *view, session.user, options.tag, {}, options.limit);
    for (const auto& word : inbox::kViews) {
      out.counts.emplace_back(word.name, inbox::count(reader, brand->id, word.value, session.user, 1000));
    }
    return out;
  });
  if (!listing) return report(listing.error());
  if (session.json) {
    ordered_json rows = ordered_json::array();
    for (const inbox::Row& row : listing->page.rows) rows.push_back(json_of(row));
    ordered_json counts;
    for (const auto& [name, n] : listing->counts) counts[std::string(name)] = n;
    put({{"view", options.view},
         {"threads", std::move(rows)},
         {"more", listing->page.next.has_value()},
         {"counts", counts}});
    return kDone;
  }
  std::string head;
  for (const auto& [name, n] : listing->counts) {
    const std::string words = std::string(name) + " " + (n >= 1000 ? "1000+" : std::to_string(n));
    head += (name == options.view ? bold(words) : dim(words)) + "   ";
  }
  std::puts(head.c_str());
  if (listing->page.rows.empty()) {
    const bool bare = std::all_of(listing->counts.begin(), listing->counts.end(),
                                  [](const auto& count) { return count.second == 0; });
    std::puts(bare ? "\nNothing came in yet. `amends connect` connects a channel, `amends import PATH` brings in what "
                     "was before."
              : options.view == "waiting" ? "\nNobody is waiting for an answer."
                                          : "\nNothing here. `amends inbox --view everything` shows all threads.");
    return kDone;
  }
  std::puts("");
  for (const inbox::Row& row : listing->page.rows) std::puts(row_line(row, hub.clock().now()).c_str());
  if (listing->page.next) std::printf("\n… and more: --limit %d\n", options.limit * 4);
  return kDone;
}

// --- one thread

void print_message(app::Hub& hub, store::Reader& reader, const timeline::Message& m, bool whole) {
  const bool out = m.direction == model::Direction::out;
  std::string head = (out ? "→ " : "← ") + m.author + "  " + show_time(m.at) + "  #" + std::to_string(m.id.value);
  if (m.rating) head += "  " + std::to_string(static_cast<int>(*m.rating)) + "★";
  if ((m.flags & timeline::kSenderNotVerified) != 0) head += "  [sender not verified]";
  if ((m.flags & timeline::kSameIdOtherContent) != 0) head += "  [another message bears the same Message-ID]";
  if (m.origin != model::Origin::personal) head += "  [" + std::string(model::name_of(m.origin)) + "]";
  std::printf("%s\n", bold(text::printable(head)).c_str());
  const auto content = app::read_content(hub, reader, m);
  if (!content) {
    std::printf("    (%s)\n\n", content.error().what.c_str());
    return;
  }
  const std::string words = text::printable(whole || content->reply_text.empty() ? content->text : content->reply_text);
  for (const auto line : text::lines(words)) std::printf("    %.*s\n", static_cast<int>(line.size()), line.data());
  for (const auto& file : content->attachments) {
    std::printf("    %s\n",
                dim("[" + text::printable(file.filename) + ", " + std::to_string(file.size) + " bytes]").c_str());
  }
  if (!whole && !content->quoted_text.empty())
    std::printf("    %s\n", dim("[quoted text folded: --whole shows it]").c_str());
  std::puts("");
}

int show_thread(Session& session, app::Hub& hub, ThreadId id, bool whole) {
  const auto brand = hub.brand(session.brand);
  if (!brand) return report(brand.error());
  const auto shown = hub.db().read([&](store::Reader& reader) -> Result<Done> {
    TRY(const app::ThreadView view, app::read_thread(reader, brand->id, id));
    if (session.json) {
      ordered_json messages = ordered_json::array(), events = ordered_json::array(), notes = ordered_json::array();
      for (const auto& m : view.messages) {
        ordered_json one = json_of(m);
        if (const auto content = app::read_content(hub, reader, m)) {
          one["text"] = content->text;
          one["reply_text"] = content->reply_text;
        }
        messages.push_back(std::move(one));
      }
      for (const auto& e : view.events) events.push_back(json_of(e));
      for (const auto& n : view.notes) {
        notes.push_back({{"id", n.id}, {"author", n.author}, {"at", to_rfc3339(n.at)}, {"text", n.text}});
      }
      put({{"thread", json_of(view.row)},
           {"version", view.version},
           {"tags", view.tags},
           {"messages", std::move(messages)},
           {"events", std::move(events)},
           {"notes", std::move(notes)}});
      return Done{};
    }
    std::printf(
        "%s\n",
        bold(text::printable(view.messages.empty() ? view.row.subject : view.messages.front().subject)).c_str());
    std::string facts = "thread " + std::to_string(id.value) + ", " + std::string(inbox::name_of(view.row.status));
    if (view.row.awaiting) facts += ", awaiting our answer";
    if (!view.row.owner.empty()) facts += ", owner " + view.row.owner;
    if (!view.tags.empty()) facts += ", tags " + text::join(view.tags, ", ");
    std::printf("%s\n\n", dim(facts).c_str());
    for (const auto& m : view.messages) print_message(hub, reader, m, whole);
    for (const auto& e : view.events)
      std::printf("%s\n", dim("· " + show_time(e.at) + "  " + e.kind + " by " + e.actor).c_str());
    for (const auto& n : view.notes) {
      std::printf("%s %s\n", dim("note by " + n.author + ", " + show_time(n.at) + ":").c_str(),
                  text::printable(n.text).c_str());
    }
    return Done{};
  });
  return shown ? kDone : report(shown.error());
}

// --- what an agent does to a thread

using Act = std::function<Result<bool>(app::Desk&, ThreadId)>;

int act(Session& session, std::int64_t thread, const Act& work) {
  return with_hub(session, [&](app::Hub& hub) -> int {
    const auto brand = hub.brand(session.brand);
    if (!brand) return report(brand.error());
    app::Desk desk(hub, *brand, session.user.empty() ? "operator" : session.user);
    const auto changed = work(desk, ThreadId{thread});
    if (!changed) return report(changed.error());
    if (session.json) {
      put({{"thread", thread}, {"changed", *changed}});
    } else if (!*changed) {
      std::puts("It was so already.");
    }
    return kDone;
  });
}

struct ActOptions {
  std::int64_t thread = 0;
  std::string argument;
  bool off = false;
};

}  // namespace

void add_inbox(CLI::App& app, Session& session) {
  auto list_options = std::make_shared<ListOptions>();
  CLI::App* inbox_command = app.add_subcommand("inbox", "Who waits for an answer, newest first");
  inbox_command->add_option("--view", list_options->view,
                            "waiting, unowned, mine, open, snoozed, closed, everything (default: waiting)");
  inbox_command->add_option("--tag", list_options->tag, "Only threads with this tag");
  inbox_command->add_option("--limit", list_options->limit, "How many")->check(CLI::Range(1, 1000));
  inbox_command->callback([&session, list_options] {
    session.exit_code = with_hub(session, [&](app::Hub& hub) { return list_inbox(session, hub, *list_options); });
  });

  auto options = std::make_shared<ActOptions>();
  const auto on = [&](const char* name, const char* help) {
    CLI::App* sub = app.add_subcommand(name, help);
    sub->add_option("THREAD", options->thread, "Number of the thread")->required();
    return sub;
  };

  CLI::App* thread = on("thread", "A whole thread with its notes and events");
  thread->add_flag("--whole", options->off, "Quoted text too");
  thread->callback([&session, options] {
    session.exit_code = with_hub(
        session, [&](app::Hub& hub) { return show_thread(session, hub, ThreadId{options->thread}, options->off); });
  });

  CLI::App* assign = on("assign", "Give a thread an owner (none: back to everybody)");
  assign->add_option("OWNER", options->argument, "Who");
  assign->callback([&session, options] {
    session.exit_code =
        act(session, options->thread, [&](app::Desk& desk, ThreadId id) { return desk.assign(id, options->argument); });
  });

  CLI::App* snooze = on("snooze", "Let a thread sleep until a time, or until the customer writes");
  snooze->add_option("UNTIL", options->argument, "45m, 3h, 2d or 2026-11-21T09:00:00Z")->required();
  snooze->callback([&session, options] {
    session.exit_code = act(session, options->thread, [&](app::Desk& desk, ThreadId id) -> Result<bool> {
      TRY(const Timestamp until, parse_when(options->argument, session.clock.now()));
      return desk.snooze(id, until);
    });
  });

  CLI::App* close = on("close", "Done with a thread; the customer's next word opens it again");
  close->callback([&session, options] {
    session.exit_code = act(session, options->thread, [](app::Desk& desk, ThreadId id) { return desk.close(id); });
  });
  CLI::App* reopen = on("reopen", "Open a closed or sleeping thread");
  reopen->callback([&session, options] {
    session.exit_code = act(session, options->thread, [](app::Desk& desk, ThreadId id) { return desk.reopen(id); });
  });

  CLI::App* read = on("read", "Mark as read (--unread: as unread)");
  read->add_flag("--unread", options->off, "As unread");
  read->callback([&session, options] {
    session.exit_code =
        act(session, options->thread, [&](app::Desk& desk, ThreadId id) { return desk.set_unread(id, options->off); });
  });

  CLI::App* tag = on("tag", "Add a tag (--remove: take it off)");
  tag->add_option("TAG", options->argument, "Up to 60 bytes, no comma")->required();
  tag->add_flag("--remove", options->off, "Take it off");
  tag->callback([&session, options] {
    session.exit_code = act(session, options->thread, [&](app::Desk& desk, ThreadId id) {
      return options->off ? desk.untag(id, options->argument) : desk.tag(id, options->argument);
    });
  });

  CLI::App* note = on("note", "Add a note that only the team sees");
  note->add_option("TEXT", options->argument, "What to remember")->required();
  note->callback([&session, options] {
    session.exit_code =
        act(session, options->thread, [&](app::Desk& desk, ThreadId id) { return desk.note(id, options->argument); });
  });
}

}  // namespace amends::cli
