#include "core/app/desk.h"
#include "core/crypto/digest.h"
#include "core/inbox/inbox.h"
#include "core/people/users.h"
#include "core/thread/threads.h"
#include "core/web/cursor.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

#include <algorithm>

namespace amends::web {
namespace {

using people::Permission;

constexpr std::string_view kActions[] = {"assign", "tag", "untag", "close", "reopen", "snooze", "read", "unread"};
constexpr std::chrono::minutes kConfirmationLife{10};
constexpr std::int64_t kMostThreads = 500;

constexpr Field kBulkFields[] = {
    id_field("threads", "Which").needed().many(kMostThreads),
    word_field("action", kActions, "What to do with each").needed(),
    line_field("owner", "assign: a login; null hands them back to everybody").or_null().up_to(40),
    line_field("tag", "tag, untag").up_to(60).from(1),
    time_field("until", "snooze: when they wake"),
    flag_field("dry_run", "Only say what would change, and give the confirmation that the change itself takes"),
    line_field("confirmation", "From the preview").up_to(200)};
constexpr Schema kBulk{"Bulk", kBulkFields};

constexpr Field kItemFields[] = {id_field("thread", "").needed(),
                                 flag_field("changed", "Or, in a preview, would change").needed(),
                                 text_field("problem", "Why nothing happened to it").or_null().needed()};
constexpr Schema kItem{"BulkItem", kItemFields};
constexpr Field kResultFields[] = {object_field("items", kItem, "").many(kMostThreads),
                                   integer_field("changed", 0, kMostThreads, "How many").needed(),
                                   line_field("confirmation", "Of a preview; good for ten minutes").or_null().needed()};
constexpr Schema kResult{"BulkResult", kResultFields};

// What the confirmation stands for: exactly this change by this user.
std::string binding_of(const Call& call) {
  std::string out = "bulk " + std::to_string(call.who.user.value) + " " + std::to_string(call.brand_id().value);
  for (const char* name : {"action", "owner", "tag", "until"}) out += "\n" + std::string(call.body.text(name));
  for (const std::int64_t id : call.body.integers("threads")) out += " " + std::to_string(id);
  return out;
}

// What is missing for the action, if anything.
Result<Done> check_action(const Call& call) {
  const std::string_view action = call.body.text("action");
  if ((action == "tag" || action == "untag") && !call.body.has("tag"))
    return fail(Kind::invalid, "`tag` is missing.", "Say which tag.");
  if (action == "snooze") {
    const auto until = call.body.time("until");
    if (!until || *until <= call.now) return fail(Kind::invalid, "`until` must be a time in the future.");
  }
  const std::string_view owner = call.body.text("owner");
  if (action != "assign" || owner.empty()) return Done{};
  return call.services.hub.db().read(
      [&](store::Reader& reader) -> Result<Done> { return people::check_owner(reader, call.brand_id(), owner); });
}

// Whether it would change, as the desk would find.
Result<bool> would_change(const Call& call, store::Reader& reader, ThreadId given) {
  const ThreadId id = thread::current(reader, given);
  const auto summary = thread::summary(reader, id);
  const auto row = inbox::find(reader, id);
  if (!summary || summary->brand != call.brand_id() || !row) return absent();
  const std::string_view action = call.body.text("action");
  if (action == "assign") return row->owner != call.body.text("owner");
  if (action == "close") return row->status != inbox::Status::closed;
  if (action == "reopen") return row->status != inbox::Status::open;
  if (action == "snooze") return row->status != inbox::Status::snoozed || row->snooze_until != call.body.time("until");
  if (action == "read" || action == "unread") return row->unread != (action == "unread");
  const auto tags = inbox::tags(reader, id);
  const bool has = std::find(tags.begin(), tags.end(), call.body.text("tag")) != tags.end();
  return has == (action == "untag");
}

Result<bool> act(const Call& call, app::Desk& desk, ThreadId thread) {
  const std::string_view action = call.body.text("action");
  if (action == "assign") return desk.assign(thread, call.body.text("owner"));
  if (action == "close") return desk.close(thread);
  if (action == "reopen") return desk.reopen(thread);
  if (action == "snooze") return desk.snooze(thread, *call.body.time("until"));
  if (action == "tag") return desk.tag(thread, call.body.text("tag"));
  if (action == "untag") return desk.untag(thread, call.body.text("tag"));
  return desk.set_unread(thread, action == "unread");
}

Result<Reply> bulk(Call& call) {
  TRY_DO(check_action(call));
  const bool dry_run = call.body.flag("dry_run");
  if (!dry_run) {
    const auto until = read_cursor(call.services.cursor_key, binding_of(call), call.body.text("confirmation"));
    if (!until || until->size() != 1 || Timestamp{until->front()} < call.now) {
      return fail(Kind::conflict, "The change was not confirmed.",
                  "Ask with dry_run first, show what it gives, then send the same with its confirmation.");
    }
  }
  app::Desk desk(call.services.hub, call.in_brand(), call.who.login);
  Json json;
  json.open().key("items").open_list();
  std::int64_t count = 0;
  for (const std::int64_t number : call.body.integers("threads")) {
    const ThreadId thread{number};
    const Result<bool> done =
        dry_run ? call.services.hub.db().read([&](store::Reader& reader) { return would_change(call, reader, thread); })
                : act(call, desk, thread);
    const bool did = done && *done;
    count += did ? 1 : 0;
    json.open().put("thread", thread).put("changed", did).key("problem");
    if (done) {
      json.add(nullptr);
    } else {
      json.add(done.error().kind == Kind::not_found ? "It isn't here." : "It couldn't be changed.");
    }
    json.close();
  }
  json.close_list().put("changed", count).key("confirmation");
  if (dry_run) {
    json.add(mint_cursor(call.services.cursor_key, binding_of(call), {(call.now + kConfirmationLife).ms}));
  } else {
    json.add(nullptr);
  }
  json.close();
  return ok(std::move(json));
}

constexpr Route kBulkRoutes[] = {
    post(AMENDS_BRAND "/threads/bulk", "bulk", Permission::bulk, bulk,
         "One change to many threads: first a preview, then the same with its confirmation")
        .takes(kBulk)
        .answers(kResult),
};

}  // namespace

std::span<const Route> bulk_routes() { return kBulkRoutes; }

}  // namespace amends::web
