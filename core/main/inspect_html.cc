#include <istream>
#include <iterator>
#include <ostream>
#include <string>

#include "core/html/html.h"
#include "core/main/inspect.h"

namespace amends::cli {

int inspect_html(std::istream& in, std::ostream& out, std::ostream& err) {
  const std::string page(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) {
    err << "amends: the HTML on standard input can't be read to its end\n";
    return 1;
  }
  const html::Cleaned cleaned = html::clean(page);
  out << cleaned.html;
  if (!cleaned.html.empty() && cleaned.html.back() != '\n') out << '\n';
  out.flush();
  if (cleaned.truncated) err << "amends: only the first 10 MB were read; the rest is left out\n";
  return out ? 0 : 1;
}

}  // namespace amends::cli
