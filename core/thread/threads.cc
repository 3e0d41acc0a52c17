#include "core/thread/threads.h"

#include <algorithm>

#include "core/thread/message_id.h"
#include "core/thread/placer.h"
#include "core/thread/subject.h"

namespace amends::thread {
namespace {

// A mail of ours counts as said to the first few it went to.
constexpr std::size_t kMaxSubjectPeople = 4;

// Hashes of different things must not meet, so each kind has a letter in front.
class Hasher {
 public:
  explicit Hasher(crypto::SipKey key) : key_(key) {}
  Hash person(std::string_view handle) { return handle.empty() ? 0 : hash('p', {}, handle); }
  Hash mail_id(std::string_view canonical) { return canonical.empty() ? 0 : hash('i', {}, canonical); }
  Hash channel_id(AccountId account, std::string_view id) {
    return id.empty() ? 0 : hash('c', std::to_string(account.value), id);
  }
  Hash subject(std::string_view base, std::string_view handle) { return hash('s', handle, base); }

 private:
  Hash hash(char kind, std::string_view scope, std::string_view what) {
    text_.assign(1, kind);
    text_ += scope;
    text_ += '\n';
    text_ += what;
    const auto number = static_cast<Hash>(crypto::siphash(key_, text_));
    return number == 0 ? 1 : number;
  }

  crypto::SipKey key_;
  std::string text_;
};

void name_mail(Node& n, const Arrival& a, Hasher& hasher) {
  const std::string id = canonical_id(a.message_id);
  std::vector<std::string> people = a.recipients;
  people.push_back(a.sender);
  const References references = read_references(a.message_id, a.in_reply_to, a.references, people);
  n.id = hasher.mail_id(id);
  for (const auto& reference : references.ids) n.references.push_back(hasher.mail_id(reference));
  n.parent = references.parent;

  const Subject subject = read_subject(a.subject);
  n.bare = subject.reply && n.references.empty();
  if (is_vague(subject.base)) return;
  if (!a.own) {
    if (!a.sender.empty()) n.subjects.push_back(hasher.subject(subject.base, a.sender));
    return;
  }
  for (const auto& person : a.recipients) {
    if (n.subjects.size() == kMaxSubjectPeople) break;
    n.subjects.push_back(hasher.subject(subject.base, person));
  }
}

void name_post(Node& n, const Arrival& a, Hasher& hasher) {
  n.id = hasher.channel_id(a.account, a.message_id);
  for (const auto* list : {&a.references, &a.in_reply_to}) {
    for (const auto& id : *list) {
      const Hash reference = hasher.channel_id(a.account, id);
      const bool known = std::find(n.references.begin(), n.references.end(), reference) != n.references.end();
      if (reference != 0 && reference != n.id && !known && n.references.size() < kMaxReferences) {
        n.references.push_back(reference);
      }
    }
  }
  n.parent = n.references.empty() ? 0 : n.references.size() - 1;
}

}  // namespace

Node Threads::node_of(const Arrival& a) const {
  Hasher hasher(key_);
  Node n;
  n.message = a.id.value;
  n.at = a.at;
  n.received_at = a.received_at;
  n.own = a.own;
  n.vouched = a.vouched;
  n.verified = a.verified;
  n.claims_us = a.claims_us;
  n.asks = a.asks && !a.own;
  n.sender = hasher.person(a.sender);
  for (const auto& handle : a.recipients) {
    if (n.recipients.size() == kMaxRecipients) break;
    const Hash person = hasher.person(handle);
    if (person != 0 && std::find(n.recipients.begin(), n.recipients.end(), person) == n.recipients.end()) {
      n.recipients.push_back(person);
    }
  }
  a.kind == model::MessageKind::mail ? name_mail(n, a, hasher) : name_post(n, a, hasher);
  return n;
}

Placement Threads::place(store::Tx& tx, const Arrival& arrival) const {
  Node n = node_of(arrival);
  std::vector<std::string> notes;
  if (is_impostor(n)) notes.push_back("claims one of our own addresses, and is not known to be ours");
  if (arrival.token_thread) {
    const ThreadId token = current(tx, arrival.token_thread);
    const auto about = summary(tx, token);
    const auto first = tables::nodes_in(tx, token.value, 1);
    if (about && about->brand == arrival.brand && !first.empty()) n.anchor = first.front().message;
  }
  Placement out = Placer(tx, arrival.brand).place(std::move(n), arrival.account, arrival.subject);
  out.notes.insert(out.notes.end(), notes.begin(), notes.end());
  return out;
}

std::vector<Moved> Threads::rename(store::Tx& tx, const Arrival& arrival) const {
  auto known = tables::node(tx, arrival.id.value);
  const Hash id = node_of(arrival).id;
  if (!known || id == 0 || id == known->id) return {};
  tables::rename(tx, arrival.brand, *known, id);
  std::vector<std::int64_t> naming;
  for (const auto& met : tables::bearing_or_naming(tx, arrival.brand, id)) {
    if (met.role != Role::bears) naming.push_back(met.node.message);
  }
  Placer placer(tx, arrival.brand);
  placer.look_again(std::move(naming));
  return placer.moved();
}

}  // namespace amends::thread
