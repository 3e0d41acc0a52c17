// The nouns of the API as JSON, each with the table that says what is in it. A test reads every answer against its
// table. Pure. Threads: any.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/app/answers.h"
#include "core/app/view.h"
#include "core/inbox/inbox.h"
#include "core/model/content.h"
#include "core/outbox/outbox.h"
#include "core/outbox/tracking.h"
#include "core/timeline/timeline.h"
#include "core/web/json.h"
#include "core/web/route.h"
#include "core/web/schema.h"

namespace amends::web {

inline constexpr auto kChannelKindNames = kNamesOf<model::kMessageKinds>;
inline constexpr auto kDirectionNames = kNamesOf<model::kDirections>;
inline constexpr auto kVisibilityNames = kNamesOf<model::kVisibilities>;
inline constexpr auto kOriginNames = kNamesOf<model::kOrigins>;
inline constexpr auto kStatusNames = kNamesOf<inbox::kStatuses>;
inline constexpr auto kViewNames = kNamesOf<inbox::kViews>;
inline constexpr auto kUpdateStateNames = kNamesOf<model::kUpdateStates>;
inline constexpr auto kRecipientStateNames = kNamesOf<model::kRecipientStates>;
inline constexpr auto kModerationNames = kNamesOf<model::kModerations>;
inline constexpr auto kReplyGradeNames = kNamesOf<app::kReplyGrades>;
inline constexpr auto kWindowStateNames = kNamesOf<app::kWindowStates>;
inline constexpr auto kLengthUnitNames = kNamesOf<app::kLengthUnits>;
inline constexpr auto kWeightNames = kNamesOf<app::kWeights>;

// The bits of message.flags by name.
struct FlagWord {
  std::int64_t bit;
  std::string_view name;
};
inline constexpr FlagWord kFlagWords[] = {
    {timeline::kHasAttachments, "has_attachments"},
    {timeline::kSenderVerified, "sender_verified"},
    {timeline::kSameIdOtherContent, "same_id_other_content"},
    {timeline::kEdited, "edited"},
    {timeline::kDeleted, "deleted"},
    {timeline::kAutoSubmitted, "auto_submitted"},
    {timeline::kOddities, "oddities"},
    {timeline::kSenderNotVerified, "sender_not_verified"},
    {timeline::kIsForward, "forward"},
    {timeline::kReplaced, "replaced"},
    {timeline::kFromNotice, "from_notice"},
};
inline constexpr auto kFlagNames = [] {
  std::array<std::string_view, std::size(kFlagWords)> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kFlagWords[i].name;
  return names;
}();

extern const Schema kChanged;    // {"changed": bool}
extern const Schema kThreadRow;  // a line of the inbox
extern const Schema kMessage;    // a message as lists show it
extern const Schema kWords;      // what it says
extern const Schema kEvent;
extern const Schema kEntry;  // of a timeline: a message or an event
extern const Schema kNote;
extern const Schema kParty;
extern const Schema kAttachment;
extern const Schema kCustomer;
extern const Schema kCustomerRow;
extern const Schema kUpdate;
extern const Schema kAnswer;

// For tables that hold a noun among their own fields.
namespace fields {
inline constexpr Field kNext =
    line_field("next", "Where the next page begins; null on the last one").or_null().needed();
}

Reply changed(bool value);
// A line of the inbox with its customer and tags.
Json& add(Json& json, store::Reader& reader, BrandId brand, const inbox::Row& row);
Json& add(Json& json, const timeline::Message& message);
Json& add(Json& json, const timeline::Event& event);
Json& add(Json& json, const timeline::Entry& entry);
Json& add(Json& json, const inbox::Note& note);
Json& add(Json& json, const std::vector<model::Party>& parties);
Json& add(Json& json, const app::CustomerView& customer);
Json& add(Json& json, const outbox::Tracked& update);
Json& add(Json& json, const app::Answer& answer);
Json& add_findings(Json& json, const std::vector<app::AnswerFinding>& findings);
// The words of a message, its HTML cleaned for a browser (null when it has none).
Json& add_words(Json& json, const model::Content& content);

}  // namespace amends::web
