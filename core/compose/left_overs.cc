#include "core/compose/left_overs.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace amends::compose {
namespace {

constexpr std::size_t kLongestPlaceholder = 60;

// Folded. What people write between brackets where a value is to go, in the languages of our templates.
constexpr std::string_view kPlaceholderWords[] = {
    "name",
    "first name",
    "last name",
    "full name",
    "your name",
    "customer",
    "customer name",
    "order",
    "order id",
    "order number",
    "number",
    "date",
    "time",
    "amount",
    "company",
    "brand",
    "product",
    "agent",
    "agent name",
    "signature",
    "link",
    "url",
    "email",
    "phone",
    "address",
    "vorname",
    "nachname",
    "kunde",
    "kundenname",
    "bestellnummer",
    "datum",
    "betrag",
    "unterschrift",
    "nom",
    "prénom",
    "client",
    "nom du client",
    "numéro de commande",
    "montant",
    "nombre",
    "apellido",
    "cliente",
    "número de pedido",
    "fecha",
    "importe",
    "firma",
};
constexpr std::string_view kPlaceholderStarts[] = {"insert ", "your ",  "enter ", "customer's ",
                                                   "ihr ",    "votre ", "su "};
constexpr std::string_view kSalutations[] = {"dear",  "hello",     "hi",           "hey",           "liebe",   "lieber",
                                             "hallo", "guten tag", "sehr geehrte", "sehr geehrter", "bonjour", "cher",
                                             "chère", "hola",      "estimado",     "estimada"};
// "Hello," is a greeting; "Dear," has lost its name.
constexpr std::string_view kNeedAName[] = {"dear", "liebe", "lieber",   "sehr geehrte", "sehr geehrter",
                                           "cher", "chère", "estimado", "estimada"};
constexpr std::string_view kNothings[] = {"null", "undefined", "none", "nan", "nil"};

bool is_word(char c) {
  return text::is_alpha(c) || text::is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_identifier(std::string_view s) {
  if (s.size() < 2 || !(text::is_alpha(s[0]) || s[0] == '_')) return false;
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return text::is_alpha(c) || text::is_digit(c) || c == '_' || c == '.' || c == ' '; });
}

bool is_known_placeholder(std::string_view s) {
  std::string folded = text::fold(text::squeeze(s));
  std::replace(folded.begin(), folded.end(), '_', ' ');
  const auto same = [&](std::string_view w) { return folded == w; };
  const auto starts = [&](std::string_view w) { return std::string_view(folded).substr(0, w.size()) == w; };
  return std::any_of(std::begin(kPlaceholderWords), std::end(kPlaceholderWords), same) ||
         std::any_of(std::begin(kPlaceholderStarts), std::end(kPlaceholderStarts), starts);
}

// "ORDER", "FIRST_NAME", "ORDER NO": at least three letters and all of them capitals.
bool is_shouted(std::string_view s) {
  int letters = 0;
  for (const char c : s) {
    if (c >= 'A' && c <= 'Z') {
      ++letters;
    } else if (c != '_' && c != ' ' && c != '-' && !text::is_digit(c)) {
      return false;
    }
  }
  return letters >= 3;
}

struct Scan {
  std::string_view text;
  std::vector<LeftOver> found;

  void add(std::size_t at, std::size_t size) { found.push_back({at, std::string(text.substr(at, size))}); }

  // The content from `at` to `closing`, on one line and short; npos when there is none.
  std::size_t closed_by(std::size_t at, char closing) const {
    const auto near = text.substr(at, kLongestPlaceholder);
    const auto end = near.find_first_of(std::string{closing, '\n'});
    if (end == std::string_view::npos || near[end] != closing) return std::string_view::npos;
    return at + end;
  }

  void brackets(std::size_t at) {
    const char c = text[at];
    if (c == '{' || c == '[' || c == '<') {
      const char closing = c == '{' ? '}' : c == '[' ? ']' : '>';
      const auto end = closed_by(at + 1, closing);
      if (end == std::string_view::npos) return;
      const auto inside = text.substr(at + 1, end - at - 1);
      const bool bad = c == '{'   ? is_identifier(inside) || is_known_placeholder(inside)
                       : c == '[' ? is_shouted(inside) || is_known_placeholder(inside) || inside == "object Object"
                                  : is_shouted(inside) || is_known_placeholder(inside);
      if (!bad) return;
      const bool dollar = c == '{' && at > 0 && text[at - 1] == '$';
      add(at - (dollar ? 1 : 0), end - at + 1 + (dollar ? 1 : 0));
    } else if (c == '%') {
      const auto end = closed_by(at + 1, '%');
      if (end == std::string_view::npos || end - at < 4) return;
      const auto inside = text.substr(at + 1, end - at - 1);
      const bool plain =
          std::all_of(inside.begin(), inside.end(), [](char k) { return text::is_alpha(k) || k == '_'; });
      if (plain && (at == 0 || !is_word(text[at - 1]))) add(at, end - at + 1);
    }
  }

  void word(std::size_t at, std::size_t end) {
    const auto w = text.substr(at, end - at);
    const bool all_x = w.size() >= 3 && w.find_first_not_of('X') == std::string_view::npos;
    if (all_x || w == "TBD" || w == "FIXME") return add(at, w.size());
    // "TODO" is also how one shouts "everything" in Spanish.
    if (w == "TODO" && !shouted_neighbour(at, end)) return add(at, w.size());
    if (w.size() == 5 && text::equals_ignoring_case(w, "lorem") &&
        text::starts_with_ignoring_case(text.substr(end), " ipsum")) {
      add(at, w.size() + 6);
    }
  }

  bool shouted_neighbour(std::size_t at, std::size_t end) const {
    const auto after = text::trim_left(text.substr(end));
    const auto before = text::trim_right(text.substr(0, at));
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return (after.size() > 1 && capital(after[0]) && capital(after[1])) ||
           (before.size() > 1 && capital(before[before.size() - 1]) && capital(before[before.size() - 2]));
  }

  void salutation(std::size_t at, std::string_view line) {
    const std::string folded = text::fold(text::clip(line, 80));
    for (const auto greeting : kSalutations) {
      if (folded.compare(0, greeting.size(), greeting) != 0) continue;
      const std::string_view rest = std::string_view(folded).substr(greeting.size());
      const auto name = text::trim_left(rest);
      const bool lost = name.size() < rest.size() && !name.empty() && name[0] == ',';
      const bool needs = !rest.empty() && rest[0] == ',' &&
                         std::find(std::begin(kNeedAName), std::end(kNeedAName), greeting) != std::end(kNeedAName);
      const bool nothing = std::any_of(std::begin(kNothings), std::end(kNothings), [&](std::string_view n) {
        return name.size() < rest.size() && name.substr(0, n.size()) == n &&
               (name.size() == n.size() || !is_word(name[n.size()]));
      });
      if (lost || needs || nothing) return add(at, std::min<std::size_t>(line.size(), 40));
    }
  }
};

}  // namespace

std::vector<LeftOver> left_overs(std::string_view text) {
  Scan scan{text, {}};
  bool code = false, line_start = true;
  std::size_t line_end = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (line_start) {
      line_end = std::min(text.find('\n', at), text.size());
      scan.salutation(at, text::trim(text.substr(at, line_end - at)));
      line_start = code = false;
    }
    if (c == '\n') {
      line_start = true;
      continue;
    }
    if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
      const auto close = c == '{' ? text.substr(at, kLongestPlaceholder).find("}}") : std::string_view::npos;
      const auto size = close != std::string_view::npos ? close + 2 : 2;
      scan.add(at, size);
      at += size - 1;
      continue;
    }
    if (c == '`') {
      code = !code && text.substr(at + 1, line_end - at - 1).find('`') != std::string_view::npos;
      continue;
    }
    if (code) continue;
    scan.brackets(at);
    if (is_word(c) && (at == 0 || !is_word(text[at - 1]))) {
      auto end = at;
      while (end < text.size() && is_word(text[end])) ++end;
      scan.word(at, end);
    }
  }
  return std::move(scan.found);
}

Result<Done> leaving_check(std::string_view text) {
  const auto found = left_overs(text);
  if (found.empty()) return Done{};
  std::string what = "the text still has gaps of a template: ";
  for (std::size_t i = 0; i < found.size() && i < 5; ++i) {
    if (i > 0) what += ", ";
    what += "\"" + text::excerpt(found[i].text, 40) + "\"";
  }
  return fail(Kind::invalid, std::move(what), "fill them in or take them out");
}

}  // namespace amends::compose
