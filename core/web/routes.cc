#include "core/web/routes.h"

#include "core/web/site.h"

namespace amends::web {

std::vector<const Route*> all_routes() {
  static constexpr std::span<const Route> (*kTables[])() = {
      session_routes,    self_routes,     brand_routes,  inbox_routes,   thread_routes, bulk_routes,     message_routes,
      customer_routes,   relation_routes, search_routes, answer_routes,  outbox_routes, template_routes, account_routes,
      quarantine_routes, import_routes,   export_routes, staff_routes,   link_routes,   audit_routes,    event_routes,
      webhook_routes,    page_routes,     probe_routes,  connect_routes, hook_routes,
  };
  std::vector<const Route*> out;
  for (const auto table : kTables) {
    for (const Route& row : table()) out.push_back(&row);
  }
  return out;
}

}  // namespace amends::web
