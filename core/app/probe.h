// Looking after connected accounts: once a day each is asked how it is, and what the site counts is set beside what we
// hold. Whoever looks at an account sees what was found, and what will happen next.
//
// Threads: any; probe_account() waits for the site.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/channel/connector.h"
#include "core/ingest/connections.h"
#include "core/ingest/ingest.h"

namespace amends::app {

// A connection that nobody but a person can renew is told of this long before it ends.
inline constexpr std::chrono::hours kWarnBeforeEnd{7 * 24};

// Asks the account and keeps what it found. unauthorized pauses it and is told to everybody.
Result<channel::Health> probe_account(Hub& hub, const HubAccount& account, channel::Connector& connector);
// How long until the next daily look: a day after the last one, up to two hours more so that accounts of one site don't
// come in step.
std::chrono::milliseconds probe_due_in(Hub& hub, const HubAccount& account);

// How an account is, as its page shows it.
struct AccountStanding {
  ingest::Account row;
  std::optional<Timestamp> next_pull;     // nothing: it isn't pulled
  std::optional<Timestamp> connected_at;  // when a person agreed
  std::optional<Timestamp> access_ends;   // of a connection that isn't renewed by itself
  bool must_connect = false;              // it takes a person's consent, and has none
  std::optional<ingest::Probe> probe;
  std::map<std::string, Timestamp> held;  // brakes: what waits until when
  std::vector<std::string> warnings;      // of the probe, and those that time brings; in words
};
AccountStanding standing_of(Hub& hub, store::Reader& reader, const HubAccount& account, const ingest::Account& row);

}  // namespace amends::app
