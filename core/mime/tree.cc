#include "core/mime/tree.h"

#include <string.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

struct Delimiter {
  std::size_t at = 0;    // of the line
  std::size_t next = 0;  // behind the line
  bool last = false;     // "--boundary--"
};

bool is_padding(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The next delimiter line from `from` on (RFC 2046 section 5.1.1).
bool find_delimiter(std::string_view s, std::size_t from, const std::string& dashed, Delimiter& out) {
  while (from < s.size()) {
    const void* hit = ::memmem(s.data() + from, s.size() - from, dashed.data(), dashed.size());
    if (!hit) return false;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(hit) - s.data());
    from = at + dashed.size();
    if (at > 0 && s[at - 1] != '\n') continue;
    std::size_t end = from;
    const bool last = s.compare(end, 2, "--") == 0;
    if (last) end += 2;
    while (end < s.size() && is_padding(s[end])) ++end;
    // What follows must not be more of a boundary: "--b" is no delimiter of "bc", nor "--b--" of "b--c".
    if (end < s.size() && s[end] != '\n') {
      const bool more = text::is_alpha(s[end]) || text::is_digit(s[end]) ||
                        std::string_view("'()+_,-./:=?").find(s[end]) != std::string_view::npos;
      if (!last || more) continue;
      end = std::min(s.find('\n', end), s.size());
    }
    out = {at, end < s.size() ? end + 1 : end, last};
    return true;
  }
  return false;
}

std::string_view without_last_break(std::string_view s) {
  if (!s.empty() && s.back() == '\n') s.remove_suffix(1);
  while (!s.empty() && s.back() == '\r') s.remove_suffix(1);
  return s;
}

// The boundary that the body itself shows: a line "--x" followed by a part's header or by nothing else.
std::string guess_boundary(std::string_view s) {
  std::size_t at = 0;
  for (int lines = 0; lines < 200 && at < s.size(); ++lines) {
    const std::size_t end = std::min(s.find('\n', at), s.size());
    std::string_view line = text::trim_right(s.substr(at, end - at));
    at = std::min(end + 1, s.size());
    if (line.size() < 4 || line.size() > 200 || line.compare(0, 2, "--") != 0 || line == "-- ") continue;
    if (text::starts_with_ignoring_case(s.substr(at), "content-")) return std::string(line);
  }
  return {};
}

class TreeReader {
 public:
  TreeReader(Tree& tree, Notes& notes) : tree_(tree), notes_(notes) {}

  // Adds the part and everything inside; the index of the part, -1 when there are too many.
  int add(Header header, int parent, int depth, std::string_view default_type) {
    if (tree_.parts.size() >= kMaxParts) {
      add_note(notes_, "more than 1000 parts; the rest is not read");
      return -1;
    }
    const int index = static_cast<int>(tree_.parts.size());
    tree_.parts.emplace_back();
    Part part;
    part.parent = parent;
    part.body = header.body;
    read_fields(header, part, default_type);
    part.header = std::move(header);
    if (part.begins("multipart/") && depth >= kMaxDepth) {
      add_note(notes_, "parts nested deeper than 20 are kept as one attachment");
    } else if (part.begins("multipart/")) {
      tree_.parts[static_cast<std::size_t>(index)] = std::move(part);
      if (read_children(index, depth)) return index;
      part = std::move(tree_.parts[static_cast<std::size_t>(index)]);
      // No part to be found: what stands there is read as text.
      part.type.value = text::find_ignoring_case(part.body.substr(0, 512), "<html") != std::string_view::npos
                            ? "text/html"
                            : "text/plain";
      add_note(notes_, "labelled multipart, but it holds no parts");
    }
    part.leaf = tree_.leaves++;
    tree_.parts[static_cast<std::size_t>(index)] = std::move(part);
    return index;
  }

 private:
  void read_fields(const Header& header, Part& part, std::string_view default_type) {
    std::string_view type, disposition, transfer;
    int types = 0;
    for (const auto& field : header.fields) {
      if (field.name.size() < 12 || !text::starts_with_ignoring_case(field.name, "content-")) continue;
      const std::string_view rest = field.name.substr(8);
      if (text::equals_ignoring_case(rest, "type")) {
        ++types;
        // The first that says a type; a broken one gives way to a later one.
        if (text::trim(type).empty() ||
            (type.substr(0, type.find(';')).find('/') == type.npos && field.value.find('/') != type.npos))
          type = field.value;
      } else if (text::equals_ignoring_case(rest, "disposition")) {
        if (text::trim(disposition).empty()) disposition = field.value;
      } else if (text::equals_ignoring_case(rest, "transfer-encoding")) {
        if (text::trim(transfer).empty()) transfer = field.value;
      }
    }
    if (types > 1) add_note(notes_, "several Content-Type fields");
    if (!text::trim(type).empty()) {
      part.type = read_parameters(type, notes_);
      part.typed = true;
    }
    if (!text::trim(disposition).empty()) part.disposition = read_parameters(disposition, notes_);
    const bool declared = !text::trim(transfer).empty();
    std::optional<Transfer> known;
    if (declared) known = transfer_of(transfer);
    part.transfer = known.value_or(Transfer::identity);
    std::string& value = part.type.value;
    const std::size_t slash = value.find('/');
    if (value.empty()) {
      value = default_type;
    } else if (value == "text" || value == "html" || value == "plain") {
      value = value == "html" ? "text/html" : "text/plain";
    } else if (slash == value.npos || slash == 0 || slash + 1 == value.size()) {
      // RFC 2045 section 5.2: what can't be understood is plain text; but what names a file stays a file.
      add_note(notes_, "the content type is broken");
      const bool multipart = value.compare(0, 9, "multipart") == 0;
      value = multipart ? "multipart/mixed" : part.filename().empty() ? "text/plain" : "application/octet-stream";
    }
    const bool text = part.begins("text/");
    if (!known && text) part.transfer = guess_transfer(part.body, declared);
    if (declared && !known) {
      add_note(notes_, part.transfer == Transfer::identity
                           ? "the transfer encoding is unknown, the bytes are taken as they are"
                           : "the transfer encoding is unknown; told by the bytes");
    } else if (part.transfer != Transfer::identity && !declared) {
      add_note(notes_, "the transfer encoding is missing; told by the bytes");
    }
  }

  bool read_children(int index, int depth) {
    std::string_view body;
    std::string dashed;
    bool digest = false;
    {
      Part& part = tree_.parts[static_cast<std::size_t>(index)];
      if (part.transfer == Transfer::base64 || part.transfer == Transfer::quoted_printable) {
        // Not allowed (RFC 2045 section 6.4); honoured only when no delimiter shows in the clear.
        const std::string clear = "--" + std::string(part.type["boundary"]);
        if (part.body.find(clear) == std::string_view::npos) {
          add_note(notes_, "a multipart in a transfer encoding");
          tree_.decoded.push_back(part.bytes(notes_));
          part.body = tree_.decoded.back();
        }
        part.transfer = Transfer::identity;
      }
      body = part.body;
      digest = part.is("multipart/digest");
      const std::string_view boundary = text::trim_right(part.type["boundary"]);
      if (!boundary.empty()) dashed = "--" + std::string(boundary);
    }
    Delimiter here;
    if (dashed.empty() || !find_delimiter(body, 0, dashed, here)) {
      dashed = guess_boundary(body);
      if (dashed.empty() || !find_delimiter(body, 0, dashed, here)) return false;
      add_note(notes_, "the boundary is missing or wrong; taken from the body");
    }
    bool any = false;
    bool closed = here.last;
    while (!here.last || !any) {
      Delimiter next;
      const bool found = find_delimiter(body, here.next, dashed, next);
      const std::string_view slice = body.substr(here.next, (found ? next.at : body.size()) - here.next);
      const std::string_view content = found ? without_last_break(slice) : slice;
      if (!found && here.last) break;
      if (found || !text::trim(content).empty()) {
        const int child =
            add(read_header(content, false, notes_), index, depth + 1, digest ? "message/rfc822" : "text/plain");
        if (child < 0) break;
        tree_.parts[static_cast<std::size_t>(index)].children.push_back(child);
        any = true;
      }
      if (!found) break;
      closed = next.last;
      here = next;
    }
    if (!closed) add_note(notes_, "the closing boundary is missing");
    if (any && closed) keep_epilogue(body.substr(here.next), index, depth, dashed);
    return any;
  }

  // Some software closes a multipart too early and goes on with parts.
  void keep_epilogue(std::string_view rest, int index, int depth, const std::string& dashed) {
    Delimiter at;
    while (find_delimiter(rest, 0, dashed, at) && !at.last) {
      add_note(notes_, "parts follow behind the closing boundary");
      Delimiter end;
      const bool found = find_delimiter(rest, at.next, dashed, end);
      const std::string_view content = rest.substr(at.next, (found ? end.at : rest.size()) - at.next);
      const int child = add(read_header(without_last_break(content), false, notes_), index, depth + 1, "text/plain");
      if (child < 0) return;
      tree_.parts[static_cast<std::size_t>(index)].children.push_back(child);
      if (!found) return;
      rest = rest.substr(end.last ? end.next : end.at);
    }
  }

  Tree& tree_;
  Notes& notes_;
};

}  // namespace

std::string Part::filename() const {
  for (const std::string_view given : {disposition["filename"], type["name"], type["filename"], disposition["name"]}) {
    if (std::string name = safe_filename(given); !name.empty()) return name;
  }
  // A bare file name also stands in Content-Location (RFC 2557), where mostly addresses do.
  const std::string_view location = text::trim(header["content-location"]);
  if (location.find('.') != location.npos && location.find_first_of(":?<>") == location.npos) {
    Notes ignored;
    return safe_filename(decode_words(unfold(location), ignored));
  }
  return {};
}

std::string Part::content_id() const {
  std::string_view id = text::trim(header["content-id"]);
  if (!id.empty() && id.front() == '<') id.remove_prefix(1);
  if (const std::size_t end = id.find('>'); end != id.npos) id = id.substr(0, end);
  return text::squeeze(text::repair_utf8(text::printable(id)));
}

std::string Part::bytes(Notes& notes, std::size_t most) const {
  std::string out;
  const std::string_view encoded = body.substr(0, most);
  switch (transfer) {
    case Transfer::identity: out = encoded; break;
    case Transfer::quoted_printable: decode_quoted_printable(encoded, out); break;
    case Transfer::uuencode: decode_uuencode(encoded, out); break;
    case Transfer::base64:
      if (begins("text/")) {
        decode_base64_text(encoded, out, notes);
      } else {
        decode_base64(encoded, out);
      }
      break;
  }
  return out;
}

Tree read_tree(Header header, Notes& notes) {
  Tree tree;
  TreeReader(tree, notes).add(std::move(header), -1, 0, "text/plain");
  return tree;
}

}  // namespace amends::mime
