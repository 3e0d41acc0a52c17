#include "core/channel/plugin_row.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/channel/content_json.h"
#include "core/channel/json.h"
#include "core/channel/plugin_channel.h"

namespace amends::channel {
namespace {

using model::Word;

constexpr Word<SettingKind> kSettingKinds[] = {{SettingKind::text, "text"},     {SettingKind::secret, "secret"},
                                               {SettingKind::host, "host"},     {SettingKind::port, "port"},
                                               {SettingKind::url, "url"},       {SettingKind::path, "path"},
                                               {SettingKind::choice, "choice"}, {SettingKind::flag, "flag"},
                                               {SettingKind::list, "list"},     {SettingKind::number, "number"}};
constexpr Word<SendClass> kSendClasses[] = {{SendClass::none, "none"},
                                            {SendClass::keyed, "keyed"},
                                            {SendClass::named, "named"},
                                            {SendClass::lookable, "lookable"},
                                            {SendClass::blind, "blind"}};
constexpr Word<LengthUnit> kUnits[] = {{LengthUnit::bytes, "bytes"},
                                       {LengthUnit::code_points, "code_points"},
                                       {LengthUnit::graphemes, "graphemes"},
                                       {LengthUnit::utf16, "utf16"},
                                       {LengthUnit::weighted, "weighted"}};
constexpr Word<ReplyGrade> kGrades[] = {
    {ReplyGrade::none, "none"}, {ReplyGrade::prepared, "prepared"}, {ReplyGrade::api, "api"}};

Error wrong(std::string what) { return fail(Kind::invalid, "the plugin's greeting: " + std::move(what)); }

template <class Enum, std::size_t N>
Result<Enum> word(const Json& json, std::string_view key, const Word<Enum> (&words)[N], Enum fallback) {
  const std::string said = text_at(json, key);
  if (said.empty()) return fallback;
  const auto value = model::value_in(words, said);
  if (!value) return wrong("\"" + std::string(key) + "\" is no word we know");
  return *value;
}

bool is_name(std::string_view s) {
  const auto fine = [](char c) { return (c >= 'a' && c <= 'z') || text::is_digit(c) || c == '_'; };
  return s.size() >= 2 && s.size() <= 32 && s.front() >= 'a' && s.front() <= 'z' &&
         std::all_of(s.begin(), s.end(), fine);
}

Result<Done> read_settings(const Json& json, PluginRow& row) {
  for (const Json& one : list_at(json, "settings")) {
    Setting setting;
    setting.key = row.keep(text_at(one, "key"));
    if (!is_name(setting.key)) return wrong("a setting's key is letters, digits and _");
    TRY(setting.kind, word(one, "kind", kSettingKinds, SettingKind::text));
    setting.required = flag_at(one, "required");
    setting.label = row.keep(text_at(one, "label"));
    setting.help = row.keep(text_at(one, "help"));
    setting.fallback = row.keep(text_at(one, "fallback"));
    setting.choices = row.keep(text_at(one, "choices"));
    setting.advanced = flag_at(one, "advanced");
    if (setting.label.empty()) return wrong("the setting \"" + std::string(setting.key) + "\" has no label");
    row.settings.push_back(setting);
  }
  return Done{};
}

Result<model::Content> parse(const model::Item& item, const ParseContext&) { return read_content(item.raw); }

}  // namespace

Result<Done> read_greeting(std::string_view text, PluginRow& row) {
  auto parsed = parse_json(text);
  if (!parsed) return wrong("it is no JSON object");
  const Json& json = *parsed;
  if (number_at(json, "protocol").value_or(0) != kPluginProtocol) {
    return wrong("it speaks protocol " + text_at(json, "protocol") + ", we speak " + std::to_string(kPluginProtocol));
  }
  Descriptor& d = row.descriptor;
  d.name = row.keep(text_at(json, "name"));
  if (!is_name(d.name)) return wrong("its name is 2 to 32 small letters, digits and _, a letter first");
  d.title = row.keep(text_at(json, "title"));
  if (d.title.empty()) return wrong("it has no title");
  d.handle_kind = d.name;
  TRY_DO(read_settings(json, row));
  d.settings = row.settings;
  for (const Json& step : list_at(json, "setup")) {
    if (step.is_string()) row.setup.push_back(row.keep(step.get<std::string>()));
  }
  d.setup = row.setup;
  for (const Json& host : list_at(json, "hosts")) {
    if (host.is_string()) row.hosts.push_back(text::ascii_lower(host.get<std::string>()));
  }
  row.own_handle_setting = text_at(json, "own_handle_setting");

  d.can.pull = flag_at(json, "can.pull");
  d.can.send = flag_at(json, "can.send");
  d.can.find = flag_at(json, "can.find");
  d.can.check = flag_at(json, "can.check");
  d.can.webhook = flag_at(json, "can.webhook");
  d.can.public_reply = flag_at(json, "can.public_reply");
  TRY(d.send_class, word(json, "send_class", kSendClasses, SendClass::none));
  TRY(d.reply, word(json, "reply", kGrades, d.can.send ? ReplyGrade::api : ReplyGrade::none));
  TRY(d.visibility, word(json, "visibility", model::kVisibilities, model::Visibility::public_));
  TRY(d.limits.unit, word(json, "limits.unit", kUnits, LengthUnit::code_points));
  d.limits.text = std::max<std::int64_t>(0, number_at(json, "limits.text").value_or(0));
  d.slots.per_item =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(number_at(json, "slots.per_item").value_or(0), 0, 100));
  d.slots.overwrites = flag_at(json, "slots.overwrites");
  d.poll = std::chrono::seconds(std::clamp<std::int64_t>(number_at(json, "poll").value_or(300), 10, 86'400));
  d.sign_in = row.settings.empty() ? SignIn::none : SignIn::settings;
  if (!d.can.pull && !d.can.webhook) return wrong("it neither pulls nor takes webhooks");
  if (d.can.send != (d.send_class != SendClass::none)) return wrong("can.send and send_class say different things");
  if (d.send_class == SendClass::lookable && !d.can.find) return wrong("what is lookable can find");
  d.parse = parse;
  return Done{};
}

}  // namespace amends::channel
