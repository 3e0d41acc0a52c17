// One understood item onto its timeline: identity, thread, timeline, search, inbox, and what it says about updates of
// ours. All of it in the caller's transaction, so a message is either everywhere or nowhere.
//
// Threads: the database's writer; one Placer for one transaction.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/app/hub.h"
#include "core/app/pipeline.h"
#include "core/inbox/inbox.h"
#include "core/thread/threads.h"
#include "core/timeline/timeline.h"

namespace amends::outbox {
struct Tracked;
}

namespace amends::app {

class Placer {
 public:
  // `quiet`: the caller tells the change log itself, once for all that is placed.
  Placer(Hub& hub, store::Tx& tx, bool history, bool quiet = false)
      : hub_(hub), tx_(tx), history_(history), quiet_(quiet) {}

  // REQUIRES: item.content holds a value; `raw` is stored.
  void place(const HubAccount& account, RawItemId raw, const Understood& item, InReport& report);
  // The same for an update of ours that is about to leave, written in `thread` on `channel`. `to`: whose timeline it
  // stands on; none: theirs whom it names.
  MessageId place_update(const HubAccount& account, const channel::Descriptor& channel, RawItemId raw,
                         const Understood& item, UpdateId update, ThreadId thread, IdentityId to);
  // The thread changed: its row in the inbox follows in finish().
  void touch(ThreadId thread, bool inbound, bool outbound);
  // The inbox rows of all threads touched so far; once, before the transaction ends.
  void finish();

 private:
  struct Context;
  // place.cc: what is new
  bool place_again(Context& context, InReport& report);
  void place_new(Context& context, InReport& report);
  Timestamp after_what_it_answers(const Context& context);
  std::vector<IdentityId> see_people(Context& context);
  thread::Arrival arrival_of(const Context& context) const;
  void echoed(const Context& context);
  void learn_about_updates(const Context& context, ThreadId thread);
  void tell_placed(const Context& context, const thread::Placement& placement);
  void tell_sent(UpdateId update, BrandId brand);
  void tell_touched(ThreadId thread, BrandId brand, IdentityId identity, const char* how, ThreadId into = {});
  void follow(const std::vector<thread::Moved>& moved);
  // place_versions.cc: what was edited or taken back, and what two ways tell of
  bool place_post_again(Context& context, InReport& report);
  void place_version(const Context& context, MessageId shown, InReport& report);
  void show(const Context& context, const timeline::Message& message, std::string_view old);
  void hold_answers_to(const Context& context, const timeline::Message& message);
  bool meet_other_account(Context& context, InReport& report);
  void join_notice(Context& context, const timeline::Message& message);
  // place_own.cc: our own posts coming back
  bool settle_own_post(Context& context, InReport& report);
  void take_place_of_sent(Context& context, const timeline::Message& message);
  void learn_about_posts(const Context& context, ThreadId thread);
  bool take_report(const Context& context, InReport& report);
  std::optional<outbox::Tracked> told_of(const Context& context);
  void moderated(const timeline::Message& message, UpdateId update, model::Moderation now, std::string_view reason);
  void reopen(ThreadId thread, BrandId brand);
  MessageId answered_by(const Context& context);
  void tell_changed(const timeline::Message& message, const char* how);

  Hub& hub_;
  store::Tx& tx_;
  const bool history_;
  const bool quiet_;
  struct Touched {
    bool inbound = false, outbound = false;
  };
  std::map<ThreadId, Touched> touched_;
};

}  // namespace amends::app
