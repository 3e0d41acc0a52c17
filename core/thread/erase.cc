#include "core/thread/erase.h"

#include <algorithm>

#include "core/thread/tables.h"
#include "core/thread/threads.h"

namespace amends::thread {
namespace {

constexpr int kEveryNode = INT32_MAX;

void erase_node(store::Tx& tx, BrandId brand, const Node& n) {
  std::set<Hash> keys(n.references.begin(), n.references.end());
  keys.insert(n.subjects.begin(), n.subjects.end());
  keys.insert(n.id);
  for (const Hash key : keys) {
    for (const Role role : {Role::bears, Role::answers, Role::names, Role::speaks, Role::asks}) {
      tx.run("DELETE FROM thread_key WHERE brand_id = ? AND key = ? AND role = ? AND message_id = ?", brand, key, role,
             n.message);
    }
  }
  tx.run("DELETE FROM thread_person WHERE brand_id = ? AND thread_id = ? AND message_id = ?", brand, n.thread,
         n.message);
  tx.run("DELETE FROM thread_op_move WHERE message_id = ?", n.message);
  tx.run("DELETE FROM thread_node WHERE message_id = ?", n.message);
}

// It, and all that went into it in turn.
std::vector<ThreadId> with_merged(store::Reader& reader, ThreadId thread) {
  std::vector<ThreadId> out{thread};
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (auto q = reader.query("SELECT id FROM thread WHERE merged_into = ?", out[i]); q.next();) {
      const auto id = q.row().id<ThreadId>(0);
      if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    }
  }
  return out;
}

}  // namespace

AfterErasure erase(store::Tx& tx, BrandId brand, const std::set<MessageId>& messages,
                   const std::function<std::string(MessageId)>& subject_of) {
  std::set<std::int64_t> threads;
  for (const MessageId message : messages) {
    const auto node = tables::node(tx, message.value);
    if (!node) continue;
    threads.insert(node->thread);
    erase_node(tx, brand, *node);
    tx.run("DELETE FROM thread_link WHERE brand_id = ? AND thread_id = ? AND message_id = ?", brand, node->thread,
           message);
    tx.run("DELETE FROM thread_link WHERE brand_id = ? AND other_id = ? AND message_id = ?", brand, node->thread,
           message);
  }
  AfterErasure out;
  for (const std::int64_t id : threads) {
    const auto nodes = tables::nodes_in(tx, id, kEveryNode);
    auto now = summary(tx, ThreadId{id});
    if (!now) continue;
    std::string subject;
    if (nodes.empty()) {
      tables::delete_people(tx, brand, id);
      tx.run("DELETE FROM thread_link WHERE brand_id = ? AND thread_id = ?", brand, id);
      tx.run("DELETE FROM thread_link WHERE brand_id = ? AND other_id = ?", brand, id);
      out.emptied.push_back(now->id);
    } else {
      const auto first =
          std::min_element(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.at < b.at; });
      subject = subject_of(MessageId{first->message});
      tables::rebuild_people(tx, brand, id, nodes);
      out.changed.push_back(now->id);
    }
    now->subject = subject;
    tables::recount(tx, *now, nodes);
    for (const ThreadId merged : with_merged(tx, now->id)) {
      tx.run("UPDATE thread SET subject = ? WHERE id = ?", subject, merged);
    }
  }
  return out;
}

std::optional<Summary> set_unsaid(store::Tx& tx, MessageId message, bool unsaid) {
  auto node = tables::node(tx, message.value);
  if (!node || !node->own || node->unsaid == unsaid) return std::nullopt;
  auto now = summary(tx, ThreadId{node->thread});
  if (!now) return std::nullopt;
  node->unsaid = unsaid;
  tables::update_flags(tx, *node);
  --now->version;  // recount counts up
  return tables::recount(tx, *now, tables::nodes_in(tx, node->thread, kEveryNode));
}

}  // namespace amends::thread
