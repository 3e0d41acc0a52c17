#include "core/app/people.h"
#include "core/app/view.h"
#include "core/identity/identities.h"
#include "core/identity/suggest.h"
#include "core/timeline/timeline.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kReasonText = text_field("reason", "For the record").up_to(500);

constexpr Field kMergeFields[] = {id_field("from", "Who turns out to be the same; this one stays").needed(),
                                  kReasonText};
constexpr Schema kMerge{"Merge", kMergeFields};
constexpr Field kSplitFields[] = {kReasonText};
constexpr Schema kSplit{"Split", kSplitFields};
constexpr Field kDismissFields[] = {id_field("other", "The other customer").needed()};
constexpr Schema kDismiss{"Dismiss", kDismissFields};
constexpr Field kEventFields[] = {id_field("event", "What undo takes").needed()};
constexpr Schema kLinkMade{"LinkMade", kEventFields};
constexpr Field kRethreadFields[] = {id_field("thread", "Where it belongs; null for a thread of its own").or_null()};
constexpr Schema kRethread{"Rethread", kRethreadFields};
constexpr Field kRelationsJoinFields[] = {id_field("other", "Which goes into this one").needed()};
constexpr Schema kRelationsJoin{"Join", kRelationsJoinFields};
constexpr Field kOperationFields[] = {id_field("operation", "What undo takes").needed()};
constexpr Schema kOperation{"ThreadOperation", kOperationFields};

constexpr Field kOpenFields[] = {id_field("a", "").needed(), id_field("b", "").needed(),
                                 number_field("confidence", "Probability that both are one person").needed(),
                                 any_field("reasons", "").or_null().needed(), time_field("at", "").needed()};
constexpr Schema kOpen{"OpenSuggestion", kOpenFields};
constexpr Field kAllOpenFields[] = {object_field("items", kOpen, "").many(1000)};
constexpr Schema kAllOpen{"OpenSuggestions", kAllOpenFields};

app::People people_of(const Call& call) { return {call.services.hub, call.in_brand(), call.who.login}; }

std::string number_of(std::int64_t id) { return std::to_string(id); }

Reply made(std::string_view name, std::int64_t number) {
  Json json;
  json.open().put(name, number).close();
  return created(std::move(json));
}

Result<Reply> merge(Call& call) {
  TRY(const auto event,
      people_of(call).merge(call.word("customer"), number_of(call.body.integer("from")), call.body.text("reason")));
  return made("event", event.value);
}

Result<Reply> split(Call& call) {
  TRY(const auto event, people_of(call).split(call.id<IdentityId>("identity"), call.body.text("reason")));
  return made("event", event.value);
}

Result<Reply> undo_link(Call& call) {
  TRY_DO(people_of(call).undo(call.number("event")));
  return changed(true);
}

Result<Reply> dismiss(Call& call) {
  TRY_DO(people_of(call).dismiss(call.word("customer"), number_of(call.body.integer("other"))));
  return changed(true);
}

Result<Reply> rethread(Call& call) {
  TRY(const std::int64_t operation,
      people_of(call).rethread(call.id<MessageId>("message"), ThreadId{call.body.integer("thread")}));
  return made("operation", operation);
}

Result<Reply> relations_join(Call& call) {
  TRY(const std::int64_t operation,
      people_of(call).join(call.id<ThreadId>("thread"), ThreadId{call.body.integer("other")}));
  return made("operation", operation);
}

Result<Reply> undo_threads(Call& call) {
  TRY_DO(people_of(call).undo_threads(call.number("operation")));
  return changed(true);
}

Result<Reply> list_open(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    Json json;
    json.open().key("items").open_list();
    for (const auto& one : identity::open_suggestions(reader, call.brand_id(), 200)) {
      json.open()
          .put("a", one.a)
          .put("b", one.b)
          .put("confidence", one.confidence)
          .key("reasons")
          .add_json(one.reasons)
          .put("at", one.at)
          .close();
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

constexpr Route kRelationsRoutes[] = {
    post(AMENDS_BRAND "/customers/{customer}/merge", "merge_customers", Permission::relate, merge,
         "Another customer is the same person")
        .takes(kMerge)
        .answers(kLinkMade, 201),
    post(AMENDS_BRAND "/identities/{identity}/split", "split_identity", Permission::relate, split,
         "An address or handle is somebody else")
        .takes(kSplit)
        .answers(kLinkMade, 201),
    post(AMENDS_BRAND "/links/{event}/undo", "undo_link", Permission::relate, undo_link,
         "Takes a merge or split back: everything is as it was")
        .answers(kChanged),
    post(AMENDS_BRAND "/customers/{customer}/dismiss", "dismiss_suggestion", Permission::relate, dismiss,
         "They are two people: never suggest them again")
        .takes(kDismiss)
        .answers(kChanged),
    get(AMENDS_BRAND "/suggestions", "list_open_suggestions", Permission::read, list_open,
        "Customers who may be one person")
        .answers(kAllOpen),
    post(AMENDS_BRAND "/messages/{message}/rethread", "rethread_message", Permission::relate, rethread,
         "Puts a message into another thread, or one of its own")
        .takes(kRethread)
        .answers(kOperation, 201),
    post(AMENDS_BRAND "/threads/{thread}/join", "join_threads", Permission::relate, relations_join,
         "Two threads are one conversation")
        .takes(kRelationsJoin)
        .answers(kOperation, 201),
    post(AMENDS_BRAND "/thread-operations/{operation}/undo", "undo_thread_operation", Permission::relate, undo_threads,
         "Takes a rethread or join back")
        .answers(kChanged),
};

}  // namespace

std::span<const Route> relation_routes() { return kRelationsRoutes; }

}  // namespace amends::web
