// Whatever is typed into the search box is words: it gives terms within bounds or is refused, and what is found in a
// text by them lies inside the text. Built by clang with -fsanitize=fuzzer,address.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/search/highlight.h"
#include "core/search/terms.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string typed = amends::text::repair_utf8(bytes);
  const auto terms = amends::search::parse(typed);
  if (!terms) return 0;
  if (terms->all.size() + terms->none.size() > 32) std::abort();
  for (const auto& term : terms->all) {
    if (term.words.empty()) std::abort();
  }
  const auto snippet = amends::search::highlight(typed, terms->all);
  if (!amends::text::is_utf8(snippet.text)) std::abort();
  std::size_t at = 0;
  for (const auto& mark : snippet.marks) {
    if (mark.start < at || mark.end <= mark.start || mark.end > snippet.text.size()) std::abort();
    at = mark.end;
  }
  return 0;
}
