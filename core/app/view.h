// What screens and commands read: rows of several stages put together. Nothing here writes.
// Threads: any; everything takes the caller's Reader, so one view is one snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/app/hub.h"
#include "core/inbox/inbox.h"
#include "core/model/content.h"
#include "core/timeline/timeline.h"

namespace amends::app {

// The words of a message, taken again from its raw bytes: the one place where they are kept.
Result<model::Content> read_content(Hub& hub, store::Reader& reader, const timeline::Message& message);

struct ThreadView {
  inbox::Row row;
  std::int64_t version = 0;  // for the stale-send guard: hand it back with the answer
  std::vector<timeline::Message> messages;
  std::vector<timeline::Event> events;
  std::vector<inbox::Note> notes;
  std::vector<std::string> tags;
};
// not_found when there is none in this brand.
Result<ThreadView> read_thread(store::Reader& reader, BrandId brand, ThreadId thread);

struct CustomerView {
  CustomerId id;
  std::string name;
  struct Identity {
    IdentityId id;
    std::string kind, handle, name;
    bool verified = false;
  };
  std::vector<Identity> identities;
  timeline::Streams streams;
};
// By number, or by a handle such as an address, or by a name when only one customer bears it.
Result<CustomerView> find_customer(store::Reader& reader, BrandId brand, std::string_view who);
Result<CustomerView> read_customer(store::Reader& reader, BrandId brand, CustomerId id);
// Whose story has the most to show: most channels and both directions, then most messages. Reads every message.
std::optional<CustomerId> richest_story(store::Reader& reader, BrandId brand);

}  // namespace amends::app
