// Taking messages and people off the timeline for good, for an erasure. The bytes they came from are core/ingest's.
// Tables and threads: as timeline.h.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "core/base/ids.h"
#include "core/store/database.h"

namespace amends::timeline {

// All messages on these identities' timelines.
std::set<MessageId> messages_of(store::Reader& reader, const std::vector<IdentityId>& identities);
// On whose timelines each of these messages stands. Walks all entries: a few hundred milliseconds a million messages.
std::map<MessageId, std::set<IdentityId>> people_of(store::Reader& reader, const std::set<MessageId>& messages);
// The bytes behind them: their own, and those of further deliveries and earlier versions.
std::set<RawItemId> items_of(store::Reader& reader, const std::set<MessageId>& messages);

// `people` are those of people_of(): the message leaves all their timelines.
void erase_message(store::Tx& tx, MessageId message, const std::set<IdentityId>& people);
// Their timelines, with the events that stand there. How many events.
std::int64_t erase_streams(store::Tx& tx, const std::vector<IdentityId>& identities,
                           const std::vector<CustomerId>& customers);
// What else happened in a thread that goes whole; `people` are all on whose timelines it stands.
std::int64_t erase_thread_events(store::Tx& tx, ThreadId thread, const std::set<IdentityId>& people);
// Another one of the people it concerns stands for its customer's side now (none: nobody).
void set_identity(store::Tx& tx, MessageId message, IdentityId identity);

}  // namespace amends::timeline
