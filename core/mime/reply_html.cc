#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/html/html.h"
#include "core/mime/reply.h"
#include "core/mime/reply_lines.h"
#include "core/mime/reply_split.h"

namespace amends::mime {
namespace {

std::vector<reply::Line> marked_lines(const std::vector<html::TextLine>& from) {
  std::vector<reply::Line> out;
  out.reserve(from.size());
  for (const html::TextLine& source : from) {
    reply::Line line;
    line.raw = source.text;
    line.text = reply::trim_invisible(line.raw);
    line.marks = reply::quote_marks(line.raw);
    line.region = source.region;
    switch (source.role) {
      case html::Role::body: break;
      case html::Role::header: line.header = true; break;
      case html::Role::quote:
        line.role = reply::Role::quote;
        line.fixed = true;
        break;
      case html::Role::signature:
        line.role = reply::Role::signature;
        line.fixed = true;
        break;
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace

Body split_html(std::string_view html, std::string_view text, const BodyHints& hints) {
  const std::vector<html::TextLine> lines = html::to_lines(html);
  const bool marked =
      std::any_of(lines.begin(), lines.end(), [](const html::TextLine& l) { return l.role != html::Role::body; });
  // Without marks the plain part knows as much, and how its author broke the lines.
  const bool has_text = !reply::trim_invisible(text).empty();
  if (!marked && has_text) return split_text(text, hints);
  Body body = reply::split(marked_lines(lines), hints);
  if (!body.reply_text.empty() || body.forwarded || !has_text) return body;
  // Somebody who writes inside the quote's markup leaves nothing outside of it; the plain part may show what is new.
  Body plain = split_text(text, hints);
  const bool better = !plain.reply_text.empty() && !plain.quoted_text.empty();
  return better ? plain : body;
}

}  // namespace amends::mime
