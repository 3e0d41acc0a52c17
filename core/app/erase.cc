#include "core/app/erase.h"

#include <filesystem>

#include "core/app/ledger_file.h"
#include "core/app/place.h"
#include "core/app/view.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/crypto/random.h"
#include "core/events/erase.h"
#include "core/events/events.h"
#include "core/identity/erase.h"
#include "core/identity/identities.h"
#include "core/inbox/erase.h"
#include "core/ingest/erase.h"
#include "core/outbox/erase.h"
#include "core/search/search.h"
#include "core/store/fulltext.h"
#include "core/thread/erase.h"
#include "core/timeline/erase.h"
#include "core/webhook/erase.h"

namespace amends::app {
namespace {

// How much is done between two chances for others to write.
constexpr int kItemsAtOnce = 500;
constexpr int kPagesAtOnce = 2000;

class Eraser {
 public:
  Eraser(Hub& hub, store::Tx& tx, const ErasePlan& plan)
      : hub_(hub), tx_(tx), plan_(plan), messages_(plan.messages.begin(), plan.messages.end()) {
    for (const std::string& handle : plan.handles) bare_handles_.insert(handle.substr(handle.find(':') + 1));
  }

  Result<Done> erase(const std::string& pseudonym, const std::string& actor) {
    TRY(const std::vector<erasure::Mark> marks, marks_of());
    const Brand* brand = hub_.find_brand(plan_.brand);
    erasure::record(tx_, {pseudonym, brand->config->key, hub_.clock().now(), marks}, false);
    TRY_DO(outbox::erase(tx_, plan_.brand, {plan_.updates.begin(), plan_.updates.end()}, hub_.clock().now()));
    TRY_DO(take_off_shared());
    take_messages();
    identity::erase(tx_, plan_.brand, plan_.customers, plan_.identities);
    const auto changes = events::erase(tx_, {plan_.threads.begin(), plan_.threads.end()},
                                       {plan_.customers.begin(), plan_.customers.end()});
    webhook::erase(tx_, plan_.brand, changes, messages_);
    events::Change change;
    change.brand = plan_.brand;
    change.at = hub_.clock().now();
    change.what = events::What::customer_changed;
    change.customer = plan_.customer;
    change.actor = actor;
    change.detail = R"({"how":"erased"})";
    events::append(tx_, change);
    return Done{};
  }

  const std::vector<std::string>& digests() const { return digests_; }

 private:
  Result<std::vector<erasure::Mark>> marks_of() {
    const Brand* brand = hub_.find_brand(plan_.brand);
    if (brand == nullptr) return fail(Kind::not_found, "there is no such brand");
    const std::string& key = brand->config->key;
    std::vector<erasure::Mark> marks;
    for (const std::string& handle : plan_.handles) {
      const auto colon = handle.find(':');
      marks.push_back(hub_.marks().handle(key, handle.substr(0, colon), handle.substr(colon + 1)));
    }
    for (const RawItemId id : plan_.items) {
      const auto item = ingest::find_item(tx_, id);
      if (!item) continue;
      marks.push_back(hub_.marks().bytes(key, item->digest));
      digests_.push_back(item->digest);
    }
    for (const MessageId id : plan_.messages) {
      const auto message = timeline::find(tx_, id);
      if (message && !message->message_id.empty()) marks.push_back(hub_.marks().message_id(key, message->message_id));
    }
    return marks;
  }

  // Of ours that went to others too: off their timeline, and no search finds it by their name.
  Result<Done> take_off_shared() {
    const auto people = timeline::people_of(tx_, {plan_.shared.begin(), plan_.shared.end()});
    for (const MessageId id : plan_.shared) {
      const auto message = timeline::find(tx_, id);
      if (!message) continue;
      IdentityId other;
      for (const IdentityId person : people.at(id)) {
        if (std::find(plan_.identities.begin(), plan_.identities.end(), person) == plan_.identities.end())
          other = person;
      }
      timeline::set_identity(tx_, id, other);
      if (message->update) TRY_DO(outbox::erase_recipient(tx_, plan_.brand, message->update, bare_handles_));
      auto content = read_content(hub_, tx_, *message);
      if (!content) continue;  // then nothing of it is in the index either
      for (auto* list : {&content->to, &content->cc, &content->bcc, &content->reply_to}) {
        std::erase_if(*list, [&](const model::Party& party) { return bare_handles_.count(party.handle) != 0; });
      }
      search::remove(tx_, id);
      search::index(tx_, id, *content, false);
    }
    return Done{};
  }

  void take_messages() {
    const auto people = timeline::people_of(tx_, messages_);
    std::set<IdentityId> all(plan_.identities.begin(), plan_.identities.end());
    for (const auto& [message, whose] : people) all.insert(whose.begin(), whose.end());
    for (const ThreadId thread : plan_.threads) {
      timeline::erase_thread_events(tx_, thread, all);
      inbox::erase_thread(tx_, thread);
    }
    for (const ThreadId thread : plan_.shared_threads) inbox::erase_drafts(tx_, thread);
    for (const auto& [message, whose] : people) {
      search::remove(tx_, message);
      timeline::erase_message(tx_, message, whose);
    }
    timeline::erase_streams(tx_, plan_.identities, plan_.customers);
    const auto after = thread::erase(tx_, plan_.brand, messages_, [&](MessageId first) {
      const auto message = timeline::find(tx_, first);
      return message ? message->subject : std::string();
    });
    Placer inbox_rows(hub_, tx_, false);
    for (const ThreadId thread : after.changed) inbox_rows.touch(thread, false, false);
    inbox_rows.finish();
    for (const ThreadId thread : after.emptied) inbox::erase_thread(tx_, thread);
    ingest::erase(tx_, hub_.codec(), {plan_.items.begin(), plan_.items.end()});
  }

  Hub& hub_;
  store::Tx& tx_;
  const ErasePlan& plan_;
  const std::set<MessageId> messages_;
  std::set<std::string> bare_handles_;
  std::vector<std::string> digests_;
};

Result<Erased> erase_as(Hub& hub, const EraseRequest& request, const std::string& pseudonym) {
  Erased out;
  out.pseudonym = pseudonym;
  std::vector<std::string> digests;
  const auto done = hub.db().write([&](store::Tx& tx) -> Result<Done> {
    TRY(out.plan, plan_erasure(hub, tx, request.brand, request.customer));
    Eraser eraser(hub, tx, out.plan);
    TRY_DO(eraser.erase(pseudonym, request.actor));
    digests = eraser.digests();
    return request.also ? request.also(tx, out.plan, pseudonym) : Done{};
  });
  if (!done) return done.error();
  hub.note_erasure();
  for (const std::string& digest : digests) hub.guard().forget(digest);
  return out;
}

// Copies of the database in its own folder: those kept before an update of the schema, and what was left by a program
// that was killed while it made one.
void remove_copies(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool copy = name.rfind("amends.db.before-", 0) == 0 || name.rfind("amends.db.new", 0) == 0 ||
                      (name.rfind("amends.db", 0) == 0 && name.size() > 5 && name.substr(name.size() - 5) == ".part");
    if (copy) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

Result<Erased> erase_person(Hub& hub, const EraseRequest& request) {
  TRY(Erased out, erase_as(hub, request, "erased-" + crypto::random_token(8)));
  if (const auto kept = keep_ledger(hub); !kept) log::warning("erasure.ledger_file", {{"why", kept.error().what}});
  log::info("erased", {{"name", out.pseudonym}, {"messages", static_cast<std::int64_t>(out.plan.messages.size())}});
  if (request.scrub) {
    const auto scrubbed = scrub_erased(hub);
    out.scrubbed = scrubbed.has_value();
    if (!scrubbed) log::warning("erasure.scrub_later", {{"why", scrubbed.error().what}});
  }
  return out;
}

Result<std::int64_t> scrub_erased(Hub& hub) {
  TRY(const std::int64_t open,
      hub.db().read([](store::Reader& reader) -> Result<std::int64_t> { return erasure::unscrubbed(reader); }));
  if (open == 0) return 0;
  for (bool more = true; more;) {
    TRY(more, hub.db().write([&](store::Tx& tx) -> Result<bool> { return hub.codec().repack(tx, kItemsAtOnce); }));
  }
  for (bool more = true; more;) {
    TRY(more, hub.db().write([](store::Tx& tx) -> Result<bool> { return store::Fulltext::merge(tx, kPagesAtOnce); }));
  }
  TRY_DO(hub.db().scrub());
  remove_copies(hub.config().data);
  TRY_DO(hub.db().write([](store::Tx& tx) -> Result<Done> {
    erasure::set_scrubbed(tx);
    return Done{};
  }));
  log::info("erasure.scrubbed", {{"erasures", open}});
  return open;
}

Result<std::int64_t> reapply_ledger(Hub& hub, const std::vector<erasure::Erasure>& ledger) {
  std::int64_t again = 0;
  for (const erasure::Erasure& erasure : ledger) {
    const auto brand = std::find_if(hub.brands().begin(), hub.brands().end(),
                                    [&](const Brand& b) { return b.config->key == erasure.brand_key; });
    if (brand == hub.brands().end()) continue;
    struct Found {
      std::set<CustomerId> customers;
      std::set<RawItemId> items;
    };
    TRY(const auto found, hub.db().write([&](store::Tx& tx) -> Result<Found> {
      Found out;
      if (!erasure::record(tx, erasure, true)) return out;  // the backup is younger than the erasure
      const auto is_marked = [&](const erasure::Mark& mark) {
        return std::find(erasure.marks.begin(), erasure.marks.end(), mark) != erasure.marks.end();
      };
      for (const auto& identity : identity::all_identities(tx, brand->id)) {
        if (is_marked(hub.marks().handle(erasure.brand_key, identity.kind, identity.handle)))
          out.customers.insert(identity.customer);
      }
      for (const auto state : {ingest::RawState::waiting, ingest::RawState::quarantined, ingest::RawState::dropped,
                               ingest::RawState::early}) {
        for (const auto& item : ingest::items_in(tx, state, {}, 1'000'000)) {
          if (item.brand == brand->id && is_marked(hub.marks().bytes(erasure.brand_key, item.digest)))
            out.items.insert(item.id);
        }
      }
      ingest::erase(tx, hub.codec(), out.items);
      if (!out.items.empty()) erasure::record(tx, erasure, false);
      return out;
    }));
    hub.note_erasure();
    for (const CustomerId customer : found.customers) {
      TRY_DO(erase_as(hub, {brand->id, customer, {}, {}, false}, erasure.pseudonym));
    }
    again += found.customers.empty() && found.items.empty() ? 0 : 1;
  }
  return again;
}

}  // namespace amends::app
