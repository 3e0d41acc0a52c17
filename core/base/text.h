// Small operations on text that everything needs. Text is UTF-8 unless a name says bytes. No locale, no IO.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amends::text {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trim(std::string_view s);
std::string_view trim_left(std::string_view s);
std::string_view trim_right(std::string_view s);
std::string ascii_lower(std::string_view s);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only
bool starts_with_ignoring_case(std::string_view s, std::string_view prefix);
std::size_t find_ignoring_case(std::string_view s, std::string_view needle, std::size_t from = 0);

std::vector<std::string_view> split(std::string_view s, char separator);
// Lines without their LF or CRLF; a last line without a break counts, an empty rest after the last break does not.
std::vector<std::string_view> lines(std::string_view s);
// Both give views into `s`: of a string that ends with the call they would point at nothing.
template <std::same_as<std::string> S>
std::vector<std::string_view> split(S&& s, char separator) = delete;
template <std::same_as<std::string> S>
std::vector<std::string_view> lines(S&& s) = delete;
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string_view s, std::string_view from, std::string_view to);

bool is_ascii(std::string_view bytes);
bool is_utf8(std::string_view bytes);
// Every byte that belongs to no well-formed sequence becomes U+FFFD (Unicode 15, table 3-7, maximal subparts).
std::string repair_utf8(std::string_view bytes);
// Appends one code point; what is no scalar value becomes U+FFFD.
void append_utf8(std::string& out, char32_t c);
// The code point at `at`, which moves past it; U+FFFD and one byte for malformed input. REQUIRES: at < s.size().
char32_t next_utf8(std::string_view s, std::size_t& at);
// At most `max` bytes, cut between code points.
std::string_view clip(std::string_view s, std::size_t max);
// The same for people: cut at a word's end where one is near, with "…" when something was left out.
std::string excerpt(std::string_view s, std::size_t max);
// Full Unicode case folding and NFKC (ICU); what two spellings of the same word have in common.
std::string fold(std::string_view s);
// Runs of white space become one space, ends trimmed.
std::string squeeze(std::string_view s);

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
// Control characters other than tab and LF become U+FFFD, so that a terminal or a log line stays what it is.
std::string printable(std::string_view s);

}  // namespace amends::text
