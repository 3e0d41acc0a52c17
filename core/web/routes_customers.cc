#include <algorithm>
#include <vector>

#include "core/app/changes.h"
#include "core/identity/identities.h"
#include "core/identity/links.h"
#include "core/identity/suggest.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Schema kCustomers{"Customers", kListFields<kCustomerRow>};
constexpr std::int64_t kMostWords = 100;
constexpr std::size_t kUsualEntry = 768;  // bytes
constexpr Field kTimelineQuery[] = {
    integer_field("words", 0, kMostWords,
                  "Of how many messages of the page, the newest first, the text is told; none when left out")};
constexpr Field kToldFields[] = {
    object_field("message", kMessage, "Either this").or_null().needed(),
    object_field("event", kEvent, "or that").or_null().needed(),
    object_field("words", kWords, "What the message says; null where it was not asked for or can't be read")
        .or_null()
        .needed()};
constexpr Schema kTold{"TimelineEntry", kToldFields};
constexpr Field kThreadNoteFields[] = {id_field("thread", "").needed(), object_field("note", kNote, "").needed()};
constexpr Schema kThreadNote{"ThreadNote", kThreadNoteFields};
constexpr Field kTimelineFields[] = {
    object_field("items", kTold, "").many(1000), fields::kNext,
    object_field("notes", kThreadNote, "Of the threads on this page").many(100'000),
    object_field("updates", kUpdate, "Those that are messages on this page").many(1000)};
constexpr Schema kTimeline{"Timeline", kTimelineFields};

constexpr Field kListQuery[] = {line_field("q", "An address or handle by its beginning, or a whole name").up_to(200)};

constexpr Field kCustomersChangeFields[] = {line_field("name", "").from(1).up_to(200),
                                            line_field("language", "ISO 639-1").or_null().from(2).up_to(2)};
constexpr Schema kCustomersChange{"CustomerChange", kCustomersChangeFields};

constexpr auto kLinkKindNames = kNamesOf<identity::kLinkKinds>;
constexpr Field kCustomersLinkFields[] = {id_field("id", "What undo takes").needed(),
                                          word_field("kind", kLinkKindNames, "").needed(),
                                          time_field("at", "").needed(),
                                          line_field("by", "A login").needed().from(0),
                                          text_field("reason", "").needed().from(0),
                                          id_field("from", "Who spoke for themselves before").or_null().needed(),
                                          id_field("into", "Who speaks for them since").or_null().needed(),
                                          id_field("identity", "Of a split").or_null().needed(),
                                          time_field("undone_at", "").or_null().needed(),
                                          line_field("undone_by", "").or_null().needed()};
constexpr Schema kLink{"LinkEvent", kCustomersLinkFields};
constexpr Field kLinksFields[] = {object_field("items", kLink, "Newest first").many(100'000)};
constexpr Schema kLinks{"LinkEvents", kLinksFields};

constexpr Field kReasonFields[] = {line_field("field", "surname, e-mail, order number, …").needed(),
                                   line_field("level", "exact, near, …").needed(),
                                   number_field("weight", "Bits for (positive) or against").needed()};
constexpr Schema kReason{"SuggestionReason", kReasonFields};
constexpr Field kSuggestionFields[] = {object_field("customer", kCustomer, "Who may be the same").needed(),
                                       number_field("confidence", "Probability that both are one person").needed(),
                                       object_field("reasons", kReason, "").many(1000)};
constexpr Schema kSuggestion{"CustomerSuggestion", kSuggestionFields};
constexpr Field kSuggestionsFields[] = {object_field("items", kSuggestion, "The likeliest first").many(1000)};
constexpr Schema kSuggestions{"CustomerSuggestions", kSuggestionsFields};

template <class Noun>
void add_or_null(Json& json, const std::optional<Noun>& noun) {
  if (noun) {
    add(json, *noun);
  } else {
    json.add(nullptr);
  }
}

CustomerId customer_of(const Call& call) { return call.id<CustomerId>("customer"); }

Json& add_row(Json& json, const identity::Customer& c) {
  return json.open()
      .put("id", c.id)
      .put("name", c.name)
      .put_text_or_null("language", c.language)
      .put("created_at", c.created_at)
      .close();
}

Result<Reply> list_customers(Call& call) {
  TRY(const auto from, call.cursor(1));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const std::string_view words = call.query.text("q");
    const auto before = CustomerId{from.empty() ? 0 : from[0]};
    std::vector<identity::Customer> found;
    if (words.empty()) {
      found = identity::customers(reader, call.brand_id(), before, call.limit());
    } else {
      auto ids = identity::find_by_handle_start(reader, call.brand_id(), words, 200);
      for (const CustomerId id : identity::find_by_name(reader, call.brand_id(), words, 200)) ids.push_back(id);
      std::sort(ids.begin(), ids.end(), std::greater<>());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      for (const CustomerId id : ids) {
        if ((before && id >= before) || found.size() >= static_cast<std::size_t>(call.limit())) continue;
        if (auto one = identity::find_customer(reader, call.brand_id(), id)) found.push_back(*std::move(one));
      }
    }
    Json json;
    json.open().key("items").open_list();
    for (const auto& one : found) add_row(json, one);
    json.close_list();
    const bool full = found.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{found.back().id.value}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<std::string> render(const Call& call, store::Reader& reader) {
  TRY(const app::CustomerView view, app::read_customer(reader, call.brand_id(), customer_of(call)));
  Json json;
  add(json, view);
  return json.take();
}

Result<Reply> read_customer(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(std::string body, render(call, reader));
    return Reply{.body = std::move(body)};
  });
}

Result<Reply> change_customer(Call& call) {
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const std::string before, render(call, tx));
    TRY_DO(call.unchanged(before));
    const CustomerId id = identity::current_customer(tx, call.brand_id(), customer_of(call));
    if (call.body.has("name")) identity::rename_customer(tx, call.brand_id(), id, call.body.text("name"));
    if (call.body.value().find("language") != nullptr)
      identity::set_language(tx, call.brand_id(), id, call.body.text("language"));
    TRY(std::string after, render(call, tx));
    if (after != before) {
      app::tell_customer(tx, {call.brand_id(), call.now, call.who.login}, id, {{"how", "renamed"}});
    }
    return Reply{.body = std::move(after)};
  });
}

// What belongs to the messages of a page and stands in other tables.
void add_beside(Json& json, store::Reader& reader, BrandId brand, const timeline::Page& page) {
  std::vector<ThreadId> threads;
  for (const timeline::Entry& entry : page.entries) {
    if (entry.message && entry.message->thread) threads.push_back(entry.message->thread);
  }
  std::sort(threads.begin(), threads.end());
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  json.key("notes").open_list();
  for (const auto& [thread, note] : inbox::notes(reader, threads))
    add(json.open().put("thread", thread).key("note"), note).close();
  json.close_list().key("updates").open_list();
  for (const timeline::Entry& entry : page.entries) {
    if (!entry.message || !entry.message->update) continue;
    if (const auto update = outbox::find(reader, brand, entry.message->update)) add(json, *update);
  }
  json.close_list();
}

Result<Reply> read_timeline(Call& call) {
  TRY(const auto from, call.cursor(3));
  const timeline::Before before =
      from.empty() ? timeline::Before{} : timeline::Before{Timestamp{from[0]}, from[1], from[2]};
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const app::CustomerView view, app::read_customer(reader, call.brand_id(), customer_of(call)));
    const timeline::Page page = timeline::page(reader, view.streams, before, call.limit());
    Json json(page.entries.size() * kUsualEntry);
    json.open().key("items").open_list();
    std::int64_t asked = call.query.integer("words", 0);
    for (const timeline::Entry& entry : page.entries) {
      add_or_null(json.open().key("message"), entry.message);
      add_or_null(json.key("event"), entry.event);
      const bool told = entry.message && asked-- > 0;
      const auto content =
          told ? app::read_content(call.services.hub, reader, *entry.message) : Result<model::Content>(absent());
      json.key("words");
      if (content) {
        add_words(json, *content);
      } else {
        json.add(nullptr);
      }
      json.close();
    }
    json.close_list();
    add_beside(json, reader, call.brand_id(), page);
    call.put_next(json, page.next
                            ? std::optional(std::vector<std::int64_t>{page.next->at.ms, page.next->kind, page.next->id})
                            : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> list_links(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const app::CustomerView view, app::read_customer(reader, call.brand_id(), customer_of(call)));
    Json json;
    json.open().key("items").open_list();
    for (const auto& e : identity::history_of(reader, call.brand_id(), view.id)) {
      json.open()
          .put("id", e.id)
          .put("kind", identity::name_of(e.kind))
          .put("at", e.at)
          .put("by", e.by)
          .put("reason", e.reason)
          .put("from", e.from)
          .put("into", e.into)
          .put("identity", e.identity)
          .put("undone_at", e.undone_at)
          .put_text_or_null("undone_by", e.undone_by)
          .close();
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> list_suggestions(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const app::CustomerView view, app::read_customer(reader, call.brand_id(), customer_of(call)));
    Json json;
    json.open().key("items").open_list();
    for (const identity::Suggestion& s : identity::suggest(reader, call.brand_id(), view.id)) {
      TRY(const app::CustomerView other, app::read_customer(reader, call.brand_id(), s.other));
      add(json.open().key("customer"), other).put("confidence", s.confidence).key("reasons").open_list();
      for (const auto& reason : s.reasons)
        json.open().put("field", reason.field).put("level", reason.level).put("weight", reason.weight).close();
      json.close_list().close();
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

#define AMENDS_CUSTOMER AMENDS_BRAND "/customers/{customer}"
constexpr Route kCustomersRoutes[] = {
    get(AMENDS_BRAND "/customers", "list_customers", Permission::read, list_customers, "Customers, newest first")
        .answers(kCustomers)
        .with(kListQuery)
        .marked(kPaged),
    get(AMENDS_CUSTOMER, "read_customer", Permission::read, read_customer, "Who it is, in all channels")
        .answers(kCustomer)
        .marked(kVersioned),
    patch(AMENDS_CUSTOMER, "change_customer", Permission::act, change_customer, "Another name or language")
        .takes(kCustomersChange)
        .answers(kCustomer)
        .marked(kVersioned),
    get(AMENDS_CUSTOMER "/timeline", "read_timeline", Permission::read, read_timeline,
        "Everything that happened with them, newest first")
        .answers(kTimeline)
        .with(kTimelineQuery)
        .marked(kPaged),
    get(AMENDS_CUSTOMER "/links", "list_links", Permission::read, list_links, "Merges and splits, with their undo")
        .answers(kLinks),
    get(AMENDS_CUSTOMER "/suggestions", "list_customer_suggestions", Permission::read, list_suggestions,
        "Who may be the same person, and why")
        .answers(kSuggestions),
};

}  // namespace

std::span<const Route> customer_routes() { return kCustomersRoutes; }

}  // namespace amends::web
