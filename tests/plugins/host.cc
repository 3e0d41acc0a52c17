// `amends plugin-host` without the rest of the program, so that tests need not build all of it.
#include <iostream>
#include <string_view>

#include "core/main/plugin_host.h"

int main(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "plugin-host") return 2;
  return amends::cli::plugin_host(argv[2], std::cin, std::cout, std::cerr);
}
