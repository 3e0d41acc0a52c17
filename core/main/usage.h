// What is said about a command line that can't be understood: the word that is wrong, the command it was meant to be,
// and where to read on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace amends::cli {

// An option that may be repeated takes one value each time, so that a word after it is the next argument:
// `amends answer --set name=Ada 12`. For a command and all below it.
void one_value_each(CLI::App& app);

// Says on stderr what was wrong (help and version on stdout) and returns the exit code.
int explain(const CLI::App& app, const CLI::ParseError& error);

// The one of `known` that `typed` was most likely meant to be: begun so, or at most two slips from it; "" when none is.
std::string likely(std::string_view typed, const std::vector<std::string>& known);

}  // namespace amends::cli
