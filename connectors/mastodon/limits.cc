#include "connectors/mastodon/limits.h"

#include <algorithm>

#include "connectors/mastodon/wire.h"
#include "core/base/text.h"
#include "core/channel/length.h"

namespace amends::connectors::mastodon {
namespace {

std::int64_t counted(std::string_view text, const StatusLimit& limit) {
  return channel::length_of(as_counted(text, limit.per_link), channel::LengthUnit::graphemes);
}

}  // namespace

StatusLimit limit_of(const channel::Json& instance) {
  StatusLimit out;
  const auto read = [&](const char* key, std::int64_t& into) {
    const auto n = channel::number_at(instance, std::string("configuration.statuses.") + key);
    if (n && *n > 0 && *n <= 1'000'000) into = *n;
  };
  read("max_characters", out.characters);
  read("characters_reserved_per_url", out.per_link);
  return out;
}

Result<Done> check_fits(std::string_view text, std::string_view warning, const channel::Json& instance) {
  const StatusLimit limit = limit_of(instance);
  const std::int64_t used = channel::length_of(warning, channel::LengthUnit::graphemes);
  const std::int64_t length = counted(text, limit) + used;
  if (length <= limit.characters) return Done{};
  channel::Limits room;
  room.unit = channel::LengthUnit::graphemes;
  room.text = std::max<std::int64_t>(limit.characters - used, 1);
  std::string shorter = channel::shortened(text, room);
  // A link counts for more or less than its letters.
  for (auto over = counted(shorter, limit) + used - limit.characters; over > 0 && room.text > over;
       over = counted(shorter, limit) + used - limit.characters) {
    room.text -= over;
    shorter = channel::shortened(text, room);
  }
  return fail(Kind::invalid,
              "this text is " + std::to_string(length) + " characters long, and this server takes " +
                  std::to_string(limit.characters),
              std::move(shorter));
}

std::string with_mention(std::string_view text, std::string_view handle, std::string_view acct) {
  const std::string_view name = acct.empty() ? handle : acct;
  if (name.empty()) return std::string(text);
  const std::string_view user = name.substr(0, name.find('@'));
  const std::string sign = "@" + std::string(user);
  for (auto at = text::find_ignoring_case(text, sign); at != text.npos;
       at = text::find_ignoring_case(text, sign, at + 1)) {
    const char next = at + sign.size() < text.size() ? text[at + sign.size()] : ' ';
    if (!text::is_alpha(next) && !text::is_digit(next) && next != '_') return std::string(text);
  }
  return "@" + std::string(name) + " " + std::string(text);
}

}  // namespace amends::connectors::mastodon
