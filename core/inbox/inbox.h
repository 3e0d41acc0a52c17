// What agents do to threads: who owns one, whether it waits, sleeps or is done, notes, tags, read state, drafts.
//
// Tables: inbox_thread, thread_tag, note, draft. List pages read message, thread_tag and thread_link beside it.
// Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::inbox {

// Stored: never renumber.
enum class Status : std::uint8_t { open = 0, snoozed = 1, closed = 2 };
inline constexpr model::Word<Status> kStatuses[] = {
    {Status::open, "open"}, {Status::snoozed, "snoozed"}, {Status::closed, "closed"}};
constexpr std::string_view name_of(Status v) { return model::name_in(kStatuses, v); }

// The lists of the screen's left edge.
// questions_praise: who waits and asked something or gave four stars and more, by the words and stars of the last
// message; counted among the newest 5,000 that wait. unthreaded: open threads that may belong together with another.
enum class View : std::uint8_t {
  waiting,
  unowned,
  mine,
  open,
  snoozed,
  closed,
  everything,
  questions_praise,
  unthreaded
};
inline constexpr model::Word<View> kViews[] = {{View::waiting, "waiting"},
                                               {View::unowned, "unowned"},
                                               {View::mine, "mine"},
                                               {View::open, "open"},
                                               {View::snoozed, "snoozed"},
                                               {View::closed, "closed"},
                                               {View::everything, "everything"},
                                               {View::questions_praise, "questions_praise"},
                                               {View::unthreaded, "unthreaded"}};

// What the pipeline knows of a thread after something happened in it.
struct Touch {
  ThreadId thread;
  BrandId brand;
  IdentityId identity;  // the customer's side of it
  MessageId last_message;
  Timestamp last_at;
  bool awaiting = false;      // the customer's last word is unanswered
  bool new_inbound = false;   // a person wrote to us just now: reopens and wakes
  bool new_outbound = false;  // we wrote: read
};
// `fresh` is the status of a thread the inbox has not seen yet: closed for history brought in by an import.
void touch(store::Tx& tx, const Touch& touch, Status fresh);
// A thread that has no message any more, after a merge of threads: its notes and tags go over to `into`.
void replace(store::Tx& tx, ThreadId gone, ThreadId into);

// A thread that lost its last message.
void forget(store::Tx& tx, ThreadId thread);

struct Row {
  ThreadId thread;
  IdentityId identity;
  Status status = Status::open;
  bool awaiting = false, unread = false;
  std::string owner;
  std::optional<Timestamp> snooze_until;
  Timestamp last_at;
  MessageId last_message;
  std::string channel, author, subject, preview;
  model::MessageKind kind = model::MessageKind::mail;
  model::Direction direction = model::Direction::in;
  model::Visibility visibility = model::Visibility::private_;
  std::optional<double> rating;
};
struct Before {
  Timestamp at{INT64_MAX};
  std::int64_t thread = INT64_MAX;
};
struct Page {
  std::vector<Row> rows;  // newest first
  std::optional<Before> next;
};
// `user` matters for View::mine only; `tag` "" for all.
Page page(store::Reader& reader, BrandId brand, View view, std::string_view user, std::string_view tag,
          const Before& before, int limit);
// How many threads a view holds, counted up to `cap`.
std::int64_t count(store::Reader& reader, BrandId brand, View view, std::string_view user, std::int64_t cap);

// not_found when there is no such thread. Each returns whether anything changed, so that an event is told once.
Result<bool> assign(store::Tx& tx, ThreadId thread, std::string_view owner);  // "" hands it back to everybody
Result<bool> close(store::Tx& tx, ThreadId thread);
Result<bool> reopen(store::Tx& tx, ThreadId thread);
Result<bool> snooze(store::Tx& tx, ThreadId thread, Timestamp until);
Result<bool> set_unread(store::Tx& tx, ThreadId thread, bool unread);
// invalid when the tag is empty, over 60 bytes, or holds a comma.
Result<bool> tag(store::Tx& tx, ThreadId thread, std::string_view tag);
Result<bool> untag(store::Tx& tx, ThreadId thread, std::string_view tag);
std::vector<std::string> tags(store::Reader& reader, ThreadId thread);
// Wakes what slept until `now`; which threads woke.
std::vector<ThreadId> wake_due(store::Tx& tx, Timestamp now);

struct Note {
  std::int64_t id = 0;
  std::string author;
  Timestamp at;
  std::string text;
};
Result<std::int64_t> add_note(store::Tx& tx, ThreadId thread, std::string_view author, std::string_view text,
                              Timestamp now);
std::vector<Note> notes(store::Reader& reader, ThreadId thread);
// Those of several threads, in ascending order, as most have none. REQUIRES: `threads` ascend.
std::vector<std::pair<ThreadId, Note>> notes(store::Reader& reader, std::span<const ThreadId> threads);

struct Draft {
  std::string text;
  std::int64_t thread_version = 0;  // what the thread was when it was begun
  Timestamp saved_at;
};
Result<Done> save_draft(store::Tx& tx, ThreadId thread, std::string_view author, const Draft& draft);
std::optional<Draft> draft(store::Reader& reader, ThreadId thread, std::string_view author);
void discard_draft(store::Tx& tx, ThreadId thread, std::string_view author);

std::optional<Row> find(store::Reader& reader, ThreadId thread);

}  // namespace amends::inbox
