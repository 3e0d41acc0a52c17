#include "core/mime/body.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/html/html.h"
#include "core/mime/charset.h"
#include "core/mime/embedded.h"
#include "core/mime/encoded_word.h"
#include "core/mime/lines.h"

namespace amends::mime {

namespace {

// Nobody reads more; the raw mail keeps all of it.
constexpr std::size_t kMaxText = std::size_t{8} * 1024 * 1024;

// A stretch of the body: plain, HTML, or both when they are alternatives.
struct Section {
  std::string plain;
  std::string html;
};
using Sections = std::vector<Section>;

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool is_readable_text(const Part& part) {
  for (const std::string_view type : {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown",
                                      "text/x-markdown", "application/xhtml+xml"}) {
    if (part.is(type)) return true;
  }
  return false;
}

// What HTML says of its own charset in its first kilobytes.
std::string_view meta_charset(std::string_view html) {
  const std::string_view head = html.substr(0, 4096);
  for (std::size_t at = text::find_ignoring_case(head, "<meta"); at != head.npos;
       at = text::find_ignoring_case(head, "<meta", at + 5)) {
    const std::string_view tag = head.substr(at, head.find('>', at) - at);
    std::size_t c = text::find_ignoring_case(tag, "charset");
    if (c == tag.npos) continue;
    c += 7;
    while (c < tag.size() && (text::is_space(tag[c]) || tag[c] == '=' || tag[c] == '"' || tag[c] == '\'')) ++c;
    const std::size_t end = tag.find_first_of("\"'; >/", c);
    return tag.substr(c, end - c);
  }
  return {};
}

// RFC 1896, roughly: "<<" is "<", commands leave.
std::string strip_enriched(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '<') {
      out += s[i];
    } else if (i + 1 < s.size() && s[i + 1] == '<') {
      out += s[i++];
    } else {
      const std::size_t end = s.find('>', i);
      if (end == s.npos) break;
      const bool param = text::starts_with_ignoring_case(s.substr(i), "<param>");
      const std::size_t close = param ? text::find_ignoring_case(s, "</param>", i) : s.npos;
      i = close != s.npos ? close + 7 : end;
    }
  }
  return out;
}

bool says_nothing(std::string_view plain) {
  for (std::size_t at = 0; at < plain.size();) {
    const char32_t c = text::next_utf8(plain, at);
    if (c < 0x80 ? text::is_alpha(static_cast<char>(c)) || text::is_digit(static_cast<char>(c))
                 : c != 0xA0 && c != 0x200B && c != 0xFEFF && c != 0x200C && c != 0xFFFD) {
      return false;
    }
  }
  return true;
}

// "Your mail program shows no HTML" instead of what was written.
bool is_stub(std::string_view plain) {
  if (says_nothing(plain)) return true;
  constexpr std::size_t kLongestStub = 600;
  if (plain.size() > kLongestStub) return false;
  static constexpr std::string_view kPhrases[] = {"not support html",
                                                  "n't support html",
                                                  "html-capable",
                                                  "html capable",
                                                  "html enabled",
                                                  "html-enabled",
                                                  "html compatible",
                                                  "html-compatible",
                                                  "message is in html",
                                                  "email is in html",
                                                  "mail is in html",
                                                  "this is an html",
                                                  "requires html",
                                                  "view html",
                                                  "read html",
                                                  "display html",
                                                  "mime format",
                                                  "mime-compliant",
                                                  "not support mime",
                                                  "view this email in your browser",
                                                  "view this message in",
                                                  "in html format",
                                                  "html-format",
                                                  "in html-format",
                                                  "unterstützt kein html",
                                                  "kann kein html",
                                                  "html-darstellung",
                                                  "format html",
                                                  "formato html",
                                                  "html-indeling",
                                                  "view it in a browser",
                                                  "view this email online",
                                                  "enable html",
                                                  "turn on html"};
  return std::any_of(std::begin(kPhrases), std::end(kPhrases),
                     [&](std::string_view phrase) { return text::find_ignoring_case(plain, phrase) != plain.npos; });
}

class Chooser {
 public:
  Chooser(const Tree& tree, bool hash, Notes& notes) : tree_(tree), hash_(hash), notes_(notes) {}

  ChosenBody choose() {
    Sections sections = gather(0);
    for (auto& file : embedded_) add_embedded(file);
    out_.one_section = sections.size() <= 1;
    for (auto& section : sections) {
      if (out_.text.size() + section.plain.size() > 2 * kMaxText) break;
      const bool use_plain = !section.plain.empty() || section.html.empty();
      std::string readable = use_plain ? std::move(section.plain) : tidy_lines(html::to_text(section.html), true);
      if (readable.empty()) add_note(notes_, "the HTML shows no text");
      append(out_.text, std::move(readable), "\n\n");
      append(out_.html, std::move(section.html), "\n");
    }
    mark_inline();
    return std::move(out_);
  }

  std::vector<EmbeddedFile> embedded() {
    gather(0);
    return std::move(embedded_);
  }

 private:
  const Part& part(int index) const { return tree_.parts[static_cast<std::size_t>(index)]; }

  static void append(std::string& to, std::string&& more, std::string_view separator) {
    if (more.empty()) return;
    if (to.empty()) {
      to = std::move(more);
    } else {
      to += separator;
      to += more;
    }
  }

  Sections gather(int index) {
    const Part& p = part(index);
    if (!p.is_multipart()) return leaf(index, p);
    if (p.is("multipart/alternative")) return alternative(p);
    Sections all;
    for (const int child : p.children) {
      for (auto& section : gather(child)) all.push_back(std::move(section));
    }
    return all;
  }

  // The richest spelling is the last (RFC 2046 section 5.1.4); people get the plain one to read and the HTML one to
  // see.
  Sections alternative(const Part& p) {
    Section chosen;
    Sections extra;
    for (const int child : p.children) {
      Sections sections = gather(child);
      Section joined;
      const bool has_html =
          std::any_of(sections.begin(), sections.end(), [](const Section& s) { return !s.html.empty(); });
      for (auto& s : sections) {
        if (has_html && s.html.empty()) {
          extra.push_back(std::move(s));  // plain text beside HTML, a list's footer for one
          continue;
        }
        append(joined.html, std::move(s.html), "\n");
        append(joined.plain, std::move(s.plain), "\n\n");
      }
      if (!joined.html.empty()) chosen.html = std::move(joined.html);
      if (!joined.plain.empty() && chosen.plain.empty()) chosen.plain = std::move(joined.plain);
    }
    if (!chosen.html.empty() && !chosen.plain.empty() && is_stub(chosen.plain)) {
      if (!says_nothing(html::to_text(chosen.html))) {
        if (!says_nothing(chosen.plain)) add_note(notes_, "the plain part only says that there is HTML");
        chosen.plain.clear();
      }
    }
    Sections all;
    if (!chosen.plain.empty() || !chosen.html.empty()) all.push_back(std::move(chosen));
    // Shown already as part of the plain spelling when there is one.
    if (!all.empty() && all[0].plain.empty()) {
      for (auto& s : extra) all.push_back(std::move(s));
    }
    return all;
  }

  bool is_body(int index, const Part& p) const {
    const bool root = index == 0;
    const bool text = is_readable_text(p) || (root && p.begins("text/") && p.filename().empty());
    if (!text || p.disposition.value == "attachment") return false;
    if (p.disposition.value.empty() || p.disposition.value == "inline") {
      return p.filename().empty() || root || (!seen_text_ && is_first_child(index));
    }
    // An unknown disposition is an attachment (RFC 2183 section 2.8) when it names a file.
    return p.filename().empty();
  }

  bool is_first_child(int index) const {
    for (int at = index; part(at).parent >= 0; at = part(at).parent) {
      if (part(part(at).parent).children.front() != at) return false;
    }
    return true;
  }

  Sections leaf(int index, const Part& p) {
    if (p.begins("message/") && (p.is("message/rfc822") || p.is("message/global"))) out_.mails.push_back(index);
    if (!is_body(index, p)) {
      const bool amp = p.is("text/x-amp-html") || p.is("text/watch-html");
      if (!(amp && p.filename().empty())) attach(p);
      return {};
    }
    // A file inside the text may be as large as it likes.
    const bool cut = p.body.size() > kMaxText && p.body.find("\nbegin ") == std::string_view::npos;
    if (cut) add_note(notes_, "the text is over 8 MB; its end is not shown");
    std::string bytes = p.bytes(notes_, cut ? kMaxText : std::string_view::npos);
    if (!p.filename().empty() && bytes.find('\0') != bytes.npos && !is_wide(p.type["charset"])) {
      add_note(notes_, "labelled text, but it is a binary file");
      attach(p);
      return {};
    }
    seen_text_ = true;
    Section section;
    bool is_html = p.is("text/html") || p.is("application/xhtml+xml");
    if (!is_html && p.is("text/plain")) {
      const std::string_view start = text::trim_left(std::string_view(bytes).substr(0, 200));
      if (text::starts_with_ignoring_case(start, "<!doctype html") || text::starts_with_ignoring_case(start, "<html")) {
        is_html = true;
        add_note(notes_, "labelled plain text, but it is HTML");
      }
    }
    std::string_view charset = p.type["charset"];
    if (is_html) {
      if (charset.empty() || !is_known_charset(charset)) {
        if (const std::string_view meta = meta_charset(bytes); !meta.empty() && !is_wide(meta)) {
          const std::string label(meta);
          to_utf8(bytes, label, notes_);
          charset = "utf-8";
        }
      }
      to_utf8(bytes, charset, notes_);
      section.html = tidy_lines(bytes, false);
    } else {
      for (auto& file : take_embedded(bytes)) embedded_.push_back(std::move(file));
      to_utf8(bytes, charset, notes_);
      if (p.is("text/enriched") || p.is("text/richtext")) bytes = strip_enriched(bytes);
      if (text::equals_ignoring_case(p.type["format"], "flowed")) {
        const bool delsp = text::equals_ignoring_case(p.type["delsp"], "yes");
        section.plain = tidy_lines(unflow(tidy_lines(bytes, false), delsp), true);
      } else {
        section.plain = tidy_lines(bytes, true);
      }
    }
    Sections all;
    if (!section.plain.empty() || !section.html.empty()) all.push_back(std::move(section));
    return all;
  }

  // UTF-16 in a meta element can't be true: the element was read as ASCII.
  static bool is_wide(std::string_view label) {
    return text::starts_with_ignoring_case(label, "utf-16") || text::starts_with_ignoring_case(label, "utf-32") ||
           text::starts_with_ignoring_case(label, "unicode");
  }

  void attach(const Part& p) {
    model::Attachment file;
    file.filename = p.filename();
    file.content_type = text::printable(text::repair_utf8(p.type.value));
    const std::string bytes = p.bytes(notes_);
    file.size = static_cast<std::int64_t>(bytes.size());
    if (hash_) file.sha256 = sha256_hex(bytes);
    file.content_id = p.content_id();
    file.part = p.leaf;
    const bool related = p.parent >= 0 && part(p.parent).is("multipart/related");
    file.is_inline = (p.disposition.value == "inline" && (p.begins("image/") || !file.content_id.empty())) ||
                     (related && !file.content_id.empty() && p.disposition.value != "attachment");
    out_.attachments.push_back(std::move(file));
  }

  void add_embedded(EmbeddedFile& embedded) {
    model::Attachment file;
    to_utf8(embedded.filename, {}, notes_);
    file.filename = safe_filename(one_line(embedded.filename));
    file.content_type = "application/octet-stream";
    file.size = static_cast<std::int64_t>(embedded.bytes.size());
    if (hash_) file.sha256 = sha256_hex(embedded.bytes);
    file.part = tree_.leaves + embedded_count_++;
    add_note(notes_, "a file inside the text was taken out as an attachment");
    out_.attachments.push_back(std::move(file));
  }

  void mark_inline() {
    if (out_.html.empty()) return;
    for (auto& file : out_.attachments) {
      if (!file.content_id.empty() && out_.html.find("cid:" + file.content_id) != std::string::npos)
        file.is_inline = true;
    }
  }

  const Tree& tree_;
  bool hash_;
  Notes& notes_;
  ChosenBody out_;
  bool seen_text_ = false;
  std::vector<EmbeddedFile> embedded_;
  std::int32_t embedded_count_ = 0;
};

}  // namespace

ChosenBody choose_body(const Tree& tree, bool hash_attachments, Notes& notes) {
  return Chooser(tree, hash_attachments, notes).choose();
}

std::string_view charset_hint(const Tree& tree) {
  for (const auto& part : tree.parts) {
    if (!part.begins("text/")) continue;
    const std::string_view charset = part.type["charset"];
    if (!charset.empty() && !text::equals_ignoring_case(charset, "us-ascii") &&
        !text::equals_ignoring_case(charset, "utf-8") && is_known_charset(charset))
      return charset;
  }
  return {};
}

bool leaf_bytes(const Tree& tree, std::int32_t number, std::string& out) {
  Notes ignored;
  for (const auto& part : tree.parts) {
    if (part.leaf != number || part.is_multipart()) continue;
    out = part.bytes(ignored);
    return true;
  }
  if (number < tree.leaves) return false;
  auto files = Chooser(tree, false, ignored).embedded();
  const auto at = static_cast<std::size_t>(number - tree.leaves);
  if (at >= files.size()) return false;
  out = std::move(files[at].bytes);
  return true;
}

}  // namespace amends::mime
