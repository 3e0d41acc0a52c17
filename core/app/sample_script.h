// The conversations of the sample workspace, as packaging/sample writes them down:
//
//     @ oat-milk                                  one conversation; lines that begin with # are comments
//     from: Maya Lindqvist <maya@mail.example>
//     client: iphone                              how her mails look: see sample_mail.h
//     days: 0.12                                  the first mail's age
//     subject: Wrong milk this morning
//     lang: en   charset: iso-8859-1   file: receipt.png        each on its own line, each optional
//     >>                                          from her …
//     << 2h Dana                                  … from us, two hours later, by Dana
//     >> 7.2d                                     … from her again
//     attach: cake.pdf                            as the last line of a text
//
// and the building blocks: "[en late open]", then one choice a paragraph.
//
// Pure. The files are checked by tests, so a slip in one of them is a failing test and never a crash: what can't be
// read is left out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace amends::app {

struct SamplePerson {
  std::string name, address;
  std::string client = "gmail";
  std::string language = "en";
  std::string charset;  // "" for UTF-8
};

struct SampleTurn {
  bool ours = false;
  std::chrono::milliseconds after{0};  // the one before
  std::string agent;                   // who of us wrote it
  std::string text;
  std::string file;  // name of an attachment; "" for none
};

struct SampleConversation {
  std::string id;
  SamplePerson person;
  std::string subject;
  std::chrono::milliseconds age{0};  // of the first turn
  std::vector<SampleTurn> turns;
};

std::vector<SampleConversation> read_stories(std::string_view text);

// "en late open" -> its choices.
using SampleBlocks = std::map<std::string, std::vector<std::string>, std::less<>>;
// `by_line`: one choice a line instead of one a paragraph.
void read_blocks(std::string_view text, bool by_line, SampleBlocks& out);

// "2h", "7.2d", "40m".
std::chrono::milliseconds read_span(std::string_view text);

// Numbers that are the same on every run: SplitMix64 (Steele, Lea and Flood, 2014).
class SampleDice {
 public:
  explicit SampleDice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 … n - 1. REQUIRES: n > 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  const std::string& pick(const std::vector<std::string>& from) {
    static const std::string none;
    return from.empty() ? none : from[below(from.size())];
  }

 private:
  std::uint64_t state_;
};

// FNV-1a, for seeds from names.
constexpr std::uint64_t sample_seed(std::string_view s) {
  std::uint64_t h = 14695981039346656037u;
  for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return h;
}

}  // namespace amends::app
