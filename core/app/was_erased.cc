#include "core/app/was_erased.h"

#include <algorithm>

#include "core/identity/handle.h"

namespace amends::app {
namespace {

const std::string* brand_key(const Hub& hub, const HubAccount& account) {
  const Brand* brand = hub.find_brand(account.brand);
  return brand == nullptr ? nullptr : &brand->config->key;
}

}  // namespace

bool erased_bytes(Hub& hub, store::Reader& reader, const HubAccount& account, std::string_view digest) {
  if (!hub.anybody_erased()) return false;
  const std::string* key = brand_key(hub, account);
  return key != nullptr && erasure::erased_at(reader, hub.marks().bytes(*key, digest)).has_value();
}

bool erased_before(Hub& hub, store::Reader& reader, const HubAccount& account, std::string_view handle, Timestamp at) {
  if (!hub.anybody_erased()) return false;
  const std::string* key = brand_key(hub, account);
  const std::string normal = identity::normal_handle(handle);
  if (key == nullptr || normal.empty()) return false;
  const auto erased = erasure::erased_at(reader, hub.marks().handle(*key, account.channel->handle_kind, normal));
  return erased && at <= *erased;
}

bool was_erased(Hub& hub, store::Reader& reader, const HubAccount& account, const model::Item& item,
                const model::Content& content, bool own) {
  if (!hub.anybody_erased()) return false;
  const std::string* key = brand_key(hub, account);
  if (key == nullptr) return false;
  if (!content.message_id.empty() &&
      erasure::erased_at(reader, hub.marks().message_id(*key, content.message_id)).has_value()) {
    return true;
  }
  // An archive came in today, whatever is in it; its mail's own date says when it was written.
  Timestamp at = item.received_at;
  if (!account.connected && content.date) at = std::min(at, *content.date);
  if (!own) return erased_before(hub, reader, account, content.author.handle, at);
  bool to_somebody = false;
  for (const auto* list : {&content.to, &content.cc, &content.bcc}) {
    for (const model::Party& party : *list) {
      if (party.handle.empty() || hub.is_own(account.brand, *account.channel, party.handle)) continue;
      if (!erased_before(hub, reader, account, party.handle, at)) return false;
      to_somebody = true;
    }
  }
  return to_somebody;
}

}  // namespace amends::app
