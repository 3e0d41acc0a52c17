// Connecting accounts: their settings are checked against the channel's descriptor, sealed whole in the database, and
// the hub takes them at once. What stands in the configuration file is shown and changed there.
//
// Each use case writes its audit entry and its change-log row in the commit of the change.
//
// Errors: invalid: a name or a setting that is no good, named; conflict: the name is taken, or the account stands in
// the configuration file; not_found: no such account in this brand; forbidden: a setting that reaches into this machine
// or its network, from somebody who isn't at the console. Threads: any.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/hub.h"
#include "core/base/result.h"
#include "core/channel/connector.h"

namespace amends::app {

// Who does it.
struct AccountActor {
  UserId user = {};
  std::string login = "amends";
  std::string peer = "console";
  bool at_console = false;  // may let an account read files and reach the private network
};

using GivenSettings = std::map<std::string, std::string>;

struct NewAccount {
  const channel::Descriptor* channel = nullptr;
  std::string name;  // lower-case letters, digits, - and _, at most 40
  GivenSettings settings;
  std::chrono::seconds poll{0};  // 0: as the channel says
};

struct AccountChange {
  GivenSettings settings;  // beside those that stay; "" takes one away
  std::optional<std::chrono::seconds> poll;
  bool start_over = false;  // pull everything once more: what comes twice is stored once
};

class Accounts {
 public:
  explicit Accounts(Hub& hub) : hub_(hub) {}

  // An account that takes a person's consent is made paused, until it is connected (walk.h).
  Result<AccountId> create(BrandId brand, const NewAccount& account, const AccountActor& by);
  // What names the place (a required setting that is no secret) being another one, everything is pulled once more.
  Result<Done> change(BrandId brand, AccountId id, const AccountChange& change, const AccountActor& by);
  // Pulled from and sent through again, with the settings it has.
  Result<Done> enable(BrandId brand, AccountId id, const AccountActor& by);
  // The site is told, as far as it can be told, then tokens are forgotten; settings stay.
  Result<Done> disconnect(BrandId brand, AccountId id, const AccountActor& by);
  // Settings and tokens go; what was delivered stays, and handles that were ours stay ours.
  Result<Done> remove(BrandId brand, AccountId id, const AccountActor& by);

  // Opens what would be, and looks: for a form, before anything is stored. `like`: whose secrets stand for those left
  // out; none: nobody's. A channel that takes consent is only opened, not asked, unless `like` has it.
  Result<channel::Health> try_out(BrandId brand, const NewAccount& account, AccountId like, const AccountActor& by);

  // invalid settings as given by a person; for a form and the command line.
  Result<channel::Settings> checked(const channel::Descriptor& channel, const GivenSettings& given) const;

 private:
  Result<GivenSettings> stored(const HubAccount& account) const;
  Result<const HubAccount*> ours(BrandId brand, AccountId id) const;
  Result<Done> usable(const HubAccount& account, const channel::Settings& settings) const;

  Hub& hub_;
};

// Whether a person has to agree before the account can work: its channel wants it, and no token stands among the
// settings instead (such a setting is called "access_token").
bool wants_consent(const channel::Descriptor& channel, const channel::Settings& settings);

// A setting that reaches into this machine or its network.
bool for_console_only(const channel::Setting& setting);

// The sealed form, and back. corrupt: it is none.
Result<std::string> seal_settings(const crypto::SealKeys& keys, BrandId brand, AccountId account,
                                  const GivenSettings& settings);
Result<GivenSettings> open_settings(const crypto::SealKeys& keys, BrandId brand, AccountId account,
                                    std::string_view sealed);

}  // namespace amends::app
