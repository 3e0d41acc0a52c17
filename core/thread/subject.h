// What a subject says about threading: the words under the prefixes, and whether it announces an answer or a forward.
// Knows the prefixes of mail clients in some twenty languages, counters ("Re[2]:"), list tags and "(was: …)".
//
// Pure; total; linear. Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace amends::thread {

struct Subject {
  std::string base;      // folded, squeezed, without prefixes and list tags; "" when nothing is left
  std::string was;       // the base of what stands in "(was: …)"; "" when nothing does
  bool reply = false;    // the outermost prefix that is one of the two is an answer's
  bool forward = false;  // … or a forward's: a new conversation about an old mail
};

Subject read_subject(std::string_view subject);

// A base that many unrelated conversations share ("hi", "thanks", "question"): too little to tell two of them apart.
bool is_vague(std::string_view base);

}  // namespace amends::thread
