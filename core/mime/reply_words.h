// The wording of mail clients, as data: what announces quoted text, a forwarded mail or a signature, by language.
// Adding a client or a language is adding a row in one of its tables (reply_word_tables.h). All words are written in
// lower case and compared folded (text::fold), so "Von:" and "VON：" are the same label.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace amends::mime::words {

// How a line that names the author of what follows is built: "On … wrote:" has its verb at the end, "Am … schrieb …:"
// somewhere inside. A row without `lead` starts with the author's name or the date itself.
enum class Place : std::uint8_t { last, inside };
struct Attribution {
  std::string_view lead;
  std::string_view verb;
  Place place;
};
std::span<const Attribution> attributions();

// The labels of the header block that Outlook and most forwards put above the other mail.
enum class Field : std::uint8_t { from, date, to, subject, other };
// `folded` is the label without its colon.
std::optional<Field> field_of(std::string_view folded);

enum class Mark : std::uint8_t { original, forward, forward_end };
// What stands between the dashes of "-----Original Message-----", folded. Nothing when the words announce nothing.
std::optional<Mark> mark_of(std::string_view folded);
// "Begin forwarded message": announces without dashes.
bool is_undashed_forward(std::string_view folded);

// The month (1 to 12) whose name or abbreviation is `folded`; 0 when none is.
int month_of(std::string_view folded);

// "Sent from my iPhone" and its kin: a line that a client or a phone adds by itself.
bool is_client_signature(std::string_view folded);
// The first line of what a mailing list or a service puts under every mail.
bool is_list_footer(std::string_view folded);
// "Best regards", "Viele Grüße": the line above a name.
bool is_closing(std::string_view folded);

}  // namespace amends::mime::words
