// One understood item onto its timeline: identity, thread, timeline, search, inbox, and what it says about updates of
// ours. All of it in the caller's transaction, so a message is either everywhere or nowhere.
//
// Threads: the database's writer; one Placer for one transaction.
#pragma once

#include <map>
#include <vector>

#include "core/app/hub.h"
#include "core/app/pipeline.h"
#include "core/inbox/inbox.h"
#include "core/thread/threads.h"

namespace amends::app {

class Placer {
 public:
  // `quiet`: the caller tells the change log itself, once for all that is placed.
  Placer(Hub& hub, store::Tx& tx, bool history, bool quiet = false)
      : hub_(hub), tx_(tx), history_(history), quiet_(quiet) {}

  // REQUIRES: item.content holds a value; `raw` is stored.
  void place(const HubAccount& account, RawItemId raw, const Understood& item, InReport& report);
  // The same for an update of ours that is about to leave, written in `thread`.
  MessageId place_update(const HubAccount& account, RawItemId raw, const Understood& item, UpdateId update,
                         ThreadId thread);
  // The thread changed: its row in the inbox follows in finish().
  void touch(ThreadId thread, bool inbound, bool outbound);
  // The inbox rows of all threads touched so far; once, before the transaction ends.
  void finish();

 private:
  struct Context;
  bool place_again(Context& context, InReport& report);
  void place_new(Context& context, InReport& report);
  Timestamp after_what_it_answers(const Context& context);
  std::vector<IdentityId> see_people(Context& context);
  thread::Arrival arrival_of(const Context& context) const;
  void learn_about_updates(const Context& context);
  void echoed(const Context& context);
  void tell_placed(const Context& context, const thread::Placement& placement);
  void tell_sent(UpdateId update, BrandId brand);
  void tell_touched(ThreadId thread, BrandId brand, IdentityId identity, const char* how, ThreadId into = {});

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
