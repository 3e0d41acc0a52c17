#include "connectors/wordpress/cursor.h"

#include "core/channel/json.h"

namespace amends::connectors::wordpress {
namespace {

using channel::Json;

std::optional<Timestamp> millis(const Json& json, std::string_view path) {
  const auto n = channel::number_at(json, path);
  return n ? std::optional(Timestamp{*n}) : std::nullopt;
}

}  // namespace

Cursor read_cursor(std::string_view text) {
  Cursor out;
  const auto json = channel::parse_json(text);
  if (!json || !json->is_object()) return out;
  out.standing = standing::Standing::read(channel::text_at(*json, "standing"));
  out.newest = millis(*json, "newest");
  out.whole_at = millis(*json, "whole_at");
  if (const Json& reading = channel::at(*json, "reading"); reading.is_object()) {
    out.reading.emplace();
    out.reading->source = channel::text_at(reading, "source") == "reviews" ? Source::reviews : Source::comments;
    out.reading->page = std::max<std::int64_t>(1, channel::number_at(reading, "page").value_or(1));
    out.reading->after = millis(reading, "after");
    out.reading->total = channel::number_at(reading, "total").value_or(0);
  }
  return out;
}

std::string write_cursor(const Cursor& cursor) {
  Json out = {{"standing", cursor.standing.write()}};
  if (cursor.newest) out["newest"] = cursor.newest->ms;
  if (cursor.whole_at) out["whole_at"] = cursor.whole_at->ms;
  if (cursor.reading) {
    Json reading = {{"source", cursor.reading->source == Source::reviews ? "reviews" : "comments"},
                    {"page", cursor.reading->page},
                    {"total", cursor.reading->total}};
    if (cursor.reading->after) reading["after"] = cursor.reading->after->ms;
    out["reading"] = std::move(reading);
  }
  return channel::dump(out);
}

Reading next_reading(const Cursor& cursor, Timestamp now, std::chrono::hours whole_every) {
  Reading out;
  const bool whole = !cursor.whole_at || now < *cursor.whole_at || now - *cursor.whole_at >= whole_every;
  if (!whole && cursor.newest) out.after = *cursor.newest - kOverlap;
  return out;
}

}  // namespace amends::connectors::wordpress
