// What must hold for any template and any values: what the linter takes renders, and nothing that leaves has a brace
// pair or another gap in it. The first byte parts template and values. Built by clang with
// -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/compose/html_part.h"
#include "core/compose/left_overs.h"
#include "core/compose/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace amends::compose;
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = all.size() * data[0] / 255;
  const std::string body(all.substr(0, cut)), value(all.substr(cut));
  (void)parse_template("update/any.en", body);

  constexpr std::string_view kHeader =
      "+++\n[fields]\na = { type = \"text\", about = \"a\", fallback = \"\" }\n"
      "b = { type = \"name\", about = \"b\", fallback = \"\" }\n+++\n{{! both are used }}{{a}}{{b}}";
  const auto t = parse_template("update/any.en", std::string(kHeader) + body);
  if (!t) return 0;
  const auto rendered = render(*t, {{"a", value}, {"b", amends::text::repair_utf8(value)}}, {"de", "Europe/Berlin"});
  if (!rendered.complete()) {
    if (!rendered.text.empty()) std::abort();
    return 0;
  }
  if (rendered.text.find("{{") != std::string::npos || rendered.text.find("}}") != std::string::npos ||
      !left_overs(rendered.text).empty() || rendered.text.size() > kRenderedMax) {
    std::fprintf(stderr, "left with a gap: %s\n", rendered.text.c_str());
    std::abort();
  }
  if (html_of(rendered.text).find("<script") != std::string::npos) std::abort();
  return 0;
}
