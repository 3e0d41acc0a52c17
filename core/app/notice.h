// A mail that a site sent to the owner about an item of its own ("you have a new review"), read as that item. How such
// mails look says the site's descriptor (channel::Descriptor::notifications), and whoever runs Amends where a site has
// changed its wording (notice_wordings.h); only a mail whose sender the receiving server vouches for is asked about, so
// nobody can write a review by mail.
//
// Never changes once it is made. Threads: any.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/channel/descriptor.h"
#include "core/channel/notification.h"
#include "core/model/content.h"

namespace amends::app {

struct Notice {
  const channel::Descriptor* channel = nullptr;  // which item it is about
  model::Content content;
};

// What somebody corrected of a channel's wordings, as channel::Notifications::corrected() takes it.
struct WordingCorrection {
  const channel::Descriptor* channel = nullptr;
  std::string table;
};

class Notices {
 public:
  // Of all channels there are. A table of a channel that can't be read understands nothing; corrections were checked.
  explicit Notices(const std::vector<WordingCorrection>& corrections = {});

  // Nothing: it is an ordinary mail.
  std::optional<Notice> find(const model::Content& mail) const;
  // The same when the channel is known: what the timeline shows of a notice again.
  std::optional<model::Content> read(const channel::Descriptor& channel, const model::Content& mail) const;

 private:
  std::vector<std::pair<const channel::Descriptor*, channel::Notifications>> wordings_;
};

}  // namespace amends::app
