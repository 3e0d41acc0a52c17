#include "core/base/text.h"
#include "core/html/attributes.h"
#include "core/html/entities.h"
#include "core/html/html.h"
#include "core/html/sheet.h"
#include "core/html/tokenizer.h"
#include "core/html/walker.h"

#include <string>
#include <utility>
#include <vector>

namespace amends::html {
namespace {

constexpr std::size_t kLargestInput = 10'000'000;

class Cleaner final : public Handler {
 public:
  explicit Cleaner(std::size_t input) : sheet_(input + 65'536) {
    out_.reserve(input + input / 8);
    path_.push_back({"body", {}, {}});
  }

  bool open(Frame& frame, const Token& token) override {
    const std::size_t before = out_.size();
    const Element& element = *frame.element;
    const Node node = node_of(element, token);
    if (element.kind == Kind::page) {
      path_.front() = node;
      for (Declaration& d : clean_declarations(color_declaration("color", token.attribute("link"))))
        sheet_.add_weakest("a", std::move(d));
    } else {
      path_.push_back(node);
    }
    const bool written = append_start_tag(out_, element, token, style_of(element, token), counts_);
    if (!written) {
      if (element.kind != Kind::page) path_.pop_back();
      return false;
    }
    frame.start = out_.substr(before);
    frame.value = nodes_.size();
    nodes_.push_back(node);
    mark(frame);
    return true;
  }
  void reopen(Frame& frame) override {
    out_ += frame.start;
    path_.push_back(nodes_[frame.value]);
    if (frame.element->kind == Kind::anchor) ++counts_.links;
    mark(frame);
  }
  void close(Frame& frame) override {
    out_ += "</";
    out_ += frame.element->shown;
    out_ += '>';
    if (frame.element->kind != Kind::page) path_.pop_back();
  }
  void leaf(const Element& element, const Token& token) override {
    path_.push_back(node_of(element, token));
    append_start_tag(out_, element, token, style_of(element, token), counts_);
    path_.pop_back();
  }
  void sheet_opens(const Token& token) override { sheet_holds_ = media_holds(token.attribute("media")); }
  void sheet(std::string_view css) override {
    if (sheet_holds_) sheet_.add(css);
  }
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
  static Node node_of(const Element& element, const Token& token) {
    const auto value = [&](std::string_view name) {
      const Attribute* found = token.find(name);
      return found == nullptr ? std::string_view() : found->value;
    };
    return {element.name, value("id"), value("class")};
  }
  std::string style_of(const Element& element, const Token& token) {
    std::string own = token.attribute("style");
    if (element.kind != Kind::page) return sheet_.style_of(path_, own);
    const std::string look = color_declaration("background-color", token.attribute("bgcolor")) +
                             color_declaration("color", token.attribute("text"));
    return sheet_.style_of({path_.front()}, look + own);
  }
  void mark(const Frame& frame) {
    if (frame.element->kind == Kind::preformatted) pre_starts_ = out_.size();
  }

  std::string out_, decoded_;
  Sheet sheet_;
  bool sheet_holds_ = false;
  std::vector<Node> path_;   // the page and the open elements
  std::vector<Node> nodes_;  // of every element that was opened, by its frame's value
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
