// The API described for programs (OpenAPI 3.1.1, https://spec.openapis.org/oas/v3.1.1), made from the route table.
// Pure.
#pragma once

#include <string>

#include "core/web/router.h"

namespace amends::web {

std::string openapi_document(const Router& router);

}  // namespace amends::web
