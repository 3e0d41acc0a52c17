// Wording as data: one file a step of the recovery, a channel and a language, in templates/ of the source tree. A
// brand's own is kept in the database (own_templates.h).
//
//   templates/<step>/<where>.<language>.mustache
//
// `where` is a channel's name, else "public" or "private", else "any". The file begins with a TOML header between lines
// of "+++": `subject` (may hold tags too), and a table [fields.NAME] for every value, with `type` (see values.h),
// `about` (what it is for, read by whoever has to fill it) and, when the text can do without it, `fallback`. The rest
// is Mustache, less than half of it: {{name}}, {{#name}}…{{/name}}, {{^name}}…{{/name}} and {{! comments }}. A section
// shows its text when a value was given; only fields with a fallback may be left out, so only they make sections.
//
// The linter refuses everything else with its line: triple braces, {{&, partials, changed delimiters, unknown or unused
// fields, unclosed or crossed sections, sections deeper than 8, more than 64 KB.
// Pure. Threads: any; a TemplateSet is built once and then only read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/compose/values.h"
#include "core/model/words.h"

namespace amends::compose {

enum class Step : std::uint8_t {
  acknowledgement,
  apology,
  explanation,
  update,
  resolution,
  check_in,
  thanks,
  question_answer,
  auto_acknowledgement,
};
inline constexpr model::Word<Step> kSteps[] = {
    {Step::acknowledgement, "acknowledgement"},
    {Step::apology, "apology"},
    {Step::explanation, "explanation"},
    {Step::update, "update"},
    {Step::resolution, "resolution"},
    {Step::check_in, "check_in"},
    {Step::thanks, "thanks"},
    {Step::question_answer, "question_answer"},
    {Step::auto_acknowledgement, "auto_acknowledgement"},
};
constexpr std::string_view name_of(Step s) { return model::name_in(kSteps, s); }

struct Field {
  std::string name;
  FieldKind kind = FieldKind::text;
  std::string about;
  std::optional<std::string> fallback;  // nothing: without a value the text can't be sent
};

struct Template {
  std::string id;  // "apology/any.en"
  Step step = Step::update;
  std::string where;
  std::string language;
  std::vector<Field> fields;
  std::string subject;  // Mustache; "" when the template leaves it alone
  std::string body;     // Mustache
};

// What the linter has against it, all of it; nothing when it may be used.
struct Flaw {
  std::string part;  // "subject", "body", "fields.NAME"
  std::string what;  // "line 3: no field is called \"x\""; lines count from 1 in their part
  friend bool operator==(const Flaw&, const Flaw&) = default;
};
std::vector<Flaw> flaws_of(const Template& t);

// An empty template of that name. `name` is "<step>/<where>.<language>"; invalid when it is not.
Result<Template> named_template(std::string_view name);
// `name` with or without ".mustache". invalid, naming the line, when the linter refuses.
Result<Template> parse_template(std::string_view name, std::string_view file);

class TemplateSet {
 public:
  // A template of the same id replaces the older one, so a brand's own wording goes in after ours.
  void add(Template t);
  // The best that fits: first the language (the customer's, the brand's, English), then the channel, its visibility,
  // any. not_found when there is none in any of these languages.
  Result<const Template*> find(Step step, std::string_view channel, model::Visibility visibility,
                               std::string_view customer_language, std::string_view brand_language) const;
  std::vector<const Template*> all() const;

 private:
  std::map<std::string, Template, std::less<>> by_id_;
};

// The wording this program was built with, name and file; every one passes the linter (a test holds that).
std::span<const std::pair<std::string_view, std::string_view>> builtin_files();
const TemplateSet& builtin_templates();

}  // namespace amends::compose
