#include "core/timeline/timeline.h"

#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "core/timeline/entry_kind.h"

namespace amends::timeline {
namespace {

// As many bytes of a message as a list shows.
constexpr std::size_t kPreviewBytes = 180;

constexpr std::string_view kMessageColumns =
    "m.id, m.brand_id, m.account_id, m.raw_id, m.thread_id, m.identity_id, m.channel, m.at, m.direction, "
    "m.kind, m.origin, m.visibility, m.flags, m.message_id, m.author, m.subject, m.preview, m.rating, m.location, "
    "m.permalink, m.language, m.update_id, m.version, m.in_reply_to, m.moderation";

Message message_from(store::Row r) {
  Message m;
  m.id = r.id<MessageId>(0);
  m.brand = r.id<BrandId>(1);
  m.account = r.id<AccountId>(2);
  m.raw = r.id<RawItemId>(3);
  m.thread = r.id<ThreadId>(4);
  m.identity = r.id<IdentityId>(5);
  m.channel = r.string(6);
  m.at = r.time(7);
  m.direction = r.as<model::Direction>(8);
  m.kind = r.as<model::MessageKind>(9);
  m.origin = r.as<model::Origin>(10);
  m.visibility = r.as<model::Visibility>(11);
  m.flags = r.integer(12);
  m.message_id = r.string(13);
  m.author = r.string(14);
  m.subject = r.string(15);
  m.preview = r.string(16);
  if (!r.is_null(17)) m.rating = r.real(17);
  m.location = r.string(18);
  m.permalink = r.string(19);
  m.language = r.string(20);
  m.update = r.id<UpdateId>(21);
  m.version = r.string(22);
  m.in_reply_to = r.string(23);
  m.moderation = r.as<model::Moderation>(24);
  return m;
}
Event event_from(store::Row r) {
  return {r.integer(0), r.id<CustomerId>(1), r.id<ThreadId>(2), r.time(3), r.string(4), r.string(5), r.string(6)};
}

std::optional<std::string_view> or_null(std::string_view s) {
  return s.empty() ? std::optional<std::string_view>{} : s;
}

std::string preview_of(const model::Content& content) {
  if (content.deleted) return {};
  const std::string_view words = !content.reply_text.empty() ? std::string_view(content.reply_text)
                                 : content.forwarded         ? std::string_view(content.forwarded->text)
                                                             : std::string_view(content.text);
  return text::excerpt(text::squeeze(text::clip(words, kPreviewBytes * 4)), kPreviewBytes);
}

// A mail may name many, and is found by all of them.
std::optional<std::string_view> answered_by(const model::Content& content) {
  if (content.kind == model::MessageKind::mail || content.in_reply_to.empty()) return {};
  return or_null(content.in_reply_to.front());
}

std::string_view author_of(const model::Content& content) {
  return content.author.name.empty() ? content.author.handle : content.author.name;
}

std::int64_t stream_of(IdentityId identity) { return identity.value; }
std::int64_t stream_of(CustomerId customer) { return -customer.value; }

void add_entry(store::Tx& tx, std::int64_t stream, Timestamp at, EntryKind kind, std::int64_t ref) {
  tx.run("INSERT INTO timeline_entry (stream, at, kind, ref_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", stream, at,
         kind, ref);
}

void put_attachments(store::Tx& tx, MessageId id, const model::Content& content) {
  for (const model::Attachment& a : content.attachments) {
    tx.run(
        "INSERT INTO attachment (message_id, part, filename, content_type, size, sha256, content_id, is_inline) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        id, a.part, a.filename, a.content_type, a.size, store::Blob{a.sha256}, or_null(a.content_id), a.is_inline);
  }
}

}  // namespace

Timestamp effective_time(std::optional<Timestamp> date, Timestamp received) {
  using namespace std::chrono;
  constexpr Timestamp kEarliest{631'152'000'000};  // 1990-01-01: no mail of a customer is older
  if (!date || *date < kEarliest || *date > received + hours(24)) return received;
  return *date;
}

MessageId next_message_id(store::Tx& tx) { return MessageId{tx.count("SELECT COALESCE(MAX(id), 0) + 1 FROM message")}; }

MessageId append(store::Tx& tx, const NewMessage& m, const model::Content& content) {
  std::int64_t flags = m.flags;
  if (!content.attachments.empty()) flags |= kHasAttachments;
  if (content.auth.from_verified) flags |= kSenderVerified;
  if (content.auto_submitted) flags |= kAutoSubmitted;
  if (!content.notes.empty()) flags |= kOddities;
  if (content.deleted) flags |= kDeleted;
  if (content.forwarded) flags |= kIsForward;
  const MessageId id = m.id ? m.id : next_message_id(tx);
  tx.run(
      "INSERT INTO message (id, brand_id, account_id, raw_id, thread_id, identity_id, channel, at, direction, kind, "
      "origin, visibility, flags, content_key, digest, message_id, author, subject, preview, rating, location, "
      "permalink, language, update_id, version, in_reply_to, moderation) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      id, m.brand, m.account, m.raw, m.thread, m.identity, m.channel, m.at, m.direction, content.kind, content.origin,
      content.visibility, flags, m.content_key, store::Blob{m.digest}, or_null(content.message_id), author_of(content),
      content.deleted ? std::string_view() : std::string_view(content.subject), preview_of(content), content.rating,
      or_null(content.location), or_null(content.permalink), or_null(content.language), m.update,
      or_null(content.version), answered_by(content), content.moderation);
  if (m.identity) add_entry(tx, stream_of(m.identity), m.at, kMessageEntry, id.value);
  for (const IdentityId other : m.also) {
    if (other) add_entry(tx, stream_of(other), m.at, kMessageEntry, id.value);
  }
  put_attachments(tx, id, content);
  return id;
}

void add_copy(store::Tx& tx, MessageId message, RawItemId raw, std::string_view kind) {
  tx.run("INSERT INTO message_copy (raw_id, message_id, kind) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", raw, message,
         kind);
}

void add_event(store::Tx& tx, const NewEvent& e) {
  const std::int64_t id = tx.insert(
      "INSERT INTO event (brand_id, customer_id, thread_id, at, kind, actor, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
      e.brand, e.customer, e.thread, e.at, e.kind, e.actor, e.detail);
  if (e.identity) add_entry(tx, stream_of(e.identity), e.at, kEventEntry, id);
  if (e.customer) add_entry(tx, stream_of(e.customer), e.at, kEventEntry, id);
}

void set_thread(store::Tx& tx, MessageId message, ThreadId thread) {
  tx.run("UPDATE message SET thread_id = ? WHERE id = ?", thread, message);
}

void add_flags(store::Tx& tx, MessageId message, std::int64_t flags) {
  tx.run("UPDATE message SET flags = flags | ? WHERE id = ?", flags, message);
}

void clear_flags(store::Tx& tx, MessageId message, std::int64_t flags) {
  tx.run("UPDATE message SET flags = flags & ~? WHERE id = ?", flags, message);
}

void replace_content(store::Tx& tx, MessageId message, RawItemId raw, std::string_view digest,
                     const model::Content& content, std::string_view old) {
  const auto before = tx.first(
      "SELECT raw_id FROM message WHERE id = ?", [](store::Row r) { return r.id<RawItemId>(0); }, message);
  if (before) add_copy(tx, message, *before, old);
  const std::int64_t told = content.deleted ? kDeleted : old == "version" ? kEdited : Flag{};
  tx.run(
      "UPDATE message SET raw_id = ?, digest = ?, subject = ?, preview = ?, rating = COALESCE(?, rating), "
      "permalink = COALESCE(?, permalink), location = COALESCE(?, location), language = COALESCE(?, language), "
      "version = ?, moderation = ?, flags = (flags & ~?) | ? WHERE id = ?",
      raw, store::Blob{digest}, content.deleted ? std::string_view() : std::string_view(content.subject),
      preview_of(content), content.rating, or_null(content.permalink), or_null(content.location),
      or_null(content.language), or_null(content.version), content.moderation,
      content.deleted ? std::int64_t{0} : std::int64_t{kDeleted}, told, message);
  tx.run("DELETE FROM attachment WHERE message_id = ?", message);
  put_attachments(tx, message, content);
}

void take_name(store::Tx& tx, MessageId message, AccountId account, std::int64_t content_key,
               std::string_view message_id) {
  const auto old = tx.first(
      "SELECT thread_id, message_id FROM message WHERE id = ?",
      [](store::Row r) { return std::pair(r.id<ThreadId>(0), r.string(1)); }, message);
  tx.run("UPDATE message SET account_id = ?, content_key = ?, message_id = ? WHERE id = ?", account, content_key,
         or_null(message_id), message);
  if (!old || old->second.empty()) return;
  tx.run("UPDATE message SET in_reply_to = ? WHERE thread_id = ? AND in_reply_to = ?", message_id, old->first,
         old->second);
}

void give_identity(store::Tx& tx, MessageId message, IdentityId identity) {
  const auto at = tx.first(
      "SELECT at FROM message WHERE id = ? AND identity_id IS NULL", [](store::Row r) { return r.time(0); }, message);
  if (!at || !identity) return;
  tx.run("UPDATE message SET identity_id = ? WHERE id = ?", identity, message);
  add_entry(tx, stream_of(identity), *at, kMessageEntry, message.value);
}

void add_meetings(store::Tx& tx, BrandId brand, MessageId message, std::span<const std::int64_t> keys) {
  for (const std::int64_t key : keys) {
    tx.run("INSERT INTO message_meeting (brand_id, key, message_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", brand,
           key, message);
  }
}

std::vector<MessageId> find_meeting(store::Reader& reader, BrandId brand, std::span<const std::int64_t> keys,
                                    int limit) {
  std::vector<MessageId> out;
  for (const std::int64_t key : keys) {
    for (auto q = reader.query("SELECT message_id FROM message_meeting WHERE brand_id = ? AND key = ? "
                               "ORDER BY message_id DESC LIMIT (? + 0)",
                               brand, key, limit);
         q.next();) {
      const auto id = q.row().id<MessageId>(0);
      if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    }
  }
  return out;
}

std::vector<RawItemId> versions_of(store::Reader& reader, MessageId message) {
  std::vector<RawItemId> out;
  for (auto q = reader.query("SELECT raw_id FROM message WHERE id = ? UNION SELECT raw_id FROM message_copy WHERE "
                             "message_id = ? AND kind IN ('version', 'sent', 'notice') ORDER BY raw_id",
                             message, message);
       q.next();) {
    out.push_back(q.row().id<RawItemId>(0));
  }
  return out;
}

std::vector<Message> replies_to(store::Reader& reader, ThreadId thread, std::string_view message_id) {
  static const std::string sql = "SELECT " + std::string(kMessageColumns) +
                                 " FROM message m WHERE m.thread_id = ? AND m.in_reply_to = ? ORDER BY m.at, m.id";
  std::vector<Message> out;
  if (message_id.empty()) return out;
  for (auto q = reader.query(sql, thread, message_id); q.next();) out.push_back(message_from(q.row()));
  return out;
}

std::optional<Message> find(store::Reader& reader, MessageId id) {
  static const std::string sql = "SELECT " + std::string(kMessageColumns) + " FROM message m WHERE m.id = ?";
  return reader.first(sql, message_from, id);
}

std::vector<Same> find_same(store::Reader& reader, BrandId brand, std::int64_t content_key) {
  std::vector<Same> out;
  for (auto q = reader.query(
           "SELECT id, account_id, digest, message_id FROM message WHERE brand_id = ? AND content_key = ? ORDER BY id",
           brand, content_key);
       q.next();) {
    const store::Row r = q.row();
    out.push_back({r.id<MessageId>(0), r.id<AccountId>(1), std::string(r.blob(2)), r.string(3)});
  }
  return out;
}

std::vector<Message> thread_messages(store::Reader& reader, ThreadId thread, int limit) {
  static const std::string sql =
      "SELECT " + std::string(kMessageColumns) + " FROM message m WHERE m.thread_id = ? ORDER BY m.at, m.id LIMIT ?";
  std::vector<Message> out;
  for (auto q = reader.query(sql, thread, limit); q.next();) out.push_back(message_from(q.row()));
  return out;
}

std::vector<Message> messages_after(store::Reader& reader, BrandId brand, MessageId after, int limit) {
  std::vector<Message> out;
  for (auto q = reader.query("SELECT " + std::string(kMessageColumns) +
                                 " FROM message m WHERE m.id > ? AND m.brand_id = ? ORDER BY m.id LIMIT ?",
                             after.value, brand, limit);
       q.next();)
    out.push_back(message_from(q.row()));
  return out;
}

void last_of_thread(store::Reader& reader, ThreadId thread, MessageId& message, IdentityId& identity) {
  MessageId said;
  for (auto q = reader.query(
           "SELECT id, identity_id, flags FROM message WHERE thread_id = ? ORDER BY at DESC, id DESC LIMIT 20", thread);
       q.next();) {
    const store::Row r = q.row();
    if (!message) message = r.id<MessageId>(0);
    if (!said && (r.integer(2) & kUnsaid) == 0) said = r.id<MessageId>(0);
    if (!identity && !r.is_null(1)) identity = r.id<IdentityId>(1);
    if (said && identity) break;
  }
  if (said) message = said;
}

IdentityId identity_of(store::Reader& reader, MessageId message) {
  return reader
      .first(
          "SELECT identity_id FROM message WHERE id = ?", [](store::Row r) { return r.id<IdentityId>(0); }, message)
      .value_or(IdentityId{});
}

std::optional<Timestamp> last_word_of(store::Reader& reader, IdentityId identity, std::string_view channel) {
  return reader.first(
      "SELECT m.at FROM timeline_entry e JOIN message m ON m.id = e.ref_id WHERE e.stream = ? AND e.kind = 0 AND "
      "m.direction = 0 AND m.channel = ? ORDER BY e.at DESC LIMIT 1",
      [](store::Row r) { return r.time(0); }, identity.value, channel);
}

std::vector<Event> thread_events(store::Reader& reader, ThreadId thread) {
  std::vector<Event> out;
  for (auto q = reader.query(
           "SELECT id, customer_id, thread_id, at, kind, actor, detail FROM event WHERE thread_id = ? ORDER BY at, id",
           thread);
       q.next();) {
    out.push_back(event_from(q.row()));
  }
  return out;
}

std::vector<model::Attachment> attachments(store::Reader& reader, MessageId id) {
  std::vector<model::Attachment> out;
  for (auto q = reader.query("SELECT part, filename, content_type, size, sha256, content_id, is_inline FROM attachment "
                             "WHERE message_id = ? "
                             "ORDER BY part",
                             id);
       q.next();) {
    const store::Row r = q.row();
    out.push_back({r.string(1), r.string(2), r.integer(3), std::string(r.blob(4)), r.string(5), r.boolean(6),
                   static_cast<std::int32_t>(r.integer(0))});
  }
  return out;
}

Page page(store::Reader& reader, const Streams& streams, const Before& before, int limit) {
  struct Key {
    Timestamp at;
    std::int64_t kind, ref;
    auto operator<=>(const Key&) const = default;
  };
  // The newest limit + 1 of every stream hold the newest limit + 1 of all.
  std::vector<Key> keys;
  const auto collect = [&](std::int64_t stream) {
    for (auto q = reader.query(
             "SELECT at, kind, ref_id FROM timeline_entry WHERE stream = ? AND (at, kind, ref_id) < (?, ?, ?) "
             "ORDER BY at DESC, kind DESC, ref_id DESC LIMIT ?",
             stream, before.at, before.kind, before.id, limit + 1);
         q.next();) {
      const store::Row r = q.row();
      keys.push_back({r.time(0), r.integer(1), r.integer(2)});
    }
  };
  for (const IdentityId identity : streams.identities) collect(stream_of(identity));
  for (const CustomerId customer : streams.customers) collect(stream_of(customer));
  std::sort(keys.begin(), keys.end(), std::greater<>());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());

  Page out;
  static const std::string sql = "SELECT " + std::string(kMessageColumns) + " FROM message m WHERE m.id = ?";
  for (const Key& key : keys) {
    if (static_cast<int>(out.entries.size()) == limit) {
      const Entry& last = out.entries.back();
      out.next = last.message ? Before{last.at, kMessageEntry, last.message->id.value}
                              : Before{last.at, kEventEntry, last.event->id};
      break;
    }
    Entry entry{key.at, {}, {}};
    if (key.kind == kMessageEntry) {
      entry.message = reader.first(sql, message_from, key.ref);
    } else {
      entry.event = reader.first("SELECT id, customer_id, thread_id, at, kind, actor, detail FROM event WHERE id = ?",
                                 event_from, key.ref);
    }
    if (entry.message || entry.event) out.entries.push_back(std::move(entry));
  }
  return out;
}

}  // namespace amends::timeline
