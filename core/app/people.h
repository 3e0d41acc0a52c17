// Who is who, and which messages are one conversation, put right by hand. Every act is an event with its undo, and what
// it touches - timeline, inbox - follows in the same commit.
// Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/app/hub.h"
#include "core/identity/links.h"
#include "core/thread/by_hand.h"

namespace amends::app {

class People {
 public:
  People(Hub& hub, const Brand& brand, std::string actor) : hub_(hub), brand_(brand), actor_(std::move(actor)) {}

  // Customers by number, address or whole name. Errors as identity::merge, and not_found or conflict for the names.
  Result<identity::LinkEventId> merge(std::string_view into, std::string_view from, std::string_view reason);
  Result<identity::LinkEventId> split(std::string_view handle, std::string_view reason);
  Result<identity::LinkEventId> split(IdentityId identity, std::string_view reason);
  Result<Done> undo(std::int64_t link_event);
  // "These are two people": the suggestion never comes back.
  Result<Done> dismiss(std::string_view one, std::string_view other);

  // Each answers the number that undo_threads() takes. No thread: a new one.
  Result<std::int64_t> rethread(MessageId message, ThreadId thread);
  Result<std::int64_t> join(ThreadId into, ThreadId other);
  Result<Done> undo_threads(std::int64_t operation);

 private:
  void follow(store::Tx& tx, const thread::HandMade& made, std::string_view kind);
  void tell(store::Tx& tx, CustomerId customer, std::string_view kind, std::int64_t event, std::string_view reason);

  Hub& hub_;
  const Brand brand_;
  const std::string actor_;
};

}  // namespace amends::app
