// Writes mails of the sample workspace as the world's mail programs do: their headers, charsets, ways to quote,
// signatures and HTML. Pure: the same letter gives the same bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/sample_script.h"
#include "core/base/clock.h"

namespace amends::app {

// A mail before it has bytes.
struct SampleLetter {
  SamplePerson from, to;
  std::string subject;
  std::string message_id;  // without angle brackets; "" writes none
  std::vector<std::string> references;
  Timestamp date;
  int zone_minutes = 60;
  std::string text;  // what is new, UTF-8
  std::string file;  // attachment's name, by whose end its bytes are made: .png, .pdf
  // What is answered, quoted in the client's way.
  const SampleLetter* answers = nullptr;
  bool verified = true;                                    // our server's Authentication-Results say so
  bool ours = false;                                       // written by us: no Received, no results
  std::vector<std::pair<std::string, std::string>> extra;  // further header fields, ASCII
  std::string date_text;                                   // instead of `date`, for broken ones
};

// RFC 5322 bytes with CRLF.
std::string write_letter(const SampleLetter& letter);

}  // namespace amends::app
