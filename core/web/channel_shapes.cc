#include "core/web/channel_shapes.h"

#include <algorithm>

#include "core/app/accounts.h"
#include "core/base/text.h"
#include "core/model/words.h"

namespace amends::web {
namespace {

using channel::Display;
using channel::LengthUnit;
using channel::ReplyGrade;
using channel::SendClass;
using channel::SettingKind;
using channel::SignIn;

constexpr model::Word<SettingKind> kSettingKinds[] = {{SettingKind::text, "text"}, {SettingKind::secret, "secret"},
                                                      {SettingKind::host, "host"}, {SettingKind::port, "port"},
                                                      {SettingKind::url, "url"},   {SettingKind::path, "path"},
                                                      {SettingKind::flag, "flag"}, {SettingKind::choice, "choice"},
                                                      {SettingKind::list, "list"}, {SettingKind::number, "number"}};
constexpr model::Word<LengthUnit> kUnits[] = {{LengthUnit::bytes, "bytes"},
                                              {LengthUnit::code_points, "code_points"},
                                              {LengthUnit::graphemes, "graphemes"},
                                              {LengthUnit::utf16, "utf16"},
                                              {LengthUnit::weighted, "weighted"}};
constexpr model::Word<ReplyGrade> kGrades[] = {
    {ReplyGrade::none, "none"}, {ReplyGrade::prepared, "prepared"}, {ReplyGrade::api, "api"}};
constexpr model::Word<Display> kDisplays[] = {
    {Display::never, "never"}, {Display::embed_only, "embed_only"}, {Display::quote, "quote"}};
constexpr model::Word<SignIn> kSignIns[] = {
    {SignIn::none, "none"}, {SignIn::settings, "settings"}, {SignIn::oauth, "oauth"}};
constexpr model::Word<SendClass> kSendClasses[] = {{SendClass::none, "none"},
                                                   {SendClass::keyed, "keyed"},
                                                   {SendClass::named, "named"},
                                                   {SendClass::lookable, "lookable"},
                                                   {SendClass::blind, "blind"}};

constexpr auto kSettingKindNames = kNamesOf<kSettingKinds>;
constexpr auto kUnitNames = kNamesOf<kUnits>;
constexpr auto kGradeNames = kNamesOf<kGrades>;
constexpr auto kDisplayNames = kNamesOf<kDisplays>;
constexpr auto kSignInNames = kNamesOf<kSignIns>;
constexpr auto kSendClassNames = kNamesOf<kSendClasses>;
constexpr auto kVisibilities = kNamesOf<model::kVisibilities>;

constexpr Field kSettingFields[] = {
    line_field("key", "").needed(),
    word_field("kind", kSettingKindNames, "").needed(),
    line_field("label", "").needed().from(0),
    text_field("help", "").needed().from(0),
    flag_field("required", "").needed(),
    text_field("fallback", "What counts when it is left out").or_null().needed(),
    line_field("choices", "What a choice takes").many(100),
    flag_field("advanced", "Few need it").needed(),
    flag_field("console_only", "Set in the configuration file or at the console, not over the API").needed()};
constexpr Schema kSettingShape{"ChannelSetting", kSettingFields};

constexpr Field kLimitsFields[] = {integer_field("text", 0, kLargestId, "0: none").needed(),
                                   word_field("unit", kUnitNames, "What is counted").needed(),
                                   integer_field("message_bytes", 0, kLargestId, "0: none").needed(),
                                   integer_field("recipients", 0, kLargestId, "0: none").needed()};
constexpr Schema kLimits{"ChannelLimits", kLimitsFields};

constexpr Field kSlotsFields[] = {
    integer_field("per_item", 0, kLargestId, "How many public replies an item takes; 0: any number").needed(),
    flag_field("overwrites", "A new reply takes the place of the old one").needed(),
    flag_field("moderated", "The site may hold back or refuse what it accepted").needed()};
constexpr Schema kSlots{"ReplySlots", kSlotsFields};

constexpr Field kWindowFields[] = {
    integer_field("open_seconds", 0, kLargestId, "After the customer's last word; 0: always").needed(),
    integer_field("person_seconds", 0, kLargestId, "So long a person may still write; 0: no longer").needed(),
    flag_field("template_after", "Afterwards a template that the site approved").needed()};
constexpr Schema kWindow{"ReplyWindow", kWindowFields};

constexpr Field kDisplayFields[] = {
    word_field("display", kDisplayNames, "What may be shown elsewhere, once its author agreed").needed(),
    flag_field("link_back", "").needed(), flag_field("unaltered", "").needed(), flag_field("attribution", "").needed(),
    line_field("source", "Which terms say so").or_null().needed()};
constexpr Schema kDisplay{"DisplayPolicy", kDisplayFields};

constexpr Field kAttachmentRuleFields[] = {
    line_field("kind", "What a person calls it: pictures").needed(),
    line_field("types", "Media types: image/png; a star for any").many(50),
    integer_field("count", 1, kLargestId, "In one answer; all files of an answer are of one kind").needed(),
    integer_field("bytes", 0, kLargestId, "Of each file").needed(),
    integer_field("alt", 0, kLargestId, "Characters of a file's description; 0: there is no place for one").needed(),
    integer_field("text", 0, kLargestId, "How long a text beside them may be; 0: as without").needed(),
    flag_field("alone", "They are a message of their own: an answer has them or words, not both"),
    word_field("only", kVisibilities, "With answers of this visibility alone; with any when left out")};
constexpr Schema kAttachmentRule{"AttachmentRule", kAttachmentRuleFields};

constexpr Field kChannelFields[] = {
    line_field("name", "").needed(),
    line_field("title", "").needed(),
    line_field("handle_kind", "Channels that share it share their handles").needed().from(0),
    word_field("visibility", kVisibilities, "").needed(),
    flag_field("mail", "").needed(),
    flag_field("pull", "").needed(),
    flag_field("webhook", "").needed(),
    flag_field("send", "").needed(),
    flag_field("find", "").needed(),
    flag_field("watch", "").needed(),
    flag_field("check", "").needed(),
    flag_field("html", "").needed(),
    flag_field("attachments", "").needed(),
    flag_field("subject", "").needed(),
    flag_field("public_reply", "").needed(),
    flag_field("chosen_recipients", "").needed(),
    integer_field("text_limit", 0, kLargestId, "0: none").needed(),
    object_field("limits", kLimits, "").needed(),
    object_field("attachment_rules", kAttachmentRule, "What goes with an answer that is no mail").many(20),
    object_field("slots", kSlots, "").needed(),
    object_field("window", kWindow, "").needed(),
    word_field("reply", kGradeNames, "api: we post it; prepared: a person does, with what we wrote").needed(),
    word_field("send_class", kSendClassNames, "How a send in doubt is settled").needed(),
    object_field("display", kDisplay, "").needed(),
    word_field("sign_in", kSignInNames, "oauth: a person agrees in a browser").needed(),
    integer_field("poll_seconds", 0, kLargestId, "").needed(),
    integer_field("history_seconds", 0, kLargestId, "How far back the site lets us read; 0: all of it").needed(),
    line_field("setup", "What a person does on the site first, a step a line").many(100),
    object_field("settings", kSettingShape, "The form of an account").many(200)};

void add(Json& json, const channel::Setting& setting) {
  json.open()
      .put("key", setting.key)
      .put("kind", model::name_in(kSettingKinds, setting.kind))
      .put("label", setting.label)
      .put("help", setting.help)
      .put("required", setting.required)
      .put_text_or_null("fallback", setting.fallback);
  json.key("choices").open_list();
  if (!setting.choices.empty()) {
    for (const std::string_view choice : text::split(setting.choices, '|')) json.add(choice);
  }
  json.close_list();
  json.put("advanced", setting.advanced).put("console_only", app::for_console_only(setting)).close();
}

}  // namespace

const Schema kChannel{"Channel", kChannelFields};

Json& add(Json& json, const channel::Descriptor& one) {
  const channel::Capabilities& can = one.can;
  json.open()
      .put("name", one.name)
      .put("title", one.title)
      .put("handle_kind", one.handle_kind)
      .put("visibility", model::name_of(one.visibility))
      .put("mail", can.mail)
      .put("pull", can.pull)
      .put("webhook", can.webhook)
      .put("send", can.send)
      .put("find", can.find)
      .put("watch", can.watch)
      .put("check", can.check)
      .put("html", can.html)
      .put("attachments", can.attachments)
      .put("subject", can.subject)
      .put("public_reply", can.public_reply)
      .put("chosen_recipients", can.chosen_recipients)
      .put("text_limit", one.limits.text);
  json.key("limits")
      .open()
      .put("text", one.limits.text)
      .put("unit", model::name_in(kUnits, one.limits.unit))
      .put("message_bytes", one.limits.message_bytes)
      .put("recipients", one.limits.recipients)
      .close();
  json.key("attachment_rules").open_list();
  for (const channel::AttachmentRule& rule : one.attachments) {
    json.open().put("kind", rule.kind).key("types").open_list();
    for (const std::string_view type : text::split(rule.types, ' ')) json.add(type);
    json.close_list();
    json.put("count", static_cast<std::int64_t>(rule.count))
        .put("bytes", rule.bytes)
        .put("alt", rule.alt)
        .put("text", rule.text)
        .put("alone", rule.alone);
    if (rule.only) json.put("only", model::name_of(*rule.only));
    json.close();
  }
  json.close_list();
  json.key("slots")
      .open()
      .put("per_item", one.slots.per_item)
      .put("overwrites", one.slots.overwrites)
      .put("moderated", one.slots.moderated)
      .close();
  json.key("window")
      .open()
      .put("open_seconds", one.window.open.count())
      .put("person_seconds", one.window.person.count())
      .put("template_after", one.window.template_after)
      .close();
  json.put("reply", model::name_in(kGrades, one.reply)).put("send_class", model::name_in(kSendClasses, one.send_class));
  json.key("display")
      .open()
      .put("display", model::name_in(kDisplays, one.display.display))
      .put("link_back", one.display.link_back)
      .put("unaltered", one.display.unaltered)
      .put("attribution", one.display.attribution)
      .put_text_or_null("source", one.display.source)
      .close();
  json.put("sign_in", model::name_in(kSignIns, one.sign_in))
      .put("poll_seconds", one.poll.count())
      .put("history_seconds", one.history.count())
      .put_list("setup", one.setup);
  json.key("settings").open_list();
  for (const channel::Setting& setting : one.settings) add(json, setting);
  return json.close_list().close();
}

}  // namespace amends::web
