// How long a text is by a channel's own counting, and how it is made to fit. The composer's meter and the refusal
// before sending use the same function.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/channel/descriptor.h"

namespace amends::channel {

// graphemes by UAX #29 (ICU); utf16 in code units; weighted as X counts: 2 for what lies outside U+0000-10FF,
// U+2000-200D, U+2010-201F, U+2032-2037, an emoji sequence 2 in all, every http(s) link 23 (docs.x.com, counting
// characters, 2026-11-21).
std::int64_t length_of(std::string_view text, LengthUnit unit);

// invalid when the text is longer than the channel takes: says both numbers, and its hint is the text shortened at the
// end of a sentence, else of a word, that fits; it is offered, never sent by itself.
Result<Done> check_length(std::string_view text, const Limits& limits);
std::string shortened(std::string_view text, const Limits& limits);

}  // namespace amends::channel
