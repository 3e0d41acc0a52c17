// The whole schema, embedded: core/app/schema/NNNN_name.sql in ascending order, see cmake/EmbedSql.cmake.
#pragma once

#include <span>

#include "core/store/database.h"

namespace amends::app {

std::span<const store::Migration> migrations();

}  // namespace amends::app
