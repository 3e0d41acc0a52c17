// `amends inspect …`: what Amends understood, with no database, no configuration and no network. The output is stable:
// tests and other programs read it. Each reads `in` (or a path), writes JSON or HTML to `out`, says what is wrong on
// `err`, and returns an exit code of `amends --help`.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace amends::cli {

int inspect_mail(std::istream& in, std::ostream& out, std::ostream& err, const std::vector<std::string>& authserv_ids);
int inspect_html(std::istream& in, std::ostream& out, std::ostream& err);
int inspect_links(std::istream& in, std::ostream& out, std::ostream& err, bool explain);
int inspect_threads(const std::string& path, std::ostream& out, std::ostream& err);

}  // namespace amends::cli
