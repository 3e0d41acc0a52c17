// Every case of testdata/replies: a body as a client sent it and beside it what is reply, quote, signature and forward.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/html/html.h"
#include "core/mime/reply.h"
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

TEST(ReplyFixtures, NoWordIsLost) {
  for (const Fixture& f : fixtures()) {
    std::string parts = f.body.reply_text + "\n" + f.body.quoted_text + "\n" + f.body.signature;
    if (f.body.forwarded) parts += "\n" + f.body.forwarded->text;
    const auto have = words_of(text::replace_all(parts, "\xEF\xBB\xBF", ""));
    const auto want = words_of(text::replace_all(f.text, "\xEF\xBB\xBF", ""));
    EXPECT_TRUE(std::includes(have.begin(), have.end(), want.begin(), want.end())) << f.name;
  }
}

}  // namespace
}  // namespace amends::mime
