// What became of our updates: their echo, their bounces, their answers, and the lists people work from.
//
// Message-IDs given here are believed: the caller has checked that they are ours (crypto::verify_message_id), else
// anybody could settle or fail an update by naming it.
//
// Tables: those of outbox.h. Threads: none of its own; everything takes the caller's Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/content.h"
#include "core/model/update.h"
#include "core/outbox/posts.h"
#include "core/outbox/recipients.h"
#include "core/store/database.h"

namespace amends::outbox {

// Our own message came back by pull. `filed`: it lay in the Sent folder, so no copy has to be put there. The update it
// is, or nothing when we know none by that name.
std::optional<UpdateId> settle_by_echo(store::Tx& tx, BrandId brand, std::string_view mail_id, bool filed,
                                       Timestamp now);

struct BounceEffect {
  UpdateId update;
  ThreadId thread;
  MessageId message;  // on the timeline
  bool permanent = false;
  bool nobody_left = false;  // every recipient has bounced or refused: nobody got it
};
// A delivery report. not_found when the update isn't ours or the report names nobody it went to: then it changes
// nothing.
Result<BounceEffect> bounced(store::Tx& tx, BrandId brand, const model::Bounce& bounce, Timestamp now);

// The same where the update is known: a post that its site could not deliver after all, for good.
Result<BounceEffect> bounced_post(store::Tx& tx, UpdateId update, std::string_view recipient,
                                  std::string_view diagnostic, Timestamp now);

// A message that answers an update of ours; the first answer is kept. The update it is, or nothing.
std::optional<UpdateId> answered(store::Tx& tx, BrandId brand, std::string_view mail_id, MessageId by, Timestamp at);

struct Tracked {
  UpdateId id;
  BrandId brand;
  AccountId account;
  ThreadId thread;
  MessageId message;
  model::Purpose purpose = model::Purpose::deliver;
  model::UpdateState state = model::UpdateState::draft;
  std::string author, mail_id, external_id;
  std::string reason;  // for the person at the screen
  std::vector<Recipient> recipients;
  std::int32_t attempts = 0;
  bool echoed = false;
  std::optional<Timestamp> due, first_try, sent_at;
  Timestamp created_at;
  MessageId answered_by;
  std::optional<Timestamp> answered_at;
  PostState post;  // of what is no mail
};
std::optional<Tracked> find(store::Reader& reader, BrandId brand, UpdateId id);
std::optional<Tracked> find_by_mail_id(store::Reader& reader, BrandId brand, std::string_view mail_id);
// Newest last. Copies for the Sent folder are left out.
std::vector<Tracked> of_thread(store::Reader& reader, BrandId brand, ThreadId thread);
// held, failed and uncertain ones; a page begins behind `after`.
std::vector<Tracked> for_people(store::Reader& reader, BrandId brand, UpdateId after, std::int64_t limit);
// All of them, or those in `state`, newest first, before `before` (none: from the newest).
// The newest that went out or goes out on this channel account under the site's name for it.
std::optional<Tracked> find_by_external(store::Reader& reader, AccountId account, std::string_view external_id);
// The one that went out under this idempotency key (Outbound::key).
std::optional<Tracked> find_by_key(store::Reader& reader, BrandId brand, AccountId account, std::string_view key);
// Those that answer this message, oldest first.
std::vector<Tracked> answers_to(store::Reader& reader, BrandId brand, MessageId message);
// Posts with these words, oldest first; the newest few of them when there are many.
std::vector<Tracked> that_say(store::Reader& reader, BrandId brand, std::int64_t words);
// What a person says they posted and no pull has shown until now, oldest first.
std::vector<Tracked> not_seen_in_time(store::Reader& reader, Timestamp now, std::int64_t limit);
std::vector<Tracked> newest(store::Reader& reader, BrandId brand, std::optional<model::UpdateState> state,
                            UpdateId before, std::int64_t limit);
// Sent before `before`, never answered, and somebody got it; the longest-waiting first, a page begins behind `after`.
struct Page {
  Timestamp at;
  UpdateId id;
};
std::vector<Tracked> awaiting_answer(store::Reader& reader, BrandId brand, Timestamp before, Page after,
                                     std::int64_t limit);

// One try, as told to an operator.
struct Attempt {
  std::int64_t number = 0;
  Timestamp started_at;
  std::optional<Timestamp> past_return_at, ended_at;
  std::string outcome;
};
std::vector<Attempt> attempts(store::Reader& reader, BrandId brand, UpdateId id);

// Counts for health and metrics, over all brands.
struct Figures {
  std::int64_t scheduled = 0, held = 0, queued = 0, sending = 0, retry = 0, failed = 0, uncertain = 0;
  std::int64_t shut_accounts = 0;          // waiting for a person to reconnect
  std::optional<Timestamp> oldest_unsent;  // since when the oldest one that may go has been ready
};
Figures figures(store::Reader& reader);

}  // namespace amends::outbox
