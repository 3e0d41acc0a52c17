#include "core/app/notice.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/crypto/digest.h"

namespace amends::app {
namespace {

bool is_vouched_for(const model::Content& mail) {
  return mail.kind == model::MessageKind::mail && mail.auth.from_verified &&
         mail.auth.dmarc == model::AuthResult::pass && !mail.bounce;
}

}  // namespace

Notices::Notices(const std::vector<WordingCorrection>& corrections) {
  for (const channel::Descriptor* channel : channel::channels()) {
    if (channel->notifications.empty()) continue;
    auto wordings = channel::Notifications::read(channel->notifications);
    for (const WordingCorrection& one : corrections) {
      if (one.channel == channel && wordings) wordings = wordings->corrected(one.table);
    }
    if (wordings) wordings_.emplace_back(channel, *std::move(wordings));
  }
}

std::optional<model::Content> Notices::read(const channel::Descriptor& channel, const model::Content& mail) const {
  const auto wordings =
      std::find_if(wordings_.begin(), wordings_.end(), [&](const auto& one) { return one.first == &channel; });
  if (wordings == wordings_.end() || !is_vouched_for(mail)) return {};
  auto out = wordings->second.understand(mail);
  if (!out) return {};
  // One mail tells of one item: a mail that comes twice is one, and so is its review.
  if (out->message_id.empty()) out->message_id = out->permalink.empty() ? mail.message_id : out->permalink;
  if (!out->date) out->date = mail.date;
  const bool for_us_alone = out->kind == model::MessageKind::direct_message;
  out->visibility = for_us_alone ? model::Visibility::private_ : channel.visibility;
  out->origin = model::Origin::personal;
  // The mail says a name and no handle. Names alone never make two authors one, so this one is known by the review.
  if (out->author.handle.empty() && !out->author.name.empty()) {
    out->author.handle = "notice:" + crypto::sha256_hex(out->message_id).substr(0, 24);
  }
  out->auth.from_verified = true;
  return out;
}

std::optional<Notice> Notices::find(const model::Content& mail) const {
  if (!is_vouched_for(mail)) return {};
  for (const auto& [channel, wordings] : wordings_) {
    if (auto content = read(*channel, mail)) return Notice{channel, *std::move(content)};
  }
  return {};
}

}  // namespace amends::app
