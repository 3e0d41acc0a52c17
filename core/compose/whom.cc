#include "core/compose/whom.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/crypto/token.h"

namespace amends::compose {
namespace {

bool has(const std::vector<std::string>& handles, const std::string& handle) {
  return std::find(handles.begin(), handles.end(), handle) != handles.end();
}

bool names(const std::vector<model::Party>& parties, const std::string& handle) {
  return std::any_of(parties.begin(), parties.end(),
                     [&](const auto& p) { return text::ascii_lower(p.handle) == handle; });
}

}  // namespace

Whom whom_to_answer(const model::Content& message, const ThreadPeople& people, bool reply_to_confirmed) {
  Whom out;
  const auto ours = [&](const std::string& handle) { return has(people.own, crypto::without_reply_token(handle)); };
  const auto author = text::ascii_lower(message.author.handle);

  for (const auto& party : message.reply_to) {
    const auto handle = text::ascii_lower(party.handle);
    if (handle.empty() || handle == author || ours(handle)) continue;
    (reply_to_confirmed ? out.to : out.reply_to).push_back(party);
  }
  if (out.to.empty() && !author.empty() && !ours(author)) out.to.push_back(message.author);
  // Answering our own mail goes to those it went to.
  const bool own_mail = ours(author);

  const auto others = [&](const std::vector<model::Party>& parties, bool first) {
    for (const auto& party : parties) {
      const auto handle = text::ascii_lower(party.handle);
      if (handle.empty() || ours(handle) || names(out.to, handle) || names(out.cc, handle)) continue;
      if (own_mail && first) {
        out.to.push_back(party);
      } else if (own_mail || has(people.participants, handle)) {
        out.cc.push_back(party);
      } else if (!names(out.others, handle)) {
        out.others.push_back(party);
      }
    }
  };
  others(message.to, true);
  others(message.cc, false);
  return out;
}

}  // namespace amends::compose
