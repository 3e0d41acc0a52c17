// A template with its values put in, or the list of what is missing: a text with a gap never comes out.
// Pure; the output is capped. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "core/compose/templates.h"
#include "core/compose/values.h"

namespace amends::compose {

inline constexpr std::size_t kRenderedMax = 256 * 1024;

// Why a text can't leave yet.
struct Gap {
  std::string field;  // "" when the whole text is meant
  std::string about;  // what the field is for
  std::string why;    // "it is missing", "it has gaps of a template in it"
  friend bool operator==(const Gap&, const Gap&) = default;
};

struct Rendered {
  std::string template_id;
  std::string subject, text;  // "" while there are gaps
  std::vector<Gap> gaps;
  bool complete() const { return gaps.empty(); }
};

// Values that the template doesn't know are no gap. Values are put in as they are: a tag inside a value is never read
// as one, it makes the value a gap.
Rendered render(const Template& t, const Values& values, const Locale& locale);

// The same text for many, before anything is sent.
struct DryRun {
  std::string recipient;
  Values values;
  Locale locale;
};
struct DryResult {
  std::string recipient;
  Rendered rendered;
};
// One for each, in order; complete only when every one of them is.
std::vector<DryResult> dry_run(const Template& t, const std::vector<DryRun>& recipients);

}  // namespace amends::compose
