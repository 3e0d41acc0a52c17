// How an answer points back: its subject, its References, and the original under it.
// Pure. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/compose/values.h"
#include "core/model/content.h"

namespace amends::compose {

// "Re: " and the subject without the answer marks of any client ("AW: Re[2]: SV: x" gives "Re: x"). A forward mark
// stays: it belongs to what is talked about.
std::string reply_subject(std::string_view subject);

// RFC 5322 section 3.6.4: the References of the parent, else its In-Reply-To if that is a single one, then its own id.
// Of a long list the first and the newest stay, kMostReferences together.
inline constexpr std::size_t kMostReferences = 21;
std::vector<std::string> reply_references(const std::vector<std::string>& parent_references,
                                          const std::vector<std::string>& parent_in_reply_to,
                                          std::string_view parent_id);

// The line that announces a quote, in the reader's language: "On Tuesday, 10 March 2026 at 08:05, Maya L. wrote:".
std::string attribution(const model::Party& author, std::optional<Timestamp> date, const Locale& locale);

// The original, line by line behind "> ", at most `max` bytes of it, with a line saying so when something was left out.
std::string quoted(std::string_view original, std::size_t max = 16 * 1024);

}  // namespace amends::compose
