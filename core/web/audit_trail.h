// Puts what a caller did on record, in the commit of what it tells of.
#pragma once

#include <string>
#include <string_view>

#include "core/audit/audit.h"
#include "core/web/route.h"

namespace amends::web {

inline void put_on_record(store::Tx& tx, const Call& call, std::string_view action, std::string_view object,
                          std::int64_t object_id, std::string detail = {}) {
  audit::Entry entry;
  entry.at = call.now;
  entry.actor = call.who.user;
  entry.action = action;
  entry.brand = call.brand != nullptr ? call.brand->id : BrandId{};
  entry.object = object;
  entry.object_id = object_id;
  entry.detail = std::move(detail);
  entry.peer = call.request.peer;
  audit::append(tx, entry);
}

}  // namespace amends::web
