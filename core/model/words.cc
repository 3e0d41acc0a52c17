#include "core/model/words.h"

#include "core/model/content.h"
#include "core/model/update.h"

namespace amends::model {

// The tables are indexed by a name for people and by number in the database: both must be whole.
static_assert(std::size(kUpdateStates) == 10 && name_of(UpdateState::cancelled) == "cancelled");
static_assert(value_in(kOrigins, "bounce") == Origin::bounce);

}  // namespace amends::model
