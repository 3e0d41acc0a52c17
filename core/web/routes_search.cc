#include "core/identity/identities.h"
#include "core/search/search.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::string_view kOrders[] = {"newest", "relevance"};

constexpr Field kSearchQuery[] = {
    line_field("q", "All words must occur; \"a phrase\", begin*, -not").up_to(1000),
    line_field("channel", "").up_to(40),
    word_field("direction", kDirectionNames, ""),
    word_field("kind", kChannelKindNames, ""),
    time_field("from", "Not before this day or time"),
    time_field("until", "Before this day or time"),
    number_field("rating_from", "At least so many stars"),
    number_field("rating_to", "At most so many stars"),
    id_field("customer", "Only this customer's"),
    word_field("order", kOrders, "newest when left out; by relevance there is one page"),
};

constexpr Field kMarkFields[] = {integer_field("from", 0, kLargestId, "Byte of the text in UTF-8").needed(),
                                 integer_field("to", 0, kLargestId, "Behind the last byte").needed()};
constexpr Schema kMark{"Mark", kMarkFields};
constexpr Field kHitFields[] = {object_field("message", kMessage, "").needed(),
                                text_field("snippet", "The piece that shows best why").needed().from(0),
                                object_field("marks", kMark, "Where the words stand in it").many(10'000),
                                number_field("score", "By relevance only").needed()};
constexpr Schema kHit{"Hit", kHitFields};
constexpr Field kHitsFields[] = {
    object_field("items", kHit, "").many(1000),
    line_field("next", "Where the next page begins; null on the last one").or_null().needed(),
    flag_field("complete", "False: time ran out; the next page goes on from there").needed()};
constexpr Schema kHits{"Hits", kHitsFields};

Result<Reply> search_messages(Call& call) {
  TRY(const auto from, call.cursor(1));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    search::Query query;
    query.brand = call.brand_id();
    query.words = std::string(call.query.text("q"));
    query.limit = call.limit();
    query.before = MessageId{from.empty() ? 0 : from[0]};
    query.order = call.query.text("order") == "relevance" ? search::Order::relevance : search::Order::newest;
    query.filter.channel = std::string(call.query.text("channel"));
    query.filter.direction = call.query.word("direction", model::kDirections);
    query.filter.kind = call.query.word("kind", model::kMessageKinds);
    query.filter.from = call.query.time("from");
    query.filter.until = call.query.time("until");
    query.filter.rating_from = call.query.number("rating_from");
    query.filter.rating_to = call.query.number("rating_to");
    if (call.query.has("customer")) {
      TRY(const app::CustomerView customer,
          app::read_customer(reader, call.brand_id(), CustomerId{call.query.integer("customer")}));
      query.filter.identities = customer.streams.identities;
    }
    TRY(const search::Page page, search::find(reader, query));
    Json json;
    json.open().key("items").open_list();
    for (const search::Hit& hit : page.hits) {
      const auto message = timeline::find(reader, hit.message);
      if (!message || message->brand != call.brand_id()) continue;
      const auto content = app::read_content(call.services.hub, reader, *message);
      const std::string words = content ? content->subject + "\n" + content->text : message->preview;
      const search::Snippet snippet = search::highlight(words, page.terms);
      add(json.open().key("message"), *message).put("snippet", snippet.text).key("marks").open_list();
      for (const search::Mark& mark : snippet.marks)
        json.open()
            .put("from", static_cast<std::int64_t>(mark.start))
            .put("to", static_cast<std::int64_t>(mark.end))
            .close();
      json.close_list().put("score", hit.score).close();
    }
    json.close_list();
    call.put_next(json, page.next ? std::optional(std::vector<std::int64_t>{page.next.value}) : std::nullopt);
    json.put("complete", page.complete).close();
    return ok(std::move(json));
  });
}

constexpr Route kSearchRoutes[] = {
    get(AMENDS_BRAND "/search", "search", Permission::read, search_messages, "Messages by their words, in all channels")
        .answers(kHits)
        .with(kSearchQuery)
        .marked(kPaged),
};

}  // namespace

std::span<const Route> search_routes() { return kSearchRoutes; }

}  // namespace amends::web
