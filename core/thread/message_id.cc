#include "core/thread/message_id.h"

#include <algorithm>

#include "core/base/text.h"

namespace amends::thread {
namespace {

constexpr std::size_t kLongestId = 998;  // a line's length, RFC 5322 section 2.1.1

bool is_trailing_junk(char c) { return c == ',' || c == ';' || c == '.' || c == ')' || c == '"' || c == '\''; }

}  // namespace

std::string canonical_id(std::string_view id) {
  if (const auto open = id.rfind('<'); open != std::string_view::npos) {
    const auto close = id.find('>', open);
    id = id.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
  } else if (const auto close = id.find('>'); close != std::string_view::npos) {
    id = id.substr(0, close);
  }
  std::string out;
  out.reserve(std::min(id.size(), kLongestId));
  for (const char c : id) {
    if (out.size() == kLongestId) break;
    if (static_cast<unsigned char>(c) > ' ' && c != 0x7f) out += text::ascii_lower(c);
  }
  while (!out.empty() && is_trailing_junk(out.back())) out.pop_back();
  while (!out.empty() && (out.front() == '"' || out.front() == '\'')) out.erase(0, 1);
  return out;
}

bool is_plausible_id(std::string_view canonical) {
  const auto at = canonical.find('@');
  if (at != std::string_view::npos) return at > 0 && at + 1 < canonical.size();
  return canonical.size() >= 12 && std::all_of(canonical.begin(), canonical.end(), [](char c) {
           return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_' || c == '$' || c == '+' ||
                  c == '=';
         });
}

References read_references(std::string_view message_id, const std::vector<std::string>& in_reply_to,
                           const std::vector<std::string>& references, const std::vector<std::string>& people,
                           const std::function<bool(const std::string& id)>& seen) {
  References out;
  const std::string own = canonical_id(message_id);
  const auto usable = [&](const std::string& id) {
    return id != own && is_plausible_id(id) && std::find(people.begin(), people.end(), id) == people.end();
  };
  const auto add = [&](std::string id) {
    if (std::find(out.ids.begin(), out.ids.end(), id) == out.ids.end()) out.ids.push_back(std::move(id));
  };
  std::vector<std::string> answered;
  for (const auto& raw : in_reply_to) {
    auto id = canonical_id(raw);
    if (usable(id) && std::find(answered.begin(), answered.end(), id) == answered.end()) answered.push_back(id);
    if (answered.size() > kMaxReferences) break;
  }

  const std::size_t skipped = references.size() > kMaxReferences ? references.size() - kMaxReferences + 1 : 0;
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (i > 0 && i < skipped) continue;
    auto id = canonical_id(references[i]);
    if (usable(id)) add(std::move(id));
  }
  if (out.ids.empty() && answered.size() > 1) {
    const std::string last = answered.back();
    const auto unknown = [&](const std::string& id) { return !seen || !seen(id); };
    answered.erase(std::remove_if(answered.begin(), answered.end(), unknown), answered.end());
    if (answered.empty()) answered.push_back(last);
    for (const auto& id : answered) add(id);
  } else if (answered.size() == 1) {
    add(answered.front());
  }

  out.parent = out.ids.size();
  if (!answered.empty()) {
    const auto found = std::find(out.ids.begin(), out.ids.end(), answered.front());
    if (found != out.ids.end()) out.parent = static_cast<std::size_t>(found - out.ids.begin());
  }
  if (out.parent == out.ids.size() && !out.ids.empty()) out.parent = out.ids.size() - 1;
  return out;
}

}  // namespace amends::thread
