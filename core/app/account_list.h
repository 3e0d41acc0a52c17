// The accounts of an installation, as everybody sees them while they change: those of the configuration file, those
// that were connected over the API or the command line and live in the database, and those that only hold what was
// imported.
//
// A HubAccount never changes once it is in the list. A changed account is a new HubAccount in the old one's place, and
// the old one stays valid as long as the list: whoever holds a pointer finishes with what it began with.
//
// Threads: any.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/channel/descriptor.h"

namespace amends::app {

// The name of the account that keeps what was imported through a channel.
inline constexpr std::string_view kImportAccount = "import";

enum class AccountOrigin : std::uint8_t {
  file,      // stands in amends.toml, and is changed there
  database,  // was connected over the API or the command line
  import,    // holds what came from files; never connected
};

// An account with what it takes to understand and answer it.
struct HubAccount {
  AccountId id;
  BrandId brand;
  std::string name;
  const channel::Descriptor* channel = nullptr;
  const channel::Settings* settings = nullptr;  // never null in the list
  std::chrono::seconds poll{60};
  bool connected = false;                // it can be pulled from and sent through
  std::vector<std::string> own_handles;  // ours, normalised
  AccountOrigin origin = AccountOrigin::import;
  std::string trouble = {};  // why it can't be connected although it should; "" if it can
  std::shared_ptr<const channel::Settings> held = nullptr;  // what `settings` points to, where nobody else keeps it
};

class AccountList {
 public:
  std::vector<const HubAccount*> all() const;
  const HubAccount* find(AccountId id) const;
  // In the place of the one with its id, or at the end. Tells who wants to know.
  const HubAccount* put(HubAccount account);
  // Settings of a connected account of this brand and channel; null when there is none.
  const channel::Settings* settings_like(BrandId brand, const channel::Descriptor& channel) const;
  // `handle` as own_handles are written.
  bool is_own(BrandId brand, std::string_view handle_kind, std::string_view handle) const;

  // Called after each change, on the thread that made it: must be quick. A number to end it by; when stop_telling()
  // returns, it isn't called any more.
  int on_change(std::function<void()> listener);
  void stop_telling(int listener);

 private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<const HubAccount>> accounts_, replaced_;
  std::mutex telling_;  // held while listeners are called
  std::map<int, std::function<void()>> listeners_;
  int last_listener_ = 0;
};

}  // namespace amends::app
