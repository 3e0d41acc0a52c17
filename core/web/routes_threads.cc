#include "core/app/changes.h"
#include "core/app/desk.h"
#include "core/app/people.h"
#include "core/identity/identities.h"
#include "core/people/users.h"
#include "core/thread/threads.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::string_view kStates[] = {"viewing", "writing", "gone"};
inline constexpr auto kReasonNames = kNamesOf<thread::kReasons>;

constexpr std::int64_t kThreadsMostWords = 100;  // messages whose text is told with a thread
constexpr Field kThreadQuery[] = {integer_field(
    "words", 0, kThreadsMostWords, "Of how many messages, the newest first, the text is told; 20 when left out")};

constexpr Field kThreadMessageFields[] = {
    object_field("message", kMessage, "").needed(),
    object_field("words", kWords, "What it says; null where it was not asked for or can't be read").or_null().needed()};
constexpr Schema kThreadMessage{"ThreadMessage", kThreadMessageFields};

constexpr Field kDraftFields[] = {
    text_field("text", "").needed().from(0).up_to(1'000'000),
    integer_field("thread_version", 0, kLargestId, "The thread's version when it was begun").needed(),
    time_field("saved_at", "").needed()};
constexpr Schema kDraft{"Draft", kDraftFields};

constexpr Field kThreadFields[] = {
    object_field("thread", kThreadRow, "").needed(),
    integer_field("version", 0, kLargestId, "Hand it back with an answer, as seen_version").needed(),
    object_field("customer", kCustomer, "").or_null().needed(),
    line_field("tags", "").many(1000),
    object_field("messages", kThreadMessage, "Oldest first").many(1000),
    object_field("events", kEvent, "").many(100'000),
    object_field("notes", kNote, "").many(100'000),
    object_field("updates", kUpdate, "What we sent in it, and what is on its way").many(100'000),
    object_field("draft", kDraft, "Your own").or_null().needed()};
constexpr Schema kThread{"Thread", kThreadFields};

constexpr Field kOwnerFields[] = {line_field("owner", "A login; null hands it back to everybody").or_null().up_to(40)};
constexpr Schema kOwner{"Owner", kOwnerFields};
constexpr Field kSnoozeFields[] = {time_field("until", "When it wakes").needed()};
constexpr Schema kSnooze{"Snooze", kSnoozeFields};
constexpr Field kUnreadFields[] = {flag_field("unread", "").needed()};
constexpr Schema kUnread{"Unread", kUnreadFields};
constexpr Field kTagFields[] = {line_field("tag", "Without a comma").needed().up_to(60)};
constexpr Schema kTag{"Tag", kTagFields};
constexpr Field kNewNoteFields[] = {
    text_field("text", "Seen by colleagues, never by customers").needed().up_to(20'000)};
constexpr Schema kNewNote{"NewNote", kNewNoteFields};
constexpr Field kNotesFields[] = {object_field("items", kNote, "").many(100'000)};
constexpr Schema kNotes{"Notes", kNotesFields};
constexpr Field kSaveDraftFields[] = {
    text_field("text", "").needed().from(0).up_to(200'000),
    integer_field("thread_version", 0, kLargestId, "The thread's version you see").needed()};
constexpr Schema kSaveDraft{"SaveDraft", kSaveDraftFields};

constexpr Field kPresenceFields[] = {word_field("state", kStates, "gone when the thread is left").needed()};
constexpr Schema kPresence{"Presence", kPresenceFields};
constexpr Field kPresentFields[] = {line_field("login", "").needed(), word_field("state", kStates, "").needed()};
constexpr Schema kPresent{"Present", kPresentFields};
constexpr Field kAllPresentFields[] = {object_field("items", kPresent, "").many(1000)};
constexpr Schema kAllPresent{"AllPresent", kAllPresentFields};

constexpr Field kAlikeFields[] = {id_field("thread", "").needed(),
                                  word_field("reason", kReasonNames, "Why it may belong with this one").needed(),
                                  id_field("message", "Which one raised it").or_null().needed()};
constexpr Schema kAlike{"ThreadSuggestion", kAlikeFields};
constexpr Field kAllAlikeFields[] = {object_field("items", kAlike, "").many(1000)};
constexpr Schema kAllAlike{"ThreadSuggestions", kAllAlikeFields};

ThreadId thread_of(const Call& call) { return call.id<ThreadId>("thread"); }

void add_draft(Json& json, const std::optional<inbox::Draft>& draft) {
  if (!draft) {
    json.add(nullptr);
    return;
  }
  json.open()
      .put("text", draft->text)
      .put("thread_version", draft->thread_version)
      .put("saved_at", draft->saved_at)
      .close();
}

Result<std::string> render_thread(Call& call, store::Reader& reader) {
  const BrandId brand = call.brand_id();
  TRY(const app::ThreadView view, app::read_thread(reader, brand, thread_of(call)));
  const CustomerId customer = view.row.identity ? identity::customer_of(reader, view.row.identity) : CustomerId{};
  Json json;
  json.open();
  add(json.key("thread"), reader, brand, view.row);
  json.put("version", view.version).key("customer");
  const auto who = customer ? app::read_customer(reader, brand, customer) : Result<app::CustomerView>(absent());
  if (who) {
    add(json, *who);
  } else {
    json.add(nullptr);
  }
  json.put_list("tags", view.tags).key("messages").open_list();
  const auto told = static_cast<std::size_t>(call.query.integer("words", 20));
  for (std::size_t i = 0; i < view.messages.size(); ++i) {
    add(json.open().key("message"), view.messages[i]).key("words");
    const bool asked = view.messages.size() - i <= told;
    const auto content =
        asked ? app::read_content(call.services.hub, reader, view.messages[i]) : Result<model::Content>(absent());
    if (content) {
      add_words(json, *content);
    } else {
      json.add(nullptr);
    }
    json.close();
  }
  json.close_list().key("events").open_list();
  for (const auto& event : view.events) add(json, event);
  json.close_list().key("notes").open_list();
  for (const auto& note : view.notes) add(json, note);
  json.close_list().key("updates").open_list();
  for (const auto& update : outbox::of_thread(reader, brand, view.row.thread)) add(json, update);
  json.close_list().key("draft");
  add_draft(json, inbox::draft(reader, view.row.thread, call.who.login));
  json.close();
  return json.take();
}

Result<Reply> read_thread(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(std::string body, render_thread(call, reader));
    return Reply{.body = std::move(body)};
  });
}

// The thread a caller means, when it is the brand's.
Result<ThreadId> found_thread(const Call& call, store::Reader& reader) {
  const ThreadId now = thread::current(reader, thread_of(call));
  const auto summary = thread::summary(reader, now);
  if (!summary || summary->brand != call.brand_id()) return absent();
  return now;
}

app::Desk desk_of(const Call& call) { return {call.services.hub, call.in_brand(), call.who.login}; }

Result<Reply> assign(Call& call) {
  TRY(const bool done, desk_of(call).assign(thread_of(call), call.body.text("owner")));
  return changed(done);
}

Result<Reply> snooze(Call& call) {
  TRY(const bool done, desk_of(call).snooze(thread_of(call), *call.body.time("until")));
  return changed(done);
}

Result<Reply> close_thread(Call& call) {
  TRY(const bool done, desk_of(call).close(thread_of(call)));
  return changed(done);
}

Result<Reply> reopen_thread(Call& call) {
  TRY(const bool done, desk_of(call).reopen(thread_of(call)));
  return changed(done);
}

Result<Reply> set_unread(Call& call) {
  TRY(const bool done, desk_of(call).set_unread(thread_of(call), call.body.flag("unread")));
  return changed(done);
}

Result<Reply> add_tag(Call& call) {
  TRY(const bool done, desk_of(call).tag(thread_of(call), call.body.text("tag")));
  return changed(done);
}

Result<Reply> remove_tag(Call& call) {
  TRY(const bool done, desk_of(call).untag(thread_of(call), call.query.text("tag")));
  return changed(done);
}

Result<Reply> list_notes(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ThreadId thread, found_thread(call, reader));
    Json json;
    json.open().key("items").open_list();
    for (const auto& note : inbox::notes(reader, thread)) add(json, note);
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> add_note(Call& call) {
  TRY(const bool done, desk_of(call).note(thread_of(call), call.body.text("text")));
  return changed(done);
}

Result<std::string> render_draft(const Call& call, store::Reader& reader, ThreadId thread) {
  const auto draft = inbox::draft(reader, thread, call.who.login);
  if (!draft) return absent();
  Json json;
  add_draft(json, draft);
  return json.take();
}

Result<Reply> read_draft(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ThreadId thread, found_thread(call, reader));
    TRY(std::string body, render_draft(call, reader, thread));
    return Reply{.body = std::move(body)};
  });
}

void tell_draft(store::Tx& tx, const Call& call, ThreadId thread, const char* how) {
  app::tell_subject(tx, events::What::draft_changed, {call.brand_id(), call.now, call.who.login}, thread, 0,
                    {{"how", how}});
}

Result<Reply> save_draft(Call& call) {
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const ThreadId thread, found_thread(call, tx));
    if (const auto before = render_draft(call, tx, thread)) TRY_DO(call.unchanged(*before));
    TRY_DO(inbox::save_draft(tx, thread, call.who.login,
                             {std::string(call.body.text("text")), call.body.integer("thread_version"), call.now}));
    tell_draft(tx, call, thread, "saved");
    TRY(std::string body, render_draft(call, tx, thread));
    return Reply{.body = std::move(body)};
  });
}

Result<Reply> discard_draft(Call& call) {
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const ThreadId thread, found_thread(call, tx));
    if (const auto before = render_draft(call, tx, thread)) {
      TRY_DO(call.unchanged(*before));
      inbox::discard_draft(tx, thread, call.who.login);
      tell_draft(tx, call, thread, "discarded");
    }
    return no_content();
  });
}

// Presence is told again every few seconds by whoever is there.
constexpr std::chrono::seconds kPresenceLife{30};
constexpr std::chrono::seconds kWritingLife{8};

Result<Reply> show_presence(Call& call) {
  TRY(const ThreadId thread,
      call.services.hub.db().read([&](store::Reader& reader) { return found_thread(call, reader); }));
  const std::string state(call.body.text("state"));
  call.services.live.show({call.brand_id(), "presence", thread, call.who.login, state},
                          state == "writing" ? kWritingLife : kPresenceLife);
  return no_content();
}

Result<Reply> read_presence(Call& call) {
  TRY(const ThreadId thread,
      call.services.hub.db().read([&](store::Reader& reader) { return found_thread(call, reader); }));
  Json json;
  json.open().key("items").open_list();
  for (const app::Passing& one : call.services.live.shown(call.brand_id(), thread))
    json.open().put("login", one.who).put("state", one.state).close();
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> list_alike(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ThreadId thread, found_thread(call, reader));
    Json json;
    json.open().key("items").open_list();
    for (const auto& one : thread::suggestions(reader, thread, 50)) {
      json.open()
          .put("thread", one.thread == thread ? one.other : one.thread)
          .put("reason", thread::name_of(one.reason))
          .put("message", one.message)
          .close();
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

#define AMENDS_THREAD AMENDS_BRAND "/threads/{thread}"
constexpr Route kThreadsRoutes[] = {
    get(AMENDS_THREAD, "read_thread", Permission::read, read_thread, "A thread with all that belongs to it")
        .answers(kThread)
        .with(kThreadQuery)
        .marked(kVersioned),
    put(AMENDS_THREAD "/owner", "assign_thread", Permission::act, assign, "Says who takes care of it")
        .takes(kOwner)
        .answers(kChanged),
    put(AMENDS_THREAD "/snooze", "snooze_thread", Permission::act, snooze, "Puts it aside until a time")
        .takes(kSnooze)
        .answers(kChanged),
    post(AMENDS_THREAD "/close", "close_thread", Permission::act, close_thread, "It is done").answers(kChanged),
    post(AMENDS_THREAD "/reopen", "reopen_thread", Permission::act, reopen_thread, "It is not done").answers(kChanged),
    put(AMENDS_THREAD "/unread", "set_unread", Permission::act, set_unread, "Marks it read or unread")
        .takes(kUnread)
        .answers(kChanged),
    post(AMENDS_THREAD "/tags", "add_tag", Permission::act, add_tag, "Adds a tag").takes(kTag).answers(kChanged),
    del(AMENDS_THREAD "/tags", "remove_tag", Permission::act, remove_tag, "Takes a tag off")
        .with(kTagFields)
        .answers(kChanged),
    get(AMENDS_THREAD "/notes", "list_notes", Permission::read, list_notes, "What colleagues wrote about it")
        .answers(kNotes),
    post(AMENDS_THREAD "/notes", "add_note", Permission::act, add_note, "Writes a note for colleagues")
        .takes(kNewNote)
        .answers(kChanged),
    get(AMENDS_THREAD "/draft", "read_draft", Permission::act, read_draft, "Your unfinished answer")
        .answers(kDraft)
        .marked(kVersioned),
    put(AMENDS_THREAD "/draft", "save_draft", Permission::act, save_draft, "Keeps your unfinished answer")
        .takes(kSaveDraft, 1024 * 1024)
        .answers(kDraft)
        .marked(kVersioned),
    del(AMENDS_THREAD "/draft", "discard_draft", Permission::act, discard_draft, "Throws it away")
        .answers_nothing()
        .marked(kVersioned),
    get(AMENDS_THREAD "/presence", "read_presence", Permission::read, read_presence, "Who looks at it just now")
        .answers(kAllPresent),
    put(AMENDS_THREAD "/presence", "show_presence", Permission::act, show_presence,
        "Says that you look at it or write; again every few seconds")
        .takes(kPresence)
        .answers_nothing()
        .marked(kQuiet),
    get(AMENDS_THREAD "/alike", "list_alike_threads", Permission::read, list_alike,
        "Other threads that may belong with it")
        .answers(kAllAlike),
};

}  // namespace

std::span<const Route> thread_routes() { return kThreadsRoutes; }

}  // namespace amends::web
