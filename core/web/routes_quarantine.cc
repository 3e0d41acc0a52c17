#include <mutex>

#include "core/app/changes.h"
#include "core/app/import.h"
#include "core/app/pipeline.h"
#include "core/ingest/ingest.h"
#include "core/web/audit_trail.h"
#include "core/web/files.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kQuarantineItemFields[] = {id_field("id", "").needed(),
                                           id_field("account", "").or_null().needed(),
                                           line_field("place", "Where in the account it lay").or_null().needed(),
                                           integer_field("size", 0, kLargestId, "Bytes").needed(),
                                           time_field("received_at", "").needed(),
                                           text_field("reason", "Why it couldn't be understood").or_null().needed()};
constexpr Schema kQuarantineItem{"QuarantinedItem", kQuarantineItemFields};
constexpr Schema kItems{"Quarantine", kListFields<kQuarantineItem>};

constexpr Field kRunFields[] = {flag_field("understood", "False: it stays in quarantine").needed()};
constexpr Schema kRun{"Rerun", kRunFields};

// Another brand's item, and one that is not in quarantine, is not here.
Result<ingest::RawItem> quarantine_found(const Call& call, store::Reader& reader) {
  const auto item = ingest::find_item(reader, call.id<RawItemId>("item"));
  if (!item || item->brand != call.brand_id() || item->state != ingest::RawState::quarantined) return absent();
  return *item;
}

Result<Reply> list_items(Call& call) {
  TRY(const auto from, call.cursor(1));
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto items = ingest::items_in(reader, ingest::RawState::quarantined, call.brand_id(),
                                        RawItemId{from.empty() ? 0 : from[0]}, call.limit());
    Json json;
    json.open().key("items").open_list();
    for (const ingest::RawItem& item : items) {
      json.open()
          .put("id", item.id)
          .put("account", item.account)
          .put_text_or_null("place", item.place)
          .put("size", item.size)
          .put("received_at", item.received_at)
          .put_text_or_null("reason", item.reason)
          .close();
    }
    json.close_list();
    const bool full = items.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{items.back().id.value}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> quarantine_read_raw(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(const ingest::RawItem item, quarantine_found(call, reader));
    TRY(std::string bytes, call.services.hub.codec().get(reader, item.id));
    Reply reply = file_reply(std::move(bytes), "item-" + std::to_string(item.id.value) + ".txt", "item");
    reply.type = "application/octet-stream";
    return reply;
  });
}

Result<Reply> rerun(Call& call) {
  TRY(const ingest::RawItem item,
      call.services.hub.db().read([&](store::Reader& reader) { return quarantine_found(call, reader); }));
  static std::mutex one_at_a_time;  // the crash guard's slot is one thread's
  const std::lock_guard lock(one_at_a_time);
  app::Pipeline pipeline(call.services.hub, app::kSecondTrySlot);
  TRY(const app::InReport report, pipeline.run_again(item.id));
  Json json;
  json.open().put("understood", report.quarantined == 0).close();
  return ok(std::move(json));
}

Result<Reply> drop(Call& call) {
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const ingest::RawItem item, quarantine_found(call, tx));
    ingest::set_state(tx, item.id, ingest::RawState::dropped, item.reason);
    put_on_record(tx, call, "quarantine.dropped", "item", item.id.value);
    app::tell_subject(tx, events::What::quarantine_changed, {call.brand_id(), call.now, call.who.login}, {},
                      item.id.value, {{"how", "dropped"}});
    return changed(true);
  });
}

#define AMENDS_ITEM AMENDS_BRAND "/quarantine/{item}"
constexpr Route kQuarantineRoutes[] = {
    get(AMENDS_BRAND "/quarantine", "list_quarantine", Permission::quarantine, list_items,
        "What came in and could not be understood, oldest first")
        .answers(kItems)
        .marked(kPaged),
    get(AMENDS_ITEM "/raw", "download_quarantined", Permission::quarantine, quarantine_read_raw,
        "Its bytes as they came")
        .marked(kFile),
    post(AMENDS_ITEM "/rerun", "rerun_quarantined", Permission::quarantine, rerun, "Tries again, as after an upgrade")
        .answers(kRun),
    post(AMENDS_ITEM "/drop", "drop_quarantined", Permission::quarantine, drop, "Settles it; the bytes stay")
        .answers(kChanged),
};

}  // namespace

std::span<const Route> quarantine_routes() { return kQuarantineRoutes; }

}  // namespace amends::web
