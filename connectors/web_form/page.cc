#include "connectors/web_form/page.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/html/html.h"

namespace amends::connectors::web_form {
namespace {

std::string_view say(const Words& words, Wrong wrong) {
  switch (wrong) {
    case Wrong::text_missing: return words.text_missing;
    case Wrong::text_long: return words.text_long;
    case Wrong::mail_wrong: return words.mail_wrong;
    case Wrong::consent_missing: return words.consent_missing;
    case Wrong::field_long: return words.field_long;
  }
  return "";
}

int hex_pair(std::string_view color, std::size_t at) {
  return std::stoi(std::string(color.substr(at, 2)), nullptr, 16);
}

// WCAG 2.2, relative luminance.
double luminance(std::string_view color) {
  double out = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    const double c = hex_pair(color, 1 + 2 * i) / 255.0;
    out += weights[i] * (c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return out;
}

std::string head(const Look& look, const Words& words, std::string_view title) {
  const std::string color = is_color(look.color) ? look.color : "#1a5fb4";
  // Black on light, white on dark: at least 4.5 : 1 either way.
  const std::string on = luminance(color) > 0.179 ? "#000000" : "#ffffff";
  std::string out = "<!DOCTYPE html>\n<html lang=\"" + std::string(words.language) +
                    "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
                    "initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>" +
                    html::escape(title) + "</title>\n<style>\n";
  out +=
      ":root{color-scheme:light}\nbody{font:1rem/1.5 "
      "system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:36rem;"
      "margin:2rem auto;padding:0 1rem}\nlabel,legend{display:block;font-weight:600;margin-top:1rem;padding:0}\n"
      "input[type=text],input[type=email],textarea{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;"
      "border:1px solid "
      "#6b6b6b;border-radius:.25rem}\ntextarea{min-height:8rem}\nfieldset{border:0;margin:0;padding:0}\n"
      "fieldset label,.consent label{display:inline;font-weight:400;margin-right:1rem}\n.consent{margin-top:1rem}\n"
      ".hint{font-weight:400;color:#4a4a4a}\n.wrong{color:#a40000;font-weight:600}\n[aria-invalid=true]{border:2px "
      "solid "
      "#a40000}\n.trap{position:absolute;left:-10000px;width:1px;height:1px;overflow:hidden}\n:focus-visible{outline:"
      "3px "
      "solid #000;outline-offset:2px}\n";
  out +=
      "button{margin-top:1.5rem;font:inherit;font-weight:600;padding:.6rem 1.6rem;border:1px solid "
      "#1b1b1b;border-radius:"
      ".25rem;background:" +
      color + ";color:" + on + "}\nh1{border-bottom:4px solid " + color +
      ";padding-bottom:.3rem}\n</style>\n</head>\n<body>\n<main>\n";
  return out;
}

std::string error_of(const std::map<std::string, Wrong>& wrong, const std::string& field, const Words& words) {
  const auto it = wrong.find(field);
  if (it == wrong.end()) return "";
  return "<p class=\"wrong\" id=\"" + field + "-wrong\">" + html::escape(say(words, it->second)) + "</p>\n";
}

std::string marks(const std::map<std::string, Wrong>& wrong, const std::string& field) {
  return wrong.count(field) == 0 ? "" : " aria-invalid=\"true\" aria-describedby=\"" + field + "-wrong\"";
}

std::string line_field(const std::string& field, std::string_view label, std::string_view hint, std::string_view value,
                       const std::string& kind, const std::map<std::string, Wrong>& wrong, const Words& words) {
  return "<label for=\"" + field + "\">" + html::escape(label) + " <span class=\"hint\">(" + html::escape(hint) +
         ")</span></label>\n<input id=\"" + field + "\" name=\"" + field + "\" " + kind +
         " maxlength=\"200\" value=\"" + html::escape(value) + "\"" + marks(wrong, field) + ">\n" +
         error_of(wrong, field, words);
}

}  // namespace

bool is_color(std::string_view color) {
  return color.size() == 7 && color[0] == '#' && std::all_of(color.begin() + 1, color.end(), [](char c) {
           const char lower = text::ascii_lower(c);
           return text::is_digit(c) || (lower >= 'a' && lower <= 'f');
         });
}

const Words& words_for(std::string_view asked, std::string_view accept_language) {
  const auto find = [](std::string_view language) -> const Words* {
    const std::string two = text::ascii_lower(text::trim(language).substr(0, 2));
    for (const Words& words : kWords) {
      if (words.language == two) return &words;
    }
    return nullptr;
  };
  if (const Words* words = find(asked)) return *words;
  // In the order given: browsers write them by preference.
  for (const std::string_view one : text::split(accept_language.substr(0, 200), ',')) {
    if (const Words* words = find(one)) return *words;
  }
  return kWords[0];
}

std::string form_page(const Look& look, const Words& words, std::string_view token, const Form& filled,
                      const std::map<std::string, Wrong>& wrong, std::string_view notice) {
  const std::string heading(look.title.empty() ? std::string(words.heading)
                                               : look.title + " – " + std::string(words.heading));
  std::string out = head(look, words, heading) + "<h1>" + html::escape(heading) + "</h1>\n";
  const std::string_view said = !notice.empty() ? notice : wrong.empty() ? std::string_view() : words.wrong;
  if (!said.empty()) out += "<p class=\"wrong\" role=\"alert\">" + html::escape(said) + "</p>\n";
  out += "<form method=\"post\" accept-charset=\"utf-8\" action=\"?t=" + html::escape(token) +
         "&amp;lang=" + std::string(words.language) + "\">\n";
  out += "<label for=\"text\">" + html::escape(words.text) +
         "</label>\n<textarea id=\"text\" name=\"text\" required maxlength=\"" + std::to_string(kLongestText) + "\"" +
         marks(wrong, "text") + ">\n" + html::escape(filled.text) + "</textarea>\n" + error_of(wrong, "text", words);
  if (look.rating) {
    out += "<fieldset>\n<legend>" + html::escape(words.rating) + " <span class=\"hint\">(" +
           html::escape(words.optional) + ")</span></legend>\n";
    for (const char* stars : {"5", "4", "3", "2", "1", ""}) {
      const std::string id = "rating-" + std::string(*stars == '\0' ? "none" : stars);
      const std::string label =
          *stars == '\0' ? std::string(words.no_rating) : std::string(stars) + " " + std::string(words.stars);
      out += "<input type=\"radio\" id=\"" + id + "\" name=\"rating\" value=\"" + stars + "\"" +
             (filled.rating == stars ? " checked" : "") + "> <label for=\"" + id + "\">" + html::escape(label) +
             "</label><br>\n";
    }
    out += "</fieldset>\n" + error_of(wrong, "rating", words);
  }
  out +=
      line_field("name", words.name, words.optional, filled.name, "type=\"text\" autocomplete=\"name\"", wrong, words);
  out += line_field("mail", words.mail, words.mail_hint, filled.mail, "type=\"email\" autocomplete=\"email\"", wrong,
                    words);
  if (look.order) {
    out += line_field("order", words.order, words.optional, filled.order, "type=\"text\" autocomplete=\"off\"", wrong,
                      words);
  }
  // People don't see it; programs fill it in.
  out += "<div class=\"trap\" aria-hidden=\"true\"><label for=\"website\">" + html::escape(words.trap) +
         "</label><input id=\"website\" name=\"website\" type=\"text\" tabindex=\"-1\" autocomplete=\"off\"></div>\n";
  if (!look.privacy.empty()) {
    out += "<div class=\"consent\"><input type=\"checkbox\" id=\"consent\" name=\"consent\" value=\"yes\" required" +
           std::string(filled.consent ? " checked" : "") + marks(wrong, "consent") + "> <label for=\"consent\">" +
           html::escape(words.consent) + "</label> <a href=\"" + html::escape(look.privacy) + "\" rel=\"noopener\">" +
           html::escape(words.privacy) + "</a></div>\n" + error_of(wrong, "consent", words);
  }
  return out + "<button type=\"submit\">" + html::escape(words.send) +
         "</button>\n</form>\n</main>\n</body>\n</html>\n";
}

std::string thanks_page(const Look& look, const Words& words) {
  return head(look, words, words.thanks) + "<h1>" + html::escape(words.thanks) + "</h1>\n<p role=\"status\">" +
         html::escape(words.thanks_more) + "</p>\n</main>\n</body>\n</html>\n";
}

}  // namespace amends::connectors::web_form
