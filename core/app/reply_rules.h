// What has to be said of an answer on a channel that is no mail before it leaves, from the columns of its descriptor:
// whether it fits, whether there is a place for it, whether it is still in time, and whether it tells in public what
// was said in private. A preview shows the findings; a send is refused by those that stop it.
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/channel/descriptor.h"
#include "core/model/words.h"

namespace amends::app {

// How much a finding weighs: a note is only shown; what wants confirming goes when its author says so once more
// (AnswerRequest::confirmed); what stops it, stops it.
enum class Weight : std::uint8_t { note = 0, confirm = 1, stops = 2 };
inline constexpr model::Word<Weight> kWeights[] = {
    {Weight::note, "note"}, {Weight::confirm, "confirm"}, {Weight::stops, "stops"}};

struct AnswerFinding {
  std::string rule;  // "too_long", "window_closed", "private_in_public", …
  Weight weight = Weight::note;
  std::string text;     // a sentence for its author
  std::string hint;     // what to do; of a text that is too long, the text shortened
  std::string excerpt;  // the words it is about; "" for all of it
  Kind kind = Kind::invalid;
};
// The first that stops it, or that wants confirming and wasn't confirmed, as the error of a send.
Result<Done> may_leave(const std::vector<AnswerFinding>& findings, bool confirmed);

// --- length
struct Length {
  std::int64_t count = 0, limit = 0;  // limit 0: none
  channel::LengthUnit unit = channel::LengthUnit::code_points;
};
inline constexpr model::Word<channel::LengthUnit> kLengthUnits[] = {{channel::LengthUnit::bytes, "bytes"},
                                                                    {channel::LengthUnit::code_points, "code_points"},
                                                                    {channel::LengthUnit::graphemes, "graphemes"},
                                                                    {channel::LengthUnit::utf16, "utf16"},
                                                                    {channel::LengthUnit::weighted, "weighted"}};
Length length_of(std::string_view text, const channel::Limits& limits);
void check_length(std::string_view text, const channel::Limits& limits, std::vector<AnswerFinding>& findings);

// --- slots
// A public reply of ours to the item that is answered, oldest first.
struct OurReply {
  MessageId message;
  std::string external_id;  // "" as long as nobody knows what the site calls it
  std::string text;
  Timestamp at;
  bool on_its_way = false;  // not there yet: it waits, leaves or may have gone
};
struct Slot {
  std::int32_t per_item = 0, taken = 0;  // per_item 0: any number
  std::optional<OurReply> overwrites;
};
Slot slot_for(const channel::ReplySlots& slots, const std::vector<OurReply>& ours,
              std::vector<AnswerFinding>& findings);

// --- windows
enum class WindowState : std::uint8_t { always = 0, open = 1, person = 2, templates = 3, closed = 4 };
inline constexpr model::Word<WindowState> kWindowStates[] = {{WindowState::always, "always"},
                                                             {WindowState::open, "open"},
                                                             {WindowState::person, "person"},
                                                             {WindowState::templates, "templates"},
                                                             {WindowState::closed, "closed"}};
struct Window {
  WindowState state = WindowState::always;
  std::optional<Timestamp> closes_at;  // of open and person
};
// How the window stands at `at`. Nothing for `last_word`: the customer never wrote there.
Window window_at(const channel::ReplyWindow& window, std::optional<Timestamp> last_word, Timestamp at);
struct Leaving {
  Timestamp now, at;  // `at`: when it is to leave
  bool by_person = true;
  bool approved_template = false;  // by the site
};
Window check_window(const channel::ReplyWindow& window, std::optional<Timestamp> last_word, const Leaving& leaving,
                    std::vector<AnswerFinding>& findings);

// --- private and public
// What we know of a customer from what they told us in private.
struct PrivateFacts {
  std::vector<std::string> addresses, phones, orders;
};
// In a public text: what of the facts stands in it that the public part of the thread doesn't say by itself wants
// confirming; any other mail address or order number is a note. `own_domains`: addresses there are ours to give.
void check_public(std::string_view text, std::string_view said_in_public, const PrivateFacts& facts,
                  const std::vector<std::string>& own_domains, std::vector<AnswerFinding>& findings);

}  // namespace amends::app
