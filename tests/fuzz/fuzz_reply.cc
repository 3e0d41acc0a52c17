// What must hold for any body: each of its words lands in the reply, the quote, the signature or the forwarded mail.
// The first byte says whether it is text or HTML and gives the hints. Built by clang with
// -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/html/html.h"
#include "core/mime/reply.h"

namespace {

// How often each word occurs. Quote marks and drawn lines are no words.
std::map<std::string, int> words_of(std::string_view s) {
  std::map<std::string, int> out;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) ++out[word];
    word.clear();
  };
  for (const char c : s) {
    const bool letter = amends::text::is_alpha(c) || amends::text::is_digit(c);
    if (letter)
      word += c;
    else
      end_word();
  }
  end_word();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string source = amends::text::repair_utf8({reinterpret_cast<const char*>(data) + 1, size - 1});
  const bool is_html = (data[0] & 1) != 0;
  const amends::mime::BodyHints hints{(data[0] & 2) != 0, (data[0] & 4) != 0, (data[0] & 8) != 0 ? "Nora Lind" : ""};
  const std::string text = is_html ? amends::html::to_text(source) : source;
  const auto body = is_html ? amends::mime::split_html(source, "", hints) : amends::mime::split_text(source, hints);
  std::string parts = body.reply_text + "\n" + body.quoted_text + "\n" + body.signature;
  if (body.forwarded) parts += "\n" + body.forwarded->text;
  const auto have = words_of(parts);
  for (const auto& [word, count] : words_of(text)) {
    const auto found = have.find(word);
    if (found == have.end() || found->second < count) {
      std::fprintf(stderr, "lost \"%s\" of\n%s\nkept\n%s\n", word.c_str(), text.c_str(), parts.c_str());
      std::abort();
    }
  }
  return 0;
}
