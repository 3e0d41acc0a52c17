// Updates that are no mail: a public reply or a direct message, whose own copy comes back by pull under a name the site
// gave it, that the site may refuse after it took it, or that a person posts by hand.
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
#include "core/channel/connector.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::outbox {

struct Tracked;  // tracking.h

struct PostState {
  MessageId answers;       // what it answers, on the timeline
  std::int64_t words = 0;  // keyed hash of its text as it is compared; 0: none
  model::Visibility visibility = model::Visibility::private_;
  bool by_hand = false;  // a person posts it
  std::string link;      // where they do
  std::string permalink;
  model::Moderation moderation = model::Moderation::none;
  std::string moderation_reason;
  MessageId replaces;                  // the message of ours whose place it takes
  std::optional<Timestamp> verify_by;  // until when a pull should show what a person says they posted
};

// How long a pull may take to show what somebody says they posted, before it is told as not seen.
inline constexpr std::chrono::hours kVerifyWithin{24 * 7};
// A site's clock may be behind ours by this much when it says when our post was made.
inline constexpr std::chrono::minutes kSiteClockError{5};

// What the site answered when it took it.
void keep_receipt(store::Tx& tx, UpdateId id, const channel::Receipt& receipt);

// A post of ours as a pull brought it.
struct OnSite {
  AccountId account;
  std::string_view external_id, permalink;
  model::Moderation moderation = model::Moderation::none;
  std::string_view moderation_reason;
};
// Which update of ours a post is whose name nobody told us until now: the oldest in that account that says the same, to
// the same person or message as far as the post names them, has not come back yet, and whose try began (or which was
// prepared for a person) before the post was made.
struct Unheard {
  AccountId account;
  std::string_view external_id;
  std::int64_t words = 0;
  MessageId answers;    // none: the post doesn't say
  std::string_view to;  // a handle; "": the post doesn't say
  Timestamp made_at;
};
std::optional<Tracked> find_unheard(store::Reader& reader, BrandId brand, const Unheard& post);

// It is there, whatever we believed of its sending. Answers what is new by that.
struct SiteNews {
  bool first_seen = false;      // no pull had shown it before
  bool was_in_doubt = false;    // nobody knew whether it had gone
  bool verified = false;        // a person had said that they posted it, and it is there
  bool moderation_new = false;  // the site thinks otherwise of it than we knew
};
SiteNews seen_on_site(store::Tx& tx, UpdateId id, const OnSite& site, Timestamp now);

// Whether a post of this account may be on its site whose name there nobody has told us: its receipt is on its way, or
// never came.
bool awaits_name(store::Reader& reader, AccountId account);
// The site tells something of it under this name: it went, whatever we believed of its sending. While a worker has it
// in hand that is only noted (shipment.h, echo).
void heard_of(store::Tx& tx, UpdateId id, std::string_view external_id, Timestamp now);

// A person says that they posted it. `verifiable`: a pull will show it sooner or later.
// conflict: it is not one that a person posts, or it waits for that no longer.
Result<Done> mark_posted(store::Tx& tx, BrandId brand, UpdateId id, std::string_view permalink, std::string_view who,
                         bool verifiable, Timestamp now);
// Told once, then no longer waited for.
void stop_verifying(store::Tx& tx, UpdateId id);

// A message answers it; the first answer is kept. False when another one stands already.
bool answered_post(store::Tx& tx, UpdateId id, MessageId by, Timestamp at);

}  // namespace amends::outbox
