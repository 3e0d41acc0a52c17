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

// Where a message stands: its account's channel, or that of the site which told of it by mail. Null: this program has
// no such channel any more.
const channel::Descriptor* channel_of(Hub& hub, const timeline::Message& message);

// The words of a message, taken again from its raw bytes: the one place where they are kept.
Result<model::Content> read_content(Hub& hub, store::Reader& reader, const timeline::Message& message);

// What a raw item of the message says: its own, or that of an older version of it.
Result<model::Content> read_item(Hub& hub, store::Reader& reader, const timeline::Message& message, RawItemId raw);

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

// Which messages were edited or taken back after the thread had this version, oldest change first.
std::vector<MessageId> changed_since(const ThreadView& view, std::int64_t version);

struct CustomerView {
  CustomerId id;
  std::string name;
  std::string language;  // ISO 639-1, "" when not known
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

// A message of this brand; not_found for another's as for none.
Result<timeline::Message> read_message(store::Reader& reader, BrandId brand, MessageId id);
// The bytes of one of its attachments, as numbered in the content; not_found when there is none of that number.
struct AttachmentBytes {
  model::Attachment about;
  std::string bytes;
};
Result<AttachmentBytes> read_attachment(Hub& hub, store::Reader& reader, const timeline::Message& message,
                                        std::int32_t part);
// Whose story has the most to show: most channels and both directions, then most messages. Reads every message.
std::optional<CustomerId> richest_story(store::Reader& reader, BrandId brand);

}  // namespace amends::app
