// Shorter conversations put together from the building blocks of packaging/sample. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/app/sample_script.h"
#include "core/base/clock.h"

namespace amends::app {

// "en | Alistair Crane | alistair.crane@mail.example | gmail | charset" a line.
std::vector<SamplePerson> read_people(std::string_view text);

// One or two conversations for every person, the same for the same `now`.
std::vector<SampleConversation> conversations_from(const SampleBlocks& blocks, const std::vector<SamplePerson>& people,
                                                   Timestamp now);

// An order of about that age: "KC-46931".
std::string order_number(SampleDice& dice, std::chrono::milliseconds age);

}  // namespace amends::app
