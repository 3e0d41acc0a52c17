#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::int64_t kCountedTo = 1000;

constexpr Field kInboxQuery[] = {word_field("view", kViewNames, "Which list; waiting when left out"),
                                 line_field("tag", "Only threads that bear it").up_to(60)};
constexpr Schema kInbox{"Inbox", kListFields<kThreadRow>};

constexpr Field kCountsFields[] = {
    integer_field("waiting", 0, kCountedTo, "").needed(),
    integer_field("unowned", 0, kCountedTo, "").needed(),
    integer_field("mine", 0, kCountedTo, "").needed(),
    integer_field("open", 0, kCountedTo, "").needed(),
    integer_field("snoozed", 0, kCountedTo, "").needed(),
    integer_field("closed", 0, kCountedTo, "").needed(),
    integer_field("everything", 0, kCountedTo, "").needed(),
    integer_field("questions_praise", 0, kCountedTo, "Who waits, asks something or gave four stars and more").needed(),
    integer_field("unthreaded", 0, kCountedTo, "May belong together with another").needed(),
    integer_field("counted_to", 0, kCountedTo, "A view that holds more says this").needed()};
constexpr Schema kCounts{"InboxCounts", kCountsFields};

Result<Reply> list_inbox(Call& call) {
  TRY(const auto from, call.cursor(2));
  const inbox::View view = call.query.word("view", inbox::kViews).value_or(inbox::View::waiting);
  const inbox::Before before = from.empty() ? inbox::Before{} : inbox::Before{Timestamp{from[0]}, from[1]};
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const inbox::Page page =
        inbox::page(reader, call.brand_id(), view, call.who.login, call.query.text("tag"), before, call.limit());
    Json json;
    json.open().key("items").open_list();
    for (const inbox::Row& row : page.rows) add(json, reader, call.brand_id(), row);
    json.close_list();
    call.put_next(
        json, page.next ? std::optional(std::vector<std::int64_t>{page.next->at.ms, page.next->thread}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> count_inbox(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open();
    for (const auto& word : inbox::kViews)
      json.put(word.name, inbox::count(reader, call.brand_id(), word.value, call.who.login, kCountedTo));
    json.put("counted_to", kCountedTo).close();
    return ok(std::move(json));
  });
}

constexpr Route kInboxRoutes[] = {
    get(AMENDS_BRAND "/inbox", "list_inbox", Permission::read, list_inbox, "Threads of a view, newest first")
        .answers(kInbox)
        .with(kInboxQuery)
        .marked(kPaged),
    get(AMENDS_BRAND "/inbox/counts", "count_inbox", Permission::read, count_inbox, "How many threads each view holds")
        .answers(kCounts),
};

}  // namespace

std::span<const Route> inbox_routes() { return kInboxRoutes; }

}  // namespace amends::web
