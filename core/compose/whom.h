// To whom an answer goes. The people of a thread are those whose address was verified or whom we wrote to; a mail may
// name anybody in Cc or Reply-To, but naming somebody makes them no participant. A person may add whom they like.
// Pure. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "core/model/content.h"

namespace amends::compose {

struct Whom {
  std::vector<model::Party> to, cc;
  std::vector<model::Party> others;    // named in the mail, not in the thread: shown, not written to
  std::vector<model::Party> reply_to;  // asked for by the mail and not its author: to be confirmed by a person
};

struct ThreadPeople {
  std::vector<std::string> participants;  // handles, lower case
  std::vector<std::string> own;           // our own addresses, without reply tokens
};

// `reply_to_confirmed`: a person saw the other address and wants it.
Whom whom_to_answer(const model::Content& message, const ThreadPeople& people, bool reply_to_confirmed);

}  // namespace amends::compose
