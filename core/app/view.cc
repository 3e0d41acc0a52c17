#include "core/app/view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/app/notice.h"
#include "core/app/own_post.h"
#include "core/base/text.h"
#include "core/channel/descriptor.h"
#include "core/channel/post.h"
#include "core/channel/registry.h"
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

const channel::Descriptor* channel_of(Hub& hub, const timeline::Message& message) {
  const HubAccount* account = hub.find_account(message.account);
  if (account != nullptr && account->channel->name == message.channel) return account->channel;
  return channel::find_channel(message.channel);
}

Result<model::Content> read_content(Hub& hub, store::Reader& reader, const timeline::Message& message) {
  return read_item(hub, reader, message, message.raw);
}

Result<model::Content> read_item(Hub& hub, store::Reader& reader, const timeline::Message& message, RawItemId id) {
  const auto row = ingest::find_item(reader, id);
  const HubAccount* account = row ? hub.find_account(row->account) : nullptr;
  if (account == nullptr) return fail(Kind::not_found, "the raw item of message " + std::to_string(message.id.value));
  TRY(std::string raw, hub.codec().get(reader, id));
  const channel::Descriptor* channel = channel_of(hub, message);
  if (row->place == kOutboxPlace && channel != nullptr && !channel->can.mail) {
    TRY(const channel::Post post, channel::read_post(raw));
    const Brand* brand = hub.find_brand(message.brand);
    const std::string name = brand != nullptr && brand->config != nullptr ? brand->config->name : message.author;
    return content_of_own(post, our_voice(*account, name), message.kind, message.at, message.message_id);
  }
  const model::Item item{row->external_id, std::move(raw), row->place, row->own, row->received_at};
  TRY(model::Content content, account->channel->parse(item, {*account->settings, account->name}));
  if (channel != nullptr && channel != account->channel && !channel->notifications.empty()) {
    if (auto told = hub.notices().read(*channel, content)) return *std::move(told);
  }
  return content;
}

std::vector<MessageId> changed_since(const ThreadView& view, std::int64_t version) {
  std::vector<MessageId> out;
  for (const timeline::Event& event : view.events) {
    if (event.kind != "edited" && event.kind != "deleted") continue;
    const auto json = nlohmann::json::parse(event.detail, nullptr, false);
    if (!json.is_object() || json.value("version", std::int64_t{0}) <= version) continue;
    const auto number = json.value("message", std::string());
    if (!number.empty() && number.size() < 19) out.push_back(MessageId{std::stoll(number)});
  }
  return out;
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
  const channel::Descriptor* channel = channel_of(hub, message);
  if (channel != nullptr && !channel->can.mail) {
    TRY(channel::Post post, channel::read_post(raw));
    return AttachmentBytes{*about, std::move(post.files.at(static_cast<std::size_t>(part)).bytes)};
  }
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
