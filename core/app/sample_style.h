// How the world's mail programs write an answer: what they put above a quote, in which language, where the new words
// stand, what their HTML and Message-IDs look like. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/app/sample_mail.h"
#include "core/base/clock.h"

namespace amends::app {

// The text part, with what is answered quoted the client's way.
std::string plain_body(const SampleLetter& letter);
// The HTML part; "" for clients that send none.
std::string html_body(const SampleLetter& letter);

// "AW: …" of a German Outlook, "Re: …" elsewhere; a subject that answers already stays.
std::string answer_subject(const SamplePerson& writer, std::string_view subject);

// A Message-ID as this client makes them, the same for the same seed.
std::string make_message_id(const SamplePerson& writer, std::uint64_t seed);

// "Saturday", "Samstag", …
std::string weekday_name(std::string_view language, Timestamp at);
// RFC 5322 section 3.3, in this zone.
std::string mail_date(Timestamp at, int zone_minutes);
std::string domain_of(std::string_view address);

}  // namespace amends::app
