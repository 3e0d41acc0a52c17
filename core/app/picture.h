// What kind of picture bytes are, by the bytes alone: whatever a server or a file name says of them is no evidence.
// Reads the header only. PNG (RFC 2083), JPEG (ITU T.81), GIF89a, WebP (RFC 9649). Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace amends::app {

// A browser holds four bytes a pixel: 200 MB.
inline constexpr std::int64_t kMostPixels = 50'000'000;

struct Picture {
  std::string_view type;  // "image/png", "image/jpeg", "image/gif", "image/webp"
  std::int64_t width = 0, height = 0;
};
// Nothing for anything else: no size, larger than kMostPixels, or markup where a browser might look for it.
std::optional<Picture> picture_of(std::string_view bytes);

}  // namespace amends::app
