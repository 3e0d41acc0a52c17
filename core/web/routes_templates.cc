#include "core/compose/render.h"
#include "core/compose/templates.h"
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
                                     text_field("body", "Mustache").needed()};
constexpr Schema kTemplate{"Template", kTemplateFields};
constexpr Field kTemplatesFields[] = {object_field("items", kTemplate, "").many(10'000)};
constexpr Schema kTemplates{"Templates", kTemplatesFields};

constexpr Field kTemplatesListQuery[] = {word_field("step", kTemplatesStepNames, ""),
                                         line_field("language", "").up_to(2)};

constexpr Field kPreviewFields[] = {word_field("step", kTemplatesStepNames, "").needed(),
                                    line_field("channel", "For which channel; any when left out").up_to(40),
                                    word_field("visibility", kVisibilityNames, "private when left out"),
                                    line_field("language", "The customer's; the brand's when left out").up_to(2),
                                    line_field("zone", "IANA name of their time zone; UTC when left out").up_to(60),
                                    map_field("values", "").up_to(2000)};
constexpr Schema kPreview{"TemplatePreview", kPreviewFields};
constexpr Field kGapFields[] = {line_field("field", "\"\" when the whole text is meant").needed().from(0),
                                text_field("about", "").needed().from(0), text_field("why", "").needed().from(0)};
constexpr Schema kGap{"Gap", kGapFields};
constexpr Field kRenderedFields[] = {line_field("template", "Which one fits").needed(),
                                     text_field("subject", "").needed().from(0),
                                     text_field("text", "Empty while there are gaps").needed().from(0),
                                     object_field("gaps", kGap, "What keeps it from leaving").many(1000)};
constexpr Schema kRendered{"Rendered", kRenderedFields};

Json& add(Json& json, const compose::Template& t) {
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
  return json.close_list().put_text_or_null("subject", t.subject).put("body", t.body).close();
}

Result<Reply> list_templates(Call& call) {
  Json json;
  json.open().key("items").open_list();
  for (const compose::Template* t : compose::builtin_templates().all()) {
    if (call.query.has("step") && compose::name_of(t->step) != call.query.text("step")) continue;
    if (call.query.has("language") && t->language != call.query.text("language")) continue;
    add(json, *t);
  }
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> read_template(Call& call) {
  const std::string id = std::string(call.word("template")) + "/" + std::string(call.word("where"));
  for (const compose::Template* t : compose::builtin_templates().all()) {
    if (t->id != id) continue;
    Json json;
    add(json, *t);
    return ok(std::move(json));
  }
  return absent();
}

Result<Reply> preview_template(Call& call) {
  const app::BrandConfig& brand = *call.in_brand().config;
  compose::Locale locale;
  locale.language = call.body.has("language") ? std::string(call.body.text("language")) : brand.language;
  if (call.body.has("zone")) locale.zone = std::string(call.body.text("zone"));
  TRY(const compose::Template* found,
      compose::builtin_templates().find(
          *call.body.word("step", compose::kSteps), call.body.text("channel"),
          call.body.word("visibility", model::kVisibilities).value_or(model::Visibility::private_), locale.language,
          brand.language));
  compose::Values values;
  std::vector<compose::Gap> unread;
  for (const auto& [name, words] : call.body.map("values")) {
    for (const compose::Field& field : found->fields) {
      if (field.name != name) continue;
      auto value = compose::value_of(field.kind, words);
      if (value) {
        values.emplace(name, *std::move(value));
      } else {
        unread.push_back({name, field.about, "it " + value.error().what});
      }
    }
  }
  const compose::Rendered rendered = compose::render(*found, values, locale);
  Json json;
  json.open()
      .put("template", found->id)
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

constexpr Route kTemplatesRoutes[] = {
    get(AMENDS_BRAND "/templates", "list_templates", Permission::read, list_templates, "Wording for every step")
        .answers(kTemplates)
        .with(kTemplatesListQuery),
    get(AMENDS_BRAND "/templates/{template}/{where}", "read_template", Permission::read, read_template,
        "One of them, by its id (apology/any.en)")
        .answers(kTemplate)
        .marked(kVersioned),
    post(AMENDS_BRAND "/templates/preview", "preview_template", Permission::read, preview_template,
         "The text with its values put in, or what is missing")
        .takes(kPreview)
        .answers(kRendered)
        .marked(kNoKey),
};

}  // namespace

std::span<const Route> template_routes() { return kTemplatesRoutes; }

}  // namespace amends::web
