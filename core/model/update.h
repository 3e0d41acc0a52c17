// An update: a message of ours on its way. Only the outbox writes its state, and only by outbox/delivery.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/model/words.h"

namespace amends::model {

// design: see core/outbox/delivery.h for who goes where.
enum class UpdateState : std::uint8_t {
  draft = 0,
  scheduled = 1,
  held = 2,
  queued = 3,
  sending = 4,
  retry = 5,
  sent = 6,
  failed = 7,
  uncertain = 8,
  cancelled = 9
};
inline constexpr Word<UpdateState> kUpdateStates[] = {
    {UpdateState::draft, "draft"},         {UpdateState::scheduled, "scheduled"}, {UpdateState::held, "held"},
    {UpdateState::queued, "queued"},       {UpdateState::sending, "sending"},     {UpdateState::retry, "retry"},
    {UpdateState::sent, "sent"},           {UpdateState::failed, "failed"},       {UpdateState::uncertain, "uncertain"},
    {UpdateState::cancelled, "cancelled"},
};
constexpr std::string_view name_of(UpdateState v) { return name_in(kUpdateStates, v); }

// What a row of the outbox does: deliver to the customer, or file the copy into our own Sent folder.
enum class Purpose : std::uint8_t { deliver = 0, file_copy = 1 };
inline constexpr Word<Purpose> kPurposes[] = {{Purpose::deliver, "deliver"}, {Purpose::file_copy, "file_copy"}};

enum class RecipientState : std::uint8_t {
  pending = 0,
  accepted = 1,
  deferred = 2,
  refused = 3,
  in_doubt = 4,
  bounced = 5
};
inline constexpr Word<RecipientState> kRecipientStates[] = {
    {RecipientState::pending, "pending"},   {RecipientState::accepted, "accepted"},
    {RecipientState::deferred, "deferred"}, {RecipientState::refused, "refused"},
    {RecipientState::in_doubt, "in_doubt"}, {RecipientState::bounced, "bounced"},
};
constexpr std::string_view name_of(RecipientState v) { return name_in(kRecipientStates, v); }

}  // namespace amends::model
