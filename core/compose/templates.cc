#include "core/compose/templates.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "core/base/text.h"
#include "core/base/toml.h"
#include "core/compose/left_overs.h"
#include "core/compose/mustache_lint.h"

namespace amends::compose {
namespace {

constexpr std::string_view kFence = "+++\n";

Error unfit(std::string_view name, std::string what) {
  return fail(Kind::invalid, "template " + std::string(name) + ": " + std::move(what));
}

struct Parts {
  std::string_view header, body;
};
std::optional<Parts> cut(std::string_view file) {
  if (file.substr(0, kFence.size()) != kFence) return {};
  const auto end = file.find("\n+++\n", kFence.size() - 1);
  if (end == std::string_view::npos) return {};
  return Parts{file.substr(kFence.size(), end + 1 - kFence.size()), file.substr(end + 5)};
}

Result<Field> read_field(std::string_view name, const toml::node& node) {
  Field field;
  field.name = name;
  const auto* table = node.as_table();
  if (table == nullptr) return fail(Kind::invalid, "[fields." + field.name + "] is no table");
  for (const auto& [key, value] : *table) {
    const auto string = value.value<std::string>();
    if (!string) return fail(Kind::invalid, "fields." + field.name + ": everything in it is text");
    if (key == "type") {
      const auto kind = model::value_in(kFieldKinds, *string);
      if (!kind) return fail(Kind::invalid, "fields." + field.name + ": there is no type \"" + *string + "\"");
      field.kind = *kind;
    } else if (key == "about") {
      field.about = *string;
    } else if (key == "fallback") {
      field.fallback = *string;
    } else {
      return fail(Kind::invalid, "fields." + field.name + ": \"" + std::string(key.str()) + "\" means nothing here");
    }
  }
  return field;
}

Result<Done> read_header(Template& t, std::string_view header) {
  const auto parsed = toml::parse(header);
  if (!parsed) {
    return fail(Kind::invalid, "line " + std::to_string(parsed.error().source().begin.line + 1) + ": " +
                                   std::string(parsed.error().description()));
  }
  for (const auto& [key, value] : parsed.table()) {
    if (key == "subject" && value.is_string()) {
      t.subject = *value.value<std::string>();
    } else if (key == "fields" && value.is_table()) {
      for (const auto& [name, field] : *value.as_table()) {
        TRY(auto read, read_field(name.str(), field));
        t.fields.push_back(std::move(read));
      }
    } else {
      return fail(Kind::invalid, "\"" + std::string(key.str()) + "\" means nothing in a template's header");
    }
  }
  return Done{};
}

constexpr std::size_t kSubjectMax = 500, kAboutMax = 500, kFallbackMax = 4000, kMostFields = 100;

void look_at_field(const Field& field, std::vector<Flaw>& flaws) {
  const std::string part = "fields." + field.name;
  if (field.about.empty()) flaws.push_back({part, "say what it is about"});
  if (field.about.size() > kAboutMax) flaws.push_back({part, "what it is about takes at most 500 characters"});
  if (!field.fallback) return;
  if (!left_overs(*field.fallback).empty()) flaws.push_back({part, "its fallback looks like a gap itself"});
  if (field.fallback->size() > kFallbackMax) flaws.push_back({part, "a fallback takes at most 4000 characters"});
}

// What would be found when it is rendered, whatever the values: "[NAME]" among the words.
void look_at_words(const std::string& part, std::string_view source, std::vector<Flaw>& flaws) {
  std::string words;
  for (std::size_t at = 0; at < source.size();) {
    const auto open = source.find("{{", at);
    words += source.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) break;
    const auto close = source.find("}}", open);
    if (!std::strchr("#^/!", source[open + 2])) words += '0';
    words.append(static_cast<std::size_t>(std::count(source.begin() + static_cast<std::ptrdiff_t>(open),
                                                     source.begin() + static_cast<std::ptrdiff_t>(close), '\n')),
                 '\n');
    at = close + 2;
  }
  int line = 0;
  for (const auto one : text::lines(words)) {
    ++line;
    for (const auto& left : left_overs(one)) {
      flaws.push_back({part, "line " + std::to_string(line) + ": \"" + left.text + "\" would be taken for a gap"});
    }
  }
}

// The tags of one part; the names of those that stand for a field go into `used`.
void look_at_tags(const Template& t, const std::string& part, std::string_view source,
                  std::set<std::string, std::less<>>& used, std::vector<Flaw>& flaws) {
  const auto tags = read_tags(source);
  if (!tags) {
    flaws.push_back({part, tags.error().what});
    for (const Field& field : t.fields) used.insert(field.name);  // nobody knows
    return;
  }
  for (const Tag& tag : *tags) {
    if (tag.kind == Tag::Kind::comment) continue;
    const auto field =
        std::find_if(t.fields.begin(), t.fields.end(), [&](const Field& f) { return f.name == tag.name; });
    const std::string line = "line " + std::to_string(tag.line) + ": ";
    if (field == t.fields.end()) {
      flaws.push_back({part, line + "no field is called \"" + tag.name + "\""});
    } else if (tag.kind != Tag::Kind::value && tag.kind != Tag::Kind::close && !field->fallback) {
      flaws.push_back(
          {part, line + "\"" + tag.name + "\" is always there: only a field with a fallback makes a section"});
    }
    used.insert(tag.name);
  }
  look_at_words(part, source, flaws);
}

}  // namespace

std::vector<Flaw> flaws_of(const Template& t) {
  std::vector<Flaw> flaws;
  std::set<std::string, std::less<>> names, used;
  if (t.fields.size() > kMostFields) flaws.push_back({"fields", "a template has at most 100 fields"});
  for (const Field& field : t.fields) {
    look_at_field(field, flaws);
    if (!names.insert(field.name).second) flaws.push_back({"fields." + field.name, "another one is called the same"});
  }
  look_at_tags(t, "subject", t.subject, used, flaws);
  look_at_tags(t, "body", t.body, used, flaws);
  for (const std::string& name : names) {
    if (used.count(name) == 0) flaws.push_back({"fields." + name, "the field \"" + name + "\" is never used"});
  }
  if (text::trim(t.body).empty()) flaws.push_back({"body", "it has no text"});
  if (t.subject.find('\n') != std::string::npos) flaws.push_back({"subject", "a subject is one line"});
  if (t.subject.size() > kSubjectMax) flaws.push_back({"subject", "a subject takes at most 500 characters"});
  return flaws;
}

Result<Template> named_template(std::string_view name) {
  Template t;
  t.id = name;
  const auto slash = name.find('/'), dot = name.rfind('.');
  if (slash == std::string_view::npos || dot == std::string_view::npos || dot < slash) {
    return unfit(name, "its name is not <step>/<where>.<language>");
  }
  const auto step = model::value_in(kSteps, name.substr(0, slash));
  if (!step) return unfit(name, "there is no step \"" + std::string(name.substr(0, slash)) + "\"");
  t.step = *step;
  t.where = name.substr(slash + 1, dot - slash - 1);
  t.language = name.substr(dot + 1);
  if (t.where.empty() || t.language.size() < 2) return unfit(name, "its name is not <step>/<where>.<language>");
  return t;
}

Result<Template> parse_template(std::string_view name, std::string_view file) {
  if (name.size() > 9 && name.substr(name.size() - 9) == ".mustache") name.remove_suffix(9);
  TRY(Template t, named_template(name));
  if (file.size() > kTemplateMax) return unfit(name, "a template has at most 64 KB");

  const std::string unix_lines = text::replace_all(file, "\r\n", "\n");
  const auto parts = cut(unix_lines);
  if (!parts) return unfit(name, "it does not begin with a header between two lines of +++");
  if (auto read = read_header(t, parts->header); !read) return std::move(read).error().within("template " + t.id);
  t.body = parts->body;
  const auto flaws = flaws_of(t);
  if (flaws.empty()) return t;
  const Flaw& first = flaws.front();
  // Lines count from the top of the file for whoever edits it.
  const auto body_line = std::count(parts->header.begin(), parts->header.end(), '\n') + 3;
  const std::string part =
      first.part == "body" ? "body (begins in line " + std::to_string(body_line) + ")" : first.part;
  return unfit(t.id, part + ", " + first.what);
}

void TemplateSet::add(Template t) {
  std::string id = t.id;
  by_id_.insert_or_assign(std::move(id), std::move(t));
}

Result<const Template*> TemplateSet::find(Step step, std::string_view channel, model::Visibility visibility,
                                          std::string_view customer_language, std::string_view brand_language) const {
  for (const auto language : {customer_language, brand_language, std::string_view("en")}) {
    if (language.empty()) continue;
    for (const auto where : {channel, model::name_of(visibility), std::string_view("any")}) {
      const auto it = by_id_.find(std::string(name_of(step)) + "/" + std::string(where) + "." + std::string(language));
      if (it != by_id_.end()) return &it->second;
    }
  }
  return fail(Kind::not_found, "there is no wording for the step " + std::string(name_of(step)));
}

std::vector<const Template*> TemplateSet::all() const {
  std::vector<const Template*> out;
  for (const auto& [id, t] : by_id_) out.push_back(&t);
  return out;
}

const TemplateSet& builtin_templates() {
  static const TemplateSet set = [] {
    TemplateSet built;
    for (const auto& [name, file] : builtin_files()) {
      if (auto t = parse_template(name, file)) built.add(*std::move(t));
    }
    return built;
  }();
  return set;
}

}  // namespace amends::compose
