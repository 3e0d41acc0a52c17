#include "core/thread/by_hand.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/thread/placer.h"
#include "core/thread/tables.h"

namespace amends::thread {
namespace {

constexpr int kAll = INT32_MAX;

// People, counts and times of a thread made anew from the messages it has now. What they name may be elsewhere by now.
void refresh(store::Tx& tx, Summary thread, ThreadId empty_goes_to) {
  auto nodes = tables::nodes_in(tx, thread.id.value, kAll);
  for (Node& n : nodes) tables::forget_whole(tx, thread.brand, n);
  tables::rebuild_people(tx, thread.brand, thread.id.value, nodes);
  if (!nodes.empty()) {
    thread.merged_into = {};
    tables::recount(tx, std::move(thread), nodes);
    return;
  }
  thread.messages = 0;
  ++thread.version;
  thread.merged_into = empty_goes_to;
  tables::store(tx, thread);
}

struct Step {
  HandKind kind;
  std::vector<Node> nodes;  // what moves
  ThreadId target;          // 0: a new one
  std::string_view subject;
};

Result<HandMade> take(store::Tx& tx, const Step& step) {
  const auto home = summary(tx, ThreadId{step.nodes.front().thread});
  if (!home) return fail(Kind::internal, "a message without a thread");
  HandMade out;
  out.thread = step.target;
  if (!out.thread) {
    out.thread = ThreadId{tables::insert_thread(tx, home->brand, home->account, step.subject, step.nodes.front())};
  }

  const std::int64_t last = tx.count("SELECT COALESCE(MAX(message_id), 0) FROM thread_node");
  out.op = tx.insert("INSERT INTO thread_op (brand_id, kind, last_message_id) VALUES (?, ?, ?)", home->brand, step.kind,
                     last);
  std::set<ThreadId> threads{out.thread};
  for (const Node& n : step.nodes) threads.insert(ThreadId{n.thread});
  for (const ThreadId thread : threads) {
    const auto before = summary(tx, thread);
    if (!before) return fail(Kind::internal, "a thread without a row");
    const bool made = !step.target && thread == out.thread;
    tx.run(
        "INSERT INTO thread_op_thread (op_id, brand_id, thread_id, settled, merged_into, made)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        out.op, home->brand, thread, before->settled, before->merged_into, made);
    out.touched.push_back(thread);
  }
  for (const Node& n : step.nodes) {
    tx.run("INSERT INTO thread_op_move (op_id, brand_id, message_id, from_thread, to_thread) VALUES (?, ?, ?, ?, ?)",
           out.op, home->brand, n.message, n.thread, out.thread);
    tables::set_thread(tx, n.message, out.thread.value);
    out.moved.push_back({MessageId{n.message}, ThreadId{n.thread}, out.thread});
  }
  for (const ThreadId thread : threads) {
    auto now = *summary(tx, thread);
    now.settled = true;
    refresh(tx, std::move(now), out.thread);
  }
  return out;
}

Result<Summary> living(store::Reader& reader, ThreadId thread) {
  auto found = summary(reader, current(reader, thread));
  if (!found) return fail(Kind::not_found, "no such thread");
  return *std::move(found);
}

struct Undone {
  std::int64_t op = 0;
  BrandId brand;
  std::int64_t last_message = 0;
  std::set<std::int64_t> threads, made;
  std::map<std::int64_t, std::int64_t> came_from;  // of threads it made: where their messages had been
};

// What came after the step stands with what it answers.
void follow(store::Tx& tx, const Undone& undone, HandMade& out) {
  for (const auto thread : undone.threads) {
    for (const Node& n : tables::nodes_in(tx, thread, kAll)) {
      if (n.message <= undone.last_message) continue;
      std::int64_t home = undone.made.count(thread) != 0 ? undone.came_from.at(thread) : thread;
      std::vector<Hash> nearest_first(n.references.rbegin(), n.references.rend());
      if (n.parent < n.references.size()) nearest_first.insert(nearest_first.begin(), n.references[n.parent]);
      for (const Hash id : nearest_first) {
        const auto bearers = tables::bearing(tx, undone.brand, id);
        const auto bearer = std::find_if(bearers.begin(), bearers.end(), [&](const tables::Met& met) {
          return undone.threads.count(met.node.thread) != 0 && undone.made.count(met.node.thread) == 0;
        });
        if (bearer == bearers.end()) continue;
        home = bearer->node.thread;
        break;
      }
      if (home == thread) continue;
      tables::set_thread(tx, n.message, home);
      out.moved.push_back({MessageId{n.message}, ThreadId{thread}, ThreadId{home}});
    }
  }
}

}  // namespace

Result<HandMade> move(store::Tx& tx, MessageId message, ThreadId to) {
  auto n = tables::node(tx, message.value);
  if (!n) return fail(Kind::not_found, "no such message");
  TRY(const Summary target, living(tx, to));
  TRY(const Summary home, living(tx, ThreadId{n->thread}));
  if (target.brand != home.brand) return fail(Kind::not_found, "no such thread");
  if (target.id == home.id) return fail(Kind::conflict, "the message is in that thread");
  return take(tx, {HandKind::move, {std::move(*n)}, target.id, {}});
}

Result<HandMade> split(store::Tx& tx, const std::vector<MessageId>& messages, std::string_view subject) {
  std::vector<Node> nodes;
  std::set<MessageId> seen;
  for (const MessageId message : messages) {
    if (!seen.insert(message).second) continue;
    auto n = tables::node(tx, message.value);
    if (!n) return fail(Kind::not_found, "no such message");
    if (!nodes.empty() && n->thread != nodes.front().thread) {
      return fail(Kind::invalid, "messages of different threads can't be split off together");
    }
    nodes.push_back(std::move(*n));
  }
  if (nodes.empty()) return fail(Kind::invalid, "no message to split off");
  TRY(const Summary home, living(tx, ThreadId{nodes.front().thread}));
  if (home.messages <= static_cast<std::int64_t>(nodes.size())) {
    return fail(Kind::conflict, "nothing would stay in the thread");
  }
  return take(tx, {HandKind::split, std::move(nodes), {}, subject});
}

Result<HandMade> join(store::Tx& tx, ThreadId into, ThreadId gone) {
  TRY(const Summary target, living(tx, into));
  TRY(const Summary other, living(tx, gone));
  if (target.brand != other.brand) return fail(Kind::not_found, "no such thread");
  if (target.id == other.id) return fail(Kind::conflict, "they are one thread");
  auto nodes = tables::nodes_in(tx, other.id.value, kAll);
  if (nodes.empty()) return fail(Kind::conflict, "the thread has no messages");
  return take(tx, {HandKind::join, std::move(nodes), target.id, {}});
}

std::int64_t last_step(store::Reader& reader, ThreadId thread) {
  return reader.count(
      "SELECT COALESCE(MAX(t.op_id), 0) FROM thread_op_thread t JOIN thread_op o ON o.id = t.op_id"
      " WHERE t.thread_id = ? AND o.undone = 0",
      thread);
}

Result<HandMade> undo(store::Tx& tx, BrandId brand, std::int64_t op) {
  if (tx.count("SELECT COUNT(*) FROM thread_op WHERE id = ? AND brand_id = ?", op, brand) == 0)
    return fail(Kind::not_found, "there is no step " + std::to_string(op));
  return undo(tx, op);
}

Result<HandMade> undo(store::Tx& tx, std::int64_t op) {
  Undone undone;
  bool stands = false;
  const auto found = tx.first(
      "SELECT brand_id, last_message_id, undone FROM thread_op WHERE id = ?",
      [&](store::Row r) {
        undone = {op, r.id<BrandId>(0), r.integer(1), {}, {}, {}};
        stands = !r.boolean(2);
        return true;
      },
      op);
  if (!found) return fail(Kind::not_found, "no such step");
  if (!stands) return fail(Kind::conflict, "the step was undone before");

  struct Before {
    ThreadId thread;
    bool settled;
    ThreadId merged_into;
  };
  std::vector<Before> threads;
  for (auto q = tx.query("SELECT thread_id, settled, merged_into, made FROM thread_op_thread WHERE op_id = ?", op);
       q.next();) {
    const auto r = q.row();
    threads.push_back({r.id<ThreadId>(0), r.boolean(1), r.id<ThreadId>(2)});
    undone.threads.insert(r.integer(0));
    if (r.boolean(3)) undone.made.insert(r.integer(0));
  }
  for (const Before& before : threads) {
    if (last_step(tx, before.thread) != op) {
      return fail(Kind::conflict, "a later step on one of the threads still stands", "Undo that one first.");
    }
  }

  HandMade out;
  out.op = op;
  for (auto q = tx.query("SELECT message_id, from_thread, to_thread FROM thread_op_move WHERE op_id = ?", op);
       q.next();) {
    const auto r = q.row();
    out.moved.push_back({r.id<MessageId>(0), r.id<ThreadId>(2), r.id<ThreadId>(1)});
    undone.came_from.try_emplace(r.integer(2), r.integer(1));
  }
  for (const Moved& m : out.moved) tables::set_thread(tx, m.message.value, m.to.value);
  if (!out.moved.empty()) out.thread = out.moved.front().to;
  follow(tx, undone, out);
  tx.run("UPDATE thread_op SET undone = 1 WHERE id = ?", op);

  std::vector<std::int64_t> free;
  for (const Before& before : threads) {
    auto now = *summary(tx, before.thread);
    now.settled = before.settled;
    refresh(tx, std::move(now), before.merged_into ? before.merged_into : out.thread);
    out.touched.push_back(before.thread);
    if (before.settled) continue;
    for (const Node& n : tables::nodes_in(tx, before.thread.value, kMaxRearranged)) free.push_back(n.message);
  }
  // What could not join while a person's arrangement stood may do so now.
  Placer placer(tx, undone.brand);
  placer.look_again(std::move(free));
  for (const Moved& m : placer.moved()) out.moved.push_back(m);
  return out;
}

}  // namespace amends::thread
