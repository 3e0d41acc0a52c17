#include "core/app/sample_script.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "core/base/text.h"

namespace amends::app {
namespace {

std::string_view after_colon(std::string_view line, std::string_view key) {
  return text::trim(line.substr(key.size()));
}

bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

// The turn's text is complete: trim it, and take a last "attach:" line out of it.
void finish(SampleConversation& conversation) {
  if (conversation.turns.empty()) return;
  SampleTurn& turn = conversation.turns.back();
  turn.text = std::string(text::trim(turn.text));
  const auto last = turn.text.rfind('\n');
  const std::string_view line = std::string_view(turn.text).substr(last == turn.text.npos ? 0 : last + 1);
  if (starts_with(line, "attach:")) {
    turn.file = std::string(after_colon(line, "attach:"));
    turn.text.resize(last == turn.text.npos ? 0 : last);
  }
}

void read_header(std::string_view line, SampleConversation& out, std::string& file) {
  const auto value = [&](std::string_view key) { return std::string(after_colon(line, key)); };
  if (starts_with(line, "from:")) {
    const std::string from = value("from:");
    const auto open = from.rfind('<');
    if (open == from.npos) return;
    out.person.name = std::string(text::trim(from.substr(0, open)));
    out.person.address = from.substr(open + 1, from.size() - open - 2);
  } else if (starts_with(line, "client:")) {
    out.person.client = value("client:");
  } else if (starts_with(line, "lang:")) {
    out.person.language = value("lang:");
  } else if (starts_with(line, "charset:")) {
    out.person.charset = value("charset:");
  } else if (starts_with(line, "subject:")) {
    out.subject = value("subject:");
  } else if (starts_with(line, "days:")) {
    out.age = read_span(value("days:") + "d");
  } else if (starts_with(line, "file:")) {
    file = value("file:");
  }
}

}  // namespace

std::chrono::milliseconds read_span(std::string_view s) {
  s = text::trim(s);
  if (s.empty()) return {};
  const double n = std::strtod(std::string(s).c_str(), nullptr);
  const double unit = s.back() == 'd' ? 86'400'000.0 : s.back() == 'h' ? 3'600'000.0 : 60'000.0;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(n * unit)));
}

std::vector<SampleConversation> read_stories(std::string_view source) {
  std::vector<SampleConversation> out;
  std::string file;
  for (const std::string_view line : text::lines(source)) {
    if (starts_with(line, "#") && (out.empty() || out.back().turns.empty())) continue;
    if (starts_with(line, "@ ")) {
      if (!out.empty()) finish(out.back());
      out.emplace_back();
      out.back().id = std::string(text::trim(line.substr(2)));
      file.clear();
    } else if (out.empty()) {
      continue;
    } else if (line == ">>" || starts_with(line, ">> ") || starts_with(line, "<< ")) {
      finish(out.back());
      SampleTurn turn;
      turn.ours = line[0] == '<';
      const auto words = text::split(text::trim(line.substr(2)), ' ');
      turn.after = read_span(words.front());
      if (words.size() > 1) turn.agent = std::string(words[1]);
      turn.file = std::exchange(file, {});
      out.back().turns.push_back(std::move(turn));
    } else if (out.back().turns.empty()) {
      read_header(line, out.back(), file);
    } else {
      out.back().turns.back().text += std::string(line) + "\n";
    }
  }
  if (!out.empty()) finish(out.back());
  return out;
}

void read_blocks(std::string_view source, bool by_line, SampleBlocks& out) {
  std::vector<std::string>* choices = nullptr;
  bool fresh = true;
  for (const std::string_view line : text::lines(source)) {
    if (starts_with(line, "#")) continue;
    if (starts_with(line, "[")) {
      choices = &out[std::string(line.substr(1, line.find(']') - 1))];
      fresh = true;
    } else if (text::trim(line).empty()) {
      fresh = true;
    } else if (choices != nullptr) {
      if (fresh || by_line) {
        choices->emplace_back(line);
      } else {
        choices->back() += "\n" + std::string(line);
      }
      fresh = false;
    }
  }
}

}  // namespace amends::app
