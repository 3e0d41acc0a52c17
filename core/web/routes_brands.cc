#include "core/app/brand_settings.h"
#include "core/app/changes.h"
#include "core/outbox/tracking.h"
#include "core/web/audit_trail.h"
#include "core/web/people_shapes.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr auto kStrictnessNames = kNamesOf<app::kStrictness>;
constexpr Field kBrandFields[] = {line_field("key", "").needed(), line_field("name", "").needed().from(0),
                                  line_field("language", "ISO 639-1").needed(),
                                  word_field("role", kRoleNames, "Yours; null for an admin").or_null().needed()};
constexpr Schema kBrand{"Brand", kBrandFields};
constexpr Field kBrandsFields[] = {object_field("items", kBrand, "").many(10'000)};
constexpr Schema kBrands{"Brands", kBrandsFields};

constexpr Field kSettingsFields[] = {
    line_field("key", "").needed(),
    line_field("name", "").needed().from(0),
    line_field("language", "").needed(),
    word_field("strictness", kStrictnessNames, "Of the draft check").needed(),
    text_field("signature", "Under every mail").or_null().needed(),
    line_field("domains", "").many(1000),
    line_field("in_file", "What the configuration file states: changed there alone").many(10)};
constexpr Schema kBrandsSettings{"BrandSettings", kSettingsFields};

constexpr Field kBrandChangeFields[] = {
    line_field("name", "What customers read").from(1).up_to(100), line_field("language", "ISO 639-1").from(2).up_to(2),
    word_field("strictness", kStrictnessNames, "Of the draft check"),
    text_field("signature", "Under every mail; \"\" for none").up_to(app::kSignatureMax),
    line_field("domains", "All of them; the first one names our Message-IDs").up_to(253).many(100)};
constexpr Schema kBrandChange{"BrandChange", kBrandChangeFields};

constexpr auto kTotpNames = kNamesOf<app::kTotpFor>;
constexpr Field kInstallationFields[] = {
    line_field("public_url", "").or_null().needed(),
    integer_field("undo_seconds", 0, kLargestId, "How long an answer can be taken back").needed(),
    integer_field("give_up_after_hours", 0, kLargestId, "").needed(),
    integer_field("session_idle_minutes", 0, kLargestId, "").needed(),
    integer_field("session_hours", 0, kLargestId, "").needed(),
    word_field("totp", kTotpNames, "Who must have a second factor").needed(),
    integer_field("scheduled", 0, kLargestId, "Updates, over all brands").needed(),
    integer_field("queued", 0, kLargestId, "").needed(),
    integer_field("retry", 0, kLargestId, "").needed(),
    integer_field("held", 0, kLargestId, "").needed(),
    integer_field("failed", 0, kLargestId, "").needed(),
    integer_field("uncertain", 0, kLargestId, "").needed()};
constexpr Schema kInstallation{"Installation", kInstallationFields};

// Those where the caller may do anything at all.
Result<Reply> list_brands(Call& call) {
  Json json;
  json.open().key("items").open_list();
  for (const app::Brand& brand : call.services.hub.brands()) {
    if (people::brands_where(call.who, {brand.id}, Permission::read).empty()) continue;
    std::string_view role;
    for (const people::Membership& one : call.who.memberships) {
      if (one.brand == brand.id) role = people::name_of(one.role);
    }
    json.open()
        .put("key", brand.config->key)
        .put("name", brand.config->name)
        .put("language", brand.config->language)
        .put_text_or_null("role", role)
        .close();
  }
  json.close_list().close();
  return ok(std::move(json));
}

std::string render_settings(const app::BrandConfig& brand) {
  Json json;
  json.open()
      .put("key", brand.key)
      .put("name", brand.name)
      .put("language", brand.language)
      .put("strictness", model::name_in(app::kStrictness, brand.strictness))
      .put_text_or_null("signature", brand.signature)
      .put_list("domains", brand.domains)
      .put_list("in_file", std::vector<std::string>(brand.stated.begin(), brand.stated.end()))
      .close();
  return json.take();
}

Result<Reply> read_settings(Call& call) { return Reply{.body = render_settings(*call.in_brand().config)}; }

Result<Reply> change_settings(Call& call) {
  app::BrandChange change;
  const auto given = [&](std::string_view name) {
    return call.body.has(name) ? std::optional(std::string(call.body.text(name))) : std::nullopt;
  };
  change.name = given("name");
  change.language = given("language");
  change.signature = given("signature");
  change.strictness = call.body.word("strictness", app::kStrictness);
  if (call.body.has("domains")) change.domains = call.body.texts("domains");
  app::Hub& hub = call.services.hub;
  const BrandId id = call.brand_id();
  TRY(const bool changed, hub.db().write([&](store::Tx& tx) -> Result<bool> {
    const app::BrandConfig& stated = hub.stated_brand(id);
    TRY_DO(call.unchanged(render_settings(app::brand_in_force(tx, id, stated))));
    TRY(const std::string different, app::change_brand(tx, id, stated, change, call.who.login, call.now));
    if (different.empty()) return false;
    put_on_record(tx, call, "brand.changed", "brand", id.value, audit::detail({{"changed", different}}));
    app::tell_subject(tx, events::What::brand_changed, {id, call.now, call.who.login}, {}, id.value,
                      {{"changed", different}});
    return true;
  }));
  if (changed) TRY_DO(hub.reread_brand(id));
  return Reply{.body = render_settings(*hub.find_brand(id)->config)};
}

Result<Reply> read_installation(Call& call) {
  const app::StaffRules& rules = call.services.staff.rules();
  const app::SendingConfig& sending = call.services.hub.config().sending;
  return call.services.hub.db().read([&](store::Reader& reader) -> Result<Reply> {
    const outbox::Figures figures = outbox::figures(reader);
    Json json;
    json.open()
        .put_text_or_null("public_url", call.services.options.us.url)
        .put("undo_seconds", sending.undo.count())
        .put("give_up_after_hours", sending.give_up_after.count())
        .put("session_idle_minutes", rules.session.idle.count())
        .put("session_hours", rules.session.absolute.count())
        .put("totp", model::name_in(app::kTotpFor, rules.totp))
        .put("scheduled", figures.scheduled)
        .put("queued", figures.queued)
        .put("retry", figures.retry)
        .put("held", figures.held)
        .put("failed", figures.failed)
        .put("uncertain", figures.uncertain)
        .close();
    return ok(std::move(json));
  });
}

constexpr Route kBrandsRoutes[] = {
    get(AMENDS_API "/brands", "list_brands", Permission::self, list_brands, "Brands you work for").answers(kBrands),
    get(AMENDS_BRAND "/settings", "read_brand_settings", Permission::settings, read_settings, "A brand's settings")
        .answers(kBrandsSettings)
        .marked(kVersioned),
    patch(AMENDS_BRAND "/settings", "change_brand_settings", Permission::settings, change_settings,
          "Changes them, but for what the configuration file states")
        .takes(kBrandChange)
        .answers(kBrandsSettings)
        .marked(kVersioned),
    get(AMENDS_API "/settings", "read_settings", Permission::installation, read_installation,
        "The installation's settings, and how its outbox stands")
        .answers(kInstallation),
};

}  // namespace

std::span<const Route> brand_routes() { return kBrandsRoutes; }

}  // namespace amends::web
