#include "core/base/text.h"
#include "core/html/attributes.h"
#include "core/html/entities.h"
#include "core/html/html.h"
#include "core/html/tokenizer.h"
#include "core/html/walker.h"

namespace amends::html {
namespace {

constexpr std::size_t kLargestInput = 10'000'000;

class Cleaner final : public Handler {
 public:
  explicit Cleaner(std::size_t input) { out_.reserve(input + input / 8); }

  bool open(Frame& frame, const Token& token) override {
    const std::size_t before = out_.size();
    if (!append_start_tag(out_, *frame.element, token, counts_)) return false;
    frame.start = out_.substr(before);
    mark(frame);
    return true;
  }
  void reopen(Frame& frame) override {
    out_ += frame.start;
    if (frame.element->kind == Kind::anchor) ++counts_.links;
    mark(frame);
  }
  void close(Frame& frame) override {
    out_ += "</";
    out_ += frame.element->shown;
    out_ += '>';
  }
  void leaf(const Element& element, const Token& token) override { append_start_tag(out_, element, token, counts_); }
  void text(std::string_view s, bool literal) override {
    decoded_.clear();
    if (literal)
      decoded_ = s;
    else
      append_decoded(decoded_, s, false);
    const std::size_t before = out_.size();
    append_escaped(out_, decoded_);
    // A browser swallows the first line break of a <pre>.
    if (before == pre_starts_ && out_.size() > before && out_[before] == '\n') out_.insert(before, 1, '\n');
  }

  Cleaned result() && { return {std::move(out_), counts_.links, counts_.remote_images, false}; }

 private:
  void mark(const Frame& frame) {
    if (frame.element->kind == Kind::preformatted) pre_starts_ = out_.size();
  }

  std::string out_, decoded_;
  Counts counts_;
  std::size_t pre_starts_ = static_cast<std::size_t>(-1);
};

}  // namespace

Cleaned clean(std::string_view html) {
  const bool truncated = html.size() > kLargestInput;
  if (truncated) html = text::clip(html, kLargestInput);
  std::string storage;
  const std::string_view prepared = prepare(html, storage);
  Cleaner cleaner(prepared.size());
  Walker(cleaner).run(prepared);
  Cleaned out = std::move(cleaner).result();
  out.truncated = truncated;
  return out;
}

std::string escape(std::string_view s) {
  std::string out;
  out.reserve(s.size() + s.size() / 8);
  append_escaped(out, s);
  return out;
}

}  // namespace amends::html
