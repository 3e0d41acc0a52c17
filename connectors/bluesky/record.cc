#include "connectors/bluesky/record.h"

#include "connectors/bluesky/wire.h"
#include "core/base/text.h"
#include "core/channel/length.h"
#include "core/crypto/digest.h"

namespace amends::connectors::bluesky {
namespace {

using channel::Json;
using channel::text_at;

constexpr std::int64_t kMostBytes = 3000;
constexpr channel::Limits kLimits{300, channel::LengthUnit::graphemes, 0, 0};

Json facet(const Piece& piece, const char* type, const char* member) {
  return {{"index", {{"byteStart", piece.from}, {"byteEnd", piece.to}}},
          {"features", Json::array({{{"$type", type}, {member, piece.value}}})}};
}

bool in_handle(char c) { return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-'; }

}  // namespace

std::string record_key(std::string_view outbox_key) {
  constexpr std::uint64_t kStart = 1'672'531'200'000'000;  // 2023-01-01, in microseconds
  constexpr std::uint64_t kSpan = 94'608'000'000'000;      // three years
  const auto digest = crypto::sha256(outbox_key);
  const auto number = [&](std::size_t from) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = out << 8 | digest[from + i];
    return out;
  };
  std::uint64_t tid = (kStart + number(0) % kSpan) << 10 | (number(8) & 1023);
  std::string out(13, '2');
  for (auto it = out.rbegin(); it != out.rend(); ++it, tid >>= 5) {
    *it = "234567abcdefghijklmnopqrstuvwxyz"[tid & 31];
  }
  return out;
}

std::vector<Piece> links_in(std::string_view text) {
  std::vector<Piece> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.substr(0, 8) != "https://" && rest.substr(0, 7) != "http://") continue;
    std::size_t end = at;
    while (end < text.size() && !text::is_space(text[end])) ++end;
    while (end > at && std::string_view(".,;:!?)\"'").find(text[end - 1]) != std::string_view::npos) --end;
    out.push_back({at, end, std::string(text.substr(at, end - at))});
    at = end;
  }
  return out;
}

std::vector<Piece> handles_in(std::string_view text) {
  std::vector<Piece> out;
  for (std::size_t at = text.find('@'); at != text.npos; at = text.find('@', at + 1)) {
    if (at > 0 && !text::is_space(text[at - 1]) && text[at - 1] != '(') continue;
    std::size_t end = at + 1;
    while (end < text.size() && in_handle(text[end])) ++end;
    while (end > at + 1 && !text::is_alpha(text[end - 1]) && !text::is_digit(text[end - 1])) --end;
    const std::string_view handle = text.substr(at + 1, end - at - 1);
    if (handle.find('.') != handle.npos && handle.front() != '.') {
      out.push_back({at, end, text::ascii_lower(handle)});
    }
  }
  return out;
}

Result<Done> check_fits(std::string_view text) {
  TRY_DO(channel::check_length(text, kLimits));
  if (static_cast<std::int64_t>(text.size()) <= kMostBytes) return Done{};
  return fail(Kind::invalid, "this text is " + std::to_string(text.size()) + " bytes long, and Bluesky takes 3000",
              channel::shortened(text, {kMostBytes, channel::LengthUnit::bytes, 0, 0}));
}

Json record_of(const channel::Post& post, const Json& answered, const std::vector<Piece>& mentions, const Json& images,
               Timestamp now) {
  Json record = {{"$type", kPostType}, {"text", post.text}, {"createdAt", to_rfc3339(now)}};
  if (!post.language.empty()) record["langs"] = Json::array({post.language});
  Json facets = Json::array();
  for (const Piece& link : links_in(post.text)) facets.push_back(facet(link, "app.bsky.richtext.facet#link", "uri"));
  for (const Piece& mention : mentions) facets.push_back(facet(mention, "app.bsky.richtext.facet#mention", "did"));
  if (!facets.empty()) record["facets"] = std::move(facets);
  if (!images.empty()) record["embed"] = {{"$type", "app.bsky.embed.images"}, {"images", images}};
  if (answered.is_object()) {
    const Json parent = {{"uri", text_at(answered, "uri")}, {"cid", text_at(answered, "cid")}};
    const Json& root = channel::at(answered, "record.reply.root");
    const bool deeper = !text_at(root, "uri").empty() && !text_at(root, "cid").empty();
    record["reply"] = {{"root", deeper ? Json{{"uri", text_at(root, "uri")}, {"cid", text_at(root, "cid")}} : parent},
                       {"parent", parent}};
  }
  return record;
}

bool same_post(const Json& stands, const Json& ours) {
  const auto pictures = [](const Json& record) { return channel::list_at(record, "embed.images").size(); };
  return text_at(stands, "text") == text_at(ours, "text") && pictures(stands) == pictures(ours) &&
         text_at(stands, "reply.parent.uri") == text_at(ours, "reply.parent.uri");
}

}  // namespace amends::connectors::bluesky
