// What we send, as JSON: an update in the outbox, and an answer before it is one.
#include "core/web/shapes.h"

namespace amends::web {
namespace {

constexpr Field kRecipientFields[] = {
    line_field("address", "\"\" for a public reply").needed().from(0),
    word_field("state", kRecipientStateNames, "").needed(),
    integer_field("code", 0, 10'000, "The peer's").needed(),
    text_field("text", "The peer's own words").or_null().needed(),
};
constexpr Schema kRecipient{"Recipient", kRecipientFields};

constexpr Field kUpdateFields[] = {
    id_field("id", "").needed(),
    id_field("account", "").or_null().needed(),
    id_field("thread", "").or_null().needed(),
    id_field("message", "Its place on the timeline").or_null().needed(),
    word_field("state", kUpdateStateNames, "").needed(),
    text_field("reason", "Why it is where it is").or_null().needed(),
    line_field("author", "A login").or_null().needed(),
    line_field("message_id", "").or_null().needed(),
    object_field("recipients", kRecipient, "").many(1000),
    integer_field("attempts", 0, kLargestId, "").needed(),
    time_field("due", "Not before; of an uncertain one the next look").or_null().needed(),
    time_field("created_at", "").needed(),
    time_field("sent_at", "").or_null().needed(),
    id_field("answered_by", "The message that answers it").or_null().needed(),
    time_field("answered_at", "").or_null().needed(),
    word_field("visibility", kVisibilityNames, "Who reads it").needed(),
    flag_field("by_hand", "A person posts it where no program can, then marks it as posted").needed(),
    line_field("link", "Where a person posts it").or_null().needed(),
    line_field("external_id", "What its site calls it").or_null().needed(),
    line_field("permalink", "Where it stands in public").or_null().needed(),
    word_field("moderation", kModerationNames, "What its site thinks of it: accepted is not published").needed(),
    text_field("moderation_reason", "The site's words").or_null().needed(),
    flag_field("seen_there", "A pull or the Sent folder has shown it").needed(),
    time_field("verify_by", "Until when a pull should show what a person says they posted").or_null().needed(),
    id_field("replaces", "The message of ours whose place it takes").or_null().needed(),
};

constexpr Field kFindingFields[] = {
    line_field("rule", "too_long, window_closed, private_in_public, …").needed(),
    word_field("weight", kWeightNames, "note: only shown; confirm: goes with confirmed; stops: doesn't go").needed(),
    text_field("text", "A sentence for its author").needed().from(0),
    text_field("hint", "What to do; of a text that is too long, one that fits").or_null().needed(),
    text_field("excerpt", "The words it is about").or_null().needed(),
};
constexpr Schema kFinding{"AnswerFinding", kFindingFields};

constexpr Field kLengthFields[] = {
    integer_field("count", 0, kLargestId, "Of this text, in the unit").needed(),
    integer_field("limit", 0, kLargestId, "").or_null().needed(),
    word_field("unit", kLengthUnitNames, "").needed(),
};
constexpr Schema kLength{"AnswerLength", kLengthFields};

constexpr Field kOverwritesFields[] = {
    id_field("message", "").needed(),
    line_field("external_id", "").or_null().needed(),
    text_field("text", "What stands there now").needed().from(0),
    time_field("at", "").needed(),
};
constexpr Schema kOverwrites{"Overwrites", kOverwritesFields};

constexpr Field kSlotFields[] = {
    integer_field("per_item", 0, kLargestId, "How many public replies an item takes").or_null().needed(),
    integer_field("taken", 0, kLargestId, "By us").needed(),
    object_field("overwrites", kOverwrites, "Our earlier reply, whose place it takes").or_null().needed(),
};
constexpr Schema kSlot{"AnswerSlot", kSlotFields};

constexpr Field kShapesSendingWindowFields[] = {
    word_field("state", kWindowStateNames,
               "always; open; person: no automation; templates: only what the site approved; closed")
        .needed(),
    time_field("closes_at", "").or_null().needed(),
};
constexpr Schema kShapesSendingWindow{"AnswerWindow", kShapesSendingWindowFields};

constexpr Field kAnswerFields[] = {
    id_field("update", "Its number in the outbox; null in a preview").or_null().needed(),
    id_field("message", "Its place on the timeline; null in a preview").or_null().needed(),
    id_field("thread", "").needed(),
    object_field("to", kParty, "").many(1000),
    object_field("cc", kParty, "").many(1000),
    line_field("subject", "").needed().from(0),
    text_field("text", "").needed().from(0),
    line_field("message_id", "").or_null().needed(),
    time_field("leaves_at", "Until then it can be taken back").needed(),
    line_field("account", "Through which").needed(),
    line_field("channel", "").needed(),
    word_field("visibility", kVisibilityNames, "Who will read it").needed(),
    word_field("grade", kReplyGradeNames, "prepared: a person posts it at the link, then marks it as posted").needed(),
    line_field("link", "Where a person posts it, or where what it answers stands").or_null().needed(),
    object_field("length", kLength, "").needed(),
    object_field("slot", kSlot, "Of a public answer").needed(),
    object_field("window", kShapesSendingWindow, "Of a private answer").needed(),
    object_field("findings", kFinding, "What there is to say of it").many(1000),
};

}  // namespace

const Schema kUpdate{"Update", kUpdateFields};
const Schema kAnswer{"Answer", kAnswerFields};

Json& add(Json& json, const outbox::Tracked& u) {
  json.open()
      .put("id", u.id)
      .put("account", u.account)
      .put("thread", u.thread)
      .put("message", u.message)
      .put("state", model::name_of(u.state))
      .put_text_or_null("reason", u.reason)
      .put_text_or_null("author", u.author)
      .put_text_or_null("message_id", u.mail_id)
      .key("recipients")
      .open_list();
  for (const outbox::Recipient& r : u.recipients) {
    json.open()
        .put("address", r.address)
        .put("state", model::name_of(r.state))
        .put("code", r.code)
        .put_text_or_null("text", r.text)
        .close();
  }
  return json.close_list()
      .put("attempts", u.attempts)
      .put("due", u.due)
      .put("created_at", u.created_at)
      .put("sent_at", u.sent_at)
      .put("answered_by", u.answered_by)
      .put("answered_at", u.answered_at)
      .put("visibility", model::name_of(u.post.visibility))
      .put("by_hand", u.post.by_hand)
      .put_text_or_null("link", u.post.link)
      .put_text_or_null("external_id", u.external_id)
      .put_text_or_null("permalink", u.post.permalink)
      .put("moderation", model::name_of(u.post.moderation))
      .put_text_or_null("moderation_reason", u.post.moderation_reason)
      .put("seen_there", u.echoed)
      .put("verify_by", u.post.verify_by)
      .put("replaces", u.post.replaces)
      .close();
}

namespace {

void add(Json& json, const app::Slot& slot) {
  json.open();
  if (slot.per_item > 0) {
    json.put("per_item", slot.per_item);
  } else {
    json.put("per_item", nullptr);
  }
  json.put("taken", slot.taken).key("overwrites");
  if (slot.overwrites) {
    const app::OurReply& reply = *slot.overwrites;
    json.open()
        .put("message", reply.message)
        .put_text_or_null("external_id", reply.external_id)
        .put("text", reply.text)
        .put("at", reply.at)
        .close();
  } else {
    json.add(nullptr);
  }
  json.close();
}

}  // namespace

Json& add_findings(Json& json, const std::vector<app::AnswerFinding>& findings) {
  json.open_list();
  for (const app::AnswerFinding& finding : findings) {
    json.open()
        .put("rule", finding.rule)
        .put("weight", model::name_in(app::kWeights, finding.weight))
        .put("text", finding.text)
        .put_text_or_null("hint", finding.hint)
        .put_text_or_null("excerpt", finding.excerpt)
        .close();
  }
  return json.close_list();
}

Json& add(Json& json, const app::Answer& a) {
  json.open().put("update", a.update).put("message", a.message).put("thread", a.thread);
  add(json.key("to"), a.to);
  add(json.key("cc"), a.cc);
  json.put("subject", a.subject)
      .put("text", a.text)
      .put_text_or_null("message_id", a.message_id)
      .put("leaves_at", a.leaves_at)
      .put("account", a.account)
      .put("channel", a.channel)
      .put("visibility", model::name_of(a.visibility))
      .put("grade", model::name_in(app::kReplyGrades, a.grade))
      .put_text_or_null("link", a.link)
      .key("length")
      .open()
      .put("count", a.length.count);
  if (a.length.limit > 0) {
    json.put("limit", a.length.limit);
  } else {
    json.put("limit", nullptr);
  }
  json.put("unit", model::name_in(app::kLengthUnits, a.length.unit)).close();
  add(json.key("slot"), a.slot);
  json.key("window")
      .open()
      .put("state", model::name_in(app::kWindowStates, a.window.state))
      .put("closes_at", a.window.closes_at)
      .close();
  return add_findings(json.key("findings"), a.findings).close();
}

}  // namespace amends::web
