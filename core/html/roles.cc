#include "core/html/roles.h"

#include <string>
#include <string_view>

#include "core/base/text.h"
#include "core/html/style.h"

namespace amends::html {
namespace {

enum class Match : std::uint8_t { exact, prefix, suffix };

struct RoleRow {
  std::string_view word;  // lower case, without the "x_" that Outlook puts before foreign names
  Match match;
  Mark mark;
};

constexpr RoleRow kClasses[] = {
    // Gmail
    {"gmail_quote", Match::exact, Mark::quote_lead},
    {"gmail_attr", Match::exact, Mark::quote},
    {"gmail_signature", Match::exact, Mark::signature},
    {"gmail_signature_prefix", Match::exact, Mark::signature},
    // Thunderbird
    {"moz-cite-prefix", Match::exact, Mark::quote},
    {"moz-forward-container", Match::exact, Mark::quote},
    {"moz-signature", Match::exact, Mark::signature},
    // Yahoo
    {"yahoo_quoted", Match::suffix, Mark::quote},
    {"yahoo-signature", Match::suffix, Mark::signature},
    {"iosymail", Match::exact, Mark::quote},
    // Proton, Tutanota, Zoho, Front, Spark, Superhuman, Fastmail, Mailbird, Yandex
    {"protonmail_quote", Match::exact, Mark::quote},
    {"protonmail_signature_block", Match::exact, Mark::signature},
    {"tutanota_quote", Match::exact, Mark::quote},
    {"tutanota-quote", Match::exact, Mark::quote},
    {"zmail_extra", Match::exact, Mark::quote},
    {"front-blockquote", Match::exact, Mark::quote},
    {"sh-signature", Match::exact, Mark::signature},
    {"mb_sig", Match::exact, Mark::signature},
    // Apple Mail, Outlook for mobiles
    {"applemailsignature", Match::exact, Mark::signature},
    {"apple-mail-signature", Match::exact, Mark::signature},
    {"ms-outlook-mobile-signature", Match::exact, Mark::signature},
    {"elementtoproof-signature", Match::exact, Mark::signature},
};

constexpr RoleRow kIds[] = {
    {"divrplyfwdmsg", Match::exact, Mark::rest},
    {"stopspelling", Match::exact, Mark::rest},
    {"mail-editor-reference-message-container", Match::exact, Mark::quote},
    {"olk_src_body_section", Match::exact, Mark::quote},
    {"ms-outlook-mobile-signature", Match::exact, Mark::signature},
    {"applemailsignature", Match::exact, Mark::signature},
    {"yahoo_quoted", Match::prefix, Mark::quote},
    {"zmail_extra", Match::prefix, Mark::quote},
    {"zm-_id_-sgn", Match::exact, Mark::signature},
    {"isreplycontent", Match::exact, Mark::quote},
    {"spark_signature", Match::exact, Mark::signature},
    {"bloop_sign", Match::prefix, Mark::signature},
    {"signature", Match::exact, Mark::signature},
    {"tbk-signature", Match::exact, Mark::signature},
};

template <std::size_t n>
Mark look_up(const RoleRow (&rows)[n], std::string_view words) {
  std::size_t at = 0;
  while (at < words.size()) {
    while (at < words.size() && text::is_space(words[at])) ++at;
    std::size_t end = at;
    while (end < words.size() && !text::is_space(words[end])) ++end;
    std::string_view word = words.substr(at, end - at);
    at = end;
    while (word.substr(0, 2) == "x_") word.remove_prefix(2);
    if (word.empty() || word.size() > 96) continue;
    for (const RoleRow& row : rows) {
      if (row.word.size() > word.size()) continue;
      const bool hit = row.match == Match::exact    ? word == row.word
                       : row.match == Match::prefix ? word.substr(0, row.word.size()) == row.word
                                                    : word.substr(word.size() - row.word.size()) == row.word;
      if (hit) return row.mark;
    }
  }
  return Mark::none;
}

std::string lower(const Token& token, std::string_view name) {
  if (token.find(name) == nullptr) return {};
  return text::ascii_lower(text::clip(token.attribute(name), 512));
}

}  // namespace

Mark mark_of(const Token& token) {
  if (token.attributes.empty()) return Mark::none;
  const bool blockquote = token.name == "blockquote";
  Mark mark = look_up(kClasses, lower(token, "class"));
  if (mark == Mark::none) mark = look_up(kIds, lower(token, "id"));
  if (mark == Mark::none && lower(token, "name") == "quote") mark = Mark::quote;  // GMX, WEB.DE
  if (blockquote && mark == Mark::quote_lead) mark = Mark::quote;
  if (mark != Mark::none) return mark;
  if (blockquote && lower(token, "type") == "cite") return Mark::quote;
  const std::string style = lower(token, "style");
  if (style.empty()) return Mark::none;
  const Visibility v = read_style(style);
  // Gmail's "indent more" is a <blockquote> with a left margin and nothing else.
  if (blockquote && v.no_border && token.find("class") == nullptr) return Mark::indent;
  if (v.outlook_rule && token.name == "div") return Mark::rest;
  return Mark::none;
}

bool is_word_paragraph(const Token& token) {
  std::string words = lower(token, "class");
  std::string_view rest = words;
  while (rest.substr(0, 2) == "x_") rest.remove_prefix(2);
  return rest.substr(0, 3) == "mso";
}

}  // namespace amends::html
