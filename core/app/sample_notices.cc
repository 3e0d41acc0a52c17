#include "core/app/sample_notices.h"

#include "core/app/sample_blocks.h"
#include "core/app/sample_mail.h"
#include "core/app/sample_script.h"
#include "core/app/sample_style.h"
#include "core/base/text.h"

namespace amends::app {
namespace {

SamplePerson site_of(std::string_view written) {
  const auto bar = written.find('|');
  SamplePerson out;
  out.address = text::trim(written.substr(0, bar));
  if (bar != written.npos) out.name = text::trim(written.substr(bar + 1));
  out.client = "server";
  return out;
}

}  // namespace

std::vector<SampleFile> sample_notices(std::string_view source, Timestamp now) {
  std::vector<SampleFile> out;
  SampleLetter letter;
  bool head = true;
  const auto begin = [&] {
    letter = {};
    letter.to = sample_company("en");
    head = true;
  };
  begin();
  for (const std::string_view line : text::lines(source)) {
    const auto after = [&](std::string_view word) { return text::trim(line.substr(word.size())); };
    if (line == "=====") {
      letter.text = std::string(text::trim(letter.text));
      letter.message_id = make_message_id(letter.from, sample_seed(letter.subject));
      const bool whole = !letter.from.name.empty() && !letter.subject.empty() && !letter.text.empty();
      if (whole) out.push_back({letter.date, false, write_letter(letter)});
      begin();
    } else if (!head) {
      letter.text += std::string(line) + "\n";
    } else if (line.rfind("from:", 0) == 0) {
      letter.from = site_of(after("from:"));
    } else if (line.rfind("subject:", 0) == 0) {
      letter.subject = after("subject:");
    } else if (line.rfind("days:", 0) == 0) {
      letter.date = now - read_span(std::string(after("days:")) + "d");
    } else if (line.empty() && !letter.subject.empty()) {
      head = false;
    }
  }
  return out;
}

}  // namespace amends::app
