// The words that are stored, shown and spoken over the API, each enum with one table of names. The numbers are stored
// in the database: never renumber, never reuse.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace amends::model {

template <class Enum>
struct Word {
  Enum value;
  std::string_view name;
};

enum class Direction : std::uint8_t { in = 0, out = 1 };
inline constexpr Word<Direction> kDirections[] = {{Direction::in, "in"}, {Direction::out, "out"}};

enum class Visibility : std::uint8_t { private_ = 0, public_ = 1 };
inline constexpr Word<Visibility> kVisibilities[] = {{Visibility::private_, "private"},
                                                     {Visibility::public_, "public"}};

// What a message is to the person who wrote it.
enum class MessageKind : std::uint8_t {
  mail = 0,
  review = 1,
  mention = 2,
  comment = 3,
  direct_message = 4,
  call = 5,
  form = 6,
  visit = 7,
  letter = 8
};
inline constexpr Word<MessageKind> kMessageKinds[] = {
    {MessageKind::mail, "mail"},
    {MessageKind::review, "review"},
    {MessageKind::mention, "mention"},
    {MessageKind::comment, "comment"},
    {MessageKind::direct_message, "direct_message"},
    {MessageKind::call, "call"},
    {MessageKind::form, "form"},
    {MessageKind::visit, "visit"},
    {MessageKind::letter, "letter"},
};

// Who wrote it: only `personal` wants an answer by itself.
enum class Origin : std::uint8_t { personal = 0, auto_reply = 1, bounce = 2, list = 3 };
inline constexpr Word<Origin> kOrigins[] = {{Origin::personal, "personal"},
                                            {Origin::auto_reply, "auto_reply"},
                                            {Origin::bounce, "bounce"},
                                            {Origin::list, "list"}};

// What a site thinks of a reply it accepted: accepted is not published.
enum class Moderation : std::uint8_t { none = 0, pending = 1, published = 2, rejected = 3 };
inline constexpr Word<Moderation> kModerations[] = {{Moderation::none, "none"},
                                                    {Moderation::pending, "pending"},
                                                    {Moderation::published, "published"},
                                                    {Moderation::rejected, "rejected"}};

enum class MediaKind : std::uint8_t { image = 0, video = 1, audio = 2, link = 3 };
inline constexpr Word<MediaKind> kMediaKinds[] = {
    {MediaKind::image, "image"}, {MediaKind::video, "video"}, {MediaKind::audio, "audio"}, {MediaKind::link, "link"}};

template <class Enum, std::size_t N>
constexpr std::string_view name_in(const Word<Enum> (&words)[N], Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.name;
  }
  return "?";
}
template <class Enum, std::size_t N>
constexpr std::optional<Enum> value_in(const Word<Enum> (&words)[N], std::string_view name) {
  for (const auto& word : words) {
    if (word.name == name) return word.value;
  }
  return {};
}

constexpr std::string_view name_of(Direction v) { return name_in(kDirections, v); }
constexpr std::string_view name_of(Visibility v) { return name_in(kVisibilities, v); }
constexpr std::string_view name_of(MessageKind v) { return name_in(kMessageKinds, v); }
constexpr std::string_view name_of(Moderation v) { return name_in(kModerations, v); }
constexpr std::string_view name_of(MediaKind v) { return name_in(kMediaKinds, v); }
constexpr std::string_view name_of(Origin v) { return name_in(kOrigins, v); }

}  // namespace amends::model
