#include "core/app/export_person.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "core/app/erase.h"
#include "core/app/view.h"
#include "core/app/zip.h"
#include "core/base/text.h"
#include "core/identity/links.h"
#include "core/inbox/erase.h"
#include "core/outbox/tracking.h"
#include "core/timeline/timeline.h"

namespace amends::app {
namespace {

using nlohmann::ordered_json;

constexpr int kPage = 200;

std::string dumped(const ordered_json& json) {
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace);
}
ordered_json or_null(std::string_view s) { return s.empty() ? ordered_json(nullptr) : ordered_json(s); }

ordered_json json_of(const std::vector<model::Party>& parties) {
  ordered_json out = ordered_json::array();
  for (const model::Party& party : parties) out.push_back({{"name", or_null(party.name)}, {"handle", party.handle}});
  return out;
}

class Exporter {
 public:
  Exporter(Hub& hub, store::Reader& reader, BrandId brand, const Zip::Sink& sink)
      : hub_(hub), reader_(reader), brand_(brand), zip_([this, &sink](std::string_view bytes) {
          report_.bytes += static_cast<std::int64_t>(bytes.size());
          return sink(bytes);
        }) {}

  Result<ExportReport> run(CustomerId customer) {
    TRY(who_, read_customer(reader_, brand_, customer));
    TRY(plan_, plan_erasure(hub_, reader_, brand_, who_.id));
    TRY_DO(put_person());
    TRY_DO(put_timeline());
    TRY_DO(put_items());
    TRY_DO(zip_.finish());
    return report_;
  }

 private:
  Result<Done> put_person() {
    ordered_json identities = ordered_json::array(), links = ordered_json::array(), threads = ordered_json::array();
    for (const auto& one : who_.identities) {
      identities.push_back({{"id", one.id.value},
                            {"kind", one.kind},
                            {"handle", one.handle},
                            {"name", or_null(one.name)},
                            {"verified", one.verified}});
    }
    for (const auto& event : identity::history_of(reader_, brand_, who_.id)) {
      links.push_back({{"kind", identity::name_of(event.kind)},
                       {"at", to_rfc3339(event.at)},
                       {"by", event.by},
                       {"reason", or_null(event.reason)},
                       {"undone_at", event.undone_at ? ordered_json(to_rfc3339(*event.undone_at)) : nullptr}});
    }
    for (const ThreadId thread : plan_.threads) threads.push_back(json_of_thread(thread));
    const ordered_json person = {{"customer", who_.id.value},
                                 {"name", who_.name},
                                 {"language", or_null(who_.language)},
                                 {"identities", std::move(identities)},
                                 {"merges", std::move(links)},
                                 {"threads", std::move(threads)},
                                 {"exported_at", to_rfc3339(hub_.clock().now())}};
    TRY_DO(zip_.begin("person.json", hub_.clock().now()));
    return zip_.add(dumped(person));
  }

  // What agents wrote about a conversation that is theirs alone.
  ordered_json json_of_thread(ThreadId thread) {
    ordered_json notes = ordered_json::array(), drafts = ordered_json::array(), updates = ordered_json::array();
    for (const auto& note : inbox::notes(reader_, thread)) {
      notes.push_back({{"at", to_rfc3339(note.at)}, {"author", note.author}, {"text", note.text}});
    }
    for (const auto& draft : inbox::drafts_about(reader_, thread)) {
      drafts.push_back({{"saved_at", to_rfc3339(draft.saved_at)}, {"author", draft.author}, {"text", draft.text}});
    }
    for (const auto& update : outbox::of_thread(reader_, brand_, thread)) {
      ordered_json recipients = ordered_json::array();
      for (const auto& one : update.recipients) {
        recipients.push_back({{"address", one.address}, {"state", model::name_of(one.state)}});
      }
      updates.push_back({{"id", update.id.value},
                         {"message", update.message.value},
                         {"state", model::name_of(update.state)},
                         {"created_at", to_rfc3339(update.created_at)},
                         {"sent_at", update.sent_at ? ordered_json(to_rfc3339(*update.sent_at)) : nullptr},
                         {"recipients", std::move(recipients)}});
    }
    return {{"id", thread.value},
            {"tags", inbox::tags(reader_, thread)},
            {"notes", std::move(notes)},
            {"drafts", std::move(drafts)},
            {"sent", std::move(updates)}};
  }

  Result<Done> put_timeline() {
    TRY_DO(zip_.begin("timeline.json", hub_.clock().now()));
    TRY_DO(zip_.add("[\n"));
    std::optional<timeline::Before> before = timeline::Before{};
    for (bool first = true; before;) {
      const timeline::Page page = timeline::page(reader_, who_.streams, *before, kPage);
      for (const timeline::Entry& entry : page.entries) {
        const ordered_json json = entry.message ? json_of_message(*entry.message) : json_of_event(*entry.event);
        TRY_DO(zip_.add((first ? "" : ",\n") + dumped(json)));
        first = false;
      }
      before = page.next;
    }
    return zip_.add("\n]\n");
  }

  static ordered_json json_of_event(const timeline::Event& event) {
    ordered_json detail = ordered_json::parse(event.detail, nullptr, false);
    return {{"event", event.kind},
            {"at", to_rfc3339(event.at)},
            {"actor", event.actor},
            {"detail", detail.is_discarded() ? ordered_json(event.detail) : std::move(detail)}};
  }

  ordered_json json_of_message(const timeline::Message& message) {
    ++report_.messages;
    ordered_json out = {{"message", message.id.value},
                        {"at", to_rfc3339(message.at)},
                        {"channel", message.channel},
                        {"kind", model::name_of(message.kind)},
                        {"direction", model::name_of(message.direction)},
                        {"thread", message.thread.value},
                        {"author", message.author},
                        {"subject", or_null(message.subject)}};
    if (message.rating) out["rating"] = *message.rating;
    if (!message.location.empty()) out["location"] = message.location;
    if (!message.permalink.empty()) out["permalink"] = message.permalink;
    const auto content = read_content(hub_, reader_, message);
    if (content) {
      out["to"] = json_of(content->to);
      out["cc"] = json_of(content->cc);
      out["text"] = content->text;
    }
    ordered_json files = ordered_json::array();
    for (const auto& file : timeline::attachments(reader_, message.id)) {
      files.push_back({{"name", or_null(file.filename)}, {"type", file.content_type}, {"size", file.size}});
    }
    out["attachments"] = std::move(files);
    const bool withheld = content && names_others_in_secret(*content);
    if (withheld) {
      ++report_.withheld;
      withheld_.insert(message.raw);
    } else {
      items_[message.raw] = message.kind;
    }
    out["item"] = withheld ? ordered_json(nullptr) : ordered_json(name_of_item(message.raw, message.kind));
    return out;
  }

  bool names_others_in_secret(const model::Content& content) const {
    return std::any_of(content.bcc.begin(), content.bcc.end(), [&](const model::Party& party) {
      return std::none_of(who_.identities.begin(), who_.identities.end(),
                          [&](const auto& identity) { return identity.handle == text::ascii_lower(party.handle); });
    });
  }

  static std::string name_of_item(RawItemId id, model::MessageKind kind) {
    return "items/" + std::to_string(id.value) + (kind == model::MessageKind::mail ? ".eml" : ".txt");
  }

  Result<Done> put_items() {
    // Further deliveries and earlier versions, and what lies in quarantine.
    for (const RawItemId id : plan_.items) {
      if (withheld_.count(id) == 0) items_.try_emplace(id, model::MessageKind::mail);
    }
    for (const auto& [id, kind] : items_) {
      const auto bytes = hub_.codec().get(reader_, id);
      if (!bytes && bytes.error().kind == Kind::not_found) continue;
      if (!bytes) return bytes.error();
      const auto row = ingest::find_item(reader_, id);
      TRY_DO(zip_.begin(name_of_item(id, kind), row ? row->received_at : hub_.clock().now()));
      TRY_DO(zip_.add(*bytes));
      ++report_.items;
    }
    return Done{};
  }

  Hub& hub_;
  store::Reader& reader_;
  const BrandId brand_;
  ExportReport report_;
  Zip zip_;
  CustomerView who_;
  ErasePlan plan_;
  std::map<RawItemId, model::MessageKind> items_;
  std::set<RawItemId> withheld_;
};

}  // namespace

Result<ExportReport> export_person(Hub& hub, BrandId brand, CustomerId customer,
                                   const std::function<Result<Done>(std::string_view)>& sink) {
  return hub.db().read(
      [&](store::Reader& reader) -> Result<ExportReport> { return Exporter(hub, reader, brand, sink).run(customer); });
}

}  // namespace amends::app
