#include "core/base/text.h"
#include "core/web/audit_trail.h"
#include "core/web/imports.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::size_t kUploadMost = 48 * 1024 * 1024;
constexpr auto kJobStateNames = kNamesOf<kJobStates>;

constexpr Field kImportsQuery[] = {
    line_field("name", "The file's name; its ending says how it is read").needed().up_to(200),
    line_field("own", "Addresses of ours, separated by commas: what they wrote was sent, not received").up_to(2000),
    flag_field("open", "Put unanswered threads into the inbox instead of the archive")};

constexpr Field kJobFields[] = {id_field("id", "").needed(),
                                line_field("name", "").needed().from(0),
                                line_field("by", "A login").needed().from(0),
                                word_field("state", kJobStateNames, "").needed(),
                                time_field("started_at", "").needed(),
                                time_field("ended_at", "").or_null().needed(),
                                integer_field("done_bytes", 0, kLargestId, "").needed(),
                                integer_field("total_bytes", 0, kLargestId, "").needed(),
                                integer_field("delivered", 0, kLargestId, "Items read").needed(),
                                integer_field("placed", 0, kLargestId, "New messages on timelines").needed(),
                                integer_field("known", 0, kLargestId, "Were here already").needed(),
                                integer_field("copies", 0, kLargestId, "Further copies of a message").needed(),
                                integer_field("versions", 0, kLargestId, "Edits of a message").needed(),
                                integer_field("quarantined", 0, kLargestId, "Could not be understood").needed(),
                                line_field("troubles", "").many(100),
                                text_field("problem", "Why it failed").or_null().needed()};
constexpr Schema kJob{"Import", kJobFields};
constexpr Field kJobsFields[] = {object_field("items", kJob, "Newest first").many(1000)};
constexpr Schema kJobs{"Imports", kJobsFields};

Json& add(Json& json, const Imports::Job& job) {
  return json.open()
      .put("id", job.id)
      .put("name", job.name)
      .put("by", job.by)
      .put("state", model::name_in(kJobStates, job.state))
      .put("started_at", job.started_at)
      .put("ended_at", job.ended_at)
      .put("done_bytes", job.done_bytes)
      .put("total_bytes", job.total_bytes)
      .put("delivered", job.in.delivered)
      .put("placed", job.in.placed)
      .put("known", job.in.known)
      .put("copies", job.in.copies)
      .put("versions", job.in.versions)
      .put("quarantined", job.in.quarantined)
      .put_list("troubles", job.troubles)
      .put_text_or_null("problem", job.problem)
      .close();
}

Result<Reply> start_import(Call& call) {
  Imports::Upload upload;
  upload.name = std::string(call.query.text("name"));
  upload.bytes = call.request.body;
  upload.by = call.who.login;
  upload.open = call.query.flag("open");
  for (const std::string_view one : text::split(call.query.text("own"), ',')) {
    if (!text::trim(one).empty()) upload.own_handles.emplace_back(text::trim(one));
  }
  TRY(const Imports::Job job, call.services.imports->add(call.in_brand(), std::move(upload)));
  TRY_DO(call.services.hub.db().write([&](store::Tx& tx) -> Result<Done> {
    put_on_record(tx, call, "import.started", "import", job.id);
    return Done{};
  }));
  Json json;
  add(json, job);
  return accepted(std::move(json));
}

Result<Reply> list_imports(Call& call) {
  Json json;
  json.open().key("items").open_list();
  for (const Imports::Job& job : call.services.imports->jobs(call.brand_id())) add(json, job);
  json.close_list().close();
  return ok(std::move(json));
}

Result<Reply> read_import(Call& call) {
  const auto job = call.services.imports->find(call.brand_id(), call.number("import"));
  if (!job) return absent();
  Json json;
  add(json, *job);
  return ok(std::move(json));
}

Result<Reply> cancel_import(Call& call) {
  TRY(const bool did, call.services.imports->cancel(call.brand_id(), call.number("import")));
  return changed(did);
}

constexpr Route kImportsRoutes[] = {
    post(AMENDS_BRAND "/imports", "start_import", Permission::import_, start_import,
         "Brings in a file: mbox, .eml, .csv or .jsonl")
        .with(kImportsQuery)
        .takes_file(kUploadMost)
        .answers(kJob, 202),
    get(AMENDS_BRAND "/imports", "list_imports", Permission::import_, list_imports, "Imports since the program started")
        .answers(kJobs),
    get(AMENDS_BRAND "/imports/{import}", "read_import", Permission::import_, read_import, "How far one is")
        .answers(kJob),
    del(AMENDS_BRAND "/imports/{import}", "cancel_import", Permission::import_, cancel_import,
        "Ends it; what came in stays")
        .answers(kChanged),
};

}  // namespace

std::span<const Route> import_routes() { return kImportsRoutes; }

}  // namespace amends::web
