#include "connectors/facebook/notification.h"

#include "core/channel/notification.h"

namespace amends::connectors::facebook {
namespace {

// What the site mails to owners, as data (core/channel/notification.h).
constexpr std::string_view kNotifications =
#include "connectors/facebook/notifications.inc"
    ;

}  // namespace

std::optional<model::Content> from_notification(const model::Content& mail) {
  static const auto table = channel::Notifications::read(kNotifications);
  return table ? table->understand(mail) : std::nullopt;
}

}  // namespace amends::connectors::facebook
