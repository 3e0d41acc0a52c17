#include "core/app/reply_rules.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/length.h"
#include "core/identity/suggest.h"

namespace amends::app {
namespace {

std::string digits_in(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (text::is_digit(c)) out += c;
  }
  return out;
}

std::string letters_and_digits(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (text::is_digit(c) || text::is_alpha(c)) out += text::ascii_lower(c);
  }
  return out;
}

bool is_address_char(char c) {
  return text::is_alpha(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_' || c == '+' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What looks like a mail address, in lower case. "@name" and "@name@server" of social networks are none.
std::vector<std::string> addresses_in(std::string_view s) {
  std::vector<std::string> out;
  for (std::size_t at = s.find('@'); at != s.npos; at = s.find('@', at + 1)) {
    std::size_t from = at, to = at + 1;
    while (from > 0 && is_address_char(s[from - 1])) --from;
    while (to < s.size() && is_address_char(s[to])) ++to;
    while (to > at + 1 && s[to - 1] == '.') --to;
    const bool mention = from > 0 && s[from - 1] == '@';
    const std::string_view domain = s.substr(at + 1, to - at - 1);
    if (from == at || mention || domain.find('.') == domain.npos) continue;
    out.push_back(text::ascii_lower(s.substr(from, to - from)));
  }
  return out;
}

bool holds_phone(std::string_view s, const std::string& phone) {
  // The last eight digits tell a subscriber apart, however the rest is written.
  constexpr std::size_t kTelling = 8;
  const std::string wanted = digits_in(phone);
  if (wanted.size() < kTelling) return false;
  const std::string_view end = std::string_view(wanted).substr(wanted.size() - kTelling);
  const auto found = identity::phones_in(s);
  return std::any_of(found.begin(), found.end(),
                     [&](const std::string& one) { return digits_in(one).find(end) != std::string::npos; });
}

bool holds_order(std::string_view s, const std::string& order) {
  const std::string wanted = letters_and_digits(order);
  return wanted.size() >= 4 && letters_and_digits(s).find(wanted) != std::string::npos;
}

AnswerFinding leak(std::string_view what, const std::string& value) {
  return {"private_in_public",
          Weight::confirm,
          "The text would show " + std::string(what) + " in public that this customer only told in private.",
          "Take it out, or confirm that everybody may read it.",
          value,
          Kind::conflict};
}

bool is_own_address(std::string_view address, const std::vector<std::string>& own_domains) {
  const std::string_view domain = address.substr(address.find('@') + 1);
  return std::any_of(own_domains.begin(), own_domains.end(), [&](const std::string& own) {
    return domain == own || (domain.size() > own.size() && domain.substr(domain.size() - own.size()) == own &&
                             domain[domain.size() - own.size() - 1] == '.');
  });
}

}  // namespace

Result<Done> may_leave(const std::vector<AnswerFinding>& findings, bool confirmed) {
  const AnswerFinding* first = nullptr;
  for (const AnswerFinding& finding : findings) {
    const bool holds = finding.weight == Weight::stops || (finding.weight == Weight::confirm && !confirmed);
    if (holds && (first == nullptr || finding.weight > first->weight)) first = &finding;
  }
  if (first == nullptr) return Done{};
  return fail(first->kind, first->text, first->hint);
}

Length length_of(std::string_view text, const channel::Limits& limits) {
  return {channel::length_of(text, limits.unit), limits.text, limits.unit};
}

void check_length(std::string_view text, const channel::Limits& limits, std::vector<AnswerFinding>& findings) {
  if (const auto fits = channel::check_length(text, limits); !fits) {
    findings.push_back({"too_long", Weight::stops, fits.error().what, fits.error().hint, "", Kind::invalid});
  }
}

Slot slot_for(const channel::ReplySlots& slots, const std::vector<OurReply>& ours,
              std::vector<AnswerFinding>& findings) {
  Slot slot{slots.per_item, static_cast<std::int32_t>(ours.size()), {}};
  if (slots.per_item <= 0 || slot.taken < slots.per_item) return slot;
  const OurReply& last = ours.back();
  if (!slots.overwrites) {
    findings.push_back({"slot_taken", Weight::stops,
                        slots.per_item == 1 ? "It is answered already, and one answer is all it takes."
                                            : "It has as many answers of ours as it takes.",
                        "Change the answer where it stands, or reach the person another way.", last.text,
                        Kind::unsupported});
    return slot;
  }
  slot.overwrites = last;
  if (last.on_its_way) {
    findings.push_back({"reply_on_its_way", Weight::stops,
                        "An earlier answer is still on its way into the only place there is.",
                        "Take that one back, or wait until it is there.", last.text, Kind::conflict});
  } else {
    findings.push_back(
        {"overwrites", Weight::note, "It takes the place of our earlier answer.", "", last.text, Kind::conflict});
  }
  return slot;
}

Window window_at(const channel::ReplyWindow& window, std::optional<Timestamp> last_word, Timestamp at) {
  if (window.open.count() == 0) return {};
  const WindowState after = window.template_after ? WindowState::templates : WindowState::closed;
  if (!last_word) return {after, {}};
  if (at < *last_word + window.open) return {WindowState::open, *last_word + window.open};
  if (at < *last_word + window.person) return {WindowState::person, *last_word + window.person};
  return {after, {}};
}

Window check_window(const channel::ReplyWindow& window, std::optional<Timestamp> last_word, const Leaving& leaving,
                    std::vector<AnswerFinding>& findings) {
  const Window now = window_at(window, last_word, leaving.now);
  const Window then = window_at(window, last_word, leaving.at);
  const auto stops = [&](std::string text, std::string hint) {
    findings.push_back({"window_closed", Weight::stops, std::move(text), std::move(hint), "", Kind::rejected});
  };
  const bool later = then.state != now.state;
  switch (then.state) {
    case WindowState::always:
    case WindowState::open: break;
    case WindowState::person:
      if (!leaving.by_person) {
        stops("Only a person may write now: it is too long since the customer's last word.", "Write it yourself.");
      } else if (leaving.approved_template) {
        stops("Only a person's own words may go now, no template.", "Write it yourself.");
      } else {
        findings.push_back({"person_only", Weight::note,
                            "Only an answer to what they asked may go now: nothing that advertises.", "", "",
                            Kind::rejected});
      }
      break;
    case WindowState::templates:
      if (!leaving.approved_template) {
        stops(later ? "By then it will be too long since the customer's last word for free text."
                    : "It is too long since the customer's last word for free text.",
              "Take a template that the site approved, or wait until they write again.");
      }
      break;
    case WindowState::closed:
      stops(later ? "By then it will be too long since the customer's last word: the site takes nothing any more."
                  : "It is too long since the customer's last word: the site takes nothing any more.",
            "Reach the person another way, or wait until they write again.");
      break;
  }
  return now;
}

void check_public(std::string_view text, std::string_view said_in_public, const PrivateFacts& facts,
                  const std::vector<std::string>& own_domains, std::vector<AnswerFinding>& findings) {
  const std::vector<std::string> known_in_public = addresses_in(said_in_public);
  const auto is_in = [](const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  };
  for (const std::string& address : addresses_in(text)) {
    if (is_own_address(address, own_domains) || is_in(known_in_public, address)) continue;
    const bool theirs = std::any_of(facts.addresses.begin(), facts.addresses.end(),
                                    [&](const std::string& a) { return text::equals_ignoring_case(a, address); });
    if (theirs) {
      findings.push_back(leak("an address", address));
    } else {
      findings.push_back({"address_in_public", Weight::note,
                          "There is a mail address in a text that everybody can read.", "", address, Kind::conflict});
    }
  }
  for (const std::string& phone : facts.phones) {
    if (holds_phone(text, phone) && !holds_phone(said_in_public, phone))
      findings.push_back(leak("a phone number", phone));
  }
  for (const std::string& order : facts.orders) {
    if (holds_order(text, order) && !holds_order(said_in_public, order)) {
      findings.push_back(leak("an order number", order));
    }
  }
  for (const std::string& order : identity::order_numbers_in(text)) {
    if (holds_order(said_in_public, order)) continue;
    const bool told = std::any_of(findings.begin(), findings.end(), [&](const AnswerFinding& f) {
      return f.rule == "private_in_public" && holds_order(order, f.excerpt);
    });
    if (told) continue;
    findings.push_back({"order_in_public", Weight::note,
                        "There seems to be an order number in a text that everybody can read.", "", order,
                        Kind::conflict});
  }
}

}  // namespace amends::app
