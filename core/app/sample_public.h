// Reviews and mentions of the sample workspace: those written out in packaging/sample/public.txt, and more put together
// from its sentences. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/app/sample_script.h"
#include "core/base/clock.h"

namespace amends::app {

struct SampleTable {
  std::string bytes;
  std::int64_t rows = 0;
};

// CSV with a header row, newest last.
SampleTable sample_reviews(std::string_view source, const SampleBlocks& blocks, const std::vector<SamplePerson>& people,
                           Timestamp now);
// JSON lines, newest last.
SampleTable sample_mentions(std::string_view source, const SampleBlocks& blocks,
                            const std::vector<SamplePerson>& people, Timestamp now);

}  // namespace amends::app
