#include "core/app/view.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/descriptor.h"
#include "core/identity/identities.h"
#include "core/mime/mail.h"
#include "core/thread/threads.h"

namespace amends::app {
namespace {

// The longest thread that is shown in one piece.
constexpr int kMessages = 1000;

Error no_thread(ThreadId thread) {
  return fail(Kind::not_found, "there is no thread " + std::to_string(thread.value),
              "`amends inbox --view everything` lists what there is");
}

}  // namespace

Result<model::Content> read_content(Hub& hub, store::Reader& reader, const timeline::Message& message) {
  const HubAccount* account = hub.find_account(message.account);
  const auto row = ingest::find_item(reader, message.raw);
  if (account == nullptr || !row)
    return fail(Kind::not_found, "the raw item of message " + std::to_string(message.id.value));
  TRY(std::string raw, hub.codec().get(reader, message.raw));
  const model::Item item{row->external_id, std::move(raw), row->place, row->own, row->received_at};
  return account->channel->parse(item, {*account->settings, account->name});
}

Result<ThreadView> read_thread(store::Reader& reader, BrandId brand, ThreadId thread) {
  const ThreadId now = thread::current(reader, thread);  // a number from before a merge still leads somewhere
  const auto summary = thread::summary(reader, now);
  const auto row = inbox::find(reader, now);
  if (!summary || summary->brand != brand || !row) return no_thread(thread);
  ThreadView view;
  view.row = *row;
  view.version = summary->version;
  view.messages = timeline::thread_messages(reader, now, kMessages);
  view.events = timeline::thread_events(reader, now);
  view.notes = inbox::notes(reader, now);
  view.tags = inbox::tags(reader, now);
  return view;
}

Result<CustomerView> read_customer(store::Reader& reader, BrandId brand, CustomerId id) {
  const CustomerId shown = identity::current_customer(reader, brand, id);
  const auto customer = identity::find_customer(reader, brand, shown);
  if (!customer) {
    return fail(Kind::not_found, "there is no customer " + std::to_string(id.value),
                "give an address, a handle or a whole name instead");
  }
  CustomerView view;
  view.id = shown;
  view.name = customer->name;
  view.language = customer->language;
  for (const identity::Identity& one : identity::identities_of(reader, brand, shown)) {
    view.identities.push_back({one.id, one.kind, one.handle, one.name, one.verified});
    view.streams.identities.push_back(one.id);
  }
  view.streams.customers = identity::family_of(reader, brand, shown);
  return view;
}

Result<timeline::Message> read_message(store::Reader& reader, BrandId brand, MessageId id) {
  auto message = timeline::find(reader, id);
  if (!message || message->brand != brand)
    return fail(Kind::not_found, "there is no message " + std::to_string(id.value));
  return *std::move(message);
}

Result<AttachmentBytes> read_attachment(Hub& hub, store::Reader& reader, const timeline::Message& message,
                                        std::int32_t part) {
  TRY(const model::Content content, read_content(hub, reader, message));
  const auto about = std::find_if(content.attachments.begin(), content.attachments.end(),
                                  [&](const model::Attachment& file) { return file.part == part; });
  if (about == content.attachments.end()) return fail(Kind::not_found, "the message has no such attachment");
  TRY(const std::string raw, hub.codec().get(reader, message.raw));
  TRY(std::string bytes, mime::part_bytes(raw, part));
  return AttachmentBytes{*about, std::move(bytes)};
}

Result<CustomerView> find_customer(store::Reader& reader, BrandId brand, std::string_view who) {
  who = text::trim(who);
  if (!who.empty() && std::all_of(who.begin(), who.end(), text::is_digit) && who.size() < 18) {
    return read_customer(reader, brand, CustomerId{std::stoll(std::string(who))});
  }
  std::vector<CustomerId> found;
  for (const identity::Identity& one : identity::find_handle(reader, brand, who)) found.push_back(one.customer);
  if (found.empty()) found = identity::find_by_name(reader, brand, who, 10);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.empty()) {
    return fail(Kind::not_found, "nobody is known as \"" + std::string(who) + "\"",
                "give an address, a handle, a whole name, or a customer's number");
  }
  if (found.size() > 1) {
    std::vector<std::string> choices;
    for (const CustomerId id : found) {
      const auto identities = identity::identities_of(reader, brand, id);
      choices.push_back(std::to_string(id.value) + (identities.empty() ? "" : " (" + identities.front().handle + ")"));
    }
    return fail(Kind::conflict, "several customers are known as \"" + std::string(who) + "\"",
                "take one by its number: " + text::join(choices, ", "));
  }
  return read_customer(reader, brand, found.front());
}

std::optional<CustomerId> richest_story(store::Reader& reader, BrandId brand) {
  return reader.first(
      "SELECT i.customer_id FROM message m JOIN identity i ON i.id = m.identity_id WHERE m.brand_id = ? AND "
      "i.nature = 0 GROUP BY i.customer_id ORDER BY COUNT(DISTINCT m.channel) + COUNT(DISTINCT m.direction) DESC, "
      "COUNT(*) DESC, i.customer_id LIMIT 1",
      [](store::Row r) { return r.id<CustomerId>(0); }, brand);
}

}  // namespace amends::app
