// Content transfer encodings (RFC 2045 section 6) and their cousins, read with tolerance. All append to `out`; all are
// linear; none fails: bytes that mean nothing are skipped, and what can't be decoded stays readable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/mime/notes.h"

namespace amends::mime {

enum class Transfer : std::uint8_t { identity, quoted_printable, base64, uuencode };

// The field's value to an encoding; nothing when the name is unknown.
std::optional<Transfer> transfer_of(std::string_view value);

// What the bytes themselves look like, when nobody says it or in words that mean nothing. Quoted-printable gives itself
// away by its soft line breaks; base64 is believed only when something was declared (`declared`).
Transfer guess_transfer(std::string_view body, bool declared);

void decode_base64(std::string_view in, std::string& out);
// For text: a line that is plainly no base64 after the padding (the footer a list server put there) is kept as text.
void decode_base64_text(std::string_view in, std::string& out, Notes& notes);
void decode_quoted_printable(std::string_view in, std::string& out);
// RFC 2047 section 4.2: "_" is a space.
void decode_q(std::string_view in, std::string& out);
// One line of uuencode without its line break.
void decode_uu_line(std::string_view line, std::string& out);
// A whole "begin … end", with or without those lines.
void decode_uuencode(std::string_view in, std::string& out);

// For the wire, lines of at most 76 with CRLF. Quoted-printable takes text with CRLF line ends; "From " and "." at the
// start of a line are encoded too, since servers on the way rewrite them (RFC 2049 section 3).
std::string encode_base64_lines(std::string_view bytes);
std::string encode_quoted_printable(std::string_view crlf);

}  // namespace amends::mime
