#include "core/app/by_hand.h"
#include "core/app/changes.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::string_view kOutboxWays[] = {"sent", "resend", "cancel"};

constexpr Field kOutboxListQuery[] = {word_field("state", kUpdateStateNames, "Only those; all when left out")};
constexpr Schema kUpdates{"Updates", kListFields<kUpdate>};

constexpr Field kAttemptFields[] = {
    integer_field("number", 0, kLargestId, "").needed(), time_field("started_at", "").needed(),
    time_field("past_return_at", "Since then the peer may have acted").or_null().needed(),
    time_field("ended_at", "").or_null().needed(), text_field("outcome", "").or_null().needed()};
constexpr Schema kAttempt{"Attempt", kAttemptFields};
constexpr Field kOutboxWholeFields[] = {object_field("update", kUpdate, "").needed(),
                                        object_field("tries", kAttempt, "").many(10'000)};
constexpr Schema kOutboxWhole{"WholeUpdate", kOutboxWholeFields};

constexpr Field kSettleFields[] = {
    word_field("as", kOutboxWays,
               "sent: it went; resend: it goes again under the same Message-ID; cancel: it never will")
        .needed()};
constexpr Schema kSettle{"Settle", kSettleFields};

constexpr Field kPostedFields[] = {line_field("permalink", "Where it stands, if you know").from(0).up_to(2000)};
constexpr Schema kPosted{"Posted", kPostedFields};

UpdateId update_of(const Call& call) { return call.id<UpdateId>("update"); }

Result<Reply> list_updates(Call& call) {
  TRY(const auto from, call.cursor(1));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto found = outbox::newest(reader, call.brand_id(), call.query.word("state", model::kUpdateStates),
                                      UpdateId{from.empty() ? 0 : from[0]}, call.limit());
    Json json;
    json.open().key("items").open_list();
    for (const auto& update : found) add(json, update);
    json.close_list();
    const bool full = found.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{found.back().id.value}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> read_update(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto update = outbox::find(reader, call.brand_id(), update_of(call));
    if (!update) return absent();
    Json json;
    add(json.open().key("update"), *update).key("tries").open_list();
    for (const auto& attempt : outbox::attempts(reader, call.brand_id(), update->id)) {
      json.open()
          .put("number", attempt.number)
          .put("started_at", attempt.started_at)
          .put("past_return_at", attempt.past_return_at)
          .put("ended_at", attempt.ended_at)
          .put_text_or_null("outcome", attempt.outcome)
          .close();
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

using Decide = Result<Done> (*)(store::Tx&, BrandId, UpdateId, std::string_view, Timestamp);

// Decides and shows what it is now.
Result<Reply> decide(Call& call, Decide decision, const std::function<Result<Done>(const outbox::Tracked&)>& may = {}) {
  auto reply = call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    const auto before = outbox::find(tx, call.brand_id(), update_of(call));
    if (!before || before->purpose != model::Purpose::deliver) return absent();
    if (may) TRY_DO(may(*before));
    TRY_DO(decision(tx, call.brand_id(), before->id, call.who.login, call.now));
    app::tell_update(tx, {call.brand_id(), call.now, call.who.login}, before->id);
    const auto after = outbox::find(tx, call.brand_id(), before->id);
    Json json;
    add(json, *after);
    return ok(std::move(json));
  });
  call.services.options.wake_senders();
  return reply;
}

Result<Reply> settle(Call& call) {
  const std::string_view as = call.body.text("as");
  return decide(call, as == "sent" ? outbox::mark_sent : as == "resend" ? outbox::send_again : outbox::cancel);
}

Result<Reply> release(Call& call) { return decide(call, outbox::release); }

// While it waits, its author and whoever may answer takes it back; what is in doubt is for those who settle.
Result<Reply> take_back(Call& call) {
  return decide(call, outbox::cancel, [](const outbox::Tracked& update) -> Result<Done> {
    using enum model::UpdateState;
    if (update.state == scheduled || update.state == queued || update.state == held) return Done{};
    return fail(Kind::conflict,
                "It can't be taken back any more: it is " + std::string(model::name_of(update.state)) + ".",
                "An uncertain or failed one is settled instead.");
  });
}

Result<Reply> mark_posted(Call& call) {
  const std::string permalink(call.body.text("permalink"));
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY_DO(
        app::mark_posted(call.services.hub, tx, call.brand_id(), update_of(call), permalink, call.who.login, call.now));
    Json json;
    add(json, *outbox::find(tx, call.brand_id(), update_of(call)));
    return ok(std::move(json));
  });
}

#define AMENDS_UPDATE AMENDS_BRAND "/updates/{update}"
constexpr Route kOutboxRoutes[] = {
    get(AMENDS_BRAND "/updates", "list_updates", Permission::read, list_updates,
        "What we sent or are about to, newest first")
        .answers(kUpdates)
        .with(kOutboxListQuery)
        .marked(kPaged),
    get(AMENDS_UPDATE, "read_update", Permission::read, read_update, "One update with every try")
        .answers(kOutboxWhole)
        .marked(kVersioned),
    post(AMENDS_UPDATE "/undo", "take_back_update", Permission::answer, take_back, "Takes it back while it waits")
        .answers(kUpdate),
    post(AMENDS_UPDATE "/settle", "settle_update", Permission::settle, settle,
         "A person decides what became of an uncertain or failed one")
        .takes(kSettle)
        .answers(kUpdate),
    post(AMENDS_UPDATE "/posted", "mark_update_posted", Permission::answer, mark_posted,
         "A person has posted what was prepared for them; the next pull verifies it")
        .takes(kPosted)
        .answers(kUpdate),
    post(AMENDS_UPDATE "/release", "release_update", Permission::settle, release, "A held one may go").answers(kUpdate),
};

}  // namespace

std::span<const Route> outbox_routes() { return kOutboxRoutes; }

}  // namespace amends::web
