#include <algorithm>

#include "core/app/changes.h"
#include "core/base/text.h"
#include "core/channel/registry.h"
#include "core/compose/own_templates.h"
#include "core/compose/render.h"
#include "core/web/audit_trail.h"
#include "core/web/problem.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr auto kTemplatesStepNames = kNamesOf<compose::kSteps>;
constexpr auto kFieldKindNames = kNamesOf<compose::kFieldKinds>;

constexpr Field kFieldFields[] = {line_field("name", "").needed(), word_field("kind", kFieldKindNames, "").needed(),
                                  text_field("about", "What it is for").needed().from(0),
                                  text_field("fallback", "null: it must be given").or_null().needed().from(0)};
constexpr Schema kField{"TemplateField", kFieldFields};
constexpr Field kTemplateFields[] = {line_field("id", "").needed(),
                                     word_field("step", kTemplatesStepNames, "").needed(),
                                     line_field("where", "A channel, public, private or any").needed(),
                                     line_field("language", "").needed(),
                                     object_field("fields", kField, "").many(1000),
                                     text_field("subject", "Mustache").or_null().needed(),
                                     text_field("body", "Mustache").needed(),
                                     flag_field("own", "The brand's own wording; else the program's").needed(),
                                     flag_field("built_in", "The program has one of this name").needed(),
                                     time_field("changed_at", "null: it is the program's").or_null().needed(),
                                     line_field("changed_by", "").or_null().needed()};
constexpr Schema kTemplate{"Template", kTemplateFields};
constexpr Field kTemplatesFields[] = {object_field("items", kTemplate, "").many(10'000)};
constexpr Schema kTemplates{"Templates", kTemplatesFields};

constexpr Field kTemplatesListQuery[] = {word_field("step", kTemplatesStepNames, ""),
                                         line_field("language", "").up_to(2)};

constexpr std::int64_t kBodyMax = 64 * 1024;  // the linter counts bytes
constexpr Field kNewFieldFields[] = {line_field("name", "a-z, 0-9 and _").needed().up_to(64),
                                     word_field("kind", kFieldKindNames, "").needed(),
                                     text_field("about", "What it is for, for whoever fills it").needed().up_to(500),
                                     text_field("fallback", "Left out: it must be given").or_null().up_to(4000)};
constexpr Schema kNewField{"NewTemplateField", kNewFieldFields};
constexpr Field kWordingFields[] = {
    object_field("fields", kNewField, "Every value the words name").many(100),
    line_field("subject", "Mustache; only for mails that begin a thread").or_null().up_to(500),
    text_field("body", "Mustache: {{name}}, {{#name}}…{{/name}}, {{^name}}…{{/name}}").needed().up_to(kBodyMax)};
constexpr Schema kWording{"TemplateWording", kWordingFields};
constexpr Field kNewTemplateFields[] = {
    word_field("step", kTemplatesStepNames, "").needed(),
    line_field("where", "A channel's name, public, private or any").needed().up_to(40),
    line_field("language", "ISO 639-1").needed().from(2).up_to(2),
    kWordingFields[0],
    kWordingFields[1],
    kWordingFields[2]};
constexpr Schema kNewTemplate{"NewTemplate", kNewTemplateFields};

constexpr Field kReadQuery[] = {flag_field("built_in", "The program's, although the brand has its own")};

constexpr Field kPreviewFields[] = {word_field("step", kTemplatesStepNames, "").needed(),
                                    line_field("channel", "For which channel; any when left out").up_to(40),
                                    word_field("visibility", kVisibilityNames, "private when left out"),
                                    line_field("language", "The customer's; the brand's when left out").up_to(2),
                                    line_field("zone", "IANA name of their time zone; UTC when left out").up_to(60),
                                    map_field("values", "").up_to(2000),
                                    object_field("draft", kWording, "This wording, before it is saved")};
constexpr Schema kPreview{"TemplatePreview", kPreviewFields};
constexpr Field kGapFields[] = {line_field("field", "\"\" when the whole text is meant").needed().from(0),
                                text_field("about", "").needed().from(0), text_field("why", "").needed().from(0)};
constexpr Schema kGap{"Gap", kGapFields};
constexpr Field kRenderedFields[] = {line_field("template", "Which one fits").needed(),
                                     text_field("subject", "").needed().from(0),
                                     text_field("text", "Empty while there are gaps").needed().from(0),
                                     object_field("gaps", kGap, "What keeps it from leaving").many(1000)};
constexpr Schema kRendered{"Rendered", kRenderedFields};

// A template as the brand has it.
struct Shown {
  const compose::Template* wording = nullptr;
  const compose::OwnTemplate* own = nullptr;
};

const compose::Template* built_in(std::string_view id) {
  for (const compose::Template* t : compose::builtin_templates().all()) {
    if (t->id == id) return t;
  }
  return nullptr;
}

Json& add(Json& json, const Shown& shown) {
  const compose::Template& t = *shown.wording;
  json.open()
      .put("id", t.id)
      .put("step", compose::name_of(t.step))
      .put("where", t.where)
      .put("language", t.language)
      .key("fields")
      .open_list();
  for (const compose::Field& field : t.fields) {
    json.open()
        .put("name", field.name)
        .put("kind", compose::name_of(field.kind))
        .put("about", field.about)
        .put("fallback", field.fallback)
        .close();
  }
  const bool own = shown.own != nullptr;
  return json.close_list()
      .put_text_or_null("subject", t.subject)
      .put("body", t.body)
      .put("own", own)
      .put("built_in", built_in(t.id) != nullptr)
      .put("changed_at", own ? std::optional(shown.own->changed_at) : std::nullopt)
      .put_text_or_null("changed_by", own ? shown.own->changed_by : std::string())
      .close();
}

std::string asked_template(const Call& call) {
  return std::string(call.word("template")) + "/" + std::string(call.word("where"));
}

// The brand's own, else the program's.
Result<std::string> render_template(const Call& call, store::Reader& reader, std::string_view id) {
  Json json;
  if (const auto own = compose::own_template(reader, call.brand_id(), id)) {
    add(json, {&own->wording, &*own});
  } else if (const compose::Template* t = built_in(id)) {
    add(json, {t});
  } else {
    return absent();
  }
  return json.take();
}

Result<Reply> list_templates(Call& call) {
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const auto own = compose::own_templates(reader, call.brand_id());
    std::vector<Shown> all;
    all.reserve(own.size());
    for (const compose::OwnTemplate& one : own) all.push_back({&one.wording, &one});
    for (const compose::Template* t : compose::builtin_templates().all()) {
      const bool covered =
          std::any_of(own.begin(), own.end(), [&](const auto& one) { return one.wording.id == t->id; });
      if (!covered) all.push_back({t});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Shown& a, const Shown& b) { return a.wording->id < b.wording->id; });
    Json json;
    json.open().key("items").open_list();
    for (const Shown& shown : all) {
      if (call.query.has("step") && compose::name_of(shown.wording->step) != call.query.text("step")) continue;
      if (call.query.has("language") && shown.wording->language != call.query.text("language")) continue;
      add(json, shown);
    }
    json.close_list().close();
    return ok(std::move(json));
  });
}

Result<Reply> read_template(Call& call) {
  const std::string id = asked_template(call);
  if (call.query.flag("built_in")) {
    const compose::Template* t = built_in(id);
    if (t == nullptr) return absent();
    Json json;
    add(json, {t});
    return ok(std::move(json));
  }
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    TRY(std::string body, render_template(call, reader, id));
    return Reply{.body = std::move(body)};
  });
}

// What a caller wrote, as the linter reads it.
void take_words(const Arguments& words, compose::Template& into) {
  into.subject = text::trim(words.text("subject"));
  into.body = text::replace_all(words.text("body"), "\r\n", "\n");
  for (const Arguments& given : words.objects("fields")) {
    compose::Field field;
    field.name = given.text("name");
    field.kind = *given.word("kind", compose::kFieldKinds);
    field.about = given.text("about");
    if (given.has("fallback")) field.fallback = std::string(given.text("fallback"));
    into.fields.push_back(std::move(field));
  }
}

// "fields[2]" for the field of that name, as other errors call it.
std::string place_of(const compose::Flaw& flaw, const compose::Template& wording) {
  constexpr std::string_view kPart = "fields.";
  if (flaw.part.substr(0, kPart.size()) != kPart) return flaw.part;
  std::size_t at = 0;
  while (at < wording.fields.size() && wording.fields[at].name != flaw.part.substr(kPart.size())) ++at;
  return "fields[" + std::to_string(at) + "]";
}

// Nothing when it can be used.
std::optional<Reply> refused(const compose::Template& wording, const std::string& under) {
  const auto flaws = compose::flaws_of(wording);
  if (flaws.empty()) return {};
  Problem out = problem("invalid", "The wording can't be used as it is.", "See `errors`, by part and line.");
  for (const compose::Flaw& flaw : flaws) {
    if (out.errors.size() >= kMostErrors) break;
    out.errors.push_back({under + place_of(flaw, wording), text::printable(flaw.what)});
  }
  return reply_of(out);
}

Result<std::string> keep(Call& call, store::Tx& tx, const compose::Template& wording, std::string_view how) {
  TRY(const std::int64_t id, compose::keep_template(tx, call.brand_id(), wording, call.who.login, call.now));
  put_on_record(tx, call, "template." + std::string(how), "template", id, audit::detail({{"name", wording.id}}));
  app::tell_subject(tx, events::What::template_changed, {call.brand_id(), call.now, call.who.login}, {}, id,
                    {{"how", how}});
  return render_template(call, tx, wording.id);
}

Result<Reply> create_template(Call& call) {
  const std::string_view where = call.body.text("where"), language = call.body.text("language");
  const bool known_place =
      where == "any" || model::value_in(model::kVisibilities, where) || channel::find_channel(where) != nullptr;
  if (!known_place) {
    return fail(Kind::invalid, "there is no channel called \"" + text::printable(where) + "\"",
                "`where` takes a channel's name, public, private or any");
  }
  if (!app::is_language(language) || text::ascii_lower(language) != language) {
    return fail(Kind::invalid, "a language is two small letters (ISO 639-1), such as \"en\"");
  }
  TRY(compose::Template wording, compose::named_template(std::string(call.body.text("step")) + "/" +
                                                         std::string(where) + "." + std::string(language)));
  take_words(call.body, wording);
  if (auto no = refused(wording, "")) return *std::move(no);
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    if (compose::own_template(tx, call.brand_id(), wording.id)) {
      return fail(Kind::conflict, "the brand has its own " + wording.id + " already", "read it, and change that one");
    }
    TRY(std::string body, keep(call, tx, wording, "created"));
    return Reply{.status = 201, .body = std::move(body)};
  });
}

// In the place of the program's wording too, which comes back when the brand's own is removed.
Result<Reply> change_template(Call& call) {
  auto named = compose::named_template(asked_template(call));
  if (!named) return absent();
  compose::Template wording = *std::move(named);
  take_words(call.body, wording);
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    TRY(const std::string before, render_template(call, tx, wording.id));
    TRY_DO(call.unchanged(before));
    if (auto no = refused(wording, "")) return *std::move(no);
    TRY(std::string body, keep(call, tx, wording, "changed"));
    return Reply{.body = std::move(body)};
  });
}

Result<Reply> remove_template(Call& call) {
  const std::string id = asked_template(call);
  return call.services.hub.db().write([&](store::Tx& tx) -> Result<Reply> {
    const auto own = compose::own_template(tx, call.brand_id(), id);
    if (!own) return absent();
    TRY(const std::string before, render_template(call, tx, id));
    TRY_DO(call.unchanged(before));
    compose::drop_template(tx, call.brand_id(), id);
    put_on_record(tx, call, "template.removed", "template", own->id, audit::detail({{"name", id}}));
    app::tell_subject(tx, events::What::template_changed, {call.brand_id(), call.now, call.who.login}, {}, own->id,
                      {{"how", "removed"}});
    return no_content();
  });
}

// What the wording says with these values, or what is missing.
Result<Reply> preview_of(const Call& call, const compose::Template& wording, const compose::Locale& locale) {
  compose::Values values;
  std::vector<compose::Gap> unread;
  for (const auto& [name, words] : call.body.map("values")) {
    for (const compose::Field& field : wording.fields) {
      if (field.name != name) continue;
      auto value = compose::value_of(field.kind, words);
      if (value) {
        values.emplace(name, *std::move(value));
      } else {
        unread.push_back({name, field.about, "it " + value.error().what});
      }
    }
  }
  const compose::Rendered rendered = compose::render(wording, values, locale);
  Json json;
  json.open()
      .put("template", wording.id)
      .put("subject", rendered.subject)
      .put("text", unread.empty() ? rendered.text : "")
      .key("gaps")
      .open_list();
  const auto add_gap = [&](const compose::Gap& gap) {
    json.open().put("field", gap.field).put("about", gap.about).put("why", gap.why).close();
  };
  for (const compose::Gap& gap : unread) add_gap(gap);
  for (const compose::Gap& gap : rendered.gaps) add_gap(gap);
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> preview_template(Call& call) {
  const app::BrandConfig& brand = *call.in_brand().config;
  compose::Locale locale;
  locale.language = call.body.has("language") ? std::string(call.body.text("language")) : brand.language;
  if (call.body.has("zone")) locale.zone = std::string(call.body.text("zone"));
  if (const Value* draft = call.body.find("draft")) {
    compose::Template wording;
    wording.id = std::string(call.body.text("step")) + " (draft)";
    take_words(Arguments(draft), wording);
    if (auto no = refused(wording, "draft.")) return *std::move(no);
    return preview_of(call, wording, locale);
  }
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const compose::TemplateSet wording = compose::templates_of(reader, call.brand_id());
    TRY(const compose::Template* found,
        wording.find(*call.body.word("step", compose::kSteps), call.body.text("channel"),
                     call.body.word("visibility", model::kVisibilities).value_or(model::Visibility::private_),
                     locale.language, brand.language));
    if (auto no = refused(*found, "")) return *std::move(no);
    return preview_of(call, *found, locale);
  });
}

#define AMENDS_TEMPLATE AMENDS_BRAND "/templates/{template}/{where}"
constexpr Route kTemplatesRoutes[] = {
    get(AMENDS_BRAND "/templates", "list_templates", Permission::read, list_templates, "Wording for every step")
        .answers(kTemplates)
        .with(kTemplatesListQuery),
    post(AMENDS_BRAND "/templates", "create_template", Permission::templates, create_template,
         "Wording of the brand's own, which wins over the program's of the same step, place and language")
        .takes(kNewTemplate, 256 * 1024)
        .answers(kTemplate, 201),
    get(AMENDS_TEMPLATE, "read_template", Permission::read, read_template, "One of them, by its id (apology/any.en)")
        .answers(kTemplate)
        .with(kReadQuery)
        .marked(kVersioned),
    put(AMENDS_TEMPLATE, "change_template", Permission::templates, change_template,
        "Other words for it; the program's is covered by the brand's own")
        .takes(kWording, 256 * 1024)
        .answers(kTemplate)
        .marked(kVersioned),
    del(AMENDS_TEMPLATE, "remove_template", Permission::templates, remove_template,
        "The brand's own goes; the program's, if there is one, is used again")
        .answers_nothing()
        .marked(kVersioned),
    post(AMENDS_BRAND "/templates/preview", "preview_template", Permission::read, preview_template,
         "The text with its values put in, or what is missing; of a saved template or of a draft")
        .takes(kPreview, 512 * 1024)
        .answers(kRendered)
        .marked(kNoKey),
};

}  // namespace

std::span<const Route> template_routes() { return kTemplatesRoutes; }

}  // namespace amends::web
