// The recipients of an update, each with a state of its own: one who was served is never served again because another
// was not. An update without addressees (a public reply) has one recipient without address.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel/connector.h"
#include "core/model/update.h"

namespace amends::outbox {

// One recipient of an update and how far it came.
struct Recipient {
  std::string address;
  model::RecipientState state = model::RecipientState::pending;
  std::int32_t code = 0;
  std::string text = {};  // the peer's own words
};

// Writes what a peer said about its recipients. What was accepted stays accepted whatever a later try says, and an
// address nobody asked about is ignored. A receipt without recipients accepts all who were asked about.
void record(std::vector<Recipient>& recipients, const std::vector<std::string>& asked, const channel::Receipt& receipt);

// Every recipient whose state is `from` gets the state `to`.
void move_all(std::vector<Recipient>& recipients, model::RecipientState from, model::RecipientState to);

// To whom the next try goes: those whom nobody has accepted or refused. In doubt they are only asked again when a
// repeat does no harm, which is for the caller to have decided (see Remedy::repeat).
std::vector<std::string> still_to_send(const std::vector<Recipient>& recipients);

// Where an update stands by its recipients: in doubt while one is; else to be tried again while one waits; else gone
// when one accepted it; else refused.
enum class Standing : std::uint8_t { accepted, waiting, in_doubt, refused };
Standing standing(const std::vector<Recipient>& recipients);

// The refusals in the peers' words, one a line; "" when none.
std::string refusals(const std::vector<Recipient>& recipients);

}  // namespace amends::outbox
