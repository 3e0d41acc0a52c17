// What a channel delivered: raw and immutable. It is stored before anybody tries to understand it.
#pragma once

#include <string>

#include "core/base/clock.h"

namespace amends::model {

struct Item {
  // Unique in the account for ever and the same on every delivery: "INBOX;1700000000;42", a review's name, a digest.
  std::string external_id;
  // The bytes as they came: an RFC 5322 message, one JSON object, one CSV row as JSON.
  std::string raw;
  // Where in the account it lay: a mail folder, a location of a chain. May be empty.
  std::string place;
  // It lay where only our own side puts things (the Sent folder): then the author is us, whatever else it says.
  bool own = false;
  // When the channel had it (IMAP INTERNALDATE); our own clock when the channel doesn't say.
  Timestamp received_at;
};

}  // namespace amends::model
