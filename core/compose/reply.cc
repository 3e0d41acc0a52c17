#include "core/compose/reply.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace amends::compose {
namespace {

// Folded. The answer marks of mail clients in the languages we know of.
constexpr std::string_view kReplyMarks[] = {
    "re",  "aw", "antw", "antwort", "sv",  "rif", "res", "odp",  "ynt",  "réf",  "ref",  "r",    "vá",   "ats", "atb",
    "bls", "tl", "rsp",  "απ",      "отв", "ha",  "на",  "回复", "回覆", "答复", "返信", "답장", "회신", "رد"};
constexpr std::size_t kLongestMark = 16;

// "Re:", "RE[2]:", "AW (3) :" at the start; how many bytes, 0 for none.
std::size_t reply_mark(std::string_view subject) {
  auto colon = subject.find(':');
  std::size_t width = 1;
  if (const auto wide = subject.find("："); wide < colon) colon = wide, width = 3;
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestMark) return 0;
  auto word = text::trim(subject.substr(0, colon));
  const auto counter = word.find_first_of("[(^*");
  if (counter != std::string_view::npos) {
    const auto inside = word.substr(counter);
    const bool number = inside.find_first_not_of("[(^*0123456789)]") == std::string_view::npos;
    if (!number) return 0;
    word = text::trim(word.substr(0, counter));
  }
  const std::string folded = text::fold(word);
  const bool known = std::find(std::begin(kReplyMarks), std::end(kReplyMarks), folded) != std::end(kReplyMarks);
  return known ? colon + width : 0;
}

std::string shown_author(const model::Party& author) {
  const std::string name = text::squeeze(text::printable(author.name));
  return name.empty() ? author.handle : name;
}

}  // namespace

std::string reply_subject(std::string_view subject) {
  std::string squeezed = text::squeeze(text::printable(subject));
  std::string_view rest = squeezed;
  while (const auto size = reply_mark(rest)) rest = text::trim_left(rest.substr(size));
  return rest.empty() ? "Re:" : "Re: " + std::string(rest);
}

std::vector<std::string> reply_references(const std::vector<std::string>& parent_references,
                                          const std::vector<std::string>& parent_in_reply_to,
                                          std::string_view parent_id) {
  std::vector<std::string> all = parent_references;
  if (all.empty() && parent_in_reply_to.size() == 1) all = parent_in_reply_to;
  if (!parent_id.empty()) {
    all.erase(std::remove(all.begin(), all.end(), parent_id), all.end());
    all.emplace_back(parent_id);
  }
  if (all.size() > kMostReferences) {
    all.erase(all.begin() + 1, all.end() - static_cast<std::ptrdiff_t>(kMostReferences - 1));
  }
  return all;
}

std::string attribution(const model::Party& author, std::optional<Timestamp> date, const Locale& locale) {
  const std::string who = shown_author(author);
  const std::string when = date ? written_time(*date, locale) : "";
  if (locale.language == "de") return when.empty() ? who + " schrieb:" : "Am " + when + " schrieb " + who + ":";
  if (locale.language == "fr") return (when.empty() ? who : "Le " + when + ", " + who) + " a écrit :";
  if (locale.language == "es") return (when.empty() ? who : "El " + when + ", " + who) + " escribió:";
  return (when.empty() ? who : "On " + when + ", " + who) + " wrote:";
}

std::string quoted(std::string_view original, std::size_t max) {
  const auto kept = text::clip(text::trim(original), max);
  std::string out;
  for (const auto raw : text::lines(kept)) {
    const auto line = text::trim_right(raw);
    out += line.empty() ? ">" : line[0] == '>' ? ">" + std::string(line) : "> " + std::string(line);
    out += '\n';
  }
  if (kept.size() < text::trim(original).size()) out += "> […]\n";
  return out;
}

}  // namespace amends::compose
