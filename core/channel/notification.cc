#include "core/channel/notification.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.h"
#include "core/channel/json.h"

namespace amends::channel {
namespace {

using Filled = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t kLongestMail = 200'000;  // bytes of text that are looked at
constexpr std::array<std::string_view, 7> kNames = {"author", "location", "rating", "title", "text", "id", "*"};

// One spelling for what mail programs and sites spell differently.
std::string plain(std::string_view s) {
  struct Row {
    std::string_view from, to;
  };
  static constexpr Row kRows[] = {{"\xC2\xA0", " "},      {"\xE2\x80\xAF", " "},  {"\xE2\x80\x99", "'"},
                                  {"\xE2\x80\x98", "'"},  {"\xE2\x80\x9C", "\""}, {"\xE2\x80\x9D", "\""},
                                  {"\xE2\x80\x9E", "\""}, {"\xC2\xAB", "\""},     {"\xC2\xBB", "\""},
                                  {"\xE2\x80\x8B", ""},   {"\xE2\x80\x8C", ""},   {"\xC2\xAD", ""},
                                  {"\xEF\xBB\xBF", ""},   {"\xE2\x80\x91", "-"}};
  std::string out(s);
  for (const Row& row : kRows) {
    if (out.find(row.from) != out.npos) out = text::replace_all(out, row.from, row.to);
  }
  return text::squeeze(out);
}

struct Part {
  std::string literal;  // in plain spelling
  std::string name;     // what stands behind it; "" at the end
};

// "a {x} b {y}" is {"a ", x}, {" b ", y}, {"", ""}. Nothing: a name we don't know, a brace left open, two {…} that
// touch.
std::optional<std::vector<Part>> parts_of(std::string_view pattern) {
  std::vector<Part> out;
  while (true) {
    const auto open = pattern.find('{');
    if (open == pattern.npos) {
      out.push_back({std::string(pattern), ""});
      return out;
    }
    const auto close = pattern.find('}', open);
    if (close == pattern.npos) return {};
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    if (open == 0 && !out.empty() && (out.back().name != "*" || name != "rating")) return {};
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) return {};
    out.push_back({std::string(pattern.substr(0, open)), std::string(name)});
    pattern.remove_prefix(close + 1);
  }
}

// Both in plain spelling. From left to right, each text at the first place where it stands: never looked at twice.
std::optional<Filled> fit(const std::vector<Part>& parts, std::string_view line) {
  if (!text::starts_with_ignoring_case(line, parts.front().literal)) return {};
  Filled out;
  std::size_t at = parts.front().literal.size();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    // {*}{rating}: the word in front of what follows.
    const bool word_only = parts[i].name == "*" && parts[i + 1].name == "rating" && parts[i + 1].literal.empty();
    if (word_only) ++i;
    const std::string& behind = parts[i + 1].literal;
    const bool last = i + 2 == parts.size();
    const std::size_t from = at + (parts[i].name == "*" ? 0 : 1);
    std::size_t end = line.npos;
    if (last) {
      end = line.size() >= behind.size() ? line.size() - behind.size() : line.npos;
      if (end != line.npos && !text::equals_ignoring_case(line.substr(end), behind)) return {};
    } else if (from <= line.size()) {
      end = text::find_ignoring_case(line, behind, from);
    }
    if (end == line.npos || end < from) return {};
    if (parts[i].name != "*") {
      std::string_view found = text::trim(line.substr(at, end - at));
      if (word_only && found.rfind(' ') != found.npos) found.remove_prefix(found.rfind(' ') + 1);
      if (found.empty()) return {};
      out[parts[i].name] = std::string(found);
    }
    at = end + behind.size();
  }
  if (parts.size() == 1 && at != line.size()) return {};
  return out;
}

struct Template {
  std::vector<Part> parts;
  std::optional<Filled> fits(std::string_view plain_line) const { return fit(parts, plain_line); }
};

struct Step {
  std::optional<Template> line;
  bool optional = false;
  std::string take;
  std::vector<Template> until;
};

struct Row {
  std::string rating;  // of every mail like this: a recommendation that is no number; "" when the mail says it
  std::vector<Template> subjects;
  std::vector<Step> body;
  std::vector<std::string> links;
};

bool is_link_alone(std::string_view line) {
  if (line.size() > 2 && (line.front() == '<' || line.front() == '(')) line = line.substr(1, line.size() - 2);
  return text::starts_with_ignoring_case(line, "http") && line.find("://") != line.npos && line.find(' ') == line.npos;
}

// Lines of a mail: as they are and in plain spelling. Links on lines of their own are left out.
struct Line {
  std::string_view shown;
  std::string plain;
};
std::vector<Line> lines_of(std::string_view body) {
  std::vector<Line> out;
  for (const std::string_view line : text::lines(text::clip(body, kLongestMail))) {
    const std::string_view shown = text::trim(line);
    std::string same = plain(shown);
    if (is_link_alone(same)) continue;
    out.push_back({shown, std::move(same)});
  }
  return out;
}

bool is_one_of(const std::vector<Template>& templates, std::string_view plain_line) {
  return std::any_of(templates.begin(), templates.end(),
                     [&](const Template& t) { return t.fits(plain_line).has_value(); });
}

bool run(const Step& step, const std::vector<Line>& lines, std::size_t& at, Filled& out) {
  if (step.line) {
    for (std::size_t i = at; i < lines.size(); ++i) {
      auto found = step.line->fits(lines[i].plain);
      if (!found) continue;
      for (auto& [name, value] : *found) out[name] = std::move(value);
      at = i + 1;
      return true;
    }
    return step.optional;
  }
  while (at < lines.size() && lines[at].plain.empty()) ++at;
  if (at >= lines.size()) return step.optional;
  if (step.until.empty()) {
    out[step.take] = std::string(lines[at++].shown);
    return true;
  }
  std::string taken;
  for (std::size_t i = at; i < lines.size(); ++i) {
    if (is_one_of(step.until, lines[i].plain)) {
      out[step.take] = std::string(text::trim(taken));
      at = i;
      return true;
    }
    taken += std::string(lines[i].shown) + "\n";
  }
  return step.optional;
}

struct Link {
  std::string url, id;
};

// The first address that holds the first of these words that any does, in the text or behind an href. What stands
// behind "…{id}" names the item on the site.
Link find_link(const model::Content& mail, const std::vector<std::string>& words) {
  constexpr std::string_view kId = "{id}";
  for (const std::string& word : words) {
    const bool names = word.size() > kId.size() && word.compare(word.size() - kId.size(), kId.size(), kId) == 0;
    const std::string_view literal = std::string_view(word).substr(0, word.size() - (names ? kId.size() : 0));
    for (const std::string* where : {&mail.text, &mail.html}) {
      const std::string_view all = text::clip(*where, 4 * kLongestMail);
      for (std::size_t at = all.find("https://"); at != all.npos; at = all.find("https://", at + 8)) {
        const std::string_view url = all.substr(at, std::min(all.find_first_of(" \t\r\n\"'<>)]", at), all.size()) - at);
        const auto found = url.size() > 2000 ? url.npos : text::find_ignoring_case(url, literal);
        if (found == url.npos) continue;
        Link out{text::replace_all(url, "&amp;", "&"), ""};
        for (std::size_t i = found + literal.size(); names && i < url.size(); ++i) {
          if (!text::is_alpha(url[i]) && !text::is_digit(url[i]) && url[i] != '-' && url[i] != '_') break;
          out.id += url[i];
        }
        return out;
      }
    }
  }
  return {};
}

std::string unquoted(std::string_view words) {
  words = text::trim(words);
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"\"", "\""},
                                    {"\xE2\x80\x9C", "\xE2\x80\x9D"},
                                    {"\xE2\x80\x9E", "\xE2\x80\x9C"},
                                    {"\xC2\xAB", "\xC2\xBB"}}) {
    if (words.size() <= open.size() + close.size()) continue;
    if (words.substr(0, open.size()) == open && words.substr(words.size() - close.size()) == close)
      return std::string(text::trim(words.substr(open.size(), words.size() - open.size() - close.size())));
  }
  return std::string(words);
}

std::optional<std::vector<Template>> read_templates(const Json& list, std::string_view path) {
  std::vector<Template> out;
  for (const Json& one : list_at(list, path)) {
    auto parts = one.is_string() ? parts_of(plain(one.get<std::string>())) : std::nullopt;
    if (!parts) return {};
    out.push_back({*std::move(parts)});
  }
  return out;
}

constexpr const char* kHowTemplates =
    "a template takes {author} {location} {rating} {title} {text} {id} and {*}, each brace closed, text between two";

Result<Step> read_step(const Json& given) {
  Step out;
  out.optional = flag_at(given, "optional");
  if (given.contains("line")) {
    auto parts = parts_of(plain(text_at(given, "line")));
    if (!parts) return fail(Kind::invalid, "a line's template can't be read", kHowTemplates);
    out.line = Template{*std::move(parts)};
    return out;
  }
  out.take = text_at(given, "take");
  auto until = read_templates(given, "until");
  if (!until || out.take == "*" || std::find(kNames.begin(), kNames.end(), out.take) == kNames.end())
    return fail(Kind::invalid, "a step has neither a line nor something to take, or what it takes until can't be read",
                kHowTemplates);
  out.until = *std::move(until);
  return out;
}

Result<Row> read_row(const Json& given) {
  Row out;
  out.rating = text_at(given, "rating");
  if (!out.rating.empty() && !read_stars(out.rating)) return fail(Kind::invalid, "the rating is none from 1 to 5");
  auto subjects = read_templates(given, "subject");
  if (!subjects || subjects->empty())
    return fail(Kind::invalid, "it has no subject, or one whose template can't be read", kHowTemplates);
  out.subjects = *std::move(subjects);
  for (const Json& step : list_at(given, "body")) {
    TRY(Step read, read_step(step));
    out.body.push_back(std::move(read));
  }
  for (const Json& link : list_at(given, "link")) out.links.push_back(link.is_string() ? link.get<std::string>() : "");
  std::erase(out.links, "");
  return out;
}

std::optional<Filled> fields_of(const Row& row, const std::string& subject, const std::vector<Line>& lines) {
  for (const Template& pattern : row.subjects) {
    auto fields = pattern.fits(subject);
    if (!fields) continue;
    std::size_t at = 0;
    const bool all =
        std::all_of(row.body.begin(), row.body.end(), [&](const Step& step) { return run(step, lines, at, *fields); });
    if (all) return fields;
  }
  return {};
}

}  // namespace

struct Notifications::Table {
  std::string site;
  std::vector<std::string> senders;
  std::vector<Row> rows;

  bool is_sender(const std::string& address) const {
    return std::any_of(senders.begin(), senders.end(), [&](const std::string& sender) {
      if (sender.front() != '@') return text::equals_ignoring_case(address, sender);
      const auto domain = address.substr(std::min(address.rfind('@'), address.size()));
      if (text::equals_ignoring_case(domain, sender)) return true;
      const std::string below = "." + sender.substr(1);
      return domain.size() > below.size() &&
             text::equals_ignoring_case(std::string_view(domain).substr(domain.size() - below.size()), below);
    });
  }
};

Result<Notifications::Table> Notifications::read_table(std::string_view table, bool& alone) {
  TRY(const Json json, parse_json(table));
  Table out;
  out.site = text_at(json, "site");
  alone = flag_at(json, "alone");
  for (const Json& sender : list_at(json, "senders")) {
    const std::string written = sender.is_string() ? sender.get<std::string>() : "";
    if (written.find('@') != written.npos) out.senders.push_back(written);
  }
  int number = 0;
  for (const Json& row : list_at(json, "rows")) {
    auto read = read_row(row);
    ++number;
    if (!read) return std::move(read).error().within("row " + std::to_string(number));
    out.rows.push_back(*std::move(read));
  }
  return out;
}

Result<Notifications> Notifications::read(std::string_view table) {
  bool alone = false;
  TRY(Table out, read_table(table, alone));
  if (out.senders.empty()) return fail(Kind::invalid, "the table names no senders");
  if (out.rows.empty()) return fail(Kind::invalid, "the table has no rows");
  return Notifications(std::make_shared<const Table>(std::move(out)));
}

Result<Notifications> Notifications::corrected(std::string_view correction) const {
  bool alone = false;
  TRY(Table out, read_table(correction, alone));
  out.site = table_->site;
  out.senders.insert(out.senders.end(), table_->senders.begin(), table_->senders.end());
  if (!alone) out.rows.insert(out.rows.end(), table_->rows.begin(), table_->rows.end());
  return Notifications(std::make_shared<const Table>(std::move(out)));
}

Result<Done> check_wording(std::string_view row) {
  TRY(const Json json, parse_json(row));
  TRY_DO(read_row(json));
  return Done{};
}

std::optional<model::Content> Notifications::understand(const model::Content& mail) const {
  if (!table_->is_sender(mail.author.handle)) return {};
  const std::string subject = plain(mail.subject);
  const std::vector<Line> lines = lines_of(mail.text);
  for (const Row& row : table_->rows) {
    auto fields = fields_of(row, subject, lines);
    if (!fields) continue;
    if (!row.rating.empty()) (*fields)["rating"] = row.rating;
    const auto rating = read_stars((*fields)["rating"]);
    if ((*fields)["author"].empty() || (!(*fields)["rating"].empty() && !rating)) continue;
    if (!rating && (*fields)["text"].empty()) continue;
    model::Content out;
    out.kind = model::MessageKind::review;
    out.visibility = model::Visibility::public_;
    out.author.name = text::squeeze((*fields)["author"]);
    out.from = {out.author};
    const Link link = find_link(mail, row.links);
    out.permalink = link.url;
    out.message_id = link.id.empty() ? (*fields)["id"] : link.id;
    out.subject = text::squeeze((*fields)["title"]);
    out.text = unquoted((*fields)["text"]);
    out.reply_text = out.text;
    out.rating = rating;
    out.location = text::squeeze((*fields)["location"]);
    out.date = mail.date;
    out.auth.from_verified = mail.auth.from_verified;
    out.notes.push_back("from a notification mail of " + table_->site);
    const std::string_view end =
        std::string_view(out.text).substr(out.text.size() - std::min<std::size_t>(3, out.text.size()));
    if (end == "..." || end == "\xE2\x80\xA6") out.notes.emplace_back("the mail has only its beginning");
    return out;
  }
  return {};
}

std::optional<Filled> fit_template(std::string_view pattern, std::string_view line) {
  const auto parts = parts_of(plain(pattern));
  return parts ? fit(*parts, plain(line)) : std::nullopt;
}

std::optional<double> read_stars(std::string_view words) {
  const std::string given = text::fold(plain(words));
  std::size_t full = 0;
  std::string rest = given;
  for (const std::string_view star : {"\xE2\x98\x85", "\xE2\xAD\x90", "\xF0\x9F\x8C\x9F"}) {
    for (auto at = rest.find(star); at != rest.npos; at = rest.find(star)) {
      rest.erase(at, star.size());
      ++full;
    }
  }
  if (full > 0) return full <= 5 ? std::optional<double>(static_cast<double>(full)) : std::nullopt;
  struct Word {
    std::string_view word;
    double stars;
  };
  static constexpr Word kWords[] = {{"one", 1},         {"two", 2},    {"three", 3}, {"four", 4}, {"five", 5},
                                    {"ein", 1},         {"eins", 1},   {"zwei", 2},  {"drei", 3}, {"vier", 4},
                                    {"f\xC3\xBCnf", 5}, {"un", 1},     {"une", 1},   {"deux", 2}, {"trois", 3},
                                    {"quatre", 4},      {"cinq", 5},   {"uno", 1},   {"una", 1},  {"dos", 2},
                                    {"tres", 3},        {"cuatro", 4}, {"cinco", 5}};
  for (const Word& row : kWords) {
    if (given == row.word) return row.stars;
  }
  // "4", "4.0", "4,5", "5/5", "5 of 5"
  if (given.empty() || given[0] < '1' || given[0] > '5') return {};
  double stars = given[0] - '0';
  std::size_t at = 1;
  if (at + 1 < given.size() && (given[at] == '.' || given[at] == ',') && text::is_digit(given[at + 1])) {
    stars += (given[at + 1] - '0') / 10.0;
    at += 2;
  }
  if (at < given.size() && text::is_digit(given[at])) return {};
  return stars <= 5 ? std::optional<double>(stars) : std::nullopt;
}

}  // namespace amends::channel
