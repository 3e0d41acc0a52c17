// An account as the API shows it. Pure but for reading the database it is given. Threads: any.
#pragma once

#include "core/app/hub.h"
#include "core/app/probe.h"
#include "core/channel/connector.h"
#include "core/web/json.h"
#include "core/web/route.h"
#include "core/web/schema.h"

namespace amends::web {

extern const Schema kAccount;       // how it is: for everybody who reads
extern const Schema kAccountSetup;  // its settings and its address: for who connects accounts
extern const Schema kAccountCheck;  // what a look at it found

// REQUIRES: the row's account is in the hub's list.
Json& add_account(Json& json, app::Hub& hub, store::Reader& reader, const ingest::Account& row);
Json& add(Json& json, const channel::Health& health);

// The row, when it is the brand's.
Result<ingest::Account> account_of(const Call& call, store::Reader& reader);
// Our own address as others reach it, without a slash at its end; as this machine does when no public one is known.
std::string our_address(const Call& call);

}  // namespace amends::web
