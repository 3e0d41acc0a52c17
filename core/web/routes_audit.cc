#include "core/audit/audit.h"
#include "core/people/users.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr Field kQuery[] = {line_field("action", "user.disabled, or user. for all that begin so").up_to(100),
                            id_field("actor", "Only this user's")};
constexpr Field kEntryFields[] = {integer_field("number", 1, kLargestId, "1, 2, 3 … without a gap").needed(),
                                  time_field("at", "").needed(),
                                  id_field("actor", "A user; null for the program or its console").or_null().needed(),
                                  line_field("login", "").or_null().needed(),
                                  line_field("action", "").needed(),
                                  line_field("brand", "").or_null().needed(),
                                  line_field("object", "").or_null().needed(),
                                  integer_field("object_id", 0, kLargestId, "").needed(),
                                  any_field("detail", "").or_null().needed(),
                                  line_field("peer", "The network address it came from").or_null().needed(),
                                  line_field("digest", "Over this entry and the one before").needed()};
constexpr Schema kOneEntry{"AuditEntry", kEntryFields};
constexpr Schema kAuditEntries{"AuditEntries", kListFields<kOneEntry>};

Result<Reply> list_entries(Call& call, BrandId brand) {
  TRY(const auto from, call.cursor(1));
  audit::Asked asked;
  asked.brand = brand;
  asked.action = std::string(call.query.text("action"));
  asked.actor = UserId{call.query.integer("actor")};
  asked.limit = call.limit();
  if (!from.empty()) asked.before = from[0];
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto rows = audit::rows(reader, asked);
    Json json;
    json.open().key("items").open_list();
    for (const audit::Row& row : rows) {
      const auto user = row.actor ? people::find_user(reader, row.actor) : std::nullopt;
      json.open()
          .put("number", row.number)
          .put("at", row.at)
          .put("actor", row.actor)
          .put_text_or_null("login", user ? user->login : "")
          .put("action", row.action)
          .put_text_or_null("brand", brand_key(call.services.hub, row.brand))
          .put_text_or_null("object", row.object)
          .put("object_id", row.object_id)
          .key("detail")
          .add_json(row.detail)
          .put_text_or_null("peer", row.peer)
          .put("digest", row.digest)
          .close();
    }
    json.close_list();
    const bool full = rows.size() == static_cast<std::size_t>(call.limit());
    call.put_next(json, full ? std::optional(std::vector<std::int64_t>{rows.back().number}) : std::nullopt);
    json.close();
    return ok(std::move(json));
  });
}

Result<Reply> list_of_brand(Call& call) { return list_entries(call, call.brand_id()); }
Result<Reply> list_all(Call& call) { return list_entries(call, {}); }

constexpr Route kAuditRoutes[] = {
    get(AMENDS_BRAND "/audit", "list_brand_audit", Permission::audit, list_of_brand,
        "Who did what in the brand, newest first")
        .answers(kAuditEntries)
        .with(kQuery)
        .marked(kPaged),
    get(AMENDS_API "/audit", "list_audit", Permission::installation, list_all, "The whole audit chain, newest first")
        .answers(kAuditEntries)
        .with(kQuery)
        .marked(kPaged),
};

}  // namespace

std::span<const Route> audit_routes() { return kAuditRoutes; }

}  // namespace amends::web
