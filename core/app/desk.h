// What an agent does to threads, with the event each act leaves on the timeline. One commit an act.
// Threads: any.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/app/hub.h"

namespace amends::app {

class Desk {
 public:
  // `actor` is who does it, for the record.
  Desk(Hub& hub, const Brand& brand, std::string actor) : hub_(hub), brand_(brand), actor_(std::move(actor)) {}

  // Each answers whether anything changed; not_found when the brand has no such thread.
  // Refuses an owner who can't work for the brand; where nobody signs in at all, owners are but names.
  Result<bool> assign(ThreadId thread, std::string_view owner);
  Result<bool> snooze(ThreadId thread, Timestamp until);
  Result<bool> close(ThreadId thread);
  Result<bool> reopen(ThreadId thread);
  Result<bool> set_unread(ThreadId thread, bool unread);
  Result<bool> tag(ThreadId thread, std::string_view tag);
  Result<bool> untag(ThreadId thread, std::string_view tag);
  Result<bool> note(ThreadId thread, std::string_view text);

 private:
  // One act on a thread: a word for the change log, an event on the timeline unless it is `silent`, one fact about it.
  struct Act {
    std::string_view how;
    std::string_view fact = {}, value = {};
    bool silent = false;
  };
  Result<bool> act(ThreadId thread, const Act& act, const std::function<Result<bool>(store::Tx&)>& work);

  Hub& hub_;
  const Brand brand_;
  const std::string actor_;
};

}  // namespace amends::app
