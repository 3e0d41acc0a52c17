#include "core/app/account_list.h"

#include <algorithm>

namespace amends::app {

std::vector<const HubAccount*> AccountList::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<const HubAccount*> out;
  out.reserve(accounts_.size());
  for (const auto& account : accounts_) out.push_back(account.get());
  return out;
}

const HubAccount* AccountList::find(AccountId id) const {
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(accounts_.begin(), accounts_.end(), [&](const auto& a) { return a->id == id; });
  return it == accounts_.end() ? nullptr : it->get();
}

const HubAccount* AccountList::put(HubAccount account) {
  auto fresh = std::make_unique<const HubAccount>(std::move(account));
  const HubAccount* const out = fresh.get();
  {
    const std::lock_guard lock(mutex_);
    const auto it = std::find_if(accounts_.begin(), accounts_.end(), [&](const auto& a) { return a->id == out->id; });
    if (it == accounts_.end()) {
      accounts_.push_back(std::move(fresh));
    } else {
      replaced_.push_back(std::exchange(*it, std::move(fresh)));
    }
  }
  const std::lock_guard lock(telling_);
  for (const auto& [number, listener] : listeners_) listener();
  return out;
}

const channel::Settings* AccountList::settings_like(BrandId brand, const channel::Descriptor& channel) const {
  const std::lock_guard lock(mutex_);
  for (const auto& account : accounts_) {
    if (account->connected && account->brand == brand && account->channel == &channel) return account->settings;
  }
  return nullptr;
}

bool AccountList::is_own(BrandId brand, std::string_view handle_kind, std::string_view handle) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(accounts_.begin(), accounts_.end(), [&](const auto& account) {
    return account->brand == brand && account->channel->handle_kind == handle_kind &&
           std::find(account->own_handles.begin(), account->own_handles.end(), handle) != account->own_handles.end();
  });
}

int AccountList::on_change(std::function<void()> listener) {
  const std::lock_guard lock(telling_);
  listeners_.emplace(++last_listener_, std::move(listener));
  return last_listener_;
}

void AccountList::stop_telling(int listener) {
  const std::lock_guard lock(telling_);
  listeners_.erase(listener);
}

}  // namespace amends::app
