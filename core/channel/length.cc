#include "core/channel/length.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "core/base/text.h"

namespace amends::channel {
namespace {

enum class Breaks : std::uint8_t { graphemes, words, sentences };

icu::BreakIterator& iterator(Breaks kind) {
  // Making one costs more than using it, and one is used by one thread at a time.
  thread_local std::unique_ptr<icu::BreakIterator> kept[3];
  auto& one = kept[static_cast<std::size_t>(kind)];
  if (!one) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale& root = icu::Locale::getRoot();
    one.reset(kind == Breaks::graphemes ? icu::BreakIterator::createCharacterInstance(root, status)
              : kind == Breaks::words   ? icu::BreakIterator::createWordInstance(root, status)
                                        : icu::BreakIterator::createSentenceInstance(root, status));
    if (U_FAILURE(status) || !one) std::abort();  // ICU's data is missing: nothing here would be true
  }
  return *one;
}

// The byte offsets of the breaks behind the start, the end among them.
std::vector<std::size_t> breaks(std::string_view text, Breaks kind) {
  std::vector<std::size_t> out;
  UErrorCode status = U_ZERO_ERROR;
  UText opened = UTEXT_INITIALIZER;
  utext_openUTF8(&opened, text.data(), static_cast<std::int64_t>(text.size()), &status);
  icu::BreakIterator& breaker = iterator(kind);
  breaker.setText(&opened, status);
  for (int at = breaker.next(); at != icu::BreakIterator::DONE; at = breaker.next()) {
    out.push_back(static_cast<std::size_t>(at));
  }
  utext_close(&opened);
  return out;
}

// docs.x.com, "Counting characters", 2026-11-21.
constexpr std::int64_t kLinkWeight = 23, kEmojiWeight = 2;

std::int64_t weight_of(char32_t c) {
  const bool light =
      c <= 0x10FF || (c >= 0x2000 && c <= 0x200D) || (c >= 0x2010 && c <= 0x201F) || (c >= 0x2032 && c <= 0x2037);
  return light ? 1 : 2;
}

std::int64_t weight_of_cluster(std::string_view cluster) {
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < cluster.size();) {
    const char32_t c = text::next_utf8(cluster, at);
    constexpr char32_t kEmojiStyle = 0xFE0F;
    if (c == kEmojiStyle || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI_PRESENTATION)) {
      return kEmojiWeight;
    }
    sum += weight_of(c);
  }
  return sum;
}

// The bytes of the link that begins here, 0 for none; what ends a sentence is not the link's.
std::size_t link_at(std::string_view text) {
  const bool link =
      text::starts_with_ignoring_case(text, "https://") || text::starts_with_ignoring_case(text, "http://");
  if (!link) return 0;
  std::size_t end = 0;
  while (end < text.size() && !text::is_space(text[end]) &&
         std::string_view("<>\"").find(text[end]) == std::string_view::npos) {
    ++end;
  }
  while (end > 0 && std::string_view(".,;:!?')]}").find(text[end - 1]) != std::string_view::npos) --end;
  return end > text.find("//") + 2 ? end : 0;
}

std::int64_t weighted(std::string_view text) {
  std::int64_t sum = 0;
  std::size_t from = 0;
  for (const std::size_t end : breaks(text, Breaks::graphemes)) {
    if (end <= from) continue;  // inside a link
    if (const std::size_t link = link_at(text.substr(from)); link > 0) {
      sum += kLinkWeight;
      from += link;
    }
    if (end > from) {
      sum += weight_of_cluster(text.substr(from, end - from));
      from = end;
    }
  }
  return sum;
}

std::string_view name_of(LengthUnit unit) {
  switch (unit) {
    case LengthUnit::bytes: return "bytes";
    case LengthUnit::weighted: return "characters as this channel weighs them";
    case LengthUnit::code_points:
    case LengthUnit::graphemes:
    case LengthUnit::utf16: break;
  }
  return "characters";
}

// The last of the breaks that is no further than `end`; 0 when there is none.
std::size_t last_within(const std::vector<std::size_t>& all, std::size_t end) {
  const auto past = std::upper_bound(all.begin(), all.end(), end);
  return past == all.begin() ? 0 : *(past - 1);
}

// A link is kept whole or left out: half of one leads elsewhere. One that begins the text is cut all the same.
std::size_t outside_links(std::string_view text, std::size_t end) {
  for (std::size_t at = text.find("http"); at < end; at = text.find("http", at + 1)) {
    if (at > 0 && at + link_at(text.substr(at)) > end) return at;
  }
  return end;
}

}  // namespace

std::int64_t length_of(std::string_view text, LengthUnit unit) {
  switch (unit) {
    case LengthUnit::bytes: return static_cast<std::int64_t>(text.size());
    case LengthUnit::graphemes: return static_cast<std::int64_t>(breaks(text, Breaks::graphemes).size());
    case LengthUnit::weighted: return weighted(text);
    case LengthUnit::code_points:
    case LengthUnit::utf16: break;
  }
  std::int64_t out = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = text::next_utf8(text, at);
    out += unit == LengthUnit::utf16 && c >= 0x10000 ? 2 : 1;
  }
  return out;
}

Result<Done> check_length(std::string_view text, const Limits& limits) {
  const std::int64_t length = limits.text > 0 ? length_of(text, limits.unit) : 0;
  if (length <= limits.text) return Done{};
  return fail(Kind::invalid,
              "the text has " + std::to_string(length) + " " + std::string(name_of(limits.unit)) +
                  ", and this channel takes " + std::to_string(limits.text),
              shortened(text, limits));
}

std::string shortened(std::string_view text, const Limits& limits) {
  static constexpr std::string_view kCut = "…";
  const auto fits = [&](std::string_view s) { return length_of(s, limits.unit) <= limits.text; };
  if (limits.text <= 0 || fits(text)) return std::string(text);

  const auto graphemes = breaks(text, Breaks::graphemes);
  const auto too_long = std::partition_point(graphemes.begin(), graphemes.end(),
                                             [&](std::size_t end) { return fits(text.substr(0, end)); });
  std::size_t most = outside_links(text, too_long == graphemes.begin() ? 0 : *(too_long - 1));
  while (most > 0 && !fits(text.substr(0, most))) most = last_within(graphemes, most - 1);

  const std::size_t sentence = last_within(breaks(text, Breaks::sentences), most);
  const std::string_view whole = text::trim_right(text.substr(0, sentence));
  if (whole.size() * 2 >= most && !whole.empty() && fits(whole)) return std::string(whole);

  // A word's end, with room for the mark that something was left out.
  const auto words = breaks(text, Breaks::words);
  for (std::size_t end = last_within(words, most); end > 0; end = last_within(words, end - 1)) {
    const std::string_view kept = text::trim_right(text.substr(0, end));
    if (kept.empty() || kept.size() * 2 < most) break;
    if (std::string out = std::string(kept) + std::string(kCut); fits(out)) return out;
  }
  return std::string(text.substr(0, most));
}

}  // namespace amends::channel
