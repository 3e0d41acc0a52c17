#include "core/mime/address.h"

#include <idn2.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/mime/address_syntax.h"
#include "core/mime/charset.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

// One piece of a phrase as it stood there.
struct Token {
  std::string text;
  bool quoted = false;
  bool space_before = false;
};

std::string join(const std::vector<Token>& tokens) {
  std::string out;
  for (const auto& token : tokens) {
    if (token.space_before && !out.empty()) out += ' ';
    out += token.text;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view s, Notes& notes, std::string_view hint) : s_(s), notes_(notes), hint_(hint) {}

  std::vector<Mailbox> read() {
    bool space = false;
    while (at_ < s_.size() && out_.size() < kMost) {
      const char c = s_[at_];
      if (text::is_space(c) || c == '>') {  // a lone bracket means nothing
        space = true;
        ++at_;
        continue;
      }
      if (c == '(') {
        comment_ = read_comment(s_, at_);
        space = true;
        continue;
      }
      if (c == '"') {
        tokens_.push_back({read_quoted(s_, at_), true, space});
      } else if (c == '<') {
        read_angle();
      } else if (c == ',' || c == ';') {
        ++at_;
        flush();
        in_group_ = in_group_ && c != ';';
        if (c == ';') can_merge_ = false;
      } else if (c == ':' && !in_group_ && angle_.empty() && is_group_name()) {
        ++at_;
        tokens_.clear();
        comment_.clear();
        in_group_ = true;
      } else {
        read_atom(space);
      }
      space = false;
    }
    flush();
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kMost = 5000;

  bool is_group_name() const {
    return !tokens_.empty() && std::none_of(tokens_.begin(), tokens_.end(), [](const Token& t) {
      return !t.quoted && (t.text.find('@') != t.text.npos || text::equals_ignoring_case(t.text, "mailto"));
    });
  }

  void read_atom(bool space) {
    std::size_t end = at_;
    bool literal = false;  // inside [1.2.3.4] or [IPv6:…]
    while (end < s_.size()) {
      const char c = s_[end];
      if (c == '[') literal = true;
      if (c == ']') literal = false;
      if (text::is_space(c) || c == '(' || c == '<' || c == ',' || c == ';' || c == '"') break;
      if (c == ':' && !literal && end > at_ && !in_group_ && angle_.empty() &&
          s_.substr(at_, end - at_).find('@') == s_.npos &&
          !text::equals_ignoring_case(s_.substr(at_, end - at_), "mailto")) {
        break;
      }
      // An encoded word may hold what would part addresses.
      if (c == '=' && end + 1 < s_.size() && s_[end + 1] == '?') {
        const std::size_t close = word_end(end);
        if (close > end) {
          end = close;
          continue;
        }
      }
      ++end;
    }
    if (end == at_) ++end;
    tokens_.push_back({std::string(s_.substr(at_, end - at_)), false, space});
    at_ = end;
  }

  // Behind the encoded word at `from`, or `from` when there is none.
  std::size_t word_end(std::size_t from) {
    constexpr std::size_t kLongest = 4000;
    const std::string_view near = s_.substr(from, kLongest);
    const std::size_t first = near.find('?', 2);
    if (first == near.npos || first + 2 >= near.size() || near[first + 2] != '?') return from;
    const std::size_t end = near.find("?=", first + 3);
    if (end == near.npos) return from;
    if (near.substr(0, end).find_first_of(" \t<>\"") != near.npos) return from;
    return from + end + 2;
  }

  void read_angle() {
    std::size_t end = at_ + 1;
    bool quote = false;
    for (; end < s_.size(); ++end) {
      if (s_[end] == '\\' && quote) {
        ++end;
      } else if (s_[end] == '"') {
        quote = !quote;
      } else if (s_[end] == '>' && !quote) {
        break;
      }
    }
    if (end >= s_.size() && quote) end = std::min(s_.find('>', at_), s_.size());
    std::string_view inside = s_.substr(at_ + 1, std::min(end, s_.size()) - at_ - 1);
    if (end >= s_.size()) {
      // Never closed: it ends where the next address begins.
      const std::size_t comma = inside.find(',');
      if (comma != inside.npos && inside.find('@') < comma && inside[0] != '@') inside = inside.substr(0, comma);
      add_note(notes_, "an address has no closing bracket");
      at_ += 1 + inside.size();
    } else {
      at_ = end + 1;
    }
    std::string address = tidy_address(inside);
    // "<undisclosed-recipients:;>" and what gateways make of it: an empty group in brackets.
    if (const std::size_t colon = address.find(':');
        colon != address.npos && colon < address.find('@') && address.find('"') == address.npos) {
      address = address.substr(colon + 1);
      if (address.empty() || address[0] == '@') address.clear();
    }
    if (!angle_.empty() && angle_.find('@') != angle_.npos) {
      if (address.find('@') == address.npos) return;
      if (tokens_.size() > tokens_before_angle_) {
        // "A <a@x> B <b@x>": only the comma is missing.
        add_note(notes_, "a comma between two addresses is missing");
        std::vector<Token> second(tokens_.begin() + static_cast<std::ptrdiff_t>(tokens_before_angle_), tokens_.end());
        tokens_.resize(tokens_before_angle_);
        flush();
        tokens_ = std::move(second);
      } else {
        add_note(notes_, "two addresses in brackets for one name; the last counts");
      }
    }
    angle_ = address;
    has_angle_ = true;
    tokens_before_angle_ = tokens_.size();
  }

  std::string decoded(std::string_view s) { return text::squeeze(decode_words(s, notes_, hint_)); }

  void flush() {
    Mailbox box;
    std::vector<Token> tokens = std::move(tokens_);
    std::string angle = std::move(angle_);
    std::string note = std::move(comment_);
    const bool had_angle = has_angle_;
    tokens_.clear();
    angle_.clear();
    comment_.clear();
    has_angle_ = false;
    if (had_angle) {
      box.address = angle;
      box.name = decoded(join(tokens));
      // "Doe, John <j@x>" without quotes: the comma belongs to the name.
      if (can_merge_ && !out_.empty() && out_.back().address.find('@') == std::string::npos && !box.name.empty()) {
        const Mailbox& before = out_.back();
        box.name = (before.name.empty() ? before.address : before.name) + ", " + box.name;
        out_.pop_back();
        add_note(notes_, "a name holds a comma without quotes");
      }
      if (box.name.empty()) box.name = decoded(note);
    } else if (read_encoded(tokens)) {
      return;
    } else if (tokens.empty()) {
      return;
    } else {
      const auto with_at = std::find_if(tokens.begin(), tokens.end(),
                                        [](const Token& t) { return !t.quoted && t.text.find('@') != t.text.npos; });
      // "jane at customer.example (Jane)": how list archives keep addresses from harvesters.
      const bool spelt = tokens.size() == 3 && text::equals_ignoring_case(tokens[1].text, "at") && !tokens[0].quoted &&
                         !tokens[2].quoted && text::is_ascii(tokens[0].text) &&
                         tokens[2].text.find('.') != std::string::npos && is_dot_atom(tokens[0].text) &&
                         is_dot_atom(tokens[2].text);
      if (spelt) {
        box.address = tidy_address(tokens[0].text + "@" + tokens[2].text);
        box.name = decoded(note);
        add_note(notes_, "an address is spelt with \"at\"");
      } else if (with_at == tokens.end()) {
        const bool all_quoted = std::all_of(tokens.begin(), tokens.end(), [](const Token& t) { return t.quoted; });
        if (all_quoted && tokens.size() == 1 && tokens[0].text.find('@') != std::string::npos &&
            tokens[0].text.find(' ') == std::string::npos) {
          box.address = tidy_address(tokens[0].text);
        } else if (tokens.size() == 1 && !tokens[0].quoted && text::is_ascii(tokens[0].text) &&
                   tokens[0].text.find("=?") == std::string::npos) {
          box.address = tidy_address(tokens[0].text);
        } else {
          box.name = decoded(join(tokens));
        }
      } else {
        // The run of tokens around the "@" that stands without spaces, or with spaces on both sides of "@" or a dot.
        auto first = with_at;
        auto last = with_at + 1;
        const auto open_left = [&] { return first->text.front() == '@' || !first->space_before; };
        while (first != tokens.begin() &&
               (open_left() || first->text.front() == '.' || (first - 1)->text.back() == '.'))
          --first;
        const auto open_right = [&] { return (last - 1)->text.back() == '@' || (last - 1)->text.back() == '.'; };
        while (last != tokens.end() && (!last->space_before || open_right() || last->text.front() == '.')) ++last;
        std::string address;
        for (auto t = first; t != last; ++t) {
          address += t->quoted ? "\"" + text::replace_all(text::replace_all(t->text, "\\", "\\\\"), "\"", "\\\"") + "\""
                               : t->text;
        }
        box.address = tidy_address(address);
        tokens.erase(first, last);
        box.name = decoded(join(tokens));
        if (box.name.empty()) box.name = decoded(note);
        if (!tokens.empty()) add_note(notes_, "an address stands without brackets behind a name");
      }
    }
    if (box.address.empty() && box.name.empty()) return;
    to_clean(box);
    check_mismatch(box);
    can_merge_ = !had_angle && !in_group_ && box.address.find('@') == std::string::npos;
    out_.push_back(std::move(box));
  }

  // The address itself was encoded (RFC 2047 section 5 forbids it); it's all that the sender gave.
  bool read_encoded(const std::vector<Token>& tokens) {
    const bool words = !tokens.empty() && std::all_of(tokens.begin(), tokens.end(), [](const Token& t) {
      return !t.quoted && t.text.compare(0, 2, "=?") == 0;
    });
    if (!words || decoding_) return false;
    const std::string inner = decoded(join(tokens));
    if (inner.find('@') == inner.npos || inner.find("=?") != inner.npos) return false;
    Reader again(inner, notes_, hint_);
    again.decoding_ = true;
    auto found = again.read();
    if (found.size() != 1 || found[0].address.find('@') == std::string::npos) return false;
    add_note(notes_, "the address itself is an encoded word");
    out_.push_back(std::move(found[0]));
    return true;
  }

  void to_clean(Mailbox& box) {
    if (text::is_ascii(box.address)) return;
    to_utf8(box.address, {}, notes_, hint_);
    box.address = one_line(box.address);
  }

  // A name that is another address than the real one is how people are fooled.
  void check_mismatch(const Mailbox& box) {
    const std::size_t at = box.name.find('@');
    if (at == std::string::npos || at == 0 || at + 3 > box.name.size()) return;
    std::size_t from = box.name.find_last_of(" <\"'(,;:", at);
    from = from == std::string::npos ? 0 : from + 1;
    const std::size_t to = std::min(box.name.find_first_of(" >\"'),;", at), box.name.size());
    const std::string shown = box.name.substr(from, to - from);
    if (shown.find('.', at - from) == std::string::npos) return;
    if (handle_of(shown) != handle_of(box.address))
      add_note(notes_, "the name shows another address than the real one");
  }

  std::string_view s_;
  Notes& notes_;
  std::string_view hint_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::string angle_;
  std::string comment_;
  bool has_angle_ = false;
  std::size_t tokens_before_angle_ = 0;
  bool in_group_ = false;
  bool decoding_ = false;
  bool can_merge_ = false;
  std::vector<Mailbox> out_;
};

std::string lower(std::string_view s) { return text::is_ascii(s) ? text::ascii_lower(s) : text::fold(s); }

std::string ascii_domain(std::string_view domain) {
  std::string low = text::ascii_lower(domain);
  if (text::is_ascii(low)) return low;
  char* out = nullptr;
  if (idn2_to_ascii_8z(low.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK || !out)
    return lower(domain);
  std::string ascii = out;
  idn2_free(out);
  return ascii;
}

}  // namespace

std::vector<Mailbox> read_addresses(std::string_view raw, Notes& notes, std::string_view hint) {
  const std::string line = unfold(raw);
  return Reader(line, notes, hint).read();
}

std::string handle_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == address.npos) return lower(address);
  return lower(address.substr(0, at)) + "@" + ascii_domain(address.substr(at + 1));
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == address.npos ? std::string() : ascii_domain(address.substr(at + 1));
}

}  // namespace amends::mime
