#include "core/mime/message_ids.h"

#include <algorithm>
#include <unordered_set>

#include "core/base/text.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

constexpr std::size_t kLongestId = 998;
constexpr std::size_t kMostIds = 2000;

// White space inside comes from folding; control characters from nowhere good.
std::string tidy(std::string_view id) {
  std::string out;
  for (const char c : id) {
    if (static_cast<unsigned char>(c) > ' ' && c != 127 && c != '<') out += c;
  }
  return text::repair_utf8(out);
}

}  // namespace

std::vector<std::string> read_ids(std::string_view raw, Notes& notes) {
  const std::string line = unfold(raw);
  std::string_view s = line;
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  const auto keep = [&](std::string_view written) {
    std::string id = tidy(written);
    if (id.empty() || out.size() >= kMostIds) return;
    if (id.size() > kLongestId) {
      add_note(notes, "a message id is too long and left out");
      return;
    }
    if (seen.insert(id).second) out.push_back(std::move(id));
  };
  if (s.find('<') != s.npos) {
    for (std::size_t at = s.find('<'); at != s.npos && at < s.size(); at = s.find('<', at)) {
      const std::size_t close = s.find('>', at + 1);
      const std::size_t again = s.find('<', at + 1);
      if (close == s.npos || again < close) {
        // Never closed: up to the next space, or the next id.
        const std::size_t end = std::min({s.find_first_of(" \t,", at + 1), again, s.size()});
        if (end > at + 1) add_note(notes, "a message id has no closing bracket");
        keep(s.substr(at + 1, end - at - 1));
        at = end;
        continue;
      }
      const std::string_view inside = text::trim(s.substr(at + 1, close - at - 1));
      // Several ids in one pair of brackets.
      const bool several =
          inside.find_first_of(" \t,") != inside.npos && std::count(inside.begin(), inside.end(), '@') > 1;
      if (several) {
        for (std::size_t from = 0; from < inside.size();) {
          const std::size_t end = std::min(inside.find_first_of(" \t,", from), inside.size());
          keep(inside.substr(from, end - from));
          from = end + 1;
        }
      } else {
        keep(inside);
      }
      at = close + 1;
    }
    return out;
  }
  // Bare ids: only when everything there looks like one, else it's a phrase that mentions an address.
  std::vector<std::string_view> bare;
  bool all = true;
  for (std::size_t from = 0; from < s.size();) {
    const std::size_t end = std::min(s.find_first_of(" \t,;", from), s.size());
    const std::string_view word = s.substr(from, end - from);
    if (!word.empty()) {
      bare.push_back(word);
      all = all && word.find('@') != word.npos;
    }
    from = end + 1;
  }
  if (all) {
    for (const auto id : bare) keep(id.back() == '>' ? id.substr(0, id.size() - 1) : id);
    if (!bare.empty()) add_note(notes, "a message id stands without brackets");
  }
  return out;
}

std::string read_message_id(std::string_view raw, Notes& notes) {
  auto ids = read_ids(raw, notes);
  if (!ids.empty()) return std::move(ids.front());
  std::string whole = tidy(unfold(raw));
  if (whole.empty()) return {};
  if (whole.size() > kLongestId) {
    add_note(notes, "a message id is too long and left out");
    return {};
  }
  while (!whole.empty() && whole.back() == '>') whole.pop_back();
  return whole;
}

}  // namespace amends::mime
