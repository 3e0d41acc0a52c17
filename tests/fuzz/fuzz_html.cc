// What must hold for any page: the cleaned page is clean HTML that cleaning again leaves as it is, and reading it as
// text ends. Built by clang with -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/html/html.h"

namespace {

[[noreturn]] void give_up(const char* what, const std::string& first, const std::string& second) {
  std::fprintf(stderr, "%s\nfirst:  %s\nsecond: %s\n", what, first.c_str(), second.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view page(reinterpret_cast<const char*>(data), size);
  const auto once = amends::html::clean(page);
  const auto twice = amends::html::clean(once.html);
  if (once.html != twice.html) give_up("cleaning a clean page changed it", once.html, twice.html);
  if (once.links != twice.links || once.remote_images != twice.remote_images) {
    give_up("cleaning a clean page counts otherwise", once.html, twice.html);
  }
  if (!amends::text::is_utf8(once.html)) give_up("not UTF-8", once.html, {});
  for (const std::string_view bad :
       {"<script", "<svg", "<style", "<iframe", "<!", "<?", " src=\"http", "href=\"javascript"}) {
    if (once.html.find(bad) != std::string::npos) give_up("not clean", once.html, std::string(bad));
  }
  const std::string text = amends::html::to_text(page);
  if (!amends::text::is_utf8(text)) give_up("text is not UTF-8", text, {});
  const std::string escaped = amends::html::escape(text);
  if (amends::html::decode_entities(escaped) != text) give_up("escaping isn't undone by decoding", text, escaped);
  return 0;
}
