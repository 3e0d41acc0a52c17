// The block of "From: … Sent: … To: … Subject: …" above a quoted or forwarded mail, in the languages of reply_words.
// Internal to the reply splitter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mime/reply_lines.h"
#include "core/model/content.h"

namespace amends::mime::reply {

struct HeaderBlock {
  std::size_t end = 0;  // the line after the block
  std::string from;     // the values as written
  std::string date;
  std::string subject;
};

// The block that starts exactly at line `at`. Quote marks in front of the lines are looked through when the first line
// has them. Nothing when the lines are no such block: one label alone, or labels of something else.
std::optional<HeaderBlock> header_block(const std::vector<Line>& lines, std::size_t at);

// "Bob <bob@example.com>", "Bob [mailto:bob@example.com]", "bob@example.com", "Bob".
model::Party read_party(std::string_view value);

// A date as clients write it for people: "Tue, Sep 4, 2012 at 1:35 PM", "Dienstag, 4. September 2012 13:35",
// "2012年9月4日 13:35", RFC 5322. Without a zone it is taken as UTC. Nothing when no full date is there.
std::optional<Timestamp> read_date(std::string_view value);

}  // namespace amends::mime::reply
