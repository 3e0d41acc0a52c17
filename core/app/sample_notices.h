// The mails by which review sites tell the sample's company of what stands on them (packaging/sample/notices.txt): read
// as the reviews they tell of, they fill the timelines of channels that nobody has connected. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/app/sample_noise.h"
#include "core/base/clock.h"

namespace amends::app {

// A mail that lacks a part is left out; the tests see to it that none does.
std::vector<SampleFile> sample_notices(std::string_view source, Timestamp now);

}  // namespace amends::app
