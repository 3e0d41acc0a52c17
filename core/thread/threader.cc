#include "core/thread/threader.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/thread/disjoint_sets.h"
#include "core/thread/message_id.h"
#include "core/thread/subject.h"

namespace amends::thread {
namespace {

// How many letters of one subject are looked at before an answer gives up: bounds what a flood of one subject costs.
constexpr std::size_t kMaxLooks = 256;

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool holds(const std::vector<std::string>& people, const std::string& person) {
  return std::find(people.begin(), people.end(), person) != people.end();
}

bool takes_part(const Letter& letter, const std::string& person) {
  return !person.empty() && (letter.sender == person || holds(letter.recipients, person));
}

class Archive {
 public:
  Archive(std::span<const Letter> letters, const SubjectWindows& windows) : letters_(letters), windows_(windows) {}

  std::vector<std::vector<std::size_t>> threads() {
    name_letters();
    follow_references();
    find_lists();
    follow_subjects();
    return ordered();
  }

 private:
  // 1. A node for every letter; letters of one Message-ID share one.
  void name_letters() {
    node_of_.reserve(letters_.size());
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      auto id = canonical_id(letters_[i].message_id);
      if (id.empty()) id = '\n' + letters_[i].name;
      const auto [at, fresh] = nodes_.try_emplace(id, kNone);
      if (fresh) at->second = new_node(i);
      node_of_.push_back(at->second);
      if (before(i, first_letter_[at->second])) first_letter_[at->second] = i;
    }
    for (const auto& letter : letters_) {
      if (!letter.sender.empty()) people_.insert(letter.sender);
      people_.insert(letter.recipients.begin(), letter.recipients.end());
    }
  }

  std::size_t new_node(std::size_t letter) {
    first_letter_.push_back(letter);
    return sets_.add();
  }

  // 2. A letter and all it names are one. A name nobody has seen becomes a node too: what it would have held together.
  void follow_references() {
    answers_a_letter_.assign(letters_.size(), false);
    names_some_mail_.assign(letters_.size(), false);
    parent_.assign(letters_.size(), kNone);
    const std::size_t seen = sets_.size();
    const auto is_seen = [&](const std::string& id) {
      const auto known = nodes_.find(id);
      return known != nodes_.end() && known->second < seen;
    };
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const auto& letter = letters_[i];
      const auto references = read_references(letter.message_id, letter.in_reply_to, letter.references, {}, is_seen);
      for (std::size_t r = 0; r < references.ids.size(); ++r) {
        const auto& id = references.ids[r];
        const auto known = nodes_.find(id);
        if (known == nodes_.end() && people_.count(id) != 0) continue;  // an address where an id should stand
        std::size_t node = kNone;
        if (known != nodes_.end()) {
          node = known->second;
        } else {
          node = new_node(kNone);
          nodes_.emplace(id, node);
        }
        names_some_mail_[i] = true;
        if (node < seen && node != node_of_[i]) {
          answers_a_letter_[i] = true;
          if (r == references.parent) parent_[i] = first_letter_[node];
        }
        sets_.join(node_of_[i], node);
      }
    }
  }

  // 3. Addresses behind which a whole list stands: people answer there to letters they did not get by name.
  void find_lists() {
    struct Count {
      std::size_t answers = 0, outsiders = 0;
    };
    std::unordered_map<std::string, Count> counts;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      if (parent_[i] == kNone) continue;
      const auto& letter = letters_[i];
      const auto& answered = letters_[parent_[i]];
      const bool outsider = !takes_part(answered, letter.sender);
      for (const auto& to : letter.recipients) {
        if (!holds(answered.recipients, to)) continue;
        auto& count = counts[to];
        ++count.answers;
        if (outsider) ++count.outsiders;
      }
    }
    for (const auto& [address, count] : counts) {
      if (count.outsiders >= 3 && count.outsiders * 5 >= count.answers) lists_.insert(address);
    }
  }

  bool shares_a_list(const Letter& a, const Letter& b) const {
    if (!a.list_id.empty() && a.list_id == b.list_id) return true;
    if (a.recipients.empty() && b.recipients.empty()) return true;  // an archive that left them out
    return std::any_of(a.recipients.begin(), a.recipients.end(),
                       [&](const std::string& to) { return lists_.count(to) != 0 && holds(b.recipients, to); });
  }

  bool shares_people(const Letter& a, const Letter& b) const {
    return takes_part(b, a.sender) || takes_part(a, b.sender);
  }

  bool before(std::size_t a, std::size_t b) const {
    return std::tie(letters_[a].at, letters_[a].name, a) < std::tie(letters_[b].at, letters_[b].name, b);
  }

  // 4. Answers that name no letter we have look for one with their subject. They all look at the threads as the
  // references left them, so that none depends on which looked first.
  void follow_subjects() {
    std::vector<Subject> subjects;
    subjects.reserve(letters_.size());
    for (const auto& letter : letters_) subjects.push_back(read_subject(letter.subject));

    std::unordered_map<std::string, std::vector<std::size_t>> by_subject;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      if (letters_[i].at && !subjects[i].base.empty()) by_subject[subjects[i].base].push_back(i);
    }
    for (auto& [base, same] : by_subject) {
      std::sort(same.begin(), same.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
    }

    std::unordered_map<std::size_t, std::size_t> first_in_thread;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const auto [at, fresh] = first_in_thread.try_emplace(sets_.find(node_of_[i]), i);
      if (!fresh && before(i, at->second)) at->second = i;
    }

    std::vector<std::pair<std::size_t, std::size_t>> joins;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const auto& subject = subjects[i];
      if (!subject.reply || subject.base.empty() || !letters_[i].at || answers_a_letter_[i]) continue;
      // What names an unseen mail is held by it already; only where its thread begins something may be missing.
      if (names_some_mail_[i] && first_in_thread.at(sets_.find(node_of_[i])) != i) continue;
      std::size_t other = look(i, by_subject.at(subject.base), subjects, is_vague(subject.base));
      if (other == kNone && !subject.was.empty()) {
        const auto old = by_subject.find(subject.was);
        if (old != by_subject.end()) other = look(i, old->second, subjects, is_vague(subject.was));
      }
      if (other != kNone) joins.emplace_back(node_of_[i], node_of_[other]);
    }
    for (const auto& [a, b] : joins) sets_.join(a, b);
  }

  std::size_t look(std::size_t i, const std::vector<std::size_t>& same, const std::vector<Subject>& subjects,
                   bool vague) {
    const auto& letter = letters_[i];
    const std::size_t thread = sets_.find(node_of_[i]);
    const auto window =
        std::min(names_some_mail_[i] ? windows_.astray : windows_.answer, vague ? windows_.vague : windows_.answer);
    const auto fits = [&](std::size_t c) {
      if (sets_.find(node_of_[c]) == thread) return false;
      return shares_people(letter, letters_[c]) || (!vague && shares_a_list(letter, letters_[c]));
    };
    const auto mine =
        std::upper_bound(same.begin(), same.end(), i, [this](std::size_t a, std::size_t b) { return before(a, b); });
    std::size_t looks = 0;
    for (auto c = mine; c != same.begin() && looks < kMaxLooks; ++looks) {
      --c;
      if (*letter.at - *letters_[*c].at > window) break;
      if (fits(*c)) return *c;
    }
    looks = 0;
    for (auto c = mine; c != same.end() && looks < kMaxLooks; ++c, ++looks) {
      if (*letters_[*c].at - *letter.at > windows_.clock_error) break;
      if (!subjects[*c].reply && fits(*c)) return *c;
    }
    return kNone;
  }

  std::vector<std::vector<std::size_t>> ordered() {
    std::unordered_map<std::size_t, std::size_t> place;
    std::vector<std::vector<std::size_t>> out;
    for (std::size_t i = 0; i < letters_.size(); ++i) {
      const auto [at, fresh] = place.try_emplace(sets_.find(node_of_[i]), out.size());
      if (fresh) out.emplace_back();
      out[at->second].push_back(i);
    }
    const auto earlier = [this](std::size_t a, std::size_t b) { return before(a, b); };
    for (auto& thread : out) std::sort(thread.begin(), thread.end(), earlier);
    std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return earlier(a.front(), b.front()); });
    return out;
  }

  std::span<const Letter> letters_;
  const SubjectWindows& windows_;
  DisjointSets sets_;
  std::unordered_map<std::string, std::size_t> nodes_;  // by canonical id
  std::unordered_set<std::string> people_, lists_;
  std::vector<std::size_t> node_of_;       // by letter
  std::vector<std::size_t> first_letter_;  // by node; kNone for a mail nobody has seen
  std::vector<std::size_t> parent_;        // by letter: the letter it answers, as far as it is here
  std::vector<bool> answers_a_letter_, names_some_mail_;
};

}  // namespace

std::vector<std::vector<std::size_t>> thread_archive(std::span<const Letter> letters, const SubjectWindows& windows) {
  return Archive(letters, windows).threads();
}

}  // namespace amends::thread
