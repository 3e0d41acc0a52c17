// Every case of testdata/replies: a body as a client sent it and beside it what is reply, quote, signature and forward.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/html/html.h"
#include "core/mime/reply.h"
#include "tests/support/cpu_time.h"
#include "tests/support/support.h"

namespace amends::mime {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  std::string name;
  std::string text;  // as the splitter saw it; of an HTML case its to_text
  Body body;
  nlohmann::json expected;
};

std::vector<Fixture> fixtures() {
  std::vector<Fixture> out;
  const fs::path folder = AMENDS_TEST_FOLDER "/testdata/replies";
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path path = entry.path();
    if (path.extension() != ".txt" && path.extension() != ".html") continue;
    Fixture f;
    f.name = path.filename().string();
    f.expected = nlohmann::json::parse(test::read_file(folder / (path.stem().string() + ".expected.json")));
    const BodyHints hints{f.expected.value("is_reply", false), f.expected.value("is_forward", false), {}};
    const std::string source = test::read_file(path);
    if (path.extension() == ".html") {
      f.text = html::to_text(source);
      f.body = split_html(source, "", hints);
    } else {
      f.text = source;
      f.body = split_text(source, hints);
    }
    out.push_back(std::move(f));
  }
  std::sort(out.begin(), out.end(), [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return out;
}

TEST(ReplyFixtures, EachBodyIsTakenApartAsExpected) {
  const auto all = fixtures();
  ASSERT_GE(all.size(), 100U);
  for (const Fixture& f : all) {
    EXPECT_EQ(f.body.reply_text, f.expected.value("reply_text", "")) << f.name;
    EXPECT_EQ(f.body.signature, f.expected.value("signature", "")) << f.name;
    if (f.expected.contains("quoted_text")) {
      EXPECT_EQ(f.body.quoted_text, f.expected["quoted_text"].get<std::string>()) << f.name;
    }
    ASSERT_EQ(f.body.forwarded.has_value(), f.expected.contains("forwarded")) << f.name;
    if (!f.body.forwarded) continue;
    const auto& forwarded = f.expected["forwarded"];
    EXPECT_EQ(f.body.forwarded->from.name, forwarded.value("name", "")) << f.name;
    EXPECT_EQ(f.body.forwarded->from.handle, forwarded.value("address", "")) << f.name;
    EXPECT_EQ(f.body.forwarded->subject, forwarded.value("subject", "")) << f.name;
    EXPECT_EQ(f.body.forwarded->date ? to_rfc3339(*f.body.forwarded->date) : "", forwarded.value("date", "")) << f.name;
    EXPECT_EQ(f.body.forwarded->text, forwarded.value("text", "")) << f.name;
  }
}

// The words of each line, so that a quote mark more or less makes no difference.
std::multiset<std::string> words_of(std::string_view text) {
  std::multiset<std::string> out;
  const std::string one_line = text::replace_all(text, "\n", " ");
  for (const std::string_view part : text::split(one_line, ' ')) {
    std::string word;
    for (const char c : part) {
      if (c != '>' && c != '-' && c != '_' && !text::is_space(c)) word += c;
    }
    if (!word.empty()) out.insert(word);
  }
  return out;
}

// True when each word of `text` is in one of the parts.
bool keeps_all(std::string_view text, const Body& body) {
  std::string parts = body.reply_text + "\n" + body.quoted_text + "\n" + body.signature;
  if (body.forwarded) parts += "\n" + body.forwarded->text;
  const auto have = words_of(text::replace_all(parts, "\xEF\xBB\xBF", ""));
  const auto want = words_of(text::replace_all(text, "\xEF\xBB\xBF", ""));
  return std::includes(have.begin(), have.end(), want.begin(), want.end());
}

TEST(ReplyFixtures, NoWordIsLost) {
  for (const Fixture& f : fixtures()) EXPECT_TRUE(keeps_all(f.text, f.body)) << f.name;
}

TEST(ReplyFixtures, NoWordIsLostHoweverTheLinesAreMixed) {
  std::vector<std::string> lines;
  for (const Fixture& f : fixtures()) {
    for (const std::string_view line : text::lines(f.text)) lines.emplace_back(line);
  }
  std::mt19937 random(20220503);
  for (int round = 0; round < 400; ++round) {
    std::string mixed;
    for (std::size_t n = random() % 24; n-- > 0;) {
      // A few lines that belong together, then others.
      std::size_t at = random() % lines.size();
      for (std::size_t k = random() % 5 + 1; k-- > 0 && at < lines.size(); ++at) mixed += lines[at] + "\n";
    }
    const BodyHints hints{random() % 2 == 0, random() % 3 == 0, "Nora Lind"};
    ASSERT_TRUE(keeps_all(mixed, split_text(mixed, hints))) << mixed;
  }
}

TEST(ReplyFixtures, HostileBodiesTakeLinearTime) {
  for (const std::string_view piece :
       {">", "> ", ">\n", "On ", "On\n", "On 3 May 2022 10:00, x wrote\n", "wrote:\n", "--\n", "-",
        "From: a@b.example\n", "To: a@b.example\nx\n", "Regards,\nBob\n", "\n", "<http", "Sent from my iPhone\n",
        "On 3 May 2022 10:00, <a@b.example> wrote:\n", "____________________\nx\n",
        "---------- Forwarded message ---------\n"}) {
    std::string text;
    while (text.size() < 100'000) text += piece;
    const test::CpuTime spent;
    const Body body = split_text(text, {});
    EXPECT_LT(spent.seconds(), test::CpuTime::kLimit) << piece;
    EXPECT_LE(body.reply_text.size() + body.quoted_text.size() + body.signature.size(), text.size()) << piece;
  }
}

}  // namespace
}  // namespace amends::mime
