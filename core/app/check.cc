#include "core/app/check.h"

#include "core/crypto/digest.h"
#include "core/store/raw_codec.h"

namespace amends::app {
namespace {

constexpr int kExamples = 5;
constexpr int kMostBroken = 100;

constexpr Invariant kInvariants[] = {
    {"message without its raw item",
     "SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM raw_item r WHERE r.id = m.raw_id)"},
    {"raw item without its bytes",
     "SELECT r.id FROM raw_item r WHERE NOT EXISTS (SELECT 1 FROM raw_body b WHERE b.raw_id = r.id)"},
    {"bytes of no raw item",
     "SELECT b.raw_id FROM raw_body b WHERE NOT EXISTS (SELECT 1 FROM raw_item r WHERE r.id = b.raw_id)"},
    {"bytes packed with a dictionary that is gone",
     "SELECT b.raw_id FROM raw_body b WHERE b.dictionary_id IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM raw_dictionary d WHERE d.id = b.dictionary_id)"},
    {"raw item that was understood and is no message",
     "SELECT r.id FROM raw_item r WHERE r.state = 1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.raw_id = r.id)"
     " AND NOT EXISTS (SELECT 1 FROM message_copy c WHERE c.raw_id = r.id)"},
    {"message outside of its thread",
     "SELECT m.id FROM message m WHERE NOT EXISTS"
     " (SELECT 1 FROM thread_node n WHERE n.message_id = m.id AND n.thread_id = m.thread_id)"},
    {"place in a thread of no message",
     "SELECT n.message_id FROM thread_node n WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = n.message_id)"},
    {"thread that counts its messages wrongly",
     "SELECT t.id FROM thread t WHERE t.messages <> (SELECT COUNT(*) FROM thread_node n WHERE n.thread_id = t.id)"},
    {"thread that is in no inbox",
     "SELECT t.id FROM thread t WHERE t.messages > 0 AND t.merged_into IS NULL AND NOT EXISTS"
     " (SELECT 1 FROM inbox_thread i WHERE i.thread_id = t.id)"},
    {"inbox row without its last message",
     "SELECT i.thread_id FROM inbox_thread i WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = "
     "i.last_message_id)"},
    {"message missing on its timeline",
     "SELECT m.id FROM message m WHERE m.identity_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM timeline_entry e WHERE"
     " e.stream = m.identity_id AND e.at = m.at AND e.kind = 0 AND e.ref_id = m.id)"},
    {"timeline entry of no message",
     "SELECT e.ref_id FROM timeline_entry e WHERE e.kind = 0 AND NOT EXISTS"
     " (SELECT 1 FROM message m WHERE m.id = e.ref_id)"},
    {"timeline entry of no event",
     "SELECT e.ref_id FROM timeline_entry e WHERE e.kind = 1 AND NOT EXISTS"
     " (SELECT 1 FROM event v WHERE v.id = e.ref_id)"},
    {"message that no search can find",
     "SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM message_index_docsize d WHERE d.id = m.id)"},
    {"indexed words of no message",
     "SELECT d.id FROM message_index_docsize d WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = d.id)"},
    {"identity of a customer who was merged into another",
     "SELECT i.id FROM identity i JOIN customer c ON c.id = i.customer_id WHERE c.merged_into IS NOT NULL"},
    {"identity in another brand than its customer",
     "SELECT i.id FROM identity i JOIN customer c ON c.id = i.customer_id WHERE c.brand_id <> i.brand_id"},
    {"settings or tokens of an account in another brand",
     "SELECT a.id FROM account a WHERE EXISTS (SELECT 1 FROM account_settings s WHERE s.account_id = a.id AND "
     "s.brand_id"
     " <> a.brand_id) OR EXISTS (SELECT 1 FROM account_token t WHERE t.account_id = a.id AND t.brand_id <> "
     "a.brand_id)"},
    {"update on its way without its bytes",
     "SELECT u.id FROM outbox_update u WHERE u.state IN (1, 2, 3, 4, 5, 8) AND NOT EXISTS"
     " (SELECT 1 FROM outbox_payload p WHERE p.update_id = COALESCE(u.depends_on, u.id))"},
    {"update on its way to nobody",
     "SELECT u.id FROM outbox_update u WHERE u.state IN (1, 2, 3, 4, 5, 8) AND NOT EXISTS"
     " (SELECT 1 FROM outbox_recipient r WHERE r.update_id = u.id)"},
    {"update held by a start of the program that never was",
     "SELECT u.id FROM outbox_update u WHERE u.epoch > (SELECT COALESCE(MAX(e.id), 0) FROM outbox_epoch e)"},
    {"update that went at no time", "SELECT u.id FROM outbox_update u WHERE u.state = 6 AND u.sent_at IS NULL"},
    {"update of a message that is gone",
     "SELECT u.id FROM outbox_update u WHERE u.message_id IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM message m WHERE m.id = u.message_id)"},
};

void check_invariant(store::Reader& reader, const Invariant& invariant, std::vector<std::string>& faults) {
  std::int64_t broken = 0;
  std::string examples;
  for (auto q = reader.query(std::string(invariant.sql) + " LIMIT " + std::to_string(kMostBroken)); q.next();) {
    if (++broken <= kExamples) examples += (examples.empty() ? "" : ", ") + std::to_string(q.row().integer(0));
  }
  if (broken == 0) return;
  faults.push_back(std::string(invariant.what) + ": " + examples + (broken > kExamples ? " and more" : "") + " (" +
                   std::to_string(broken) + (broken == kMostBroken ? " at least)" : ")"));
}

void check_bodies(store::Reader& reader, const CheckOptions& options, std::vector<std::string>& faults) {
  store::RawCodec codec;
  const std::int64_t all = options.progress ? reader.count("SELECT COUNT(*) FROM raw_item") : 0;
  std::int64_t done = 0, broken = 0;
  for (auto q = reader.query("SELECT id, digest, size FROM raw_item ORDER BY id"); q.next();) {
    const auto id = q.row().id<RawItemId>(0);
    const auto bytes = codec.get(reader, id);
    std::string fault;
    if (!bytes) {
      // Its absence is an invariant of its own.
      if (bytes.error().kind != Kind::not_found) fault = bytes.error().what;
    } else if (crypto::bytes_of(crypto::sha256(*bytes)).substr(0, 16) != q.row().blob(1)) {
      fault = "raw item " + std::to_string(id.value) + " holds other bytes than it came with";
    }
    if (!fault.empty() && ++broken <= kMostBroken) faults.push_back(fault);
    if (options.progress && ++done % 256 == 0) options.progress(done, all);
  }
}

}  // namespace

std::span<const Invariant> invariants() { return kInvariants; }

Result<std::vector<std::string>> check_everything(store::Database& database, const CheckOptions& options) {
  TRY(std::vector<std::string> faults, database.check());
  // A damaged file breaks every rule; which ones says nothing.
  if (!faults.empty()) return faults;
  return database.read([&](store::Reader& reader) -> Result<std::vector<std::string>> {
    for (const Invariant& invariant : kInvariants) check_invariant(reader, invariant, faults);
    if (options.bodies) check_bodies(reader, options, faults);
    return faults;
  });
}

}  // namespace amends::app
