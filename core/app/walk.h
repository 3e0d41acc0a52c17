// A person's way to a site and back (OAuth): where they go, and what becomes of what the site sends back. What only we
// may know of it lies sealed in the database for ten minutes and is used once, so the way back may end in another
// process than it began in.
//
// Where everybody may have a client made (Descriptor::register_client) and the account's settings name none, the site
// is asked for one on the way. It knows one address of ours, so every walk has its own; the last one's is kept with the
// tokens (TokenSet::client).
//
// Threads: any; both wait for the site.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/app/accounts.h"
#include "core/app/hub.h"
#include "core/channel/oauth.h"

namespace amends::app {

// Where sites send browsers back to, below our own address.
inline constexpr std::string_view kReturnPath = "/oauth/callback";

struct WalkBegun {
  std::string url;    // what the person opens
  std::string state;  // names the walk
};
// `redirect`: our address with kReturnPath, exactly as the site knows it. An earlier walk of the account is over.
// unsupported: the account's channel takes no consent. Else what the site says to a new client.
Result<WalkBegun> begin_walk(Hub& hub, const HubAccount& account, std::string_view redirect, const AccountActor& by);

struct WalkEnded {
  AccountId account;
  BrandId brand;
  std::string name;
};
// The account is connected and works again: what was missed meanwhile comes by its cursor, or the outbox. conflict: no
// such walk, ended already, or too late; else what channel::finish() says.
Result<WalkEnded> finish_walk(Hub& hub, const channel::Callback& callback);

// How its site is asked for consent, and told that it is over. `client` is laid over the account's settings.
Result<channel::OAuthProfile> profile_of(const HubAccount& account, const std::map<std::string, Secret>& client);

// The query of a redirect. Names that come twice, and more than a site has to say, are invalid.
Result<channel::Callback> read_callback(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace amends::app
