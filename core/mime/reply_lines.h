// The lines of a mail body while reply.cc takes it apart. Internal to the reply splitter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mime/reply_words.h"

namespace amends::mime::reply {

enum class Role : std::uint8_t { reply, quote, signature, delimiter, forward };

struct Line {
  std::string_view raw;               // without its line end
  std::string_view text;              // trimmed, of invisible characters too
  std::size_t marks = 0;              // bytes of `raw` that are quote marks ("> > "); 0 for a line that isn't quoted
  std::optional<words::Field> label;  // of "From: …", once label_lines() has looked
  Role role = Role::reply;
  bool fixed = false;       // the markup told the role
  bool header = false;      // the markup says that the header block of a quoted or forwarded mail begins here
  std::int32_t region = 0;  // lines of one quote in the markup share a number; 0 outside

  bool blank() const { return text.empty(); }
  bool quoted() const { return marks != 0; }
  std::string_view content() const;  // `text` without the quote marks

  // What every step compares with its tables: `text` without the rules around it, normal(); of a longer line its first
  // kWords bytes. Made when it is first asked for, so a line belongs to one thread.
  static constexpr std::size_t kWords = 320;
  const std::string& words() const;
  std::size_t dashes() const;  // that stood in front of them

 private:
  struct Words {
    std::string normal;
    std::size_t dashes = 0;
  };
  const Words& made() const;
  mutable std::optional<Words> words_;
};

std::vector<Line> read_lines(std::string_view text);

// Reads the labels of all lines, once: header blocks are looked for at many of them.
void label_lines(std::vector<Line>& lines);

// The number of bytes of the '>' marks at the start of a line, with the space after them; 0 when there are none.
std::size_t quote_marks(std::string_view raw);

// White space, NBSP, zero-width characters and byte order marks off both ends.
std::string_view trim_invisible(std::string_view s);

// Rules and emphasis around a line ("----- x -----", "*x*") off both ends; counts the dashes it met in front.
std::string_view strip_rules(std::string_view s, std::size_t* dashes = nullptr);

// Only dashes, underscores, equal signs, asterisks: a drawn line of at least `least` of them.
bool is_rule(std::string_view text, std::size_t least);

// Case-folded, compatibility-normalised, white space squeezed, for comparing with the tables.
std::string normal(std::string_view s);

// The first line at or after `at` that isn't blank; lines.size() when none is.
std::size_t next_text(const std::vector<Line>& lines, std::size_t at);

}  // namespace amends::mime::reply
