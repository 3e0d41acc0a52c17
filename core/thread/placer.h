// One arrival being placed: the rules of guard.h carried out on the tables, as far as the newcomer and those it wakes
// reach. Lives for one call of Threads::place or of an undo.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/thread/guard.h"
#include "core/thread/tables.h"
#include "core/thread/threads.h"

namespace amends::thread {

class Placer {
 public:
  Placer(store::Tx& tx, BrandId brand) : tx_(tx), brand_(brand) {}

  // Finds the thread of a newcomer, stores it, and lets everything follow that it changes.
  Placement place(Node n, AccountId account, std::string_view subject);
  // Messages whose thread changed under them are looked at again.
  void look_again(std::vector<std::int64_t> messages);
  std::vector<Moved> moved() const;

 private:
  // Something a message meets, and what came of it.
  struct Encounter {
    Node other;
    Meeting meeting;
    bool other_is_a;  // the message looked at is `b` of the pair
    bool a_answers, b_answers;
    bool refused = false;  // a person arranged one of the threads
  };
  struct Reference {
    bool looked_up = false;
    bool contested = false;
    std::vector<std::int64_t> bearers;  // of those meant: their threads when they were met
  };

  void meet_reference(const Node& n, std::size_t r);
  void meet_by_name(Node& n, bool newcomer);
  void meet_by_subject(const Node& n);
  void meet_by_address(const Node& n);
  bool is_covered_by_parent(const Node& n) const;

  void settle(Node& n);
  bool judge_all(Node& n);
  void wait_and_suggest(const Node& n, bool newcomer);
  bool join(Node& n, const Node& other);
  bool merge(std::int64_t a, std::int64_t b);
  void add_people(const Node& n);
  void add_person(std::int64_t thread, Hash person);
  bool takes_part(const Node& n, Hash person, const Node& in_thread_of);
  std::int64_t thread_of(const Node& n) const;
  bool found_at_home(const Node& n, std::size_t r) const;
  void store_keys(Node& n);
  void wake();
  void rearrange(const Node& n);
  void apply(std::vector<std::vector<const Node*>>& parts, std::map<std::int64_t, Summary>& before);
  void store_waits(const Node& n);
  void note_move(std::int64_t message, std::int64_t from, std::int64_t to);

  store::Tx& tx_;
  BrandId brand_;
  std::vector<Encounter> met_;
  std::vector<Reference> references_;
  bool contested_ = false;  // another sender bears the newcomer's id too

  std::unordered_map<std::int64_t, std::int64_t> merged_;  // thread -> where it went, in this call
  std::map<std::pair<std::int64_t, Hash>, bool> known_;    // takes_part, asked before
  struct Wait {
    std::int64_t thread;  // 0: the newcomer's, which has no number yet
    Hash person;
    std::int64_t waiting;
  };
  std::vector<Wait> waits_;
  std::map<std::int64_t, Reason> suggest_;
  std::deque<std::int64_t> woken_;
  std::size_t woken_count_ = 0;
  std::map<std::int64_t, Moved> moved_;
  Placement out_;
};

}  // namespace amends::thread
