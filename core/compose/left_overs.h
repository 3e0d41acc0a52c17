// What a template leaves behind when nobody filled it in: "{{name}}", "[ORDER]", "<first name>", "%NAME%", "XXX",
// "TODO", "Dear ,". It is the last check before a text leaves, and nobody can wave it through: a customer who reads
// "Dear {{first_name}}" knows that nobody read it before.
//
// In `code` between backticks only double braces count, so that a support team can write about `{id}` in a URL.
// Pure; linear. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace amends::compose {

struct LeftOver {
  std::size_t at = 0;  // bytes into the text
  std::string text;    // what stands there
  friend bool operator==(const LeftOver&, const LeftOver&) = default;
};

std::vector<LeftOver> left_overs(std::string_view text);

// invalid, naming what was found, when the text may not leave.
Result<Done> leaving_check(std::string_view text);

}  // namespace amends::compose
