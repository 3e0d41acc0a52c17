// One item on its way through the stages; for core/app/place*.cc alone.
#pragma once

#include <vector>

#include "core/app/place.h"
#include "core/timeline/timeline.h"

namespace amends::app {

struct Placer::Context {
  const HubAccount& account;
  const channel::Descriptor& channel;  // where it stands: the account's, or the one whose site told of it by mail
  RawItemId raw;
  const Understood& item;
  const model::Content& content;
  Timestamp at;
  bool own = false;                       // we wrote it
  bool claims_us = false;                 // it says we wrote it, and nothing proves it
  std::vector<timeline::Same> same = {};  // messages that bear the same Message-ID
  bool our_name = false;                  // it bears a Message-ID that only we can make
  MessageId message = {};
  UpdateId update = {};  // it is on its way out, written in `thread`
  ThreadId thread = {};
  IdentityId to = {};        // whose timeline it stands on, when that is known beforehand
  CustomerId customer = {};  // who it is from, or whom it is to
};

}  // namespace amends::app
