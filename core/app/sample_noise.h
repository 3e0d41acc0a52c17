// The mail that no customer writes, and what goes wrong on the way: shop notices, payouts, automatic replies, a bounce,
// a mailing list, newsletters, spam, a forged sender, doubles, broken headers. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/app/sample_mail.h"
#include "core/base/clock.h"

namespace amends::app {

struct SampleFile {
  Timestamp at;
  bool sent = false;  // belongs in the Sent folder
  std::string bytes;
};

// `ours` are letters of ours, oldest first, for automatic replies to answer.
std::vector<SampleFile> noise(const std::vector<SampleLetter>& ours, Timestamp now);

// Who we are in these letters, signed by nobody in particular, writing in this language.
SamplePerson sample_company(std::string_view language);

}  // namespace amends::app
