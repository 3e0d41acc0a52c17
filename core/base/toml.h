// toml++ for files that people write: what is no TOML is an error with its line, never the end of the program.
//
// toml++ 3.3 asserts before it looks for some errors ("[" at a line's end), and then finds them by itself. Only for .cc
// files and headers that read TOML: it is large.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>
