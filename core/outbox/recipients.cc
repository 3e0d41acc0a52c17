#include "core/outbox/recipients.h"

#include "core/base/text.h"

#include <algorithm>

namespace amends::outbox {
namespace {

using RState = model::RecipientState;

bool same_address(std::string_view a, std::string_view b) { return text::equals_ignoring_case(a, b); }

}  // namespace

void record(std::vector<Recipient>& recipients, const std::vector<std::string>& asked,
            const channel::Receipt& receipt) {
  const auto was_asked = [&](const Recipient& r) {
    return std::any_of(asked.begin(), asked.end(), [&](const auto& a) { return same_address(a, r.address); });
  };
  for (auto& r : recipients) {
    if (!was_asked(r) || r.state == RState::accepted || r.state == RState::bounced) continue;
    if (receipt.recipients.empty()) {
      r.state = RState::accepted;
      continue;
    }
    for (const auto& outcome : receipt.recipients) {
      // An update without addressees has one outcome, whatever the channel calls it.
      if (!r.address.empty() && !same_address(outcome.recipient, r.address)) continue;
      r.state = outcome.state;
      r.code = outcome.code;
      r.text = text::printable(text::clip(text::repair_utf8(outcome.text), 500));
    }
  }
}

void move_all(std::vector<Recipient>& recipients, RState from, RState to) {
  for (auto& r : recipients) {
    if (r.state == from) r.state = to;
  }
}

std::vector<std::string> still_to_send(const std::vector<Recipient>& recipients) {
  std::vector<std::string> out;
  for (const auto& r : recipients) {
    if (r.state == RState::pending || r.state == RState::deferred || r.state == RState::in_doubt) {
      out.push_back(r.address);
    }
  }
  return out;
}

Standing standing(const std::vector<Recipient>& recipients) {
  const auto any = [&](std::initializer_list<RState> states) {
    return std::any_of(recipients.begin(), recipients.end(), [&](const Recipient& r) {
      return std::find(states.begin(), states.end(), r.state) != states.end();
    });
  };
  if (any({RState::in_doubt})) return Standing::in_doubt;
  if (any({RState::pending, RState::deferred})) return Standing::waiting;
  if (recipients.empty() || any({RState::accepted})) return Standing::accepted;
  return Standing::refused;
}

std::string refusals(const std::vector<Recipient>& recipients) {
  std::string out;
  for (const auto& r : recipients) {
    if (r.state != RState::refused && r.state != RState::bounced) continue;
    if (!out.empty()) out += '\n';
    out += r.address + ": " + (r.text.empty() ? std::string("refused") : r.text);
  }
  return out;
}

}  // namespace amends::outbox
