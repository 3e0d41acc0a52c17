#include "core/compose/render.h"

#include <kainjow/mustache.hpp>
#include <optional>

#include "core/base/text.h"
#include "core/compose/left_overs.h"

namespace amends::compose {
namespace {

namespace mustache = kainjow::mustache;

// The text under its tags with one blank line where leaving something out left several.
std::string tidied(std::string_view rendered) {
  std::string out;
  int blanks = 0;
  for (const auto line : text::lines(text::trim(rendered))) {
    const auto trimmed = text::trim_right(line);
    if (trimmed.empty()) {
      ++blanks;
      continue;
    }
    if (!out.empty()) out += blanks > 0 ? "\n\n" : "\n";
    blanks = 0;
    out += trimmed;
  }
  return out;
}

std::optional<std::string> put_in(const std::string& source, const mustache::data& values) {
  mustache::mustache prepared(source);
  prepared.set_custom_escape([](const std::string& s) { return s; });
  if (!prepared.is_valid()) return {};
  std::string out;
  bool over = false;
  prepared.render(values, [&](const std::string& piece) {
    if (out.size() + piece.size() > kRenderedMax) over = true;
    if (!over) out += piece;
  });
  if (over || !prepared.is_valid()) return {};
  return out;
}

}  // namespace

Rendered render(const Template& t, const Values& values, const Locale& locale) {
  Rendered out;
  out.template_id = t.id;
  mustache::data filled(mustache::data::type::object);
  for (const auto& field : t.fields) {
    const auto it = values.find(field.name);
    std::string text;
    if (it != values.end()) {
      auto value = written(field.kind, it->second, locale);
      if (value) {
        text = *std::move(value);
      } else {
        out.gaps.push_back({field.name, field.about, value.error().what});
        continue;
      }
    } else if (field.fallback) {
      text = *field.fallback;
    } else {
      out.gaps.push_back({field.name, field.about, "it is missing"});
      continue;
    }
    // To the library even an empty text is a true one; to us it leaves the section out.
    if (text.empty()) {
      filled.set(field.name, mustache::data(false));
    } else {
      filled.set(field.name, mustache::data(text));
    }
  }
  if (!out.gaps.empty()) return out;

  const auto body = put_in(t.body, filled), subject = put_in(t.subject, filled);
  if (!body || !subject) {
    out.gaps.push_back({"", "the text", "it is longer than 256 KB"});
    return out;
  }
  std::string text = tidied(*body), title = text::squeeze(*subject);
  for (const auto& found : {left_overs(text), left_overs(title)}) {
    for (const auto& left : found) out.gaps.push_back({"", "the text", "\"" + left.text + "\" is a gap of a template"});
  }
  if (text.empty()) out.gaps.push_back({"", "the text", "nothing is left of it"});
  if (out.gaps.empty()) {
    out.text = std::move(text);
    out.subject = std::move(title);
  }
  return out;
}

std::vector<DryResult> dry_run(const Template& t, const std::vector<DryRun>& recipients) {
  std::vector<DryResult> out;
  out.reserve(recipients.size());
  for (const auto& r : recipients) out.push_back({r.recipient, render(t, r.values, r.locale)});
  return out;
}

}  // namespace amends::compose
