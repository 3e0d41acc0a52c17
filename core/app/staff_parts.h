// What the files of staff.h share.
#pragma once

#include <string>
#include <string_view>

#include "core/app/staff.h"

namespace amends::app {

// What one use case puts on record.
struct Staff::Act {
  std::string_view action;
  BrandId brand = {};
  std::string_view object = {};
  std::int64_t object_id = 0;
  std::string detail = {};
  std::string peer = {};
};

// Who knocks, as far as one read tells: the user, or nobody.
struct Staff::Door {
  UserId user;
  std::string name;     // what the throttle counts
  std::string stored;   // password hash; "" for nobody and for who may not come in
  std::string network;  // people::network_of(peer)
  std::string peer;
  bool known_network = false;
  bool has_totp = false;
};

// One answer for a wrong name, password and code.
inline Error wrong_credentials() {
  return fail(Kind::unauthorized, "the name, the password or the code is wrong", "check them and try again");
}
inline Error not_allowed(std::string_view what) {
  return fail(Kind::forbidden, "you may not " + std::string(what), "ask who has the right to");
}
// One answer for a link that is unknown, used or over.
inline Error bad_link() {
  return fail(Kind::invalid, "this link was used, is over, or never was", "ask for a new one");
}

}  // namespace amends::app
