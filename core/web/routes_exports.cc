#include "core/app/changes.h"
#include "core/app/erase.h"
#include "core/app/export_person.h"
#include "core/crypto/random.h"
#include "core/web/audit_trail.h"
#include "core/web/csv.h"
#include "core/web/cursor.h"
#include "core/web/files.h"
#include "core/web/pipe_source.h"
#include "core/web/request_keys.h"
#include "core/web/routes.h"
#include "core/web/services.h"
#include "core/web/shapes.h"

namespace amends::web {
namespace {

using people::Permission;

constexpr std::string_view kFormats[] = {"jsonl", "csv"};
constexpr Field kExportQuery[] = {
    word_field("format", kFormats, "jsonl when left out"), time_field("from", "Not before this day or time"),
    time_field("until", "Before this day or time"), flag_field("words", "The whole text too; false when left out")};

constexpr std::chrono::minutes kExportsConfirmationLife{10};
constexpr Field kEraseFields[] = {
    flag_field("dry_run", "Only say what would go, and give the confirmation that the erasure itself takes"),
    line_field("confirmation", "From the preview").up_to(200)};
constexpr Schema kErase{"Erase", kEraseFields};
constexpr Field kErasedFields[] = {
    integer_field("identities", 0, kLargestId, "").needed(),
    integer_field("messages", 0, kLargestId, "That go").needed(),
    integer_field("shared_messages", 0, kLargestId, "That stay with somebody else").needed(),
    integer_field("threads", 0, kLargestId, "That go whole").needed(),
    integer_field("updates", 0, kLargestId, "").needed(),
    integer_field("attachments", 0, kLargestId, "").needed(),
    integer_field("notes", 0, kLargestId, "").needed(),
    integer_field("notes_kept", 0, kLargestId, "In shared threads: for a person to look through").needed(),
    integer_field("bytes", 0, kLargestId, "").needed(),
    line_field("pseudonym", "The name that stays in the audit log").or_null().needed(),
    line_field("confirmation", "Of a preview; good for ten minutes").or_null().needed()};
constexpr Schema kErased{"Erased", kErasedFields};

constexpr std::string_view kColumns =
    "id,thread,channel,at,direction,kind,visibility,author,subject,preview,rating,location,permalink,language";

// One message after the other, a page of the database at a time, so that memory doesn't grow with the export.
class MessageSource final : public http::Source {
 public:
  struct Wish {
    BrandId brand;
    bool csv = false, words = false;
    std::optional<Timestamp> from, until;
  };
  MessageSource(app::Hub& hub, const Wish& wish) : hub_(hub), wish_(wish) {
    if (wish.csv) waiting_ = std::string(kColumns) + (wish.words ? ",text" : "") + "\r\n";
  }

  Result<std::string> read(std::size_t) override {
    while (waiting_.empty() && !done_) {
      TRY_DO(hub_.db().read([&](store::Reader& reader) -> Result<Done> {
        const auto page = timeline::messages_after(reader, wish_.brand, after_, kPage);
        for (const timeline::Message& message : page) tell(reader, message);
        if (!page.empty()) after_ = page.back().id;
        done_ = page.size() < kPage;
        return Done{};
      }));
    }
    return std::exchange(waiting_, {});
  }

 private:
  static constexpr int kPage = 200;

  void tell(store::Reader& reader, const timeline::Message& m) {
    if ((wish_.from && m.at < *wish_.from) || (wish_.until && m.at >= *wish_.until)) return;
    std::string words;
    if (wish_.words) {
      if (const auto content = app::read_content(hub_, reader, m)) words = content->text;
    }
    if (wish_.csv) {
      tell_row(m, words);
      return;
    }
    Json json;
    add(json.open().key("message"), m);
    if (wish_.words) json.put("text", words);
    json.close();
    waiting_.append(json.text()) += '\n';
  }

  void tell_row(const timeline::Message& m, std::string_view words) {
    const std::string number = m.rating ? std::to_string(*m.rating) : "", at = api_time(m.at);
    waiting_ += std::to_string(m.id.value) + "," + std::to_string(m.thread.value);
    for (const std::string_view cell :
         {std::string_view(m.channel), std::string_view(at), model::name_of(m.direction), model::name_of(m.kind),
          model::name_of(m.visibility), std::string_view(m.author), std::string_view(m.subject),
          std::string_view(m.preview), std::string_view(number), std::string_view(m.location),
          std::string_view(m.permalink), std::string_view(m.language)})
      waiting_ += "," + csv_cell(cell);
    if (wish_.words) waiting_ += "," + csv_cell(words);
    waiting_ += "\r\n";
  }

  app::Hub& hub_;
  const Wish wish_;
  MessageId after_;
  bool done_ = false;
  std::string waiting_;
};

Result<Reply> export_messages(Call& call) {
  MessageSource::Wish wish;
  wish.brand = call.brand_id();
  wish.csv = call.query.text("format") == "csv";
  wish.words = call.query.flag("words");
  wish.from = call.query.time("from");
  wish.until = call.query.time("until");
  TRY_DO(call.services.hub.db().write([&](store::Tx& tx) -> Result<Done> {
    put_on_record(tx, call, "messages.exported", "brand", call.brand_id().value);
    return Done{};
  }));
  Reply reply;
  reply.type = wish.csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  reply.headers = file_headers(call.in_brand().config->key + (wish.csv ? "-messages.csv" : "-messages.jsonl"));
  reply.source = std::make_shared<MessageSource>(call.services.hub, wish);
  return reply;
}

CustomerId exports_customer_of(const Call& call) { return call.id<CustomerId>("customer"); }

Result<Reply> export_customer(Call& call) {
  TRY_DO(call.services.hub.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY([[maybe_unused]] const auto view, app::read_customer(tx, call.brand_id(), exports_customer_of(call)));
    put_on_record(tx, call, "person.exported", "customer", exports_customer_of(call).value);
    return Done{};
  }));
  Reply reply;
  reply.type = "application/zip";
  reply.headers = file_headers("customer-" + std::string(call.word("customer")) + ".zip");
  reply.source = std::make_shared<PipeSource>(
      [&hub = call.services.hub, brand = call.brand_id(),
       customer = exports_customer_of(call)](const PipeSource::Write& write) -> Result<Done> {
        const auto report = app::export_person(hub, brand, customer, write);
        if (!report) return report.error();
        return Done{};
      });
  return reply;
}

std::string exports_binding_of(const Call& call) {
  return "erase " + std::to_string(call.who.user.value) + " " + std::to_string(call.brand_id().value) + " " +
         std::string(call.word("customer"));
}

Reply told(const app::ErasePlan& plan, std::string_view pseudonym, std::string_view confirmation) {
  Json json;
  json.open()
      .put("identities", plan.identities.size())
      .put("messages", plan.messages.size())
      .put("shared_messages", plan.shared.size())
      .put("threads", plan.threads.size())
      .put("updates", plan.updates.size())
      .put("attachments", plan.attachments)
      .put("notes", plan.notes)
      .put("notes_kept", plan.notes_kept)
      .put("bytes", plan.bytes)
      .put_text_or_null("pseudonym", pseudonym)
      .put_text_or_null("confirmation", confirmation)
      .close();
  return ok(std::move(json));
}

Result<Reply> erase_customer(Call& call) {
  app::Hub& hub = call.services.hub;
  if (call.body.flag("dry_run")) {
    TRY(const app::ErasePlan plan, hub.db().read([&](store::Reader& reader) {
      return app::plan_erasure(hub, reader, call.brand_id(), exports_customer_of(call));
    }));
    return told(
        plan, "",
        mint_cursor(call.services.cursor_key, exports_binding_of(call), {(call.now + kExportsConfirmationLife).ms}));
  }
  const auto until = read_cursor(call.services.cursor_key, exports_binding_of(call), call.body.text("confirmation"));
  if (!until || until->size() != 1 || Timestamp{until->front()} < call.now) {
    return fail(Kind::conflict, "The erasure was not confirmed.",
                "Ask with dry_run first, show what it gives, then send its confirmation. There is no undo.");
  }
  app::EraseRequest request;
  request.brand = call.brand_id();
  request.customer = exports_customer_of(call);
  request.actor = call.who.login;
  request.also = [&](store::Tx& tx, const app::ErasePlan& plan, const std::string& pseudonym) -> Result<Done> {
    forget_answers(tx, call.brand_id());
    put_on_record(tx, call, "person.erased", "customer", plan.customer.value,
                  audit::detail({{"pseudonym", pseudonym}}));
    return Done{};
  };
  TRY(const app::Erased erased, app::erase_person(hub, request));
  return told(erased.plan, erased.pseudonym, "");
}

constexpr Route kExportsRoutes[] = {
    get(AMENDS_BRAND "/export/messages", "export_messages", Permission::export_person, export_messages,
        "Every message as JSON lines or CSV")
        .with(kExportQuery)
        .marked(kFile),
    get(AMENDS_BRAND "/customers/{customer}/export", "export_customer", Permission::export_person, export_customer,
        "Everything keyed to a person, as a ZIP")
        .marked(kFile),
    post(AMENDS_BRAND "/customers/{customer}/erase", "erase_customer", Permission::erase_person, erase_customer,
         "Forgets a person in every copy: first a preview, then the same with its confirmation; there is no undo")
        .takes(kErase)
        .answers(kErased)
        .marked(kNoKey),
};

}  // namespace

std::span<const Route> export_routes() { return kExportsRoutes; }

}  // namespace amends::web
