#include <algorithm>
#include <map>

#include "core/app/erase.h"
#include "core/app/view.h"
#include "core/base/text.h"
#include "core/identity/erase.h"
#include "core/identity/identities.h"
#include "core/inbox/erase.h"
#include "core/outbox/erase.h"
#include "core/thread/threads.h"
#include "core/timeline/erase.h"

namespace amends::app {
namespace {

// A handle as short as this stands by chance in many a text.
constexpr std::size_t kTellingHandle = 6;

class Planner {
 public:
  Planner(Hub& hub, store::Reader& reader, BrandId brand) : hub_(hub), reader_(reader) { plan_.brand = brand; }

  Result<ErasePlan> plan(CustomerId customer) {
    TRY(const CustomerView who, read_customer(reader_, plan_.brand, customer));
    plan_.customer = who.id;
    plan_.customers = who.streams.customers;
    for (const auto& identity : who.identities) {
      theirs_.insert(identity.id);
      plan_.identities.push_back(identity.id);
      plan_.handles.push_back(identity.kind + ":" + identity.handle);
      // A telephone number stands in raw bytes without its plus, too.
      const std::string_view bare =
          std::string_view(identity.handle).substr(identity.handle.rfind('+', 0) == 0 ? 1 : 0);
      if (identity.handle.size() >= kTellingHandle) words_.push_back(text::ascii_lower(bare));
    }
    take_messages();
    take_items();
    take_updates();
    count();
    return std::move(plan_);
  }

 private:
  // Whose side a message is on: only theirs, somebody else's as well, or nobody's (robots count as nobody).
  bool is_anothers(const std::set<IdentityId>& people) {
    return std::any_of(people.begin(), people.end(),
                       [&](IdentityId id) { return theirs_.count(id) == 0 && !is_robot(id); });
  }
  bool is_theirs(const std::set<IdentityId>& people) {
    return !is_anothers(people) &&
           std::any_of(people.begin(), people.end(), [&](IdentityId id) { return theirs_.count(id) != 0; });
  }
  bool is_robot(IdentityId id) {
    const auto [it, fresh] = robots_.try_emplace(id, false);
    if (fresh) {
      const auto identity = identity::find_identity(reader_, plan_.brand, id);
      it->second = !identity || identity->nature == identity::Nature::robot;
    }
    return it->second;
  }

  void take_messages() {
    const std::set<MessageId> named = timeline::messages_of(reader_, plan_.identities);
    std::map<ThreadId, std::set<MessageId>> threads;
    for (const MessageId id : named) {
      if (const auto message = timeline::find(reader_, id)) threads[message->thread];
    }
    std::set<MessageId> all = named;
    for (auto& [thread, messages] : threads) {
      for (const MessageId id : thread::messages(reader_, thread)) messages.insert(id);
      all.insert(messages.begin(), messages.end());
    }
    const auto people = timeline::people_of(reader_, all);
    for (const auto& [thread, messages] : threads) {
      const bool somebody_else =
          std::any_of(messages.begin(), messages.end(), [&](MessageId id) { return is_anothers(people.at(id)); });
      (somebody_else ? plan_.shared_threads : plan_.threads).push_back(thread);
      for (const MessageId id : messages) {
        if (!somebody_else || is_theirs(people.at(id))) {
          plan_.messages.push_back(id);
        } else if (named.count(id) != 0) {
          plan_.shared.push_back(id);
        }
      }
    }
  }

  void take_items() {
    const std::set<MessageId> messages(plan_.messages.begin(), plan_.messages.end());
    const auto items = timeline::items_of(reader_, messages);
    plan_.items.assign(items.begin(), items.end());
    // What nobody understood, or nobody has read yet, has no author: it goes when it names one of their addresses.
    for (const auto state : {ingest::RawState::waiting, ingest::RawState::quarantined, ingest::RawState::dropped,
                             ingest::RawState::early}) {
      RawItemId after;
      for (;;) {
        const auto page = ingest::items_in(reader_, state, after, 200);
        if (page.empty()) break;
        after = page.back().id;
        for (const auto& item : page) {
          if (item.brand == plan_.brand && names_them(item.id)) plan_.items.push_back(item.id);
        }
      }
    }
    for (const RawItemId id : plan_.items) {
      if (const auto item = ingest::find_item(reader_, id)) plan_.bytes += item->size;
    }
  }

  bool names_them(RawItemId id) {
    const auto bytes = hub_.codec().get(reader_, id);
    if (!bytes) return false;
    const std::string lower = text::ascii_lower(*bytes);
    return std::any_of(words_.begin(), words_.end(),
                       [&](const std::string& word) { return lower.find(word) != std::string::npos; });
  }

  void take_updates() {
    const std::set<MessageId> messages(plan_.messages.begin(), plan_.messages.end());
    for (const ThreadId thread : plan_.threads) {
      for (const auto& update : outbox::all_of_thread(reader_, plan_.brand, thread)) plan_.updates.push_back(update.id);
    }
    for (const ThreadId thread : plan_.shared_threads) {
      for (const auto& update : outbox::all_of_thread(reader_, plan_.brand, thread)) {
        if (messages.count(update.message) != 0) plan_.updates.push_back(update.id);
      }
    }
  }

  void count() {
    for (const MessageId id : plan_.messages) {
      plan_.attachments += static_cast<std::int64_t>(timeline::attachments(reader_, id).size());
    }
    for (const ThreadId thread : plan_.threads) {
      const auto written = inbox::written_about(reader_, thread);
      plan_.notes += written.notes;
      plan_.drafts += written.drafts;
      plan_.events += static_cast<std::int64_t>(timeline::thread_events(reader_, thread).size());
    }
    for (const ThreadId thread : plan_.shared_threads) {
      const auto written = inbox::written_about(reader_, thread);
      plan_.notes_kept += written.notes;
      plan_.drafts += written.drafts;
    }
    plan_.suggestions = identity::count_suggestions(reader_, plan_.brand, plan_.customers);
  }

  Hub& hub_;
  store::Reader& reader_;
  ErasePlan plan_;
  std::set<IdentityId> theirs_;
  std::map<IdentityId, bool> robots_;
  std::vector<std::string> words_;
};

}  // namespace

Result<ErasePlan> plan_erasure(Hub& hub, store::Reader& reader, BrandId brand, CustomerId customer) {
  return Planner(hub, reader, brand).plan(customer);
}

}  // namespace amends::app
