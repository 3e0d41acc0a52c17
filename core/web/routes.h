// The rows, a table a noun; routes.cc puts them together. To add a route: write its function in its noun's file, add a
// row beside it with what goes in and what comes out. Everything else follows.
#pragma once

#include <span>

#include "core/web/route.h"

namespace amends::web {

std::span<const Route> session_routes();
std::span<const Route> self_routes();
std::span<const Route> staff_routes();
std::span<const Route> link_routes();
std::span<const Route> brand_routes();
std::span<const Route> inbox_routes();
std::span<const Route> thread_routes();
std::span<const Route> bulk_routes();
std::span<const Route> message_routes();
std::span<const Route> customer_routes();
std::span<const Route> relation_routes();
std::span<const Route> search_routes();
std::span<const Route> answer_routes();
std::span<const Route> outbox_routes();
std::span<const Route> template_routes();
std::span<const Route> account_routes();
std::span<const Route> connect_routes();
std::span<const Route> hook_routes();
std::span<const Route> quarantine_routes();
std::span<const Route> import_routes();
std::span<const Route> export_routes();
std::span<const Route> audit_routes();
std::span<const Route> event_routes();
std::span<const Route> webhook_routes();
std::span<const Route> page_routes();
std::span<const Route> probe_routes();

// What many tables use.
#define AMENDS_API "/api/v1"
#define AMENDS_BRAND "/api/v1/brands/{brand}"

// {"items": […], "next": …}: the fields of a list's answer.
template <const Schema& item>
inline constexpr Field kListFields[] = {
    object_field("items", item, "").many(1'000'000),
    line_field("next", "Where the next page begins; null on the last one").or_null().needed()};

}  // namespace amends::web
