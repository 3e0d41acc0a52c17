#include "core/people/restored.h"

namespace amends::people {

void end_what_was_open(store::Tx& tx) {
  tx.run("DELETE FROM session");
  tx.run("DELETE FROM link");
}

}  // namespace amends::people
