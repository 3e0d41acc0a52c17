// The rows that reply_words.h looks words up in: what announces quoted text (reply_quote_words.cc), and what a
// signature is made of (reply_signature_words.cc). A client or a language more is a row there. All words are in lower
// case.
#pragma once

#include <span>
#include <string_view>

#include "core/mime/reply_words.h"

namespace amends::mime::words {

struct LabelRow {
  std::string_view word;
  Field field;
};
struct MarkRow {
  std::string_view words;
  Mark mark;
};
struct MonthRow {
  std::string_view word;
  int month;
};
// The rest of the line is a device or an app: `prefix` … `suffix`.
struct ClientRow {
  std::string_view prefix;
  std::string_view suffix;
};

// "On … wrote:" and its kin.
std::span<const Attribution> attribution_rows();
// Labels of a header block.
std::span<const LabelRow> label_rows();
// What stands between dashes.
std::span<const MarkRow> mark_rows();
// Marks that go on with a name: "Forwarded message from …", "Forwarded by … on …". Folded as they stand.
std::span<const MarkRow> mark_prefix_rows();
// What help desks write above the copy of the conversation: the answer belongs above it.
std::span<const std::string_view> answer_above_rows();
// Apple Mail and some others write these without dashes.
std::span<const std::string_view> undashed_forward_rows();
// Names and abbreviations.
std::span<const MonthRow> month_rows();
// Lines that a client adds by itself.
std::span<const ClientRow> client_rows();
// What makes "Sent from my …" surely a device, even when a sentence goes on after it.
std::span<const std::string_view> device_rows();
// How the lines begin that a mailing list or a service puts under every mail.
std::span<const std::string_view> list_footer_rows();
// The line above a name.
std::span<const std::string_view> closing_rows();

}  // namespace amends::mime::words
