#include "core/timeline/erase.h"

#include "core/timeline/entry_kind.h"

namespace amends::timeline {
namespace {

std::int64_t erase_stream(store::Tx& tx, std::int64_t stream) {
  std::vector<std::int64_t> events;
  for (auto q = tx.query("SELECT ref_id FROM timeline_entry WHERE stream = ? AND kind = ?", stream, kEventEntry);
       q.next();) {
    events.push_back(q.row().integer(0));
  }
  for (const auto id : events) tx.run("DELETE FROM event WHERE id = ?", id);
  tx.run("DELETE FROM timeline_entry WHERE stream = ?", stream);
  return static_cast<std::int64_t>(events.size());
}

}  // namespace

std::set<MessageId> messages_of(store::Reader& reader, const std::vector<IdentityId>& identities) {
  std::set<MessageId> out;
  for (const IdentityId identity : identities) {
    for (auto q = reader.query("SELECT ref_id FROM timeline_entry WHERE stream = ? AND kind = ?", identity.value,
                               kMessageEntry);
         q.next();) {
      out.insert(q.row().id<MessageId>(0));
    }
  }
  return out;
}

std::map<MessageId, std::set<IdentityId>> people_of(store::Reader& reader, const std::set<MessageId>& messages) {
  std::map<MessageId, std::set<IdentityId>> out;
  for (const MessageId message : messages) out[message];
  if (messages.empty()) return out;
  for (auto q = reader.query("SELECT stream, ref_id FROM timeline_entry WHERE stream > 0 AND kind = ?", kMessageEntry);
       q.next();) {
    const auto it = out.find(q.row().id<MessageId>(1));
    if (it != out.end()) it->second.insert(q.row().id<IdentityId>(0));
  }
  return out;
}

std::set<RawItemId> items_of(store::Reader& reader, const std::set<MessageId>& messages) {
  std::set<RawItemId> out;
  for (const MessageId message : messages) {
    for (const std::string_view sql : {std::string_view("SELECT raw_id FROM message WHERE id = ?"),
                                       std::string_view("SELECT raw_id FROM message_copy WHERE message_id = ?")}) {
      for (auto q = reader.query(sql, message); q.next();) out.insert(q.row().id<RawItemId>(0));
    }
  }
  out.erase(RawItemId{});
  return out;
}

void erase_message(store::Tx& tx, MessageId message, const std::set<IdentityId>& people) {
  for (const IdentityId identity : people) {
    tx.run(
        "DELETE FROM timeline_entry WHERE stream = ? AND at = (SELECT at FROM message WHERE id = ?) AND kind = ? AND "
        "ref_id = ?",
        identity.value, message, kMessageEntry, message);
  }
  tx.run("DELETE FROM attachment WHERE message_id = ?", message);
  tx.run("DELETE FROM message_copy WHERE message_id = ?", message);
  tx.run("DELETE FROM message_meeting WHERE message_id = ?", message);
  tx.run("DELETE FROM message WHERE id = ?", message);
}

std::int64_t erase_streams(store::Tx& tx, const std::vector<IdentityId>& identities,
                           const std::vector<CustomerId>& customers) {
  std::int64_t events = 0;
  for (const IdentityId identity : identities) events += erase_stream(tx, identity.value);
  for (const CustomerId customer : customers) {
    events += erase_stream(tx, -customer.value);
    events += tx.run("DELETE FROM event WHERE customer_id = ?", customer);
  }
  return events;
}

std::int64_t erase_thread_events(store::Tx& tx, ThreadId thread, const std::set<IdentityId>& people) {
  struct Standing {
    std::int64_t id, at;
  };
  std::vector<Standing> events;
  for (auto q = tx.query("SELECT id, at FROM event WHERE thread_id = ?", thread); q.next();) {
    events.push_back({q.row().integer(0), q.row().integer(1)});
  }
  for (const Standing& event : events) {
    for (const IdentityId identity : people) {
      tx.run("DELETE FROM timeline_entry WHERE stream = ? AND at = ? AND kind = ? AND ref_id = ?", identity.value,
             event.at, kEventEntry, event.id);
    }
    tx.run("DELETE FROM event WHERE id = ?", event.id);
  }
  return static_cast<std::int64_t>(events.size());
}

void set_identity(store::Tx& tx, MessageId message, IdentityId identity) {
  tx.run("UPDATE message SET identity_id = ? WHERE id = ?", identity, message);
}

}  // namespace amends::timeline
