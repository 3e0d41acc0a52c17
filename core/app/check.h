// `amends check`: the database's own integrity, its references, and what must hold between the stages: every message
// has its raw item, its place in a thread, on a timeline and in the index; the outbox's rows agree with each other;
// every stored item unpacks to the bytes its digest names. Threads: any; reads beside a serving hub.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/database.h"

namespace amends::app {

struct CheckOptions {
  bool bodies = true;  // unpack every raw item and compare its digest
  std::function<void(std::int64_t, std::int64_t)> progress = {};
};

// A line for every fault, none when everything holds. An Error when the database can't even be read.
Result<std::vector<std::string>> check_everything(store::Database& database, const CheckOptions& options);

// The invariants alone: a row each, and how it is told.
struct Invariant {
  std::string_view what;  // "message without its raw item"
  std::string_view sql;   // ids of the rows that break it
};
std::span<const Invariant> invariants();

}  // namespace amends::app
