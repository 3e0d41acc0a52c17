#include "core/thread/placer.h"

#include <algorithm>

namespace amends::thread {
namespace {

constexpr std::size_t kMaxSuggestions = 8;

std::vector<const Node*> bearers_in(const std::vector<tables::Met>& met) {
  std::vector<const Node*> out;
  for (const auto& m : met) {
    if (m.role == Role::bears) out.push_back(&m.node);
  }
  return out;
}

bool means_same(const Node* a, const Node* b) {
  return a == nullptr ? b == nullptr : b != nullptr && is_same_author(*a, *b);
}

}  // namespace

std::int64_t Placer::thread_of(const Node& n) const {
  std::int64_t thread = n.thread;
  for (auto at = merged_.find(thread); at != merged_.end(); at = merged_.find(thread)) thread = at->second;
  return thread;
}

bool Placer::takes_part(const Node& n, Hash person, const Node& in_thread_of) {
  const std::int64_t thread = thread_of(in_thread_of);
  if (thread == 0) {  // a newcomer without a thread yet
    const auto in = lets_in(n);
    return std::find(in.begin(), in.end(), person) != in.end();
  }
  const auto [at, fresh] = known_.try_emplace({thread, person}, false);
  if (fresh) at->second = tables::takes_part(tx_, brand_, thread, person);
  return at->second;
}

// ---- What a message meets

void Placer::meet_reference(const Node& n, std::size_t r) {
  auto& reference = references_[r];
  if (std::exchange(reference.looked_up, true)) return;
  const auto met = tables::bearing_or_naming(tx_, brand_, n.references[r]);
  const auto bearers = bearers_in(met);
  const Node* meant = meant_by(n, bearers);
  const bool answers = r == n.parent;
  for (const auto& [other, role] : met) {
    if (other.message == n.message) continue;
    if (role == Role::bears) {
      if (meant != nullptr && !is_same_author(other, *meant)) {
        reference.contested = true;
      } else {
        met_.push_back({other, Meeting::names, false, answers, false});
        reference.bearers.push_back(other.thread);
      }
    } else if (means_same(meant, meant_by(other, bearers))) {
      met_.push_back({other, Meeting::names_same, false, answers, role == Role::answers});
    }
  }
}

void Placer::meet_by_name(Node& n, bool newcomer) {
  if (n.id == 0) return;
  const auto met = tables::bearing_or_naming(tx_, brand_, n.id);
  auto bearers = bearers_in(met);
  bearers.erase(std::remove_if(bearers.begin(), bearers.end(), [&](const Node* b) { return b->message == n.message; }),
                bearers.end());
  if (newcomer && bearers.size() >= kMaxBearers) {
    out_.notes.push_back("too many mails bear the same Message-ID");
    n.id = 0;
    return;
  }
  for (const Node* b : bearers) {
    if (is_same_author(*b, n)) {
      met_.push_back({*b, Meeting::same_id, false, false, false});
    } else {
      contested_ = true;
    }
  }
  bearers.push_back(&n);
  for (const auto& [other, role] : met) {
    if (role == Role::bears || other.message == n.message) continue;
    if (is_same_author(*meant_by(other, bearers), n)) {
      met_.push_back({other, Meeting::names, true, role == Role::answers, false});
    }
  }
}

void Placer::meet_by_subject(const Node& n) {
  for (const Hash subject : n.subjects) {
    for (const auto& [other, role] :
         (n.bare ? tables::speaking_or_asking(tx_, brand_, subject) : tables::asking(tx_, brand_, subject))) {
      if (other.message == n.message) continue;
      if (n.bare) met_.push_back({other, Meeting::same_subject, false, false, false});
      if (other.bare) met_.push_back({other, Meeting::same_subject, true, false, false});
    }
  }
}

void Placer::meet_by_address(const Node& n) {
  if (n.anchor == 0) return;
  if (auto anchor = tables::node(tx_, n.anchor)) {
    met_.push_back({std::move(*anchor), Meeting::same_address, false, false, false});
  }
}

// ---- Deciding

// Most answers name what their parent named, and all of that was found in the parent's thread: nothing new to learn
// there.
bool Placer::is_covered_by_parent(const Node& n) const {
  for (const auto& met : met_) {
    const Node& parent = met.other;
    if (met.meeting != Meeting::names || met.other_is_a || !met.a_answers || !parent.whole) continue;
    if (n.thread == 0 || thread_of(parent) != thread_of(n)) continue;
    const auto named = [&](Hash r) {
      return r == parent.id ||
             std::find(parent.references.begin(), parent.references.end(), r) != parent.references.end();
    };
    if (std::all_of(n.references.begin(), n.references.end(), named)) return true;
  }
  return false;
}

void Placer::settle(Node& n) {
  met_.clear();
  references_.assign(n.references.size(), {});
  contested_ = false;
  const bool newcomer = n.thread == 0;
  meet_by_address(n);
  if (n.parent < n.references.size()) meet_reference(n, n.parent);
  if (newcomer) judge_all(n);
  if (!newcomer || !is_covered_by_parent(n)) {
    for (std::size_t r = n.references.size(); r-- > 0;) meet_reference(n, r);
  }
  meet_by_name(n, newcomer);
  meet_by_subject(n);
  while (judge_all(n)) {
  }
  wait_and_suggest(n, newcomer);
}

// Whether anything joined, which may let more join.
bool Placer::judge_all(Node& n) {
  bool joined = false;
  for (auto& e : met_) {
    if (e.refused || (n.thread != 0 && thread_of(e.other) == thread_of(n))) continue;
    const Pair pair{e.other_is_a ? &e.other : &n, e.other_is_a ? &n : &e.other, e.meeting, e.a_answers, e.b_answers};
    const TakesPart asks = [&](Hash person, const Node& in) { return takes_part(n, person, in); };
    if (!judge(pair, asks).joins) continue;
    if (join(n, e.other)) {
      joined = true;
    } else {
      e.refused = true;
    }
  }
  return joined;
}

void Placer::wait_and_suggest(const Node& n, bool newcomer) {
  // A newcomer that found no thread gets its number only now, when nothing can refer to an older one any more.
  for (const auto& e : met_) {
    if (n.thread != 0 && thread_of(e.other) == thread_of(n)) continue;
    const Pair pair{e.other_is_a ? &e.other : &n, e.other_is_a ? &n : &e.other, e.meeting, e.a_answers, e.b_answers};
    const TakesPart asks = [&](Hash person, const Node& in) { return takes_part(n, person, in); };
    const Verdict verdict = judge(pair, asks);
    if (verdict.missing) {
      const Node& target = verdict.missing->thread_of == n.message ? n : e.other;
      for (const Hash person : verdict.missing->people) {
        waits_.push_back({&target == &n ? 0 : thread_of(target), person, verdict.missing->waiting});
      }
    }
    if (!newcomer || e.meeting == Meeting::names_same) continue;
    Reason reason = Reason::reference;
    if (e.refused) {
      reason = Reason::settled;
    } else if (e.meeting == Meeting::same_address) {
      reason = Reason::reply_address;
    } else if (e.meeting == Meeting::same_subject) {
      const auto after = pair.a->at - pair.b->at;
      if (after > kSubjectWindow || after < -std::chrono::milliseconds(kClockError)) continue;
      reason = Reason::subject;
    } else if (e.meeting == Meeting::same_id) {
      continue;
    }
    suggest_.emplace(thread_of(e.other), reason);
  }
}

// ---- Carrying it out

bool Placer::join(Node& n, const Node& other) {
  const std::int64_t there = thread_of(other);
  if (n.thread != 0) return merge(thread_of(n), there);
  n.thread = there;
  add_people(n);
  return true;
}

void Placer::add_people(const Node& n) {
  for (const Hash person : lets_in(n)) add_person(thread_of(n), person);
}

void Placer::add_person(std::int64_t thread, Hash person) {
  auto& known = known_[{thread, person}];
  if (known || !tables::insert_person(tx_, brand_, thread, person, 0)) {
    known = true;
    return;
  }
  known = true;
  // Who waits for a thread that a person arranged goes on waiting: that may be undone.
  const auto about = summary(tx_, ThreadId{thread});
  if (!about || about->settled) return;
  for (const auto message :
       tables::take_waiting(tx_, brand_, thread, person, kMaxWoken - std::min(kMaxWoken, woken_count_))) {
    woken_.push_back(message);
    ++woken_count_;
  }
}

bool Placer::merge(std::int64_t a, std::int64_t b) {
  auto keeps = summary(tx_, ThreadId{a});
  auto goes = summary(tx_, ThreadId{b});
  if (!keeps || !goes || keeps->settled || goes->settled) return false;
  // The smaller one moves; of two alike the younger.
  if (std::tuple(keeps->messages, goes->id) < std::tuple(goes->messages, keeps->id)) std::swap(keeps, goes);
  const std::int64_t to = keeps->id.value, from = goes->id.value;
  for (const MessageId message : messages(tx_, goes->id)) note_move(message.value, from, to);
  tx_.run("UPDATE thread_node SET thread_id = ? WHERE thread_id = ?", to, from);
  merged_[from] = to;

  const auto people = tables::people(tx_, brand_, from);
  tables::delete_people(tx_, brand_, from);
  for (const auto& [person, message] : people) {
    if (message == 0) add_person(to, person);
  }
  for (const auto& [person, message] : people) {
    if (message == 0) continue;
    const auto [at, fresh] = known_.try_emplace({to, person}, false);
    if (fresh) at->second = tables::takes_part(tx_, brand_, to, person);
    if (at->second) {
      woken_.push_back(message);
      ++woken_count_;
    } else {
      tables::insert_person(tx_, brand_, to, person, message);
    }
  }
  tables::move_links(tx_, brand_, from, to);

  if (goes->first_at < keeps->first_at) {
    keeps->first_at = goes->first_at;
    keeps->subject = goes->subject;
    keeps->account = goes->account;
  }
  std::tie(keeps->last_at, keeps->last_direction) =
      std::max(std::tuple(keeps->last_at, keeps->last_direction), std::tuple(goes->last_at, goes->last_direction));
  keeps->last_in_at = std::max(keeps->last_in_at, goes->last_in_at);
  keeps->last_out_at = std::max(keeps->last_out_at, goes->last_out_at);
  keeps->last_ask_at = std::max(keeps->last_ask_at, goes->last_ask_at);
  keeps->messages += goes->messages;
  keeps->version = std::max(keeps->version, goes->version) + goes->messages;
  goes->messages = 0;
  ++goes->version;
  goes->merged_into = keeps->id;
  tables::store(tx_, *keeps);
  tables::store(tx_, *goes);
  return true;
}

void Placer::note_move(std::int64_t message, std::int64_t from, std::int64_t to) {
  const auto [at, fresh] = moved_.try_emplace(message, Moved{MessageId{message}, ThreadId{from}, ThreadId{to}});
  if (!fresh) at->second.to = ThreadId{to};
}

std::vector<Moved> Placer::moved() const {
  std::vector<Moved> out;
  for (const auto& [message, move] : moved_) {
    if (move.from != move.to) out.push_back(move);
  }
  return out;
}

bool Placer::found_at_home(const Node& n, std::size_t r) const {
  const auto& reference = references_[r];
  if (!reference.looked_up) return true;  // covered by the parent
  if (reference.contested || reference.bearers.empty()) return false;
  return std::all_of(reference.bearers.begin(), reference.bearers.end(), [&](std::int64_t thread) {
    Node there;
    there.thread = thread;
    return thread_of(there) == thread_of(n);
  });
}

void Placer::store_keys(Node& n) {
  n.whole = true;
  for (std::size_t r = 0; r < n.references.size(); ++r) n.whole = n.whole && found_at_home(n, r);
  tables::insert_node(tx_, brand_, n);
  if (n.id != 0) tables::insert_key(tx_, brand_, n.id, Role::bears, n.message);
  for (std::size_t r = 0; r < n.references.size(); ++r) {
    if (found_at_home(n, r)) continue;
    tables::insert_key(tx_, brand_, n.references[r], r == n.parent ? Role::answers : Role::names, n.message);
  }
  for (const Hash subject : n.subjects) {
    tables::insert_key(tx_, brand_, subject, n.bare ? Role::asks : Role::speaks, n.message);
  }
}

Placement Placer::place(Node n, AccountId account, std::string_view subject) {
  settle(n);
  std::int64_t made = 0;
  if (n.thread == 0) {
    n.thread = made = tables::insert_thread(tx_, brand_, account, subject, n);
    for (const Hash person : lets_in(n)) {
      tables::insert_person(tx_, brand_, n.thread, person, 0);
      known_[{n.thread, person}] = true;
    }
  } else {
    n.thread = thread_of(n);
    out_.summary = tables::count_in(tx_, n);
  }
  store_keys(n);
  store_waits(n);

  if (contested_) {
    out_.notes.push_back("another sender's mail bears the same Message-ID");
    rearrange(n);
  }
  wake();

  n.thread = thread_of(n);
  if (const auto now = moved_.find(n.message); now != moved_.end()) {
    n.thread = now->second.to.value;
    moved_.erase(now);
  }
  out_.thread = ThreadId{n.thread};
  out_.moved = moved();
  if (!out_.moved.empty() || out_.summary.id != out_.thread) {
    out_.summary = summary(tx_, out_.thread).value_or(Summary{});
  }
  out_.created = n.thread == made;
  out_.sender_unverified = out_.summary.messages > 1 && !n.own && !n.verified && !n.vouched;
  for (const auto& [other, reason] : suggest_) {
    Node there;
    there.thread = other;
    const Suggestion suggestion{out_.thread, ThreadId{thread_of(there)}, reason, MessageId{n.message}};
    if (suggestion.thread == suggestion.other) continue;
    if (out_.suggestions.size() == kMaxSuggestions) break;
    tables::insert_link(tx_, brand_, suggestion);
    out_.suggestions.push_back(suggestion);
  }
  return std::move(out_);
}

void Placer::store_waits(const Node& n) {
  for (const auto& [thread, person, waiting] : waits_) {
    tables::insert_person(tx_, brand_, thread == 0 ? thread_of(n) : thread, person, waiting);
  }
  waits_.clear();
}

// A Message-ID has another bearer, so it may mean another mail now to who names it: the one change that can take
// messages apart again. The threads around it are worked out afresh.
void Placer::rearrange(const Node& n) {
  std::set<std::int64_t> threads{thread_of(n)};
  for (const auto& met : tables::bearing_or_naming(tx_, brand_, n.id)) {
    threads.insert(thread_of(met.node));
  }
  std::vector<Node> nodes;
  std::map<std::int64_t, Summary> before;
  for (const auto thread : threads) {
    const auto here = summary(tx_, ThreadId{thread});
    if (!here || here->settled) return;
    before[thread] = *here;
    auto more = tables::nodes_in(tx_, thread, kMaxRearranged + 1 - static_cast<int>(nodes.size()));
    nodes.insert(nodes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    if (nodes.size() > static_cast<std::size_t>(kMaxRearranged)) {
      out_.notes.push_back("too many messages to arrange them afresh");
      return;
    }
  }
  std::vector<std::int64_t> naming;
  for (Node& g : nodes) {
    for (std::size_t r = 0; r < g.references.size(); ++r) {
      if (g.references[r] != n.id) continue;
      naming.push_back(g.message);
      tables::insert_key(tx_, brand_, n.id, r == g.parent ? Role::answers : Role::names, g.message);
      if (std::exchange(g.whole, false)) tables::update_flags(tx_, g);
    }
  }

  std::set<Hash> named;
  std::set<std::int64_t> gathered;
  for (const Node& g : nodes) {
    named.insert(g.references.begin(), g.references.end());
    gathered.insert(g.message);
  }
  std::vector<Node> elsewhere;
  for (const Hash id : named) {
    for (auto& met : tables::bearing(tx_, brand_, id)) {
      if (gathered.count(met.node.message) == 0) elsewhere.push_back(std::move(met.node));
    }
  }

  std::vector<std::vector<const Node*>> parts;
  const auto part_of = partition(nodes, elsewhere);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (part_of[i] >= parts.size()) parts.resize(part_of[i] + 1);
    parts[part_of[i]].push_back(&nodes[i]);
  }
  if (parts.size() == threads.size() && std::all_of(parts.begin(), parts.end(), [](const auto& part) {
        return std::all_of(part.begin(), part.end(), [&](const Node* p) { return p->thread == part[0]->thread; });
      })) {
    look_again(std::move(naming));  // what they wait for is another thread now
    return;
  }
  // What was found at home may be elsewhere now.
  for (Node& g : nodes) tables::forget_whole(tx_, brand_, g);
  apply(parts, before);
}

// Each part keeps the thread most of it is in; of a thread in several parts the largest keeps it.
void Placer::apply(std::vector<std::vector<const Node*>>& parts, std::map<std::int64_t, Summary>& before) {
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<std::int64_t> look;
  for (const auto& [thread, unused] : before) {
    for (const auto& [person, message] : tables::people(tx_, brand_, thread)) {
      if (message != 0) look.push_back(message);
    }
    tables::delete_people(tx_, brand_, thread);
  }
  std::set<std::int64_t> kept;
  std::map<std::int64_t, std::int64_t> went;  // a thread -> where the first of its messages is now
  for (const auto& part : parts) {
    std::map<std::int64_t, std::size_t> from;
    for (const Node* p : part) ++from[p->thread];
    std::int64_t target = 0;
    for (const auto& [thread, count] : from) {
      if (kept.count(thread) == 0 && (target == 0 || count > from[target])) target = thread;
    }
    const Summary& origin = before.at(part[0]->thread);
    if (target == 0) target = tables::insert_thread(tx_, brand_, origin.account, origin.subject, *part[0]);
    kept.insert(target);
    std::vector<Node> here;
    for (const Node* p : part) {
      if (p->thread != target) {
        tables::set_thread(tx_, p->message, target);
        note_move(p->message, p->thread, target);
      }
      went.try_emplace(p->thread, target);
      here.push_back(*p);
      look.push_back(p->message);
    }
    tables::rebuild_people(tx_, brand_, target, here);
    if (const auto now = summary(tx_, ThreadId{target})) tables::recount(tx_, *now, here);
  }
  for (auto& [thread, row] : before) {
    if (kept.count(thread) != 0) continue;
    row.messages = 0;
    ++row.version;
    row.merged_into = ThreadId{went.at(thread)};
    tables::store(tx_, row);
    tables::move_links(tx_, brand_, thread, went.at(thread));
    merged_[thread] = went.at(thread);
  }
  known_.clear();
  look_again(std::move(look));
}

void Placer::look_again(std::vector<std::int64_t> messages) {
  woken_.insert(woken_.end(), messages.begin(), messages.end());
  wake();
}

void Placer::wake() {
  while (!woken_.empty()) {
    const std::int64_t message = woken_.front();
    woken_.pop_front();
    auto n = tables::node(tx_, message);
    if (!n) continue;
    settle(*n);
    store_waits(*n);
  }
}

}  // namespace amends::thread
