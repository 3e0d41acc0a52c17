#include "core/ingest/content_key.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/text.h"

namespace amends::ingest {

std::int64_t content_key(crypto::SipKey key, const model::Content& content, std::string_view raw_digest) {
  const std::string_view name = content.message_id.empty() ? raw_digest : std::string_view(content.message_id);
  return static_cast<std::int64_t>(crypto::siphash(key, name));
}

std::string content_digest(const model::Content& content) {
  std::string all;
  all.reserve(content.text.size() + content.subject.size() + 256);
  // Each part with its length in front: no two different messages spell the same bytes.
  const auto add = [&](std::string_view part) {
    const std::uint64_t size = part.size();
    char length[sizeof size];
    std::memcpy(length, &size, sizeof size);
    all.append(length, sizeof length).append(part);
  };
  add(content.author.handle);
  add(content.date ? to_rfc3339(*content.date) : std::string());
  add(content.subject);
  add(content.text);
  add(content.rating ? std::to_string(*content.rating) : std::string());
  add(content.deleted ? "deleted" : "");
  for (const model::Attachment& attachment : content.attachments) add(attachment.sha256);
  // Only posts have these; a mail's digest stays what it was before there were any.
  if (content.moderation != model::Moderation::none) {
    add("moderation");
    add(model::name_of(content.moderation));
    add(content.moderation_reason);
  }
  for (const model::Media& media : content.media) {
    add("media");
    add(media.url);
  }
  const crypto::Sha256 digest = crypto::sha256(all);
  return std::string(crypto::bytes_of(digest).substr(0, 16));
}

std::string bare_link(std::string_view url) {
  url = text::trim(url);
  if (const auto scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  if (text::starts_with_ignoring_case(url, "www.")) url.remove_prefix(4);
  url = url.substr(0, url.find('#'));
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  std::string out(url);
  const auto host_end = std::min(out.find_first_of("/?"), out.size());
  for (std::size_t i = 0; i < host_end; ++i) out[i] = text::ascii_lower(out[i]);
  return out;
}

std::string bare_words(std::string_view words) {
  std::string out;
  for (const char c : text::fold(words)) {
    const bool kept = static_cast<unsigned char>(c) >= 0x80 || text::is_alpha(c) || text::is_digit(c);
    if (kept) out += c;
  }
  return out;
}

namespace {

// Half a star apart is another opinion.
std::string stars(const model::Content& content) {
  return content.rating ? std::to_string(std::lround(*content.rating * 2)) : std::string("none");
}

bool same_words(const model::Content& a, const model::Content& b) {
  constexpr std::size_t kTelling = 30;
  const std::string one = bare_words(a.text), other = bare_words(b.text);
  if (one == other) return true;
  const auto& [shorter, longer] =
      std::minmax(one, other, [](const auto& x, const auto& y) { return x.size() < y.size(); });
  return shorter.size() >= kTelling && longer.compare(0, shorter.size(), shorter) == 0;
}

}  // namespace

std::vector<std::int64_t> meeting_keys(crypto::SipKey key, std::string_view channel, const model::Content& content,
                                       bool by_mail) {
  std::vector<std::int64_t> out;
  const auto add = [&](std::string_view kind, const std::string& what) {
    std::string all = by_mail ? "mail " : "site ";
    all.append(kind).append("\n").append(channel).append("\n").append(what);
    out.push_back(static_cast<std::int64_t>(crypto::siphash(key, all)));
  };
  if (const std::string link = bare_link(content.permalink); !link.empty()) add("link", link);
  if (const std::string author = bare_words(content.author.name); !author.empty()) {
    add("says", author + "\n" + stars(content));
  }
  return out;
}

bool same_review(const model::Content& a, const model::Content& b) {
  if (a.kind != b.kind) return false;
  constexpr std::chrono::hours kDayAndNext{36};
  const bool same_day = a.date && b.date && *a.date - *b.date <= kDayAndNext && *b.date - *a.date <= kDayAndNext;
  const std::string author = bare_words(a.author.name), other = bare_words(b.author.name);
  const std::string link = bare_link(a.permalink);
  if (!link.empty() && link == bare_link(b.permalink)) {
    if (!author.empty() && author == other && same_day) return true;
    return (author.empty() || other.empty() || author == other) && same_words(a, b);
  }
  if (author.empty() || author != other || stars(a) != stars(b) || !same_day) return false;
  const std::string here = bare_words(a.location), there = bare_words(b.location);
  if (!here.empty() && !there.empty() && here != there) return false;
  if (bare_words(a.text).empty() && bare_words(b.text).empty()) return !here.empty() && here == there;
  return same_words(a, b);
}

}  // namespace amends::ingest
