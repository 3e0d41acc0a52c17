#include "tests/support/rig.h"

namespace amends::test {

std::vector<RigRow>& rigs() {
  static std::vector<RigRow> all;
  return all;
}

}  // namespace amends::test
